"""Whole frames into tables: every value arrives as it was, on both databases; a fault leaves nothing."""

from datetime import date, timedelta

import polars as pl
import pytest
from django.db import IntegrityError

from unionhall.kernel.guard import UnguardedWriteError
from unionhall.kernel.loading import amend, fetch, load, next_key
from unionhall.kernel.models import Appointment, Case, ImportRun, LogEntry, Placement, Unit
from unionhall.kernel.testing.acts import do
from unionhall.kernel.testing.units import make_user

pytestmark = pytest.mark.django_db
DAY = date(2022, 10, 1)
HOSTILE = [
    "普通",
    "",
    " ",
    "  前后有空格  ",
    '引号"和""两个',
    "逗号,分号;",
    "第一行\n第二行",
    "第一行\r\n第二行",
    "制\t表",
    "\\N",
    "\\.",
    "\\",
    "\\x41",
    "NULL",
    "null",
    "'; DROP TABLE kernel_case; --",
    "=1+1",
    "𠮷野家😀",
    "100%s %(a)s",
    '"',
    '""',
    ",",
]


def cases(units, titles, **columns):
    """A frame of cases with these titles at the factory."""
    frame = {
        "kind": "try",
        "title": titles,
        "unit_id": units.factory.pk,
        "desks": "[]",
        "desk": 0,
        "state": "open",
        "opened_on": DAY,
    }
    height = len(titles)
    filled = {
        name: value if isinstance(value, list) else [value] * height
        for name, value in (frame | columns).items()
    }
    return pl.DataFrame(filled)


def test_hostile_texts_arrive_as_they_were(units):
    first, after = do(lambda: load(Case, cases(units, HOSTILE)))
    assert after - first == len(HOSTILE)
    assert list(Case.objects.order_by("pk").values_list("title", flat=True)) == HOSTILE
    assert list(Case.objects.order_by("pk").values_list("pk", flat=True)) == list(range(first, after))


def test_nothing_and_an_empty_text_are_told_apart(units):
    due = [None, DAY, date(1900, 1, 1), date(9999, 12, 31)]
    closed = pl.Series([None] * 4, dtype=pl.Date).to_list()
    frame = cases(units, ["", "a", "", "b"], due_on=due).with_columns(pl.Series("closed_on", closed, pl.Date))
    do(lambda: load(Case, frame))
    assert list(Case.objects.order_by("pk").values_list("title", "due_on", "closed_on")) == [
        ("", None, None),
        ("a", DAY, None),
        ("", date(1900, 1, 1), None),
        ("b", date(9999, 12, 31), None),
    ]


def test_truth_arrives_as_truth_and_nothing_as_nothing(units):
    frame = pl.DataFrame(
        {
            "unit_id": [units.factory.pk] * 3,
            "parent_id": [units.street.pk, None, None],
            "path": ["x"] * 3,
            "since": [DAY, DAY + timedelta(1), DAY + timedelta(2)],
            "until": [DAY + timedelta(1), DAY + timedelta(2), DAY + timedelta(3)],
            "moved": [True, False, True],
        }
    )
    do(lambda: load(Placement, frame))
    loaded = Placement.objects.filter(path="x").order_by("since")
    assert list(loaded.values_list("moved", "parent")) == [
        (True, units.street.pk),
        (False, None),
        (True, None),
    ]


def test_every_row_carries_the_act_and_the_entry_names_the_units(units):
    frame = cases(units, ["a", "b"], unit_id=[units.factory.pk, units.hospital.pk])
    first, _after = do(lambda: load(Case, frame))
    entry = LogEntry.objects.latest("number")
    assert set(Case.objects.values_list("act", flat=True)) == {entry.act}
    assert entry.units == sorted([units.factory.pk, units.hospital.pk])
    assert entry.detail["changes"] == [{"kind": "kernel.case", "loaded": 2, "first": first}]


def test_a_load_by_a_way_of_two_steps_names_every_unit(units, actors):
    first, _after = do(lambda: load(Case, cases(units, ["a"])))
    signature = {"case_id": first, "desk": 0, "round": 1, "verdict": "approve", "reason": "", "on": DAY}
    frame = pl.DataFrame([signature | {"signer_id": actors.reviewer.user.pk}])
    do(lambda: load(Case.objects.get().decisions.model, frame))
    assert LogEntry.objects.latest("number").units is None


def test_an_empty_frame_loads_nothing(units):
    assert do(lambda: load(Case, cases(units, []))) == (0, 0)
    assert do(lambda: amend(Case, cases(units, []))) == 0


def test_loading_needs_an_act(units):
    with pytest.raises(UnguardedWriteError):
        load(Case, cases(units, ["a"]))
    with pytest.raises(UnguardedWriteError):
        amend(Case, cases(units, ["a"]))
    assert not Case.objects.exists()


@pytest.mark.usefixtures("real_transactions")
def test_a_violated_constraint_leaves_nothing():
    unit, user = Unit(name="某", kind="try", since=DAY), make_user("twice")
    do(unit.save)
    held = {"user_id": user.pk, "unit_id": unit.pk, "role": "clerk", "since": DAY}
    frame = pl.DataFrame([held, held])
    with pytest.raises(IntegrityError):
        do(lambda: load(Appointment, frame))
    assert not Appointment.objects.exists()
    assert LogEntry.objects.count() == 1
    assert do(lambda: load(Appointment, frame[:1]))[1]


@pytest.mark.usefixtures("real_transactions")
def test_a_key_that_leads_nowhere_leaves_nothing():
    unit = Unit(name="某", kind="try", since=DAY)
    do(unit.save)
    held = {"user_id": 404, "unit_id": unit.pk, "role": "clerk", "since": DAY}
    with pytest.raises(IntegrityError):
        do(lambda: load(Appointment, pl.DataFrame([held])))
    assert not Appointment.objects.exists()
    assert LogEntry.objects.count() == 1


def test_a_row_saved_right_after_a_load_gets_the_next_key(units):
    _first, after = do(lambda: load(Case, cases(units, ["a", "b"])))
    row = Case(kind="try", title="c", unit=units.factory, opened_on=DAY)
    do(row.save)
    assert row.pk == after


def test_a_load_after_rows_were_deleted_reuses_no_key(units):
    first, after = do(lambda: load(Case, cases(units, ["a", "b"])))
    do(lambda: Case.objects.all().delete())
    assert do(lambda: load(Case, cases(units, ["c"]))) == (after, after + 1)
    assert next_key(Case) == after + 1 > first


def test_two_loads_in_one_act_follow_each_other(units):
    def both():
        return load(Case, cases(units, ["a"])), load(Case, cases(units, ["b", "c"]))

    (first, after), (second, end) = do(both)
    assert (after, end) == (second, first + 3)


def test_keys_given_are_kept_and_later_rows_come_after_them(units):
    frame = cases(units, ["a", "b"]).with_columns(pl.Series("id", [500, 501]))
    assert do(lambda: load(Case, frame)) == (500, 502)
    row = Case(kind="try", title="c", unit=units.factory, opened_on=DAY)
    do(row.save)
    assert row.pk == 502


def test_amending_changes_only_the_rows_and_columns_named(units):
    first, _after = do(lambda: load(Case, cases(units, ["a", "b", "c"])))
    change = pl.DataFrame({"id": [first, first + 2], "title": ['x"\n,', ""], "due_on": [DAY, None]})
    assert do(lambda: amend(Case, change)) == 2
    entry = LogEntry.objects.latest("number")
    assert list(Case.objects.order_by("pk").values_list("title", "due_on", "state")) == [
        ('x"\n,', DAY, "open"),
        ("b", None, "open"),
        ("", None, "open"),
    ]
    assert [act == entry.act for act in Case.objects.order_by("pk").values_list("act", flat=True)] == [
        True,
        False,
        True,
    ]
    assert entry.units is None
    assert do(lambda: amend(Case, change)) == 2


def test_a_query_is_read_as_a_frame(units):
    do(lambda: load(Case, cases(units, ["a", "b"])))
    query = Case.objects.order_by("pk").values_list("title", "due_on").query.sql_with_params()
    assert fetch(query, ("title", "due")).rows() == [("a", None), ("b", None)]


def test_a_run_of_an_import_is_loaded_with_defaults_given(units):
    frame = pl.DataFrame(
        {
            "sheet": ["try"],
            "unit_id": [units.street.pk],
            "file_name": ["名册.xlsx"],
            "digest": [""],
            "state": ["uploaded"],
            "counts": ['{"rows": 3, "说": "\\"引\\""}'],
            "message": [""],
            "folder": [""],
            "on": [DAY],
            "applied_act": [2**62],
        }
    )
    do(lambda: load(ImportRun, frame))
    run = ImportRun.objects.get()
    assert (run.counts, run.applied_act, run.user) == ({"rows": 3, "说": '"引"'}, 2**62, None)
