"""`unionhall begin`: the top unit of a new installation, and the accounts of its three administrators."""

import secrets
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from unionhall.kernel import actions
from unionhall.kernel.terms import Refused, Role
from unionhall.kernel.writing import Actor
from unionhall.law.actions import load_calendar, load_packs
from unionhall.law.rules.packs import shipped
from unionhall.law.rules.regions import plain_region

ADMINISTRATORS = {"system": Role.SYSTEM, "security": Role.SECURITY, "audit": Role.AUDIT}


class Command(BaseCommand):
    """Begin an installation: one unit, three administrators."""

    help = "Begin a new installation: make its top unit and the accounts of the three administrators."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which union the installation is of."""
        parser.add_argument("name", help="full name of the union at the top")
        parser.add_argument("--kind", default="federation", help="kind of that union")
        parser.add_argument("--region", default="", help="its region code, as 230100; none for the nation")

    def handle(self, *_args: Any, name: str, kind: str, region: str, **_options: Any) -> None:
        """Make them, and print each first password once."""
        machine, today = Actor.machine(), timezone.localdate()
        try:
            plain_region(region)
            unit = actions.begin(machine, name=name, kind=kind, on=today, region=region)
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        for username, role in ADMINISTRATORS.items():
            password = f"{secrets.token_urlsafe(9)}-A1a"
            user = actions.open_account(
                machine, username=username, display_name=str(role.label), password=password, on=today
            )
            actions.appoint(machine, user=user, unit=unit, role=role, on=today)
            self.stdout.write(f"{username}  {password}")
        load_packs(machine, packs=shipped())
        load_calendar(machine)
        self.stdout.write(_("Hand each to its holder: the first log-in asks for a new one."))
