"""Mobile numbers of the mainland."""

import re
import unicodedata

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from unionhall.kernel.terms import Refusal


class PhoneFault(TextChoices):
    """What can be wrong with a mobile number; the label is the sentence."""

    EMPTY = "empty", _("Enter a mobile number.")
    CHARACTERS = "characters", _("A mobile number consists of digits only.")
    LENGTH = "length", _("A mainland mobile number has 11 digits.")
    PREFIX = "prefix", _("A mainland mobile number begins with 13 to 19.")


MOBILE = "1[3-9][0-9]{9}"
MOBILE_LENGTH = 11
DROPPED = "[ \\t\\r\\n\u200b-\u200f\u202a-\u202e\u2060\ufeff'\u2018\u2019()\\-]"
COUNTRY = r"^(?:\+86|0086|86)([0-9]{11})$"


def normalise_phone(phone: str) -> str:
    """Half width, no blanks, dashes or brackets, no country code 86."""
    plain = re.sub(DROPPED, "", unicodedata.normalize("NFKC", phone))
    return re.sub(COUNTRY, r"\1", plain)


def phone_fault(phone: str) -> PhoneFault | None:
    """The first fault of a mobile number."""
    plain = normalise_phone(phone)
    if not plain:
        return PhoneFault.EMPTY
    if not re.fullmatch("[0-9]+", plain):
        return PhoneFault.CHARACTERS
    if len(plain) != MOBILE_LENGTH:
        return PhoneFault.LENGTH
    return None if re.fullmatch(MOBILE, plain) else PhoneFault.PREFIX


def check_phone(phone: str) -> list[Refusal]:
    """The reasons why this is no mainland mobile number; empty when it is one."""
    fault = phone_fault(phone)
    return [Refusal(fault.label, "phone")] if fault else []


def mask_phone(phone: str) -> str:
    """138****1234; anything shorter is hidden whole."""
    if len(phone) < MOBILE_LENGTH:
        return "*" * len(phone)
    return phone[:3] + "*" * (len(phone) - 7) + phone[-4:]
