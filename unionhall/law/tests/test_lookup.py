from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from unionhall.kernel.terms import Money, Refused
from unionhall.law.lookup import Book, lookup, region_of, stands_for
from unionhall.law.models import Rule
from unionhall.law.rules.values import Status

ON = date(2026, 3, 1)
ANSWER = "bargaining.answer_days"

pytestmark = pytest.mark.usefixtures("packs")


@pytest.mark.parametrize(
    ("region", "days", "kind"),
    [("", 20, "days"), ("330000", 10, "working_days"), ("330106", 10, "working_days"), ("31", 15, "days")],
)
def test_the_nearest_region_that_has_a_rule_wins(region, days, kind):
    found = lookup(ANSWER, region=region, on=ON)
    assert (found.days, found.rule.kind) == (days, kind)


def test_a_rule_that_changes_between_two_days_is_found_by_the_day():
    before, after = (
        lookup("unions.committee_from", on=day) for day in (date(2021, 12, 31), date(2022, 1, 1))
    )
    assert (before.number, after.number) == (Decimal(25), Decimal(25))
    assert (before.status, after.status) == (Status.UNCONFIRMED, Status.STATUTE)
    assert after.article == "《中华人民共和国工会法》第十一条"
    assert str(before.article) == "《中华人民共和国工会法》（2001年修正）第十条 (unconfirmed)"
    assert (before.unconfirmed, after.unconfirmed) == (True, False)
    barred = [
        lookup("assistance.study_barred", region="429006", on=day).items
        for day in (date(2024, 9, 1), date(2025, 9, 1))
    ]
    assert [len(items) for items in barred] == [4, 7]


def test_values_come_as_what_they_are():
    assert lookup("finance.contribution_share", on=ON).share == Fraction(1, 50)
    assert lookup("assistance.warmth_visit_cap", region="37", on=ON).money == Money(Decimal(3000))
    assert lookup("finance.contribution_day", region="11", on=ON).text == "每月15日"
    sizes = lookup("unions.committee_sizes", region="440304", on=ON).lines
    assert sizes[0] == {"会员自": 11, "会员至": 25, "至少": 3, "至多": 3}
    assert sizes[-1]["会员至"] is None
    with pytest.raises(TypeError):
        _wrong = lookup(ANSWER, on=ON).money


def test_where_no_rule_holds_the_refusal_says_key_region_and_day():
    with pytest.raises(Refused, match=r"no\.such_rule.*2026-03-01.*3301"):
        lookup("no.such_rule", region="330100", on=ON)
    with pytest.raises(Refused, match=r"bargaining\.answer_days.*1990-01-01"):
        lookup(ANSWER, on=date(1990, 1, 1))


def test_a_unit_is_where_the_nearest_unit_with_a_code_is(house):
    assert region_of(house.factory) == "330106"
    assert region_of(house.hangzhou) == "3301"
    assert region_of(house.nation) == ""
    assert lookup(ANSWER, unit=house.factory, on=ON).days == 10
    assert lookup("recuperation.leave_free_days", unit=house.factory, on=ON).days == 5


def test_only_the_highest_federation_of_a_region_stands_for_it(house):
    units = ("nation", "zhejiang", "hangzhou", "xihu", "township", "factory", "plant")
    assert [stands_for(getattr(house, name)) for name in units] == [
        "",
        "33",
        "3301",
        "330106",
        None,
        None,
        None,
    ]


def test_a_unit_with_a_code_that_is_none_is_where_the_unit_above_it_is(house):
    house.xihu.region = "no code"
    assert region_of(house.xihu) == "3301"
    assert stands_for(house.xihu) is None


def test_a_book_answers_many_keys_with_one_query(house, django_assert_num_queries):
    with django_assert_num_queries(2):
        book = Book.of(house.factory, ON)
        assert book[ANSWER].days == 10
        assert book["finance.contribution_share"].share == Fraction(1, 50)
        assert book.find("no.such_rule") is None
        keys = [found.rule.key for found in book.group("recuperation")]
    assert keys == sorted(keys)
    assert "recuperation.leave_free_days" in keys
    with pytest.raises(Refused, match=r"no\.such_rule"):
        book["no.such_rule"]


def test_a_book_and_a_lookup_agree_on_every_key():
    book = Book("330100", ON)
    for key in Rule.objects.values_list("key", flat=True).distinct():
        found = book.find(key)
        if found is None:
            with pytest.raises(Refused):
                lookup(key, region="3301", on=ON)
        else:
            assert lookup(key, region="3301", on=ON) == found
