"""Values of rules: each is kept as text, and means something by its kind. What cannot mean anything is refused."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Protocol, TypeVar

from django.db.models import TextChoices
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from unionhall.kernel.terms import Money, Refusal, Refused, Text, refuse
from unionhall.law.rules.regions import within

KEY = re.compile(r"[a-z]+(?:\.[a-z0-9]+(?:_[a-z0-9]+)*)+")
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
MOST_DAYS = 36_600
LEAST_LINES = 2

Cell = Decimal | str | None
Items = tuple[Decimal, ...] | tuple[str, ...]
Lines = tuple[dict[str, Cell], ...]
Value = Decimal | int | Fraction | Money | str | Items | Lines


class Kind(TextChoices):
    """What the text of a value means."""

    NUMBER = "number", pgettext_lazy("kind of rule", "Number")
    DAYS = "days", pgettext_lazy("kind of rule", "Calendar days")
    WORKING_DAYS = "working_days", pgettext_lazy("kind of rule", "Working days")
    SHARE = "share", pgettext_lazy("kind of rule", "Share")
    MONEY = "money", pgettext_lazy("kind of rule", "Money")
    TEXT = "text", pgettext_lazy("kind of rule", "Text")
    LIST = "list", pgettext_lazy("kind of rule", "List")
    TABLE = "table", pgettext_lazy("kind of rule", "Table")


class Status(TextChoices):
    """How sure a rule is."""

    STATUTE = "statute", _("statute")
    OFFICIAL = "official", _("official page")
    UNCONFIRMED = "unconfirmed", _("unconfirmed")


class Group(TextChoices):
    """What rules are about: the part of a key before its first dot."""

    UNIONS = "unions", _("Founding, elections, legal person")
    MEMBERSHIP = "membership", pgettext_lazy("group of rules", "Membership")
    BARGAINING = "bargaining", _("Collective contracts")
    DEMOCRACY = "democracy", _("Workers' congress and proposals")
    COMPETITION = "competition", _("Suggestions and competitions")
    INNOVATION = "innovation", _("Innovation studios")
    HONOURS = "honours", pgettext_lazy("group of rules", "Honours")
    ASSISTANCE = "assistance", _("Hardship and assistance")
    MUTUALAID = "mutualaid", _("Mutual aid")
    FINANCE = "finance", _("Union funds")
    RIGHTS = "rights", _("Rights, petitions, legal aid")
    PLACES = "places", _("Service sites")
    RECUPERATION = "recuperation", _("Recuperation")
    ASSESSMENT = "assessment", _("Assessment of work")


def parse(kind: str, text: str) -> Value:
    """What the text of a value means.

    A number is a Decimal; days and working days an int; a share (“60%” or “2/3”) a Fraction from 0 to 1; money `Money`;
    a list (items between “、”) numbers where all items are, else texts; a table (a line of names, then lines of cells,
    cells between “|”) one dict a line, an empty cell None. Nonsense is refused.
    """
    plain = text.strip()
    if not plain:
        raise refuse(_("A rule needs a value."), "value")
    return _PARSERS[Kind(kind)](plain)


def _number(text: str) -> Decimal:
    if not NUMBER.fullmatch(text):
        raise refuse(
            format_lazy(_("“{text}” is not a number: write it in digits, as 25 or 1.5."), text=text), "value"
        )
    return Decimal(text)


def _days(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or int(text) > MOST_DAYS:
        raise refuse(
            format_lazy(_("“{text}” is not a number of days: write a whole number, as 15."), text=text),
            "value",
        )
    return int(text)


def _share(text: str) -> Fraction:
    try:
        found = Fraction(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except (ValueError, ZeroDivisionError):
        found = Fraction(-1)
    if not 0 <= found <= 1:
        raise refuse(
            format_lazy(_("“{text}” is not a share: write 2/3 or 60%, from 0 to 1."), text=text), "value"
        )
    return found


def _money(text: str) -> Money:
    try:
        found = Money(Decimal(text)) if NUMBER.fullmatch(text) else None
    except (Refused, InvalidOperation):
        found = None
    if found is None or found.yuan < 0:
        raise refuse(
            format_lazy(
                _("“{text}” is not an amount of money: write yuan in digits, as 3000 or 45.50."), text=text
            ),
            "value",
        )
    return found


def _list(text: str) -> Items:
    items = [item.strip() for item in re.split("[、\n]", text)]
    if not all(items):
        raise refuse(_("An item of the list is empty: write the items with “、” between them."), "value")
    if all(NUMBER.fullmatch(item) for item in items):
        return tuple(Decimal(item) for item in items)
    return tuple(items)


def _table(text: str) -> Lines:
    lines = [[cell.strip() for cell in line.split("|")] for line in text.splitlines() if line.strip()]
    names = lines[0]
    if len(lines) < LEAST_LINES or not all(names) or len(set(names)) < len(names):
        raise refuse(
            _("A table needs a line of different names and at least one line of cells below it."), "value"
        )
    for number, line in enumerate(lines[1:], 2):
        if len(line) != len(names):
            raise refuse(
                format_lazy(
                    _("Line {number} of the table has {cells} cells, its first line has {names}."),
                    number=number,
                    cells=len(line),
                    names=len(names),
                ),
                "value",
            )
    return tuple(dict(zip(names, map(_cell, line), strict=True)) for line in lines[1:])


def _cell(text: str) -> Cell:
    if not text:
        return None
    return Decimal(text) if NUMBER.fullmatch(text) else text


_PARSERS: dict[Kind, Callable[[str], Value]] = {
    Kind.NUMBER: _number,
    Kind.DAYS: _days,
    Kind.WORKING_DAYS: _days,
    Kind.SHARE: _share,
    Kind.MONEY: _money,
    Kind.TEXT: str,
    Kind.LIST: _list,
    Kind.TABLE: _table,
}


def check_rule(
    *, key: str, kind: str, value: str, citation: str, since: date, until: date | None
) -> Iterator[Refusal]:
    """Why these facts make no rule."""
    if not KEY.fullmatch(key):
        yield Refusal(
            _(
                "A key is made of small letters, digits and “_”, its group and its name with a dot between them."
            ),
            "key",
        )
    if not citation.strip():
        yield Refusal(_("A rule needs its citation: which law or paper says so, and where."), "citation")
    if until is not None and until <= since:
        yield Refusal(_("A rule must end after it begins."), "until")
    try:
        parse(kind, value)
    except Refused as refused:
        yield from refused.reasons


def article_of(citation: str, status: str) -> Text:
    """The citation as screens and refusals show it: one that is unconfirmed says so."""
    if status == Status.UNCONFIRMED:
        return format_lazy(_("{citation} (unconfirmed)"), citation=citation)
    return citation


class Held(Protocol):
    """What holds in a region for some days."""

    region: str
    since: date
    until: date | None
    retired: date | None


H = TypeVar("H", bound=Held)


def holds(one: Held, on: date) -> bool:
    """Whether it is in force on this day."""
    return one.since <= on and all(end is None or on < end for end in (one.until, one.retired))


def pick(candidates: Iterable[H], region: str, on: date) -> H | None:
    """The one that applies: of the nearest region that has one in force on this day, the newest."""
    fitting: Sequence[H] = [one for one in candidates if within(region, one.region) and holds(one, on)]
    return max(fitting, key=lambda one: (len(one.region), one.since), default=None)
