from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from unionhall.kernel.terms import Money, Refused
from unionhall.law.rules.packs import read_pack, shipped
from unionhall.law.rules.regions import FEDERATION, chain, plain_region, within
from unionhall.law.rules.values import Group, Kind, Status, article_of, check_rule, holds, parse, pick
from unionhall.unions.rules import UnionKind

DAY, LATER = date(2022, 1, 1), date(2025, 1, 1)


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (Kind.NUMBER, "25", Decimal(25)),
        (Kind.NUMBER, " 1.5 ", Decimal("1.5")),
        (Kind.DAYS, "15", 15),
        (Kind.WORKING_DAYS, "0", 0),
        (Kind.SHARE, "60%", Fraction(3, 5)),
        (Kind.SHARE, "0.5%", Fraction(1, 200)),
        (Kind.SHARE, "2/3", Fraction(2, 3)),
        (Kind.SHARE, "1", Fraction(1)),
        (Kind.MONEY, "45.50", Money(Decimal("45.50"))),
        (Kind.TEXT, "每月15日", "每月15日"),
        (Kind.LIST, "3、5", (Decimal(3), Decimal(5))),
        (Kind.LIST, "生产\n技能", ("生产", "技能")),
        (
            Kind.TABLE,
            "从 | 至 | 名额\n11 | 25 | 3\n\n26 |  | 多",
            (
                {"从": Decimal(11), "至": Decimal(25), "名额": Decimal(3)},
                {"从": Decimal(26), "至": None, "名额": "多"},
            ),
        ),
    ],
)
def test_a_value_means_what_its_kind_says(kind, text, value):
    assert parse(kind, text) == value


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        *((kind, "  ") for kind in Kind),
        (Kind.NUMBER, "many"),
        (Kind.NUMBER, "1e5"),
        (Kind.NUMBER, "NaN"),
        (Kind.DAYS, "1.5"),
        (Kind.DAYS, "-1"),
        (Kind.WORKING_DAYS, "一五"),
        (Kind.WORKING_DAYS, "²"),
        (Kind.DAYS, "36601"),
        (Kind.SHARE, "101%"),
        (Kind.SHARE, "1/0"),
        (Kind.SHARE, "-1%"),
        (Kind.SHARE, "half"),
        (Kind.MONEY, "0.001"),
        (Kind.MONEY, "-1"),
        (Kind.MONEY, "Infinity"),
        (Kind.MONEY, "9" * 40),
        (Kind.LIST, "3、、5"),
        (Kind.TABLE, "从 | 至"),
        (Kind.TABLE, "从 | 从\n1 | 2"),
        (Kind.TABLE, "从 | \n1 | 2"),
        (Kind.TABLE, "从 | 至\n1"),
    ],
)
def test_nonsense_is_refused_with_a_sentence_at_the_value(kind, text):
    with pytest.raises(Refused) as refused:
        parse(kind, text)
    assert [(reason.field, str(reason)[-1]) for reason in refused.value.reasons] == [("value", ".")]


def test_a_rule_needs_a_key_a_citation_and_days_in_order():
    stated = {"key": "Wrong", "kind": "number", "value": "x", "citation": " ", "since": LATER, "until": DAY}
    assert [reason.field for reason in check_rule(**stated)] == ["key", "citation", "until", "value"]
    stated = {"key": "unions.term_years_2", "kind": "number", "value": "3", "citation": "法", "since": DAY}
    assert list(check_rule(**stated, until=None)) == []


def test_an_unconfirmed_article_says_so_and_others_do_not():
    assert str(article_of("某办法", Status.UNCONFIRMED)) == "某办法 (unconfirmed)"
    assert {article_of("某法", status) for status in (Status.STATUTE, Status.OFFICIAL)} == {"某法"}


@pytest.mark.parametrize(
    ("code", "plain"),
    [
        ("", ""),
        ("000000", ""),
        ("23", "23"),
        ("230000", "23"),
        ("230100", "2301"),
        ("230102", "230102"),
        ("230102001", "230102001"),
        ("230102000", "230102"),
        ("230102001000", "230102001"),
        ("230100000000", "2301"),
    ],
)
def test_a_region_code_loses_the_noughts_that_fill_it_up(code, plain):
    assert plain_region(code) == plain


@pytest.mark.parametrize("code", ["x", "1", "12345", "２３", "2301020"])
def test_a_code_that_is_none_is_refused(code):
    with pytest.raises(Refused):
        plain_region(code)


def test_a_region_lies_in_its_city_province_and_nation():
    assert chain("230102001") == ["", "23", "2301", "230102", "230102001"]
    assert within("230102", "2301")
    assert within("23", "")
    assert not within("23", "2301")
    assert not within("2301", "230")


@dataclass
class Line:
    region: str
    since: date
    until: date | None = None
    retired: date | None = None


def test_the_nearest_region_wins_then_the_newest_day():
    nation, province = Line("", LATER), Line("33", DAY)
    newer, other = Line("33", LATER), Line("3301", DAY, retired=LATER)
    lines = [nation, province, newer, other]
    assert pick(lines, "3301", DAY) is other
    assert pick(lines, "3301", LATER) is newer
    assert pick(lines, "3302", DAY) is province
    assert pick(lines, "31", LATER) is nation
    assert pick(lines, "31", DAY) is None


def test_a_rule_holds_from_its_day_until_the_day_it_ends_or_is_retired():
    assert holds(Line("", DAY), DAY)
    assert not holds(Line("", LATER), DAY)
    assert not holds(Line("", DAY, until=LATER), LATER)
    assert not holds(Line("", DAY, retired=LATER), LATER)


def test_the_kind_of_unit_that_stands_for_a_region_is_the_federation_of_unions():
    assert UnionKind.FEDERATION == FEDERATION


PACK = """
title = "试验省"
region = "990000"
since = 2020-01-01
[[rule]]
key = "bargaining.answer_days"
title = "答复期限"
value = 10
kind = "days"
citation = "试验条例"
status = "statute"
source = "R1"
"""


def test_a_pack_is_read_with_its_region_and_its_day():
    pack = read_pack("trial", PACK)
    (rule,) = pack.rules
    assert (pack.region, rule.region, rule.value, rule.since, rule.note) == (
        "99",
        "99",
        "10",
        date(2020, 1, 1),
        "[R1]",
    )


def test_in_a_pack_a_later_row_ends_the_earlier_one():
    second = PACK.split("[[rule]]")[1].replace("value = 10", "value = 15\nsince = 2023-05-01")
    first, later = read_pack("trial", f"{PACK}[[rule]]{second}").rules
    assert (first.until, later.since, later.until) == (date(2023, 5, 1), date(2023, 5, 1), None)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("value = 10", "", "value"),
        ('source = "R1"', 'sauce = "R1"', "sauce"),
        ('kind = "days"', 'kind = "daze"', "kind"),
        ('"statute"', '"sure"', "status"),
        ("value = 10", "value = 1.5", "number of days"),
        ('"试验条例"', '""', "citation"),
    ],
)
def test_a_faulty_rule_of_a_pack_is_refused_by_its_name(old, new, said):
    with pytest.raises(Refused) as refused:
        read_pack("trial", PACK.replace(old, new))
    assert "trial: bargaining.answer_days" in str(refused.value)
    assert said in str(refused.value)


def test_a_rule_that_stands_twice_since_one_day_is_refused():
    with pytest.raises(Refused):
        read_pack("trial", f"{PACK}[[rule]]{PACK.split('[[rule]]')[1]}")


def test_every_shipped_pack_is_read_and_every_rule_cites_and_means_something():
    rules = [rule for pack in shipped() for rule in pack.rules]
    assert len(rules) > 300
    assert [rule.key for rule in rules if rule.key.partition(".")[0] not in Group.values] == []
    assert {rule.status for rule in rules} == set(Status)
    assert {rule.kind for rule in rules} == set(Kind)
    assert len({pack.region for pack in shipped()}) == len(shipped())
    too_long = [r for r in rules if len(r.key) > 80 or len(r.citation) > 300 or len(r.note) > 500]
    assert too_long == []
    assert [r.key for r in rules if r.status == Status.STATUTE and "《" not in r.citation] == []
    assert [r.key for r in rules if "转载" in r.citation and r.status != Status.UNCONFIRMED] == []


def test_the_same_key_is_of_one_measure_of_kind_everywhere_but_for_days():
    """A caller that asks for days gets days or working days; any other kind is the same in every region."""
    kinds = {}
    for pack in shipped():
        for rule in pack.rules:
            counted = rule.kind in {Kind.DAYS, Kind.WORKING_DAYS}
            kinds.setdefault(rule.key, set()).add("counted" if counted else rule.kind)
    assert {key: found for key, found in kinds.items() if len(found) > 1} == {}
