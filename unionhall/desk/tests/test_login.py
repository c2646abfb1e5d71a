"""Logging in: lock-out, what is kept of failures, how long a session lives."""

import logging
import time
from datetime import timedelta

import pytest
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import timezone, translation

from unionhall.kernel import actions
from unionhall.kernel.models import LogEntry, User
from unionhall.kernel.pages.lockouts import lockouts
from unionhall.kernel.pages.middleware import BEGAN
from unionhall.kernel.terms import NotAllowed, Refused
from unionhall.kernel.testing.units import PASSWORD, make_user

pytestmark = pytest.mark.django_db
HOME = reverse("desk.inbox")
ELSEWHERE = {"REMOTE_ADDR": "192.0.2.7"}
IDENTITY_NUMBER, PHONE = "23010219900307012X", "16012345678"


def fail(log_in, name, times, **extra):
    return [log_in(name, f"wrong-{n}", **extra).status_code for n in range(times)]


def admitted(client):
    return client.get(HOME).status_code == 200


def test_the_right_password_lets_in(actors, client, log_in):
    response = log_in(actors.clerk.user.username)
    assert (response.status_code, response["Location"]) == (302, reverse("home"))
    assert admitted(client)


def test_the_fifth_failure_locks_and_then_even_the_right_password_does_not_open(actors, client, log_in):
    assert fail(log_in, actors.clerk.user.username, 5) == [200, 200, 200, 200, 429]
    assert log_in(actors.clerk.user.username).status_code == 429
    assert not admitted(client)


def test_the_lock_says_how_long_it_holds_and_what_to_do(actors, log_in):
    fail(log_in, actors.clerk.user.username, 4)
    with translation.override("en"):
        response = log_in(actors.clerk.user.username, "wrong")
    assert "kernel/lockout.html" in [template.name for template in response.templates]
    assert response.context["minutes"] == 30
    assert "30" in response.content.decode()
    assert response["Retry-After"] == "1800"


def test_a_lock_holds_for_one_address_only(actors, client, log_in):
    fail(log_in, actors.clerk.user.username, 5, **ELSEWHERE)
    assert log_in(actors.clerk.user.username).status_code == 302
    assert admitted(client)


def test_a_lock_holds_for_one_account_only(actors, log_in):
    fail(log_in, actors.clerk.user.username, 5)
    assert log_in(actors.leader.user.username).status_code == 302


def test_capitals_and_blanks_do_not_get_around_the_count(actors, log_in):
    name = actors.clerk.user.username
    for typed in (name, name.upper(), f" {name} ", name.title()):
        fail(log_in, typed, 1)
    assert log_in(name.upper(), "wrong").status_code == 429


def test_another_browser_does_not_get_around_the_count(actors, log_in):
    codes = [
        log_in(actors.clerk.user.username, "wrong", HTTP_USER_AGENT=f"b{n}").status_code for n in range(5)
    ]
    assert codes[-1] == 429


def test_after_half_an_hour_the_lock_is_over(actors, client, log_in):
    fail(log_in, actors.clerk.user.username, 5)
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=30, seconds=1))
    assert log_in(actors.clerk.user.username).status_code == 302
    assert admitted(client)


def test_trying_on_does_not_make_the_lock_longer(actors, log_in):
    fail(log_in, actors.clerk.user.username, 5)
    before = [lock.until for lock in lockouts()]
    assert log_in(actors.clerk.user.username, "wrong").status_code == 429
    assert [lock.until for lock in lockouts()] == before


def test_a_success_forgets_the_failures(actors, client, log_in):
    fail(log_in, actors.clerk.user.username, 4)
    assert log_in(actors.clerk.user.username).status_code == 302
    assert AccessAttempt.objects.count() == 0
    client.logout()
    assert fail(log_in, actors.clerk.user.username, 4) == [200] * 4


def test_a_closed_a_wrong_and_an_unknown_account_get_the_same_answer(actors, log_in):
    User.objects.filter(pk=actors.leader.user.pk).update(is_active=False)
    answers = {
        tuple(map(str, log_in(name, "wrong-password-1").context["form"].non_field_errors()))
        for name in (actors.clerk.user.username, actors.leader.user.username, "nobody-is-called-this")
    }
    assert len(answers) == 1


def test_an_unknown_name_costs_one_password_hash_as_a_known_one_does(actors, log_in, monkeypatch):
    asked = []
    plain, check = User.set_password, User.check_password
    monkeypatch.setattr(User, "set_password", lambda user, raw: (asked.append("hash"), plain(user, raw))[1])
    monkeypatch.setattr(User, "check_password", lambda user, raw: (asked.append("hash"), check(user, raw))[1])
    log_in(actors.clerk.user.username, "wrong")
    known = list(asked)
    asked.clear()
    log_in("nobody-is-called-this", "wrong")
    assert known == asked == ["hash"]


@pytest.mark.parametrize("typed", [IDENTITY_NUMBER, PHONE, "my-pass-word-by-mistake"])
def test_what_is_typed_by_mistake_is_kept_nowhere_in_clear(units, log_in, caplog, typed):
    with caplog.at_level(logging.DEBUG):
        fail(log_in, typed, 5)
    kept = [*AccessAttempt.objects.values(), *AccessFailureLog.objects.values(), *LogEntry.objects.values()]
    assert len(kept) >= 6
    assert typed not in f"{kept} {caplog.text}"
    assert "wrong-" not in f"{kept} {caplog.text}"
    assert [lock.name[0] for lock in lockouts()] == ["#"]


def test_an_account_called_like_a_phone_is_counted_under_a_hash(units, log_in):
    make_user(PHONE)
    assert fail(log_in, PHONE, 5)[-1] == 429
    assert PHONE not in str([*AccessAttempt.objects.values()])


def test_every_log_in_and_every_failure_is_kept_with_time_and_place(actors, log_in):
    fail(log_in, actors.clerk.user.username, 2)
    log_in(actors.clerk.user.username)
    assert (
        list(AccessFailureLog.objects.values_list("username", "ip_address")) == [("clerk", "127.0.0.1")] * 2
    )
    assert list(AccessLog.objects.values_list("username", "ip_address")) == [("clerk", "127.0.0.1")]


def test_behind_one_proxy_its_word_about_the_address_counts_and_nobody_elses(actors, log_in, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    forged = {"HTTP_X_FORWARDED_FOR": "203.0.113.9, 192.0.2.44"}
    fail(log_in, actors.clerk.user.username, 1, **forged)
    assert list(AccessAttempt.objects.values_list("ip_address", flat=True)) == ["192.0.2.44"]


def test_without_a_proxy_a_forged_header_does_not_get_around_the_count(actors, log_in):
    name = actors.clerk.user.username
    codes = [log_in(name, "wrong", HTTP_X_FORWARDED_FOR=f"203.0.113.{n}").status_code for n in range(5)]
    assert codes[-1] == 429


def test_asking_the_password_again_counts_as_a_log_in_does(actors, client, log_in):
    log_in(actors.clerk.user.username)
    again = reverse("account_reauthenticate")
    codes = [client.post(again, {"password": f"wrong-{n}"}).status_code for n in range(5)]
    assert codes == [200, 200, 200, 200, 429]
    assert client.post(again, {"password": PASSWORD}).status_code == 429


# The security administrator sees and lifts locks


def test_the_security_administrator_lifts_a_lock_and_it_is_logged(actors, client, log_in, enter):
    fail(log_in, actors.clerk.user.username, 5)
    (lock,) = lockouts()
    enter(actors.security)
    assert "clerk" in client.get(reverse("desk.lockout")).content.decode()
    response = client.post(reverse("desk.lockout.lift", args=[lock.pk]), {"known": "on"})
    assert (response.status_code, response["Location"]) == (302, reverse("desk.lockout"))
    entry = LogEntry.objects.get(action="kernel.lift_lockout")
    assert entry.detail["facts"] == {"name": "clerk", "address": "127.0.0.1"}
    client.logout()
    assert log_in(actors.clerk.user.username).status_code == 302


def test_a_lock_is_not_lifted_by_anybody_else(actors, log_in):
    fail(log_in, actors.clerk.user.username, 5)
    for name, actor in actors.all().items():
        if name not in {"security", "machine"}:
            with pytest.raises(NotAllowed):
                actions.lift_lockout(actor, name="clerk", address="127.0.0.1")
    assert len(lockouts()) == 1
    assert not LogEntry.objects.filter(action="kernel.lift_lockout").exists()


def test_a_lock_that_does_not_stand_is_not_lifted(actors, enter):
    with pytest.raises(Refused):
        actions.lift_lockout(actors.security, name="clerk", address="127.0.0.1")
    assert not LogEntry.objects.filter(action="kernel.lift_lockout").exists()
    assert enter(actors.security).get(reverse("desk.lockout.lift", args=[1])).status_code == 404


# How long a session lives


def test_every_request_renews_the_session(actors, client, log_in):
    log_in(actors.clerk.user.username)
    Session.objects.update(expire_date=timezone.now() + timedelta(seconds=60))
    assert admitted(client)
    left = Session.objects.get().expire_date - timezone.now()
    assert timedelta(minutes=29) < left <= timedelta(minutes=30)


def test_an_idle_session_is_over(actors, client, log_in):
    log_in(actors.clerk.user.username)
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    response = client.get(HOME)
    assert (response.status_code, response["Location"]) == (302, f"{reverse('account_login')}?next={HOME}")


def test_twelve_hours_end_the_busiest_session(actors, client, log_in):
    log_in(actors.clerk.user.username)
    assert admitted(client)
    session = client.session
    session[BEGAN] = int(time.time()) - 12 * 3600 + 60
    session.save()
    assert admitted(client)
    session[BEGAN] = int(time.time()) - 12 * 3600
    session.save()
    response = client.get(HOME)
    assert (response.status_code, response["Location"]) == (302, f"{reverse('account_login')}?next={HOME}")
    assert not admitted(client)


def test_there_is_no_box_that_keeps_a_session_for_weeks(client):
    assert "remember" not in client.get(reverse("account_login")).context["form"].fields


def test_closing_an_account_ends_its_sessions_for_good(actors, client, log_in):
    log_in(actors.clerk.user.username)
    assert admitted(client)
    actions.set_active(actors.security, user=actors.clerk.user, active=False)
    assert not admitted(client)
    assert log_in(actors.clerk.user.username)["Location"] == reverse("account_inactive")
    actions.set_active(actors.security, user=User.objects.get(pk=actors.clerk.user.pk), active=True)
    assert not admitted(client)
    assert log_in(actors.clerk.user.username)["Location"] == reverse("home")
    assert admitted(client)


def test_an_old_session_does_not_come_back_when_the_account_is_opened_again(actors, client, log_in):
    log_in(actors.clerk.user.username)
    for active in (False, True):
        actions.set_active(actors.security, user=User.objects.get(pk=actors.clerk.user.pk), active=active)
    assert not admitted(client)


def test_a_role_that_is_taken_away_is_gone_with_the_next_request(actors, client, log_in):
    log_in(actors.clerk.user.username)
    client.post(reverse("switch"), {"appointment": actors.clerk.appointment.pk})
    assert admitted(client)
    actions.dismiss(actors.security, appointment=actors.clerk.appointment, on=timezone.localdate())
    assert client.get(HOME).status_code == 403
    assert client.session["appointment"] == actors.clerk.appointment.pk
    assert client.get(HOME).status_code == 403


def test_nobody_acts_under_an_appointment_of_another(actors, client, log_in):
    log_in(actors.worker.user.username)
    client.post(reverse("switch"), {"appointment": actors.clerk.appointment.pk})
    assert client.get(HOME).status_code == 403


def test_what_is_seen_when_logged_in_is_kept_by_no_browser(actors, client, log_in):
    log_in(actors.clerk.user.username)
    assert client.get(HOME)["Cache-Control"] == "private, no-store"
