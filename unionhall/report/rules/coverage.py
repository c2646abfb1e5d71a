"""Whether the figures computed from records agree with the published ones, and how many do."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Final, TypeVar

from unionhall.report.rules.figures import PublishedFigure
from unionhall.report.rules.numerals import Precision

Key = TypeVar("Key")


class Verdict(StrEnum):
    """What the records say to a published figure; `missing` when no indicator computes it yet."""

    AGREES = "agrees"
    DISAGREES = "disagrees"
    MISSING = "missing"


def verdict(figure: PublishedFigure, computed: Decimal | None) -> Verdict:
    """Compare a computed value, in the unit of the figure, with what is printed."""
    if computed is None:
        return Verdict.MISSING
    return Verdict.AGREES if _AGREES[figure.precision](figure, computed) else Verdict.DISAGREES


def _exact(figure: PublishedFigure, computed: Decimal) -> bool:
    """It rounds, half up, to the printed digits."""
    return (computed / figure.step).to_integral_value(ROUND_HALF_UP) * figure.step == figure.value


def _over(figure: PublishedFigure, computed: Decimal) -> bool:
    """At least the printed value, and the next step is not reached."""
    return figure.value <= computed < figure.value + figure.step


def _about(figure: PublishedFigure, computed: Decimal) -> bool:
    """Just below the printed value: 近 says that it is not reached, and by less than a step."""
    return figure.value - figure.step < computed < figure.value


def _up_to(figure: PublishedFigure, computed: Decimal) -> bool:
    """Something, and no more than the printed value: 前两名 is a first or second place."""
    return 0 < computed <= figure.value


_AGREES: Final[Mapping[Precision, Callable[[PublishedFigure, Decimal], bool]]] = {
    Precision.EXACT: _exact,
    Precision.OVER: _over,
    Precision.ABOUT: _about,
    Precision.UP_TO: _up_to,
}


@dataclass(frozen=True, slots=True)
class Judged:
    """A published figure beside what the records give for it; `computed` is None without an indicator."""

    figure: PublishedFigure
    computed: Decimal | None

    @property
    def verdict(self) -> Verdict:
        """Whether the two agree."""
        return verdict(self.figure, self.computed)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many figures agree, disagree and are missing."""

    agrees: int = 0
    disagrees: int = 0
    missing: int = 0

    @property
    def total(self) -> int:
        """All figures counted."""
        return self.agrees + self.disagrees + self.missing


@dataclass(frozen=True, slots=True)
class Coverage:
    """The judged figures and their counts by report, by module and both, each in the order of the figures."""

    judged: tuple[Judged, ...]

    @property
    def total(self) -> Tally:
        """All of them."""
        return _tally(self.judged)

    def by_report(self) -> dict[str, Tally]:
        """Counts of each report."""
        return _tallies(self.judged, lambda one: one.figure.report)

    def by_module(self) -> dict[str, Tally]:
        """Counts of each module."""
        return _tallies(self.judged, lambda one: one.figure.module)

    def by_report_and_module(self) -> dict[tuple[str, str], Tally]:
        """Counts of each module within each report."""
        return _tallies(self.judged, lambda one: (one.figure.report, one.figure.module))


def as_json(
    figure: PublishedFigure, computed: Decimal | None, found: Verdict
) -> dict[str, str | float | None]:
    """One object for `--json`: `printed` are the digits as printed, `computed` a number or null."""
    return {
        "id": figure.id,
        "indicator": figure.indicator,
        "breakdown": figure.breakdown_text,
        "printed": figure.printed,
        "computed": _number(computed),
        "verdict": found.value,
    }


def _number(value: Decimal | None) -> float | None:
    """A whole number as an int, any other as a float."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def _tally(judged: Iterable[Judged]) -> Tally:
    return Tally(**Counter(one.verdict.value for one in judged))


def _tallies(judged: Iterable[Judged], key: Callable[[Judged], Key]) -> dict[Key, Tally]:
    groups: dict[Key, list[Judged]] = {}
    for one in judged:
        groups.setdefault(key(one), []).append(one)
    return {name: _tally(members) for name, members in groups.items()}
