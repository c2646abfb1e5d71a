"""A new installation begins with one unit and three administrators."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from unionhall.kernel.models import Appointment, LogEntry, Unit

pytestmark = pytest.mark.django_db


def test_an_installation_begins_with_three_administrators_who_choose_their_passwords(client, log_in):
    said = StringIO()
    call_command("begin", "哈尔滨市总工会", stdout=said)
    passwords = dict(line.split() for line in said.getvalue().splitlines()[:3])
    assert list(passwords) == ["system", "security", "audit"]
    held = Appointment.objects.values_list("user__username", "role", "unit__name")
    assert set(held) == {(name, name, "哈尔滨市总工会") for name in passwords}
    for name, password in passwords.items():
        assert log_in(name, password)["Location"] == reverse("home")
        assert client.get(reverse("home"))["Location"] == reverse("account_change_password")
        assert password not in str(list(LogEntry.objects.values()))
        client.logout()


def test_nothing_begins_where_something_is(units):
    before = (Unit.objects.count(), LogEntry.objects.count())
    with pytest.raises(CommandError):
        call_command("begin", "哈尔滨市总工会", stdout=StringIO())
    assert (Unit.objects.count(), LogEntry.objects.count()) == before
