"""A small federation, made once a test: a city, two districts, unions and employers in them."""

from datetime import date
from types import SimpleNamespace

import pytest

from unionhall.employers.models import Employer
from unionhall.kernel import guard
from unionhall.kernel.models import Appointment, LogEntry, Unit, User
from unionhall.kernel.terms import Role
from unionhall.kernel.units import place
from unionhall.kernel.writing import Actor
from unionhall.people.rules.names import pinyin_of
from unionhall.unions.actions.founding import new_token
from unionhall.unions.models import Coverage, Union
from unionhall.unions.rules import Level, UnionKind

BEGIN = date(2015, 1, 1)


class House:
    """Makes units, unions, employers and accounts, in acts of its own."""

    def unit(self, name, parent, since=BEGIN, kind="federation"):
        key = pinyin_of(name)
        unit = Unit(name=name, kind=kind, name_key=key.key, initials=key.initials, region="230100")
        return place(unit, parent=parent, since=since)

    def union(
        self, name, parent, kind=UnionKind.SINGLE, level=Level.GRASSROOTS, since=BEGIN, **facts
    ) -> Union:
        with guard.begin():
            unit = self.unit(name, parent.unit if parent else None, since, kind)
            union = Union(unit=unit, kind=kind, level=level, since=since, token=new_token(), **facts)
            union.save()
        return union

    def federation(self, name, parent, level) -> Union:
        return self.union(name, parent, UnionKind.FEDERATION, level)

    def employer(self, name, union, ownership="170", since=BEGIN, **facts) -> Employer:
        with guard.begin():
            employer = Employer(name=name, ownership=ownership, unit=union.unit, since=since, **facts)
            employer.save()
        return employer

    def cover(self, union, employer, since=BEGIN, until=None) -> Coverage:
        with guard.begin():
            coverage = Coverage(union=union, employer=employer, since=since, until=until)
            coverage.save()
        return coverage

    def account(self, name) -> User:
        user = User(username=name, display_name=name)
        user.set_password("made up only")
        user.save()
        return user

    def actor(self, name, role, union) -> Actor:
        with guard.begin():
            user = self.account(name)
            appointment = Appointment(user=user, unit=union.unit, role=role, since=BEGIN)
            appointment.save()
        return Actor.of(appointment)

    def worker(self, name="worker") -> Actor:
        return Actor.worker(self.account(name))


@pytest.fixture
def house(db):
    """The city of Harbin with the districts Daoli and Nangang, each with a reviewer; and a clerk in Daoli."""
    made = House()
    made.city = made.federation("哈尔滨市总工会", None, Level.MUNICIPAL)
    made.daoli = made.federation("道里区总工会", made.city, Level.COUNTY)
    made.nangang = made.federation("南岗区总工会", made.city, Level.COUNTY)
    made.in_city = made.actor("city-reviewer", Role.REVIEWER, made.city)
    made.in_daoli = made.actor("daoli-reviewer", Role.REVIEWER, made.daoli)
    made.in_nangang = made.actor("nangang-reviewer", Role.REVIEWER, made.nangang)
    made.clerk = made.actor("daoli-clerk", Role.CLERK, made.daoli)
    made.auditor = made.actor("auditor", Role.AUDITOR, made.city)
    made.works = made.employer("松花江机械厂", made.daoli)
    return made


@pytest.fixture
def nothing_written(house):
    """Counts what an act may write; `same()` says whether nothing of it has changed."""

    def state():
        models = (Union, Unit, Coverage, LogEntry)
        return [list(m.objects.order_by("pk").values()) for m in models]

    before = SimpleNamespace(state=state())

    def same() -> bool:
        return state() == before.state

    before.same = same
    before.again = lambda: setattr(before, "state", state())
    return before
