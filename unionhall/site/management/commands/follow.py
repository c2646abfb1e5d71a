"""`unionhall follow`: hand new log entries to the modules that react to them."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from unionhall.kernel.following import feed
from unionhall.modules import MODULES


class Command(BaseCommand):
    """React to what was done: once, or again and again until stopped."""

    help = "Hand new log entries to the modules that follow them; with --every, go on until stopped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """How often."""
        parser.add_argument(
            "--every", type=float, default=0, help="seconds between two rounds; 0 is one round"
        )

    def handle(self, *_args: Any, every: float, **_options: Any) -> None:
        """One round, or many."""
        follows = [follow for module in MODULES for follow in module.follows]
        while True:
            done, failures = feed(follows)
            if done:
                self.stdout.write(f"{done} reactions")
            for failure in failures:
                self.stderr.write(f"{failure.follower} on entry {failure.entry}: {failure.why}")
            if not every:
                return
            time.sleep(every)
