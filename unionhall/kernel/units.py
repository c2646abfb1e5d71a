"""The dated tree: placing, moving and closing units; the tree of any day, in memory, for roll-ups."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np
from django.db import connection
from django.db.models import Max, Q
from django.utils.translation import gettext_lazy as _

from unionhall.kernel.models import Placement, Unit
from unionhall.kernel.rows import SEGMENT, Rows, below, segment
from unionhall.kernel.terms import refuse
from unionhall.kernel.writing import step

Ints = np.ndarray[tuple[int], np.dtype[np.int64]]


@step
def place(unit: Unit, *, parent: Unit | None, since: date) -> Unit:
    """Put a new unit into the tree."""
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
    now = Placement.objects.get(unit=unit, until=None)
    if on <= now.since:
        raise refuse(
            _("The move must come after the day since which the unit stands where it does now."), "on"
        )
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
    if Placement.objects.filter(parent=unit, until=None).exclude(unit=unit).exists():
        raise refuse(_("To dissolve this unit, first move or dissolve the units below it."))
    placement = Placement.objects.get(unit=unit, until=None)
    if on <= placement.since:
        raise refuse(_("A unit must end after it began."), "on")
    placement.until = on
    placement.save()
    unit.until = on
    unit.save()
    return unit


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
    version = Placement.objects.aggregate(version=Max("act"))["version"] or 0
    return _tree(on, version, connection.settings_dict["NAME"])


@lru_cache(maxsize=16)
def _tree(on: date, version: int, database: str) -> Tree:  # noqa: ARG001  part of the key of the memory
    rows = sorted(Placement.objects.filter(standing(on)).values_list("path", "unit_id"))
    paths = [path for path, _unit in rows]
    units = np.array([unit for _path, unit in rows], dtype=np.int64)
    depths = np.array([len(path) // SEGMENT for path in paths], dtype=np.int64) - 1
    return Tree(units, paths, _ends(depths), depths, {int(unit): i for i, unit in enumerate(units)})


def _ends(depths: Ints) -> Ints:
    ends = np.full(len(depths), len(depths), dtype=np.int64)
    waiting: list[int] = []
    for position, depth in enumerate(depths.tolist()):
        while waiting and depths[waiting[-1]] >= depth:
            ends[waiting.pop()] = position
        waiting.append(position)
    return ends
