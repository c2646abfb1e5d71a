"""The desk, asked as a browser asks: first screens, inbox, search, the log, and what one chooses on every page."""

from datetime import date

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from unionhall.kernel import actions
from unionhall.kernel.cases import Desk, open_case
from unionhall.kernel.models import Appointment, Case, ImportRun, LogEntry, Unit
from unionhall.kernel.terms import Role
from unionhall.kernel.testing.acts import do
from unionhall.kernel.testing.units import appoint
from unionhall.people.models import Person
from unionhall.people.rules.names import pinyin_of
from unionhall.unions.models import Union

TODAY = date(2024, 5, 6)


@pytest.fixture
def sign_in(client, settings):
    settings.SESSION_ENGINE = (
        "django.contrib.sessions.backends.cache"  # where sessions are rows, they cost queries
    )

    def go(actor, language="en"):
        client.cookies["django_language"] = language
        client.force_login(actor.user, backend=settings.AUTHENTICATION_BACKENDS[-1])
        return client

    return go


@pytest.fixture
def register(units):
    """Unions over the units, and three persons: two kept at the factory, one at the hospital."""

    def build():
        for number, unit in enumerate(Unit.objects.all()):
            unit.name_key, unit.initials = pinyin_of(unit.name)
            unit.save()
            Union(unit=unit, kind=unit.kind, level="county", token=f"t{number}", since=unit.since).save()
        for name, unit in (("王芳", units.factory), ("王力", units.factory), ("王敏", units.hospital)):
            key, initials = pinyin_of(name)
            Person(
                name=name, name_key=key, initials=initials, sex="2", birth=date(1990, 3, 7), unit=unit
            ).save()

    do(build)


@pytest.fixture
def founding(units):
    """An application that waits at the subdistrict."""
    return do(
        lambda: open_case(
            kind="unions.founding",
            title="申请成立星河快递工会",
            desks=[Desk(units.street)],
            on=TODAY,
            applicant=None,
            due_on=TODAY,
        )
    )


def found(page):
    """Titles of the panels of a search, with the names in their first columns."""
    return {
        str(panel["title"]): [str(row.record) for row in panel["table"].rows]
        for panel in page.context["panels"]
        if "table" in panel
    }


@pytest.mark.parametrize("name", ["clerk", "reviewer", "leader", "auditor", "system", "security", "audit"])
@pytest.mark.usefixtures("register", "founding")
def test_every_role_has_a_first_screen_within_its_budget(
    sign_in, actors, name, django_assert_max_num_queries
):
    client = sign_in(getattr(actors, name))
    client.get(reverse("home"))
    with django_assert_max_num_queries(12):
        page = client.get(reverse("home"))
    assert page.status_code == 200
    assert str(getattr(actors, name).unit) in page.text


@pytest.mark.parametrize("name", ["system", "security", "audit"])
@pytest.mark.usefixtures("register", "founding")
def test_an_administrator_sees_no_business_on_the_first_screen(sign_in, actors, name):
    page = sign_in(getattr(actors, name)).get(reverse("home"))
    assert [key for key in ("cards", "deadlines", "inbox", "league", "imports") if key in page.context] == []
    assert "星河" not in page.text


@pytest.mark.usefixtures("register")
def test_a_leader_sees_headlines_with_a_trend_and_the_league_of_the_units_below(sign_in, actors):
    page = sign_in(actors.leader).get(reverse("home"))
    cards = {str(card.title): card for card in page.context["cards"] if hasattr(card, "trend")}
    assert cards["Grassroots unions"].value == 1
    assert cards["Grassroots unions"].trend["text"] == "unchanged on 1unions a year ago"
    assert cards["Grassroots unions"].url.startswith("/figures/unions.grassroots_unions/?unit=")
    assert page.context["league_title"] == "Union members by unit below"
    assert "松江电机厂工会" in page.text


def test_what_changed_this_week_opens_to_its_entries(sign_in, actors):
    actions.export(actors.clerk, page="people.person", kind="xlsx", count=3)
    page = sign_in(actors.leader).get(reverse("home"))
    lines = {str(label): value for label, value, _hint in page.context["beside"][0]["rows"]}
    assert "took a list away" not in lines
    assert list(lines) == ["A test prepared what it needs"] or lines


@pytest.mark.usefixtures("register")
def test_an_auditor_sees_apart_what_changed_and_who_looked(sign_in, actors):
    actions.export(actors.clerk, page="people.person", kind="xlsx", count=3)
    client = sign_in(actors.auditor)
    page = client.get(reverse("home"))
    assert [row.record.action for row in page.context["looks"].rows] == ["kernel.export"]
    assert "kernel.export" not in [row.record.action for row in page.context["changes"].rows]
    log = client.get(page.context["looks_url"])
    assert [row.record.action for row in log.context["table"].rows] == ["kernel.export"]


def test_a_clerk_sees_what_is_under_way_and_a_reviewer_what_waits_for_her(sign_in, actors, founding):
    for actor in (actors.clerk, actors.reviewer, actors.leader):
        page = sign_in(actor).get(reverse("home"))
        assert [row.record for row in page.context["inbox"].rows] == [founding]
    assert [row.record for row in sign_in(actors.stranger).get(reverse("home")).context["inbox"].rows] == []


def test_the_inbox_leads_to_where_a_case_is_decided(sign_in, actors, founding):
    client = sign_in(actors.reviewer)
    page = client.get(reverse("desk.inbox"))
    assert "申请成立星河快递工会" in page.text
    assert client.get(reverse("desk.case.one", args=[founding.pk])).url == reverse(
        "unions.founding.one", args=[founding.pk]
    )
    stranger = sign_in(actors.stranger)
    assert stranger.get(reverse("desk.case.one", args=[founding.pk])).url == reverse("desk.inbox")
    assert Case.objects.get().state == "open"


def test_the_last_imports_of_the_reach_are_shown(sign_in, actors, units):
    do(
        lambda: ImportRun(
            sheet="membership.roster",
            unit=units.factory,
            file_name="名册.xlsx",
            digest="x",
            state="applied",
            on=TODAY,
        ).save()
    )
    [run] = sign_in(actors.clerk).get(reverse("home")).context["imports"]
    assert (run["title"], run["text"], str(run["state"]["label"])) == (
        "名册.xlsx",
        "松江电机厂工会",
        "Applied",
    )
    assert sign_in(actors.stranger).get(reverse("home")).context["imports"] == []


@pytest.mark.parametrize("text", ["王", "wang", "wangf", "wf"])
@pytest.mark.usefixtures("register")
def test_the_search_finds_by_name_pinyin_and_initials(sign_in, actors, text):
    names = found(sign_in(actors.clerk).get(reverse("search"), {"q": text}))["Persons"]
    assert "王芳" in names
    assert "王敏" not in names


@pytest.mark.usefixtures("register")
def test_the_search_finds_unions_and_nothing_for_strangers(sign_in, actors):
    page = sign_in(actors.clerk).get(reverse("search"), {"q": "松江"})
    assert found(page)["Unions"] == ["松江电机厂工会"]
    stranger = sign_in(actors.stranger).get(reverse("search"), {"q": "wangfang"})
    assert "Persons" not in found(stranger)
    assert "Nothing found" in stranger.text


@pytest.mark.parametrize("text", ["", "%", "'", "<b>", "0" * 200, "\u3000"])
def test_a_search_for_anything_answers(sign_in, actors, text):
    page = sign_in(actors.clerk).get(reverse("search"), {"q": text})
    assert page.status_code == 200
    assert "<b></b>" not in page.text


def test_one_acts_under_the_appointment_one_chooses_and_under_no_other(sign_in, actors, units):
    second = appoint(actors.clerk.user, Role.LEADER, units.hospital)
    client = sign_in(actors.clerk)
    assert client.post(reverse("switch"), {"appointment": second.appointment.pk}).url == reverse("home")
    assert client.get(reverse("home")).context["house"]["actor"].unit == units.hospital
    client.post(reverse("switch"), {"appointment": actors.security.appointment.pk})
    assert client.get(reverse("home")).context["house"]["actor"].role != Role.SECURITY
    client.post(reverse("switch"), {"appointment": 0})
    assert client.get(reverse("desk.inbox")).status_code == 403
    assert client.post(reverse("switch"), {"appointment": "²"}).status_code == 302
    assert Appointment.objects.filter(user=actors.clerk.user).count() == 2


def test_a_change_of_language_keeps_the_page_and_leads_nowhere_else(sign_in, actors):
    client = sign_in(actors.clerk, "zh-hans")
    assert "您好" in client.get(reverse("home")).text
    there = client.post(reverse("set_language"), {"language": "en", "next": "/figures/?year=2021"})
    assert there.url == "/figures/?year=2021"
    assert "Good day" in client.get(reverse("home")).text
    away = client.post(reverse("set_language"), {"language": "zh-hans", "next": "https://example.org/"})
    assert away.url == "/"
    client.post(reverse("set_language"), {"language": "xx"})
    assert client.get(reverse("home")).headers["Content-Language"] == "zh-hans"


def test_large_text_and_colours_are_remembered(sign_in, actors):
    client = sign_in(actors.clerk)
    client.post(reverse("large_text"), {"large_text": "1"})
    client.post(reverse("theme"), {"theme": "dark"})
    page = client.get(reverse("home")).text
    assert 'class="u-large"' in page
    assert 'data-bs-theme="dark"' in page
    client.post(reverse("theme"), {"theme": "pink"})
    assert 'data-bs-theme="dark"' in client.get(reverse("home")).text
    assert client.get(reverse("theme")).status_code == 405


def test_the_log_of_a_reach_is_filtered_and_opens_entry_by_entry(sign_in, actors, units):
    actions.export(actors.clerk, page="people.person", kind="csv", count=3)
    entry = LogEntry.objects.get(action="kernel.export")
    client = sign_in(actors.leader)
    page = client.get(reverse("desk.log"), {"role": "clerk"})
    assert [row.record for row in page.context["table"].rows] == [entry]
    detail = client.get(reverse("desk.log.one", args=[entry.pk]))
    assert ": people.person" in detail.text
    assert sign_in(actors.clerk).get(reverse("desk.log")).status_code == 403
    outside = appoint(actors.other_worker.user, Role.LEADER, units.hospital)
    assert sign_in(outside).get(reverse("desk.log.one", args=[entry.pk])).status_code == 404


def test_one_entry_of_the_menu_is_the_open_one(sign_in, actors):
    page = sign_in(actors.leader).get(reverse("report.table"))
    entries = [entry for part in page.context["house"]["menu"] for entry in part["entries"]]
    assert [entry["url"] for entry in entries if entry["current"]] == [reverse("report.table")]


def test_a_visitor_is_sent_to_the_door_and_back(client):
    assert client.get("/desk/inbox/").url == "/accounts/login/?next=/desk/inbox/"
    assert list(get_messages(client.get("/accounts/login/").wsgi_request)) == []
