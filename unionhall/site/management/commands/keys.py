"""`unionhall keys`: make the key file, add a key, drop the keys that seal nothing any more."""

from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils.translation import gettext as _

from unionhall.kernel import secrets
from unionhall.kernel.fields import SealedField
from unionhall.kernel.pages.accounts import keys_of_secrets
from unionhall.kernel.terms import Refused


class Command(BaseCommand):
    """Keep the file of keys that seal personal data."""

    help = "Make the file of keys that seal personal data, add a key, or drop keys that seal nothing."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What to do, and for a new file by which cipher."""
        parser.add_argument("what", choices=("create", "add", "drop"))
        parser.add_argument("--provider", choices=sorted(secrets.VERSIONS), default="sm4")

    def handle(self, *_args: Any, what: str, provider: secrets.Provider, **_options: Any) -> None:
        """Do it, and say which key seals from now on."""
        path = Path(settings.KEYS_FILE)
        try:
            ring = _done(what, path, provider)
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        facts = {"path": path, "keys": ", ".join(map(str, sorted(ring.keys))), "current": ring.current}
        self.stdout.write(_("%(path)s holds the keys %(keys)s; key %(current)s seals.") % facts)


def _done(what: str, path: Path, provider: secrets.Provider) -> secrets.KeyRing:
    if what == "create":
        path.parent.mkdir(parents=True, exist_ok=True)
        return secrets.create_keys(path, provider)
    if what == "add":
        return secrets.add_key(path)
    ring = secrets.load_keys(path)
    return secrets.drop_keys(path, {ring.current, *(number for number in _used() if number in ring.keys)})


def _used() -> Iterator[int]:
    """The numbers of the keys that seal some value: the second byte of each."""
    yield from keys_of_secrets()
    for model in apps.get_models():
        for column in model._meta.concrete_fields:
            if isinstance(column, SealedField):
                name, table = (connection.ops.quote_name(n) for n in (column.column, model._meta.db_table))
                taken = (
                    "substring({} from 2 for 1)" if connection.vendor == "postgresql" else "substr({}, 2, 1)"
                )
                with connection.cursor() as cursor:
                    cursor.execute(
                        f"SELECT DISTINCT {taken.format(name)} FROM {table} WHERE {name} IS NOT NULL"
                    )
                    yield from (bytes(value)[0] for (value,) in cursor.fetchall())
