import pytest
from django.core.cache import cache
from django.urls import reverse

from unionhall.kernel.testing.units import PASSWORD


@pytest.fixture(autouse=True)
def nothing_counted_before():
    """Rate limits of allauth count in the cache, which outlives a test."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def log_in(client):
    """Log in through the page, as people do."""

    def go(username, password=PASSWORD, **extra):
        return client.post(reverse("account_login"), {"login": username, "password": password}, **extra)

    return go


@pytest.fixture
def enter(client):
    """Be logged in as an actor, without the page."""

    def go(actor):
        client.force_login(actor.user)
        return client

    return go
