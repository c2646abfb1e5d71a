"""Reads the numbers of Chinese prose: 44.2万余, 近2.7亿, 500余万, 三十余, 85%以上, 七成, 前两名, 冠军.

A numeral says more than its value: how it may be meant (`Precision`) and how fine it was printed (`step`).
A residual word (余, 多) stands for what its place leaves out. After a bare or inner number it stands
below the last digit that is not nought: 3500余 is 3500 to 3599, 500余万 is 500万 to 599万. After 万 or 亿 it
stands below the last printed digit: 50万余 is 50万 to 50.99万, 44.2万余 is 44.2万 to 44.29万.
A bound (近, 超过, 突破, 以上) leaves no place open, so it is read with at least two digits:
近千万 is 900万 to 1000万, 近40% is 39% to 40%.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final


class Precision(StrEnum):
    """How a printed value is meant."""

    EXACT = "exact"
    OVER = "over"
    ABOUT = "about"
    UP_TO = "up_to"


@dataclass(frozen=True, slots=True)
class Numeral:
    """One number of a text.

    `text` is what is printed, without blanks; `value` is in ones, or in percent units where `percent` is
    true; `step` is one unit of the last digit that counts, a power of ten; `start` is its place in the text.
    """

    text: str
    value: Decimal
    precision: Precision
    step: Decimal
    percent: bool
    start: int


_DIGITS: Final = {digit: number for number, digit in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2}
_PLACES: Final = {"十": 10, "百": 100, "千": 1000}
_UNITS: Final = _PLACES | {"万": 10**4, "亿": 10**8, "万亿": 10**12}
_RANKS: Final = {"冠军": 1, "亚军": 2, "季军": 3}
_NUMBER: Final = r"(?:(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|[〇零一二两三四五六七八九十百千]+)"
_LEADING: Final = re.compile(rf"({_NUMBER})(万亿|亿|万)")
_NUMERAL: Final = re.compile(
    rf"""
    (?P<rank>冠军|亚军|季军)
    |(?:(?P<most>不超过|至多)|(?P<least>超过?|突破|逾)|(?P<near>(?<![最附])近)|(?P<top>前))?
    (?P<leading>(?:{_NUMBER}(?:万亿|亿|万))+(?={_NUMBER}))?         # the 1亿 of 1亿2000万
    (?P<number>{_NUMBER}|(?=[万亿][余多])|(?<=[近逾])(?=[万亿]))    # nothing is printed in 万余 and 近万
    (?P<inner>[余多])?
    (?P<unit>[百千]?(?:万亿|亿|万)|[百千])?
    (?P<outer>[余多])?
    (?:\s*(?P<percent>[%％])|(?P<tenths>成)(?![为立员果功本长就]))?
    (?P<floor>以上)?
    (?(top)[名位强])
    """,
    re.VERBOSE,
)


def numerals(text: str) -> Iterator[Numeral]:
    """Every number of a text in its order; the reader judges which of them are figures (五一 reads as 51)."""
    return (_numeral(found) for found in _NUMERAL.finditer(text))


def numeral(text: str) -> Numeral:
    """The number that the whole text is; `ValueError` when it is not one number."""
    found = _NUMERAL.fullmatch(text)
    if found is None:
        raise ValueError(f"“{text}” is not one printed number.")
    return _numeral(found)


def printed_step(quote: str, value: Decimal) -> Numeral:
    """The number of a quote that states this value; `ValueError` when none does or several differ."""
    stated = [found for found in numerals(quote) if found.value == value]
    if len({(found.text, found.step) for found in stated}) != 1:
        raise ValueError(f"“{quote}” states {value} {len(stated)} times, one way of printing it was wanted.")
    return stated[0]


def _numeral(found: re.Match[str]) -> Numeral:
    text = "".join(found[0].split())
    if found["rank"]:
        value = Decimal(_RANKS[found["rank"]])
        return Numeral(text, value, Precision.EXACT, Decimal(1), percent=False, start=found.start())
    number = _number(found["number"])
    unit = _unit(found["unit"]) * (10 if found["tenths"] else 1)
    leading = sum(_number(digits) * _unit(name) for digits, name in _LEADING.findall(found["leading"] or ""))
    percent = bool(found["percent"] or found["tenths"])
    step = _step(number, found) * unit
    return Numeral(
        text, _plain(leading + number * unit), _precision(found), _plain(step), percent, found.start()
    )


def _number(digits: str) -> Decimal:
    """A number without 万 and 亿: 1,050.5 · 三十 · 一百零五 · 二〇一二 · 百 · nothing, which is one."""
    if not digits:
        return Decimal(1)
    if digits[0] not in _DIGITS and digits[0] not in _PLACES:
        return Decimal(digits.replace(",", ""))
    if _PLACES.keys().isdisjoint(digits):
        return Decimal("".join(str(_DIGITS[digit]) for digit in digits))
    total, pending = 0, 0
    for digit in digits:
        if digit in _PLACES:
            total += (pending or 1) * _PLACES[digit]
        pending = _DIGITS.get(digit, 0)
    return Decimal(total + pending)


def _unit(name: str | None) -> int:
    """What 万, 亿, 千万 multiply by; nothing printed is one."""
    if not name:
        return 1
    return _UNITS[name] if name in _UNITS else _UNITS[name[0]] * _UNITS[name[1:]]


def _precision(found: re.Match[str]) -> Precision:
    if found["near"]:
        return Precision.ABOUT
    if found["most"] or found["top"]:
        return Precision.UP_TO
    over = found["least"] or found["inner"] or found["outer"] or found["floor"]
    return Precision.OVER if over else Precision.EXACT


def _step(number: Decimal, found: re.Match[str]) -> Decimal:
    """One unit of the last digit that counts, before 万 and 亿 multiply it."""
    last = _place(number)
    if found["inner"]:
        return _significant(number)
    if found["near"] or found["least"] or found["floor"]:
        return min(_significant(number), Decimal(1).scaleb(number.adjusted() - 1))
    return last


def _place(number: Decimal) -> Decimal:
    """The place of the last printed digit."""
    exponent = number.as_tuple().exponent
    return Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0)


def _significant(number: Decimal) -> Decimal:
    """The place of the last digit that is not nought: 100 for 3500, 10 for 三十."""
    return _place(number.normalize())


def _plain(number: Decimal) -> Decimal:
    """The same number as 1000 rather than 1000.0 or 1E+3."""
    return Decimal(f"{number.normalize():f}")
