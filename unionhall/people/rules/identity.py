"""Identity documents: which number is possible, what it says of its holder, how it is shown."""

import re
import unicodedata
from datetime import date
from types import MappingProxyType

from django.db.models import TextChoices
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from unionhall.kernel.terms import Refusal, Text


class DocumentKind(TextChoices):
    """The document that proves who a person is."""

    RESIDENT_ID = "resident_id", _("Resident identity card")
    PASSPORT = "passport", _("Passport")
    HKMT_PERMIT = "hkmt_permit", _("Mainland travel permit for Hong Kong and Macao residents")
    TW_PERMIT = "tw_permit", _("Mainland travel permit for Taiwan residents")
    HKMT_RESIDENCE = "hkmt_residence", _("Residence permit for Hong Kong, Macao and Taiwan residents")
    FOREIGN_PERMIT = "foreign_permit", _("Foreign permanent resident identity card")


class Sex(TextChoices):
    """GB/T 2261.1."""

    MALE = "1", _("Male")
    FEMALE = "2", _("Female")


class IdentityFault(TextChoices):
    """What can be wrong with a number; the label is the sentence, the value the code of a column check."""

    EMPTY = "empty", _("Enter the number of the document.")
    FIFTEEN = (
        "fifteen",
        _("A 15-digit number is no longer valid: enter the 18-digit number of the present card."),
    )
    LENGTH = "length", _("The number must have 18 characters.")
    CHARACTERS = "characters", _("The number must be 17 digits followed by a digit or X.")
    SHAPE = "shape", _("The number does not have the form of this document's numbers.")
    AREA = "area", _("The first digits of the number name no region that issues this document.")
    DATE = "date", _("The date of birth in the number does not exist.")
    FUTURE = "future", _("The date of birth in the number lies in the future.")
    YOUNG = "young", _("The number belongs to a person younger than 14: check the year of birth.")
    AGED = "aged", _("The number belongs to a person older than 120: check the year of birth.")
    DIGIT = "digit", _("The last character of the number does not fit the others: one of them is mistyped.")


# Article shown beside a refusal. GB 11643-1999 is the standard of the citizen number.
STANDARD = "GB 11643"

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_CHARACTERS = "10X98765432"
PROVINCES = frozenset(
    f"{zone}{province}"
    for zone, provinces in (
        ("1", "12345"),
        ("2", "123"),
        ("3", "1234567"),
        ("4", "123456"),
        ("5", "01234"),
        ("6", "12345"),
    )
    for province in provinces
)
# Hong Kong, Macao, Taiwan: the region of a residence permit is one of three whole codes.
RESIDENCE_AREAS = frozenset({"810000", "820000", "830000"})
YOUNGEST = 14  # years; union law knows no age, so this only catches slips of typing
OLDEST = 120

EIGHTEEN = r"[0-9]{17}[0-9X]"
# Forms of the other documents, wide enough for older issues (general knowledge, no single source).
SHAPES = MappingProxyType(
    {
        DocumentKind.PASSPORT: r"[A-Z0-9]{5,15}",
        DocumentKind.HKMT_PERMIT: r"[HM](?:[0-9]{8}|[0-9]{10})",
        DocumentKind.TW_PERMIT: r"(?:[0-9]{8}|[0-9]{10}[A-Z]?)",
    }
)
OLD_FOREIGN = r"[A-Z]{3}[0-9]{12}"
OLD_FOREIGN_LENGTH = 15
LENGTH = 18
WITH_EIGHTEEN = frozenset(
    {DocumentKind.RESIDENT_ID, DocumentKind.HKMT_RESIDENCE, DocumentKind.FOREIGN_PERMIT}
)

# What is dropped from a typed number once it is in half width: blanks, invisible marks, apostrophes.
DROPPED = "[ \\t\\r\\n\u200b-\u200f\u202a-\u202e\u2060\ufeff'\u2018\u2019]"


def normalise_number(number: str) -> str:
    """The number as it is kept: half width, no blanks, capital letters."""
    return re.sub(DROPPED, "", unicodedata.normalize("NFKC", number)).upper()


def check_digit(body: str) -> str:
    """The 18th character for 17 digits, after GB 11643 (ISO 7064 MOD 11-2)."""
    return CHECK_CHARACTERS[sum(int(c) * w for c, w in zip(body, WEIGHTS, strict=True)) % 11]


def eighteen_of(number: str) -> str:
    """The 18-digit form of an old 15-digit number: century 19 put in, check digit added."""
    body = number[:6] + "19" + number[6:]
    return body + check_digit(body)


def faults(kind: DocumentKind, number: str, *, on: date) -> tuple[IdentityFault, ...]:
    """Every fault of a number, the first one being the one that a column check gives.

    `on` is the day the age is taken at.
    """
    number = normalise_number(number)
    if not number:
        return (IdentityFault.EMPTY,)
    if kind in SHAPES:
        return () if re.fullmatch(SHAPES[kind], number) else (IdentityFault.SHAPE,)
    if kind is DocumentKind.FOREIGN_PERMIT and len(number) == OLD_FOREIGN_LENGTH:
        return _old_foreign_faults(number)
    form = _form_fault(kind, number)
    return (form,) if form else tuple(_eighteen_faults(kind, number, on))


def check_identity(kind: DocumentKind, number: str, *, on: date) -> list[Refusal]:
    """The reasons why `number` cannot be the number of a document of this kind; empty when it can."""
    return [
        Refusal(_sentence(fault, number), "number", STANDARD if kind in WITH_EIGHTEEN else "")
        for fault in faults(kind, number, on=on)
    ]


def birth_of(kind: DocumentKind, number: str) -> date | None:
    """The day of birth that the number carries; None where it carries none in full."""
    number = normalise_number(number)
    if kind not in WITH_EIGHTEEN or not re.fullmatch(EIGHTEEN, number):
        return None
    return _date_of(number[6:14])


def sex_of(kind: DocumentKind, number: str) -> Sex | None:
    """The sex that the number carries (17th digit, odd is male); None where it carries none."""
    number = normalise_number(number)
    if kind not in WITH_EIGHTEEN or not re.fullmatch(EIGHTEEN, number):
        return None
    return Sex.MALE if int(number[16]) % 2 else Sex.FEMALE


def cross_check(
    sex: str, birth: date | None, number: str, kind: DocumentKind = DocumentKind.RESIDENT_ID
) -> list[Refusal]:
    """The reasons why the stated sex and day of birth do not go with the number."""
    found = []
    told_sex, told_birth = sex_of(kind, number), birth_of(kind, number)
    if sex and told_sex and sex != told_sex:
        found.append(
            Refusal(_("The sex stated differs from the one in the identity number."), "sex", STANDARD)
        )
    if birth and told_birth and birth != told_birth:
        found.append(
            Refusal(
                _("The date of birth stated differs from the one in the identity number."), "birth", STANDARD
            )
        )
    return found


def mask_number(number: str) -> str:
    """A number as a screen shows it: first three and last four characters (230***********1234).

    A number too short for that keeps its first and last character.
    """
    keep_first, keep_last = (3, 4) if len(number) > 9 else (1, 1)  # noqa: PLR2004  a passport has nine
    hidden = len(number) - keep_first - keep_last
    if hidden <= 0:
        return "*" * len(number)
    return number[:keep_first] + "*" * hidden + number[-keep_last:]


def age_on(birth: date, on: date) -> int:
    """Completed years of age."""
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))


def _sentence(fault: IdentityFault, number: str) -> Text:
    if fault is IdentityFault.FIFTEEN:
        return format_lazy(
            _(
                "A 15-digit number is no longer valid: put 19 before the year of birth and add the "
                "check digit. The 18-digit form is {number}; compare it with the present card."
            ),
            number=eighteen_of(normalise_number(number)),
        )
    return fault.label


def _form_fault(kind: DocumentKind, number: str) -> IdentityFault | None:
    if kind is DocumentKind.RESIDENT_ID and re.fullmatch("[0-9]{15}", number):
        return IdentityFault.FIFTEEN
    if len(number) != LENGTH:
        return IdentityFault.LENGTH
    return None if re.fullmatch(EIGHTEEN, number) else IdentityFault.CHARACTERS


def _eighteen_faults(kind: DocumentKind, number: str, on: date) -> list[IdentityFault]:
    found = [] if _area_exists(kind, number) else [IdentityFault.AREA]
    birth = _date_of(number[6:14])
    if birth is None:
        found.append(IdentityFault.DATE)
    elif birth > on:
        found.append(IdentityFault.FUTURE)
    elif age_on(birth, on) < YOUNGEST:
        found.append(IdentityFault.YOUNG)
    elif age_on(birth, on) > OLDEST:
        found.append(IdentityFault.AGED)
    if check_digit(number[:17]) != number[17]:
        found.append(IdentityFault.DIGIT)
    return found


def _area_exists(kind: DocumentKind, number: str) -> bool:
    """Whether the region part is plausible; counties are not looked up, since abolished ones live on."""
    if kind is DocumentKind.HKMT_RESIDENCE:
        return number[:6] in RESIDENCE_AREAS
    if kind is DocumentKind.FOREIGN_PERMIT:  # 9, province of issue, ISO 3166 numeric country
        return number[0] == "9" and number[1:3] in PROVINCES
    return number[:2] in PROVINCES


def _old_foreign_faults(number: str) -> tuple[IdentityFault, ...]:
    """Country, four digits of the issuing region, birth as YYMMDD in a century not told, two digits."""
    if not re.fullmatch(OLD_FOREIGN, number):
        return (IdentityFault.SHAPE,)
    found = [] if number[3:5] in PROVINCES else [IdentityFault.AREA]
    if _date_of("20" + number[7:13]) is None:  # 2000 was a leap year, 1900 was not: the wider of the two
        found.append(IdentityFault.DATE)
    return tuple(found)


def _date_of(digits: str) -> date | None:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return None
