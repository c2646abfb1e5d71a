"""The published figures of work reports: what was printed, of what, where and when."""

import csv
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Final

from unionhall.kernel.terms import Period
from unionhall.report.rules.numerals import Precision, printed_step


class Kind(StrEnum):
    """What a figure measures along time."""

    FLOW = "flow"
    STOCK = "stock"
    RATIO = "ratio"
    GROWTH = "growth"
    RANK = "rank"
    MONEY_FLOW = "money_flow"
    TARGET = "target"


ABOVE: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "national": ("national",),
        "provincial": ("provincial", "national"),
        "municipal": ("municipal", "provincial", "national"),
    }
)
AS_OF: Final = "as-of-"


@dataclass(frozen=True, slots=True)
class PublishedFigure:
    """One number of a published report.

    `period` holds the days it speaks of: one day, the last of its month or year, where `as_of` is true.
    `breakdown` holds the values that a dimension takes together; `breakdown_text` is how the row writes it.
    `value` and `step` are in `unit`, percentages in percent units; `printed` are the digits and their words.
    """

    id: str
    report: str
    union: str
    period: Period
    as_of: bool
    scope: str
    indicator: str
    breakdown: Mapping[str, frozenset[str]] = field(hash=False)
    breakdown_text: str
    name_zh: str
    value: Decimal
    unit: str
    precision: Precision
    kind: Kind
    printed: str
    step: Decimal

    @property
    def module(self) -> str:
        """The module that owns the indicator: the prefix of its code."""
        return self.indicator.partition(".")[0]

    @property
    def day(self) -> date:
        """The day whose tree and stock the figure shows."""
        return self.period.last


@dataclass(frozen=True, slots=True)
class PublishedReport:
    """One published report: whose, at which level and region (GB/T 2260), for which days, out when.

    `published` is as exact as it is known: a year, a month or a day.
    """

    report: str
    union: str
    level: str
    region: str
    period: Period
    published: str
    name_zh: str


def read_figures(path: Path) -> list[PublishedFigure]:
    """The figures of a CSV file (UTF-8) with the columns `printed` and `step`, or `quote` to read them in.

    Raises `ValueError` that names the row and says what is wrong with it, `KeyError` for a missing column.
    """
    with path.open(encoding="utf-8", newline="") as lines:
        return [read_figure(row) for row in csv.DictReader(lines)]


def read_reports(path: Path) -> list[PublishedReport]:
    """The reports of a CSV file (UTF-8); the last day of a report is in its period."""
    with path.open(encoding="utf-8", newline="") as lines:
        return [_report(row) for row in csv.DictReader(lines)]


def read_figure(row: Mapping[str, str]) -> PublishedFigure:
    """One figure out of a row of either form; `ValueError` names the row."""
    try:
        value = Decimal(row["value"])
        printed, step = _printed(row, value)
        return PublishedFigure(
            id=row["id"],
            report=row["report"],
            union=row["union"],
            period=read_period(row["period"]),
            as_of=row["period"].startswith(AS_OF),
            scope=row["scope"],
            indicator=row["indicator"],
            breakdown=read_breakdown(row["breakdown"]),
            breakdown_text=row["breakdown"],
            name_zh=row["name_zh"],
            value=value,
            unit=row["unit"],
            precision=Precision(row["precision"]),
            kind=Kind(row["kind"]),
            printed=printed,
            step=step,
        )
    except (ValueError, ArithmeticError) as error:
        raise ValueError(f"Figure {row['id']}: {error}") from error


def read_period(text: str) -> Period:
    """`2012`, `2017-06`, `2013/2018`, `2016-01/2018-05`, each to its end; `as-of-2012-12`: its last day."""
    if text.startswith(AS_OF):
        return Period.day(_last_day(text.removeprefix(AS_OF)))
    first, _, last = text.partition("/")
    return Period(_first_day(first), _last_day(last or first) + timedelta(days=1))


def read_breakdown(text: str) -> Mapping[str, frozenset[str]]:
    """`level=municipal+;type=labour+skill`: the dimensions and the values that each takes together.

    `a+b` is both; a level that ends in `+` is that level and all above it.
    """
    return MappingProxyType(dict(_dimension(pair) for pair in text.split(";") if pair))


def _dimension(pair: str) -> tuple[str, frozenset[str]]:
    dimension, equals, text = pair.partition("=")
    if not (dimension and equals and text):
        raise ValueError(f"“{pair}” is not dimension=value.")
    if not text.endswith("+"):
        return dimension, frozenset(text.split("+"))
    level = text.removesuffix("+")
    if dimension != "level" or level not in ABOVE:
        raise ValueError(f"“{pair}”: only a level from municipal upward can be meant with those above it.")
    return dimension, frozenset(ABOVE[level])


def _printed(row: Mapping[str, str], value: Decimal) -> tuple[str, Decimal]:
    if "quote" not in row:
        return row["printed"], Decimal(row["step"])
    found = printed_step(row["quote"], value)
    if found.precision != row["precision"]:
        raise ValueError(f"“{found.text}” is {found.precision}, the row says {row['precision']}.")
    return found.text, found.step


def _first_day(text: str) -> date:
    year, _, month = text.partition("-")
    return date(int(year), int(month or 1), 1)


def _last_day(text: str) -> date:
    year, _, month = text.partition("-")
    last = int(month or 12)
    return date(int(year), last, monthrange(int(year), last)[1])


def _report(row: Mapping[str, str]) -> PublishedReport:
    first, last = date.fromisoformat(row["period_from"]), date.fromisoformat(row["period_to"])
    return PublishedReport(
        report=row["report"],
        union=row["union"],
        level=row["level"],
        region=row["region"],
        period=Period(first, last + timedelta(days=1)),
        published=row["published"],
        name_zh=row.get("name_zh", row["union"]),
    )
