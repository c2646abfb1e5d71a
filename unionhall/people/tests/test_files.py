from datetime import date

import pytest

from unionhall.people.rules.files import check_facts, check_reason, check_told, kept_by
from unionhall.people.rules.identity import DocumentKind

ON = date(2024, 5, 6)
FANG = "23010219900307012X"


@pytest.mark.parametrize(
    ("changed", "fields"),
    [
        ({}, []),
        ({"sex": "2", "birth": date(1990, 3, 7), "phone": "16012345678"}, []),
        ({"sex": "1"}, ["sex"]),
        ({"birth": date(1990, 3, 8)}, ["birth"]),
        ({"phone": "1"}, ["phone"]),
        ({"number": FANG[:-1] + "1"}, ["number"]),
        ({"kind": DocumentKind.PASSPORT, "number": "E12345678"}, ["sex", "birth"]),
    ],
)
def test_facts_of_a_file_must_be_known_and_agree(changed, fields):
    facts = {"kind": DocumentKind.RESIDENT_ID, "number": FANG, "sex": "", "birth": None, "phone": ""}
    found = check_facts(**{**facts, **changed}, on=ON)
    assert [reason.field for reason in found] == fields


@pytest.mark.parametrize(
    ("birth", "right"),
    [
        (date(2010, 5, 6), True),
        (date(2010, 5, 7), False),
        (date(1903, 5, 7), True),
        (date(1903, 5, 6), False),
    ],
)
def test_a_stated_age_lies_between_fourteen_and_a_hundred_and_twenty(birth, right):
    assert (check_told("2", birth, on=ON) == []) is right


@pytest.mark.parametrize(
    ("reason", "right"), [("four", True), ("a b ", False), ("", False), ("核对身份", True)]
)
def test_a_reason_has_four_characters(reason, right):
    assert (check_reason(reason) == []) is right


def test_a_known_number_says_where_the_file_is_or_that_nobody_keeps_it():
    assert "道里区总工会" in str(kept_by("道里区总工会").message)
    assert kept_by("").field == "number"
    assert str(kept_by("").message) != str(kept_by("x").message)
