"""The dated tree: placing, moving and closing units; the tree of any day, in memory, for roll-ups."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np
from django.db import connection
from django.db.models import Count, Max, Q
from django.utils.translation import gettext_lazy as _

from unionhall.kernel.models import Placement, Unit
from unionhall.kernel.rows import Rows, below, segment
from unionhall.kernel.terms import Refusal, refuse, refuse_if
from unionhall.kernel.writing import step

Ints = np.ndarray[tuple[int], np.dtype[np.int64]]


@step
def place(unit: Unit, *, parent: Unit | None, since: date) -> Unit:
    """Put a new unit into the tree."""
    if parent:
        refuse_if(_misplaced(parent, since, "since"))
    unit.parent, unit.since = parent, since
    unit.save()
    unit.path = (parent.path or "" if parent else "") + segment(unit.pk)
    unit.save(update_fields=["path"])
    Placement(unit=unit, parent=parent, path=unit.path, since=since).save()
    return unit


@step
def move(unit: Unit, *, parent: Unit, on: date) -> Unit:
    """From this day the unit, with all below it, stands under another parent; earlier days keep their tree."""
    old = unit.path or ""
    if parent.path and parent.path.startswith(old):
        raise refuse(_("A unit cannot be placed under itself or under a unit below it."), "parent")
    now = _standing_now(unit)
    if on <= now.since:
        raise refuse(
            _("The move must come after the day since which the unit stands where it does now."), "on"
        )
    refuse_if(_misplaced(parent, on, "on"))
    new = (parent.path or "") + segment(unit.pk)
    moved = list(Placement.objects.filter(below("path", old), until=None).select_related("unit"))
    for placement in moved:
        top = placement.unit_id == unit.pk
        path = new + placement.path[len(old) :]
        if placement.since < on:
            placement.until = on
            placement.save()
            above = parent if top else placement.parent
            Placement(unit=placement.unit, parent=above, path=path, since=on, moved=top).save()
        else:
            placement.path = path
            placement.save()
        placement.unit.path = path
        if top:
            placement.unit.parent = parent
        placement.unit.save()
    unit.refresh_from_db()
    return unit


@step
def close(unit: Unit, *, on: date) -> Unit:
    """The unit ends: from this day it stands in no tree. Nothing may stand below it."""
    if Placement.objects.filter(Q(until=None) | Q(until__gt=on), parent=unit).exists():
        raise refuse(_("To dissolve this unit, first move or dissolve the units below it."))
    placement = _standing_now(unit)
    if on <= placement.since:
        raise refuse(_("A unit must end after it began."), "on")
    placement.until = on
    placement.save()
    unit.until = on
    unit.save()
    return unit


def _standing_now(unit: Unit) -> Placement:
    placement = Placement.objects.filter(unit=unit, until=None).first()
    if placement is None:
        raise refuse(_("To move or dissolve a unit it must still stand; this one has ended."))
    return placement


def _misplaced(parent: Unit, on: date, field: str) -> Iterator[Refusal]:
    """Why nothing can be placed below this unit from that day."""
    if parent.until is not None:
        yield Refusal(_("To place a unit choose a superior that goes on; this one has ended."), "parent")
    then = Placement.objects.filter(standing(on), unit=parent).values_list("path", flat=True).first()
    if then is not None and then != parent.path:
        yield Refusal(
            _("To place a unit choose a later day: on this day the superior unit itself stood elsewhere."),
            field,
        )


def standing(on: date) -> Q:
    """Placements that held on this day."""
    return Q(since__lte=on) & (Q(until__gt=on) | Q(until=None))


def subtree(unit: Unit, on: date) -> "Rows[Placement]":
    """Where the unit and all below it stood on this day."""
    here = Placement.objects.filter(standing(on), unit=unit).first()
    if here is None:
        return Placement.objects.none()
    return Placement.objects.filter(standing(on), below("path", here.path))


@dataclass(frozen=True, slots=True, eq=False)
class Tree:
    """The tree of one day in preorder: unit keys, paths, and for each node where its subtree ends.

    `units[i]` stands before its descendants `units[i+1:ends[i]]`; `depths[i]` counts the units above it.
    """

    units: Ints
    paths: list[str]
    ends: Ints
    depths: Ints
    positions: dict[int, int]

    def children(self, position: int) -> list[int]:
        """Positions of the units directly below."""
        found, at = [], position + 1
        while at < self.ends[position]:
            found.append(at)
            at = int(self.ends[at])
        return found


def tree(on: date) -> Tree:
    """The tree of this day. Kept in memory until a placement changes."""
    # an act that began earlier may end later: its rows are counted too
    version = Placement.objects.aggregate(latest=Max("act"), rows=Count("pk"))
    return _tree(on, version["latest"] or 0, version["rows"], connection.settings_dict["NAME"])


@lru_cache(maxsize=16)
def _tree(on: date, version: int, count: int, database: str) -> Tree:  # noqa: ARG001  they are the memory's key
    rows = sorted(Placement.objects.filter(standing(on)).values_list("path", "unit_id"))
    paths = [path for path, _unit in rows]
    units = np.array([unit for _path, unit in rows], dtype=np.int64)
    ends, depths = _shape(paths)
    return Tree(units, paths, ends, depths, {int(unit): i for i, unit in enumerate(units)})


def _shape(paths: list[str]) -> tuple[Ints, Ints]:
    """Where each subtree ends, and how many units stand above each.

    A unit whose superior does not stand that day stands under the next one above that does.
    """
    ends = np.full(len(paths), len(paths), dtype=np.int64)
    depths = np.zeros(len(paths), dtype=np.int64)
    line: list[int] = []
    for position, path in enumerate(paths):
        while line and not path.startswith(paths[line[-1]]):
            ends[line.pop()] = position
        depths[position] = len(line)
        line.append(position)
    return ends, depths
