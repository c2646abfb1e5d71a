"""Every indicator of the register for every node of a year, in one pass, beside polars over the same facts in memory.

python benchmarks/rollup.py [--year 2018] [--report jinan2018] [--scale full]

The database of DATABASE_URL holds a demo, or an empty one is filled. The pass counts from the rows themselves: all
derived sums are forgotten first. Polars gets the same rows already in memory, as columns, and does for each
indicator what the pass does: choose the rows of the period, add up or tell apart by node and all nodes above.
Distinct counts are compared with COUNT(DISTINCT) of the database at sampled nodes; all values with those of polars.
"""

import argparse
import random
import time

from house import peak, seconds, start

CHUNK = 200_000
SAMPLED = 20


def rows_of(fact, columns):
    """All rows of a fact as a frame, whatever the period."""
    import polars as pl
    from django.db import connection
    from django.db.models import F

    own = {f"d_{d.code}": F(d.lookup) for d in fact.dimensions if not d.of_unit}
    axis = [fact.axis.on] if hasattr(fact.axis, "on") else [fact.axis.since, fact.axis.until]
    query = fact.model.objects.filter(fact.where).order_by().annotate(u=F(f"{fact.unit}_id"), **own)
    query = query.values_list("u", *axis, *own, *fact.sums, *columns)
    sql, parameters = query.query.sql_with_params()
    names = ["u", *(f"a{place}" for place in range(len(axis))), *own, *fact.sums, *columns]
    parts = []
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        while rows := cursor.fetchmany(CHUNK):
            parts.append(pl.DataFrame(rows, schema=names, orient="row", infer_schema_length=None))
    if not parts:
        return None
    frame = pl.concat(parts, how="vertical_relaxed")
    dates = [pl.col(name).cast(pl.Date, strict=False) for name in names if name in {"a0", "a1"}]
    texts = [pl.col(name).cast(pl.String).fill_null("") for name in own]
    return frame.with_columns(pl.col(pl.Boolean).cast(pl.Int8), *dates).with_columns(texts)


def plain(part, period, wanted, held, ancestors, units):
    """One indicator by polars alone: a frame of node and value."""
    import polars as pl

    from unionhall.kernel.indicators.declared import Distinct, Sum

    fact = part.fact
    frame = held[fact.code]
    if hasattr(fact.axis, "on"):
        chosen = (pl.col("a0") >= period.start) & (pl.col("a0") <= period.last)
    else:
        chosen = (pl.col("a0") <= period.last) & (pl.col("a1").is_null() | (pl.col("a1") > period.last))
    for code, value in wanted.items():
        dimension = fact.dimension(code)
        name = f"d_{code}"
        if dimension.of_unit:
            frame = frame.join(units.select("u", pl.col(dimension.lookup).alias(name)), on="u", how="left")
        chosen &= pl.col(name).is_in(list(dimension.codes(value)))
    frame = frame.lazy().filter(chosen)
    if isinstance(part, Distinct):
        pairs = frame.select("u", part.column).unique().join(ancestors.lazy(), on="u")
        return pairs.group_by("node").agg(pl.col(part.column).n_unique().alias("value")).collect()
    added = pl.col(part.column).sum() if isinstance(part, Sum) else pl.len()
    own = frame.group_by("u").agg(added.cast(pl.Int64).alias("value")).join(ancestors.lazy(), on="u")
    return own.group_by("node").agg(pl.col("value").sum()).collect()


def ancestors_of(standing):
    """Each unit beside itself and every unit above it."""
    import polars as pl

    line, rows = [], []
    for unit, depth in zip(standing.units.tolist(), standing.depths.tolist(), strict=True):
        del line[depth:]
        line.append(unit)
        rows += [(unit, node) for node in line]
    return pl.DataFrame(rows, schema={"u": pl.Int64, "node": pl.Int64}, orient="row")


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--year", type=int, default=2018)
    options.add_argument("--report", default="jinan2018")
    options.add_argument("--scale", default="full")
    asked = options.parse_args()
    start(asked.report, asked.scale)

    from django.db import connection

    from unionhall.kernel.indicators.cubes import Cubes, forget, unit_columns
    from unionhall.kernel.indicators.declared import Distinct
    from unionhall.kernel.indicators.rollup import forget_roll_ups, needs, parts, roll_up, rows_behind
    from unionhall.kernel.models import Unit
    from unionhall.kernel.terms import Period
    from unionhall.kernel.units import tree
    from unionhall.modules import MODULES

    period = Period.year(asked.year)
    indicators = [i for door in MODULES for i in door.indicators]
    standing = tree(period.last)
    forget()

    def whole_pass():
        cubes = Cubes(needs(indicators, [period]))
        return {i.code: roll_up(i, period, cubes=cubes) for i in indicators}

    found, cold = seconds(whole_pass)
    forget_roll_ups()
    _same, warm = seconds(whole_pass)
    _same, remembered = seconds(whole_pass)

    pieces = {}
    for indicator in indicators:
        for _role, part in parts(indicator):
            pieces[part.code] = part
    columns = {}
    for part in pieces.values():
        wanted = columns.setdefault(part.fact.code, [])
        if isinstance(part, Distinct) and part.column not in wanted:
            wanted.append(part.column)
    facts = {part.fact.code: part.fact for part in pieces.values()}
    held = {code: rows_of(fact, columns[code]) for code, fact in facts.items()}
    held = {code: frame for code, frame in held.items() if frame is not None}
    ways = tuple({d.lookup for fact in facts.values() for d in fact.dimensions if d.of_unit})
    units = unit_columns(ways, Cubes().digest).rename({"unit": "u"}) if ways else None
    above = ancestors_of(standing)

    began = time.perf_counter()
    values = {
        code: plain(part, period, part.always, held, above, units)
        for code, part in pieces.items()
        if part.fact.code in held
    }
    columnar = time.perf_counter() - began

    wrong = 0
    for code, frame in values.items():
        if pieces[code].fact.__class__.__name__ != "Fact":
            continue  # a fact that narrows its rows by the period has no plain twin
        mine = roll_up(pieces[code], period)
        theirs = dict(frame.iter_rows())
        for place, unit in enumerate(standing.units.tolist()):
            wrong += int(mine.numerators[place]) != theirs.get(unit, 0) * mine.scale
    distinct_wrong, compared = 0, 0
    sample = random.Random(1).sample(standing.units.tolist(), SAMPLED)
    for indicator in indicators:
        if isinstance(indicator, Distinct):
            for unit in Unit.objects.filter(pk__in=[*sample, int(standing.units[0])]):
                counted = rows_behind(indicator, unit, period).values(indicator.column).distinct().count()
                distinct_wrong += counted != found[indicator.code].at(unit.pk).value
                compared += 1
    rows = {code: frame.height for code, frame in held.items()}
    print(f"{connection.vendor}: {len(indicators)} indicators, {len(standing.units):,} nodes, rows {rows}")
    print(
        f"one pass from the rows {cold:.2f} s; again from kept sums {warm:.2f} s; remembered {remembered:.3f} s"
    )
    print(
        f"polars in memory {columnar:.2f} s; ratio {cold / columnar:.1f} from the rows, "
        f"{warm / columnar:.1f} from kept sums"
    )
    print(f"values unlike polars: {wrong}; distinct unlike COUNT(DISTINCT): {distinct_wrong} of {compared}")
    print(f"peak {peak():.0f} MiB (with all rows held for polars)")


if __name__ == "__main__":
    main()
