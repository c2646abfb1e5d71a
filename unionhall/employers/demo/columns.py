"""Made-up employers by the hundred thousand: repeatable, no social credit code twice."""

from collections.abc import Iterable, Mapping

import numpy as np
import numpy.typing as npt
import polars as pl

from unionhall.employers import rules
from unionhall.employers.columns import body_checks, code_checks
from unionhall.employers.demo import facts
from unionhall.employers.rules import Ownership, Size
from unionhall.people.columns import byte_matrix
from unionhall.people.demo.columns import Whole, scattered

BODY_BEGINNING = "MY"  # a beginning no registration is known to have (general knowledge): no real employer
BODY_FREE = 6  # characters of the body that count
ORDINALS = 60  # 第一 to 第六十
ORDER = tuple(facts.OWNERSHIP_SHARES)


def make_employers(count: int, *, seed: int, region: str, place: str, start: int = 0) -> pl.DataFrame:
    """`count` made-up employers in a region (6 digits) whose names begin with `place` (哈尔滨市道里区).

    Columns: name, uscc, ownership, industry, size, workers, region. Codes are distinct within a call and
    between calls with other regions or other places `start` … `start + count`; names may repeat.
    """
    random = np.random.default_rng([seed, start, int(region)])
    ownership = _drawn(random, facts.OWNERSHIP_SHARES.values(), count)
    size = _sizes(random, ownership)
    own_name, industry = _names(random, ownership)
    words = pl.Series([kind.value for kind in ORDER])
    return pl.DataFrame(
        {
            "name": place + own_name,
            "uscc": _codes(np.arange(start, start + count, dtype=np.int64), region, ownership),
            "ownership": words.gather(ownership),
            "industry": industry,
            "size": pl.Series([one.value for one in facts.SIZE_SHARES]).gather(size),
            "workers": _workers(random, size),
        }
    ).with_columns(region=pl.lit(region))


def _drawn(random: np.random.Generator, shares: Iterable[int], count: int) -> Whole:
    """Places of shares, drawn as often as the shares say."""
    bounds = np.cumsum(list(shares))
    return np.searchsorted(bounds, random.integers(0, bounds[-1], count), side="right").astype(np.int64)


def _sizes(random: np.random.Generator, ownership: Whole) -> Whole:
    """Sizes by their shares; the self-employed are micro."""
    size = _drawn(random, facts.SIZE_SHARES.values(), len(ownership))
    return np.where(
        ownership == ORDER.index(Ownership.SELF_EMPLOYED), list(facts.SIZE_SHARES).index(Size.MICRO), size
    )


def _workers(random: np.random.Generator, size: Whole) -> pl.Series:
    low, high = np.array([facts.WORKERS[one] for one in facts.SIZE_SHARES]).T
    return pl.Series(random.integers(low[size], high[size]), dtype=pl.Int32)


def _codes(places: Whole, region: str, ownership: Whole) -> pl.Series:
    """Social credit codes of employers of one region."""
    offices = [facts.CODE_OFFICES.get(kind, facts.ENTERPRISE_OFFICE) for kind in ORDER]
    office = pl.Series(offices).gather(ownership)
    return social_codes(places, office, pl.select(pl.repeat(region, len(places))).to_series())


def social_codes(places: Whole, offices: pl.Series, regions: pl.Series) -> pl.Series:
    """Social credit codes by registering office (2 characters) and region (6).

    The body spells the scattered place to the base of 31.
    """
    base = len(rules.ALPHABET)
    left = scattered(places, base**BODY_FREE)
    body = np.empty((len(places), len(BODY_BEGINNING) + BODY_FREE), np.uint8)
    body[:, :2] = np.frombuffer(BODY_BEGINNING.encode(), np.uint8)
    alphabet = np.frombuffer(rules.ALPHABET.encode(), np.uint8)
    for column in range(body.shape[1] - 1, 1, -1):
        left, digit = np.divmod(left, base)
        body[:, column] = alphabet[digit]
    start = np.hstack([byte_matrix(offices, 2), byte_matrix(regions, 6), body, body_checks(body)[:, None]])
    whole = np.ascontiguousarray(np.hstack([start, code_checks(start)[:, None]]))
    return pl.Series(whole.view(f"S{rules.LENGTH}").ravel().astype(str), dtype=pl.String)


def _names(random: np.random.Generator, ownership: Whole) -> tuple[pl.Series, pl.Series]:
    """What stands after the place, and the industry that goes with it."""
    count = len(ownership)
    fancy = _fancy(random, count)
    business = _drawn(random, (share for _, _, share in facts.BUSINESSES), count)
    trades = pl.Series([name for name, _, _ in facts.BUSINESSES]).gather(business)
    forms = pl.Series([facts.FORMS.get(kind, "") for kind in ORDER]).gather(ownership)
    industry = pl.Series([kind.value for _, kind, _ in facts.BUSINESSES]).gather(business)
    frame = pl.DataFrame({"name": fancy + trades + forms, "industry": industry})
    ordinals = pl.Series([numeral(number) for number in range(1, ORDINALS + 1)])
    numbers = ordinals.gather(random.integers(0, ORDINALS, count))
    named: Mapping[Ownership, tuple[tuple[tuple[str, rules.Industry], ...], pl.Series]] = {
        Ownership.INSTITUTION: (facts.INSTITUTIONS, numbers),
        Ownership.OFFICE: (facts.OFFICES, numbers),
        Ownership.PRIVATE_NON_ENTERPRISE: (facts.PRIVATE_UNITS, fancy),
    }
    for kind, (patterns, own) in named.items():
        frame = _renamed(random, frame, ownership == ORDER.index(kind), patterns, own)
    return frame["name"], frame["industry"]


def _renamed(
    random: np.random.Generator,
    frame: pl.DataFrame,
    rows: npt.NDArray[np.bool_],
    patterns: tuple[tuple[str, rules.Industry], ...],
    own: pl.Series,
) -> pl.DataFrame:
    """The rows renamed by one of the patterns, {} filled with the unit's own name or number."""
    chosen = random.integers(0, len(patterns), len(frame))
    before, after = zip(*(pattern.split("{}") for pattern, _ in patterns), strict=True)
    name = pl.Series(before).gather(chosen) + own + pl.Series(after).gather(chosen)
    industry = pl.Series([kind.value for _, kind in patterns]).gather(chosen)
    return frame.with_columns(
        name=pl.when(pl.Series(rows)).then(name).otherwise("name"),
        industry=pl.when(pl.Series(rows)).then(industry).otherwise("industry"),
    )


def _fancy(random: np.random.Generator, count: int) -> pl.Series:
    """A firm's own name of two characters, in a third of them three; never one character twice running."""
    characters = pl.Series([*facts.FANCY, ""])
    length = len(facts.FANCY)
    first = random.integers(0, length, count)
    second = (first + random.integers(1, length, count)) % length
    third = (second + random.integers(1, length, count)) % length
    third = np.where(random.random(count) < 1 / 3, third, length)
    return characters.gather(first) + characters.gather(second) + characters.gather(third)


def numeral(number: int) -> str:
    """1 … 999 in Chinese numerals: 一, 十, 二十一, 一百零五."""
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    start = f"{facts.NUMERALS[hundreds]}百" if hundreds else ""
    if not tens:
        return start + (("零" if hundreds else "") + facts.NUMERALS[ones] if ones else "")
    ten = "十" if tens == 1 and not hundreds else f"{facts.NUMERALS[tens]}十"
    return start + ten + (facts.NUMERALS[ones] if ones else "")
