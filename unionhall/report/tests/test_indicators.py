import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from unionhall.kernel import units as tree
from unionhall.kernel.models import Cube
from unionhall.kernel.terms import Period
from unionhall.kernel.testing.acts import do
from unionhall.kernel.testing.units import START, make_unit
from unionhall.membership.indicators import INDICATORS as OF_MEMBERS
from unionhall.membership.models import Membership
from unionhall.people.models import Person
from unionhall.report.indicators import computed, coverage, published, units_of
from unionhall.report.rules.coverage import Tally
from unionhall.report.rules.figures import Kind
from unionhall.report.rules.numerals import Precision
from unionhall.unions.indicators.counted import INDICATORS as OF_UNIONS
from unionhall.unions.models import Union

KNOWN = {indicator.code: indicator for indicator in (*OF_UNIONS, *OF_MEMBERS)}
FIGURES = {figure.id: figure for figure in published()}
UNIONS, MEMBERS, MOVES = (FIGURES[f"harbin2022-{number}"] for number in ("045", "046", "047"))


def union(unit, kind, level="grassroots", **facts):
    made = Union(unit=unit, kind=kind, level=level, since=START, token=f"token{unit.pk}", **facts)
    made.save()
    return made


def member(unit, place, since):
    person = Person(name="王芳", sex="2", birth=date(1980, 1, 1), unit=unit)
    person.save()
    Membership(person=person, unit=unit, card=str(place), since=since, entered="joined", sex="2").save()


@pytest.fixture
def register(units):
    """Two unions and three members in Harbin on the last day of 2022; one of each in Heilongjiang outside it."""

    def make():
        union(units.city, "federation", "municipal")
        union(units.factory, "single")
        union(units.hospital, "single")
        outside = make_unit("大庆油田工会", "single", units.province)
        union(outside, "single")
        for place, (unit, since) in enumerate(
            [
                (units.factory, date(2020, 5, 1)),
                (units.factory, date(2022, 12, 31)),
                (units.hospital, date(2021, 7, 1)),
                (units.hospital, date(2023, 1, 1)),
                (outside, date(2020, 1, 1)),
            ]
        ):
            member(unit, place, since)

    do(make)
    return units


@pytest.mark.usefixtures("register")
def test_a_stock_is_counted_at_the_report_s_union_on_the_last_day():
    assert computed(UNIONS, KNOWN) == 2
    assert computed(MEMBERS, KNOWN) == 3


@pytest.mark.usefixtures("register")
def test_a_figure_agrees_when_the_records_say_what_is_printed():
    true = replace(UNIONS, value=Decimal(2))
    false = replace(UNIONS, value=Decimal(3))
    missing = replace(UNIONS, indicator="honours.awards")
    found = coverage([true, false, missing], KNOWN.values())
    assert [one.verdict.value for one in found.judged] == ["agrees", "disagrees", "missing"]
    assert found.by_report_and_module() == {
        ("harbin2022", "unions"): Tally(agrees=1, disagrees=1),
        ("harbin2022", "honours"): Tally(missing=1),
    }


@pytest.mark.parametrize(
    "figure",
    [
        replace(UNIONS, kind=Kind.TARGET),
        replace(UNIONS, kind=Kind.RANK),
        replace(UNIONS, union="河北省总工会", scope="全省"),
        replace(UNIONS, scope="金秋助学启动仪式"),
        replace(UNIONS, scope="南岗区"),
        replace(UNIONS, breakdown={"weather": frozenset({"fine"})}),
    ],
    ids=[
        "target",
        "rank",
        "union elsewhere",
        "scope of no unit",
        "district without a unit",
        "unknown breakdown",
    ],
)
@pytest.mark.usefixtures("register")
def test_a_figure_that_the_register_cannot_speak_of_is_missing(figure):
    assert computed(figure, KNOWN) is None


@pytest.mark.usefixtures("register")
def test_a_figure_without_any_rows_is_missing_rather_than_nought():
    assert computed(MOVES, KNOWN) is None


def test_a_scope_that_names_a_district_means_its_federation(register):
    assert units_of(replace(UNIONS, scope="道里区")) == [register.district.pk]
    assert computed(replace(UNIONS, scope="道里区"), KNOWN) == 2


def test_moves_are_counted_at_the_municipal_industrial_unions_and_nowhere_else(register):
    def move():
        first = make_unit("哈尔滨市财贸轻工工会", "industrial", register.city)
        second = make_unit("哈尔滨市机械冶金工会", "industrial", register.city)
        for unit in (first, second):
            union(unit, "industrial", "municipal")
        tree.move(register.factory, parent=first, on=date(2021, 6, 1))
        tree.move(register.factory, parent=second, on=date(2022, 6, 1))
        tree.move(register.hospital, parent=register.street, on=date(2022, 7, 1))

    do(move)
    assert computed(MOVES, KNOWN) == 1
    assert computed(replace(MOVES, scope="全市"), KNOWN) == 2
    assert computed(replace(MOVES, period=Period.year(2021)), KNOWN) == 1


@pytest.mark.usefixtures("register")
def test_an_over_figure_leaves_the_next_step_open():
    figure = replace(MEMBERS, value=Decimal(2), step=Decimal(2), precision=Precision.OVER)
    assert [one.verdict.value for one in coverage([figure], KNOWN.values()).judged] == ["agrees"]


@pytest.mark.usefixtures("register")
def test_the_command_prints_one_object_a_figure():
    out = StringIO()
    call_command("coverage", "--json", "--report", "harbin2022", "--module", "unions", stdout=out)
    lines = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [line["id"] for line in lines] == ["harbin2022-043", "harbin2022-045", "harbin2022-047"]
    assert lines[1] == {
        "id": "harbin2022-045",
        "indicator": "unions.grassroots_unions",
        "breakdown": "registration=real_name",
        "printed": "8028",
        "computed": 2,
        "verdict": "disagrees",
    }
    assert (lines[2]["computed"], lines[2]["verdict"]) == (None, "missing")


@pytest.mark.usefixtures("register")
def test_the_command_prints_a_table_by_report_and_module():
    out = StringIO()
    call_command("coverage", stdout=out)
    rows = [line.split() for line in out.getvalue().splitlines()]
    assert ["harbin2022", "unions", "0", "2", "1", "3"] in rows


@pytest.mark.usefixtures("register")
def test_a_report_that_nobody_published_is_refused():
    with pytest.raises(CommandError):
        call_command("coverage", "--report", "harbin1912")


@pytest.mark.usefixtures("register")
def test_forgotten_sums_are_counted_again():
    assert computed(UNIONS, KNOWN) == 2
    assert Cube.objects.exists()
    out = StringIO()
    call_command("figures", "forget", stdout=out)
    assert not Cube.objects.exists()
    assert computed(UNIONS, KNOWN) == 2
