"""Accounts: passwords that are given, chosen and outdated; the second factor; who manages whose account."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth
from django.conf import settings as in_force
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone, translation

from unionhall.kernel import actions
from unionhall.kernel.keys import ring
from unionhall.kernel.models import Appointment, LogEntry, User
from unionhall.kernel.pages.accounts import keys_of_secrets
from unionhall.kernel.passwords import KindsOfCharacters
from unionhall.kernel.terms import NotAllowed, Refused, Role
from unionhall.kernel.testing.units import PASSWORD, make_user

pytestmark = pytest.mark.django_db
HOME = reverse("desk.inbox")
CHANGE = reverse("account_change_password")
ACTIVATE = reverse("mfa_activate_totp")
TODAY = timezone.localdate()
GIVEN, CHOSEN = "Given-Once-77", "Chosen-By-Me-88"


def code(secret):
    """The six digits that the app shows now; the step before and the one after are taken too."""
    _before, counter, _after = auth.yield_hotp_counters_from_time()
    return auth.format_hotp_value(auth.hotp_value(secret, counter))


def change(client, old, new):
    return client.post(CHANGE, {"oldpassword": old, "password1": new, "password2": new})


def switch_on(client):
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    secret = client.get(ACTIVATE).context["form"].secret
    response = client.post(ACTIVATE, {"code": code(secret)})
    assert response.status_code == 302, response.context["form"].errors
    return secret


def recovery_codes(user):
    return Authenticator.objects.get(user=user, type="recovery_codes").wrap().get_unused_codes()


# Passwords


@pytest.mark.parametrize(
    ("password", "faults"),
    [
        ("Ab3-efg", {"password_too_short"}),
        ("qmzpwxkv", {"password_too_few_kinds"}),
        ("qmzpwxk1", {"password_too_few_kinds"}),
        ("QMZPWXK1", {"password_too_few_kinds"}),
        ("Qmzpwxk1", set()),
        ("qmzpwx-1", set()),
        ("工会之家职工-Qm", set()),
        ("P@ssw0rd", {"password_too_common"}),
        ("Wangfang-1990", {"password_too_similar"}),
        ("Harbour-Lilac-9", {"password_too_similar"}),
    ],
)
def test_a_password_is_long_mixed_uncommon_and_unlike_the_name(password, faults):
    user = User(username="wangfang1990", display_name="Lilac Harbour")
    found = set()
    try:
        validate_password(password, user)
    except ValidationError as refused:
        found = {fault.code for fault in refused.error_list}
    assert found == faults


def test_how_many_kinds_are_asked_is_a_setting():
    KindsOfCharacters(2).validate("abcdefg1")
    with pytest.raises(ValidationError):
        KindsOfCharacters(4).validate("Abcdefg1")
    with translation.override("en"):
        assert any("at least 3 of these" in text for text in password_validators_help_texts())


def test_the_numbers_are_those_of_the_trade_unless_the_machine_says_otherwise():
    lengths = [v["OPTIONS"]["min_length"] for v in in_force.AUTH_PASSWORD_VALIDATORS if "Length" in v["NAME"]]
    assert lengths == [8]
    assert (in_force.PASSWORD_DAYS, in_force.AXES_FAILURE_LIMIT) == (90, 5)
    assert (timedelta(minutes=30), 1800) == (in_force.AXES_COOLOFF_TIME, in_force.SESSION_COOKIE_AGE)
    assert in_force.SESSION_MOST_SECONDS == 12 * 3600


def test_a_first_password_must_be_changed_before_anything_else(actors, client, log_in):
    user = actions.open_account(
        actors.security, username="zhaomin", display_name="赵敏", password=GIVEN, on=timezone.localdate()
    )
    assert user.password_given
    log_in("zhaomin", GIVEN)
    response = client.get(HOME)
    assert (response.status_code, response["Location"]) == (302, CHANGE)
    assert "u-note" in client.get(CHANGE).content.decode()
    response = change(client, GIVEN, CHOSEN)
    assert (response.status_code, response["Location"]) == (302, reverse("home"))
    user.refresh_from_db()
    assert not user.password_given
    assert client.get(HOME).status_code == 403
    entry = LogEntry.objects.get(action="kernel.change_password")
    assert (entry.user, CHOSEN in str(entry.detail)) == (user, False)


@pytest.mark.parametrize("new", [GIVEN, "short-1A"[:7], "allsmallletters"])
def test_a_first_password_is_not_replaced_by_itself_or_a_weak_one(actors, client, log_in, new):
    user = actions.open_account(
        actors.security, username="zhaomin", display_name="赵敏", password=GIVEN, on=timezone.localdate()
    )
    log_in("zhaomin", GIVEN)
    assert change(client, GIVEN, new).status_code == 200
    user.refresh_from_db()
    assert user.password_given
    assert user.check_password(GIVEN)
    assert not LogEntry.objects.filter(action="kernel.change_password").exists()


def test_a_password_of_ninety_days_must_be_changed(actors, client, log_in):
    user = actors.clerk.user
    log_in(user.username)
    User.objects.filter(pk=user.pk).update(password_on=timezone.localdate() - timedelta(days=89))
    assert client.get(HOME).status_code == 200
    User.objects.filter(pk=user.pk).update(password_on=timezone.localdate() - timedelta(days=90))
    assert client.get(HOME)["Location"] == CHANGE
    assert change(client, PASSWORD, CHOSEN).status_code == 302
    assert client.get(HOME).status_code == 200


def test_where_the_machine_says_so_passwords_do_not_age(actors, client, log_in, settings):
    settings.PASSWORD_DAYS = 0
    log_in(actors.clerk.user.username)
    User.objects.update(password_on=timezone.localdate() - timedelta(days=9000))
    assert client.get(HOME).status_code == 200


def test_a_weak_first_password_opens_no_account(actors):
    with pytest.raises(Refused) as refused:
        actions.open_account(
            actors.security,
            username="zhaomin",
            display_name="赵敏",
            password="12345678",
            on=timezone.localdate(),
        )
    assert {reason.field for reason in refused.value.reasons} == {"password"}
    assert not User.objects.filter(username="zhaomin").exists()
    assert not LogEntry.objects.filter(action="kernel.open_account").exists()


def test_a_forgotten_password_is_given_anew_and_ends_the_sessions(actors, client, log_in, enter):
    log_in(actors.clerk.user.username)
    actions.give_password(actors.security, user=actors.clerk.user, password=GIVEN, on=TODAY)
    assert client.get(HOME).status_code == 302
    log_in(actors.clerk.user.username, GIVEN)
    assert client.get(HOME)["Location"] == CHANGE
    assert GIVEN not in str(LogEntry.objects.get(action="kernel.give_password").detail)
    page = reverse("desk.account.give-password", args=[actors.clerk.user.pk])
    assert enter(actors.security).post(page, {"password": CHOSEN}).status_code == 302
    actors.clerk.user.refresh_from_db()
    assert actors.clerk.user.check_password(CHOSEN)


# Whose accounts a security administrator manages


def acts_on(actor, user):
    return [
        lambda: actions.set_active(actor, user=user, active=False),
        lambda: actions.give_password(actor, user=user, password=GIVEN, on=TODAY),
        lambda: actions.drop_second_factor(actor, user=user),
        lambda: actions.appoint(actor, user=user, unit=actor.unit, role=Role.CLERK, on=timezone.localdate()),
    ]


def refused_and_untouched(act, user):
    before, entries = User.objects.filter(pk=user.pk).values().get(), LogEntry.objects.count()
    held = Appointment.objects.filter(user=user).count()
    with pytest.raises(Refused):
        act()
    return (User.objects.filter(pk=user.pk).values().get(), LogEntry.objects.count()) == (
        before,
        entries,
    ) and (Appointment.objects.filter(user=user).count() == held)


def test_nobody_manages_her_own_account(actors):
    assert all(
        refused_and_untouched(act, actors.security.user)
        for act in acts_on(actors.security, actors.security.user)
    )
    with pytest.raises(Refused):
        actions.dismiss(actors.security, appointment=actors.security.appointment, on=timezone.localdate())
    actors.security.appointment.refresh_from_db()
    assert actors.security.appointment.until is None


def test_whoever_holds_a_role_above_is_out_of_reach(units, actors, enter):
    above = make_user("above")
    actions.appoint(
        actors.machine, user=above, unit=units.province, role=Role.LEADER, on=timezone.localdate()
    )
    assert all(refused_and_untouched(act, above) for act in acts_on(actors.security, above))
    assert enter(actors.security).get(reverse("desk.account.one", args=[above.pk])).status_code == 404


def test_a_role_above_the_own_unit_is_not_given(units, actors):
    new = make_user("new")
    with pytest.raises(Refused):
        actions.appoint(
            actors.security, user=new, unit=units.province, role=Role.CLERK, on=timezone.localdate()
        )
    assert not Appointment.objects.filter(user=new).exists()


ADMINISTRATORS = (Role.SYSTEM, Role.SECURITY, Role.AUDIT)
PAIRS = [
    (held, wanted)
    for held in Role
    for wanted in Role
    if held != wanted
    and not {held, wanted} & {Role.WORKER, Role.MACHINE}
    and {held, wanted} & set(ADMINISTRATORS)
]


@pytest.mark.parametrize(("held", "wanted"), PAIRS)
def test_an_administrator_holds_no_second_role(units, actors, held, wanted):
    user = make_user("one")
    today = timezone.localdate()
    actions.appoint(actors.security, user=user, unit=units.city, role=held, on=today)
    with pytest.raises(Refused):
        actions.appoint(actors.security, user=user, unit=units.district, role=wanted, on=today)
    assert [a.role for a in user.appointments.all()] == [held]


def test_a_role_given_by_mistake_is_taken_back_the_same_day(units, actors, client, log_in):
    user, today = make_user("one"), timezone.localdate()
    given = actions.appoint(actors.security, user=user, unit=units.district, role=Role.CLERK, on=today)
    log_in("one")
    assert client.get(HOME).status_code == 200
    actions.dismiss(actors.security, appointment=given, on=today)
    assert client.get(HOME).status_code == 403


def test_only_the_security_administrator_manages_accounts(actors):
    for name, actor in actors.all().items():
        if name in {"security", "machine"}:
            continue
        for act in acts_on(actor if actor.unit else actors.clerk, actors.leader.user):
            with pytest.raises(NotAllowed):
                act()
        with pytest.raises(NotAllowed):
            actions.open_account(
                actor, username="x", display_name="x", password=GIVEN, on=timezone.localdate()
            )
    assert not LogEntry.objects.exclude(action__contains="prepare").exists()


# The second factor


def test_two_steps_are_switched_on_and_asked_for_at_the_next_log_in(actors, client, log_in):
    log_in(actors.clerk.user.username)
    assert client.get(reverse("mfa_index")).status_code == 200
    secret = switch_on(client)
    assert len(recovery_codes(actors.clerk.user)) == 10
    assert client.get(reverse("mfa_view_recovery_codes")).status_code == 200
    client.logout()
    response = log_in(actors.clerk.user.username)
    assert response["Location"] == reverse("mfa_authenticate")
    assert client.get(HOME).status_code == 302
    assert client.get(reverse("mfa_authenticate")).status_code == 200
    assert client.post(reverse("mfa_authenticate"), {"code": "000000"}).status_code == 200
    assert client.get(HOME).status_code == 302
    assert client.post(reverse("mfa_authenticate"), {"code": code(secret)})["Location"] == reverse("home")
    assert client.get(HOME).status_code == 200


def test_a_recovery_code_opens_once(actors, client, log_in):
    log_in(actors.clerk.user.username)
    switch_on(client)
    spare = recovery_codes(actors.clerk.user)[0]
    for opened in (302, 200):
        client.logout()
        log_in(actors.clerk.user.username)
        assert client.post(reverse("mfa_authenticate"), {"code": spare}).status_code == opened
    assert client.get(HOME).status_code == 302
    assert len(recovery_codes(actors.clerk.user)) == 9


def test_codes_are_not_guessed_for_long(actors, client, log_in):
    log_in(actors.clerk.user.username)
    secret = switch_on(client)
    client.logout()
    log_in(actors.clerk.user.username)
    for _ in range(5):
        client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert client.post(reverse("mfa_authenticate"), {"code": code(secret)}).status_code == 200
    assert client.get(HOME).status_code == 302


def test_switching_two_steps_off_asks_the_password_again(
    actors, client, log_in, django_capture_on_commit_callbacks
):
    log_in(actors.clerk.user.username)
    with django_capture_on_commit_callbacks(execute=True):
        switch_on(client)
    session = client.session
    session["account_authentication_methods"] = [
        {**record, "at": 0} for record in session["account_authentication_methods"]
    ]
    session.save()
    off = reverse("mfa_deactivate_totp")
    assert client.post(off)["Location"].startswith(reverse("account_reauthenticate"))
    assert Authenticator.objects.filter(user=actors.clerk.user, type="totp").exists()
    assert client.get(reverse("account_reauthenticate")).status_code == 200
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    assert client.get(off).status_code == 200
    client.post(off)
    assert not Authenticator.objects.filter(user=actors.clerk.user).exists()
    events = LogEntry.objects.filter(action="kernel.change_second_factor").order_by("number")
    told = [entry.detail["facts"]["event"] for entry in events]
    assert told == ["totp_activated", "totp_deactivated"]


def test_the_secret_is_sealed_in_the_database(actors, client, log_in):
    log_in(actors.clerk.user.username)
    secret = switch_on(client)
    assert secret not in str(list(Authenticator.objects.values("data")))
    assert keys_of_secrets() == {ring().current}


@pytest.mark.parametrize("role", ["system", "security", "audit"])
def test_an_administrator_must_have_two_steps_where_the_machine_says_so(
    actors, client, log_in, settings, role
):
    settings.ADMIN_MFA = True
    actor = getattr(actors, role)
    log_in(actor.user.username)
    response = client.get(reverse("home"))
    assert (response.status_code, response["Location"]) == (302, ACTIVATE)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    assert "u-note" in client.get(ACTIVATE).content.decode()
    switch_on(client)
    assert client.get(reverse("home")).status_code == 200
    assert client.post(reverse("mfa_deactivate_totp")).status_code == 200
    assert Authenticator.objects.filter(user=actor.user, type="totp").exists()


def test_staff_may_do_without_two_steps_where_administrators_may_not(actors, client, log_in, settings):
    settings.ADMIN_MFA = True
    log_in(actors.clerk.user.username)
    assert client.get(HOME).status_code == 200


def test_a_lost_second_factor_is_taken_off_and_logged(actors, client, log_in):
    log_in(actors.clerk.user.username)
    switch_on(client)
    user = User.objects.get(pk=actors.clerk.user.pk)
    actions.drop_second_factor(actors.security, user=user)
    assert client.get(HOME).status_code == 302
    assert log_in(user.username)["Location"] == reverse("home")
    assert LogEntry.objects.filter(action="kernel.drop_second_factor", user=actors.security.user).count() == 1
    with pytest.raises(Refused):
        actions.drop_second_factor(actors.security, user=user)
