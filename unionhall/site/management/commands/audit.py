"""`unionhall audit verify`: prove that the log is whole."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from unionhall.kernel.log import verify
from unionhall.kernel.models import LogEntry


class Command(BaseCommand):
    """Walk the chain of the log and name every break."""

    help = "Walk the hash chain of the log; name every place where it does not hold, and exit with 1 if any."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """There is one thing to do."""
        parser.add_argument("what", choices=("verify",))

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Print each break; the exit code says whether there was one."""
        breaks = list(verify())
        for one in breaks:
            self.stdout.write(_("Entry %(number)s: %(why)s.") % {"number": one.number, "why": one.why})
        count = LogEntry.objects.count()
        if breaks:
            raise CommandError(
                _("The log does not hold: %(breaks)s breaks in %(count)s entries.")
                % {"breaks": len(breaks), "count": count}
            )
        self.stdout.write(_("The log is whole: %(count)s entries.") % {"count": count})
