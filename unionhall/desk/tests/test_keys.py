"""Rotation of the sealing keys, with a second factor that was sealed before."""

import base64
from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import call_command

from unionhall.kernel.keys import ring
from unionhall.kernel.pages.accounts import SecondFactor
from unionhall.kernel.secrets import create_keys

pytestmark = pytest.mark.django_db


def keys(what):
    said = StringIO()
    call_command("keys", what, stdout=said)
    return said.getvalue()


def test_a_key_that_seals_a_second_factor_is_not_dropped(actors, tmp_path, settings):
    settings.KEYS_FILE = tmp_path / "keys.toml"
    create_keys(settings.KEYS_FILE)
    adapter = SecondFactor()
    sealed = adapter.encrypt("SECRETSECRET")
    made = Authenticator.objects.create(user=actors.clerk.user, type="totp", data={"secret": sealed})
    keys("add")
    keys("drop")
    assert sorted(ring().keys) == [base64.b64decode(sealed)[1], ring().current] == [1, 2]
    assert adapter.decrypt(sealed) == "SECRETSECRET"
    made.delete()
    keys("drop")
    assert sorted(ring().keys) == [2]
