"""`unionhall demo`: build a demo federation in an empty database."""

from argparse import ArgumentParser
from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from unionhall.kernel.terms import Refused
from unionhall.kernel.writing import Actor
from unionhall.law.actions import load_calendar, load_packs
from unionhall.law.rules.packs import shipped
from unionhall.report.demo.accounts import Account, make_password, open_accounts
from unionhall.report.demo.building import build
from unionhall.report.demo.pending import leave_pending
from unionhall.report.demo.plans import DEFAULT, PLANS

FULL = "full"


class Command(BaseCommand):
    """Build a demo federation and print one account a role."""

    help = "Build a demo federation in an empty database: the tree is real, all people are made up."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which report, at which size, from which seed."""
        parser.add_argument("--report", choices=sorted(PLANS), default=DEFAULT, help="whose federation")
        parser.add_argument("--scale", default="0.01", help="share of the published size, or “full”")
        parser.add_argument("--seed", type=int, default=1, help="the same seed makes the same people")

    def handle(self, *_args: Any, report: str, scale: str, seed: int, **_options: Any) -> None:
        """Build, then open the accounts."""
        began, password, today = monotonic(), make_password(), timezone.localdate()
        try:
            built = build(PLANS[report], scale=_scale(scale), seed=seed, today=today, say=self._say)
            load_packs(Actor.machine(), packs=shipped())
            load_calendar(Actor.machine())
            accounts = open_accounts(built, seed=seed, today=today, password=password)
            leave_pending(accounts, seed=seed, today=today, password=password)
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self._say(
            _("%(units)s units, %(persons)s persons, %(seconds)s s")
            % {
                "units": f"{built.units:,}",
                "persons": f"{built.persons:,}",
                "seconds": f"{monotonic() - began:.1f}",
            }
        )
        self._print(accounts, password)

    def _say(self, line: str) -> None:
        self.stderr.write(line)

    def _print(self, accounts: list[Account], password: str) -> None:
        self.stdout.write(_("Password of every account: %(password)s") % {"password": password})
        for account in accounts:
            role = str(account.role.label)
            self.stdout.write(f"  {account.username:<10} {account.holder}  {role}  {account.unit}")


def _scale(text: str) -> float:
    if text == FULL:
        return 1.0
    try:
        return float(text)
    except ValueError as error:
        raise CommandError(_("The scale of a demo is a number from 0.0005 to 1, or “full”.")) from error
