from datetime import date
from decimal import Decimal

import pytest

from unionhall.employers import actions
from unionhall.employers.indicators import CHECKS, EMPLOYERS, INDICATORS, WORKERS
from unionhall.kernel.indicators.rollup import by_value, roll_up, rows_behind
from unionhall.kernel.terms import Period

TODAY = date(2024, 5, 6)
YEAR = Period.year(2023)


@pytest.fixture
def three(register, clerk, above):
    """A motor works and a taxi company in the east, a Global 500 company in the west."""
    motor = register(size="large")
    taxi = register(name="松江出租汽车公司", ownership="170", industry="06", tags=["taxi", "hundred"])
    world = register(name="环球公司", unit="west", ownership="300", industry="06", tags=["global_500"])
    for employer, doer, workers, women, migrants in (
        (motor, clerk, 1000, 300, 10),
        (taxi, clerk, 200, 20, 150),
        (world, above, 50, 30, 0),
    ):
        actions.count(
            doer,
            employer=employer,
            since=date(2023, 6, 1),
            workers=workers,
            women=women,
            migrants=migrants,
            today=TODAY,
        )
    return motor, taxi, world


def value(indicator, unit, breakdown=None, period=YEAR):
    return roll_up(indicator, period, breakdown).at(unit.pk).value


@pytest.mark.parametrize(
    ("breakdown", "in_city", "in_east"),
    [
        ({}, 3, 2),
        ({"ownership": "non_public"}, 2, 1),
        ({"ownership": "public"}, 0, 0),
        ({"industry": "taxi"}, 1, 1),
        ({"industry": "06"}, 2, 1),
        ({"industry": "06", "type": "hundred"}, 1, 1),
        ({"type": "fortune500"}, 1, 0),
        ({"size": "large"}, 1, 1),
    ],
)
def test_employers_are_told_apart_as_the_reports_do(three, units, breakdown, in_city, in_east):
    assert value(EMPLOYERS, units["city"], breakdown) == in_city
    assert value(EMPLOYERS, units["east"], breakdown) == in_east
    assert rows_behind(EMPLOYERS, units["city"], YEAR, breakdown).count() == in_city


def test_workers_are_added_up_by_the_count_of_the_day(three, units):
    sums = [value(indicator, units["city"]) for indicator in INDICATORS]
    assert sums == [Decimal(3), Decimal(1250), Decimal(350), Decimal(160)]
    assert value(WORKERS, units["east"], {"industry": "taxi"}) == 200
    assert value(WORKERS, units["city"], period=Period.year(2022)) == 0


def test_a_breakdown_by_industry_lists_industries_and_trades_and_no_other_tag(three, units):
    industry = next(d for d in EMPLOYERS.dimensions if d.code == "industry")
    found = by_value(EMPLOYERS, industry, units["city"], YEAR)
    assert {code: value.value for code, value in found.items()} == {"03": 1, "06": 2, "taxi": 1}


def test_an_employer_merged_away_is_counted_no_more_nor_are_its_workers(three, above, units):
    motor, taxi, _world = three
    actions.merge(above, kept=motor, dropped=taxi, reason="one company", on=TODAY)
    assert value(EMPLOYERS, units["city"]) == 2
    assert value(WORKERS, units["city"]) == 1050


def test_the_check_finds_active_employers_whose_workers_nobody_counted(three, register, clerk):
    motor, taxi, _world = three
    new = register(name="新公司")
    actions.set_status(clerk, employer=taxi, status="closed", on=date(2024, 1, 1))
    (check,) = CHECKS
    assert list(check.rows(TODAY)) == [new]
    assert set(check.rows(date(2023, 5, 31))) >= {motor, new}
