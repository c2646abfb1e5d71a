from datetime import date

import pytest

from unionhall.people.rules import contact, identity, kinds, names
from unionhall.people.rules.identity import DocumentKind, IdentityFault, Sex

ON = date(2022, 10, 1)
RESIDENT = DocumentKind.RESIDENT_ID


def with_digit(body):
    return body + identity.check_digit(body)


def test_the_sample_of_the_standard_passes():
    assert identity.check_identity(RESIDENT, "11010519491231002X", on=ON) == []
    assert identity.check_digit("44052418800101001") == "4"


def test_a_number_is_kept_in_half_width_with_a_capital_x():
    assert identity.normalise_number(" １１０１０５ 1949 1231\u3000002x\u200b") == "11010519491231002X"


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("", [IdentityFault.EMPTY]),
        ("1101051949123100", [IdentityFault.LENGTH]),
        ("11010519491231A02X", [IdentityFault.CHARACTERS]),
        ("110105194912310021", [IdentityFault.DIGIT]),
        (with_digit("99010519491231002"), [IdentityFault.AREA]),
        (with_digit("11010519490229002"), [IdentityFault.DATE]),
        (with_digit("11010520221002002"), [IdentityFault.FUTURE]),
        (with_digit("11010520221001002"), [IdentityFault.YOUNG]),
        (with_digit("11010520081002002"), [IdentityFault.YOUNG]),
        (with_digit("11010520081001002"), []),
        (with_digit("11010519011002002"), []),
        (with_digit("11010519011001002"), [IdentityFault.AGED]),
        ("990105194902290020", [IdentityFault.AREA, IdentityFault.DATE, IdentityFault.DIGIT]),
    ],
)
def test_each_fault_of_a_resident_number_is_told(number, expected):
    assert list(identity.faults(RESIDENT, number, on=ON)) == expected
    refusals = identity.check_identity(RESIDENT, number, on=ON)
    assert [str(one.message) for one in refusals] == [str(fault.label) for fault in expected]


def test_a_15_digit_number_is_refused_with_its_18_digit_form():
    (refusal,) = identity.check_identity(RESIDENT, "110105491231002", on=ON)
    assert "11010519491231002X" in str(refusal.message)
    assert refusal.field == "number"


@pytest.mark.parametrize(
    ("kind", "number", "expected"),
    [
        (DocumentKind.HKMT_RESIDENCE, with_digit("81000019900101123"), ()),
        (DocumentKind.HKMT_RESIDENCE, with_digit("83000019900101123"), ()),
        (DocumentKind.HKMT_RESIDENCE, with_digit("81010119900101123"), (IdentityFault.AREA,)),
        (DocumentKind.HKMT_RESIDENCE, "110105491231002", (IdentityFault.LENGTH,)),
        (DocumentKind.FOREIGN_PERMIT, with_digit("92384019900101123"), ()),
        (DocumentKind.FOREIGN_PERMIT, with_digit("82384019900101123"), (IdentityFault.AREA,)),
        (DocumentKind.FOREIGN_PERMIT, "USA230190010112", ()),
        (DocumentKind.FOREIGN_PERMIT, "USA990190133112", (IdentityFault.AREA, IdentityFault.DATE)),
        (DocumentKind.FOREIGN_PERMIT, "US1230190010112", (IdentityFault.SHAPE,)),
        (DocumentKind.PASSPORT, "e12345678", ()),
        (DocumentKind.PASSPORT, "E123", (IdentityFault.SHAPE,)),
        (DocumentKind.HKMT_PERMIT, "H12345678", ()),
        (DocumentKind.HKMT_PERMIT, "T12345678", (IdentityFault.SHAPE,)),
        (DocumentKind.TW_PERMIT, "12345678", ()),
        (DocumentKind.TW_PERMIT, "1234567", (IdentityFault.SHAPE,)),
    ],
)
def test_the_other_documents_have_their_own_forms(kind, number, expected):
    assert identity.faults(kind, number, on=ON) == expected


def test_birth_and_sex_are_read_from_the_number():
    assert identity.birth_of(RESIDENT, "11010519491231002X") == date(1949, 12, 31)
    assert identity.sex_of(RESIDENT, "11010519491231002X") is Sex.FEMALE
    assert identity.birth_of(DocumentKind.PASSPORT, "E12345678") is None
    assert identity.sex_of(DocumentKind.PASSPORT, "E12345678") is None


def test_a_stated_sex_or_birth_that_differs_is_told():
    number = "11010519491231002X"
    assert identity.cross_check("2", date(1949, 12, 31), number) == []
    assert identity.cross_check("", None, number) == []
    told = identity.cross_check("1", date(1949, 12, 30), number)
    assert [one.field for one in told] == ["sex", "birth"]


def test_numbers_phones_and_names_are_masked():
    assert identity.mask_number("230102199001011234") == "230***********1234"
    assert identity.mask_number("E12345678") == "E*******8"
    assert identity.mask_number("E1") == "**"
    assert contact.mask_phone("13812341234") == "138****1234"
    assert contact.mask_phone("12351") == "*****"
    assert names.mask_name("张三") == "张*"
    assert names.mask_name("欧阳修文") == "欧阳**"
    assert names.mask_name("欧阳") == "欧*"


@pytest.mark.parametrize(
    ("phone", "expected"),
    [
        ("13812341234", None),
        ("+86 138-1234-1234", None),
        ("008613812341234", None),
        ("１３８１２３４１２３４", None),
        ("12812341234", contact.PhoneFault.PREFIX),
        ("1381234123", contact.PhoneFault.LENGTH),
        ("1381234123a", contact.PhoneFault.CHARACTERS),
        (" ", contact.PhoneFault.EMPTY),
    ],
)
def test_mainland_mobiles_are_told_from_others(phone, expected):
    assert contact.phone_fault(phone) == expected
    assert [one.field for one in contact.check_phone(phone)] == (["phone"] if expected else [])


@pytest.mark.parametrize(
    ("name", "key", "initials"),
    [
        ("王芳", "wangfang", "wf"),
        ("单田芳", "shantianfang", "stf"),
        ("曾国强", "zengguoqiang", "zgq"),
        ("仇英", "qiuying", "qy"),
        ("解珍", "xiezhen", "xz"),
        ("朴勇", "piaoyong", "py"),
        ("尉迟恭", "yuchigong", "ycg"),
        ("万俟卨", "moqixie", "mqx"),
        ("王 芳", "wangfang", "wf"),
        ("Anna Lee", "annalee", "al"),
        ("", "", ""),
    ],
)
def test_a_surname_is_read_as_a_surname(name, key, initials):
    assert names.pinyin_of(name) == (key, initials)


def test_the_eight_groups_are_new_forms_and_migrants_are_not():
    assert len(kinds.EIGHT_GROUPS) == 8
    assert kinds.EIGHT_GROUPS < kinds.NEW_FORMS
    assert kinds.WorkerKind.MIGRANT not in kinds.NEW_FORMS
