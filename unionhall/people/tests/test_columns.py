from datetime import date, timedelta

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from unionhall.people import columns
from unionhall.people.rules import contact, identity, names
from unionhall.people.rules.identity import DocumentKind

ON = date(2024, 2, 29)
AREAS = ["230102", "370112", "110105", "990101", "810000", "820000", "811234", "923156", "913840", "000000"]


@st.composite
def eighteens(draw):
    area = draw(st.sampled_from(AREAS))
    born = draw(
        st.dates(date(1890, 1, 1), date(2030, 1, 1)).map(lambda day: day.strftime("%Y%m%d"))
        | st.sampled_from(
            [
                "19000229",
                "20000229",
                "19991301",
                "00000101",
                "19900431",
                "20100228",
                "20100301",
                "19030228",
                "19030301",
            ]
        )
    )
    body = area + born + draw(st.text("0123456789", min_size=3, max_size=3))
    number = body + identity.check_digit(body)
    mutation = draw(st.integers(0, 5))
    place = draw(st.integers(0, 17))
    if mutation == 0:
        number = number[:place] + draw(st.sampled_from("0123456789Xx ０１a-王")) + number[place + 1 :]
    if mutation == 1:
        number = number[:place] + number[place + 1 :]
    if mutation == 2:
        number = "　" + number.lower() + "\t"
    return number


anything = (
    eighteens()
    | st.text(max_size=20)
    | st.from_regex(r"\A[0-9]{15}\Z")
    | st.from_regex(r"\A[A-Z]{3}[0-9]{12}\Z")
    | st.from_regex(r"\A[HM][0-9]{7,11}\Z")
)


@settings(max_examples=150, deadline=None)
@given(st.lists(anything, max_size=30), st.sampled_from(DocumentKind), st.booleans())
def test_a_column_of_identity_numbers_has_the_first_fault_of_each_number(numbers, kind, ordinary_day):
    on = ON + timedelta(days=100) if ordinary_day else ON
    told = columns.identity_faults(pl.Series(numbers, dtype=pl.String), kind, on=on).to_list()
    assert told == [next(iter(identity.faults(kind, number, on=on)), None) for number in numbers]


@settings(max_examples=100, deadline=None)
@given(st.lists(anything, max_size=30))
def test_a_column_of_identity_numbers_tells_birth_and_sex_as_each_number_does(numbers):
    column = pl.Series("number", numbers, dtype=pl.String)
    kind = DocumentKind.RESIDENT_ID
    assert columns.births(column).to_list() == [identity.birth_of(kind, number) for number in numbers]
    assert columns.sexes(column).to_list() == [identity.sex_of(kind, number) for number in numbers]
    assert columns.identity_numbers(column).to_list() == [
        identity.normalise_number(number) for number in numbers
    ]


phones = (
    st.from_regex(r"\A(\+86|0086|86)?[ -]?1[0-9]{2}[ -]?[0-9]{4}[ -]?[0-9]{3,5}\Z")
    | st.text("0123456789+-() ０１３a", max_size=15)
    | st.text(max_size=13)
)


@settings(max_examples=150, deadline=None)
@given(st.lists(phones, max_size=30))
def test_a_column_of_phones_has_the_fault_of_each_phone(numbers):
    told = columns.phone_faults(pl.Series(numbers, dtype=pl.String)).to_list()
    assert told == [contact.phone_fault(number) for number in numbers]


han = st.sampled_from("王芳单曾区查解朴欧阳尉迟万俟长行乐朝〇龘𠮷卜")
people = (
    st.text(han, min_size=1, max_size=5)
    | st.text(max_size=6)
    | st.sampled_from(["Anna Lee", "阿卜杜拉·买买提", "A王", ""])
)


@settings(max_examples=150, deadline=None)
@given(st.lists(people, max_size=30))
def test_a_column_of_names_has_the_pinyin_of_each_name(texts):
    told = columns.pinyin_keys(pl.Series(texts, dtype=pl.String)).rows()
    assert told == [tuple(names.pinyin_of(text)) for text in texts]


def test_a_missing_number_is_an_empty_one():
    nothing = pl.Series([None, "230102199001011235"], dtype=pl.String)
    assert columns.identity_faults(nothing, DocumentKind.RESIDENT_ID, on=ON).to_list() == ["empty", "digit"]
    assert columns.births(nothing).to_list() == [None, date(1990, 1, 1)]
    assert columns.phone_faults(pl.Series([None], dtype=pl.String)).to_list() == ["empty"]
