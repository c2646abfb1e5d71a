"""Putting the parts of a demo federation together into the frames that are loaded."""

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import polars as pl

from unionhall.membership.demo.members import Seats
from unionhall.people.columns import pinyin_keys
from unionhall.people.demo.shares import Whole, dates, days
from unionhall.report.demo.plans import Plan
from unionhall.unions.demo.grassroots import Employers, Founded, Group, branches, found_group
from unionhall.unions.demo.trees import Federations, Shape, Spot
from unionhall.unions.rules import Registration

TOWNSHIPS_WHOLE_FROM = 0.2
LEAST_TOWNSHIPS = 2
URBAN, ZONE = 2.0, 1.5  # how much more than a county a district or a development zone draws
EARLIER_SHARE = 0.95  # headcount of the years before, to that of the plan's year
WOMEN, MIGRANTS = 0.43, 0.2


@dataclass(frozen=True, slots=True)
class Assembled:
    """All units in an order that names each parent first: federations, grassroots unions group by group, branches.

    `grassroots` is the place of the first grassroots union, `groups` how many each group has.
    """

    units: pl.DataFrame
    employers: pl.DataFrame
    grassroots: int
    groups: list[int]


def scaled_shape(shape: Shape, scale: float) -> Shape:
    """A tree for a smaller federation: fewer townships a county, fewer sector federations."""
    townships = max(LEAST_TOWNSHIPS, round(shape.townships * min(1.0, scale / TOWNSHIPS_WHOLE_FROM)))
    sectors = tuple((year, max(1, round(count * scale))) for year, count in shape.sector_federations)
    return replace(shape, townships=townships, sector_federations=sectors)


def found_all(
    tree: Federations, groups: list[Group], plan: Plan, source: Employers, random: np.random.Generator
) -> list[Founded]:
    """The unions and employers of every group, at the spots where such unions stand."""
    found = []
    for group in groups:
        spots, weights = _spots(tree, group)
        found.append(found_group(group, spots, weights, plan.day, source, random))
    return found


def assemble(tree: Federations, founded: list[Founded], random: np.random.Generator) -> Assembled:
    """One frame of units and one of employers; places of unions become places among all units."""
    above = pl.DataFrame(
        {
            "name": [node.name for node in tree.nodes],
            "kind": [node.kind.value for node in tree.nodes],
            "level": [node.level.value for node in tree.nodes],
            "region": [node.region for node in tree.nodes],
            "parent": [node.parent for node in tree.nodes],
            "since": [node.since for node in tree.nodes],
        }
    ).with_columns(
        pl.lit("").alias("ownership"),
        pl.lit("").alias("industry"),
        pl.lit("").alias("worker_kind"),
        pl.lit(Registration.REAL_NAME.value).alias("registration"),
    )
    known, unions, employers = above.height, [], []
    for part in founded:
        unions.append(part.unions.select(above.columns).cast(above.schema))
        employers.append(part.employers.with_columns(pl.col("union") + known))
        known += part.unions.height
    low, all_employers = pl.concat(unions), pl.concat(employers)
    members = _members_of(all_employers, above.height, low.height)
    small = branches(low, members, random).with_columns((pl.col("union") + above.height).alias("parent"))
    units = pl.concat([above, low, small.select(above.columns).cast(above.schema)])
    return Assembled(units, all_employers, above.height, [part.unions.height for part in founded])


def employer_rows(
    whole: Assembled, first: int, day: date, random: np.random.Generator
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows of employers, and of their headcounts before and since the beginning of the plan's year."""
    frame = whole.employers
    keys = pinyin_keys(frame["name"])
    employers = frame.select(
        "name", "uscc", "ownership", "industry", "size", "region", "tags", "since",
        (pl.col("place") + first).alias("unit_id"),
    ).with_columns(
        keys["key"].str.slice(0, 240).alias("name_key"),
        keys["initials"].str.slice(0, 60),
        pl.lit("").alias("address"),
        pl.lit("active").alias("status"),
    )  # fmt: skip
    workers = frame["workers"].to_numpy()
    turn = days(date(day.year, 1, 1))
    since = frame["since"].to_physical().to_numpy().astype(np.int64)
    old = since < turn
    now = _counted(workers, np.arange(frame.height), random).with_columns(
        dates(np.maximum(since, turn)).alias("since"), pl.lit(None, pl.Date).alias("until")
    )
    fewer = np.maximum(1, np.floor(workers * EARLIER_SHARE).astype(np.int64))
    then = _counted(fewer[old], np.flatnonzero(old), random).with_columns(
        dates(since[old]).alias("since"), dates(np.full(int(old.sum()), turn)).alias("until")
    )
    return employers, pl.concat([then, now])


def coverage_rows(whole: Assembled, first: int, first_employer: int) -> pl.DataFrame:
    """Rows of coverage."""
    return (
        whole.employers.with_row_index("row")
        .filter(pl.col("union").is_not_null())
        .select(
            (pl.col("union") + first).alias("union_id"),
            (pl.col("row").cast(pl.Int64) + first_employer).alias("employer_id"),
            pl.col("covered_since").alias("since"),
        )
    )


def seats_of(whole: Assembled, first: int, first_employer: int, regions: list[str]) -> Seats:
    """Where members belong: a large union's in equal parts with itself and with its branches and groups."""
    units = whole.units.with_row_index("unit").with_columns(pl.col("unit").cast(pl.Int64))
    low = units.filter(pl.col("unit") >= whole.grassroots)
    count = sum(whole.groups)
    own = low.head(count).select(pl.col("unit").alias("union"), "unit")
    below = low.slice(count).select(pl.col("parent").alias("union"), "unit")
    targets = pl.concat([own, below]).with_columns(
        pl.col("unit").rank("ordinal").over("union").cast(pl.Int64).alias("turn") - 1,
        pl.len().over("union").cast(pl.Int64).alias("parts"),
    )
    covered = whole.employers.with_row_index("row").filter(pl.col("union").is_not_null())
    rows = covered.select("row", "union", "members").join(targets, on="union", maintain_order="left")
    rows = rows.with_columns(
        members=pl.col("members") // pl.col("parts") + (pl.col("turn") < pl.col("members") % pl.col("parts"))
    ).filter(pl.col("members") > 0)
    facts = units.select("unit", "since", "worker_kind", "registration")
    frame = rows.join(facts, on="unit", maintain_order="left").sort("unit", "row")
    return Seats(
        frame.select(
            (pl.col("unit") + first).alias("unit_id"),
            (pl.col("row").cast(pl.Int64) + first_employer).alias("employer_id"),
            "members",
            "since",
            "worker_kind",
            "registration",
        ),
        regions,
    )


def regions_of(tree: Federations) -> list[str]:
    """Codes that made-up identity numbers begin with: counties, or the first district of a city."""
    codes = {spot.region for spot in tree.counties}
    proper = sorted(code for code in codes if not code.endswith("00"))
    return proper or sorted(f"{code[:4]}02" for code in codes)


def _spots(tree: Federations, group: Group) -> tuple[list[Spot], list[float]]:
    if group.new_forms:
        return tree.sectors, [1.0] * len(tree.sectors)
    weights = [_weight(tree, spot) for spot in tree.counties]
    whole = sum(weights)
    spots, shared = list(tree.counties), [weight * (1 - group.industrial) for weight in weights]
    if group.industrial:
        spots += tree.industrial
        shared += [whole * group.industrial / len(tree.industrial)] * len(tree.industrial)
    return spots, shared


def _weight(tree: Federations, spot: Spot) -> float:
    if len(spot.parents) == 1:
        return ZONE
    return URBAN if tree.nodes[spot.parents[0]].name.removesuffix("总工会").endswith("区") else 1.0


def _members_of(employers: pl.DataFrame, first: int, count: int) -> Whole:
    covered = employers.filter(pl.col("union").is_not_null())
    found = np.zeros(count, dtype=np.int64)
    np.add.at(found, covered["union"].to_numpy() - first, covered["members"].to_numpy())
    return found


def _counted(workers: Whole, employers: Whole, random: np.random.Generator) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "employer": employers,
            "workers": workers,
            "women": random.binomial(workers, WOMEN),
            "migrants": random.binomial(workers, MIGRANTS),
        }
    )
