"""A small federation for tests: units with names, accounts, and an actor of every role."""

from dataclasses import dataclass
from datetime import date

from unionhall.kernel import units
from unionhall.kernel.models import Appointment, Unit, User
from unionhall.kernel.terms import Role
from unionhall.kernel.testing.acts import do
from unionhall.kernel.writing import Actor

START = date(2000, 1, 1)
PASSWORD = "try-this-once-2022"  # noqa: S105  of made-up accounts in a throw-away database


@dataclass(frozen=True, slots=True)
class Units:
    """全国 – 省 – 市 – 区 – 街道 – factory – team; the hospital stands beside the subdistrict.

    A clerk of the subdistrict reaches the factory and its team, and does not reach the hospital.
    """

    nation: Unit
    province: Unit
    city: Unit
    district: Unit
    street: Unit
    factory: Unit
    team: Unit
    hospital: Unit


@dataclass(frozen=True, slots=True)
class Actors:
    """One actor of every role. Clerk, reviewer and leader sit at the subdistrict; the stranger at the hospital."""

    clerk: Actor
    reviewer: Actor
    leader: Actor
    stranger: Actor
    district_clerk: Actor
    district_reviewer: Actor
    auditor: Actor
    system: Actor
    security: Actor
    audit: Actor
    worker: Actor
    other_worker: Actor
    machine: Actor

    def all(self) -> dict[str, Actor]:
        """Every actor by name."""
        return {name: getattr(self, name) for name in self.__slots__}


def make_unit(name: str, kind: str, parent: Unit | None, since: date = START) -> Unit:
    """One unit in the tree; inside an act."""
    return units.place(Unit(name=name, kind=kind), parent=parent, since=since)


def make_units() -> Units:
    """The small federation, in one act."""

    def build() -> Units:
        nation = make_unit("中华全国总工会", "federation", None)
        province = make_unit("黑龙江省总工会", "federation", nation)
        city = make_unit("哈尔滨市总工会", "federation", province)
        district = make_unit("道里区总工会", "federation", city)
        street = make_unit("通江街道总工会", "federation", district)
        factory = make_unit("松江电机厂工会", "single", street)
        team = make_unit("第一车间工会小组", "group", factory)
        hospital = make_unit("滨江医院工会", "single", district)
        return Units(nation, province, city, district, street, factory, team, hospital)

    return do(build)


def make_user(username: str, name: str = "") -> User:
    """An account that can log in with `PASSWORD`."""
    user = User(username=username, display_name=name or username)
    user.set_password(PASSWORD)
    user.save()
    return user


def appoint(user: User, role: Role, unit: Unit, since: date = START) -> Actor:
    """The account acting in a new appointment, in an act of its own."""

    def build() -> Appointment:
        appointment = Appointment(user=user, role=role, unit=unit, since=since)
        appointment.save()
        return appointment

    return Actor.of(do(build))


def make_actors(where: Units) -> Actors:
    """An actor of every role, each with an account of its own."""

    def staff(name: str, role: Role, unit: Unit) -> Actor:
        return appoint(make_user(name), role, unit)

    return Actors(
        clerk=staff("clerk", Role.CLERK, where.street),
        reviewer=staff("reviewer", Role.REVIEWER, where.street),
        leader=staff("leader", Role.LEADER, where.street),
        stranger=staff("stranger", Role.CLERK, where.hospital),
        district_clerk=staff("district_clerk", Role.CLERK, where.district),
        district_reviewer=staff("district_reviewer", Role.REVIEWER, where.district),
        auditor=staff("auditor", Role.AUDITOR, where.city),
        system=staff("system", Role.SYSTEM, where.city),
        security=staff("security", Role.SECURITY, where.city),
        audit=staff("audit", Role.AUDIT, where.city),
        worker=Actor.worker(make_user("worker")),
        other_worker=Actor.worker(make_user("other_worker")),
        machine=Actor.machine(),
    )
