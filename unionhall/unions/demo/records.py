"""What a union has beside its members: terms, committees, certificates, displays, ratings, as frames."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from unionhall.people.demo.shares import YEAR, Whole, dates, days
from unionhall.unions.rules import COMMITTEE_SIZES, LAW, BodyKind, Level, UnionKind

OVERRUN, SOON = 0.03, 0.04  # shares of terms and certificates that have run out, and that will within 60 days
SOON_DAYS = 55
SEATS = ((0, 1), *((size.first, size.least) for size in COMMITTEE_SIZES))
BODIES = (
    (BodyKind.AUDIT, 0.97),
    (BodyKind.WOMEN, 0.95),
    (BodyKind.LABOUR_LAW, 0.7),
    (BodyKind.LABOUR_PROTECTION, 0.6),
    (BodyKind.MEDIATION, 0.5),
)
ABOVE = (UnionKind.FEDERATION.value, UnionKind.INDUSTRIAL.value)
SMALL = (UnionKind.BRANCH.value, UnionKind.GROUP.value)


@dataclass(frozen=True, slots=True)
class Records:
    """Frames whose columns are those of the tables, `union_id` the key of the union."""

    terms: pl.DataFrame
    bodies: pl.DataFrame
    certificates: pl.DataFrame
    displays: pl.DataFrame
    ratings: pl.DataFrame


def records(
    unions: pl.DataFrame,
    *,
    day: date,
    today: date,
    displays: pl.Series,
    standardised: int,
    random: np.random.Generator,
) -> Records:
    """Records of unions, a frame with union_id, kind, level, region, since, members, women, chair_name, parent_id.

    Terms and certificates run as of `today`; `displays` tells which unions have their double display by `day`,
    `standardised` how many of the townships and development zones were rated in the year of `day`.
    """
    proper = unions.filter(~pl.col("kind").is_in(SMALL))
    return Records(
        terms=_terms(proper, today, random),
        bodies=_bodies(proper, random),
        certificates=_certificates(proper, today, random),
        displays=_displays(unions.filter(displays), day, random),
        ratings=_ratings(unions, day, standardised, random),
    )


def _running(since: Whole, years: Whole, today: date, random: np.random.Generator) -> Whole:
    """When what runs now began: mostly within its years, some of it overrun, some near its end."""
    count, now = len(since), days(today)
    length = np.floor(years * YEAR).astype(np.int64)
    began = now - (random.random(count) * (length - SOON_DAYS - 10)).astype(np.int64)
    drawn = random.random(count)
    ended = now - length
    began = np.where(drawn < OVERRUN, ended - random.integers(10, 400, count), began)
    soon = (drawn >= OVERRUN) & (drawn < OVERRUN + SOON)
    began = np.where(soon, ended + random.integers(3, SOON_DAYS, count), began)
    turns = np.maximum(0, (began - since) // length)
    # A union younger than the drawn day is in its first term, which began with it unless that has run out.
    first = began <= since
    young = np.where(since + length > now, since, np.maximum(began, since))
    found: Whole = np.where(first, young, np.where(turns >= 0, began, since))
    return found


def _terms(unions: pl.DataFrame, today: date, random: np.random.Generator) -> pl.DataFrame:
    count = unions.height
    above = unions["kind"].is_in(ABOVE).to_numpy()
    years = np.where(above, 5, np.where(random.random(count) < 0.4, 3, 5))  # noqa: PLR2004  years
    since = unions["since"].to_physical().to_numpy().astype(np.int64)
    began = _running(since, years, today, random)
    length = np.floor(years * YEAR).astype(np.int64)
    number = 1 + np.ceil(np.maximum(0, began - since) / length).astype(np.int64)
    seats = _seats(unions["members"].to_numpy())
    frame = pl.DataFrame(
        {"union_id": unions["union_id"], "years": years, "number": number, "committee_size": seats}
    ).with_columns(dates(began).alias("since"), pl.lit(None, pl.Date).alias("until"))
    earlier = frame.filter(pl.Series(began > since)).with_columns(
        pl.Series("from", since[began > since]).cast(pl.Int32).cast(pl.Date),
        number=pl.col("number") - 1,
        until=pl.col("since"),
    )
    earlier = earlier.with_columns(
        since=pl.max_horizontal("from", pl.col("since").dt.offset_by(pl.format("-{}y", "years")))
    ).drop("from")
    both = pl.concat([earlier.filter(pl.col("number") > 0, pl.col("since") < pl.col("until")), frame])
    whole: pl.DataFrame = both.with_columns(expires=pl.col("since").dt.offset_by(pl.format("{}y", "years")))
    return whole


def _seats(members: Whole) -> Whole:
    """The smallest committee for so many members; one organiser where there are too few for one."""
    bounds, seats = np.array(SEATS).T
    found: Whole = seats[np.searchsorted(bounds, members, side="right") - 1]
    return found


def _bodies(unions: pl.DataFrame, random: np.random.Generator) -> pl.DataFrame:
    parts = []
    for kind, share in BODIES:
        chosen = random.random(unions.height) < share
        if kind == BodyKind.WOMEN:
            enough = unions["women"] >= LAW["women_committee_from"].value
            chosen &= (enough | unions["kind"].is_in(ABOVE)).to_numpy()
        rows = unions.filter(pl.Series(chosen))
        members = np.maximum(1, _seats(rows["members"].to_numpy()) - 2)
        women = members if kind == BodyKind.WOMEN else random.binomial(members, 0.4)
        part = rows.select("union_id", "since").with_columns(
            pl.lit(kind.value).alias("kind"),
            pl.Series("members", members.astype(np.int64)),
            pl.Series("women", women.astype(np.int64)),
        )
        parts.append(part)
    return pl.concat(parts)


def _certificates(unions: pl.DataFrame, today: date, random: np.random.Generator) -> pl.DataFrame:
    chosen = (random.random(unions.height) < 0.6) | unions["kind"].is_in(ABOVE).to_numpy()  # noqa: PLR2004  share
    rows = unions.filter(pl.Series(chosen) & (pl.col("region") != ""))
    years = np.full(rows.height, 5)
    began = _running(rows["since"].to_physical().to_numpy().astype(np.int64), years, today, random)
    return rows.select(
        "union_id",
        (pl.lit("法证第") + pl.col("region").str.slice(0, 6) + pl.col("union_id").cast(pl.String).str.zfill(6)
         + "号").alias("number"),
        pl.col("chair_name").alias("representative"),
    ).with_columns(dates(began).alias("since")).with_columns(
        expires=pl.col("since").dt.offset_by("5y")
    )  # fmt: skip


def _displays(unions: pl.DataFrame, day: date, random: np.random.Generator) -> pl.DataFrame:
    shown = days(day) - random.integers(0, 500, unions.height)
    since = np.maximum(shown, unions["since"].to_physical().to_numpy().astype(np.int64))
    return unions.select("union_id").with_columns(dates(since).alias("since"))


def _ratings(unions: pl.DataFrame, day: date, standardised: int, random: np.random.Generator) -> pl.DataFrame:
    """Grassroots unions rated over three years; of townships and zones as many in the last year as asked for."""
    low = unions.filter(pl.col("level") == Level.GRASSROOTS, ~pl.col("kind").is_in(SMALL))
    low = low.filter(pl.Series(random.random(low.height) < 0.15))  # noqa: PLR2004  share
    high = unions.filter(pl.col("level").is_in([Level.TOWNSHIP.value, Level.ZONE.value]))
    chosen = np.sort(random.permutation(high.height)[:standardised])
    high = high[chosen.tolist()]
    first = days(date(day.year, 1, 1))
    on = np.concatenate(
        [
            days(day) - random.integers(0, 3 * 365, low.height),
            random.integers(first, days(day) + 1, high.height),
        ]
    )
    rows = pl.concat([low, high])
    later = np.maximum(on, rows["since"].to_physical().to_numpy().astype(np.int64))
    good = np.concatenate([random.random(low.height) < 0.8, np.ones(high.height, dtype=np.bool_)])  # noqa: PLR2004
    score = (
        np.where(good, random.integers(800, 1000, rows.height), random.integers(500, 790, rows.height)) / 10
    )
    rated: pl.DataFrame = rows.select("union_id", pl.col("parent_id").alias("rated_by_id")).with_columns(
        dates(later).alias("on"), pl.Series("standardised", good), pl.Series("score", score)
    )
    return rated


def shown(
    unions: pl.DataFrame, shares_by_group: list[tuple[int, int, float]], random: np.random.Generator
) -> pl.Series:
    """Which unions have the double display: of each group (first place, count) exactly the share, rounded."""
    chosen = np.zeros(unions.height, dtype=np.bool_)
    for first, count, share in shares_by_group:
        chosen[first + random.permutation(count)[: round(count * share)]] = True
    return pl.Series("shown", chosen)
