"""What a page of figures is about: a unit in reach, a period, a breakdown, all in the address."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import Http404, QueryDict
from django.utils.translation import gettext_lazy as _

from unionhall.kernel.indicators.declared import Breakdown, Dimension, Flow, Indicator
from unionhall.kernel.indicators.rollup import parts
from unionhall.kernel.models import Unit
from unionhall.kernel.pages.units import UnitByName
from unionhall.kernel.terms import Period
from unionhall.kernel.writing import Actor

FIRST_YEAR = 2000
LONGEST_KEY = 18
PREFIX = "by-"
STATISTICS = "statistics"


@dataclass(frozen=True, slots=True)
class Choice:
    """One unit, one period."""

    unit: Unit
    year: int
    period: Period
    statistics: bool = False

    def query(self, **more: str | int) -> str:
        """The same choice as the end of an address."""
        kept: dict[str, str | int] = {"unit": self.unit.pk, "year": self.year}
        if self.statistics:
            kept["reckoned"] = STATISTICS
        return urlencode({**kept, **{name: value for name, value in more.items() if value}})

    @property
    def before(self) -> Period:
        """The same period a year earlier."""
        return self.period.previous_year()


class UnitInReach(UnitByName):
    """A unit by name, which the reader must reach; `known` is the one that the address names by its key."""

    known: Unit | None = None
    actor: Actor

    def clean(self, value: Any) -> Any:
        """The unit, if it is in reach."""
        found = self.known or super().clean(value)
        if found is not None and not self.actor.reaches(found):
            raise forms.ValidationError(_("To see figures choose a unit in your reach: this one is not."))
        return found


class ChoiceForm(forms.Form):
    """Unit, year and how a year is reckoned."""

    unit = UnitInReach(label=_("Unit"), required=False)
    year = forms.TypedChoiceField(
        label=_("Year"),
        coerce=int,
        required=False,
        error_messages={"invalid_choice": _("To see figures choose a year that has begun, from the list.")},
    )
    reckoned = forms.ChoiceField(
        label=_("Reckoned"),
        required=False,
        choices=[("", _("calendar year")), (STATISTICS, _("statistics year, from 1 October"))],
    )

    def __init__(self, asked: Mapping[str, Any], *, actor: Actor, today: date, known: Unit | None) -> None:
        unit, typed = known or actor.unit, asked.get("unit", "")
        reckoned = asked.get("reckoned", "")
        last = current_year(today, statistics=reckoned == STATISTICS)
        name = typed if typed and not known else unit.name if unit else ""
        super().__init__({"unit": name, "year": asked.get("year") or str(last), "reckoned": reckoned})
        units: Any = self.fields["unit"]
        units.actor, units.known = actor, unit if known or not typed else None
        years: Any = self.fields["year"]
        years.choices = [(year, str(year)) for year in range(last, FIRST_YEAR - 1, -1)]


def current_year(today: date, *, statistics: bool) -> int:
    """The year that today is in, as it is reckoned."""
    return today.year + (statistics and today >= Period.statistics_year(today.year + 1).start)


def chosen(query: QueryDict, actor: Actor, today: date) -> tuple[Choice, ChoiceForm]:
    """What the address asks for, and the form that changes it.

    A unit named by key that is out of reach is not there (404). What is typed wrongly is said at its field, and the
    page shows the actor's own unit and this year instead.
    """
    if actor.unit is None:
        raise Http404
    form = ChoiceForm(query.dict(), actor=actor, today=today, known=_named(query.get("unit", ""), actor))
    form.is_valid()
    unit = form.cleaned_data.get("unit") or actor.unit
    statistics = form.cleaned_data.get("reckoned") == STATISTICS
    year = form.cleaned_data.get("year") or current_year(today, statistics=statistics)
    whole = Period.statistics_year(year) if statistics else Period.year(year)
    end = min(whole.last, today) + timedelta(days=1)
    return Choice(unit, year, Period(whole.start, end), statistics), form


def _named(text: str, actor: Actor) -> Unit | None:
    """The unit whose key this is; none when it is no key."""
    if not (text.isascii() and text.isdigit()):
        return None
    unit = Unit.objects.filter(pk=int(text)).first() if len(text) <= LONGEST_KEY else None
    if unit is None or not actor.reaches(unit):
        raise Http404
    return unit


def breakdown_of(query: Mapping[str, str], indicator: Indicator) -> Breakdown:
    """The breakdown in the address. A dimension or a value that the indicator does not know is not there."""
    known = {dimension.code: dimension for dimension in indicator.dimensions}
    found = {name.removeprefix(PREFIX): value for name, value in query.items() if name.startswith(PREFIX)}
    if not all(code in known and knows(known[code], value) for code, value in found.items()):
        raise Http404
    return found


def knows(dimension: Dimension, wanted: str) -> bool:
    """Whether a dimension has this value, or these joined by `+`; one without a list of values has any."""
    if not dimension.values:
        return bool(wanted)
    return all(part in dimension.values or part in dimension.groups for part in wanted.split("+"))


def as_of(indicator: Indicator, period: Period) -> str:
    """The day of a stock, or the days of a flow."""
    flows = any(isinstance(part.fact.axis, Flow) for _role, part in parts(indicator))
    return f"{period.start} – {period.last}" if flows else period.last.isoformat()


def child_units(unit: Unit, keys: Sequence[int]) -> dict[int, Unit]:
    """The units with these keys, without asking for each."""
    return {unit.pk: unit, **Unit.objects.in_bulk(list(keys))}
