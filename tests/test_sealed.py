"""Sealed personal data in a real table: it arrives as it was, opens with the keys alone, and is in no log."""

from datetime import date

import polars as pl
import pytest

from unionhall.kernel.keys import ring
from unionhall.kernel.loading import load
from unionhall.kernel.models import LogEntry
from unionhall.kernel.testing.acts import do
from unionhall.people.models import NUMBER, PHONE, Person

pytestmark = pytest.mark.django_db
DAY = date(1990, 1, 1)
SECRET = "13800138000"
PLAIN = {
    "name": "张三",
    "document": "resident_id",
    "sex": "1",
    "birth": DAY,
    "migrant": False,
    "name_key": "",
}
EMPTY = {"initials": "", "education": "", "household": "", "household_region": "", "worker_kind": ""}


def test_a_saved_person_is_logged_with_dots_for_what_is_sealed():
    keys = ring()
    phone, mark = keys.seal(SECRET, PHONE), keys.blind(SECRET, PHONE)
    do(Person(**PLAIN, phone=phone, phone_hash=mark).save)
    entry = LogEntry.objects.latest("number")
    fields = entry.detail["changes"][0]["fields"]
    assert (fields["phone"], fields["phone_hash"], fields["name"]) == ("•", "•", [None, "张三"])
    assert [word for word in (SECRET, phone.hex(), mark.hex(), str(phone)) if word in str(entry.detail)] == []
    assert Person.objects.get(phone_hash=mark).phone.clear(keys) == SECRET


def test_a_changed_phone_is_told_but_not_shown():
    keys = ring()
    person = Person(**PLAIN, phone=keys.seal(SECRET, PHONE))
    do(person.save)
    person = Person.objects.get()

    def change():
        person.phone = keys.seal("13900139000", PHONE)
        person.save()

    do(change)
    assert LogEntry.objects.latest("number").detail["changes"][0]["fields"] == {"phone": "•"}


def test_bytes_of_every_value_are_loaded_as_they_were():
    keys = ring()
    clear = ["230102199001011234", None, "\\N", "", '"', "\n,"]
    frame = pl.DataFrame(
        {
            **{name: [value] * len(clear) for name, value in (PLAIN | EMPTY).items()},
            "number": pl.Series(keys.seal_many(clear, NUMBER), dtype=pl.Binary),
            "number_hash": pl.Series(keys.blind_many(clear, NUMBER), dtype=pl.Binary),
            "phone": pl.Series([None] * len(clear), dtype=pl.Binary),
        }
    )
    do(lambda: load(Person, frame))
    persons = list(Person.objects.order_by("pk"))
    assert [person.number and person.number.clear(keys) for person in persons] == clear
    assert [person.number_hash for person in persons] == keys.blind_many(clear, NUMBER)
    assert {person.phone for person in persons} == {None}


def test_every_byte_survives_loading():
    blob = bytes(range(256))
    frame = pl.DataFrame({**{name: [value] for name, value in (PLAIN | EMPTY).items()}, "number": [blob]})
    do(lambda: load(Person, frame))
    assert bytes(Person.objects.get().number) == blob
