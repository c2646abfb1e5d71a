# ruff: noqa: PLC0415  models can only be imported once Django is set up, and this is a program of its own
"""Run as a program on a database of its own: `begin FILE` dies while it writes a roster, `look` tells what is there."""

import json
import os
import signal
import sys
from datetime import date
from pathlib import Path

import django


def begin(file: Path) -> None:
    """Make a register, begin to import, and be killed once persons and memberships are written."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from unionhall.kernel import guard, units
    from unionhall.kernel.importing import runs
    from unionhall.kernel.keys import settings
    from unionhall.kernel.models import Unit
    from unionhall.kernel.secrets import create_keys
    from unionhall.kernel.writing import Actor
    from unionhall.membership.actions import roster
    from unionhall.membership.imports.roster import SHEET
    from unionhall.unions.models import Union

    create_keys(Path(settings.KEYS_FILE))
    start = date(2015, 1, 1)
    with guard.begin():
        unit = units.place(Unit(name="汽轮机厂工会", kind="single"), parent=None, since=start)
        Union(unit=unit, kind="single", level="grassroots", token="t", since=start).save()

    def killed(*_facts: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    roster.note_applied = killed
    actor, on = Actor.machine(unit), date(2022, 10, 1)
    run = runs.upload(actor, SHEET, unit=unit, name=file.name, pieces=[file.read_bytes()], on=on)
    run = runs.check(actor, SHEET, run)
    runs.apply(actor, SHEET, run, policy="all", on=on)


def look() -> None:
    """Print how many rows there are, how the run stands, whether the log holds, and that the roster goes in now."""
    from unionhall.kernel import log
    from unionhall.kernel.importing import runs
    from unionhall.kernel.models import ImportRun
    from unionhall.kernel.writing import Actor
    from unionhall.membership.imports.roster import SHEET
    from unionhall.membership.models import Membership
    from unionhall.people.models import Person

    run = ImportRun.objects.get()
    found = [Person.objects.count(), Membership.objects.count(), run.state, len(list(log.verify()))]
    runs.apply(Actor.machine(run.unit), SHEET, run, policy="all", on=date(2022, 10, 1))
    print(json.dumps([*found, Person.objects.count(), Membership.objects.count()]))  # noqa: T201  its answer


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "unionhall.site.settings"
    django.setup()
    begin(Path(sys.argv[2])) if sys.argv[1] == "begin" else look()
