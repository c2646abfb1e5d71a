"""Pages of figures, asked as a browser asks: numbers, the rows behind them, files, and calm answers."""

import io
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from django.urls import reverse
from django.utils import translation

from unionhall.kernel.indicators.declared import Count, Distinct, Flow, Ratio, Sum
from unionhall.kernel.indicators.rollup import parts, roll_up
from unionhall.kernel.models import LogEntry
from unionhall.kernel.terms import Period
from unionhall.membership.indicators import MEMBERS
from unionhall.modules import REGISTER
from unionhall.report.rules.headlines import HEADLINES, LEAGUES, first_known
from unionhall.report.staff.book import change
from unionhall.report.staff.choices import Choice, current_year
from unionhall.report.staff.rows import said

INDICATORS = {i.code: i for module in REGISTER for i in module.indicators}
FIGURES = reverse("report.figures")
TABLE = reverse("report.table")
MEMBERS_PAGE = reverse("report.figure", args=["membership.members"])
MEMBERS_ROWS = reverse("report.rows", args=["membership.members"])


def sheet(response):
    book = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    return [[cell.value for cell in row] for row in book.active.iter_rows()]


def lines(response):
    return {line["code"]: line for group in response.context["groups"] for line in group["rows"]}


def test_the_house_brings_figures_of_three_modules():
    assert {code.partition(".")[0] for code in INDICATORS} == {"membership", "unions", "employers"}


def test_all_figures_of_a_year_stand_on_one_page(sign_in, leader):
    found = lines(sign_in(leader).get(FIGURES, {"year": 2021}))
    assert found.keys() == INDICATORS.keys()
    assert found["membership.members"]["value"] == 9
    assert found["membership.women_members"]["value"] == 5
    assert found["unions.grassroots_unions"]["value"] == 2


def test_a_page_of_figures_once_counted_takes_at_most_twelve_queries(
    sign_in, leader, django_assert_max_num_queries
):
    client = sign_in(leader)
    for address in (FIGURES, MEMBERS_PAGE, MEMBERS_ROWS, TABLE):
        client.get(address, {"year": 2021})
        with django_assert_max_num_queries(12):
            assert client.get(address, {"year": 2021}).status_code == 200


@pytest.mark.parametrize("year", [2021, 2023])
def test_every_count_equals_the_rows_it_opens(sign_in, leader, units, register, year):
    client = sign_in(leader)
    checked = set()
    for unit in (units.district, units.street, register.new_street, units.hospital):
        for code, indicator in INDICATORS.items():
            for role, part in parts(indicator):
                if not isinstance(part, Count):
                    continue
                page = client.get(
                    reverse("report.rows", args=[code]), {"unit": unit.pk, "year": year, "part": role}
                )
                value = roll_up(part, Period.year(year)).at(unit.pk).value
                assert page.context["table"].paginator.count == value, (code, role, unit)
                checked.add(code)
    assert checked == {c for c, i in INDICATORS.items() if any(isinstance(p, Count) for _r, p in parts(i))}


def test_a_figure_of_a_past_day_uses_the_tree_of_that_day(sign_in, leader, units, register):
    client = sign_in(leader)
    values = {
        (year, unit.pk): client.get(MEMBERS_PAGE, {"unit": unit.pk, "year": year}).context["figure"]["value"]
        for year in (2021, 2023)
        for unit in (units.street, register.new_street)
    }
    assert values == {
        (2021, units.street.pk): 5,
        (2021, register.new_street.pk): 0,
        (2023, units.street.pk): 0,
        (2023, register.new_street.pk): 5,
    }


def test_the_rows_of_a_past_day_open_to_whoever_reaches_them_today(sign_in, actors, leader, units):
    there = sign_in(leader).get(MEMBERS_ROWS, {"unit": units.street.pk, "year": 2021})
    assert there.context["table"].paginator.count == 5
    left = sign_in(actors.leader).get(MEMBERS_ROWS, {"unit": units.street.pk, "year": 2021})
    assert left.context["table"].paginator.count == 0
    assert "Of these rows 0 are in your reach today." in left.context["page"]["description"]


def test_one_figure_shows_the_units_below_with_shares_and_links(sign_in, leader, units):
    page = sign_in(leader).get(MEMBERS_PAGE, {"year": 2021})
    rows = {str(row["title"]): (row["value"], row["share"]) for row in page.context["rows"]}
    assert rows["通江街道总工会"] == (5, Decimal("55.6"))
    assert rows["滨江医院工会"] == (4, Decimal("44.4"))
    assert page.context["chart"]["labels"][:2] == ["通江街道总工会", "滨江医院工会"]
    assert f"unit={units.street.pk}" in page.context["rows"][0]["url"]


def test_a_breakdown_narrows_the_figure_its_parts_and_its_rows(sign_in, leader):
    client = sign_in(leader)
    page = client.get(MEMBERS_PAGE, {"year": 2021, "by-sex": "2"})
    assert page.context["figure"]["value"] == 5
    assert {panel["title"] for panel in page.context["panels"]}.isdisjoint({"Sex"})
    assert [chip["title"] for chip in page.context["breakdowns"]] == ["all", "Sex: Female"]
    assert client.get(MEMBERS_ROWS, {"year": 2021, "by-sex": "2"}).context["table"].paginator.count == 5


def test_a_ratio_opens_to_its_numerator_and_its_denominator(sign_in, leader):
    page = sign_in(leader).get(reverse("report.rows", args=["unions.double_display_rate"]), {"year": 2021})
    assert [(tab["title"].partition(":")[0], tab["current"]) for tab in page.context["tabs"]] == [
        ("Numerator", True),
        ("Denominator", False),
    ]


@pytest.mark.usefixtures("leader")
def test_a_sum_and_a_distinct_count_say_why_rows_and_figure_differ(units):
    choice = Choice(units.district, 2021, Period.year(2021))
    cadres = INDICATORS["unions.fulltime_cadres"]
    assert isinstance(cadres, Sum)
    unions = roll_up(Count(code="x", title="", fact=cadres.fact), Period.year(2021)).at(units.district.pk)
    total = roll_up(cadres, Period.year(2021)).at(units.district.pk).value
    text = said(cadres, choice, {}, int(unions.value))
    assert f"{total}" in text
    assert f"{unions.value} rows" in text
    unit_names = Distinct(code="x.y", title="", fact=MEMBERS.fact, column="unit_id")
    assert said(unit_names, choice, {}, 9).startswith("9 rows name 3 different ")


@pytest.mark.parametrize("year", ["2099", "1999", "abc", "-1", "9" * 30])
def test_a_year_that_is_none_is_said_at_its_field(sign_in, leader, year):
    page = sign_in(leader).get(FIGURES, {"year": year})
    assert page.status_code == 200
    assert "choose a year that has begun" in str(page.context["filter"]["form"].errors["year"])


def test_a_unit_typed_wrongly_is_said_at_its_field(sign_in, leader):
    page = sign_in(leader).get(FIGURES, {"unit": "没有这个工会"})
    assert page.status_code == 200
    assert "No unit is called" in str(page.context["filter"]["form"].errors["unit"])


def test_a_unit_typed_by_name_is_shown(sign_in, leader, units):
    page = sign_in(leader).get(MEMBERS_PAGE, {"unit": "滨江医院工会", "year": 2021})
    assert page.context["figure"]["of"] == units.hospital
    assert page.context["figure"]["value"] == 4


def test_a_unit_typed_by_name_out_of_reach_is_refused_at_its_field(sign_in, actors, register):
    page = sign_in(actors.stranger).get(FIGURES, {"unit": "通江街道总工会"})
    assert "in your reach" in str(page.context["filter"]["form"].errors["unit"])


@pytest.mark.parametrize("address", [FIGURES, TABLE, MEMBERS_PAGE, MEMBERS_ROWS])
def test_a_unit_out_of_reach_is_not_there(sign_in, actors, units, register, address):
    client = sign_in(actors.stranger)
    assert client.get(address, {"unit": units.city.pk}).status_code == 404
    assert client.get(address, {"unit": "9" * 40}).status_code == 404
    assert client.get(address).status_code == 200


def test_a_unit_that_stood_in_no_tree_that_day_is_said_to(sign_in, leader):
    page = sign_in(leader).get(FIGURES, {"year": 2000, "reckoned": "statistics"})
    assert page.status_code == 200
    early = sign_in(leader).get(MEMBERS_PAGE, {"year": 2000, "reckoned": "statistics"})
    assert early.context["figure"]["value"] == 0


@pytest.mark.parametrize(
    ("address", "asked"),
    [
        (MEMBERS_PAGE, {"by-sex": "green"}),
        (MEMBERS_PAGE, {"by-colour": "green"}),
        (MEMBERS_ROWS, {"part": "numerator"}),
        ("/figures/no.such/", {}),
        ("/figures/no.such/rows/", {}),
        ("/checks/no.such/", {}),
    ],
)
def test_what_no_figure_knows_is_not_there(sign_in, leader, address, asked):
    assert sign_in(leader).get(address, asked).status_code == 404


@pytest.mark.parametrize("number", ["abc", "-1", "9999"])
def test_a_page_number_that_is_none_shows_a_page(sign_in, leader, number):
    page = sign_in(leader).get(MEMBERS_ROWS, {"year": 2021, "page": number})
    assert page.status_code == 200
    assert page.context["table"].paginator.count == 9


def test_the_statistics_table_holds_the_chosen_columns_and_is_taken_away_as_shown(sign_in, leader):
    client = sign_in(leader)
    asked = {"year": 2021, "pick": ["membership.members", "unions.grassroots_unions"]}
    page = client.get(TABLE, asked)
    assert page.context["matrix"]["columns"] == ["Union members（persons）", "Grassroots unions（unions）"]
    assert page.context["matrix"]["total"] == [9, 2]
    rows = sheet(client.get(TABLE, asked | {"export": "xlsx"}))
    assert rows[0] == ["Unit", "Union members（persons）", "Grassroots unions（unions）"]
    assert rows[-1] == ["Total", 9, 2]
    assert [row[1] for row in rows[1:-1]] == [
        row["cells"][0]["value"] for row in page.context["matrix"]["rows"]
    ]


def test_without_a_choice_the_table_has_the_headlines(sign_in, leader):
    page = sign_in(leader).get(TABLE, {"year": 2021})
    assert len(page.context["matrix"]["columns"]) == len(first_known(HEADLINES, frozenset(INDICATORS)))
    assert sign_in(leader).get(TABLE, {"pick": "no.such"}).status_code == 200


def test_figures_are_taken_away_as_a_sheet_and_as_text_and_the_log_says_so(sign_in, leader):
    client = sign_in(leader)
    rows = sheet(client.get(FIGURES, {"year": 2021, "export": "xlsx"}))
    assert next(row for row in rows if row[0] == "membership.members")[2] == 9
    text = b"".join(client.get(MEMBERS_PAGE, {"year": 2021, "export": "csv"}).streaming_content).decode(
        "utf-8-sig"
    )
    assert "滨江医院工会,4,persons,2021-12-31" in text.splitlines()
    assert list(LogEntry.objects.filter(action="kernel.export").values_list("user__username", flat=True)) == [
        "district_leader",
        "district_leader",
    ]


def test_checks_open_to_their_rows_and_count_them(sign_in, leader):
    client = sign_in(leader)
    found = {line["url"]: line["found"] for line in client.get(reverse("report.checks")).context["lines"]}
    address = reverse("report.check", args=["unions.without_code"])
    for url, count in found.items():
        assert client.get(url).context["table"].paginator.count == count
    assert len(found) == sum(len(module.checks) for module in REGISTER)
    assert address in found or found


def test_administrators_see_no_figures_and_visitors_are_sent_to_the_door(client, sign_in, actors, register):
    assert client.get(FIGURES).status_code == 302
    for actor in (actors.system, actors.security, actors.audit, actors.worker):
        assert sign_in(actor).get(FIGURES).status_code == 403


def test_a_change_is_told_in_per_cent_or_points_and_never_from_nothing():
    assert change(None, 5, ratio=False) is None
    assert change(5, 0, ratio=False) is None
    with translation.override("en"):
        assert change(5, 5, ratio=False) == {"text": "unchanged", "tone": "muted"}
        assert change(90, 92, ratio=True) == {"text": "-2.0 points", "tone": "bad"}
    assert change(110, 100, ratio=False) == {"text": "+10.0%", "tone": "good"}
    assert change(9999, 10000, ratio=False) == {"text": "-0.01%", "tone": "bad"}


def test_the_statistics_year_begins_in_october():
    assert current_year(date(2026, 9, 30), statistics=True) == 2026
    assert current_year(date(2026, 10, 1), statistics=True) == 2027
    assert current_year(date(2026, 10, 1), statistics=False) == 2026


def test_headlines_and_leagues_are_figures_of_the_house():
    assert first_known(LEAGUES, frozenset(INDICATORS), 1) == ("membership.members",)
    assert len(first_known(HEADLINES, frozenset(INDICATORS))) == 6
    assert first_known(HEADLINES, frozenset()) == ()
    assert any(isinstance(INDICATORS[code], Ratio) for code in first_known(HEADLINES, frozenset(INDICATORS)))
    assert any(isinstance(p.fact.axis, Flow) for i in INDICATORS.values() for _r, p in parts(i))
