"""The log is a chain: whoever changes, removes or swaps an entry is found, and the database itself forbids it."""

import hashlib
import json
from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import QuerySet
from django.utils import translation

from unionhall.kernel.log import NAUGHT, Break, digest, verify
from unionhall.kernel.models import ChainHead, LogEntry, Unit
from unionhall.kernel.testing.acts import do, open_log

pytestmark = pytest.mark.django_db
DAY = date(2022, 10, 1)


@pytest.fixture
def chain(db):
    """Five entries."""
    for name in ("甲", "乙", "丙", "丁", "戊"):
        do(Unit(name=name, kind="single", since=DAY).save)
    return list(LogEntry.objects.order_by("number"))


def found():
    with translation.override("en"):
        return list(verify())


def entries(**which):
    """Entries as someone sees them who has the database in hand: no act guards them."""
    return QuerySet(LogEntry).filter(**which)


def change(number, **values):
    with open_log():
        assert entries(number=number).update(**values) == 1


def test_entries_are_numbered_without_gaps_and_tied_to_the_one_before(chain):
    assert [entry.number for entry in chain] == [1, 2, 3, 4, 5]
    assert [entry.previous for entry in chain] == [NAUGHT, *(entry.digest for entry in chain[:-1])]
    head = ChainHead.objects.get()
    assert (head.pk, head.number, head.digest) == (1, 5, chain[-1].digest)
    assert found() == []


def test_an_empty_log_holds():
    assert found() == []


def test_the_hash_is_sha256_of_canonical_json(chain):
    entry = chain[2]
    text = json.dumps(
        [
            chain[1].digest,
            3,
            entry.act,
            entry.at.strftime("%Y-%m-%dT%H:%M:%S.%f+00:00"),
            entry.action,
            None,
            "machine",
            None,
            "",
            "",
            None,
            entry.detail,
            entry.units,
        ],
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )
    assert entry.digest == hashlib.sha256(text.encode()).hexdigest()


CHANGES = {
    "act": 7,
    "at": "2022-10-01T00:00:00Z",
    "action": "kernel.other",
    "role": "clerk",
    "subject_kind": "kernel.unit",
    "subject_pk": "1",
    "detail": {"facts": {}},
    "units": [1],
}


@pytest.mark.usefixtures("chain")
@pytest.mark.parametrize(("field", "value"), CHANGES.items())
def test_a_changed_entry_is_found(field, value):
    change(3, **{field: value})
    assert found() == [Break(3, "its content was changed after it was written")]


@pytest.mark.usefixtures("chain")
@pytest.mark.parametrize("field", ["user", "unit", "subject_unit"])
def test_an_entry_given_to_another_is_found(actors, field):
    value = actors.clerk.user if field == "user" else actors.clerk.unit
    change(3, **{field: value})
    assert found() == [Break(3, "its content was changed after it was written")]


def test_a_changed_entry_with_a_new_hash_is_found_by_the_next(chain):
    entry = chain[2]
    entry.detail = {"facts": {}}
    change(3, detail=entry.detail, digest=digest(entry))
    assert found() == [Break(4, "it does not follow the entry before it")]


def test_a_removed_entry_is_found(chain):
    with open_log():
        chain[2].delete()
    assert found() == [Break(4, "entries 3 to 3 are missing")]


@pytest.mark.usefixtures("chain")
def test_a_removed_beginning_is_found():
    with open_log():
        entries(number__lte=2).delete()
    assert found() == [Break(3, "entries 1 to 2 are missing")]


@pytest.mark.usefixtures("chain")
def test_a_removed_end_is_found_by_the_head():
    with open_log():
        entries(number__gte=4).delete()
    assert found() == [Break(3, "the chain ends at 3, but its head says 5")]


@pytest.mark.usefixtures("chain")
def test_an_emptied_log_is_found_by_the_head():
    with open_log():
        entries().delete()
    assert found() == [Break(0, "the chain ends at 0, but its head says 5")]


@pytest.mark.usefixtures("chain")
def test_two_swapped_entries_are_found():
    with open_log():
        for number, target in ((2, 99), (3, 2), (99, 3)):
            entries(number=number).update(number=target)
    assert [one.number for one in found()] == [2, 2, 3, 3, 4]


@pytest.mark.usefixtures("chain")
def test_a_head_with_another_hash_is_found():
    ChainHead.objects.update(digest=NAUGHT)
    assert found() == [Break(5, "the chain ends at 5, but its head says 5")]


@pytest.mark.usefixtures("chain")
def test_a_head_taken_away_is_found():
    ChainHead.objects.all().delete()
    assert found() == [Break(5, "the chain ends at 5, but it has no head")]


STATEMENTS = {
    "update": "UPDATE kernel_logentry SET action = 'x' WHERE number = 2",
    "delete": "DELETE FROM kernel_logentry WHERE number = 2",
}


@pytest.mark.parametrize("statement", STATEMENTS.values(), ids=STATEMENTS)
def test_the_database_itself_forbids_to_change_an_entry(chain, statement):
    with (
        pytest.raises(DatabaseError, match="log entries are never changed"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert list(LogEntry.objects.order_by("number")) == chain
    assert found() == []


@pytest.mark.postgres
def test_the_database_itself_forbids_to_empty_the_log(chain):
    if connection.vendor != "postgresql":
        pytest.skip("only PostgreSQL empties tables at once")
    connection.check_constraints()
    with (
        pytest.raises(DatabaseError, match="log entries are never changed"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("TRUNCATE kernel_logentry CASCADE")
    assert list(LogEntry.objects.order_by("number")) == chain


def test_an_entry_is_not_saved_a_second_time(chain):
    chain[1].action = "kernel.other"
    with pytest.raises(DatabaseError, match="log entries are never changed"), transaction.atomic():
        chain[1].save()
    assert found() == []
