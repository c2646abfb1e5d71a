from datetime import date

import pytest

from unionhall.employers.models import Employer, EmployerMerge, Headcount
from unionhall.kernel import guard, merging
from unionhall.kernel.models import Unit
from unionhall.kernel.terms import Refused
from unionhall.kernel.units import place
from unionhall.unions.models import Body, Union

SINCE = date(2020, 1, 1)
COLUMN = "employers.headcount.employer"


@pytest.fixture
def two(db):
    with guard.begin():
        unit = place(Unit(name="道里区总工会", kind="federation"), parent=None, since=SINCE)
        rows = [Employer(name=name, ownership="159", unit=unit, since=SINCE) for name in "甲乙"]
        for row in rows:
            row.save()
    return rows


def headcount(employer, since=SINCE, until=None):
    with guard.begin():
        row = Headcount(employer=employer, workers=1, since=since, until=until)
        row.save()
    return row


def test_references_name_hidden_ones_and_leave_what_is_left_out():
    found = {merging.column_of(key) for key in merging.references(Employer)}
    assert {COLUMN, "employers.employermerge.dropped", "employers.employer.merged_into"} <= found
    assert COLUMN not in {merging.column_of(key) for key in merging.references(Employer, {COLUMN})}


def test_rows_are_pointed_at_the_kept_row_and_back(two):
    kept, dropped = two
    row = headcount(dropped)
    with guard.begin() as act:
        moved = merging.repoint(kept, dropped)
        assert (act.units, act.everywhere) == ({kept.unit_id}, False)
    assert moved == {COLUMN: [row.pk]}
    assert Headcount.objects.get().employer == kept
    with guard.begin():
        merging.restore(kept, dropped, moved, act=act.number)
    assert Headcount.objects.get().employer == dropped


def test_many_rows_are_pointed_at_the_kept_row_at_once(two, monkeypatch):
    monkeypatch.setattr(merging, "ONE_BY_ONE", 0)
    kept, dropped = two
    row = headcount(dropped)
    with guard.begin() as act:
        moved = merging.repoint(kept, dropped)
    assert (moved, act.everywhere) == ({COLUMN: [row.pk]}, True)
    with guard.begin():
        merging.restore(kept, dropped, moved, act=act.number)
    assert Headcount.objects.get().employer == dropped


def test_a_row_changed_since_is_not_pointed_back(two):
    kept, dropped = two
    headcount(dropped)
    with guard.begin() as act:
        moved = merging.repoint(kept, dropped)
    with guard.begin():
        Headcount.objects.get().save()
    with pytest.raises(Refused), guard.begin():
        merging.restore(kept, dropped, moved, act=act.number)
    assert Headcount.objects.get().employer == kept


def test_a_uniqueness_that_would_break_is_a_clash_under_its_condition_only(two):
    kept, dropped = two
    headcount(kept)
    past = headcount(dropped, until=date(2021, 1, 1))
    assert [(m.column, m.count, m.clash) for m in merging.preview(kept, dropped)] == [(COLUMN, 1, False)]
    assert merging.clashes(kept, dropped) == []
    headcount(dropped, since=date(2022, 1, 1))
    assert [(m.column, m.count, m.clash) for m in merging.preview(kept, dropped)] == [(COLUMN, 2, True)]
    assert len(merging.clashes(kept, dropped)) == 1
    assert past.employer == dropped


def test_a_uniqueness_of_several_columns_clashes_where_the_others_are_alike(two):
    first, second = Union(pk=1), Union(pk=2)
    with guard.begin():
        unit = Unit.objects.get()
        other = place(Unit(name="南岗区总工会", kind="federation"), parent=None, since=SINCE)
        for name, at in (("first", unit), ("second", other)):
            Union(unit=at, kind="single", level="grassroots", token=name, since=SINCE).save()
        first, second = Union.objects.order_by("pk")
        Body(union=first, kind="women", since=SINCE).save()
        Body(union=second, kind="audit", since=SINCE).save()
    assert [m.clash for m in merging.preview(first, second)] == [False]
    with guard.begin():
        Body(union=second, kind="women", since=SINCE).save()
    assert [m.clash for m in merging.preview(first, second)] == [True]


def test_pointing_rows_elsewhere_needs_an_act(two):
    kept, dropped = two
    headcount(dropped)
    with pytest.raises(guard.UnguardedWriteError):
        merging.repoint(kept, dropped)
    assert EmployerMerge.objects.count() == 0
    assert Headcount.objects.get().employer == dropped
