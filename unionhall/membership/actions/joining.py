"""A worker joins: applies, corrects, withdraws; the union signs; a clerk enters a member at the desk."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from unionhall.employers.models import Employer
from unionhall.kernel import cases
from unionhall.kernel.cases import Desk
from unionhall.kernel.keys import ring
from unionhall.kernel.models import CaseState, User, Verdict
from unionhall.kernel.terms import Refusal, Role, refuse_if
from unionhall.kernel.writing import Actor, action
from unionhall.membership.actions.periods import WAITING, at_place, begin, member_at, waiting
from unionhall.membership.actions.persons import Given, found_or_entered, give_phone, open_account
from unionhall.membership.models import GIVEN_PHONE, Joining, Membership
from unionhall.membership.rules import Entered, may_join, not_in_future
from unionhall.people.models import Person
from unionhall.people.rules.contact import normalise_phone
from unionhall.people.rules.identity import DocumentKind
from unionhall.unions.models import Union

CASE = "membership.joining"


@action(Role.WORKER, sentence=_("applied to join the union"))
def apply(
    actor: Actor,
    *,
    union: Union,
    on: date,
    name: str = "",
    number: str = "",
    document: str = DocumentKind.RESIDENT_ID,
    sex: str = "",
    birth: date | None = None,
    phone: str = "",
    worker_kind: str = "",
    migrant: bool = False,
    employer: Employer | None = None,
    employer_name: str = "",
    password: str = "",
) -> Joining:
    """Apply to join a union. A visitor (an actor without account) gets one, with the password she chose.

    A worker whose account is tied to her person need give neither name nor number. Whoever is found under a
    number stays untouched and unshown until the union approves; that she is a member elsewhere is told only
    to the worker herself, or to the union that signs.
    """
    given = Given(
        name=name,
        number=number,
        document=document,
        phone=phone,
        sex=sex,
        birth=birth,
        worker_kind=worker_kind,
        migrant=migrant,
    )
    known = known_person(actor.user)
    person = known or found_or_entered(given, on=on)
    refuse_if([*_another_waits(actor.user), *_reasons(person, union, employer, on, told=known is not None)])
    applicant = actor.user or open_account(given.name.strip(), password)
    case = cases.open_case(
        kind=CASE,
        title=name.strip() or person.name,
        desks=[Desk(union.unit, str(_("The union decides")))],
        on=on,
        applicant=applicant,
    )
    joining = Joining(
        case=case,
        person=person,
        union_unit=union.unit,
        employer=employer,
        employer_name=employer_name,
        name=case.title,
        phone=ring().seal(normalise_phone(phone), GIVEN_PHONE) if phone else None,
        worker_kind=worker_kind or person.worker_kind if known else worker_kind,
        migrant=migrant,
    )
    joining.save()
    return joining


@action(Role.WORKER, on="joining", sentence=_("handed a corrected application in again"))
def correct_joining(
    actor: Actor,
    *,
    joining: Joining,
    name: str,
    on: date,
    number: str = "",
    document: str = DocumentKind.RESIDENT_ID,
    sex: str = "",
    birth: date | None = None,
    phone: str = "",
    worker_kind: str = "",
    migrant: bool = False,
    employer: Employer | None = None,
    employer_name: str = "",
) -> Joining:
    """Correct an application that was returned, and hand it in again. Without a number the person stays."""
    waiting(joining.case)
    joining = Joining.objects.select_related("case", "union_unit__union", "person").get(pk=joining.pk)
    if number and known_person(actor.user) is None:
        given = Given(name=name, number=number, document=document, phone=phone, sex=sex, birth=birth,
                      worker_kind=worker_kind, migrant=migrant)  # fmt: skip
        joining.person = found_or_entered(given, on=on)
    refuse_if(_reasons(joining.person, joining.union_unit.union, employer, on, told=False))
    cases.reopen(joining.case, on=on)
    joining.name, joining.worker_kind, joining.migrant = name.strip(), worker_kind, migrant
    joining.employer, joining.employer_name = employer, employer_name
    if phone:
        joining.phone = ring().seal(normalise_phone(phone), GIVEN_PHONE)
    joining.case.title = joining.name
    joining.case.save()
    joining.save()
    return joining


@action(Role.WORKER, on="joining", sentence=_("withdrew the application to join"))
def withdraw_joining(actor: Actor, *, joining: Joining, on: date) -> Joining:  # noqa: ARG001
    """Take an application back that has not been decided."""
    cases.withdraw(waiting(joining.case), on=on)
    return joining


@action(
    Role.REVIEWER, Role.LEADER, on="joining", sentence=_("signed an application to join"), logged=("reason",)
)
def sign_joining(actor: Actor, *, joining: Joining, verdict: Verdict, on: date, reason: str = "") -> Joining:
    """Approve, return or refuse an application. Approved, the person is a member from this day on.

    The person is locked and looked at again: of two applications approved at once, the second is refused.
    """
    case = cases.sign(actor, joining.case, verdict=verdict, on=on, reason=reason)
    joining = Joining.objects.select_related("case__applicant", "union_unit__union", "employer").get(
        pk=joining.pk
    )
    if case.state == CaseState.APPROVED:
        joining.membership = _enter(joining, on)
        joining.save()
    return joining


@action(Role.CLERK, Role.REVIEWER, on="union", sentence=_("entered a member at the desk"))
def admit(
    actor: Actor,  # noqa: ARG001
    *,
    union: Union,
    name: str,
    number: str,
    on: date,
    today: date,
    document: str = DocumentKind.RESIDENT_ID,
    sex: str = "",
    birth: date | None = None,
    phone: str = "",
    worker_kind: str = "",
    migrant: bool = False,
    employer: Employer | None = None,
) -> Membership:
    """Enter a member whose signed paper form lies at the desk; member since `on`."""
    refuse_if(not_in_future(on, today))
    given = Given(name=name, number=number, document=document, phone=phone, sex=sex, birth=birth,
                  worker_kind=worker_kind, migrant=migrant)  # fmt: skip
    person = found_or_entered(given, on=on)
    person = Person.objects.select_for_update().get(pk=person.pk)
    refuse_if([*_same_name(person, name), *_reasons(person, union, employer, on, told=True)])
    person.worker_kind, person.migrant = worker_kind or person.worker_kind, migrant or person.migrant
    if phone and person.phone is None:
        give_phone(person, phone)
    person.unit = union.unit
    person.save()
    return begin(person, union.unit, on=on, entered=Entered.JOINED, employer=employer)


def known_person(user: User | None) -> Person | None:
    """The person whose account this is."""
    return Person.objects.filter(user=user).first() if user else None


def _reasons(
    person: Person, union: Union, employer: Employer | None, on: date, *, told: bool
) -> list[Refusal]:
    return may_join(
        birth=person.birth,
        on=on,
        kind=union.kind,
        level=union.level,
        union_since=union.since,
        union_until=union.until,
        member_at=member_at(person) if told else "",
        at_place=at_place(employer),
    )


def _another_waits(user: User | None) -> list[Refusal]:
    if user is None or not Joining.objects.filter(case__applicant=user, case__state__in=WAITING).exists():
        return []
    return [
        Refusal(_("An application of yours has not been decided yet: withdraw it before handing in another."))
    ]


def _same_name(person: Person, name: str) -> list[Refusal]:
    if person.name == name.strip():
        return []
    return [Refusal(_("In the register another name stands under this number: check the document."), "name")]


def _enter(joining: Joining, on: date) -> Membership:
    person = Person.objects.select_for_update().get(pk=joining.person_id)
    applicant = joining.case.applicant
    reasons = [*_same_name(person, joining.name), *_one_account(person, applicant)]
    refuse_if([*reasons, *_reasons(person, joining.union_unit.union, joining.employer, on, told=True)])
    person.user, person.unit = applicant, joining.union_unit
    person.worker_kind, person.migrant = joining.worker_kind or person.worker_kind, joining.migrant
    if joining.phone and person.phone is None:
        give_phone(person, joining.phone.clear(ring()))
    person.save()
    return begin(person, joining.union_unit, on=on, entered=Entered.JOINED, employer=joining.employer)


def _one_account(person: Person, applicant: User | None) -> list[Refusal]:
    known = known_person(applicant)
    if person.user_id in (None, applicant.pk if applicant else None) and known in (None, person):
        return []
    return [
        Refusal(
            _(
                "This person already has another account: return the application and ask for one handed in "
                "from there."
            )
        )
    ]
