from datetime import date

import pytest

from unionhall.kernel import guard
from unionhall.membership.models import Membership
from unionhall.people.actions import merging
from unionhall.people.indicators import CHECKS, alike, pairs
from unionhall.people.models import Person

TODAY = date(2024, 5, 6)
FOUND = {check.code: check.rows for check in CHECKS}
PASSPORT = {"document": "passport", "number": "E12345678", "sex": "2"}


def test_same_phone_and_same_name_with_birth_are_found_and_strangers_are_not(register):
    fang = register(phone="16012345678")
    namesake = register(**PASSPORT)
    sharer = register(name="李静", sequence=14, phone="16012345678")
    register(name="王芳", birth=date(1991, 3, 7))
    assert set(FOUND["people.same_name_and_birth"](TODAY)) == {fang, namesake}
    assert set(FOUND["people.same_phone"](TODAY)) == {fang, sharer}
    assert set(FOUND["people.same_number"](TODAY)) == set()


def test_the_same_number_under_two_documents_is_found(register):
    residence = {"document": "hkmt_residence", "number": "810000199003070121"}
    number = next(f"81000019900307012{c}" for c in "0123456789X" if _possible(f"81000019900307012{c}"))
    first = register(**{**residence, "number": number})
    second = register(document="passport", number=number[:15], sex="2")
    with guard.begin():
        Person.objects.filter(pk=second.pk).update(number_hash=first.number_hash)
    assert set(FOUND["people.same_number"](TODAY)) == {first, second}
    ((pair),) = pairs("number", Person.objects.all(), 10)
    assert (pair.first, pair.second, str(pair.title) != "") == (first, second, True)


def _possible(number):
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return "10X98765432"[sum(int(c) * w for c, w in zip(number, weights, strict=False)) % 11] == number[17]


def test_two_told_apart_and_files_merged_away_are_alike_no_more(register, clerk):
    first, second = register(), register(**PASSPORT)
    third = register(document="passport", number="E87654321", sex="2")
    merging.not_duplicate(clerk, first=first, second=second, on=TODAY)
    assert set(alike("name")) == {first, second, third}
    merging.merge(clerk, kept=first, dropped=third, reason="same person", on=TODAY)
    assert set(alike("name")) == set()


def test_pairs_stay_within_the_rows_given(register, units):
    first, second = register(), register(**PASSPORT, unit="west")
    assert [(p.first, p.second) for p in pairs("name", Person.objects.all(), 10)] == [(first, second)]
    assert pairs("name", Person.objects.filter(unit=units["east"]), 10) == []
    assert pairs("name", Person.objects.all(), 0) == []


@pytest.mark.parametrize(
    ("birth", "found"),
    [
        (date(2010, 5, 6), False),
        (date(2010, 5, 7), True),
        (date(1903, 5, 7), False),
        (date(1903, 5, 6), True),
    ],
)
def test_ages_below_fourteen_and_above_a_hundred_and_twenty_are_impossible(register, birth, found):
    person = register()
    with guard.begin():
        Person.objects.filter(pk=person.pk).update(birth=birth)
    assert FOUND["people.impossible_ages"](TODAY).filter(pk=person.pk).exists() is found


def test_ages_are_taken_on_leap_days_too(register):
    register()
    assert FOUND["people.impossible_ages"](date(2024, 2, 29)).count() == 0


def test_a_file_merged_away_that_rows_point_at_again_is_found(register, clerk, units):
    kept, dropped = register(), register(**PASSPORT)
    merging.merge(clerk, kept=kept, dropped=dropped, reason="same person", on=TODAY)
    assert list(FOUND["people.merged_in_use"](TODAY)) == []
    with guard.begin():
        Membership(person=dropped, unit=units["east"], since=TODAY, entered="joined", sex="2").save()
    assert list(FOUND["people.merged_in_use"](TODAY)) == [dropped]
