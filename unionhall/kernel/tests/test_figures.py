"""Figures: sums and distinct counts at every node against counting by hand, and kept sums after any acts."""

import random
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unionhall.kernel.indicators import cubes
from unionhall.kernel.indicators.cubes import Cubes, derive, forget
from unionhall.kernel.indicators.declared import Count, Dimension, Distinct, Fact, Flow, Ratio, Stock, Sum
from unionhall.kernel.indicators.rollup import (
    additive_sums,
    by_value,
    distinct_sums,
    parts,
    roll_up,
    rows_behind,
)
from unionhall.kernel.models import Appointment, Case, Cube, Unit
from unionhall.kernel.rows import segment
from unionhall.kernel.terms import Period
from unionhall.kernel.testing.acts import do
from unionhall.kernel.testing.units import make_unit, make_user
from unionhall.kernel.units import Tree, _shape, close, move, tree

YEAR = Period.year(2022)
STATE = Dimension("state", "State", "state", groups={"over": frozenset({"approved", "refused"})})
KIND = Dimension("kind", "Kind of unit", "kind", of_unit=True)
ROLE = Dimension("role", "Role", "role")
CASES = Fact("try.cases", Case, Flow("opened_on"), dimensions=(STATE, KIND), sums=("desk",))
POSTS = Fact("try.posts", Appointment, Stock("since", "until"), dimensions=(ROLE, KIND))
OPENED = Count(code="try.opened", title="Opened", fact=CASES)
DESKS = Sum(code="try.desks", title="Desks", fact=CASES, column="desk")
APPLICANTS = Distinct(code="try.applicants", title="Applicants", fact=CASES, column="applicant_id")
HELD = Count(code="try.held", title="Posts", fact=POSTS)
HOLDERS = Distinct(code="try.holders", title="Holders", fact=POSTS, column="user_id")
OVER = Count(code="try.over", title="Decided", fact=CASES, always={"state": "over"})
SHARE = Ratio(code="try.share", title="Share", numerator=OVER, denominator=OPENED)
ALL = (OPENED, DESKS, APPLICANTS, HELD, HOLDERS, OVER)


@st.composite
def counted(draw):
    """A random tree in preorder with things at its nodes, and some at a unit that stands nowhere."""
    paths = []
    for number in range(draw(st.integers(1, 20))):
        paths.append(draw(st.sampled_from(["", *paths])) + segment(number))
    paths.sort()
    ends, depths = _shape(paths)
    units = np.array(draw(st.permutations(range(100, 100 + len(paths)))), dtype=np.int64)
    standing = Tree(units, paths, ends, depths, {int(unit): i for i, unit in enumerate(units)})
    spots = st.tuples(st.sampled_from([*units.tolist(), 999]), st.integers(1, 6), st.integers(0, 9))
    return standing, draw(st.lists(spots, max_size=40))


def cube(fact, period):
    return Cubes().sums(fact, period)


def frame_of(spots):
    schema = {"unit": pl.Int64, "thing": pl.Int64, "amount": pl.Int64}
    return pl.DataFrame(spots, schema=schema, orient="row")


@given(counted())
def test_sums_at_every_node_are_those_of_counting_by_hand(given_tree):
    standing, spots = given_tree
    below = [set(standing.units[i : standing.ends[i]].tolist()) for i in range(len(standing.units))]
    by_hand = [sum(amount for unit, _thing, amount in spots if unit in units) for units in below]
    assert additive_sums(standing, frame_of(spots), "amount").tolist() == by_hand


@given(counted())
def test_distinct_things_at_every_node_are_those_of_counting_by_hand(given_tree):
    standing, spots = given_tree
    below = [set(standing.units[i : standing.ends[i]].tolist()) for i in range(len(standing.units))]
    by_hand = [len({thing for unit, thing, _amount in spots if unit in units}) for units in below]
    assert distinct_sums(standing, frame_of(spots)).tolist() == by_hand


def test_nothing_is_counted_in_an_empty_tree():
    ends, depths = _shape([])
    nothing = Tree(np.array([], dtype=np.int64), [], ends, depths, {})
    assert additive_sums(nothing, frame_of([(1, 1, 1)]), "amount").tolist() == []
    assert distinct_sums(nothing, frame_of([(1, 1, 1)])).tolist() == []


def by_hand(indicator, unit, period):
    """The value at a unit, row by row in Python."""
    standing = tree(period.last)
    if unit.pk not in standing.positions:
        return 0
    at = standing.positions[unit.pk]
    units = set(standing.units[at : standing.ends[at]].tolist())
    rows = [row for row in indicator.fact.rows(period) if row.unit_id in units]
    if "state" in indicator.always:
        rows = [row for row in rows if row.state in {"approved", "refused"}]
    if isinstance(indicator, Sum):
        return sum(getattr(row, indicator.column) for row in rows)
    if isinstance(indicator, Distinct):
        return len({getattr(row, indicator.column) for row in rows} - {None})
    return len(rows)


class Walk:
    """Random acts of every kind on a small tree with cases and appointments."""

    def __init__(self, seed):
        self.random = random.Random(seed)  # noqa: S311  repeatable
        self.day = date(2022, 1, 1)
        self.users = [make_user(f"walker{number}") for number in range(4)]
        top = do(lambda: make_unit("顶", "federation", None))
        self.units = [top]

    def unit(self):
        return Unit.objects.get(pk=self.random.choice(self.units).pk)

    def one(self, model):
        return self.random.choice(list(model.objects.all()) or [None])

    def step(self):
        self.day += timedelta(days=self.random.randint(0, 20))
        acts = (
            self.add_unit,
            self.move_unit,
            self.close_unit,
            self.add_case,
            self.add_case,
            self.change_case,
            self.move_cases,
            self.drop_case,
            self.add_post,
            self.end_post,
        )
        self.random.choice(acts)()

    def add_unit(self):
        parent = self.unit()
        kind = self.random.choice(["single", "joint"])
        if parent.until is None:
            self.units.append(make_unit("某", kind, parent, self.day))

    def move_unit(self):
        unit, parent = self.unit(), self.unit()
        placed = unit.placements.get(until=None) if unit.until is None else None
        if (
            placed
            and placed.since < self.day
            and parent.until is None
            and not parent.path.startswith(unit.path)
        ):
            move(unit, parent=parent, on=self.day)

    def close_unit(self):
        unit = self.unit()
        leaf = not Unit.objects.filter(parent=unit, until=None).exists()
        if unit.until is None and leaf and unit.placements.get(until=None).since < self.day:
            close(unit, on=self.day)

    def add_case(self):
        applicant = self.random.choice([None, *self.users])
        Case(kind="try", title="某", unit=self.unit(), applicant=applicant, opened_on=self.day, desk=3).save()

    def change_case(self):
        if case := self.one(Case):
            case.state = self.random.choice(["open", "approved", "refused"])
            case.unit, case.desk = self.unit(), self.random.randint(0, 5)
            case.save()

    def move_cases(self):
        Case.objects.filter(unit=self.unit()).update(unit=self.unit())

    def drop_case(self):
        if case := self.one(Case):
            case.delete()

    def add_post(self):
        held = {"user": self.random.choice(self.users), "unit": self.unit(), "role": "clerk", "until": None}
        if not Appointment.objects.filter(**held).exists():
            Appointment(since=self.day, **held).save()

    def end_post(self):
        post = Appointment.objects.filter(until=None, since__lt=self.day).order_by("?").first()
        if post:
            post.until = self.day
            post.save()


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(4))
def test_figures_kept_and_brought_up_to_date_are_those_of_counting_anew(seed):
    walk = Walk(seed)
    for _round in range(8):
        for _act in range(4):
            do(walk.step)
        for fact, period in ((CASES, YEAR), (POSTS, YEAR), (POSTS, Period.day(walk.day))):
            column = "applicant_id" if fact is CASES else "user_id"
            for kept, anew in (
                (cube(fact, period), derive(fact, period, "")),
                (Cubes().pairs(fact, period, column), derive(fact, period, column)),
            ):
                assert kept.drop("kind").sort(anew.columns).equals(anew.sort(anew.columns))
    for period in (YEAR, Period.day(walk.day), Period(date(2022, 1, 1), date(2022, 3, 1))):
        for indicator in ALL:
            values = roll_up(indicator, period)
            for unit in walk.units:
                found = values.at(unit.pk).value
                assert found == by_hand(indicator, unit, period), (indicator.code, unit.pk, period)


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(4, 7))
def test_every_figure_opens_to_the_rows_it_is_made_of(seed):
    walk = Walk(seed)
    for _act in range(30):
        do(walk.step)
    for period in (YEAR, Period.day(walk.day), Period(date(2022, 1, 1), date(2022, 3, 1))):
        for indicator in ALL:
            values = roll_up(indicator, period)
            for unit in walk.units:
                unit.refresh_from_db()
                rows = rows_behind(indicator, unit, period)
                counted_rows = rows.count()
                if isinstance(indicator, Distinct):
                    counted_rows = (
                        rows.values(indicator.column).distinct().exclude(**{indicator.column: None}).count()
                    )
                if isinstance(indicator, Sum):
                    counted_rows = sum(rows.values_list(indicator.column, flat=True))
                assert values.at(unit.pk).value == counted_rows, (indicator.code, unit.pk, period)


def add_cases(unit, *states, day=date(2022, 5, 1)):
    for state in states:
        Case(kind="try", title="某", unit=unit, state=state, opened_on=day, desk=2).save()


@pytest.mark.django_db
def test_a_breakdown_counts_the_rows_it_means(units):
    do(lambda: add_cases(units.factory, "open", "approved", "refused"))
    do(lambda: add_cases(units.team, "open"))
    value = lambda breakdown: roll_up(OPENED, YEAR, breakdown).at(units.street.pk).value  # noqa: E731  said once
    assert value({}) == 4
    assert value({"state": "open"}) == 2
    assert value({"state": "over"}) == 2
    assert value({"state": "open+refused"}) == 3
    assert value({"kind": "group"}) == 1
    assert value({"kind": "single", "state": "open"}) == 1
    assert rows_behind(OPENED, units.street, YEAR, {"kind": "single", "state": "open"}).count() == 1
    found = by_value(OPENED, STATE, units.street, YEAR)
    assert {code: one.value for code, one in found.items()} == {"approved": 1, "open": 2, "refused": 1}


@pytest.mark.django_db
def test_a_ratio_with_nothing_to_divide_by_has_no_value(units):
    do(lambda: add_cases(units.factory, "open", "approved", "refused"))
    share = roll_up(SHARE, YEAR)
    found = share.at(units.street.pk)
    assert (found.numerator, found.denominator) == (2, 3)
    assert found.value == Decimal(200) / Decimal(3)
    assert share.at(units.hospital.pk).value is None
    assert share.at(0).value is None
    assert [role for role, _part in parts(SHARE)] == ["numerator", "denominator"]


@pytest.mark.django_db
def test_a_figure_is_counted_once_and_then_brought_up_to_date_for_the_units_touched(units, monkeypatch):
    do(lambda: add_cases(units.factory, "open"))
    cube(CASES, YEAR)
    asked = []

    def listening(fact, period, column, units=None):
        asked.append(units)
        return derive(fact, period, column, units)

    monkeypatch.setattr(cubes, "derive", listening)
    cube(CASES, YEAR)
    assert asked == []
    do(lambda: add_cases(units.hospital, "open"))
    assert cube(CASES, YEAR)["rows"].sum() == 2
    assert asked == [[units.hospital.pk]]


@pytest.mark.django_db
def test_after_an_act_that_touched_everything_all_is_counted_anew(units, monkeypatch):
    do(lambda: add_cases(units.factory, "open"))
    cube(CASES, YEAR)
    monkeypatch.setattr(cubes, "MOST_DIRTY", 1)
    do(lambda: [add_cases(unit, "open") for unit in (units.factory, units.team)])
    assert cube(CASES, YEAR)["rows"].sum() == 3


@pytest.mark.django_db
def test_kept_figures_can_be_thrown_away_and_counted_again(units):
    do(lambda: add_cases(units.factory, "open"))
    before = cube(CASES, YEAR)
    assert forget() == 1
    assert not Cube.objects.exists()
    assert cube(CASES, YEAR).equals(before)
