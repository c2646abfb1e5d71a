"""What holds of every answer: strict content policy, headers, cookies, closed doors, the same 404 for all."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings as in_force
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from unionhall.desk.tests.test_administrators import names_and_addresses
from unionhall.kernel import actions
from unionhall.kernel.models import LogEntry
from unionhall.kernel.terms import Role
from unionhall.kernel.testing.acts import do
from unionhall.kernel.testing.answers import closed
from unionhall.kernel.testing.units import make_unit, make_user

pytestmark = pytest.mark.django_db
HOUSE = Path(in_force.PACKAGE)
INLINE = re.compile(
    r"""<[^>]*?\s(?:style|on[a-z]+)\s*=|<script(?![^>]*\ssrc=)|<style\b|javascript:""", re.IGNORECASE
)
NONCE = re.compile(r'csrfmiddlewaretoken" value="[^"]+"|X-CSRFToken": "[^"]+"')
CLOSED = [
    "signup/",
    "signup/passkey/",
    "email/",
    "confirm-email/",
    "confirm-email/abc/",
    "password/set/",
    "password/reset/",
    "password/reset/done/",
    "password/reset/key/1-abc/",
    "password/reset/key/done/",
    "login/code/",
    "login/code/confirm/",
    "phone/verify/",
    "phone/change/",
    "3rdparty/",
    "social/login/cancelled/",
    "sessions/",
    "2fa/webauthn/",
    "2fa/webauthn/add/",
    "2fa/trust/",
]
ENTRANCES = ["account_login", "account_inactive"]
OWN = ["account_logout", "account_change_password", "account_reauthenticate", "mfa_index"]


def policy(response):
    return dict(part.strip().partition(" ")[::2] for part in response["Content-Security-Policy"].split(";"))


def is_strict(response):
    found = policy(response)
    text = response["Content-Security-Policy"]
    return found["default-src"] == "'self'" and not re.search(
        r"unsafe|\*|http:|https:|script-src|style-src", text
    )


def has_headers(response):
    wanted = {
        "X-Frame-Options": "DENY",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
    }
    return {name: response.headers.get(name) for name in wanted} == wanted


def inline(response):
    if response.streaming or "html" not in response.headers.get("Content-Type", ""):
        return []
    return [found.group()[:80] for found in INLINE.finditer(response.content.decode())]


def without_nonces(response):
    return NONCE.sub("", response.content.decode())


@pytest.mark.parametrize("name", ["reviewer", "leader", "security", "audit", "worker", ""])
def test_every_page_has_a_strict_policy_and_nothing_inline(actors, client, name):
    if name:
        client.force_login(getattr(actors, name).user)
    for url in [*names_and_addresses().values(), *map(reverse, ENTRANCES + OWN), "/there/is/nothing/"]:
        response = client.post(url, {}) if name == "reviewer" else client.get(url)
        assert is_strict(response), url
        assert has_headers(response), url
        assert inline(response) == [], url
        closed(response)


def test_no_template_has_style_script_or_handler_in_it():
    found = [
        (path.relative_to(HOUSE).as_posix(), match.group()[:60])
        for path in sorted(HOUSE.rglob("*.html"))
        for match in INLINE.finditer(path.read_text("utf-8"))
    ]
    assert found == []


def test_the_scan_finds_what_it_looks_for():
    for bad in (
        '<p style="x">',
        '<a href="/" onclick="x">',
        "<script>x</script>",
        "<style>x",
        '<a href="javascript:x">',
    ):
        assert INLINE.search(bad), bad
    for good in ('<script src="/x.js"></script>', '<p class="style">', "<p>one = two</p>"):
        assert not INLINE.search(good), good


def test_an_export_has_the_policy_too(actors, enter):
    response = enter(actors.security).get(reverse("desk.account"), {"export": "xlsx"})
    assert response.status_code == 200
    assert response.streaming
    assert is_strict(response)
    assert has_headers(response)
    assert response["Cache-Control"] == "private, no-store"
    assert LogEntry.objects.filter(action="kernel.export").count() == 1
    closed(response)


def test_a_broken_page_says_so_by_itself_and_keeps_the_policy(actors, monkeypatch):
    def broken(*_args, **_facts):
        raise ZeroDivisionError

    client = Client(raise_request_exception=False)
    client.force_login(actors.clerk.user)
    monkeypatch.setattr("unionhall.desk.staff.home.inbox", broken)
    response = client.get(reverse("desk.inbox"))
    assert response.status_code == 500
    assert is_strict(response)
    assert inline(response) == []
    assert "ZeroDivisionError" not in response.content.decode()
    assert "hx-" not in response.content.decode()


def test_a_form_without_its_token_is_refused_with_the_policy(actors):
    client = Client(enforce_csrf_checks=True)
    client.force_login(actors.clerk.user)
    response = client.post(reverse("switch"), {"appointment": "0"})
    assert response.status_code == 403
    assert is_strict(response)
    assert inline(response) == []


@pytest.mark.parametrize("page", CLOSED)
def test_what_allauth_could_and_this_house_does_not_is_closed(actors, client, page):
    for _ in range(2):
        assert client.get(f"/accounts/{page}").status_code == 404
        assert client.post(f"/accounts/{page}", {"email": "a@example.org"}).status_code == 404
        client.force_login(actors.clerk.user)


def test_a_stranger_reads_the_same_as_where_nothing_is(units, actors, client):
    today = timezone.localdate()
    above = actions.appoint(
        actors.machine, user=make_user("above"), unit=units.province, role=Role.LEADER, on=today
    )
    client.force_login(actors.security.user)
    for hidden, page in ((above, "desk.appointment.one"), (above.user, "desk.account.one")):
        there, missing = (reverse(page, args=[pk]) for pk in (hidden.pk, 999_999))
        first, second = client.get(there), client.get(missing)
        assert (first.status_code, second.status_code) == (404, 404)
        assert without_nonces(first).replace(there, "") == without_nonces(second).replace(missing, "")
        assert first.headers.keys() == second.headers.keys()


def test_an_entry_of_the_log_out_of_reach_reads_as_one_that_is_not_there(units, actors, client):
    do(lambda: make_unit("别处的工会", "single", units.nation))
    hidden = LogEntry.objects.latest("number")
    client.force_login(actors.auditor.user)
    there, missing = (reverse("desk.log.one", args=[number]) for number in (hidden.number, 999_999))
    first, second = client.get(there), client.get(missing)
    assert (first.status_code, second.status_code) == (404, 404)
    assert without_nonces(first).replace(there, "") == without_nonces(second).replace(missing, "")


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(actors, client, log_in):
    response = log_in(actors.clerk.user.username)
    cookie = response.cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    chosen = client.post(reverse("theme"), {"theme": "dark"}).cookies["theme"]
    assert chosen["httponly"]
    assert chosen["samesite"] == "Lax"


@pytest.fixture(scope="module")
def behind_tls(tmp_path_factory):
    """What a machine behind TLS says: Django's own check, then some settings."""
    say = (
        "from django.conf import settings as s; from django.core.management import call_command;"
        "import django; django.setup(); call_command('check', deploy=True, fail_level='WARNING');"
        "print(s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_SSL_REDIRECT, s.SECURE_HSTS_SECONDS,"
        "s.ADMIN_MFA, s.ALLAUTH_TRUSTED_PROXY_COUNT, s.DEBUG)"
    )
    known = {"PATH": os.environ["PATH"], "PYTHONPATH": str(HOUSE.parent)}
    wanted = {
        "DJANGO_SETTINGS_MODULE": "unionhall.site.settings",
        "UNIONHALL_TLS": "1",
        "UNIONHALL_HOME": str(tmp_path_factory.mktemp("home")),
    }
    return subprocess.run(  # noqa: S603  this very interpreter
        [sys.executable, "-c", say], env=known | wanted, capture_output=True, text=True, check=False
    )


def test_behind_tls_django_finds_nothing_to_say(behind_tls):
    assert behind_tls.returncode == 0, behind_tls.stderr
    assert behind_tls.stdout.splitlines() == [
        "System check identified no issues (0 silenced).",
        "True True True 31536000 True 1 False",
    ]
