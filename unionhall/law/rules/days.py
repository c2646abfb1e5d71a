"""Counting working days: Monday to Friday, without the holidays, with the days that are worked in their place.

The day from which one counts is not counted (民法典 art. 201).
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from django.db.models import TextChoices
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from unionhall.kernel.terms import Text

WEEK, WORKED = 7, 5
LEAST_HOLIDAYS = (
    10  # a year with fewer days off entered is not known yet (放假办法: 10 until 2007, 11, 13 since 2025)
)


class DayKind(TextChoices):
    """How a day differs from its weekday."""

    HOLIDAY = "holiday", _("Day off")
    MAKE_UP = "make_up", _("Make-up working day")


@dataclass(frozen=True, slots=True)
class Due:
    """The day that a count reached. `warning` is a sentence where the calendar is not known so far."""

    day: date
    warning: Text = ""

    @property
    def sure(self) -> bool:
        """Whether every day counted was known."""
        return not self.warning


@dataclass(frozen=True, slots=True)
class Span:
    """How many working days lie between two days. `warning` as in `Due`."""

    days: int
    warning: Text = ""

    @property
    def sure(self) -> bool:
        """Whether every day counted was known."""
        return not self.warning


class Calendar:
    """The known days off and make-up days. Every question is answered by a search in two sorted lists."""

    def __init__(self, days: Iterable[tuple[date, str]]) -> None:
        kinds = dict(days)
        self.holidays = frozenset(day for day, kind in kinds.items() if kind == DayKind.HOLIDAY)
        self.make_up = frozenset(kinds) - self.holidays
        entered = Counter(day.year for day in self.holidays)
        self.years = frozenset(year for year, count in entered.items() if count >= LEAST_HOLIDAYS)

    @cached_property
    def _lost(self) -> list[int]:
        return sorted(day.toordinal() for day in self.holidays if day.weekday() < WORKED)

    @cached_property
    def _won(self) -> list[int]:
        return sorted(day.toordinal() for day in self.make_up if day.weekday() >= WORKED)

    def working_day(self, day: date) -> bool:
        """Whether this day is worked."""
        return day in self.make_up or (day.weekday() < WORKED and day not in self.holidays)

    def known(self, day: date) -> bool:
        """Whether the days off of this day's year have been entered."""
        return day.year in self.years

    def add(self, start: date, days: int) -> Due:
        """The working day that is so many working days after a day; before it where the number is negative."""
        if days == 0:
            return Due(start, self.warning(start, start))
        first = start.toordinal()
        wanted = self._worked(first) + days if days > 0 else self._worked(first - 1) + days + 1
        reach = WEEK * (abs(days) // WORKED + 2) + len(self._lost)
        low, high = (first, first + reach) if days > 0 else (max(1, first - reach), first)
        found = date.fromordinal(bisect_left(range(high + 1), wanted, lo=low, key=self._worked))
        return Due(found, self.warning(min(start, found), max(start, found)))

    def count(self, start: date, end: date) -> Span:
        """How many working days come after `start` up to and with `end`; negative where `end` comes first."""
        days = self._worked(end.toordinal()) - self._worked(start.toordinal())
        return Span(days, self.warning(min(start, end), max(start, end)))

    def warning(self, start: date, end: date) -> Text:
        """What to say when a year between two days is not known; nothing when all are."""
        unknown = [year for year in range(start.year, end.year + 1) if year not in self.years]
        if not unknown:
            return ""
        return format_lazy(
            _(
                "The days off of {year} are not in the calendar yet: weekdays were counted, check this day again."
            ),
            year="、".join(map(str, unknown)),
        )

    def _worked(self, ordinal: int) -> int:
        """How many working days there have been from the first day of the first year up to and with this one."""
        weeks, rest = divmod(ordinal, WEEK)  # ordinal 1 is a Monday
        weekdays = weeks * WORKED + min(rest, WORKED)
        return weekdays - bisect_right(self._lost, ordinal) + bisect_right(self._won, ordinal)


def after(start: date, days: int) -> date:
    """The day that is so many calendar days after a day."""
    return start + timedelta(days=days)
