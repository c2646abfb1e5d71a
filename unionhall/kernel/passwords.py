"""What a password must be. The numbers are settings; their defaults are habit, since GB/T 22239 gives none."""

from datetime import date, timedelta

from django.conf import settings
from django.contrib.auth.password_validation import MinimumLengthValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from unionhall.kernel.models import User


class Length(MinimumLengthValidator):
    """Django's validator, whose sentence Django itself does not say in Chinese."""

    min_length: int

    def get_error_message(self) -> str:
        """What is asked, in one sentence."""
        return ngettext(
            "A password has at least %(length)s character: this one is shorter.",
            "A password has at least %(length)s characters: this one is shorter.",
            self.min_length,
        ) % {"length": self.min_length}


class KindsOfCharacters:
    """A validator: of small letters, capitals, digits and other signs at least `kinds` must be there."""

    def __init__(self, kinds: int = 3) -> None:
        self.kinds = kinds

    def validate(self, password: str, user: object = None) -> None:  # noqa: ARG002  Django's signature
        """Raise `ValidationError` when there are too few kinds."""
        found = {self._kind(sign) for sign in password}
        if len(found) < self.kinds:
            raise ValidationError(self.get_help_text(), code="password_too_few_kinds")

    def get_help_text(self) -> str:
        """What is asked, in one sentence."""
        return _(
            "A password mixes at least %(kinds)s of these: small letters, capital letters, digits, other signs."
        ) % {"kinds": self.kinds}

    @staticmethod
    def _kind(sign: str) -> str:
        if sign.isdigit():
            return "digit"
        return "small" if sign.islower() else "capital" if sign.isupper() else "other"


def outdated(user: User, today: date) -> bool:
    """Whether the password is older than the settings let it be; one without a day is not."""
    days: int = settings.PASSWORD_DAYS
    return bool(days and user.password_on and user.password_on + timedelta(days=days) <= today)
