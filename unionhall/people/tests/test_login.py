import pytest
from axes.models import AccessAttempt
from django.contrib.auth import authenticate
from django.test import RequestFactory
from django.urls import reverse

from unionhall.kernel import guard
from unionhall.kernel.models import User
from unionhall.people.actions import files
from unionhall.people.worker import account_name

FANG, PHONE = "23010219900307012X", "16012345678"
PASSWORD = "lilac-harbour-9"


@pytest.fixture
def fang(register, clerk):
    person = register(phone=PHONE)
    return files.open_account(clerk, person=person, username="wangfang", password=PASSWORD)


@pytest.mark.parametrize("login", ["wangfang", PHONE, "+86 160 1234 5678", FANG, FANG.lower()])
def test_a_worker_logs_in_by_name_phone_or_number(fang, login):
    request = RequestFactory().post("/accounts/login/")
    assert authenticate(request, username=login, password=PASSWORD) == fang.user
    assert authenticate(request, username=login, password="wrong") is None


def test_a_phone_that_two_accounts_share_leads_to_neither(fang, register, clerk):
    other = register(name="李静", sequence=14, phone=PHONE)
    files.open_account(clerk, person=other, username="lijing", password=PASSWORD)
    assert account_name(PHONE) == PHONE


def test_a_log_in_name_that_looks_like_a_phone_stays_itself(fang):
    user = User.objects.create(username=PHONE, display_name="x")
    assert account_name(PHONE) == user.username
    with guard.begin():
        fang.save()
    assert account_name(FANG) == "wangfang"


def test_a_failed_log_in_is_kept_without_number_or_phone(fang, client):
    for login in (FANG, PHONE, "16399998888"):
        client.post(reverse("account_login"), {"login": login, "password": "wrong"})
    kept = " ".join(str(row) for row in AccessAttempt.objects.values())
    assert "wangfang" in kept
    for clear in (FANG, PHONE, "16399998888"):
        assert clear not in kept
