"""What waits in the inboxes of a demo: applications to join, a transfer, a union to be founded."""

from datetime import date, timedelta

from unionhall.employers.models import Employer
from unionhall.kernel.models import Unit
from unionhall.kernel.terms import Role
from unionhall.kernel.writing import Actor
from unionhall.membership.actions.joining import apply
from unionhall.membership.actions.transferring import ask_transfer
from unionhall.membership.models import Membership
from unionhall.people.demo.columns import make_people
from unionhall.people.demo.loading import tie_account
from unionhall.report.demo.accounts import Account, open_own_account
from unionhall.unions.actions.founding import apply_to_found
from unionhall.unions.models import Coverage, Union
from unionhall.unions.rules import Level, UnionKind, seats

APPLICANTS = 3
APPLICANTS_START = 5_500_000
APPLICANTS_REGION = "230302"  # where nobody else of a demo was born, so that no number is given twice
WORKERS, MEMBERS, WOMEN = 64, 41, 18


def leave_pending(accounts: list[Account], *, seed: int, today: date, password: str) -> None:
    """Hand in what will wait at the clerk's union and at the district."""
    by_name = {account.username: account for account in accounts}
    union = Union.objects.get(unit=by_name["clerk"].unit)
    district = by_name["district"].unit
    _applications(union, seed, today, password)
    _transfer(union, district, today, password)
    _founding(by_name["clerk"], district, seed, today)


def _applications(union: Union, seed: int, today: date, password: str) -> None:
    covered = Coverage.objects.filter(union=union, until=None).select_related("employer").first()
    people = make_people(
        APPLICANTS,
        seed=seed,
        regions=[APPLICANTS_REGION],
        born=(today.year - 50, today.year - 20),
        start=APPLICANTS_START,
    )
    for place, person in enumerate(people.to_dicts()):
        apply(
            Actor(None, Role.WORKER),
            union=union,
            on=today - timedelta(days=place),
            name=person["name"],
            number=person["number"],
            phone=person["phone"],
            employer=covered.employer if covered else None,
            password=password,
        )


def _transfer(union: Union, district: Unit, today: date, password: str) -> None:
    """A member of another union of the district asks to be received at the clerk's."""
    others = Membership.objects.within(district.path or "").exclude(unit=union.unit)
    membership = others.filter(until=None, standing="active").select_related("person").order_by("pk").first()
    if membership is None:
        return
    user = open_own_account(
        Actor.machine(), username="mover", display_name=membership.person.name, password=password, on=today
    )
    tie_account(Actor.machine(), person=membership.person, user=user)
    ask_transfer(Actor.worker(user), membership=membership, to=union, on=today)


def _founding(clerk: Account, district: Unit, seed: int, today: date) -> None:
    """An employer of the district without a union asks for one."""
    free = Employer.objects.within(district.path or "").exclude(
        coverages__until=None, coverages__isnull=False
    )
    employer = free.order_by("pk").first()
    size = seats(MEMBERS)
    if employer is None or size is None:
        return
    chair = make_people(1, seed=seed + 1, regions=["230102"], born=(1975, 1985))["name"][0]
    apply_to_found(
        Actor(clerk.user, Role.CLERK, clerk.unit),
        on=today,
        name=f"{employer.name}工会委员会",
        kind=UnionKind.SINGLE,
        level=Level.GRASSROOTS,
        parent=district,
        employer=employer,
        ownership=employer.ownership,
        industry=employer.industry,
        worker_kind="",
        address="",
        workers=WORKERS,
        members=MEMBERS,
        women=WOMEN,
        committee_size=size.least,
        years=5,
        chair_name=chair,
    )
