"""One account a role for the demo, held by made-up people."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
from django.db.models import Count

from unionhall.kernel.actions import appoint, open_account
from unionhall.kernel.models import Unit, User
from unionhall.kernel.terms import Role
from unionhall.kernel.writing import Actor
from unionhall.membership.models import Membership
from unionhall.people.demo.columns import make_people
from unionhall.people.demo.loading import tie_account
from unionhall.report.demo.building import Built
from unionhall.unions.rules import Level, UnionKind

LETTERS, DIGITS = "abcdefghjkmnpqrstuvwxyz", "23456789"
PART = 4


@dataclass(frozen=True, slots=True)
class Account:
    """An account of the demo: its log-in name, its holder, role and unit."""

    username: str
    holder: str
    role: Role
    unit: Unit
    user: User


def make_password() -> str:
    """A password that can be read aloud: no characters that look alike, and of every kind some."""
    first, second = ("".join(secrets.choice(LETTERS) for _each in range(PART)) for _part in range(2))
    return f"{first.capitalize()}-{second}-" + "".join(secrets.choice(DIGITS) for _each in range(PART))


def open_accounts(built: Built, *, seed: int, today: date, password: str) -> list[Account]:
    """Open the accounts, from a worker up to the leader, then the auditor and the administrators."""
    home = Unit.objects.get(pk=built.home)
    union, district = _busy_union(home)
    places = (
        ("clerk", Role.CLERK, union),
        ("reviewer", Role.REVIEWER, union),
        ("district", Role.REVIEWER, district),
        ("leader", Role.LEADER, home),
        ("auditor", Role.AUDITOR, home),
        ("system", Role.SYSTEM, home),
        ("security", Role.SECURITY, home),
        ("audit", Role.AUDIT, home),
    )
    names = make_people(len(places), seed=seed, regions=["230102"], born=(1970, 1990))["name"].to_list()
    machine = Actor.machine()
    return [
        _worker(machine, union, password, today),
        *_holders(machine, places, names, today, password),
    ]


def open_own_account(machine: Actor, *, username: str, display_name: str, password: str, on: date) -> User:
    """An account whose holder need not change her password first: whoever tries the demo holds them all."""
    return open_account(
        machine, username=username, display_name=display_name, password=password, on=on, given=False
    )


def _worker(machine: Actor, union: Unit, password: str, today: date) -> Account:
    rows = Membership.objects.filter(unit=union, until=None).select_related("person").order_by("pk")
    person = rows[1].person if rows.count() > 1 else rows[0].person
    user = open_own_account(machine, username="worker", display_name=person.name, password=password, on=today)
    tie_account(machine, person=person, user=user)
    return Account("worker", person.name, Role.WORKER, union, user)


def _holders(
    machine: Actor, places: tuple[tuple[str, Role, Unit], ...], names: list[str], today: date, password: str
) -> Iterator[Account]:
    for (username, role, unit), name in zip(places, names, strict=True):
        user = open_own_account(machine, username=username, display_name=name, password=password, on=today)
        appoint(machine, user=user, unit=unit, role=role, on=min(today, date(today.year, 1, 1)))
        yield Account(username, name, role, unit, user)


def _busy_union(home: Unit) -> tuple[Unit, Unit]:
    """A grassroots union of middling size under a district of the home union, and that district (or the nearest)."""
    districts = Unit.objects.within(home.path or "").filter(union__kind=UnionKind.FEDERATION)
    near = districts.filter(union__level=Level.COUNTY).order_by("pk")
    for district in [*near, home]:
        unions = (
            Unit.objects.within(district.path or "")
            .filter(union__kind=UnionKind.SINGLE, until=None)
            .annotate(count=Count("memberships"))
            .filter(count__gte=2)
        )
        ordered = sorted(unions.values_list("count", "pk"))
        if ordered:
            _count, key = ordered[int(np.floor(len(ordered) * 0.8))]
            return Unit.objects.get(pk=key), district
    raise LookupError("No grassroots union has two members: build the demo at a larger scale.")
