from datetime import date

import pytest

from unionhall.employers import actions
from unionhall.employers.models import Employer, EmployerMerge, Headcount
from unionhall.kernel import guard
from unionhall.kernel.models import LogEntry, Unit, User
from unionhall.kernel.terms import Role
from unionhall.kernel.units import place
from unionhall.kernel.writing import Actor

SINCE = date(2020, 1, 1)


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
    """Registers an employer with made-up facts."""

    def make(name="哈尔滨市松江电机厂", unit="east", since=SINCE, **facts):
        stated = {"ownership": "159", "industry": "03", **facts}
        return actions.register(above, unit=units[unit], since=since, name=name, **stated)

    return make


@pytest.fixture
def state():
    """What stands in the tables an act could write: equal before and after a refused one."""

    def look():
        tables = [
            list(model.objects.order_by("pk").values_list()) for model in (Employer, Headcount, EmployerMerge)
        ]
        return (*tables, LogEntry.objects.count())

    return look
