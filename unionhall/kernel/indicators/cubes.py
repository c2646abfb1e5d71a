"""Derived sums: one fact, one period, grouped by unit and dimensions; kept, and brought up to date exactly.

A cube remembers the log entry it is as of. Every later entry names the units it touched, so only those units are
counted anew; an act that touched everything (a large import) means counting all again.
"""

import io
from collections.abc import Sequence

import polars as pl
from django.db.models import Count as SqlCount
from django.db.models import F
from django.db.models import Sum as SqlSum
from django.db.models.query import QuerySet

from unionhall.kernel.indicators.declared import Fact
from unionhall.kernel.loading import fetch
from unionhall.kernel.models import ChainHead, Cube, LogEntry, Unit
from unionhall.kernel.terms import Period

MOST_DIRTY = 500
UNIT = "unit"
ROWS = "rows"


def cube(fact: Fact, period: Period) -> pl.DataFrame:
    """The sums of a fact in a period: columns unit, one per dimension (text), rows, one per summed column."""
    start, end = fact.axis.key(period)
    head = ChainHead.objects.filter(pk=1).values_list("number", flat=True).first() or 0
    kept = Cube.objects.filter(fact=fact.code, start=start, end=end).first()
    if kept is None:
        return _with_unit_dimensions(fact, _keep(fact, period, head, grouped(fact, period)))
    frame = pl.read_ipc(io.BytesIO(bytes(kept.frame)))
    if kept.entry != head:
        dirty = _touched(kept.entry)
        if dirty is None:
            frame = grouped(fact, period)
        elif dirty:
            frame = pl.concat([frame.filter(~pl.col(UNIT).is_in(dirty)), grouped(fact, period, dirty)])
        frame = _keep(fact, period, head, frame)
    return _with_unit_dimensions(fact, frame)


def grouped(fact: Fact, period: Period, units: Sequence[int] | None = None) -> pl.DataFrame:
    """Count the rows themselves, of all units or of some."""
    rows = fact.rows(period)
    if units is not None:
        rows = rows.filter(**{f"{fact.unit}__in": units})
    own = [d for d in fact.dimensions if not d.of_unit]
    named = {f"d_{d.code}": F(d.lookup) for d in own}
    sums = {f"s_{column}": SqlSum(column) for column in fact.sums}
    query: QuerySet = (
        rows.order_by()
        .annotate(u=F(_key(fact.unit)), **named)
        .values("u", *named)
        .annotate(n=SqlCount("*"), **sums)
        .values_list("u", *named, "n", *sums)
    )
    frame = fetch(*query.query.sql_with_params(), schema=["u", *named, "n", *sums])
    scale = 10**fact.decimals
    return frame.select(
        pl.col("u").cast(pl.Int64).alias(UNIT),
        *(pl.col(f"d_{d.code}").cast(pl.String).fill_null("").alias(d.code) for d in own),
        pl.col("n").cast(pl.Int64).alias(ROWS),
        *(
            (pl.col(f"s_{c}").cast(pl.Float64).fill_null(0) * scale).round().cast(pl.Int64).alias(c)
            for c in fact.sums
        ),
    )


def pairs(fact: Fact, period: Period, column: str) -> pl.DataFrame:
    """Every (unit, thing) of a fact in a period, with its dimensions; columns unit, thing, one per dimension."""
    own = [d for d in fact.dimensions if not d.of_unit]
    named = {f"d_{d.code}": F(d.lookup) for d in own}
    query = fact.rows(period).order_by().annotate(u=F(_key(fact.unit)), t=F(column), **named)
    query = query.values_list("u", "t", *named).distinct()
    frame = fetch(*query.query.sql_with_params(), schema=["u", "t", *named])
    frame = frame.select(
        pl.col("u").cast(pl.Int64).alias(UNIT),
        pl.col("t").cast(pl.Int64).alias("thing"),
        *(pl.col(f"d_{d.code}").cast(pl.String).fill_null("").alias(d.code) for d in own),
    )
    return _with_unit_dimensions(fact, frame)


def forget() -> int:
    """Throw all derived sums away; they are counted again when asked for. Returns how many there were."""
    return Cube.objects.all().delete()[0]


def _key(way: str) -> str:
    return f"{way}_id"


def _touched(entry: int) -> list[int] | None:
    dirty: set[int] = set()
    for units in LogEntry.objects.filter(number__gt=entry).values_list("units", flat=True).iterator():
        if units is None:
            return None
        dirty.update(units)
        if len(dirty) > MOST_DIRTY:
            return None
    return sorted(dirty)


def _keep(fact: Fact, period: Period, head: int, frame: pl.DataFrame) -> pl.DataFrame:
    start, end = fact.axis.key(period)
    buffer = io.BytesIO()
    frame.write_ipc(buffer, compression="zstd")
    Cube.objects.update_or_create(
        fact=fact.code, start=start, end=end, defaults={"entry": head, "frame": buffer.getvalue()}
    )
    return frame


def _with_unit_dimensions(fact: Fact, frame: pl.DataFrame) -> pl.DataFrame:
    for dimension in fact.dimensions:
        if dimension.of_unit:
            values = Unit.objects.values_list("pk", dimension.lookup)
            known = fetch(*values.query.sql_with_params(), schema=[UNIT, dimension.code])
            known = known.select(
                pl.col(UNIT).cast(pl.Int64), pl.col(dimension.code).cast(pl.String).fill_null("")
            )
            frame = frame.join(known, on=UNIT, how="left").with_columns(pl.col(dimension.code).fill_null(""))
    return frame
