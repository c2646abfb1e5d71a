"""Made-up people by the million: repeatable, and no number or phone twice."""

from datetime import date, timedelta
from math import gcd

import numpy as np
import numpy.typing as npt
import polars as pl

from unionhall.people.columns import byte_matrix, check_digits, pinyin_keys
from unionhall.people.demo import facts

Whole = npt.NDArray[np.int64]

FIRST_SEQUENCE = 1
SEQUENCES = 998  # sequence codes 001 to 998: 499 of each sex a day and county
PHONES = 100_000_000  # numbers behind one beginning
MOVED = 0.2  # share of people registered elsewhere than where their number was given
LARGEST = 3_500_000_000  # numbers that can be scattered without leaving 64 bits


def make_people(
    count: int, *, seed: int, regions: list[str], born: tuple[int, int], start: int = 0
) -> pl.DataFrame:
    """`count` made-up people born in the years `born` (both inclusive) in `regions` (6-digit codes).

    Columns: name, sex, birth, number, phone, education, household_region, pinyin (key), initials.
    Numbers are distinct within a call and between calls of the same regions and years with other places
    `start` … `start + count`, whatever the seed; phones between all calls with other places.
    Raises `ValueError` when the regions and years have fewer numbers than asked for.
    """
    random = np.random.default_rng([seed, start])
    places = np.arange(start, start + count, dtype=np.int64)
    frame = _numbers(places, regions, born)
    decade = np.clip(frame["birth"].dt.year().to_numpy() // 10 * 10, min(facts.GIVEN), max(facts.GIVEN))
    female = frame["sex"].to_numpy() == "2"
    name = _names(random, decade, female)
    moved = random.random(count) < MOVED
    elsewhere = pl.Series(regions).gather(random.integers(0, len(regions), count))
    return frame.with_columns(
        name,
        _phones(places),
        _schooling(random, decade),
        household_region=pl.when(pl.Series(moved))
        .then(elsewhere)
        .otherwise(pl.col("number").str.slice(0, 6)),
        pinyin=(keys := pinyin_keys(name))["key"],
        initials=keys["initials"],
    ).select("name", "sex", "birth", "number", "phone", "education", "household_region", "pinyin", "initials")


def scattered(places: Whole, size: int) -> Whole:
    """Each place below `size` sent to another one below `size`, no two to the same."""
    if size > LARGEST:
        raise ValueError(f"{size} places are more than can be scattered.")
    if len(places) and places[-1] >= size:
        raise ValueError(f"Only {size} distinct values exist, place {places[-1]} was asked for.")
    step = int(size * 0.618_033_988_749_895) | 1
    while gcd(step, size) != 1:
        step += 2
    return places * step % size


def _numbers(places: Whole, regions: list[str], born: tuple[int, int]) -> pl.DataFrame:
    """Columns number, birth, sex."""
    first = date(born[0], 1, 1)
    days = (date(born[1] + 1, 1, 1) - first).days
    rest, sequence = np.divmod(scattered(places, len(regions) * days * SEQUENCES), SEQUENCES)
    region, day = np.divmod(rest, days)
    sequence += FIRST_SEQUENCE
    calendar = pl.Series([first + timedelta(days=number) for number in range(days)])
    body = (
        pl.Series(regions).gather(region)
        + calendar.dt.to_string("%Y%m%d").gather(day)
        + _digits(FIRST_SEQUENCE + SEQUENCES, 3).gather(sequence)
    )
    checks = check_digits(byte_matrix(body, 17).astype(np.int32) - ord("0"))
    characters = pl.Series([chr(code) for code in range(128)]).gather(checks.astype(np.uint32))
    return pl.DataFrame(
        {
            "number": body + characters,
            "birth": calendar.gather(day),
            "sex": pl.Series(["2", "1"]).gather(sequence % 2),
        }
    )


def _phones(places: Whole) -> pl.Series:
    beginning, rest = np.divmod(scattered(places, len(facts.PHONE_BEGINNINGS) * PHONES), PHONES)
    upper, lower = np.divmod(rest, 10_000)
    four = _digits(10_000, 4)
    start = pl.Series("phone", facts.PHONE_BEGINNINGS).gather(beginning)
    return start + four.gather(upper) + four.gather(lower)


def _digits(count: int, width: int) -> pl.Series:
    """The texts of 0 … count − 1, filled with noughts."""
    return pl.Series([f"{number:0{width}}" for number in range(count)])


def _names(random: np.random.Generator, decade: Whole, female: npt.NDArray[np.bool_]) -> pl.Series:
    """A surname, and one or two characters that the decade and the sex were given."""
    count = len(decade)
    surnames, shares = _surnames()
    bounds = np.cumsum(shares) / np.sum(shares)
    surname = surnames.gather(np.searchsorted(bounds, random.random(count), side="right"))
    characters, starts = _given_characters()
    start = starts[(decade - min(facts.GIVEN)) // 10 * 2 + female]
    length = len(facts.GIVEN[min(facts.GIVEN)][0])
    first = random.integers(0, length, count)
    second = (first + random.integers(1, length, count)) % length  # never the same twice
    single_shares = np.array([facts.SINGLE_SHARES[one] for one in sorted(facts.GIVEN)])
    single = random.random(count) < single_shares[(decade - min(facts.GIVEN)) // 10]
    last = np.where(single, 0, start + second)  # place 0 holds no character
    return (surname + characters.gather(start + first) + characters.gather(last)).alias("name")


def _surnames() -> tuple[pl.Series, list[float]]:
    known = facts.SURNAME_SHARES
    tail = [55 / place for place in range(len(known) + 1, len(facts.SURNAMES) + 1)]
    shares = [*known, *tail, *[facts.COMPOUND_SHARE] * len(facts.COMPOUND_SURNAMES)]
    return pl.Series([*facts.SURNAMES, *facts.COMPOUND_SURNAMES]), shares


def _given_characters() -> tuple[pl.Series, Whole]:
    """All characters in one column after an empty one, and where each decade's men and women begin."""
    lists = [text for decade in sorted(facts.GIVEN) for text in facts.GIVEN[decade]]
    starts = np.cumsum([1, *(len(text) for text in lists[:-1])])
    return pl.Series(["", *"".join(lists)]), starts.astype(np.int64)


def _schooling(random: np.random.Generator, decade: Whole) -> pl.Series:
    """`Education` codes by the shares of the decade of birth."""
    codes = sorted({code for shares in facts.EDUCATION.values() for code in shares})
    table = np.array(
        [[facts.EDUCATION[one].get(code, 0) for code in codes] for one in sorted(facts.EDUCATION)]
    )
    bounds = np.cumsum(table, axis=1)[(decade - min(facts.EDUCATION)) // 10]
    chosen = (random.integers(0, 100, len(decade))[:, None] >= bounds).sum(axis=1)
    return pl.Series("education", codes).gather(chosen)
