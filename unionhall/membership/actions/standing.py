"""What becomes of a membership: retained, resumed, left, expelled, died, reinstated, corrected."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from unionhall.employers.models import Employer
from unionhall.kernel.models import LogEntry
from unionhall.kernel.terms import Role, refuse_if
from unionhall.kernel.writing import Actor, action, step
from unionhall.membership.actions.periods import begin, copy, finish, locked, member_at, state_of
from unionhall.membership.models import Membership
from unionhall.membership.rules import (
    Ended,
    Entered,
    Standing,
    may_end,
    may_reinstate,
    may_resume,
    may_retain,
    not_in_future,
)
from unionhall.people.models import Person, PersonMerge
from unionhall.unions.models import Union


@action(Role.CLERK, Role.REVIEWER, on="membership", sentence=_("retained a membership"), logged=("reason",))
def retain(actor: Actor, *, membership: Membership, reason: str) -> Membership:  # noqa: ARG001
    """Keep a membership of somebody without work: no dues, no vote."""
    now = locked(membership)
    refuse_if(may_retain(state=state_of(now), reason=reason))
    now.standing = Standing.RETAINED
    now.save()
    return now


@action(Role.CLERK, Role.REVIEWER, on="membership", sentence=_("resumed a retained membership"))
def resume(
    actor: Actor,  # noqa: ARG001
    *,
    membership: Membership,
    employer: Employer | None = None,
) -> Membership:
    """A retained membership is active again."""
    now = locked(membership)
    refuse_if(may_resume(state=state_of(now)))
    now.standing, now.employer = Standing.ACTIVE, employer or now.employer
    now.save()
    return now


@action(
    Role.WORKER,
    Role.CLERK,
    Role.REVIEWER,
    on="membership",
    sentence=_("ended a membership: the member left"),
    logged=("reason",),
)
def leave(
    actor: Actor,  # noqa: ARG001
    *,
    membership: Membership,
    on: date,
    today: date,
    reason: str = "",  # noqa: ARG001  kept in the log
) -> Membership:
    """A member leaves of her own will; `on` is the first day she is none."""
    return _ended(membership, Ended.LEFT, on, today)


@action(Role.REVIEWER, on="membership", sentence=_("expelled a member"), logged=("reason",))
def expel(
    actor: Actor,  # noqa: ARG001
    *,
    membership: Membership,
    on: date,
    today: date,
    reason: str,
) -> Membership:
    """The union has decided to expel a member."""
    return _ended(membership, Ended.EXPELLED, on, today, reason)


@action(Role.CLERK, Role.REVIEWER, on="membership", sentence=_("recorded the death of a member"))
def record_death(actor: Actor, *, membership: Membership, on: date, today: date) -> Membership:  # noqa: ARG001
    """A member has died; `on` is the day of death."""
    return _ended(membership, Ended.DIED, on, today)


@action(Role.REVIEWER, on="membership", sentence=_("took a former member back"), logged=("reason",))
def reinstate(
    actor: Actor,  # noqa: ARG001
    *,
    membership: Membership,
    on: date,
    today: date,
    reason: str,
) -> Membership:
    """Take somebody back who left or was expelled: a new membership at the same union begins."""
    old = locked(membership)
    union = Union.objects.get(pk=old.unit_id)
    refuse_if(
        [
            *may_reinstate(
                state=state_of(old),
                until=old.until,
                on=on,
                member_at=member_at(old.person),
                union_until=union.until,
                reason=reason,
            ),
            *not_in_future(on, today),
        ]
    )
    return begin(
        old.person,
        old.unit,
        on=on,
        entered=Entered.REINSTATED,
        employer=old.employer,
        registration=old.registration,
        card=old.card,
    )


@action(Role.CLERK, Role.REVIEWER, on="membership", sentence=_("corrected a membership"))
def correct_membership(
    actor: Actor,  # noqa: ARG001
    *,
    membership: Membership,
    worker_kind: str,
    migrant: bool,
    employer: Employer | None = None,
) -> Membership:
    """Correct kind of worker, migrant worker and employer; person and copy stay in step."""
    now = locked(membership)
    now.person.worker_kind, now.person.migrant = worker_kind, migrant
    now.person.save()
    now.employer = employer
    copy(now.person, now)
    now.save()
    return now


@step
def bring_in_step(person: Person) -> int:
    """Copy sex, kind of worker and pinyin of a person onto all her memberships; returns how many differed."""
    differing = [m for m in Membership.objects.filter(person=person) if _differs(m, person)]
    for membership in differing:
        copy(person, membership)
        membership.save()
    return len(differing)


@action(sentence=_("brought the copies on memberships in step with the person"))
def follow_person(actor: Actor, *, person: Person) -> Person:  # noqa: ARG001
    """What the house does by itself after a person was corrected."""
    bring_in_step(person)
    return person


def _differs(membership: Membership, person: Person) -> bool:
    mine = (membership.sex, membership.worker_kind, membership.migrant, membership.name_key)
    return mine != (person.sex, person.worker_kind, person.migrant, person.name_key)


def _ended(membership: Membership, end: Ended, on: date, today: date, reason: str = "") -> Membership:
    now = locked(membership)
    reasons = may_end(state=state_of(now), end=end, since=now.since, on=on, reason=reason)
    refuse_if([*reasons, *not_in_future(on, today)])
    return finish(now, ended=end, on=on)


def after_person(entry: LogEntry) -> None:
    """React to a person's file being corrected or merged: the copies on her memberships follow."""
    person = Person.objects.filter(pk=entry.subject_pk).first()
    if entry.subject_kind == PersonMerge._meta.label_lower:
        person = PersonMerge.objects.get(pk=entry.subject_pk).kept
    if person is not None:
        follow_person(Actor.machine(), person=person)
