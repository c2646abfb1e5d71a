import pytest
from django.utils import translation

from unionhall.employers import rules
from unionhall.employers.rules import CodeFault, Ownership

SAMPLE = "91350100M000100Y43"


def test_the_samples_of_the_standard_and_of_a_union_pass():
    assert rules.check_uscc(SAMPLE) == []
    assert rules.check_uscc("81370100MC00000129") == []


def test_a_code_is_made_with_both_check_characters():
    assert rules.make_uscc("91", "350100", "M000100Y") == SAMPLE


def remade(start):
    return start + rules.code_check(start)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (" 91350100m000100y43", ()),
        ("", (CodeFault.EMPTY,)),
        ("9135", (CodeFault.LENGTH,)),
        ("91350100M000100I43", (CodeFault.CHARACTERS,)),
        ("91350100M000100Y44", (CodeFault.CHECK,)),
        (remade("91350100M000100Y5"), (CodeFault.BODY,)),
        (remade("99350100M000100Y4"), (CodeFault.OFFICE,)),
        (remade("91990100M000100Y4"), (CodeFault.AREA,)),
        ("99990100M000100Y53", (CodeFault.OFFICE, CodeFault.AREA, CodeFault.BODY, CodeFault.CHECK)),
    ],
)
def test_each_fault_of_a_code_is_told(code, expected):
    assert rules.code_faults(code) == expected
    assert [one.message for one in rules.check_uscc(code)] == [fault.label for fault in expected]


def test_a_unions_own_code_is_no_employers():
    assert rules.check_employer_code(SAMPLE) == []
    (refusal,) = rules.check_employer_code("81370100MC00000129")
    with translation.override("en"):
        assert "code of a union" in str(refusal.message)


def test_the_code_lists_are_those_of_the_organisation_form():
    assert [one.value for one in rules.Industry] == [f"{number:02}" for number in range(1, 21)]
    assert len(Ownership) == 16
    assert {Ownership.LIMITED, Ownership.JOINT_STOCK} < rules.CAPITAL_UNTOLD
    assert not rules.PUBLIC & rules.NON_PUBLIC
    assert Ownership.INSTITUTION not in rules.ENTERPRISES
    assert Ownership.FOREIGN in rules.ENTERPRISES
