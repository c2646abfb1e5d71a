import pickle

import pytest
from django.apps.registry import Apps
from django.core.exceptions import FieldError
from django.db import models
from django.db.migrations.writer import MigrationWriter
from django.utils.translation import override

from unionhall.kernel.fields import BlindField, Sealed, SealedField
from unionhall.kernel.secrets import KeyRing
from unionhall.kernel.terms import Refused

RING = KeyRing({1: bytes(16)}, 1, bytes(32))
PHONE = "try.Person.phone"


@pytest.fixture(scope="module", autouse=True)
def in_english():
    with override("en"):
        yield


class Person(models.Model):
    phone = SealedField(context=PHONE, null=True)
    phone_mark = BlindField(context=PHONE, null=True, unique=True)

    class Meta:
        app_label = "try"
        apps = Apps()

    def __str__(self):
        return str(self.phone)


COLUMNS = {field.name: field for field in Person._meta.fields}


@pytest.fixture
def blob():
    return RING.seal("13800138000", PHONE)


def test_bytes_given_to_a_record_become_a_sealed_value_that_opens_with_the_keys(blob):
    person = Person(phone=blob)
    assert person.phone == Sealed(blob, PHONE)
    assert person.phone.clear(RING) == "13800138000"
    person.phone = None
    assert person.phone is None


def test_what_drivers_give_becomes_a_sealed_value_and_plain_bytes(blob):
    mark = RING.blind("13800138000", PHONE)
    person = Person.from_db("default", ["id", "phone", "phone_mark"], [1, memoryview(blob), mark])
    field = COLUMNS["phone_mark"]
    assert person.phone == Sealed(blob, PHONE)
    assert field.from_db_value(memoryview(mark), None, None) == mark
    assert type(field.from_db_value(memoryview(mark), None, None)) is bytes


def test_a_sealed_value_shows_dots_only(blob):
    sealed = Sealed(blob, PHONE)
    assert {str(sealed), repr(sealed), f"{sealed}", f"{[sealed]}"[1:-1]} == {"••••"}
    assert bytes(sealed) == blob
    assert pickle.loads(pickle.dumps(sealed)) == sealed  # noqa: S301  our own bytes


def test_a_value_sealed_for_another_column_is_not_taken(blob):
    with pytest.raises(TypeError, match="takes values sealed for"):
        Person(phone=Sealed(blob, "try.Person.identity"))
    with pytest.raises(Refused, match="another column"):
        Sealed(blob, "try.Person.identity").clear(RING)


def test_clear_text_is_not_taken():
    with pytest.raises(TypeError, match="takes sealed bytes, not int"):
        Person(phone=13800138000)
    with pytest.raises(TypeError, match="takes a keyed hash of 16 bytes"):
        Person.objects.filter(phone_mark="13800138000")


def test_the_stored_value_is_bytes(blob):
    field = COLUMNS["phone"]
    assert field.get_prep_value(Sealed(blob, PHONE)) == blob
    assert field.get_prep_value(blob) == blob
    assert field.get_prep_value(None) is None
    assert field.to_python(field.value_to_string(Person(phone=blob))) == Sealed(blob, PHONE)


@pytest.mark.parametrize("lookup", ["phone", "phone__exact", "phone__in", "phone__contains", "phone__length"])
def test_a_sealed_value_cannot_be_looked_up(blob, lookup):
    with pytest.raises(FieldError, match="is sealed and cannot be looked up"):
        Person.objects.filter(**{lookup: blob})


def test_a_sealed_value_can_be_asked_whether_it_is_there():
    assert str(Person.objects.filter(phone__isnull=True).query).endswith('"phone" IS NULL')


def test_a_keyed_hash_is_looked_up_by_equality_only():
    mark = RING.blind("13800138000", PHONE)
    for lookup, value in (("", mark), ("__in", [mark]), ("__isnull", False)):
        assert "phone_mark" in str(Person.objects.filter(**{"phone_mark" + lookup: value}).query)
    with pytest.raises(FieldError, match="cannot be looked up by “startswith”, only by: exact, in, isnull"):
        Person.objects.filter(phone_mark__startswith=mark)


@pytest.mark.parametrize(
    ("field", "written"),
    [
        (SealedField(context=PHONE, null=True), "SealedField(context='try.Person.phone', null=True)"),
        (BlindField(context=PHONE, unique=True), "BlindField(context='try.Person.phone', unique=True)"),
    ],
)
def test_a_field_is_written_into_migrations_with_its_context(field, written):
    text, _ = MigrationWriter.serialize(field)
    assert text == f"unionhall.kernel.fields.{written}"
    path, args, kwargs = field.deconstruct()[1:]
    assert type(field)(*args, **kwargs).deconstruct()[1:] == (path, args, kwargs)


def test_a_keyed_hash_has_sixteen_bytes():
    assert BlindField(context=PHONE).max_length == 16
