"""`unionhall reseal`: seal all personal data anew with the current key."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from unionhall.kernel.writing import Actor
from unionhall.people.actions.sealing import reseal


class Command(BaseCommand):
    """After `keys add`: seal numbers and phones anew, so that the older keys can be dropped."""

    help = "Seal personal data anew with the current key. Stopped half way, it goes on when run again."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Slice by slice, telling how far it has come."""
        for at in reseal(Actor.machine()):
            self.stderr.write(
                _("%(seen)s persons looked at, %(changed)s sealed anew.")
                % {"seen": at.seen, "changed": at.changed}
            )
