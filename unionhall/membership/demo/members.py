"""Made-up members and their history, drawn union by union so that every total comes out exactly."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import polars as pl

from unionhall.membership.rules import Ended, Entered, Standing
from unionhall.people.demo.columns import make_people
from unionhall.people.demo.shares import YEAR, Whole, dates, days
from unionhall.people.rules.kinds import HouseholdKind

Mask = npt.NDArray[np.bool_]

PART = 100_000  # people made and loaded at a time: bounds the memory
RETAINED, TRANSFERRED, LEFT = 0.002, 0.05, 0.02
LATER_A_YEAR, LEAVING_A_YEAR = 0.02, 0.01  # joins and exits after the day of the report
ENDS = MappingProxyType({Ended.LEFT: 0.8, Ended.DIED: 0.15, Ended.EXPELLED: 0.05})
ADULT = 18
OLDEST, YOUNGEST = 59, 19
MIGRANTS = 0.2
CARD_PERSONS, CARD_MODULUS = 10**9, 97


@dataclass(frozen=True, slots=True)
class Seats:
    """Where members belong, one row a union and employer.

    unit_id, employer_id (or null), members, since (the earliest day), worker_kind, registration, region.
    """

    frame: pl.DataFrame
    regions: list[str]


def seat_rows(seats: Seats, *, day: date, today: date, random: np.random.Generator) -> pl.DataFrame:
    """One row a person: her seat, `since`, `until`, `ended`, and whether she has `left` before the day.

    Exactly `members` rows of each seat hold on the day; others joined later, or left before.
    """
    counts = seats.frame["members"].to_numpy()
    seat = np.repeat(np.arange(len(counts)), counts)
    after = max(0.0, (today - day).days / YEAR)
    later = _some(seat, LATER_A_YEAR * after, random)
    gone = _some(seat, LEFT, random)
    whole = np.concatenate([seat, later, gone])
    kind = np.repeat([0, 1, 2], [len(seat), len(later), len(gone)])
    earliest = seats.frame["since"].to_physical().to_numpy().astype(np.int64)[whole]
    at, now = days(day), days(today)
    back = np.minimum(random.exponential(4 * YEAR, len(whole)), 25 * YEAR).astype(np.int64)
    since = np.maximum(earliest, at - back)
    until = np.full(len(whole), -1, dtype=np.int64)
    if now > at:
        since = np.where(kind == 1, at + 1 + random.integers(0, now - at, len(whole)), since)
        leaving = (kind == 0) & (random.random(len(whole)) < LEAVING_A_YEAR * after)
        until = np.where(leaving, at + 1 + random.integers(0, now - at, len(whole)), until)
    room = np.maximum(0, at - since - 1)
    until = np.where(kind == 2, since + 1 + (random.random(len(whole)) * room).astype(np.int64), until)  # noqa: PLR2004
    return pl.DataFrame(
        {"seat": whole, "earliest": earliest, "since": since, "until": until, "kind": kind}
    ).filter(
        ~((pl.col("kind") == 2) & (pl.col("until") > at))  # noqa: PLR2004  founded on the last day: nobody left
    )


def people_parts(
    seats: Seats, rows: pl.DataFrame, *, year: int, seed: int, random: np.random.Generator
) -> Iterator[pl.DataFrame]:
    """People for rows of seats, part by part: the columns of `make_people`, of the seat and of the row."""
    for start in range(0, rows.height, PART):
        part = rows.slice(start, PART)
        made = make_people(
            part.height, seed=seed, regions=seats.regions, born=(year - OLDEST, year - YOUNGEST), start=start
        )
        seat = seats.frame[part["seat"].to_list()].select(
            "unit_id", "employer_id", "worker_kind", "registration"
        )
        count = part.height
        migrant = random.random(count) < MIGRANTS
        kinds = np.where(migrant, 0, random.integers(1, 4, count))
        household = pl.Series(
            [
                HouseholdKind.AGRICULTURAL.value,
                HouseholdKind.NON_AGRICULTURAL.value,
                HouseholdKind.CONVERTED.value,
                HouseholdKind.RESIDENT.value,
            ]
        ).gather(kinds)
        yield pl.concat([made, seat, part], how="horizontal").with_columns(
            pl.Series("migrant", migrant), household.alias("household")
        )


def memberships(people: pl.DataFrame, first: int, random: np.random.Generator) -> pl.DataFrame:
    """Membership rows of people whose keys begin at `first`; some have an earlier membership elsewhere."""
    count = people.height
    keys = np.arange(first, first + count, dtype=np.int64)
    grown = people["birth"].to_physical().to_numpy().astype(np.int64) + round(ADULT * YEAR) + 1
    since = np.maximum(people["since"].to_numpy(), grown)
    until = people["until"].to_numpy()
    until = np.where((until >= 0) & (until <= since), since + 1, until)
    units = people["unit_id"].to_numpy()
    elsewhere = random.permutation(count)
    other = units[elsewhere]
    first_day = np.maximum(grown, people["earliest"].to_numpy()[elsewhere])
    settled = (other != units) & (people["kind"] == 0).to_numpy()
    before = _earlier(settled, since, first_day, random)
    moved = before >= 0
    ended = np.where(until < 0, "", random.choice([end.value for end in ENDS], count, p=list(ENDS.values())))
    standing = np.where(
        (until < 0) & (random.random(count) < RETAINED), Standing.RETAINED.value, Standing.ACTIVE.value
    )
    now = people.select(
        "unit_id",
        "employer_id",
        "registration",
        "sex",
        "worker_kind",
        "migrant",
        pl.col("pinyin").alias("name_key"),
    ).with_columns(
        pl.Series("person_id", keys),
        cards(units, keys),
        dates(since).alias("since"),
        _or_null(until).alias("until"),
        pl.Series("standing", standing.tolist()),
        pl.Series("entered", np.where(moved, Entered.TRANSFERRED.value, Entered.JOINED.value).tolist()),
        pl.Series("ended", ended.tolist()),
    )
    earlier = now.with_columns(
        pl.Series("unit_id", other),
        pl.lit(None, pl.Int64).alias("employer_id"),
        dates(before).alias("since"),
        dates(since).alias("until"),
        pl.lit(Standing.ACTIVE.value).alias("standing"),
        pl.lit(Entered.JOINED.value).alias("entered"),
        pl.lit(Ended.TRANSFERRED.value).alias("ended"),
        cards(other, keys),
    ).filter(pl.Series(moved))
    return pl.concat([earlier, now])


def cards(units: Whole, persons: Whole) -> pl.Series:
    """Card numbers, whole columns: union, person and two check digits by ISO 7064 MOD 97-10."""
    body = units * CARD_PERSONS + persons
    check = CARD_MODULUS + 1 - body % CARD_MODULUS * 100 % CARD_MODULUS
    text = pl.Series("card", body).cast(pl.String).str.zfill(17)
    return text + pl.Series(check).cast(pl.String).str.zfill(2)


def _some(seat: Whole, share: float, random: np.random.Generator) -> Whole:
    return seat[random.random(len(seat)) < share]


def _earlier(settled: Mask, since: Whole, first: Whole, random: np.random.Generator) -> Whole:
    """The day an earlier membership began, not before `first`; −1 for most, who had none, and those not settled."""
    began = since - random.integers(200, 2500, len(since))
    chosen = (random.random(len(since)) < TRANSFERRED) & settled & (began > first)
    return np.where(chosen, began, -1)


def _or_null(numbers: Whole) -> pl.Series:
    found = dates(numbers)
    return pl.select(pl.when(pl.Series(numbers) >= 0).then(found).otherwise(None)).to_series()
