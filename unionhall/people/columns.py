"""The rules of people for whole columns at once, as an import needs them; each agrees with its rule."""

from collections.abc import Callable
from datetime import date
from typing import cast

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from unionhall.people.rules import contact, identity, names
from unionhall.people.rules.contact import PhoneFault
from unionhall.people.rules.identity import DocumentKind, IdentityFault, Sex

Bytes = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]
Days = npt.NDArray[np.int32]

ZERO = ord("0")
MONTH_DAYS = np.array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31], np.int32)
DAYS_BEFORE_MONTH = np.array([0, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334], np.int32)
CHECKS = np.frombuffer(identity.CHECK_CHARACTERS.encode(), np.uint8)


def byte_matrix(texts: pl.Series, width: int) -> Bytes:
    """The bytes of a column of texts that all have `width` bytes, as an array of shape (rows, width)."""
    column = texts.cast(pl.String).rechunk().to_arrow(compat_level=pl.CompatLevel.oldest())
    array = cast("pa.LargeStringArray", column)
    data = np.frombuffer(array.buffers()[2] or b"", np.uint8)
    return data[: len(array) * width].reshape(len(array), width)


def clean(texts: pl.Series, dropped: str, plain: str) -> pl.Series:
    """Half width and without what matches `dropped`; rows that match `plain` already are left alone."""
    ready = texts.str.contains(f"^(?:{plain})$")
    if ready.all(ignore_nulls=False):
        return texts
    return (
        texts.to_frame("text")
        .select(
            pl.when(ready)
            .then("text")
            .otherwise(pl.col("text").str.normalize("NFKC").str.replace_all(dropped, ""))
            .alias("text")
        )
        .to_series()
    )


def identity_numbers(numbers: pl.Series) -> pl.Series:
    """Whole-column `normalise_number`; null stays null."""
    texts = numbers.cast(pl.String)
    cleaned = clean(texts, identity.DROPPED, identity.EIGHTEEN)
    return cleaned if cleaned is texts else cleaned.str.to_uppercase()


def identity_faults(numbers: pl.Series, kind: DocumentKind, *, on: date) -> pl.Series:
    """The first `IdentityFault` code of each number, null where there is none; a null number is `empty`."""
    texts = identity_numbers(numbers).fill_null("")
    if kind not in identity.WITH_EIGHTEEN:
        return _shape_faults(texts, identity.SHAPES[kind])
    whole = texts.str.contains(f"^{identity.EIGHTEEN}$")
    found = pl.Series("fault", [None], pl.String).new_from_index(0, len(texts))
    if not whole.all():
        found = _form_faults(texts, kind, on)
    digits = byte_matrix(texts.filter(whole), identity.LENGTH)
    return found.scatter(whole.arg_true(), _eighteen_faults(digits, kind, on)).alias("fault")


def births(numbers: pl.Series) -> pl.Series:
    """The day of birth in each 18-digit number; null where the number carries none."""
    return _carried(numbers, _births_of, pl.Date)


def sexes(numbers: pl.Series) -> pl.Series:
    """The `Sex` code in each 18-digit number; null where the number carries none."""
    return _carried(numbers, _sexes_of, pl.String)


def phone_numbers(phones: pl.Series) -> pl.Series:
    """Whole-column `normalise_phone`; null stays null."""
    texts = phones.cast(pl.String)
    cleaned = clean(texts, contact.DROPPED, contact.MOBILE)
    return cleaned if cleaned is texts else cleaned.str.replace(contact.COUNTRY, "$1")


def phone_faults(phones: pl.Series) -> pl.Series:
    """The `PhoneFault` code of each mobile number, null where there is none; a null number is `empty`."""
    text = pl.col("text")
    return (
        phone_numbers(phones)
        .fill_null("")
        .to_frame("text")
        .select(
            pl.when(text.str.contains(f"^{contact.MOBILE}$"))
            .then(None)
            .when(text == "")
            .then(pl.lit(PhoneFault.EMPTY.value))
            .when(~text.str.contains("^[0-9]+$"))
            .then(pl.lit(PhoneFault.CHARACTERS.value))
            .when(text.str.len_bytes() != contact.MOBILE_LENGTH)
            .then(pl.lit(PhoneFault.LENGTH.value))
            .otherwise(pl.lit(PhoneFault.PREFIX.value))
            .alias("fault")
        )
        .to_series()
    )


def pinyin_keys(texts: pl.Series) -> pl.DataFrame:
    """Columns `key` and `initials`: whole-column `pinyin_of`. Each distinct character is looked up once."""
    frame = texts.cast(pl.String).fill_null("").to_frame("name")
    plain = pl.col("name").str.contains(f"^{names.HAN}+$")
    distinct = frame.unique().with_columns(plain.alias("plain"))
    han = _han_keys(distinct.filter("plain").select("name"))
    other = distinct.filter(~pl.col("plain"))["name"]
    mixed = [names.pinyin_of(name) for name in other]
    rest = pl.DataFrame(
        {"name": other, "key": [one.key for one in mixed], "initials": [one.initials for one in mixed]},
        schema={"name": pl.String, "key": pl.String, "initials": pl.String},
    )
    keys = pl.concat([han, rest])
    return frame.join(keys, on="name", how="left", maintain_order="left").select("key", "initials")


def days_of(digits: npt.NDArray[np.int32]) -> tuple[Days, Mask]:
    """Days since 1970-01-01 of dates as digits (rows, 8), and which of them exist in the calendar."""
    year = digits[:, 0] * 1000 + digits[:, 1] * 100 + digits[:, 2] * 10 + digits[:, 3]
    month = digits[:, 4] * 10 + digits[:, 5]
    day = digits[:, 6] * 10 + digits[:, 7]
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    month_exists = (month >= 1) & (month <= 12)  # noqa: PLR2004  months
    month = np.where(month_exists, month, 1)
    last = MONTH_DAYS[month] + (leap & (month == 2))  # noqa: PLR2004  February
    exists = month_exists & (year >= 1) & (day >= 1) & (day <= last)
    before = year - 1
    days = before * 365 + before // 4 - before // 100 + before // 400 - 719_162
    days += DAYS_BEFORE_MONTH[month] + (leap & (month > 2)) + day - 1  # noqa: PLR2004  after February
    return days.astype(np.int32), exists


def check_digits(digits: npt.NDArray[np.int32]) -> Bytes:
    """The check character (as a byte) of each row of 17 digits: whole-column `check_digit`."""
    return CHECKS[
        np.rint(digits.astype(np.float32) @ np.array(identity.WEIGHTS, np.float32)).astype(np.int32) % 11
    ]


def _shape_faults(texts: pl.Series, shape: str) -> pl.Series:
    text = pl.col("text")
    return (
        texts.to_frame("text")
        .select(
            pl.when(text.str.contains(f"^(?:{shape})$"))
            .then(None)
            .when(text == "")
            .then(pl.lit(IdentityFault.EMPTY.value))
            .otherwise(pl.lit(IdentityFault.SHAPE.value))
            .alias("fault")
        )
        .to_series()
    )


def _form_faults(texts: pl.Series, kind: DocumentKind, on: date) -> pl.Series:
    """Faults of the numbers that are not 17 digits and a digit or X; null for those that are."""
    text = pl.col("text")
    fifteen = text.str.contains("^[0-9]{15}$") & pl.lit(kind is DocumentKind.RESIDENT_ID)
    found = texts.to_frame("text").select(
        pl.when(text.str.contains(f"^{identity.EIGHTEEN}$"))
        .then(None)
        .when(text == "")
        .then(pl.lit(IdentityFault.EMPTY.value))
        .when(fifteen)
        .then(pl.lit(IdentityFault.FIFTEEN.value))
        .when(text.str.len_chars() != identity.LENGTH)
        .then(pl.lit(IdentityFault.LENGTH.value))
        .otherwise(pl.lit(IdentityFault.CHARACTERS.value))
        .alias("fault")
    )
    if kind is not DocumentKind.FOREIGN_PERMIT:
        return found.to_series()
    old = texts.str.len_chars() == identity.OLD_FOREIGN_LENGTH  # few people hold the old card
    told = [next(iter(identity.faults(kind, number, on=on)), None) for number in texts.filter(old)]
    return found.to_series().scatter(old.arg_true(), pl.Series(told, dtype=pl.String))


def _eighteen_faults(rows: Bytes, kind: DocumentKind, on: date) -> pl.Series:
    """First faults of numbers in form, as bytes (rows, 18)."""
    digits = rows[:, :17].astype(np.int32) - ZERO
    days, exists = days_of(digits[:, 6:14])
    latest, oldest = _shifted(on, identity.YOUNGEST), _shifted(on, identity.OLDEST + 1)
    ordered = (
        (IdentityFault.AREA, ~_areas_exist(digits, kind)),
        (IdentityFault.DATE, ~exists),
        (IdentityFault.FUTURE, days > _day_number(on)),
        (IdentityFault.YOUNG, days > _day_number(latest)),
        (IdentityFault.AGED, days <= _day_number(oldest)),
        (IdentityFault.DIGIT, check_digits(digits) != rows[:, 17]),
    )
    code = np.zeros(len(rows), np.uint8)
    for number, (_, wrong) in reversed(list(enumerate(ordered, 1))):
        code[wrong] = number
    words = pl.Series([None, *(fault.value for fault, _ in ordered)], dtype=pl.String)
    return words.gather(pl.Series(code, dtype=pl.UInt32))


def _areas_exist(digits: npt.NDArray[np.int32], kind: DocumentKind) -> Mask:
    if kind is DocumentKind.HKMT_RESIDENCE:
        area = digits[:, :6] @ np.array([100_000, 10_000, 1_000, 100, 10, 1], np.int32)
        return np.isin(area, [int(code) for code in identity.RESIDENCE_AREAS])
    known = np.zeros(100, np.bool_)
    known[[int(code) for code in identity.PROVINCES]] = True
    if kind is DocumentKind.FOREIGN_PERMIT:
        marked = digits[:, 0] == 9  # noqa: PLR2004  the foreigner's mark
        return cast("Mask", marked & known[digits[:, 1] * 10 + digits[:, 2]])
    return cast("Mask", known[digits[:, 0] * 10 + digits[:, 1]])


def _carried(numbers: pl.Series, read: Callable[[Bytes], pl.Series], kind: type[pl.DataType]) -> pl.Series:
    texts = identity_numbers(numbers).fill_null("")
    whole = texts.str.contains(f"^{identity.EIGHTEEN}$")
    told = read(byte_matrix(texts.filter(whole), identity.LENGTH))
    if whole.all():
        return told.alias(numbers.name)
    empty = pl.Series(numbers.name, [None], dtype=kind).new_from_index(0, len(texts))
    return empty.scatter(whole.arg_true(), told)


def _births_of(rows: Bytes) -> pl.Series:
    days, exists = days_of(rows[:, 6:14].astype(np.int32) - ZERO)
    told = pl.Series("birth", days, dtype=pl.Int32).to_frame().with_columns(exists=pl.Series(exists))
    return told.select(pl.when("exists").then("birth").cast(pl.Date)).to_series()


def _sexes_of(rows: Bytes) -> pl.Series:
    words = pl.Series("sex", [Sex.FEMALE.value, Sex.MALE.value], dtype=pl.String)
    return words.gather(pl.Series((rows[:, 16] % 2).astype(np.uint32)))  # the digit 0 has an even byte


def _han_keys(distinct: pl.DataFrame) -> pl.DataFrame:
    """`name`, `key`, `initials` of names that are Chinese throughout."""
    name = pl.col("name")
    longest = cast("int | None", distinct["name"].str.len_chars().max()) or 1
    characters = [name.str.slice(place, 1).alias(f"c{place}") for place in range(longest)]
    frame = distinct.with_columns(characters)
    firsts = _readings(frame["c0"], names.surname_reading)
    places = [f"c{place}" for place in range(1, longest)]
    others = _readings(pl.concat([frame[place] for place in places]), names.reading) if places else {}
    frame = frame.with_columns(
        pl.col("c0").replace_strict(firsts, return_dtype=pl.String),
        *(pl.col(place).replace_strict(others, return_dtype=pl.String) for place in places),
    )
    if longest >= names.SHORTEST_WITH_COMPOUND:
        frame = _with_compounds(frame)
    syllables = [pl.col(f"c{place}") for place in range(longest)]
    return frame.select(
        "name",
        pl.concat_str(syllables).alias("key"),
        pl.concat_str([syllable.str.slice(0, 1) for syllable in syllables]).alias("initials"),
    )


def _with_compounds(frame: pl.DataFrame) -> pl.DataFrame:
    pair = pl.col("name").str.slice(0, 2)
    compound = (pl.col("name").str.len_chars() >= names.SHORTEST_WITH_COMPOUND) & pair.is_in(
        list(names.COMPOUND_SURNAMES)
    )
    read = [{two: both.split(",")[part] for two, both in names.COMPOUND_SURNAMES.items()} for part in (0, 1)]
    return frame.with_columns(
        pl.when(compound)
        .then(pair.replace_strict(read[part], default=None, return_dtype=pl.String))
        .otherwise(pl.col(f"c{part}"))
        .alias(f"c{part}")
        for part in (0, 1)
    )


def _readings(characters: pl.Series, read: Callable[[str], str]) -> dict[str, str]:
    return {character: read(character) if character else "" for character in characters.unique()}


def _day_number(when: date) -> int:
    return when.toordinal() - date(1970, 1, 1).toordinal()


def _shifted(when: date, years: int) -> date:
    """The latest day of birth of those who have completed `years` on that day."""
    try:
        return when.replace(year=when.year - years)
    except ValueError:  # 29 February: born on the 28th is old enough, born on 1 March is not
        return when.replace(year=when.year - years, day=28)
