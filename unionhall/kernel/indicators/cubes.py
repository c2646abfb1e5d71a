"""Derived sums: one fact, one period, grouped by unit and dimensions; kept, and brought up to date exactly.

A cube remembers the log entry it is as of. Every later entry names the units it touched, so only those units are
counted anew; an act that touched everything (a large import) means counting all again.
"""

import io
from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache

import polars as pl
from django.db.models import Count as SqlCount
from django.db.models import F, Q
from django.db.models import Sum as SqlSum

from unionhall.kernel.indicators.declared import Fact
from unionhall.kernel.loading import fetch
from unionhall.kernel.models import ChainHead, Cube, LogEntry, Unit
from unionhall.kernel.terms import Period
from unionhall.kernel.units import Tree, tree

MOST_DIRTY = 500
UNIT, ROWS, THING = "unit", "rows", "thing"
Wanted = tuple[Fact, Period, str]
Key = tuple[str, date, date]


class Cubes:
    """The derived sums that one page or pass needs: read together, brought up to date where acts touched them."""

    def __init__(self, wanted: Iterable[Wanted] = ()) -> None:
        head = ChainHead.objects.filter(pk=1).values_list("number", "digest").first()
        self.head, self.digest = head or (0, "")
        self.kept: dict[Key, Cube] = {}
        self.frames: dict[Key, pl.DataFrame] = {}
        self.dirty: dict[int, list[int] | None] = {}
        self.trees: dict[date, Tree] = {}
        keys = [self._key(*one) for one in wanted]
        if keys:
            asked = Q()
            for code, start, end in set(keys):
                asked |= Q(fact=code, start=start, end=end)
            self.kept = {(c.fact, c.start, c.end): c for c in Cube.objects.filter(asked)}

    def tree(self, on: date) -> Tree:
        """The tree of a day, asked for once."""
        if on not in self.trees:
            self.trees[on] = tree(on)
        return self.trees[on]

    def sums(self, fact: Fact, period: Period) -> pl.DataFrame:
        """Columns unit, one per dimension (text), rows, and one per summed column (scaled to whole numbers)."""
        return self._frame(fact, period, "")

    def pairs(self, fact: Fact, period: Period, column: str) -> pl.DataFrame:
        """Every different (unit, thing) with its dimensions: what distinct counting needs."""
        return self._frame(fact, period, column)

    def _key(self, fact: Fact, period: Period, column: str) -> Key:
        return (f"{fact.code}:{column}" if column else fact.code, *fact.axis.key(period))

    def _frame(self, fact: Fact, period: Period, column: str) -> pl.DataFrame:
        key = self._key(fact, period, column)
        if key not in self.frames:
            self.frames[key] = self._with_unit_dimensions(fact, self._current(key, fact, period, column))
        return self.frames[key]

    def _current(self, key: Key, fact: Fact, period: Period, column: str) -> pl.DataFrame:
        kept = self.kept.get(key) or Cube.objects.filter(fact=key[0], start=key[1], end=key[2]).first()
        if kept is None:
            return self._keep(key, derive(fact, period, column))
        frame = pl.read_ipc(io.BytesIO(bytes(kept.frame)))
        if kept.entry == self.head:
            return frame
        dirty = self._touched(kept.entry)
        if dirty is None:
            return self._keep(key, derive(fact, period, column))
        if not dirty:
            return frame
        clean = frame.filter(~pl.col(UNIT).is_in(dirty))
        return self._keep(key, pl.concat([clean, derive(fact, period, column, dirty)]))

    def _touched(self, entry: int) -> list[int] | None:
        if entry not in self.dirty:
            self.dirty[entry] = touched_since(entry)
        return self.dirty[entry]

    def _keep(self, key: Key, frame: pl.DataFrame) -> pl.DataFrame:
        buffer = io.BytesIO()
        frame.write_ipc(buffer, compression="zstd")
        Cube.objects.update_or_create(
            fact=key[0], start=key[1], end=key[2], defaults={"entry": self.head, "frame": buffer.getvalue()}
        )
        return frame

    def _with_unit_dimensions(self, fact: Fact, frame: pl.DataFrame) -> pl.DataFrame:
        of_unit = [d for d in fact.dimensions if d.of_unit]
        if not of_unit:
            return frame
        known = unit_columns(tuple(d.lookup for d in of_unit), self.digest)
        names = {d.lookup: d.code for d in of_unit}
        joined = frame.join(known.rename(names), on=UNIT, how="left")
        return joined.with_columns(pl.col(d.code).fill_null("") for d in of_unit)


def derive(fact: Fact, period: Period, column: str, units: Sequence[int] | None = None) -> pl.DataFrame:
    """Count the rows themselves, of all units or of some; with a column, its different values instead."""
    rows = fact.rows(period)
    if units is not None:
        rows = rows.filter(**{f"{fact.unit}__in": units})
    own = {f"d_{d.code}": F(d.lookup) for d in fact.dimensions if not d.of_unit}
    rows = rows.order_by().annotate(u=F(f"{fact.unit}_id"), **own)
    texts = [pl.col(name).cast(pl.String).fill_null("").alias(name.removeprefix("d_")) for name in own]
    whole_numbers = pl.col(pl.Boolean).cast(pl.Int8)  # SQLite gives 0 and 1, PostgreSQL false and true
    if column:
        named = rows.annotate(t=F(column)).filter(t__isnull=False)  # a row that names nothing adds nothing
        pairs = named.values_list("u", "t", *own)
        frame = fetch(pairs.query.sql_with_params(), ("u", "t", *own)).with_columns(whole_numbers)
        return frame.select(
            pl.col("u").cast(pl.Int64).alias(UNIT), pl.col("t").cast(pl.Int64).alias(THING), *texts
        ).unique()
    sums = {f"s_{name}": SqlSum(name) for name in fact.sums}
    query = rows.values("u", *own).annotate(n=SqlCount("*"), **sums).values_list("u", *own, "n", *sums)
    frame = fetch(query.query.sql_with_params(), ("u", *own, "n", *sums)).with_columns(whole_numbers)
    scale = 10**fact.decimals
    whole = [
        (pl.col(f"s_{name}").cast(pl.Float64).fill_null(0) * scale).round().cast(pl.Int64).alias(name)
        for name in fact.sums
    ]
    return frame.select(
        pl.col("u").cast(pl.Int64).alias(UNIT), *texts, pl.col("n").cast(pl.Int64).alias(ROWS), *whole
    )


def touched_since(entry: int) -> list[int] | None:
    """The units that later acts touched; `None` when it may be any."""
    dirty: set[int] = set()
    for units in LogEntry.objects.filter(number__gt=entry).values_list("units", flat=True).iterator():
        if units is None:
            return None
        dirty.update(units)
        if len(dirty) > MOST_DIRTY:
            return None
    return sorted(dirty)


@lru_cache(maxsize=8)
def unit_columns(lookups: tuple[str, ...], digest: str) -> pl.DataFrame:  # noqa: ARG001  part of the key
    """What is known of every unit along these ways, as text. Kept in memory until an act is done."""
    query = Unit.objects.values_list("pk", *lookups)
    known = fetch(query.query.sql_with_params(), (UNIT, *lookups))
    return known.select(
        pl.col(UNIT).cast(pl.Int64), *(pl.col(way).cast(pl.String).fill_null("") for way in lookups)
    )


def forget() -> int:
    """Throw all derived sums away; they are counted again when asked for. Returns how many there were."""
    return Cube.objects.all().delete()[0]
