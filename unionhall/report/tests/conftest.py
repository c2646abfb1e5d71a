from dataclasses import dataclass
from datetime import date

import pytest

from unionhall.kernel import units as tree
from unionhall.kernel.models import Unit
from unionhall.kernel.terms import Role
from unionhall.kernel.testing.acts import do
from unionhall.kernel.testing.units import START, appoint, make_unit, make_user
from unionhall.membership.models import Membership
from unionhall.people.models import Person
from unionhall.unions.models import Union

MOVED = date(2022, 7, 1)
JOINED = date(2015, 3, 1)


@dataclass
class Register:
    """Nine members: three at the factory (one woman), two in its team, four at the hospital (all women).

    On 1 July 2022 the factory moves from its old subdistrict to the new one.
    """

    new_street: Unit

    def member(self, name, unit, sex, since=JOINED):
        person = Person(name=name, sex=sex, birth=date(1990, 3, 7), unit=unit)
        person.save()
        Membership(
            person=person, unit=unit, card=f"c{person.pk}", since=since, entered="joined", sex=sex
        ).save()


@pytest.fixture
def register(units):
    def build():
        street = make_unit("新春街道总工会", "federation", units.district)
        for number, unit in enumerate(Unit.objects.all()):
            kind = unit.kind if unit.kind != "federation" else "federation"
            level = "grassroots" if unit.kind != "federation" else "county"
            Union(
                unit=unit, kind=kind, level=level, token=f"t{number}", since=START, fulltime_cadres=number
            ).save()
        made = Register(street)
        for name, unit, sex in (
            ("王芳", units.factory, "2"),
            ("李强", units.factory, "1"),
            ("张军", units.factory, "1"),
            ("刘洋", units.team, "1"),
            ("陈明", units.team, "1"),
            *((f"赵{given}", units.hospital, "2") for given in "敏静丽艳"),
        ):
            made.member(name, unit, sex)
        return made

    made = do(build)
    do(lambda: tree.move(Unit.objects.get(pk=units.factory.pk), parent=made.new_street, on=MOVED))
    return made


@pytest.fixture
def leader(units, register):
    """The leader of the district, who reaches all that was counted."""
    return appoint(make_user("district_leader", "周建华"), Role.LEADER, units.district)


@pytest.fixture
def sign_in(client, settings):
    settings.SESSION_ENGINE = (
        "django.contrib.sessions.backends.cache"  # where sessions are rows, they cost queries
    )

    def enter(actor, language="en"):
        client.cookies["django_language"] = language
        client.force_login(actor.user, backend=settings.AUTHENTICATION_BACKENDS[-1])
        return client

    return enter
