"""Each figure against a plain count in Python, on days before and after a move."""

from datetime import date
from decimal import Decimal

import pytest

from unionhall.kernel import guard
from unionhall.kernel.indicators.rollup import roll_up, rows_behind
from unionhall.kernel.models import Placement
from unionhall.kernel.terms import Period
from unionhall.unions.actions.coverage import uncover
from unionhall.unions.actions.ratings import rate
from unionhall.unions.actions.tree import affiliate, dissolve_union
from unionhall.unions.indicators.checks import CHECKS
from unionhall.unions.indicators.counted import INDICATORS
from unionhall.unions.models import Body, Certificate, Display, Rating, Term, Union

Y2021, Y2022 = Period.year(2021), Period.year(2022)
BY_CODE = {indicator.code: indicator for indicator in INDICATORS}
MOVED = date(2022, 6, 1)


@pytest.fixture
def tree(house):
    """Two unions in Daoli, two in Nangang; one moves from Daoli to Nangang in June 2022."""
    house.a = house.union("甲厂工会", house.daoli, ownership="170", fulltime_cadres=1, parttime_cadres=2)
    house.b = house.union(
        "乙楼宇联合工会", house.daoli, kind="joint", ownership="170", worker_kind="courier", parttime_cadres=3
    )
    house.c = house.union("丙局工会", house.nangang, ownership="500", registration="declared")
    house.group = house.union("甲厂一组", house.a, kind="group")
    house.sector = house.union(
        "快递行业工会联合会", house.nangang, kind="sector", level="county", since=date(2022, 3, 1)
    )
    house.zone = house.union(
        "开发区厂工会", house.nangang, ownership="300", since=date(2022, 1, 1), industry="03"
    )
    firms = [
        house.employer(f"商户{n}", house.daoli, ownership="170" if n < 3 else "110", tags=tags)
        for n, tags in enumerate((" taxi ", " global_500 ", "", ""))
    ]
    house.cover(house.b, firms[0])
    house.cover(house.b, firms[1])
    house.cover(house.a, house.works)
    house.cover(house.c, firms[3])
    with guard.begin():
        for union, kind in (
            (house.a, "women"),
            (house.b, "women"),
            (house.a, "audit"),
            (house.c, "mediation"),
        ):
            Body(union=union, kind=kind, members=3, since=date(2020, 1, 1)).save()
        Body(union=house.daoli, kind="women", members=3, women=3, since=date(2020, 1, 1)).save()
        Body(union=house.a, kind="labour_law", members=3, since=date(2020, 1, 1)).save()
        Body(union=house.a, kind="labour_protection", members=3, since=date(2022, 2, 1)).save()
        Display(union=house.a, since=date(2020, 1, 1)).save()
        Display(union=house.b, since=date(2022, 4, 1)).save()
    rate(house.in_city, union=house.a, standardised=True, score=None, on=date(2022, 7, 1))
    rate(house.in_city, union=house.b, standardised=False, score=None, on=date(2022, 7, 1))
    affiliate(house.in_city, union=house.a, parent=house.nangang.unit, on=MOVED)
    uncover(house.clerk, coverage=house.b.coverages.get(employer=firms[1]), on=date(2022, 9, 1))
    return house


def value(code, union, period, **breakdown):
    return roll_up(BY_CODE[code], period, breakdown).at(union.pk).value


def holds(row, day):
    return row.since <= day and (row.until is None or row.until > day)


def below(union, day):
    """The units at or below, by the placements of a day, counted without the engine."""
    placed = [p for p in Placement.objects.all() if holds(p, day)]
    found, waiting = {union.pk}, [union.pk]
    while waiting:
        top = waiting.pop()
        new = [p.unit_id for p in placed if p.parent_id == top]
        found |= set(new)
        waiting += new
    return found


def plain(union, period):
    """Every stock of grassroots unions by a loop over rows."""
    day = period.last
    units = below(union, day)
    return [
        u for u in Union.objects.all() if u.pk in units and holds(u, day) and u.kind in {"single", "joint"}
    ]


@pytest.mark.parametrize("period", [Y2021, Y2022], ids=["before the move", "after it"])
@pytest.mark.parametrize("where", ["city", "daoli", "nangang", "a", "group"])
def test_grassroots_unions_are_those_that_stand_below_on_the_last_day(tree, period, where):
    union = getattr(tree, where)
    assert value("unions.grassroots_unions", union, period) == len(plain(union, period))


def test_a_move_shows_from_its_day_and_leaves_last_years_figure(tree):
    assert [value("unions.grassroots_unions", u, Y2021) for u in (tree.city, tree.daoli, tree.nangang)] == [
        3,
        2,
        1,
    ]
    assert [value("unions.grassroots_unions", u, Y2022) for u in (tree.city, tree.daoli, tree.nangang)] == [
        4,
        1,
        3,
    ]
    assert value("unions.affiliations_changed", tree.city, Y2022) == 1
    assert value("unions.affiliations_changed", tree.nangang, Y2022) == 1
    assert value("unions.affiliations_changed", tree.daoli, Y2022) == 0
    assert value("unions.affiliations_changed", tree.city, Y2021) == 0
    assert value("unions.affiliations_changed", tree.city, Y2022, kind="grassroots") == 1


@pytest.mark.parametrize(
    ("breakdown", "wanted"),
    [
        ({"ownership": "non_public"}, lambda u: u.ownership in {"170", "200", "300", "600", "700"}),
        ({"ownership": "500"}, lambda u: u.ownership == "500"),
        ({"worker_kind": "new_form"}, lambda u: u.worker_kind == "courier"),
        ({"registration": "real_name"}, lambda u: u.registration == "real_name"),
        ({"industry": "03"}, lambda u: u.industry == "03"),
        ({"level": "grassroots"}, lambda u: u.level == "grassroots"),
        ({"kind": "joint"}, lambda _u: True),
    ],
)
def test_grassroots_unions_are_told_apart_as_the_reports_do(tree, breakdown, wanted):
    expected = len([u for u in plain(tree.city, Y2022) if wanted(u)])
    assert value("unions.grassroots_unions", tree.city, Y2022, **breakdown) == expected
    assert expected > 0


def test_units_covered_follow_the_union_and_units_unionised_the_employer(tree):
    assert [value("unions.units_covered", u, Y2021) for u in (tree.city, tree.daoli, tree.nangang)] == [
        4,
        3,
        1,
    ]
    assert [value("unions.units_covered", u, Y2022) for u in (tree.city, tree.daoli, tree.nangang)] == [
        3,
        1,
        2,
    ]
    assert [value("unions.units_unionised", u, Y2021) for u in (tree.daoli, tree.nangang)] == [4, 0]
    assert [value("unions.units_unionised", u, Y2022) for u in (tree.daoli, tree.nangang)] == [3, 0]
    assert value("unions.units_covered", tree.city, Y2022, ownership="non_public") == 2
    assert value("unions.units_unionised", tree.city, Y2021, type="fortune500") == 1
    assert value("unions.units_unionised", tree.city, Y2022, type="fortune500") == 0


def test_the_unionisation_rate_divides_by_all_employers_of_the_place(tree):
    assert value("unions.unionisation_rate", tree.daoli, Y2021) == Decimal(80)
    assert value("unions.unionisation_rate", tree.daoli, Y2022) == Decimal(60)
    assert value("unions.unionisation_rate", tree.daoli, Y2022, ownership="non_public") == Decimal(50)
    assert value("unions.unionisation_rate", tree.nangang, Y2022) is None


def test_the_double_display_rate_divides_by_grassroots_unions(tree):
    assert value("unions.double_display_rate", tree.city, Y2021) == Decimal(100) / 3
    assert value("unions.double_display_rate", tree.city, Y2022) == Decimal(50)
    assert value("unions.double_display_rate", tree.city, Y2022, ownership="non_public") == Decimal(200) / 3
    assert value("unions.double_display_rate", tree.group, Y2022) is None


def test_the_rate_of_womens_organisations_counts_grassroots_unions_alone(tree):
    assert value("unions.women_committee_rate", tree.city, Y2021) == Decimal(200) / 3
    assert value("unions.women_committee_rate", tree.city, Y2022) == Decimal(50)
    assert value("unions.womens_committees", tree.city, Y2022) == 2


def test_sector_federations_count_in_the_year_they_are_founded(tree):
    assert value("unions.sector_federations", tree.city, Y2022) == 1
    assert value("unions.sector_federations", tree.city, Y2021) == 0
    assert value("unions.sector_federations", tree.city, Period.year(2023)) == 0


def test_unions_found_standardised_count_by_level(tree):
    both = "township_subdistrict+development_zone"
    zone = tree.union("开发区总工会", tree.city, kind="federation", level="development_zone")
    rate(tree.in_city, union=zone, standardised=True, score=None, on=date(2022, 8, 1))
    assert value("unions.standardised_unions", tree.city, Y2022) == 2
    assert value("unions.standardised_unions", tree.city, Y2022, level=both) == 1
    assert value("unions.standardised_unions", tree.city, Y2021) == 0
    assert Rating.objects.count() == 3


def test_the_minimum_of_the_yearbooks(tree):
    expected = {
        "unions.joint_unions": (1, 1),
        "unions.joint_units_covered": (2, 1),
        "unions.fulltime_cadres": (1, 1),
        "unions.parttime_cadres": (5, 5),
        "unions.audit_committees": (1, 1),
        "unions.labour_law_supervision": (1, 1),
        "unions.labour_protection": (0, 1),
        "unions.mediation": (1, 1),
        "unions.displaying_unions": (1, 2),
    }
    found = {code: (value(code, tree.city, Y2021), value(code, tree.city, Y2022)) for code in expected}
    assert found == expected


def test_every_number_opens_to_its_rows(tree):
    rows = rows_behind(BY_CODE["unions.grassroots_unions"], tree.nangang.unit, Y2022)
    assert {row.pk for row in rows} == {tree.a.pk, tree.c.pk, tree.zone.pk}
    rows = rows_behind(BY_CODE["unions.units_covered"], tree.daoli.unit, Y2021)
    assert {row.union_id for row in rows} == {tree.a.pk, tree.b.pk}


def test_the_taxi_companies_with_a_union_are_counted_as_an_industry(tree):
    assert value("unions.units_unionised", tree.city, Y2022, industry="taxi") == 1


DAY = date(2022, 6, 1)


def found_by(code, day=DAY):
    check = next(check for check in CHECKS if check.code == f"unions.{code}")
    return {row.pk for row in check.rows(day)}


@pytest.fixture
def faulty(house):
    """A union with everything in order, and one with everything wrong."""
    house.right = house.union("好工会", house.daoli, code="81370100MC00000129")
    house.wrong = house.union("坏工会", house.daoli)
    house.cover(house.right, house.works)
    with guard.begin():
        house.fine = Term(
            union=house.right, number=1, years=5, since=date(2020, 1, 1), expires=date(2025, 1, 1)
        )
        house.fine.save()
        house.over = Term(union=house.wrong, number=1, years=5, since=date(2017, 6, 1), expires=DAY)
        house.over.save()
        papers = [
            Certificate(union=u, number="1", representative="王芳", since=date(2020, 1, 1), expires=expires)
            for u, expires in ((house.right, date(2022, 7, 1)), (house.wrong, DAY))
        ]
        for paper in papers:
            paper.save()
        house.soon, house.expired = papers
    return house


def test_terms_and_certificates_that_expired_are_found_from_their_day(faulty):
    assert found_by("terms_overrun") == {faulty.over.pk}
    assert found_by("terms_overrun", date(2022, 5, 31)) == set()
    assert found_by("certificates_expired") == {faulty.expired.pk}
    assert found_by("certificates_expiring") == {faulty.soon.pk}
    assert found_by("certificates_expiring", date(2022, 5, 31)) == {faulty.expired.pk}


def test_unions_that_lack_something_are_found(faulty):
    assert found_by("without_code") == {faulty.wrong.pk}
    assert found_by("covering_nobody") == {faulty.wrong.pk}
    assert found_by("without_chair") == {faulty.right.pk, faulty.wrong.pk}
    assert found_by("without_term") == set()
    bare = faulty.union("无届工会", faulty.daoli)
    assert found_by("without_term") == {bare.pk}
    dissolve_union(faulty.in_daoli, union=bare, reason="撤销", on=DAY)
    assert found_by("without_term") == set()


def test_two_of_one_name_under_one_superior_are_both_found(faulty):
    twin = faulty.union("好工会", faulty.daoli)
    faulty.union("好工会", faulty.nangang)
    assert found_by("names_doubled") == {faulty.right.pk, twin.pk}


def test_closed_employers_still_covered_are_found(faulty):
    assert found_by("covered_though_closed") == set()
    with guard.begin():
        faulty.works.status = "closed"
        faulty.works.save()
    assert found_by("covered_though_closed") == {faulty.right.coverages.get().pk}
