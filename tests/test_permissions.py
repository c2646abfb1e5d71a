"""Every address × every role × in and out of reach answers as `permissions.csv` says.

The table is written by `UPDATE_PERMISSIONS=1 pytest tests/test_permissions.py` and read by eye before it is
committed; the rules below hold of it whatever it says.
"""

import csv
import dataclasses
import inspect
import os
from pathlib import Path

import pytest
from axes.models import AccessAttempt
from django.conf import settings
from django.db import models
from django.test import Client
from django.urls import get_resolver, reverse

from unionhall.employers.models import EmployerMerge
from unionhall.kernel.models import Case, LogEntry
from unionhall.kernel.pages.declared import Page
from unionhall.kernel.terms import Privacy
from unionhall.kernel.testing.acts import do
from unionhall.kernel.testing.rows import Rows
from unionhall.membership.models import Joining
from unionhall.modules import MODULES
from unionhall.people.models import PersonMerge
from unionhall.unions.models import Founding, Union

TABLE = Path(__file__).with_name("permissions.csv")
ACTORS = (
    "anonymous",
    "worker",
    "other_worker",
    "clerk",
    "stranger",
    "district_clerk",
    "reviewer",
    "leader",
    "auditor",
    "system",
    "security",
    "audit",
)
ADMINISTRATORS = ("system", "security", "audit")
OK, AWAY, FORBIDDEN, UNKNOWN, WRONG_WAY = 200, 302, 403, 404, 405
# What anybody may open without logging in, and why.
PUBLIC = {
    "account_login": "the door",
    "account_inactive": "says that the account is closed",
    "unions.public": "what a union's QR code leads to",
    "unions.qr": "the QR code of a union",
    "membership.join": "the first step of joining, before there is an account",
    "membership.verify": "whether a card that is shown is true",
}
# Pages of modules that are about the account itself, in whatever role it acts, and why.
OWN = {
    "unions.apply": "anybody may ask to found a union",
    "unions.requests": "what the account itself asked for",
}
CHOICES = {"set_language", "theme", "large_text", "switch"}
HOUSEKEEPING = {"desk", "home", "search", "unit_names", *CHOICES, *PUBLIC, *OWN}
MODELS = {
    "desk.case": Case,
    "desk.lockout": AccessAttempt,
    "membership.request": Joining,
    "desk.lockout.lift": Case,
    "unions.elect": Union,
    "unions.request": Founding,
    "unions.request_paper": Founding,
    "unions.reply_paper": Founding,
}
GIVEN = {PersonMerge: {"moved": {"rows": {}, "user": None}}, EmployerMerge: {"moved": {"rows": {}}}}
WORDS = {"key": "x", "uidb36": "1"}


def addresses(patterns=None):
    """Every named address with its pattern."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if hasattr(pattern, "url_patterns"):
            yield from addresses(pattern.url_patterns)
        elif pattern.name:
            yield pattern.name, pattern


NAMES = sorted(dict(addresses()))


def page_of(view):
    """The declared page that a view was made from."""
    page = inspect.getclosurevars(view).nonlocals.get("page") if inspect.isfunction(view) else None
    return page if isinstance(page, Page) else None


def tables():
    """The table of each declared page, by the page's code."""
    pages = (page_of(pattern.callback) for _name, pattern in addresses())
    return {page.code: page.model for page in pages if page} | MODELS


def code_of(name):
    """A code that a page of figures or checks takes."""
    declared = [
        one.code for module in MODULES for one in (module.checks if "check" in name else module.indicators)
    ]
    return min(declared, default="none.yet")


def arguments(name, pattern, rows):
    """What fills the address: rows of the worker at the factory."""
    found = {}
    for argument in pattern.pattern.converters or pattern.pattern.regex.groupindex:
        model = tables().get(name) or tables().get(name.rpartition(".")[0])
        if argument in WORDS:
            found[argument] = WORDS[argument]
        elif argument == "token":
            found[argument] = rows.one(Union).token
        elif argument == "code":
            found[argument] = code_of(name)
        elif model is None:
            pytest.fail(f"To try {name}, say in MODELS which table its “{argument}” is of.")
        else:
            found[argument] = rows.one(model, int(argument in {"dropped", "second"})).pk
    return found


def urls(actors, units):
    """Every address, filled with rows of the worker at the factory."""
    rows = Rows(units.factory, actors.worker.user, GIVEN)
    rows.one(Case)
    for unit in dataclasses.astuple(units):
        union = Union(unit=unit, kind="single", level="grassroots", token=f"t{unit.pk}", since=unit.since)
        do(union.save)
        if unit == units.factory:
            rows.made[Union, 0] = union
    rows.made[LogEntry, 0] = LogEntry.objects.get(subject_kind="kernel.case")
    return {name: reverse(name, kwargs=arguments(name, pattern, rows)) for name, pattern in addresses()}


def answers(actors, units):
    """Status by address and actor."""
    found = {}
    filled = urls(actors, units)
    for who in ACTORS:
        client = Client(raise_request_exception=False)
        for name, url in sorted(filled.items()):
            if who != "anonymous":
                client.force_login(actors.all()[who].user, backend=settings.AUTHENTICATION_BACKENDS[-1])
            found[name, who] = client.get(url).status_code
    return found


def read_table():
    with TABLE.open(encoding="utf-8", newline="") as file:
        return {(line["address"], who): int(line[who]) for line in csv.DictReader(file) for who in ACTORS}


def write_table(found):
    with TABLE.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["address", *ACTORS])
        writer.writerows([name, *(found[name, who] for who in ACTORS)] for name in NAMES)


@pytest.mark.django_db
@pytest.mark.filterwarnings("default")
def test_every_address_answers_every_actor_as_the_table_says(actors, units):
    found = answers(actors, units)
    if os.environ.get("UPDATE_PERMISSIONS"):
        write_table(found)
    table = read_table()
    told = {key: (status, found.get(key)) for key, status in table.items() if found.get(key) != status}
    assert told == {}, "(said, found): judge each, then write the table anew"
    assert found.keys() - table.keys() == set(), "addresses without a line in the table"


def lines():
    """Status by actor, by address."""
    table = read_table()
    return {name: {who: table[name, who] for who in ACTORS} for name, _who in table}


def business(name):
    return not {name, name.partition(".")[0]} & HOUSEKEEPING and not name.startswith(("account_", "mfa_"))


def test_no_address_fails():
    statuses = {status for line in lines().values() for status in line.values()}
    assert statuses <= {OK, AWAY, FORBIDDEN, UNKNOWN, WRONG_WAY}


def test_a_visitor_is_sent_to_the_log_in():
    open_to_all = {
        name for name, line in lines().items() if line["anonymous"] not in {AWAY, WRONG_WAY, UNKNOWN}
    }
    assert open_to_all - PUBLIC.keys() == set()


def test_no_reason_for_a_public_address_is_stale():
    assert PUBLIC.keys() - lines().keys() == set()


def test_administrators_see_no_business():
    seen = {
        (name, who)
        for name, line in lines().items()
        for who in ADMINISTRATORS
        if business(name) and line[who] == OK
    }
    assert seen == set()


def row_pages():
    """Addresses of one row, with the privacy of its table."""
    known = tables()
    for name, pattern in addresses():
        model = known.get(name.rpartition(".")[0])
        if "pk" in pattern.pattern.converters and model is not None and issubclass(model, models.Model):
            yield name, getattr(model, "privacy", Privacy.SENSITIVE)


def test_a_stranger_out_of_reach_finds_no_row_that_is_not_public():
    found = lines()
    open_rows = {name for name, privacy in row_pages() if privacy != Privacy.PUBLIC}
    assert {
        name for name in open_rows if found[name]["stranger"] not in {UNKNOWN, FORBIDDEN, WRONG_WAY, AWAY}
    } == set()
    assert {
        name
        for name in open_rows
        if OK in {found[name]["clerk"], found[name]["reviewer"]} and found[name]["stranger"] != UNKNOWN
    } == set()


def test_a_worker_finds_no_row_of_another_that_is_not_public():
    found = lines()
    personal = [name for name, privacy in row_pages() if privacy != Privacy.PUBLIC]
    assert {name for name in personal if found[name]["other_worker"] == OK} == set()


def test_what_a_clerk_may_open_her_superior_clerk_may_open_too():
    differing = {
        name for name, line in lines().items() if line["clerk"] == OK and line["district_clerk"] != OK
    }
    assert differing == set()


def test_security_gives_roles_and_nobody_else_does():
    found = lines()
    assert {who for who in ACTORS if found["desk.account"][who] == OK} == {"security"}
