from datetime import date

import polars as pl
import pytest
from django.db import IntegrityError, connection, transaction

from unionhall.kernel import bulk, guard
from unionhall.kernel.loading import load
from unionhall.kernel.models import Placement, Unit
from unionhall.kernel.units import place

BEGIN = date(2015, 1, 1)


@pytest.fixture(autouse=True)
def _few_are_many(monkeypatch):
    monkeypatch.setattr(bulk, "MANY", 3)


@pytest.fixture
def unit(db):
    with guard.begin():
        return place(Unit(name="总工会", kind="federation"), parent=None, since=BEGIN)


def indexes():
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, Placement._meta.db_table)
    return {name: (facts["columns"], facts["unique"]) for name, facts in found.items() if facts["index"]}


def placements(units, open_ended=0):
    rows = len(units)
    until = [None] * open_ended + [date(2016, 1, 1)] * (rows - open_ended)
    return pl.DataFrame(
        {
            "unit_id": units,
            "path": ["00001"] * rows,
            "since": [BEGIN] * rows,
            "until": pl.Series(until, dtype=pl.Date),
            "moved": [False] * rows,
            "parent_id": pl.Series([None] * rows, dtype=pl.Int64),
        }
    )


def test_a_load_larger_than_its_table_leaves_every_index_as_it_was(unit):
    before = indexes()
    with guard.begin():
        first, end = load(Placement, placements([unit.pk] * 5))
    assert (end - first, Placement.objects.count(), indexes()) == (5, 6, before)
    assert len(before) >= 3


def test_a_load_that_breaks_a_uniqueness_is_refused_though_its_index_was_aside(unit):
    with pytest.raises(IntegrityError), transaction.atomic(), guard.begin():
        load(Placement, placements([unit.pk] * 5, open_ended=2))


def test_a_load_that_points_at_nothing_is_refused(unit):
    with pytest.raises(IntegrityError), transaction.atomic(), guard.begin():
        load(Placement, placements([unit.pk] * 4 + [987_654]))
        connection.check_constraints()
