"""The working calendar of the house, as its days off and make-up days are entered."""

from datetime import date

from unionhall.law.lookup import Found
from unionhall.law.models import Holiday
from unionhall.law.rules.days import Calendar, Due, Span, after
from unionhall.law.rules.values import Kind


def calendar() -> Calendar:
    """The calendar as it is now: one query. Whoever counts often keeps it."""
    return Calendar(Holiday.objects.values_list("date", "kind"))


def working_day(day: date) -> bool:
    """Whether this day is worked."""
    return calendar().working_day(day)


def add_working_days(start: date, days: int) -> Due:
    """The working day so many working days after a day, with a warning where the calendar is not known so far."""
    return calendar().add(start, days)


def count_working_days(start: date, end: date) -> Span:
    """How many working days come after one day up to and with another, with a warning as above."""
    return calendar().count(start, end)


def due(found: Found, start: date, known: Calendar | None = None) -> Due:
    """The last day of a time that a rule gives in days or working days, counted from the day after `start`."""
    if found.rule.kind == Kind.WORKING_DAYS:
        return (known or calendar()).add(start, found.days)
    if found.rule.kind == Kind.DAYS:
        return Due(after(start, found.days))
    raise TypeError(f"{found.rule.key} is of kind {found.rule.kind}: it gives no days to count.")
