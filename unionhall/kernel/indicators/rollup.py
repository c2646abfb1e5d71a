"""Values of indicators: for every node of the tree in one pass, for one unit, and the rows behind them."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import polars as pl
from django.db.models import Model, Q

from unionhall.kernel.indicators.cubes import ROWS, THING, UNIT, Cubes, Wanted
from unionhall.kernel.indicators.declared import (
    Breakdown,
    Count,
    Dimension,
    Distinct,
    Fact,
    Indicator,
    Ratio,
    Sum,
)
from unionhall.kernel.models import Placement, Unit
from unionhall.kernel.rows import Rows, below
from unionhall.kernel.terms import Period
from unionhall.kernel.units import Ints, Tree, subtree


@dataclass(frozen=True, slots=True)
class Value:
    """One value: of what it is made, where it is a ratio, and `None` when there is nothing to divide by."""

    value: Decimal | None
    numerator: Decimal | None = None
    denominator: Decimal | None = None


@dataclass(frozen=True, slots=True, eq=False)
class RollUp:
    """The values of one indicator at every node of a tree."""

    indicator: Indicator
    tree: Tree
    numerators: Ints
    denominators: Ints | None
    scale: int
    factor: int = 1

    def at(self, unit: int) -> Value:
        """The value at a unit; a unit that stood in no tree that day has the empty value."""
        position = self.tree.positions.get(unit)
        if position is None:
            return Value(None if self.denominators is not None else Decimal(0))
        return self.at_position(position)

    def at_position(self, position: int) -> Value:
        """The value at a node by its preorder position."""
        top = Decimal(int(self.numerators[position])) / self.scale
        if self.denominators is None:
            return Value(top)
        bottom = Decimal(int(self.denominators[position])) / self.scale
        return Value(top * self.factor / bottom if bottom else None, top, bottom)


REMEMBERED = 160
_memory: dict[tuple[object, ...], RollUp] = {}


def roll_up(
    indicator: Indicator, period: Period, breakdown: Breakdown | None = None, cubes: Cubes | None = None
) -> RollUp:
    """One indicator at every node, under the tree of the period's last day. Kept in memory until an act is done."""
    cubes = cubes or Cubes()
    wanted = {**(breakdown or {}), **indicator.always}
    key = (indicator.code, period, tuple(sorted(wanted.items())), cubes.digest)
    found = _memory.get(key) if cubes.digest else None
    if found is None or found.indicator is not indicator:
        found = _memory[key] = _rolled_up(indicator, period, wanted, cubes)
        while len(_memory) > REMEMBERED:
            _memory.pop(next(iter(_memory)), None)
    return found


def forget_roll_ups() -> None:
    """Empty the memory of what was rolled up."""
    _memory.clear()


def _rolled_up(indicator: Indicator, period: Period, wanted: Breakdown, cubes: Cubes) -> RollUp:
    standing = cubes.tree(period.last)
    if isinstance(indicator, Ratio):
        top = roll_up(indicator.numerator, period, wanted, cubes)
        bottom = roll_up(indicator.denominator, period, wanted, cubes)
        scale = max(top.scale, bottom.scale)
        return RollUp(
            indicator,
            standing,
            top.numerators * (scale // top.scale),
            bottom.numerators * (scale // bottom.scale),
            scale,
            indicator.factor,
        )
    if isinstance(indicator, Distinct):
        frame = select(indicator.fact, cubes.pairs(indicator.fact, period, indicator.column), wanted)
        return RollUp(indicator, standing, distinct_sums(standing, frame), None, 1)
    if isinstance(indicator, Sum):
        frame = select(indicator.fact, cubes.sums(indicator.fact, period), wanted)
        sums = additive_sums(standing, frame, indicator.column)
        return RollUp(indicator, standing, sums, None, 10**indicator.fact.decimals)
    if isinstance(indicator, Count):
        frame = select(indicator.fact, cubes.sums(indicator.fact, period), wanted)
        return RollUp(indicator, standing, additive_sums(standing, frame, ROWS), None, 1)
    raise TypeError(indicator)


def needs(indicators: Iterable[Indicator], periods: Iterable[Period]) -> list[Wanted]:
    """The derived sums that these indicators need for these periods: what to ask `Cubes` for at once."""
    found: list[Wanted] = []
    for period in periods:
        for indicator in indicators:
            for _role, part in parts(indicator):
                column = part.column if isinstance(part, Distinct) else ""
                found.append((part.fact, period, column))
    return found


def select(fact: Fact, frame: pl.DataFrame, wanted: Breakdown) -> pl.DataFrame:
    """The part of a cube that a breakdown means."""
    for code, value in wanted.items():
        dimension = fact.dimension(code)
        codes = dimension.codes(value)
        if dimension.tags:
            frame = frame.filter(
                pl.any_horizontal(pl.col(code).str.contains(f" {tag} ", literal=True) for tag in codes)
            )
        else:
            frame = frame.filter(pl.col(code).is_in(list(codes)))
    return frame


def additive_sums(standing: Tree, frame: pl.DataFrame, column: str) -> Ints:
    """Totals of each node and all below it, by prefix sums over the preorder."""
    size = len(standing.units)
    own = np.zeros(size + 1, dtype=np.int64)
    positions = _positions(standing, frame[UNIT])
    known = positions >= 0
    np.add.at(own, positions[known] + 1, frame[column].to_numpy()[known])
    sums = np.cumsum(own)
    found: Ints = sums[standing.ends] - sums[:size]
    return found


def distinct_sums(standing: Tree, frame: pl.DataFrame) -> Ints:
    """Different things at or below each node, exactly.

    Each thing adds one at each of its nodes and takes one away at the lowest common ancestor of neighbours in
    preorder; prefix sums over subtrees then count it once at every ancestor.
    """
    size = len(standing.units)
    positions = _positions(standing, frame[UNIT])
    known = positions >= 0
    spots = pl.DataFrame({"thing": frame[THING].to_numpy()[known], "at": positions[known]}).unique()
    spots = spots.sort("thing", "at")
    at, thing = spots["at"].to_numpy(), spots["thing"].to_numpy()
    own = np.zeros(size + 1, dtype=np.int64)
    np.add.at(own, at + 1, 1)
    together = np.flatnonzero(thing[1:] == thing[:-1]) if len(thing) else np.array([], dtype=np.int64)
    if len(together):
        np.add.at(own, _common_ancestors(standing, at[together], at[together + 1]) + 1, -1)
    sums = np.cumsum(own)
    found: Ints = sums[standing.ends] - sums[:size]
    return found


def by_value(
    indicator: Indicator, dimension: Dimension, unit: Unit, period: Period, cubes: Cubes | None = None
) -> dict[str, Value]:
    """The values at one unit for each value of a dimension that has rows."""
    cubes = cubes or Cubes()
    found: set[str] = set()
    for _role, part in parts(indicator):
        column = part.column if isinstance(part, Distinct) else ""
        frame = cubes.pairs(part.fact, period, column) if column else cubes.sums(part.fact, period)
        values = frame[dimension.code].unique()
        found |= _tags(dimension, values) if dimension.tags else set(values)
    return {v: roll_up(indicator, period, {dimension.code: v}, cubes).at(unit.pk) for v in sorted(found)}


def _tags(dimension: Dimension, column: Iterable[str]) -> set[str]:
    """The tags in a column that the dimension names; all of them where it names none."""
    tags = {tag for value in column for tag in value.split()}
    return tags & set(dimension.values) if dimension.values else tags


def rows_behind(
    indicator: Count | Sum | Distinct, unit: Unit, period: Period, breakdown: Breakdown | None = None
) -> "Rows[Model]":
    """The rows that a value is made of, in the reach of the unit under the tree of that day."""
    fact, wanted = indicator.fact, {**(breakdown or {}), **indicator.always}
    rows: Rows[Model] = fact.rows(period).filter(fact.condition(wanted))
    return rows.filter(reach(fact.unit, unit, period))


def reach(way: str, unit: Unit, period: Period) -> Q:
    """The condition that a row's unit stood at or below `unit` on the period's last day."""
    alive = Q(**{f"{way}__until": None}) | Q(**{f"{way}__until__gt": period.last})
    alive &= Q(**{f"{way}__since__lte": period.last})
    if unit.path and not Placement.objects.filter(moved=True, since__gt=period.last).exists():
        return below(f"{way}__path", unit.path) & alive
    return Q(**{f"{way}__in": subtree(unit, period.last).values("unit")})


def parts(indicator: Indicator) -> Iterable[tuple[str, Count | Sum | Distinct]]:
    """The countable indicators inside one: itself, or a ratio's two."""
    if isinstance(indicator, Ratio):
        for role, inner in (("numerator", indicator.numerator), ("denominator", indicator.denominator)):
            for _inner, part in parts(inner):
                yield role, part
    elif isinstance(indicator, Count | Sum | Distinct):
        yield "", indicator


def _positions(standing: Tree, units: pl.Series) -> Ints:
    if not len(standing.units) or not len(units):
        return np.full(len(units), -1, dtype=np.int64)
    order = np.argsort(standing.units)
    wanted = units.to_numpy()
    found = np.searchsorted(standing.units, wanted, sorter=order)
    found = np.where(found < len(order), found, 0)
    positions = order[found]
    return np.where(standing.units[positions] == wanted, positions, -1)


def _common_ancestors(standing: Tree, left: Ints, right: Ints) -> Ints:
    parents = _parents(standing)
    up, other = left.copy(), right
    outside = standing.ends[up] <= other
    while outside.any():
        up[outside] = parents[up[outside]]
        outside = (up >= 0) & (standing.ends[up] <= other)
    return up


def _parents(standing: Tree) -> Ints:
    parents = np.full(len(standing.units), -1, dtype=np.int64)
    line: list[int] = []
    for position, depth in enumerate(standing.depths.tolist()):
        del line[depth:]
        parents[position] = line[-1] if line else -1
        line.append(position)
    return parents
