"""What a process of its own does with a database of its own: die while it writes a roster, or look what is there."""

import json
import os
import signal
from datetime import date
from pathlib import Path

from django.conf import settings
from django.core.management import call_command

from unionhall.kernel import guard, log, units
from unionhall.kernel.importing import runs
from unionhall.kernel.models import ImportRun, Unit
from unionhall.kernel.secrets import create_keys
from unionhall.kernel.writing import Actor
from unionhall.membership.actions import roster
from unionhall.membership.imports.roster import SHEET
from unionhall.membership.models import Membership
from unionhall.people.models import Person
from unionhall.unions.models import Union

BEGIN, TODAY = date(2015, 1, 1), date(2022, 10, 1)


def begin(path):
    """Make a register, begin to import, and be killed once persons and memberships are written."""
    call_command("migrate", verbosity=0)
    create_keys(Path(settings.KEYS_FILE))
    with guard.begin():
        unit = units.place(Unit(name="汽轮机厂工会", kind="single"), parent=None, since=BEGIN)
        Union(unit=unit, kind="single", level="grassroots", token="t", since=BEGIN).save()
    roster.note_applied = lambda *_facts: os.kill(os.getpid(), signal.SIGKILL)
    actor, file = Actor.machine(unit), Path(path)
    run = runs.upload(actor, SHEET, unit=unit, name=file.name, pieces=[file.read_bytes()], on=TODAY)
    run = runs.check(actor, SHEET, run)
    runs.apply(actor, SHEET, run, policy="all", on=TODAY)


def look():
    """Print how many rows there are, how the run stands, whether the log holds, and that the roster goes in now."""
    run = ImportRun.objects.get()
    found = [Person.objects.count(), Membership.objects.count(), run.state, len(list(log.verify()))]
    runs.apply(Actor.machine(run.unit), SHEET, run, policy="all", on=TODAY)
    print(json.dumps([*found, Person.objects.count(), Membership.objects.count()]))  # noqa: T201  its answer
