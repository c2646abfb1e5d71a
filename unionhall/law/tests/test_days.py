from datetime import date, timedelta
from itertools import pairwise

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unionhall.kernel.testing.acts import do
from unionhall.kernel.writing import Actor
from unionhall.law import calendar as room
from unionhall.law.actions import load_calendar, load_packs
from unionhall.law.lookup import lookup
from unionhall.law.models import Holiday
from unionhall.law.rules.days import Calendar, DayKind
from unionhall.law.rules.packs import shipped

FIRST, LAST = date(2024, 1, 1), date(2026, 12, 31)
DAY = timedelta(days=1)
days = st.dates(FIRST, LAST)
calendars = st.dictionaries(days, st.sampled_from(DayKind), max_size=120).map(
    lambda kinds: Calendar(kinds.items())
)


def naive(calendar, start, number):
    """One day after the other."""
    step = DAY if number > 0 else -DAY
    while number:
        start += step
        if calendar.working_day(start):
            number -= 1 if step == DAY else -1
    return start


@given(calendars, days, st.integers(-300, 300))
def test_adding_working_days_is_walking_day_by_day(calendar, start, number):
    assert calendar.add(start, number).day == naive(calendar, start, number)


@given(calendars, days, days)
def test_counting_working_days_is_walking_day_by_day(calendar, start, end):
    low, high = min(start, end), max(start, end)
    walked = sum(calendar.working_day(low + DAY * n) for n in range(1, (high - low).days + 1))
    assert calendar.count(start, end).days == (walked if start <= end else -walked)


@given(calendars, days, st.integers(1, 300))
def test_counting_undoes_adding(calendar, start, number):
    assert calendar.count(start, calendar.add(start, number).day).days == number


@pytest.fixture
def loaded(db):
    load_calendar(Actor.machine())


@pytest.mark.usefixtures("loaded")
def test_the_calendar_agrees_with_the_package_on_every_day_it_knows():
    calendar = room.calendar()
    day, wrong = date(2004, 1, 1), []
    while day <= date(2026, 12, 31):
        if calendar.working_day(day) != chinese_calendar.is_workday(day):
            wrong.append(day)
        day += DAY
    assert wrong == []
    assert min(calendar.years) == 2004
    assert all(later - earlier == 1 for earlier, later in pairwise(sorted(calendar.years)))


@pytest.mark.usefixtures("loaded")
def test_make_up_days_are_worked_and_days_off_are_not():
    assert room.working_day(date(2024, 2, 4))  # a Sunday before the Spring Festival
    assert not room.working_day(date(2024, 2, 12))  # a Monday in it
    due = room.add_working_days(date(2024, 2, 2), 5)
    assert (due.day, due.sure) == (date(2024, 2, 8), True)
    assert room.count_working_days(date(2024, 2, 2), date(2024, 2, 18)).days == 7


@pytest.mark.usefixtures("loaded")
def test_counting_past_the_end_of_the_calendar_warns_and_says_which_year():
    due = room.add_working_days(date(2026, 12, 28), 30)
    assert not due.sure
    assert "2027" in str(due.warning)
    span = room.count_working_days(date(2026, 12, 1), date(2028, 1, 31))
    assert not span.sure
    assert "2027、2028" in str(span.warning)
    assert room.count_working_days(date(2026, 1, 1), date(2026, 12, 31)).sure


@pytest.mark.usefixtures("loaded")
def test_a_year_with_a_single_day_entered_is_not_known():
    do(Holiday(date=date(2027, 1, 1), kind=DayKind.HOLIDAY, name="元旦").save)
    assert not room.add_working_days(date(2026, 12, 28), 5).sure


def test_no_days_added_is_the_day_itself_even_a_sunday():
    assert Calendar([]).add(date(2024, 3, 3), 0).day == date(2024, 3, 3)


@pytest.mark.usefixtures("loaded")
def test_a_rule_of_days_counts_days_and_one_of_working_days_counts_those():
    load_packs(Actor.machine(), packs=shipped())
    offered = date(2024, 9, 27)
    shanghai, zhejiang = (
        lookup("bargaining.answer_days", region=code, on=offered) for code in ("310000", "330000")
    )
    assert room.due(shanghai, offered).day == date(2024, 10, 12)
    assert room.due(zhejiang, offered).day == date(2024, 10, 16)
    assert room.due(zhejiang, offered, room.calendar()).sure
    with pytest.raises(TypeError):
        room.due(lookup("bargaining.least_representatives", region="33", on=offered), offered)
