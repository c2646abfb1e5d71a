"""Elections with their arithmetic, the terms they open, removals, and committees."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from unionhall.kernel.terms import WRITERS, refuse, refuse_if
from unionhall.kernel.writing import Actor, action, step
from unionhall.people.models import Person
from unionhall.unions.models import Body, Candidate, Election, Term, Union
from unionhall.unions.rules import (
    Ballot,
    BodyKind,
    ElectedBody,
    Name,
    Outcome,
    after_years,
    check_ballot,
    check_removal,
    check_term,
    count,
)

ELECTED_BODIES = {ElectedBody.AUDIT: BodyKind.AUDIT, ElectedBody.WOMEN: BodyKind.WOMEN}


@action(*WRITERS, on="union", sentence=_("recorded an election"))
def elect(
    actor: Actor,  # noqa: ARG001  who acts is logged
    *,
    union: Union,
    body: str,
    on: date,
    due: int,
    present: int,
    seats: int,
    secret: bool,
    names: tuple[Name, ...],
    years: int,
    run_off_of: Election | None = None,
) -> Election:
    """Record an election and what it brings: a full committee opens its term and closes the one before.

    An election that breaks a rule is recorded too, as not valid, and changes nothing. A run-off fills the seats
    that the first ballot left open.
    """
    ballot = Ballot(body, due, present, seats, secret, names)
    refuse_if([*check_ballot(ballot), *check_term(union.level, years)])
    if union.until is not None or on < union.since:
        raise refuse(_("The union must exist on the day of the election."), "on")
    if run_off_of:
        _check_run_off(run_off_of, union, ballot)
    outcome = count(ballot)
    election = Election(union=union, body=body, on=on, due=due, present=present, seats=seats, secret=secret)
    election.valid, election.run_off_of = outcome.valid, run_off_of
    election.save()
    for place, name in enumerate(names):
        candidate = Candidate(election=election, name=name.name, person_id=name.person, votes=name.votes)
        candidate.elected = place in outcome.elected
        candidate.save()
    _take_effect(election, ballot, outcome, years)
    return election


@action(*WRITERS, on="union", sentence=_("recorded the removal of a chair"))
def remove_chair(actor: Actor, *, union: Union, votes: int, whole: int) -> Union:  # noqa: ARG001  who acts is logged
    """More than half of all members or representatives have removed the chair."""
    refuse_if(check_removal(votes, whole))
    if union.chair is None:
        raise refuse(_("This union has no chair to remove."))
    union.chair = None
    union.save()
    return union


@action(*WRITERS, on="union", sentence=_("set up a committee"))
def set_body(
    actor: Actor,  # noqa: ARG001  who acts is logged
    *,
    union: Union,
    kind: str,
    members: int,
    women: int,
    since: date,
    head: Person | None = None,
) -> Body:
    """A committee of this kind from this day, in place of the one before."""
    if union.until is not None or since < union.since:
        raise refuse(_("A committee is set up while its union exists."), "since")
    return seat(union, kind=kind, members=members, women=women, since=since, head=head)


@action(*WRITERS, on="body", sentence=_("ended a committee"))
def end_body(actor: Actor, *, body: Body, on: date) -> Body:  # noqa: ARG001  who acts is logged
    """From this day the union has this committee no more."""
    if body.until is not None:
        raise refuse(_("This committee has already ended."))
    if on <= body.since:
        raise refuse(_("A committee must end after it began."), "on")
    body.until = on
    body.save()
    return body


@step
def seat(
    union: Union, *, kind: str, members: int, women: int, since: date, head: Person | None = None
) -> Body:
    """A committee of a union, in place of the one before."""
    if not 0 <= women <= members or not members:
        raise refuse(_("A committee has at least one member, and no more women than members."), "women")
    former = Body.objects.filter(union=union, kind=kind, until=None).first()
    if former:
        if since <= former.since:
            raise refuse(_("The new committee must begin after the one before."), "since")
        former.until = since
        former.save()
    body = Body(union=union, kind=kind, members=members, women=women, head=head, since=since)
    body.save()
    return body


def vacant(election: Election) -> int:
    """Seats that an election and its run-offs have left open."""
    elected = Candidate.objects.filter(election=election, elected=True).count()
    again = Candidate.objects.filter(election__run_off_of=election, elected=True).count()
    return election.seats - elected - again


def _check_run_off(first: Election, union: Union, ballot: Ballot) -> None:
    if first.union_id != union.pk or first.body != ballot.body or not first.valid:
        raise refuse(_("A run-off follows a valid election of the same body."), "run_off_of")
    if ballot.seats != vacant(first):
        said = _("The run-off fills the %(seats)s seats left open.") % {"seats": vacant(first)}
        raise refuse(said, "seats")


def _take_effect(election: Election, ballot: Ballot, outcome: Outcome, years: int) -> None:
    first = election.run_off_of or election
    if not outcome.valid or vacant(first):
        return
    if ballot.body == ElectedBody.COMMITTEE:
        _open_term(election, first.seats, years)
    elif ballot.body == ElectedBody.CHAIR:
        (winner,) = outcome.elected
        election.union.chair_id = ballot.names[winner].person
        election.union.save()
    else:
        kind = ELECTED_BODIES[ElectedBody(ballot.body)]
        seat(election.union, kind=kind, members=first.seats, women=_women(first, kind), since=election.on)


def _women(first: Election, kind: str) -> int:
    """Of a women's committee all; of others those whose sex the register knows."""
    if kind == BodyKind.WOMEN:
        return first.seats
    chain = (first.pk, *first.run_offs.values_list("pk", flat=True))
    return Candidate.objects.filter(election__in=chain, elected=True, person__sex="F").count()


def _open_term(election: Election, seats: int, years: int) -> None:
    union, on = election.union, election.on
    last = Term.objects.filter(union=union).order_by("-number").first()
    if last and on < last.since:
        raise refuse(_("The election must come after the present term began."), "on")
    if last and last.until is None:
        last.until = on
        last.save()
    term = Term(union=union, number=last.number + 1 if last else 1, years=years, since=on)
    term.expires, term.committee_size = after_years(on, years), seats
    term.save()
