"""Rules of a person's file: what must be known, when two files cannot be one, where two differ."""

from datetime import date

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from unionhall.kernel.terms import Refusal, Text
from unionhall.people.rules.contact import check_phone
from unionhall.people.rules.identity import (
    OLDEST,
    YOUNGEST,
    DocumentKind,
    age_on,
    birth_of,
    check_identity,
    cross_check,
    sex_of,
)

SHORTEST_REASON = 4  # characters; enough to make one say why


def check_facts(
    *, kind: DocumentKind, number: str, sex: str, birth: date | None, phone: str, on: date
) -> list[Refusal]:
    """The reasons why a file cannot be kept with these facts. `on` is the day the age is taken at."""
    found = check_identity(kind, number, on=on) + cross_check(sex, birth, number, kind)
    if phone:
        found += check_phone(phone)
    return found + check_told(sex or sex_of(kind, number) or "", birth or birth_of(kind, number), on=on)


def check_told(sex: str, birth: date | None, *, on: date) -> list[Refusal]:
    """Sex and day of birth must be known, and the age possible."""
    found = []
    if not sex:
        found.append(Refusal(_("State the sex: this document's number does not tell it."), "sex"))
    if birth is None:
        found.append(Refusal(_("State the date of birth: this document's number does not tell it."), "birth"))
    elif not YOUNGEST <= age_on(birth, on) <= OLDEST:
        found.append(
            Refusal(
                format_lazy(
                    _("The date of birth gives an age outside {youngest} to {oldest} years: check the year."),
                    youngest=YOUNGEST,
                    oldest=OLDEST,
                ),
                "birth",
            )
        )
    return found


def check_reason(reason: str) -> list[Refusal]:
    """A reason must say something: it is kept in the log."""
    if len(reason.strip()) >= SHORTEST_REASON:
        return []
    return [
        Refusal(
            format_lazy(
                _("Say why, in at least {count} characters: the reason is kept in the log."),
                count=SHORTEST_REASON,
            ),
            "reason",
        )
    ]


def kept_by(unit: Text) -> Refusal:
    """The number is known already: says where the file is, and nothing about whose it is."""
    if not unit:
        return Refusal(
            _("A person with this number is in the register already; no union keeps the file yet."), "number"
        )
    return Refusal(
        format_lazy(
            _(
                "A person with this number is in the register already; the file is kept by {unit}. "
                "Ask that union to transfer the person."
            ),
            unit=unit,
        ),
        "number",
    )
