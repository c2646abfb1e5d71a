from datetime import date

import pytest

from unionhall.employers.indicators import WORKERS
from unionhall.kernel import guard, units
from unionhall.kernel.indicators.declared import day_of
from unionhall.kernel.indicators.rollup import roll_up, rows_behind
from unionhall.kernel.models import Placement
from unionhall.kernel.terms import Period
from unionhall.membership import indicators as figures
from unionhall.membership.actions import standing
from unionhall.membership.actions.merging import merge_unions
from unionhall.membership.actions.transferring import transfer_by_office
from unionhall.membership.models import Membership
from unionhall.membership.tests.conftest import TODAY
from unionhall.people.rules.kinds import NEW_FORMS
from unionhall.unions.models import Union

YEAR = Period.year(2022)
NON_PUBLIC = {"170", "200", "300", "600", "700"}


@pytest.fixture
def year(house):
    """A year: eight members, a transfer, an expulsion, somebody retained, and the depot moved to another city."""
    kinds = ["employee", "courier", "truck_driver", "", "dispatched", "delivery_rider"]
    at = [house.factory, house.depot, house.depot, house.branch, house.factory, house.township]
    members = [
        house.member(
            union,
            serial=10 + i,
            name="王芳",
            woman=bool(i % 2),
            worker_kind=kinds[i],
            migrant=i in {1, 2},
            registration="declared" if i == 3 else "real_name",
            since=date(2021, 3, 1) if i < 4 else date(2022, 2, 1),
        )
        for i, union in enumerate(at)
    ]
    members.append(house.member(house.far, serial=30, since=date(2022, 5, 1)))
    days = {"today": TODAY}
    transfer_by_office(house.clerk, membership=members[0], to=house.depot, on=date(2022, 6, 1), **days)
    standing.expel(house.factory_reviewer, membership=members[4], on=date(2022, 7, 1), reason="决定", **days)
    standing.retain(house.clerk, membership=members[3], reason="退休")
    with guard.begin():
        units.move(house.depot.unit, parent=house.other_city, on=date(2022, 8, 1))
    house.depot.unit.refresh_from_db()
    return house


def at(indicator, unit, period, **breakdown):
    return roll_up(indicator, period, breakdown).at(unit.pk).value


def counted(unit, on, keep=lambda _m: True):
    """The same by looking at every membership and walking up the tree of that day."""

    def stands(row):
        while row is not None:
            if row == unit.pk:
                return True
            place = next(
                (
                    p
                    for p in Placement.objects.filter(unit=row)
                    if p.since <= on and (p.until is None or on < p.until)
                ),
                None,
            )
            row = place.parent_id if place else None
        return False

    return sum(
        1
        for m in Membership.objects.select_related("unit")
        if m.since <= on and (m.until is None or on < m.until) and stands(m.unit_id) and keep(m)
    )


def ownership(membership):
    return Union.objects.get(pk=membership.unit_id).ownership


DAYS = [date(2022, 1, 31), date(2022, 5, 31), date(2022, 6, 1), date(2022, 7, 31), date(2022, 8, 1), TODAY]
UNITS = ["province", "city", "other_city"]


@pytest.mark.parametrize("on", DAYS)
@pytest.mark.parametrize("unit", UNITS)
def test_members_of_every_day_are_those_one_counts_by_hand(year, unit, on):
    unit, period = getattr(year, unit), day_of(on)
    assert at(figures.MEMBERS, unit, period) == counted(unit, on)
    assert at(figures.WOMEN, unit, period) == counted(unit, on, lambda m: m.sex == "2")
    assert at(figures.MIGRANTS, unit, period) == counted(unit, on, lambda m: m.migrant)
    assert at(figures.RETAINED, unit, period) == counted(unit, on, lambda m: m.standing == "retained")


@pytest.mark.parametrize(
    ("breakdown", "keep"),
    [
        ({"ownership": "non_public"}, lambda m: ownership(m) in NON_PUBLIC),
        ({"worker_kind": "new_form"}, lambda m: m.worker_kind in NEW_FORMS),
        ({"worker_kind": "courier+truck_driver"}, lambda m: m.worker_kind in {"courier", "truck_driver"}),
        ({"registration": "real_name"}, lambda m: m.registration == "real_name"),
        ({"sex": "1", "migrant": "0"}, lambda m: m.sex == "1" and not m.migrant),
        ({"kind": "joint"}, lambda m: Union.objects.get(pk=m.unit_id).kind == "joint"),
        ({"level": "grassroots"}, lambda m: Union.objects.get(pk=m.unit_id).level == "grassroots"),
    ],
)
@pytest.mark.parametrize("unit", UNITS)
def test_members_by_dimension_are_those_one_counts_by_hand(year, unit, breakdown, keep):
    unit = getattr(year, unit)
    assert at(figures.MEMBERS, unit, YEAR, **breakdown) == counted(unit, YEAR.last, keep)
    assert rows_behind(figures.MEMBERS, unit, YEAR, breakdown).count() == counted(unit, YEAR.last, keep)


def test_the_city_lost_the_depot_on_the_day_of_its_move_and_not_before(year):
    before, after = day_of(date(2022, 7, 31)), day_of(date(2022, 8, 1))
    assert (at(figures.MEMBERS, year.city, before), at(figures.MEMBERS, year.city, after)) == (5, 2)
    assert at(figures.MEMBERS, year.other_city, after) == 4


def test_flows_count_persons_who_joined_and_left_and_transfers(year):
    assert at(figures.NEW, year.province, YEAR) == 3
    assert at(figures.NEW, year.province, Period.year(2021)) == 4
    assert at(figures.LEFT, year.province, YEAR) == 1
    assert at(figures.TRANSFERS, year.province, YEAR) == 1


def test_a_person_who_left_and_came_back_in_a_year_is_one_new_member(house):
    member = house.member(house.factory, since=date(2022, 1, 10))
    days = {"today": TODAY}
    left = standing.leave(house.factory_clerk, membership=member, on=date(2022, 2, 1), **days)
    standing.reinstate(house.factory_reviewer, membership=left, on=date(2022, 3, 1), reason="决定", **days)
    assert at(figures.NEW, house.city, YEAR) == 1
    assert at(figures.MEMBERS, house.city, YEAR) == 1


def test_density_is_members_over_the_workers_of_employers_by_unit_type(house):
    for serial in range(3):
        house.member(house.factory, serial=serial + 1)
    house.member(house.depot, serial=9)
    value = roll_up(figures.DENSITY, YEAR).at(house.city.pk)
    assert (value.numerator, value.denominator, value.value) == (4, 320, 4 * 100 / 320)
    small = roll_up(figures.DENSITY, YEAR, {"ownership": "non_public"}).at(house.city.pk)
    assert (small.numerator, small.denominator, small.value) == (1, 20, 5)


def test_density_without_workers_is_no_value(house):
    assert roll_up(figures.DENSITY, YEAR).at(house.other_city.pk).value is None


def test_workers_represented_are_those_of_covered_employers(house):
    assert at(figures.REPRESENTED, house.city, YEAR) == 300
    assert at(WORKERS, house.city, YEAR) == 320
    assert at(figures.REPRESENTED, house.city, Period.year(2014)) == 0


def test_figures_of_days_before_a_merger_stay(house):
    house.member(house.factory, serial=1)
    house.member(house.factory, serial=2)
    merge_unions(
        house.reviewer, union=house.factory, into=house.depot, on=date(2022, 9, 1), today=TODAY, reason="决定"
    )
    before, after = day_of(date(2022, 8, 31)), day_of(date(2022, 9, 1))
    assert at(figures.MEMBERS, house.factory.unit, before) == 2
    assert at(figures.MEMBERS, house.depot.unit, after) == 2
    assert at(figures.MEMBERS, house.city, after) == 2
    assert at(figures.NEW, house.city, YEAR) == 0


def found(check, on=TODAY):
    return list(next(c for c in figures.CHECKS if c.code == f"membership.{check}").rows(on))


def test_a_sound_register_has_nothing_that_should_not_be(house):
    for serial, union in enumerate((house.factory, house.depot, house.branch, house.far)):
        house.member(union, serial=serial + 1, since=date(2020, 1, 1))
    assert [found(c.code.removeprefix("membership.")) for c in figures.CHECKS] == [[]] * 5


def test_members_of_a_unit_that_is_no_living_union_are_found(house):
    member = house.member(house.depot)
    with guard.begin():
        Union.objects.filter(pk=house.depot.pk).update(until=date(2022, 9, 1))
    assert found("without_union") == [member]
    assert found("without_union", date(2022, 8, 31)) == []


def test_unions_without_members_are_found_but_not_those_with_branches(house):
    house.member(house.far)
    assert set(found("unions_without_members")) == {house.depot, house.branch}


def test_copies_that_differ_from_the_person_are_found(house):
    member = house.member(house.factory)
    with guard.begin():
        Membership.objects.filter(pk=member.pk).update(name_key="wang")
    assert found("out_of_step") == [member]


def test_a_membership_from_before_the_sixteenth_birthday_is_found_from_the_day_before(house):
    house.member(house.factory, serial=1, since=date(2006, 3, 7))
    early = house.member(house.factory, serial=2, since=date(2006, 3, 6))
    assert found("too_young") == [early]


def test_two_memberships_that_hold_on_one_day_are_found(house):
    member = house.member(house.factory, since=date(2020, 1, 1))
    left = standing.leave(house.factory_clerk, membership=member, on=date(2022, 1, 1), today=TODAY)
    again = standing.reinstate(
        house.factory_reviewer, membership=left, on=date(2022, 1, 1), reason="决定", today=TODAY
    )
    assert found("twice") == []
    with guard.begin():
        Membership.objects.filter(pk=again.pk).update(since=date(2021, 12, 31))
    assert found("twice", date(2021, 12, 31)) == [left, again]
