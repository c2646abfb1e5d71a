"""A member moves to another union: asks and is received there, or is moved by the office above both."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from unionhall.employers.models import Employer
from unionhall.kernel import cases
from unionhall.kernel.cases import Desk
from unionhall.kernel.models import CaseState, Verdict
from unionhall.kernel.terms import NotAllowed, Refusal, Role, refuse_if
from unionhall.kernel.writing import Actor, action, step
from unionhall.membership.actions.periods import at_place, begin, finish, locked, state_of, takes, waiting
from unionhall.membership.models import Membership, Transfer
from unionhall.membership.rules import (
    Ended,
    Entered,
    Standing,
    may_ask_transfer,
    may_transfer,
    not_in_future,
)
from unionhall.membership.rules import (
    state_of as plain_state_of,
)
from unionhall.people.actions.files import move_file
from unionhall.unions.models import Union

CASE = "membership.transfer"


@action(Role.WORKER, on="membership", sentence=_("asked to be transferred to another union"))
def ask_transfer(
    actor: Actor, *, membership: Membership, to: Union, on: date, employer: Employer | None = None
) -> Transfer:
    """A member asks another union to receive her; her membership goes on until it does."""
    now = locked(membership)
    refuse_if(
        may_ask_transfer(state=state_of(now), same_union=now.unit_id == to.pk, takes=takes(to, employer, on))
    )
    case = cases.open_case(
        kind=CASE,
        title=now.person.name,
        desks=[Desk(to.unit, str(_("The receiving union decides")))],
        on=on,
        applicant=actor.user,
    )
    transfer = Transfer(case=case, membership=now, to_unit=to.unit, employer=employer)
    transfer.save()
    return transfer


@action(Role.WORKER, on="transfer", sentence=_("withdrew the request for a transfer"))
def withdraw_transfer(actor: Actor, *, transfer: Transfer, on: date) -> Transfer:  # noqa: ARG001
    """Take a request back that has not been decided; the membership stays where it is."""
    cases.withdraw(waiting(transfer.case), on=on)
    return transfer


@action(Role.WORKER, on="transfer", sentence=_("handed a request for a transfer in again"))
def repeat_transfer(
    actor: Actor,  # noqa: ARG001
    *,
    transfer: Transfer,
    on: date,
    employer: Employer | None = None,
) -> Transfer:
    """Hand in again what the receiving union returned, with the new employer corrected."""
    cases.reopen(waiting(transfer.case), on=on)
    transfer.employer = employer or transfer.employer
    transfer.save()
    return transfer


@action(
    Role.REVIEWER,
    Role.LEADER,
    on="transfer",
    sentence=_("signed a request for a transfer"),
    logged=("reason",),
)
def sign_transfer(
    actor: Actor, *, transfer: Transfer, verdict: Verdict, on: date, reason: str = ""
) -> Transfer:
    """The receiving union decides. Received, the member leaves the old union and enters here the same day."""
    now = locked(transfer.membership)
    case = cases.sign(actor, transfer.case, verdict=verdict, on=on, reason=reason)
    transfer = Transfer.objects.select_related("to_unit__union", "employer").get(pk=transfer.pk)
    if case.state == CaseState.APPROVED:
        transfer.received = transferred(now, transfer.to_unit.union, on=on, employer=transfer.employer)
        transfer.save()
    return transfer


@action(
    Role.CLERK, Role.REVIEWER, on="membership", sentence=_("transferred a member between unions in reach")
)
def transfer_by_office(
    actor: Actor,
    *,
    membership: Membership,
    to: Union,
    on: date,
    today: date,
    employer: Employer | None = None,
) -> Membership:
    """An office that has both unions in reach moves a member without a request; a waiting request ends."""
    if not actor.reaches(to.unit):
        raise NotAllowed([Refusal(_("To transfer a member, both unions must be in your reach."), "to")])
    refuse_if(not_in_future(on, today))
    return transferred(locked(membership), to, on=on, employer=employer)


@step
def transferred(now: Membership, to: Union, *, on: date, employer: Employer | None) -> Membership:
    """End the membership and begin the other on the same day; card and registration stay, the file moves."""
    refuse_if(
        may_transfer(
            state=plain_state_of(now.standing, now.ended),
            since=now.since,
            on=on,
            same_union=now.unit_id == to.pk,
            kind=to.kind,
            level=to.level,
            union_since=to.since,
            union_until=to.until,
            at_place=at_place(employer),
        )
    )
    finish(now, ended=Ended.TRANSFERRED, on=on)
    move_file(now.person, unit=to.unit)
    return begin(
        now.person,
        to.unit,
        on=on,
        entered=Entered.TRANSFERRED,
        employer=employer,
        standing=Standing.ACTIVE if employer else now.standing,
        registration=now.registration,
        card=now.card,
    )
