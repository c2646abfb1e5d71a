"""`unionhall import members FILE --unit CODE`: a sheet goes in from the command line."""  # noqa: N999  the file's name is the command

import argparse
import hashlib
import secrets
import sys
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from unionhall.kernel.importing import runs
from unionhall.kernel.importing.declared import Fate, Plan, Policy, Scope, Sheet
from unionhall.kernel.models import Appointment, RunState, Unit
from unionhall.kernel.rows import SEGMENT
from unionhall.kernel.terms import WRITERS, Refused, Text
from unionhall.kernel.units import standing
from unionhall.kernel.writing import Actor
from unionhall.modules import MODULES

WIDTH = 24  # characters of the bar


class Command(BaseCommand):
    """Take a sheet in."""

    help = (
        "Check a sheet and write it to the register. Ends with 1 when rows are faulty or nothing was written."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """The words after the command."""
        parser.add_argument("sheet", choices=sorted(sheets()))
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--unit", required=True, help="name, union code or key of the unit for which it is taken in"
        )
        parser.add_argument(
            "--clean-rows", action="store_true", help="write the clean rows, leave the faulty out"
        )
        parser.add_argument("--no-transfers", action="store_true", help="transfer nobody between unions")
        parser.add_argument("--dry-run", action="store_true", help="check only, leave no trace")
        parser.add_argument("--as", dest="username", help="the account that acts; else the machine")
        parser.add_argument("--faults", type=Path, help="where to write the faulty rows (beside the file)")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Check, write, say what happened."""
        sheet, file = sheets()[options["sheet"]], options["file"]
        on = timezone.localdate()
        unit = _unit(options["unit"])
        actor = _actor(options["username"], unit, on)
        if not file.is_file():
            raise CommandError(_("There is no file %(file)s.") % {"file": file})
        policy = (
            Policy.STAY if options["no_transfers"] else Policy.CLEAN if options["clean_rows"] else Policy.ALL
        )
        try:
            plan = runs.checked(sheet, file, Scope(unit, on), self.tell)
            written = not options["dry_run"] and self.write(actor, sheet, file, plan, policy, on, unit)
        except Refused as refused:
            raise CommandError("\n".join(str(reason) for reason in refused.reasons)) from refused
        self.say(plan, written=written)
        target = options["faults"] or file.with_name(f"{file.stem}-faulty.xlsx")
        count = runs.hand_back(sheet, plan, policy, target)
        if count:
            self.stderr.write(
                _("%(count)s rows are handed back in %(file)s.") % {"count": count, "file": target}
            )
            sys.exit(1)

    def write(
        self, actor: Actor, sheet: Sheet, file: Path, plan: Plan, policy: Policy, on: date, unit: Unit
    ) -> bool:
        """Write the plan, unless faulty rows forbid it; whether it was written."""
        if policy == Policy.ALL and plan.counts[Fate.FAULTY]:
            return False
        with file.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        folder = secrets.token_hex(8)
        run = runs.take(
            actor, sheet=sheet.code, unit=unit, file_name=file.name, folder=folder, digest=digest, on=on
        )
        run = runs.note_check(actor, run=run, state=RunState.CHECKED, counts=plan.counts)
        self.tell(_("Writing to the register"), 0, plan.rows.height)
        runs.apply(actor, sheet, run, policy=policy, on=on, plan=plan)
        self.tell(_("Written"), plan.rows.height, plan.rows.height)
        return True

    def tell(self, step: Text, done: int, total: int) -> None:
        """The step under way, with a bar where one can be drawn."""
        filled = WIDTH * done // total if total else 0
        bar = f"[{'#' * filled}{'.' * (WIDTH - filled)}]" if self.stderr.isatty() else "·"
        rows = f" {total:,}" if total else ""
        self.stderr.write(f"{bar} {step}{rows}")

    def say(self, plan: Plan, *, written: bool) -> None:
        """How many rows fared how."""
        for fate in Fate:
            self.stdout.write(f"{fate.label}\t{plan.counts[fate]:,}")
        if not written:
            self.stdout.write(_("Nothing was written."))


def sheets() -> dict[str, Sheet]:
    """The sheets of every module, by the word the command line has for them."""
    return {sheet.word: sheet for module in MODULES for sheet in module.sheets}


def _unit(said: str) -> Unit:
    """The unit of that name, union code or key."""
    known = Q(name=said) | Q(union__code=said)
    if said.isascii() and said.isdigit() and len(said) <= 2 * SEGMENT:
        known |= Q(pk=int(said))
    found = list(Unit.objects.filter(known, until=None)[:2])
    if len(found) != 1:
        raise CommandError(
            _("There must be one unit called “%(said)s”: give its full name or key.") % {"said": said}
        )
    return found[0]


def _actor(username: str | None, unit: Unit, on: date) -> Actor:
    """The account in a role that may import there; without a name the machine."""
    if username is None:
        return Actor.machine(unit)
    held = Appointment.objects.filter(standing(on), user__username=username, role__in=WRITERS)
    for appointment in held.select_related("user", "unit"):
        actor = Actor.of(appointment)
        if actor.reaches(unit):
            return actor
    raise CommandError(_("%(name)s may not import for this unit.") % {"name": username})
