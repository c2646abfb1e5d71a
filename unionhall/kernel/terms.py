"""Words that every module speaks: roles, privacy, periods, money, refusals."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Self

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


class Role(TextChoices):
    """What an appointment lets its holder do at a unit and below it."""

    WORKER = "worker", _("Worker")
    CLERK = "clerk", _("Clerk")
    REVIEWER = "reviewer", _("Reviewer")
    LEADER = "leader", _("Leader")
    AUDITOR = "auditor", _("Auditor")
    SYSTEM = "system", _("System administrator")
    SECURITY = "security", _("Security administrator")
    AUDIT = "audit", _("Audit administrator")
    MACHINE = "machine", _("Machine")


STAFF = frozenset({Role.CLERK, Role.REVIEWER, Role.LEADER, Role.AUDITOR})
WRITERS = frozenset({Role.CLERK, Role.REVIEWER})
ADMINISTRATORS = frozenset({Role.SYSTEM, Role.SECURITY, Role.AUDIT})


class Privacy(TextChoices):
    """How carefully a table's rows are shown, exported, logged and kept."""

    PUBLIC = "public", _("Public")
    PERSONAL = "personal", _("Personal")
    SENSITIVE = "sensitive", _("Sensitive")


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason why an act is not done: a sentence that says what was wanted and what is missing.

    `field` names the form field it belongs to, `article` the provision it applies.
    """

    message: Text
    field: str = ""
    article: Text = ""

    def __str__(self) -> str:
        return f"{self.message} ({self.article})" if self.article else str(self.message)


class Refused(Exception):  # noqa: N818  a refusal is an answer, not an error
    """An act that is not done, with every reason. Nothing has been written."""

    def __init__(self, reasons: Iterable[Refusal]) -> None:
        self.reasons = tuple(reasons)
        super().__init__("; ".join(str(reason) for reason in self.reasons))


class NotAllowed(Refused):
    """The actor's role may not do this, or the subject is out of reach."""


def refuse(message: Text, field: str = "", article: Text = "") -> Refused:
    """One refusal, ready to raise."""
    return Refused([Refusal(message, field, article)])


def refuse_if(reasons: Iterable[Refusal]) -> None:
    """Raise `Refused` when a rule gave any reason."""
    found = tuple(reasons)
    if found:
        raise Refused(found)


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Half-open days: `start` is in it, `end` is the first day after it; `None` is open."""

    start: date
    end: date | None = None

    def __post_init__(self) -> None:
        if self.end is not None and self.end <= self.start:
            raise refuse(_("A period must end after it starts."), "end")

    @classmethod
    def year(cls, number: int) -> Self:
        """A calendar year."""
        return cls(date(number, 1, 1), date(number + 1, 1, 1))

    @classmethod
    def statistics_year(cls, number: int) -> Self:
        """The year of the national union statistics: 1 October to 30 September (DOMAIN 2.1)."""
        return cls(date(number - 1, 10, 1), date(number, 10, 1))

    @classmethod
    def day(cls, when: date) -> Self:
        """One day."""
        return cls(when, when + timedelta(days=1))

    @property
    def last(self) -> date:
        """The last day in it: the day whose tree and stock a figure of this period shows."""
        if self.end is None:
            raise refuse(_("An open period has no last day."))
        return self.end - timedelta(days=1)

    def __contains__(self, when: date) -> bool:
        return self.start <= when and (self.end is None or when < self.end)

    def overlaps(self, other: "Period") -> bool:
        """Whether a day is in both."""
        return (other.end is None or self.start < other.end) and (self.end is None or other.start < self.end)

    def previous_year(self) -> "Period":
        """The same days one year earlier."""
        return Period(_year_before(self.start), _year_before(self.end) if self.end else None)

    def __iter__(self) -> Iterator[date | None]:
        yield self.start
        yield self.end


def _year_before(when: date) -> date:
    try:
        return when.replace(year=when.year - 1)
    except ValueError:  # 29 February
        return when.replace(year=when.year - 1, day=28)


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """Yuan to the fen; arithmetic that never rounds silently."""

    yuan: Decimal

    def __post_init__(self) -> None:
        if self.yuan != self.yuan.quantize(Decimal("0.01")):
            raise refuse(_("An amount of money has at most two decimals."))

    def __add__(self, other: "Money") -> "Money":
        return Money(self.yuan + other.yuan)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.yuan - other.yuan)

    def __str__(self) -> str:
        return f"¥{self.yuan:,.2f}"
