from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unionhall.report.rules.numerals import Precision, numeral, numerals, printed_step

READINGS = [
    # text, value, precision, step
    ("11262", "11262", "exact", "1"),
    ("1,050", "1050", "exact", "1"),
    ("44.2万余", "442000", "over", "1000"),
    ("5.1亿多", "510000000", "over", "10000000"),
    ("3500余", "3500", "over", "100"),
    ("15000余", "15000", "over", "1000"),
    ("500余万", "5000000", "over", "1000000"),
    ("520余万", "5200000", "over", "100000"),
    ("50万余", "500000", "over", "10000"),
    ("5115万多", "51150000", "over", "10000"),
    ("三十余", "30", "over", "10"),
    ("三十多万", "300000", "over", "100000"),
    ("千余", "1000", "over", "1000"),
    ("万余", "10000", "over", "10000"),
    ("超过1.1亿", "110000000", "over", "10000000"),
    ("突破3000万", "30000000", "over", "1000000"),
    ("85%以上", "85", "over", "1"),
    ("40%以上", "40", "over", "1"),
    ("近2.7亿", "270000000", "about", "10000000"),
    ("近40%", "40", "about", "1"),
    ("近千万", "10000000", "about", "1000000"),
    ("近万", "10000", "about", "1000"),
    ("前两名", "2", "up_to", "1"),
    ("不超过3000", "3000", "up_to", "1"),
    ("245万", "2450000", "exact", "10000"),
    ("180万", "1800000", "exact", "10000"),
    ("120.873万", "1208730", "exact", "10"),
    ("1亿2000万", "120000000", "exact", "10000"),
    ("一万二千", "12000", "exact", "1"),
    ("2.5万亿", "2500000000000", "exact", "100000000000"),
    ("5千万", "50000000", "exact", "10000000"),
    ("百", "100", "exact", "1"),
    ("一百零五", "105", "exact", "1"),
    ("十二", "12", "exact", "1"),
    ("二〇一二", "2012", "exact", "1"),
    ("20.3%", "20.3", "exact", "0.1"),
    ("七成", "70", "exact", "10"),
    ("冠军", "1", "exact", "1"),
]


@pytest.mark.parametrize(("text", "value", "precision", "step"), READINGS)
def test_a_printed_number_has_a_value_a_precision_and_a_step(text, value, precision, step):
    found = numeral(text)
    assert (found.text, found.value, found.precision, found.step) == (
        text,
        Decimal(value),
        Precision(precision),
        Decimal(step),
    )


@pytest.mark.parametrize("text", ["", "余", "最近", "44.2万余人", "万人", "3和5"])
def test_what_is_not_one_number_is_refused(text):
    with pytest.raises(ValueError, match="is not one printed number"):
        numeral(text)


def test_numbers_of_a_sentence_come_in_its_order_with_their_places():
    text = "收入同比增长20.3 %,覆盖职工85万余人、近百家单位"
    assert [(found.text, found.value, found.percent, text[found.start]) for found in numerals(text)] == [
        ("20.3%", Decimal("20.3"), True, "2"),
        ("85万余", Decimal(850000), False, "8"),
        ("近百", Decimal(100), False, "近"),
    ]


def test_words_that_only_look_like_marks_are_not_read_as_marks():
    assert [found.precision for found in numerals("目前13家,最近3家,附近5家,3成员")] == [Precision.EXACT] * 4
    assert numeral("三成").percent
    assert not next(numerals("3成立")).percent


def test_the_number_that_states_a_value_is_found_among_others():
    found = printed_step("甲级3家、乙级36家", Decimal(36))
    assert (found.text, found.step) == ("36", Decimal(1))


@pytest.mark.parametrize(("quote", "value"), [("共有53项", 54), ("近3万人,共3万余人", 30000)])
def test_a_value_stated_nowhere_or_in_two_ways_is_refused(quote, value):
    with pytest.raises(ValueError, match="one way of printing it was wanted"):
        printed_step(quote, Decimal(value))


@given(
    number=st.decimals(min_value=Decimal("0.01"), max_value=9999, places=2),
    unit=st.sampled_from([("", 1), ("万", 10**4), ("亿", 10**8), ("万亿", 10**12)]),
    mark=st.sampled_from(["", "余", "多"]),
)
def test_an_arabic_number_with_its_unit_reads_back(number, unit, mark):
    found = numeral(f"{number}{unit[0]}{mark}")
    assert found.value == number * unit[1]
    assert found.precision == (Precision.OVER if mark else Precision.EXACT)
    assert found.value % found.step == 0


@given(whole=st.integers(min_value=1, max_value=10**9), before=st.booleans())
def test_the_step_of_a_residual_is_the_last_place_that_is_not_nought(whole, before):
    found = numeral(f"{whole}多{'万' if before else ''}")
    quotient = found.value / found.step
    assert quotient == quotient.to_integral_value()
    assert quotient % 10 != 0
