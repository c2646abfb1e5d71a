"""`unionhall law load`: bring the rules of law and the working calendar to what comes with the house."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from unionhall.kernel.terms import Refused
from unionhall.kernel.writing import Actor
from unionhall.law.actions import load_calendar, load_packs
from unionhall.law.rules.packs import shipped


class Command(BaseCommand):
    """Load the rule packs and the calendar; the same ones again change nothing."""

    help = (
        "Load the rule packs and the working calendar that come with the house; what is loaded already stays."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """There is one thing to do."""
        parser.add_argument("what", choices=("load",))

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Load both, and say what changed."""
        machine = Actor.machine()
        try:
            loaded = load_packs(machine, packs=shipped())
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        days = load_calendar(machine)
        self.stdout.write(
            _("Rules of law: %(added)s added, %(closed)s ended, %(amended)s corrected, %(kept)s as before.")
            % {
                "added": loaded.added,
                "closed": loaded.closed,
                "amended": loaded.amended,
                "kept": loaded.kept + loaded.local,
            }
        )
        self.stdout.write(_("Working calendar: %(days)s days entered.") % {"days": days})
