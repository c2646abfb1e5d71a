"""Rules of membership: standings, how it begins and ends, who may join (DOMAIN 3.2)."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Standing(TextChoices):
    """What a current membership is worth."""

    ACTIVE = "active", _("Active")
    RETAINED = "retained", _("Retained")


class Entered(TextChoices):
    """How a membership began."""

    JOINED = "joined", _("Joined")
    TRANSFERRED = "transferred", _("Transferred in")
    IMPORTED = "imported", _("Imported")
    MERGER = "merger", _("Merger of unions")


class Ended(TextChoices):
    """How a membership ended."""

    TRANSFERRED = "transferred", _("Transferred out")
    LEFT = "left", _("Left")
    EXPELLED = "expelled", _("Expelled")
    DIED = "died", _("Died")
    MERGER = "merger", _("Merger of unions")
