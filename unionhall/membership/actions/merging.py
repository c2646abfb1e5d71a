"""Two unions become one: all members of one go over to the other on a day."""

from datetime import date

import polars as pl
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from unionhall.kernel.loading import fetch, load
from unionhall.kernel.models import Case, Unit
from unionhall.kernel.terms import NotAllowed, Refusal, Role, refuse_if
from unionhall.kernel.units import move
from unionhall.kernel.writing import Actor, action, step
from unionhall.membership.actions.periods import WAITING
from unionhall.membership.models import Joining, Membership, Transfer
from unionhall.membership.rules import Ended, Entered, admits, not_in_future
from unionhall.people.models import Person
from unionhall.unions.actions.tree import absorb
from unionhall.unions.models import Union
from unionhall.unions.rules import check_place

KEPT = (
    "person_id",
    "employer_id",
    "card",
    "standing",
    "registration",
    "sex",
    "worker_kind",
    "migrant",
    "name_key",
)


@action(Role.REVIEWER, Role.LEADER, on="union", sentence=_("merged a union into another"), logged=("reason",))
def merge_unions(
    actor: Actor,
    *,
    union: Union,
    into: Union,
    on: date,
    today: date,
    reason: str,
) -> Union:
    """All members of `union` are members of `into` from this day on, with their cards.

    What stands below `union` stands below `into`, which covers what it covered; `union` ends.
    """
    if not actor.reaches(into.unit):
        raise NotAllowed([Refusal(_("To merge two unions, both must be in your reach."), "into")])
    refuse_if([*_reasons(union, into, on, reason), *not_in_future(on, today)])
    move_members(union.unit, into.unit, on=on)
    move_requests(union.unit, into.unit)
    move_units(union, into, on=on)
    return absorb(union, into=into, on=on)


@step
def move_members(source: Unit, target: Unit, *, on: date) -> int:
    """Every current membership at `source` ends and goes on at `target`, set-based. Returns how many."""
    current = Membership.objects.filter(unit=source, until=None)
    frame = fetch(current.values_list(*KEPT).query.sql_with_params(), KEPT)
    current.update(until=on, ended=Ended.MERGER)
    load(Membership, _arriving(frame, target, on))
    Person.objects.filter(unit=source).update(unit=target)
    return frame.height


@step
def move_requests(source: Unit, target: Unit) -> None:
    """Applications and transfers that wait at `source` wait at `target`."""
    for joining in Joining.objects.filter(union_unit=source, case__state__in=WAITING).select_related("case"):
        joining.union_unit = target
        joining.save()
        _redirect(joining.case, source, target)
    for transfer in Transfer.objects.filter(to_unit=source, case__state__in=WAITING).select_related("case"):
        transfer.to_unit = target
        transfer.save()
        _redirect(transfer.case, source, target)


@step
def move_units(union: Union, into: Union, *, on: date) -> None:
    """Branches, groups and unions that stood below `union` stand below `into` from this day on."""
    for below in Union.objects.filter(unit__parent=union.unit, until=None).select_related("unit"):
        refuse_if(check_place(below.kind, below.level, into.kind, into.level))
        move(below.unit, parent=into.unit, on=on)


def _arriving(frame: pl.DataFrame, target: Unit, on: date) -> pl.DataFrame:
    return frame.with_columns(
        pl.col("employer_id").cast(pl.Int64),
        pl.lit(target.pk, dtype=pl.Int64).alias("unit_id"),
        pl.lit(on, dtype=pl.Date).alias("since"),
        pl.lit(Entered.MERGER.value).alias("entered"),
        pl.lit("").alias("ended"),
    )


def _redirect(case: Case, source: Unit, target: Unit) -> None:
    case.desks = [
        {**desk, "unit": target.pk if desk["unit"] == source.pk else desk["unit"]} for desk in case.desks
    ]
    case.unit = target
    case.save()


def _reasons(union: Union, into: Union, on: date, reason: str) -> list[Refusal]:
    found = []
    if union.pk == into.pk:
        found.append(Refusal(_("A union cannot be merged into itself: choose another."), "into"))
    elif (into.unit.path or "").startswith(union.unit.path or ""):
        found.append(Refusal(_("A union cannot be merged into one that stands below it."), "into"))
    if into.until is not None or union.until is not None:
        found.append(Refusal(_("To merge two unions, neither may have been dissolved."), "into"))
    if not admits(into.kind, into.level, at_place=True):
        found.append(Refusal(_("This union takes no members itself: choose a grassroots union."), "into"))
    if Membership.objects.filter(Q(since__gte=on), unit=union.unit, until=None).exists():
        found.append(Refusal(_("The day must come after the day on which the last member entered."), "on"))
    if not reason:
        found.append(Refusal(_("To merge two unions, give the decision."), "reason"))
    return found
