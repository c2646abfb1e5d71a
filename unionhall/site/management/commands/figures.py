"""`unionhall figures forget`: throw the derived sums away."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from unionhall.kernel.indicators.cubes import forget


class Command(BaseCommand):
    """Forget the derived sums of figures; they are counted again from the rows when asked for."""

    help = "Throw away the derived sums of figures: they are counted again from the rows when asked for."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """There is one thing to do."""
        parser.add_argument("what", choices=("forget",))

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Forget, and say how many there were."""
        self.stdout.write(_("Derived sums forgotten: %(count)s.") % {"count": forget()})
