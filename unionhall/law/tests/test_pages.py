from datetime import date
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.urls import reverse

from unionhall.kernel.models import Unit
from unionhall.kernel.writing import Actor
from unionhall.law.actions import load_calendar
from unionhall.law.lookup import lookup, stands_for
from unionhall.law.models import Holiday, Rule

ANSWER = "bargaining.answer_days"


@pytest.fixture
def enter(client, house):
    """Logs an actor of the house in."""

    def make(who):
        client.force_login(getattr(house, who).user, backend=settings.AUTHENTICATION_BACKENDS[-1])
        return client

    return make


def text(client, name, *keys, **query):
    answer = client.get(reverse(name, args=keys), query)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.usefixtures("packs")
def test_the_list_is_narrowed_by_group_region_certainty_and_text(enter):
    client = enter("auditor")
    found = text(client, "law.rule", group="bargaining", place="31")
    assert "《上海市集体合同条例》" in found
    assert "《浙江省集体合同条例》" not in found
    assert "《上海市工会条例》" not in found
    found = text(client, "law.rule", place="000000", status="unconfirmed", group="rights")
    assert "工会劳动法律监督办法" in found
    assert "仲裁法" not in found
    assert "深圳市福田区总工会" in text(client, "law.rule", q="委员名额")
    assert "深圳市福田区总工会" not in text(client, "law.rule", place="own")


@pytest.mark.usefixtures("packs")
def test_the_list_asks_few_queries(enter, django_assert_max_num_queries):
    client = enter("auditor")
    with django_assert_max_num_queries(12):
        text(client, "law.rule")


@pytest.mark.usefixtures("packs")
def test_the_page_of_a_rule_shows_its_article_and_the_same_rule_elsewhere(enter):
    rule = Rule.objects.get(key=ANSWER, region="33")
    found = text(enter("clerk"), "law.rule.one", rule.pk)
    assert "《浙江省集体合同条例》" in found
    assert "北京市" in found
    assert reverse("law.rule.override", args=[rule.pk]) not in found


@pytest.mark.usefixtures("packs")
def test_a_reviewer_adds_overrides_and_retires_on_pages(enter):
    client = enter("in_hangzhou")
    above = Rule.objects.get(key=ANSWER, region="33")
    stated = {"value": "8", "since": "2026-03-01", "citation": "杭州市办法", "status": "statute"}
    assert reverse("law.rule.override", args=[above.pk]) in text(client, "law.rule.one", above.pk)
    over = reverse("law.rule.override", args=[above.pk])
    assert client.post(over, stated | {"value": "soon"}).status_code == 422
    assert client.post(over, stated).status_code == 302
    made = Rule.objects.get(key=ANSWER, region="3301")
    assert (made.value, made.overrides) == ("8", above)
    new = stated | {"key": "assistance.visit_days", "title": "走访期限", "kind": "days"}
    assert client.post(reverse("law.rule.add"), new).status_code == 302
    assert Rule.objects.get(key="assistance.visit_days").region == "3301"
    gone = {"on": "2026-06-01", "reason": "办法已废止"}
    assert client.post(reverse("law.rule.retire", args=[above.pk]), gone).status_code == 422
    assert client.post(reverse("law.rule.retire", args=[made.pk]), gone).status_code == 302
    made.refresh_from_db()
    assert made.retired == date(2026, 6, 1)
    assert reverse("law.rule.retire", args=[made.pk]) not in text(client, "law.rule.one", made.pk)


def test_the_calendar_shows_a_year_and_warns_of_one_that_is_not_known(enter):
    load_calendar(Actor.machine())
    client = enter("clerk")
    found = text(client, "law.calendar", year="2024")
    assert "02-04 春节" in found
    assert 'class="u-state u-tone-warn"' not in found
    assert 'class="u-state u-tone-warn"' in text(client, "law.calendar", year="2030")
    assert "<h2>99999</h2>" not in text(client, "law.calendar", year="99999")
    assert "<h2>" in text(client, "law.calendar", year="nonsense")


def test_the_unit_at_the_top_sets_and_removes_a_day_on_pages(enter):
    client = enter("in_nation")
    stated = {"date": "2027-01-01", "kind": "holiday", "name": "元旦"}
    assert reverse("law.holiday.set-holiday") in text(client, "law.calendar", year="2027")
    assert client.post(reverse("law.holiday.set-holiday"), stated).status_code == 302
    day = Holiday.objects.get()
    assert client.get(reverse("law.holiday.one", args=[day.pk])).status_code == 200
    gone = client.post(reverse("law.holiday.remove-holiday", args=[day.pk]))
    assert (gone.status_code, gone["Location"]) == (302, reverse("law.holiday"))
    assert not Holiday.objects.exists()


def test_below_the_top_the_refusal_says_who_may_change_the_calendar(enter):
    stated = {"date": "2027-01-01", "kind": "holiday", "name": "元旦"}
    assert enter("in_hangzhou").post(reverse("law.holiday.set-holiday"), stated).status_code == 422
    assert enter("clerk").post(reverse("law.holiday.set-holiday"), stated).status_code == 403
    assert not Holiday.objects.exists()


@pytest.mark.usefixtures("db")
def test_the_command_loads_both_and_says_what_it_did():
    first, second = StringIO(), StringIO()
    call_command("law", "load", stdout=first)
    rows = Rule.objects.count()
    assert f"{rows} added" in first.getvalue()
    call_command("law", "load", stdout=second)
    assert f"0 added, 0 ended, 0 corrected, {rows} as before" in second.getvalue()
    assert " 0 days" in second.getvalue()


@pytest.mark.usefixtures("db")
def test_an_installation_begins_with_its_region_its_rules_and_its_calendar():
    call_command("begin", "杭州市总工会", region="330100", stdout=StringIO())
    unit = Unit.objects.get()
    assert stands_for(unit) == "3301"
    assert lookup(ANSWER, unit=unit, on=date(2026, 3, 1)).days == 10
    assert Holiday.objects.exists()


@pytest.mark.usefixtures("db")
def test_an_installation_with_a_region_that_is_none_does_not_begin():
    with pytest.raises(CommandError, match="region code"):
        call_command("begin", "杭州市总工会", region="3", stdout=StringIO())
    assert not Unit.objects.exists()
    assert not Rule.objects.exists()
