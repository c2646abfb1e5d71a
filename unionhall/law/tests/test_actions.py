from dataclasses import replace
from datetime import date

import pytest

from unionhall.kernel.models import LogEntry
from unionhall.kernel.terms import NotAllowed, Refused
from unionhall.kernel.writing import Actor
from unionhall.law import actions
from unionhall.law.lookup import lookup
from unionhall.law.models import Holiday, Rule
from unionhall.law.rules.days import DayKind
from unionhall.law.rules.packs import shipped

ON, LATER = date(2026, 3, 1), date(2026, 7, 1)
ANSWER = "bargaining.answer_days"
STATED = {
    "key": "assistance.visit_days",
    "title": "入户走访期限",
    "value": "7",
    "kind": "working_days",
    "since": ON,
    "citation": "杭州市总工会通知",
    "status": "official",
}
OVER = {"value": "8", "since": ON, "citation": "杭州市集体协商办法", "status": "statute"}
MACHINE = Actor.machine()


def rule(region, key=ANSWER):
    return Rule.objects.get(key=key, region=region)


def test_a_reviewer_adds_a_rule_for_the_region_of_her_federation(house):
    made = actions.add(house.in_hangzhou, **STATED)
    assert (made.region, made.pack, made.status) == ("3301", "", "official")
    assert lookup(STATED["key"], unit=house.factory, on=ON).days == 7
    entry = LogEntry.objects.get(action="law.add")
    assert entry.detail["facts"]["value"] == "7"
    assert str(entry.subject_pk) == str(made.pk)


@pytest.mark.parametrize("who", ["in_township", "in_factory", "in_plant", "clerk", "auditor"])
def test_whoever_stands_for_no_region_or_may_only_read_adds_nothing(house, state, who):
    before = state()
    with pytest.raises(NotAllowed):
        actions.add(getattr(house, who), **STATED)
    assert state() == before


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"value": "7.5"}, "value"),
        ({"key": "Visit days"}, "key"),
        ({"citation": ""}, "citation"),
        ({"until": ON}, "until"),
        ({"status": "sure"}, "status"),
        ({"title": ""}, "title"),
    ],
)
def test_a_faulty_rule_is_refused_at_its_field(house, state, wrong, field):
    before = state()
    with pytest.raises(Refused) as refused:
        actions.add(house.in_hangzhou, **STATED | wrong)
    assert {reason.field for reason in refused.value.reasons} == {field}
    assert state() == before


def test_a_second_rule_of_one_key_region_and_day_is_refused_and_a_later_one_is_not(house, state):
    actions.add(house.in_hangzhou, **STATED)
    before = state()
    with pytest.raises(Refused, match="begins on 2026-03-01 already"):
        actions.add(house.in_hangzhou, **STATED | {"value": "9"})
    assert state() == before
    actions.add(house.in_hangzhou, **STATED | {"value": "9", "since": LATER})
    found = [lookup(STATED["key"], region="3301", on=day).days for day in (ON, LATER)]
    assert found == [7, 9]


@pytest.mark.usefixtures("packs")
def test_a_rule_of_the_nation_or_province_is_overridden_for_ones_own_region_only(house):
    made = actions.override(house.in_hangzhou, rule=rule("33"), **OVER)
    assert (made.region, made.key, made.kind, made.overrides) == ("3301", ANSWER, "working_days", rule("33"))
    assert lookup(ANSWER, unit=house.factory, on=ON).days == 8
    assert lookup(ANSWER, unit=house.zhejiang, on=ON).days == 10
    assert lookup(ANSWER, unit=house.factory, on=date(2026, 2, 28)).days == 10


@pytest.mark.usefixtures("packs")
def test_a_rule_of_another_region_is_not_overridden(house, state):
    before = state()
    for who, region in (
        ("in_hangzhou", "31"),
        ("in_zhejiang", "31"),
        ("in_nation", "33"),
        ("in_township", ""),
    ):
        with pytest.raises(NotAllowed):
            actions.override(getattr(house, who), rule=rule(region), **OVER)
    assert state() == before


@pytest.mark.usefixtures("packs")
def test_ones_own_rule_is_overridden_from_a_later_day_only(house, state):
    own = rule("33")
    before = state()
    with pytest.raises(Refused, match="give a day after"):
        actions.override(house.in_zhejiang, rule=own, **OVER | {"since": own.since})
    assert state() == before
    actions.override(house.in_zhejiang, rule=own, **OVER)
    assert [lookup(ANSWER, region="33", on=day).days for day in (date(2026, 2, 28), ON)] == [10, 8]


@pytest.mark.usefixtures("packs")
def test_a_retired_rule_gives_way_to_that_of_the_wider_region(house, state):
    actions.retire(house.in_zhejiang, rule=rule("33"), on=LATER, reason="条例已废止")
    assert [lookup(ANSWER, region="33", on=day).days for day in (ON, LATER)] == [10, 20]
    assert LogEntry.objects.get(action="law.retire").detail["facts"]["reason"] == "条例已废止"
    before = state()
    with pytest.raises(Refused, match="retired already"):
        actions.retire(house.in_zhejiang, rule=rule("33"), on=LATER, reason="again")
    assert state() == before


@pytest.mark.usefixtures("packs")
def test_a_rule_is_retired_by_its_own_region_with_a_reason_and_before_it_ends(house, state):
    before = state()
    for who, region in (("in_hangzhou", "33"), ("in_nation", "33"), ("in_zhejiang", ""), ("clerk", "33")):
        with pytest.raises(NotAllowed):
            actions.retire(getattr(house, who), rule=rule(region), on=LATER, reason="no")
    with pytest.raises(Refused, match="why"):
        actions.retire(house.in_zhejiang, rule=rule("33"), on=LATER, reason=" ")
    ended = Rule.objects.get(key="unions.committee_from", region="", status="unconfirmed")
    with pytest.raises(Refused, match="ends anyway"):
        actions.retire(house.in_nation, rule=ended, on=LATER, reason="old")
    assert state() == before


def test_the_same_packs_twice_change_nothing(packs):
    rows = list(Rule.objects.order_by("pk").values_list())
    assert packs.added == len(rows) == sum(len(pack.rules) for pack in shipped())
    again = actions.load_packs(MACHINE, packs=shipped())
    assert (again.added, again.closed, again.amended, again.kept, again.local) == (0, 0, 0, len(rows), 0)
    assert list(Rule.objects.order_by("pk").values_list()) == rows


def changed(name, key, **facts):
    """The shipped packs with one rule changed."""
    return [
        replace(
            pack,
            rules=tuple(replace(r, **facts) if (pack.name, r.key) == (name, key) else r for r in pack.rules),
        )
        for pack in shipped()
    ]


@pytest.mark.usefixtures("packs")
def test_a_changed_number_ends_the_former_row_on_its_own_day():
    loaded = actions.load_packs(MACHINE, packs=changed("shanghai", ANSWER, value="12", since=ON))
    assert (loaded.added, loaded.closed, loaded.amended) == (1, 1, 0)
    rows = Rule.objects.filter(key=ANSWER, region="31").order_by("since")
    assert [(row.value, row.until) for row in rows] == [("15", ON), ("12", None)]
    found = [lookup(ANSWER, region="31", on=day).days for day in (date(2026, 2, 28), ON)]
    assert found == [15, 12]


@pytest.mark.usefixtures("packs")
def test_a_changed_number_without_a_day_of_its_own_is_refused(state):
    before = state()
    with pytest.raises(Refused, match="from 15 to 12"):
        actions.load_packs(MACHINE, packs=changed("shanghai", ANSWER, value="12"))
    assert state() == before


@pytest.mark.usefixtures("packs")
def test_a_citation_is_corrected_in_place():
    loaded = actions.load_packs(
        MACHINE, packs=changed("shanghai", ANSWER, citation="《上海市集体合同条例》第九条")
    )
    assert (loaded.added, loaded.closed, loaded.amended) == (0, 0, 1)
    assert lookup(ANSWER, region="31", on=ON).article == "《上海市集体合同条例》第九条"


@pytest.mark.usefixtures("packs")
def test_packs_leave_what_was_entered_in_the_house_and_what_was_retired(house):
    actions.override(house.in_shanghai, rule=rule("31"), **OVER)
    actions.retire(house.in_zhejiang, rule=rule("33"), on=ON, reason="条例已废止")
    loaded = actions.load_packs(MACHINE, packs=changed("shanghai", ANSWER, value="12", since=ON))
    assert (loaded.added, loaded.local) == (0, 1)
    assert lookup(ANSWER, region="31", on=ON).days == 8
    assert lookup(ANSWER, region="33", on=ON).days == 20


def test_the_unit_at_the_top_sets_and_removes_a_day(house):
    day = date(2027, 1, 1)
    made = actions.set_holiday(
        house.in_nation, date=day, kind=DayKind.HOLIDAY, name="元旦", source="国务院办公厅"
    )
    again = actions.set_holiday(house.in_nation, date=day, kind=DayKind.HOLIDAY, name="新年")
    assert (made.pk, Holiday.objects.get().name) == (again.pk, "新年")
    actions.remove_holiday(house.in_nation, holiday=made)
    assert not Holiday.objects.exists()
    with pytest.raises(Refused, match="already"):
        actions.remove_holiday(house.in_nation, holiday=again)


def test_below_the_top_and_by_readers_no_day_is_set_or_removed(house, state):
    day = actions.set_holiday(house.in_nation, date=date(2027, 1, 1), kind="holiday", name="元旦")
    before = state()
    for who in ("in_zhejiang", "in_hangzhou", "clerk", "auditor"):
        with pytest.raises(NotAllowed):
            actions.set_holiday(getattr(house, who), date=date(2027, 1, 4), kind="holiday", name="元旦")
        with pytest.raises(NotAllowed):
            actions.remove_holiday(getattr(house, who), holiday=day)
    assert state() == before


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"kind": "make_up"}, "date"), ({"kind": "party"}, "kind"), ({"name": " "}, "name")],
)
def test_a_faulty_day_is_refused_at_its_field(house, state, wrong, field):
    before = state()
    with pytest.raises(Refused) as refused:
        actions.set_holiday(
            house.in_nation, **{"date": date(2027, 1, 1), "kind": "holiday", "name": "元旦"} | wrong
        )
    assert [reason.field for reason in refused.value.reasons] == [field]
    assert state() == before


def test_the_calendar_is_loaded_once_and_what_was_entered_stays(house):
    actions.set_holiday(house.in_nation, date=date(2026, 1, 1), kind="holiday", name="新年")
    first = actions.load_calendar(MACHINE)
    assert Holiday.objects.count() == first + 1 > 700
    assert Holiday.objects.get(date=date(2026, 1, 1)).name == "新年"
    assert Holiday.objects.get(date=date(2026, 10, 10)).kind == DayKind.MAKE_UP
    assert actions.load_calendar(MACHINE) == 0
    removed = Holiday.objects.get(date=date(2026, 10, 10))
    actions.remove_holiday(house.in_nation, holiday=removed)
    assert actions.load_calendar(MACHINE) == 0


def test_only_a_machine_loads(house, state):
    before = state()
    with pytest.raises(NotAllowed):
        actions.load_packs(house.in_nation, packs=shipped())
    with pytest.raises(NotAllowed):
        actions.load_calendar(house.in_nation)
    assert state() == before
    assert not Rule.objects.exists()
