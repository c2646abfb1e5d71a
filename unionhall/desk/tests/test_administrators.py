"""The three administrators: which pages of the whole house each may open, and that none sees business data."""

from datetime import date

import pytest
from django.db.models import QuerySet
from django.urls import URLPattern, get_resolver, reverse
from django.utils import translation

from unionhall.kernel.models import LogEntry, Unit
from unionhall.kernel.testing.acts import do, open_log
from unionhall.kernel.units import place

pytestmark = pytest.mark.django_db
ONES_OWN = {
    "home",
    "unit_names",
    "account_login",
    "account_logout",
    "account_inactive",
    "account_change_password",
    "account_reauthenticate",
    "mfa_index",
    "mfa_activate_totp",
    "mfa_authenticate",
    "mfa_deactivate_totp",
    "mfa_reauthenticate",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_download_recovery_codes",
    "set_language",
    "theme",
    "large_text",
    "switch",
}
# What any account may ask for itself, in whatever role it acts: it shows the public names of unions and one's own rows.
ANYBODY = {
    "membership.join",
    "membership.join.where",
    "membership.join.confirm",
    "membership.join.done",
    "unions.apply",
    "unions.requests",
}
OWN = {
    "system": {"desk.machine"},
    "security": {
        "desk.account",
        "desk.account.one",
        "desk.account.open-account",
        "desk.account.appoint",
        "desk.account.set-active",
        "desk.account.give-password",
        "desk.account.drop-second-factor",
        "desk.appointment",
        "desk.appointment.one",
        "desk.appointment.dismiss",
        "desk.lockout",
        "desk.lockout.lift",
    },
    "audit": {"desk.trail", "desk.trail.one", "desk.chain", "desk.logins"},
}
ADMINISTRATORS = sorted(OWN)
ANY = {"int": 1, "str": "x", "slug": "x", "uuid": "00000000-0000-0000-0000-000000000000", "path": "x"}


def patterns(resolver=None):
    """Every address of the house that has a name."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLPattern):
            if pattern.name:
                yield pattern
        else:
            yield from patterns(pattern)


def address(pattern):
    """An address with some value in every gap; `None` for allauth's own, which a test of their own closes."""
    gaps = {
        name: ANY[type(c).__name__.removesuffix("Converter").lower().replace("string", "str")]
        for name, c in pattern.pattern.converters.items()
    }
    return reverse(pattern.name, kwargs=gaps)


def names_and_addresses():
    return {
        pattern.name: address(pattern)
        for pattern in patterns()
        if not pattern.name.startswith(("account_", "mfa_"))
    }


@pytest.mark.parametrize("role", ADMINISTRATORS)
def test_an_administrator_is_kept_out_of_every_page_that_is_not_hers(actors, enter, role):
    client = enter(getattr(actors, role))
    pages = names_and_addresses()
    assert len(pages) > 30
    let_in = set()
    for name, url in pages.items():
        answers = {client.get(url).status_code, client.post(url, {}).status_code}
        if answers - {403, 404, 405}:
            let_in.add(name)
    assert let_in - ONES_OWN - ANYBODY - OWN[role] == set()


@pytest.mark.parametrize("role", ADMINISTRATORS)
def test_an_administrator_opens_her_own_pages(actors, enter, role):
    client = enter(getattr(actors, role))
    lists = [name for name in OWN[role] if name.count(".") == 1]
    assert {name: client.get(reverse(name)).status_code for name in lists} == dict.fromkeys(lists, 200)
    menu = client.get(reverse("home")).context["house"]["menu"]
    assert {entry["url"] for section in menu for entry in section["entries"]} == {
        reverse(name) for name in [*lists, "home"]
    }


@pytest.mark.parametrize("role", ADMINISTRATORS)
def test_the_first_page_of_an_administrator_tells_nothing_of_the_business(actors, enter, told, role):
    page = enter(getattr(actors, role)).get(reverse("home"))
    assert page.status_code == 200
    assert "保密工会" not in page.content.decode()
    assert told.digest not in page.content.decode()
    assert page.context.get("inbox") is None
    assert page.context.get("imports") is None
    assert page.context.get("deadlines") is None


@pytest.mark.parametrize("name", ["clerk", "reviewer", "leader", "auditor", "worker"])
def test_nobody_else_opens_the_pages_of_administrators(actors, enter, name):
    client = enter(getattr(actors, name))
    for page in sorted(set().union(*OWN.values())):
        url = names_and_addresses()[page]
        assert client.get(url).status_code == 403, page
        assert client.post(url, {}).status_code == 403, page


def test_a_visitor_is_sent_to_the_log_in(client, units):
    for page in sorted(set().union(*OWN.values())):
        url = names_and_addresses()[page]
        assert client.get(url)["Location"].startswith(reverse("account_login")), page


# The audit administrator


@pytest.fixture
def told(actors):
    """An act whose facts and changes are business."""
    new = Unit(name="保密工会", short_name="新工会", kind="single")
    do(lambda: place(new, parent=actors.clerk.unit, since=date(2022, 1, 1)))
    entry = LogEntry.objects.latest("number")
    assert "保密工会" in str(entry.detail)
    return entry


def test_the_audit_administrator_sees_that_an_act_was_done_and_not_what_it_was_about(actors, enter, told):
    client = enter(actors.audit)
    listed = client.get(reverse("desk.trail"))
    opened = client.get(reverse("desk.trail.one", args=[told.pk]))
    for page in (listed, opened):
        assert page.status_code == 200
        assert told.digest[:16] in page.content.decode()
        assert "保密工会" not in page.content.decode()
    taken = client.get(reverse("desk.trail"), {"export": "csv"})
    text = b"".join(taken.streaming_content).decode("utf-8-sig")
    assert told.digest[:16] in text
    assert "保密工会" not in text
    assert client.get(reverse("desk.log.one", args=[told.pk])).status_code == 403


def test_an_auditor_sees_what_it_was_about(actors, enter, told):
    page = enter(actors.auditor).get(reverse("desk.log.one", args=[told.pk]))
    assert page.status_code == 200
    assert told.digest in page.content.decode()


def test_the_audit_administrator_verifies_a_chain_that_holds(actors, enter, told):
    client = enter(actors.audit)
    with translation.override("en"):
        assert "The chain holds" not in client.get(reverse("desk.chain")).content.decode()
    client.cookies["django_language"] = "en"
    page = client.post(reverse("desk.chain"))
    assert "The chain holds" in page.content.decode()
    entry = LogEntry.objects.latest("number")
    assert (entry.action, entry.detail["facts"]) == (
        "kernel.note_verification",
        {"entries": told.number, "breaks": 0},
    )


def test_a_break_of_the_chain_is_named(actors, enter, told):
    with open_log():
        QuerySet.update(LogEntry.objects.filter(pk=told.pk), action="kernel.something_else")
    client = enter(actors.audit)
    client.cookies["django_language"] = "en"
    page = client.post(reverse("desk.chain")).content.decode()
    assert "its content was changed after it was written" in page
    assert f"<dt>{told.number}</dt>" in page
    assert LogEntry.objects.latest("number").detail["facts"]["breaks"] == 1


def test_the_audit_administrator_sees_who_logged_in_and_who_failed(actors, enter, log_in):
    log_in("clerk", "wrong")
    page = enter(actors.audit).get(reverse("desk.logins"))
    assert page.status_code == 200
    assert "clerk" in page.content.decode()
