"""The tree of any day: placing, moving, closing, against a slow picture of the same tree."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from unionhall.kernel import guard
from unionhall.kernel import units as places
from unionhall.kernel.models import Placement, Unit
from unionhall.kernel.rows import segment
from unionhall.kernel.terms import Refused
from unionhall.kernel.testing.acts import do
from unionhall.kernel.testing.units import START, make_unit
from unionhall.kernel.units import Tree, close, move, place, subtree, tree

DAY = date(2010, 1, 1)
LATER = date(2015, 6, 1)


def names(day):
    """Names in preorder, each indented by its depth."""
    found = tree(day)
    by_key = dict(Unit.objects.values_list("pk", "name"))
    return [
        f"{'-' * depth}{by_key[unit]}"
        for unit, depth in zip(found.units.tolist(), found.depths.tolist(), strict=True)
    ]


@pytest.fixture
def small(db):
    """甲 with 乙 and 丙; 丁 stands under 乙."""

    def build():
        top = make_unit("甲", "try", None)
        first, second = make_unit("乙", "try", top), make_unit("丙", "try", top)
        return {"甲": top, "乙": first, "丙": second, "丁": make_unit("丁", "try", first)}

    return do(build)


def test_a_placed_unit_stands_since_its_day(small):
    assert names(START) == ["甲", "-乙", "--丁", "-丙"]
    assert names(START - timedelta(days=1)) == []
    assert small["丁"].path == segment(small["甲"].pk) + segment(small["乙"].pk) + segment(small["丁"].pk)
    assert (small["丁"].depth, small["丁"].parent) == (2, small["乙"])


def test_a_moved_unit_takes_its_own_along_and_earlier_days_keep_their_tree(small):
    do(lambda: move(small["乙"], parent=small["丙"], on=DAY))
    assert names(DAY) == ["甲", "-丙", "--乙", "---丁"]
    assert names(DAY - timedelta(days=1)) == ["甲", "-乙", "--丁", "-丙"]
    assert Unit.objects.get(name="丁").path.startswith(Unit.objects.get(name="丙").path)
    assert list(Placement.objects.filter(moved=True).values_list("unit__name", flat=True)) == ["乙"]


def test_a_second_move_needs_a_later_day(small):
    do(lambda: move(small["丁"], parent=small["丙"], on=DAY))
    with pytest.raises(Refused, match="since which the unit stands"):
        do(lambda: move(small["丁"], parent=small["甲"], on=DAY))
    assert names(DAY) == ["甲", "-乙", "-丙", "--丁"]
    do(lambda: move(small["丁"], parent=small["甲"], on=DAY + timedelta(days=1)))
    assert names(DAY + timedelta(days=1)) == ["甲", "-乙", "-丙", "-丁"]
    assert names(DAY) == ["甲", "-乙", "-丙", "--丁"]


def test_a_unit_carried_along_twice_on_one_day_keeps_one_placement_for_it(small):
    do(lambda: move(small["丁"], parent=small["丙"], on=DAY))
    fifth = do(lambda: make_unit("戊", "try", small["乙"], DAY))
    do(lambda: move(small["丙"], parent=small["乙"], on=DAY))
    assert names(DAY) == ["甲", "-乙", "--丙", "---丁", "--戊"]
    assert Placement.objects.filter(unit=small["丁"], since=DAY).count() == 1
    assert Placement.objects.filter(unit=fifth).count() == 1


@pytest.mark.parametrize("target", ["乙", "丁"])
def test_a_unit_is_not_placed_under_itself(small, target):
    with pytest.raises(Refused, match="under itself"):
        do(lambda: move(small["乙"], parent=small[target], on=DAY))
    assert names(LATER) == ["甲", "-乙", "--丁", "-丙"]


def test_a_closed_unit_stands_in_no_tree_from_that_day(small):
    do(lambda: close(small["丁"], on=DAY))
    assert names(DAY) == ["甲", "-乙", "-丙"]
    assert names(DAY - timedelta(days=1)) == ["甲", "-乙", "--丁", "-丙"]
    assert Unit.objects.get(name="丁").until == DAY


def test_a_unit_with_units_below_is_not_closed(small):
    with pytest.raises(Refused, match="first move or dissolve the units below"):
        do(lambda: close(small["乙"], on=DAY))
    assert Unit.objects.get(name="乙").until is None


def test_a_unit_is_not_closed_before_the_units_below_it_have_ended(small):
    do(lambda: close(small["丁"], on=LATER))
    with pytest.raises(Refused, match="first move or dissolve the units below"):
        do(lambda: close(small["乙"], on=DAY))
    do(lambda: close(small["乙"], on=LATER))
    assert names(LATER) == ["甲", "-丙"]


def test_a_unit_does_not_end_on_the_day_it_began(small):
    with pytest.raises(Refused, match="end after it began"):
        do(lambda: close(small["丁"], on=START))


def test_a_unit_that_has_ended_is_neither_moved_nor_ended_again(small):
    do(lambda: close(small["丁"], on=DAY))
    with pytest.raises(Refused, match="this one has ended"):
        do(lambda: move(small["丁"], parent=small["甲"], on=LATER))
    with pytest.raises(Refused, match="this one has ended"):
        do(lambda: close(small["丁"], on=LATER))
    assert Unit.objects.get(name="丁").until == DAY


def test_nothing_is_placed_where_its_superior_stood_elsewhere(small):
    do(lambda: move(small["乙"], parent=small["丙"], on=DAY))
    with pytest.raises(Refused, match="stood elsewhere"):
        do(lambda: make_unit("戊", "try", small["乙"], START))
    fifth = do(lambda: make_unit("己", "try", small["甲"]))
    with pytest.raises(Refused, match="stood elsewhere"):
        do(lambda: move(fifth, parent=small["乙"], on=DAY - timedelta(days=1)))
    assert not Unit.objects.filter(name="戊").exists()
    assert names(DAY) == ["甲", "-丙", "--乙", "---丁", "-己"]


def test_nothing_is_placed_under_a_unit_that_has_ended(small):
    do(lambda: close(small["丁"], on=DAY))
    with pytest.raises(Refused, match="has ended"):
        do(lambda: make_unit("戊", "try", small["丁"], LATER))
    with pytest.raises(Refused, match="has ended"):
        do(lambda: move(small["丙"], parent=small["丁"], on=LATER))


def test_a_unit_older_than_its_superior_stands_alone_until_then(small):
    do(lambda: make_unit("己", "try", make_unit("戊", "try", small["乙"], LATER), DAY))
    assert names(DAY) == ["甲", "-乙", "--丁", "--己", "-丙"]
    assert names(LATER) == ["甲", "-乙", "--丁", "--戊", "---己", "-丙"]


def test_the_subtree_of_a_day_is_that_of_the_day(small):
    do(lambda: move(small["丁"], parent=small["丙"], on=DAY))
    assert sorted(p.unit.name for p in subtree(small["乙"], START)) == sorted("乙丁")
    assert [p.unit.name for p in subtree(small["乙"], DAY)] == ["乙"]
    assert not subtree(small["甲"], START - timedelta(days=1)).exists()


def test_children_are_those_directly_below(small):
    found = tree(START)
    keys = [int(found.units[i]) for i in found.children(0)]
    assert keys == [small["乙"].pk, small["丙"].pk]
    assert found.children(found.positions[small["丁"].pk]) == []


def test_the_tree_is_kept_until_a_placement_changes(small, django_assert_num_queries):
    tree(START)
    with django_assert_num_queries(1):
        tree(START)
    do(lambda: make_unit("戊", "try", small["甲"]))
    assert len(tree(START).units) == 5


def test_an_act_that_began_earlier_and_ended_later_changes_the_tree_too(small, monkeypatch):
    """Numbers of acts tell when they began; the tree must not be taken for known because a later one ended first."""
    do(lambda: make_unit("戊", "try", small["甲"]))
    assert len(tree(START).units) == 5
    monkeypatch.setattr(guard, "new_number", lambda: 1)
    do(lambda: make_unit("己", "try", small["甲"]))
    assert len(tree(START).units) == 6


def slow_ends(paths):
    """Where each subtree ends, by asking every pair."""
    return [
        next((j for j in range(i + 1, len(paths)) if not paths[j].startswith(path)), len(paths))
        for i, path in enumerate(paths)
    ]


@st.composite
def forests(draw, most=25):
    """Paths of a random forest, sorted: each node stands under an earlier one or under none; some are missing."""
    paths = []
    for number in range(draw(st.integers(0, most))):
        above = draw(st.sampled_from(["", *paths]))
        paths.append(above + segment(number))
    gone = draw(st.sets(st.sampled_from(paths))) if paths else set()
    return sorted(path for path in paths if path not in gone)


def tree_of(paths):
    """A `Tree` of paths whose units are numbered in preorder."""
    ends, depths = places._shape(paths)  # noqa: SLF001  the part under test
    units = np.arange(len(paths), dtype=np.int64)
    return Tree(units, paths, ends, depths, {i: i for i in range(len(paths))})


@given(forests())
def test_subtrees_end_where_a_slow_look_at_every_pair_says(paths):
    found = tree_of(paths)
    assert found.ends.tolist() == slow_ends(paths)
    assert found.depths.tolist() == [
        sum(path.startswith(other) for other in paths if other != path) for path in paths
    ]


class SlowTree:
    """Who stood under whom on which day, written down day by day."""

    def __init__(self):
        self.parents = {}

    def place(self, unit, parent, since):
        self.parents[unit] = [(since, parent)]

    def move(self, unit, parent, on):
        self.parents[unit].append((on, parent))

    def parent(self, unit, day):
        return [parent for since, parent in self.parents[unit] if since <= day][-1]

    def above(self, unit, day):
        while unit is not None:
            yield unit
            unit = self.parent(unit, day)

    def subtree(self, unit, day):
        return {one for one in self.parents if unit in self.above(one, day)}


class TestTreeOfAnyDay(TestCase):
    @given(st.data())
    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    def test_the_tree_of_every_day_is_the_one_that_stood_then(self, data):
        units, slow = [], SlowTree()
        for _number in range(data.draw(st.integers(1, 8))):
            parent = data.draw(st.sampled_from([None, *units]))
            unit = do(lambda parent=parent: place(Unit(name="某", kind="try"), parent=parent, since=START))
            slow.place(unit.pk, parent.pk if parent else None, START)
            units.append(unit)
        day = START
        days = [START]
        for _move in range(data.draw(st.integers(0, 6))):
            day += timedelta(days=data.draw(st.integers(0, 2)))
            unit = Unit.objects.get(pk=data.draw(st.sampled_from(units)).pk)
            parent = Unit.objects.get(pk=data.draw(st.sampled_from(units)).pk)
            allowed = parent.pk not in slow.subtree(unit.pk, day) and slow.parents[unit.pk][-1][0] < day
            try:
                do(lambda unit=unit, parent=parent, day=day: move(unit, parent=parent, on=day))
            except Refused:
                continue
            assert allowed
            slow.move(unit.pk, parent.pk, day)
            days.append(day)
        for when in days:
            found = tree(when)
            for unit in units:
                at = found.positions[unit.pk]
                below = set(found.units[at : found.ends[at]].tolist())
                assert below == slow.subtree(unit.pk, when)
                assert below == set(subtree(unit, when).values_list("unit_id", flat=True))
