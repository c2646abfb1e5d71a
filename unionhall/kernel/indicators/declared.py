"""What an indicator is: sets of rows, when they count, how they are told apart, and what is made of them.

A module writes, in its `indicators.py`:

    MEMBERSHIPS = Fact("membership.memberships", Membership, Stock("since", "until"), dimensions=(SEX, KIND))
    MEMBERS = Count("membership.members", _("Union members"), MEMBERSHIPS, unit=_("persons"))
    DENSITY = Ratio("membership.density", _("Union density"), MEMBERS, WORKERS)
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Model, Q
from django.utils.translation import gettext_lazy as _

from unionhall.kernel.rows import Row, Rows
from unionhall.kernel.terms import Period, Text

Breakdown = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Dimension:
    """One way to tell rows apart.

    `lookup` is the way to the column, from the fact's row, or from its unit where `of_unit`. `groups` names sets of
    values (`non_public`); `tags` says that the column holds several codes between spaces.
    """

    code: str
    title: Text
    lookup: str
    values: Mapping[str, Text] = field(default_factory=dict)
    groups: Mapping[str, frozenset[str]] = field(default_factory=dict)
    of_unit: bool = False
    tags: bool = False

    def codes(self, wanted: str) -> frozenset[str]:
        """The column values that a breakdown value means: a group, or values joined by `+`."""
        found: set[str] = set()
        for part in wanted.split("+"):
            found |= self.groups.get(part, frozenset({part}))
        return frozenset(found)

    def label(self, value: str) -> Text:
        """How a value reads on a page."""
        return self.values.get(value, value or _("not stated"))


@dataclass(frozen=True, slots=True)
class Stock:
    """Rows that hold on the last day of the period: since ≤ day < until."""

    since: str
    until: str
    also: Q = field(default_factory=Q)

    def within(self, period: Period) -> Q:
        """The condition for one period."""
        day = period.last
        open_end = Q(**{f"{self.until}__gt": day}) | Q(**{f"{self.until}": None})
        return Q(**{f"{self.since}__lte": day}) & open_end & self.also

    def key(self, period: Period) -> tuple[date, date]:
        """What the figures of a period are kept under."""
        return (period.last, period.last)


@dataclass(frozen=True, slots=True)
class Flow:
    """Rows whose day lies in the period."""

    on: str

    def within(self, period: Period) -> Q:
        """The condition for one period."""
        return Q(**{f"{self.on}__gte": period.start, f"{self.on}__lte": period.last})

    def key(self, period: Period) -> tuple[date, date]:
        """What the figures of a period are kept under."""
        return (period.start, period.last)


@dataclass(frozen=True, slots=True)
class Fact:
    """A table of things that happened or hold, ready to be counted.

    `unit` is the way to the unit a row counts at; `where` narrows the rows; `sums` names columns that are added up
    (`decimals` of them is how many places they carry).
    """

    code: str
    model: type[Row]
    axis: Stock | Flow
    unit: str = "unit"
    where: Q = field(default_factory=Q)
    dimensions: tuple[Dimension, ...] = ()
    sums: tuple[str, ...] = ()
    decimals: int = 0

    def rows(self, period: Period) -> "Rows[Model]":
        """The rows that count in this period."""
        return self.model._default_manager.filter(self.where, self.axis.within(period))  # type: ignore[return-value]

    def dimension(self, code: str) -> Dimension:
        """The dimension with this code."""
        return next(d for d in self.dimensions if d.code == code)

    def lookup(self, dimension: Dimension) -> str:
        """The way from a row of this fact to the dimension's column."""
        return f"{self.unit}__{dimension.lookup}" if dimension.of_unit else dimension.lookup

    def condition(self, breakdown: Breakdown) -> Q:
        """The rows that a breakdown means."""
        found = Q()
        for code, wanted in breakdown.items():
            dimension = self.dimension(code)
            codes, way = dimension.codes(wanted), self.lookup(dimension)
            if dimension.tags:
                tagged = Q()
                for tag in codes:
                    tagged |= Q(**{f"{way}__contains": f" {tag} "})
                found &= tagged
            else:
                found &= Q(**{f"{way}__in": codes})
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """A number that can be told of every unit and period, in words and from rows."""

    code: str
    title: Text
    definition: Text = ""
    unit: Text = ""
    always: Breakdown = field(default_factory=dict)

    @property
    def module(self) -> str:
        """The module it belongs to."""
        return self.code.partition(".")[0]

    @property
    def facts(self) -> tuple[Fact, ...]:
        """The facts it is made of."""
        raise NotImplementedError

    @property
    def dimensions(self) -> tuple[Dimension, ...]:
        """How it can be broken down: the dimensions that all its facts share."""
        first, *rest = self.facts
        shared = [
            d for d in first.dimensions if all(any(o.code == d.code for o in f.dimensions) for f in rest)
        ]
        return tuple(d for d in shared if d.code not in self.always)

    def supports(self, breakdown: Breakdown) -> bool:
        """Whether it can be broken down like this."""
        known = {d.code for d in self.dimensions} | set(self.always)
        return set(breakdown) <= known


@dataclass(frozen=True, slots=True, kw_only=True)
class Count(Indicator):
    """How many rows."""

    fact: Fact

    @property
    def facts(self) -> tuple[Fact, ...]:
        """The one fact counted."""
        return (self.fact,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum(Indicator):
    """The total of a column."""

    fact: Fact
    column: str

    @property
    def facts(self) -> tuple[Fact, ...]:
        """The one fact added up."""
        return (self.fact,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Distinct(Indicator):
    """How many different things a column names: persons, not participations; exact at every unit."""

    fact: Fact
    column: str

    @property
    def facts(self) -> tuple[Fact, ...]:
        """The one fact whose column is told apart."""
        return (self.fact,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio(Indicator):
    """One indicator over another, in per cent unless `factor` says otherwise. Nothing to divide by is no value."""

    numerator: Indicator
    denominator: Indicator
    factor: int = 100

    @property
    def facts(self) -> tuple[Fact, ...]:
        """The facts of both."""
        return (*self.numerator.facts, *self.denominator.facts)


class Severity:
    """How bad it is when a check finds rows."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """An indicator whose right value is nought: the rows it finds should not be there."""

    code: str
    title: Text
    advice: Text
    model: type[Row]
    rows: Callable[[date], "Rows[Model]"]
    severity: str = Severity.WARNING


def day_of(when: date) -> Period:
    """The period whose stock is that of one day."""
    return Period(when, when + timedelta(days=1))
