from datetime import date

import pytest

from unionhall.kernel import guard
from unionhall.kernel.models import LogEntry, Unit, User
from unionhall.kernel.terms import Role
from unionhall.kernel.units import place
from unionhall.kernel.writing import Actor
from unionhall.people.actions import files
from unionhall.people.models import Person
from unionhall.people.rules.identity import check_digit

TODAY = date(2024, 5, 6)


def number_of(birth, sequence, area="230102"):
    body = f"{area}{birth:%Y%m%d}{sequence:03}"
    return body + check_digit(body)


@pytest.fixture
def units(db):
    """A city with two districts, east and west."""
    with guard.begin():
        city = place(Unit(name="哈尔滨市总工会", kind="federation"), parent=None, since=date(2000, 1, 1))
        east = place(Unit(name="道里区总工会", kind="federation"), parent=city, since=date(2000, 1, 1))
        west = place(Unit(name="南岗区总工会", kind="federation"), parent=city, since=date(2000, 1, 1))
    return {"city": city, "east": east, "west": west}


@pytest.fixture
def actor(units):
    """Who acts, by role and unit: actor("clerk", "east")."""

    def make(role, unit="east"):
        user, _new = User.objects.get_or_create(username=f"{role}-{unit}", defaults={"display_name": "Zhao"})
        return Actor(user, Role(role), units[unit])

    return make


@pytest.fixture
def clerk(actor):
    return actor("clerk")


@pytest.fixture
def above(actor):
    return actor("clerk", "city")


@pytest.fixture
def register(units, above):
    """Registers a person with made-up facts."""

    def make(name="王芳", birth=date(1990, 3, 7), sequence=12, unit="east", **facts):
        stated = {"document": "resident_id", "number": number_of(birth, sequence), "birth": birth, **facts}
        return files.register(above, unit=units[unit], on=TODAY, name=name, **stated)

    return make


@pytest.fixture
def worker(register):
    """A person with an account, and the actor she is."""
    person = register(phone="16012345678")
    user = User.objects.create(username="wangfang", display_name="王芳")
    with guard.begin():
        files.link_account(person, user)
    return Actor.worker(user), Person.objects.get(pk=person.pk)


@pytest.fixture
def state():
    """What stands in the tables an act could write: equal before and after a refused one."""

    def look():
        return (
            list(Person.objects.order_by("pk").values_list()),
            LogEntry.objects.count(),
            User.objects.count(),
        )

    return look
