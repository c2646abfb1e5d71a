"""The steps all acts share: a membership begins, a membership ends, and what is known of both."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from unionhall.employers.models import Employer
from unionhall.kernel import cases
from unionhall.kernel.models import Case, CaseState, Unit
from unionhall.kernel.terms import refuse
from unionhall.kernel.writing import step
from unionhall.membership import rules
from unionhall.membership.models import Membership, Transfer
from unionhall.membership.rules import Ended, Entered, Standing, State
from unionhall.people.models import Person
from unionhall.unions.models import Coverage, Union
from unionhall.unions.rules import Registration

WAITING = (CaseState.OPEN, CaseState.RETURNED)


def current(person: Person) -> Membership | None:
    """The one current membership of a person."""
    return Membership.objects.filter(person=person, until=None).select_related("unit").first()


def member_at(person: Person) -> str:
    """The name of the union where the person is a member now; "" when nowhere."""
    now = current(person)
    return now.unit.name if now else ""


def at_place(employer: Employer | None) -> bool:
    """Whether no union covers the employer, so that the union of the place takes its workers."""
    return employer is None or not Coverage.objects.filter(employer=employer, until=None).exists()


def transferring(membership: Membership) -> bool:
    """Whether a transfer of this membership waits or was returned."""
    return Transfer.objects.filter(membership=membership, case__state__in=WAITING).exists()


def state_of(membership: Membership) -> State:
    """Where the membership stands in the course of DOMAIN 3.2."""
    return rules.state_of(
        membership.standing, membership.ended, transferring=not membership.ended and transferring(membership)
    )


def takes(union: Union, employer: Employer | None, on: date) -> bool:
    """Whether the union is alive and takes members of this employer itself."""
    alive = union.since <= on and (union.until is None or on < union.until)
    return alive and rules.admits(union.kind, union.level, at_place=at_place(employer))


def locked(membership: Membership) -> Membership:
    """The membership as it is now, locked with its person until the act ends."""
    Person.objects.select_for_update().get(pk=membership.person_id)
    return (
        Membership.objects.select_for_update(of=("self",))
        .select_related("person", "unit")
        .get(pk=membership.pk)
    )


@step
def begin(
    person: Person,
    unit: Unit,
    *,
    on: date,
    entered: Entered,
    employer: Employer | None = None,
    standing: str = Standing.ACTIVE,
    registration: str = Registration.REAL_NAME,
    card: str = "",
) -> Membership:
    """A membership of the person begins; sex, kind of worker and pinyin are copied from the person."""
    membership = Membership(
        person=person,
        unit=unit,
        employer=employer,
        card=card or rules.card_number(unit.pk, person.pk),
        since=on,
        standing=standing,
        entered=entered,
        registration=registration,
    )
    copy(person, membership)
    membership.save()
    return membership


@step
def finish(membership: Membership, *, ended: Ended, on: date) -> Membership:
    """The membership ends: `on` is the first day after it. A transfer that still waits is taken back."""
    membership.until, membership.ended = on, ended
    membership.save()
    for transfer in Transfer.objects.filter(membership=membership, case__state__in=WAITING):
        cases.withdraw(transfer.case, on=on)
    return membership


def copy(person: Person, membership: Membership) -> None:
    """Bring the copies on the membership in step with the person."""
    membership.sex, membership.worker_kind = person.sex, person.worker_kind
    membership.migrant, membership.name_key = person.migrant, person.name_key


def waiting(case: Case) -> Case:
    """The case, locked; refused when it no longer waits."""
    found = Case.objects.select_for_update().get(pk=case.pk)
    if found.state not in WAITING:
        raise refuse(_("This application has already been decided or withdrawn."))
    return found
