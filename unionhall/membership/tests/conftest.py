from datetime import date
from types import SimpleNamespace

import pytest

from unionhall.employers.models import Employer, Headcount
from unionhall.kernel import guard, units
from unionhall.kernel.models import Appointment, LogEntry, Unit, User
from unionhall.kernel.terms import Role
from unionhall.kernel.writing import Actor
from unionhall.membership.actions.periods import begin
from unionhall.membership.actions.persons import Given, found_or_entered
from unionhall.membership.models import Joining, Membership, Transfer
from unionhall.membership.rules import Entered
from unionhall.people.models import Person
from unionhall.people.rules.identity import check_digit
from unionhall.people.rules.names import pinyin_of
from unionhall.unions.models import Coverage, Union
from unionhall.unions.rules import Level, UnionKind

BEGIN = date(2015, 1, 1)
TODAY = date(2022, 10, 1)


def number(serial, birth="19900307", area="230103", *, woman=False):
    """A made-up identity number whose digits fit."""
    body = f"{area}{birth}{serial:02d}{2 if woman else 1}"
    return body + check_digit(body)


class House:
    """A small federation: a city with a factory, a depot, a township, a sector; another city beside it."""

    def __init__(self):
        self.count = 0
        with guard.begin():
            self.province = self.unit("省总工会", "federation", None)
            self.city = self.unit("哈尔滨市总工会", "federation", self.province)
            self.other_city = self.unit("大庆市总工会", "federation", self.province)
            self.factory = self.union("汽轮机厂工会", UnionKind.SINGLE, self.city, ownership="110")
            self.depot = self.union("快递站联合工会", UnionKind.JOINT, self.city, ownership="170")
            self.branch = self.union(
                "汽轮机厂一车间分会", UnionKind.BRANCH, self.factory.unit, ownership="110"
            )
            self.township = self.union(
                "新春街道总工会", UnionKind.FEDERATION, self.city, level=Level.TOWNSHIP
            )
            self.sector = self.union("货运行业工会联合会", UnionKind.SECTOR, self.city, level=Level.COUNTY)
            self.county = self.union("道里区总工会", UnionKind.FEDERATION, self.city, level=Level.COUNTY)
            self.far = self.union("油田工会", UnionKind.SINGLE, self.other_city, ownership="110")
            self.employer = self.firm("汽轮机厂", self.city, 300, "110")
            Coverage(union=self.factory, employer=self.employer, since=BEGIN).save()
            self.bare_employer = self.firm("小作坊", self.city, 20, "170")
        self.clerk = self.staff(Role.CLERK, self.city)
        self.reviewer = self.staff(Role.REVIEWER, self.city)
        self.auditor = self.staff(Role.AUDITOR, self.city)
        self.factory_clerk = self.staff(Role.CLERK, self.factory.unit)
        self.factory_reviewer = self.staff(Role.REVIEWER, self.factory.unit)
        self.depot_reviewer = self.staff(Role.REVIEWER, self.depot.unit)
        self.depot_clerk = self.staff(Role.CLERK, self.depot.unit)
        self.stranger = self.staff(Role.REVIEWER, self.far.unit)
        self.visitor = Actor(None, Role.WORKER)

    def unit(self, name, kind, parent, since=BEGIN):
        key, initials = pinyin_of(name)
        unit = Unit(name=name, kind=kind, name_key=key, initials=initials)
        return units.place(unit, parent=parent, since=since)

    def union(self, name, kind, parent, *, level=Level.GRASSROOTS, ownership="", **more):
        unit = self.unit(name, kind, parent, since=more.get("since", BEGIN))
        union = Union(
            unit=unit, kind=kind, level=level, ownership=ownership, token=f"t{unit.pk}", since=BEGIN
        )
        union.save()
        return union

    def firm(self, name, unit, workers, ownership):
        key, initials = pinyin_of(name)
        firm = Employer(
            name=name, name_key=key, initials=initials, ownership=ownership, unit=unit, since=BEGIN
        )
        firm.save()
        Headcount(employer=firm, workers=workers, since=BEGIN).save()
        return firm

    def staff(self, role, unit):
        self.count += 1
        user = User.objects.create(username=f"staff{self.count}", display_name=f"干部{self.count}")
        with guard.begin():
            appointment = Appointment(user=user, unit=unit, role=role, since=BEGIN)
            appointment.save()
        return Actor.of(appointment)

    def person(self, serial=1, name="王芳", **given):
        woman = given.pop("woman", False)
        birth = given.pop("birth", "19900307")
        with guard.begin():
            return found_or_entered(
                Given(name=name, number=number(serial, birth, woman=woman), **given), on=TODAY
            )

    def member(self, union, serial=1, name="王芳", since=date(2020, 5, 1), **given):
        employer = given.pop("employer", None)
        registration = given.pop("registration", "real_name")
        person = self.person(serial, name, **given)
        user = User.objects.create(username=f"worker{serial}", display_name=name)
        with guard.begin():
            person.user, person.unit = user, union.unit
            person.save()
            return begin(
                person,
                union.unit,
                on=since,
                entered=Entered.JOINED,
                employer=employer,
                registration=registration,
            )


@pytest.fixture
def house(db):
    return House()


@pytest.fixture
def written():
    """How many rows there are: what a refused act must leave as it was."""

    def count():
        models = (Membership, Joining, Transfer, Person, User, LogEntry)
        states = tuple(Membership.objects.order_by("pk").values_list("pk", "unit", "until", "standing"))
        return SimpleNamespace(rows=tuple(m.objects.count() for m in models), states=states)

    return count
