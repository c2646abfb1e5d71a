"""What a page of figures is about: a unit in reach, a period, a breakdown, all in the address."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from django import forms
from django.http import Http404, QueryDict
from django.utils.translation import gettext_lazy as _

from unionhall.kernel.indicators.declared import Breakdown, Flow, Indicator
from unionhall.kernel.indicators.rollup import parts
from unionhall.kernel.models import Unit
from unionhall.kernel.pages.units import UnitByName
from unionhall.kernel.terms import Period
from unionhall.kernel.writing import Actor

FIRST_YEAR = 2000
PREFIX = "by-"


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
            kept["reckoned"] = "statistics"
        return urlencode({**kept, **{name: value for name, value in more.items() if value}})

    @property
    def before(self) -> Period:
        """The same period a year earlier."""
        return self.period.previous_year()


class ChoiceForm(forms.Form):
    """Unit, year and how a year is reckoned."""

    unit = UnitByName(label=_("Unit"), required=False)
    year = forms.TypedChoiceField(label=_("Year"), coerce=int, required=False)
    reckoned = forms.ChoiceField(
        label=_("Reckoned"),
        required=False,
        choices=[("", _("calendar year")), ("statistics", _("statistics year, from 1 October"))],
    )


def chosen(query: QueryDict, actor: Actor, today: date) -> Choice:
    """What the address asks for; a unit out of reach is not there."""
    unit = actor.unit
    wanted = query.get("unit", "")
    if wanted:
        unit = Unit.objects.filter(pk=int(wanted)).first() if wanted.isdigit() else UnitByName().clean(wanted)
    if unit is None or not actor.reaches(unit):
        raise Http404
    year = int(query.get("year", "0")) if query.get("year", "").isdigit() else today.year
    if not FIRST_YEAR <= year <= today.year:
        raise Http404
    statistics = query.get("reckoned") == "statistics"
    whole = Period.statistics_year(year) if statistics else Period.year(year)
    end = min(whole.last, today) + timedelta(days=1)
    if end <= whole.start:
        raise Http404
    return Choice(unit, year, Period(whole.start, end), statistics)


def form_of(choice: Choice, today: date) -> ChoiceForm:
    """The form that changes the choice."""
    form = ChoiceForm(
        {
            "unit": choice.unit.name,
            "year": choice.year,
            "reckoned": "statistics" if choice.statistics else "",
        }
    )
    field = form.fields["year"]
    if isinstance(field, forms.TypedChoiceField):
        field.choices = [(year, str(year)) for year in range(today.year, FIRST_YEAR - 1, -1)]
    return form


def breakdown_of(query: Mapping[str, str], indicator: Indicator) -> Breakdown:
    """The breakdown in the address, as far as the indicator knows its dimensions."""
    known = {dimension.code for dimension in indicator.dimensions}
    found = {name.removeprefix(PREFIX): value for name, value in query.items() if name.startswith(PREFIX)}
    if not set(found) <= known:
        raise Http404
    return found


def as_of(indicator: Indicator, period: Period) -> str:
    """The day of a stock, or the days of a flow."""
    flows = any(isinstance(part.fact.axis, Flow) for _role, part in parts(indicator))
    return f"{period.start} – {period.last}" if flows else period.last.isoformat()


def child_units(unit: Unit, keys: Sequence[int]) -> dict[int, Unit]:
    """The units with these keys, without asking for each."""
    return {unit.pk: unit, **Unit.objects.in_bulk(list(keys))}
