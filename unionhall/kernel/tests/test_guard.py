"""Rows are written only inside an act, whichever way Django offers."""

from datetime import date

import pytest
from django.db import transaction

from unionhall.kernel.guard import UnguardedWriteError
from unionhall.kernel.models import Appointment, Case, LogEntry, Unit
from unionhall.kernel.testing.acts import do
from unionhall.kernel.testing.units import make_user
from unionhall.kernel.units import place

pytestmark = pytest.mark.django_db
DAY = date(2022, 10, 1)
FACTS = {"name": "某某工会", "kind": "single", "since": DAY}


def case_of(unit, **facts):
    return Case(kind="try.thing", title="某事", unit=unit, opened_on=DAY, **facts)


@pytest.fixture
def case(units, actors):
    """A case at the factory, with an applicant."""
    case = case_of(units.factory, applicant=actors.worker.user)
    do(case.save)
    return case


WRITES = {
    "save": lambda unit: unit.save(),
    "save of a new row": lambda _unit: Unit(**FACTS).save(),
    "delete": lambda unit: unit.delete(),
    "objects.create": lambda _unit: Unit.objects.create(**FACTS),
    "objects.get_or_create": lambda _unit: Unit.objects.get_or_create(name="没有", defaults=FACTS),
    "objects.update_or_create": lambda _unit: Unit.objects.update_or_create(name="没有", defaults=FACTS),
    "update_or_create of a known row": lambda unit: Unit.objects.update_or_create(
        pk=unit.pk, defaults={"region": "230102"}
    ),
    "bulk_create": lambda _unit: Unit.objects.bulk_create([Unit(**FACTS)]),
    "bulk_update": lambda unit: Unit.objects.bulk_update([unit], ["name"]),
    "queryset update": lambda _unit: Unit.objects.update(region="230102"),
    "queryset delete": lambda unit: Unit.objects.filter(pk=unit.pk).delete(),
    "related create": lambda unit: unit.cases.create(kind="try", title="某事", opened_on=DAY),
    "related get_or_create": lambda unit: unit.cases.get_or_create(
        kind="try", defaults={"title": "某事", "opened_on": DAY}
    ),
    "related update_or_create": lambda unit: unit.cases.update_or_create(
        kind="try", defaults={"title": "某事", "opened_on": DAY}
    ),
    "related update": lambda unit: unit.cases.update(title="别事"),
    "related delete": lambda unit: unit.cases.all().delete(),
    "related add": lambda unit: unit.cases.add(Case.objects.get()),
    "related add of a new row": lambda unit: unit.cases.add(case_of(unit), bulk=False),
    "related set": lambda unit: unit.cases.set([*unit.cases.all(), Case.objects.get()]),
    "related appointment": lambda unit: unit.appointments.add(
        Appointment(user=Case.objects.get().applicant, role="clerk", since=DAY), bulk=False
    ),
    "nullable related remove": lambda _unit: Case.objects.get().applicant.cases.remove(Case.objects.get()),
    "nullable related clear": lambda _unit: Case.objects.get().applicant.cases.clear(),
    "nullable related set": lambda _unit: Case.objects.get().applicant.cases.set([]),
}


def everything():
    """Every row that the writes above could change, and how many entries there are."""
    units = list(Unit.objects.order_by("pk").values())
    return units, list(Case.objects.values()), Appointment.objects.count(), LogEntry.objects.count()


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
@pytest.mark.usefixtures("case")
def test_writing_outside_an_act_raises_and_writes_nothing(units, write):
    before = everything()
    with pytest.raises(UnguardedWriteError, match="written only by actions"), transaction.atomic():
        write(units.hospital)
    assert everything() == before


@pytest.mark.usefixtures("case")
def test_reading_needs_no_act(units):
    assert units.factory.cases.count() == 1
    assert Case.objects.filter(unit=units.factory).exists()
    assert Case.objects.values_list("title", flat=True).first() == "某事"


@pytest.mark.parametrize("write", ["save", "bulk_create", "bulk_update", "update"])
def test_a_row_carries_the_number_of_the_act_that_wrote_it_last(units, write):
    unit = units.factory
    if write == "save":
        do(unit.save)
    elif write == "bulk_create":
        (unit,) = do(lambda: Unit.objects.bulk_create([Unit(**FACTS)]))
    elif write == "bulk_update":
        do(lambda: Unit.objects.bulk_update([unit], ["name"]))
    else:
        do(lambda: Unit.objects.filter(pk=unit.pk).update(region="230102"))
    assert Unit.objects.get(pk=unit.pk).act == LogEntry.objects.latest("number").act


def touched():
    return LogEntry.objects.latest("number").units


def test_an_act_names_the_units_a_row_left_and_entered(units, case):
    def move():
        case.unit = units.hospital
        case.save()

    do(move)
    assert touched() == sorted([units.factory.pk, units.hospital.pk])


@pytest.mark.parametrize("name", ["unit", "unit_id"])
def test_an_act_names_both_units_when_a_whole_set_moves(units, case, name):
    value = units.hospital if name == "unit" else units.hospital.pk
    do(lambda: Case.objects.filter(pk=case.pk).update(**{name: value}))
    assert touched() == sorted([units.factory.pk, units.hospital.pk])


def test_an_act_that_moves_rows_in_bulk_names_every_unit(units, case):
    row = Case.objects.get(pk=case.pk)
    row.unit = units.hospital
    do(lambda: Case.objects.bulk_update([row], ["unit"]))
    assert touched() is None
    row = Case.objects.get(pk=case.pk)
    row.title = "别事"
    do(lambda: Case.objects.bulk_update([row], ["title"]))
    assert touched() == [units.hospital.pk]


def test_an_act_names_the_unit_of_a_deleted_row(units, case):
    do(lambda: Case.objects.get(pk=case.pk).delete())
    assert touched() == [units.factory.pk]


def test_an_act_names_the_units_of_deleted_rows(units, case):
    do(lambda: Case.objects.filter(pk=case.pk).delete())
    assert touched() == [units.factory.pk]


def test_an_act_that_moves_rows_by_a_way_of_two_steps_names_every_unit(units, case):
    """Decisions belong to their case's unit."""
    other = case_of(units.hospital)

    def prepare():
        other.save()
        case.decisions.create(desk=0, verdict="approve", signer=make_user("signer"), on=DAY)

    do(prepare)
    do(lambda: case.decisions.update(case=other))
    assert touched() is None


def test_an_act_that_touches_more_than_a_thousand_units_touches_all():
    def build():
        top = place(Unit(**FACTS), parent=None, since=DAY)
        rows = Unit.objects.bulk_create([Unit(**FACTS, parent=top) for _ in range(1001)])
        return len(rows)

    assert do(build) == 1001
    assert touched() is None


def test_what_was_read_anew_is_what_a_change_is_told_from(units):
    unit = units.factory
    stale = Unit.objects.get(pk=unit.pk)

    def rename(row, name):
        row.short_name = name
        row.save()

    do(lambda: rename(unit, "甲厂"))
    stale.refresh_from_db()
    do(lambda: rename(stale, "乙厂"))
    change = LogEntry.objects.latest("number").detail["changes"][0]
    assert change["fields"] == {"short_name": ["甲厂", "乙厂"]}


def test_columns_that_were_not_read_are_not_told_as_changed(units, django_assert_num_queries):
    row = Unit.objects.only("name").get(pk=units.factory.pk)
    row.name = "新名"

    def save():
        with django_assert_num_queries(1):
            row.save()

    do(save)
    change = LogEntry.objects.latest("number").detail["changes"][0]
    assert change["fields"] == {"name": ["松江电机厂工会", "新名"]}
