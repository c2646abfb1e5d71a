"""The indicators and pages of all modules by code, and how a value is said on a page."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from unionhall.kernel.indicators.declared import Breakdown, Indicator, Ratio
from unionhall.kernel.indicators.rollup import Value
from unionhall.kernel.module import Module
from unionhall.kernel.pages.declared import Column, Page
from unionhall.kernel.pages.tables import label
from unionhall.kernel.rows import Row, Rows
from unionhall.kernel.scope import readable
from unionhall.kernel.terms import Privacy, Text
from unionhall.kernel.writing import Actor
from unionhall.report.staff.choices import PREFIX, Choice, ChoiceForm, chosen

SHARE = 100
MOST_SHOWN_FIELDS = 6
MOST_BARS = 20
HIDDEN = frozenset({"id", "act", "path", "token", "moved", "number_hash", "phone_hash"})
SLIGHT = Decimal("0.05")


class Book:
    """The indicators and pages of these modules, by code and by model."""

    def __init__(self, modules: Sequence[Module]) -> None:
        self.modules = [module for module in modules if module.indicators]
        self.indicators = {i.code: i for module in modules for i in module.indicators}
        self.pages: dict[Any, Page] = {}
        for page in (page for module in modules for page in module.pages):
            self.pages.setdefault(page.model, page)

    def indicator(self, code: str) -> Indicator:
        """The indicator with this code, or 404."""
        if code not in self.indicators:
            raise Http404
        return self.indicators[code]

    def columns(self, model: type[Row]) -> Sequence[Column]:
        """The columns in which the house lists rows of this table."""
        return self.pages[model].columns if model in self.pages else plain_columns(model)


def entered(request: HttpRequest) -> tuple[Choice, ChoiceForm, Actor]:
    """What the address asks for, the form that changes it, and who asks."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return *chosen(request.GET, actor, timezone.localdate()), actor


def chooser(form: ChoiceForm, **kept: str | Sequence[str]) -> dict[str, Any]:
    """The form above the figures; `kept` is what else stays in the address."""
    pairs = [
        (name, value)
        for name, values in kept.items()
        for value in ([values] if isinstance(values, str) else values)
    ]
    return {"form": form, "plain": True, "kept": pairs, "submit": _("Show"), "icon": "chart-bar"}


def address(name: str, indicator: Indicator, choice: Choice, breakdown: Breakdown, **more: str | int) -> str:
    """The address of a figure, or of its rows, with all that was chosen."""
    asked = {f"{PREFIX}{code}": value for code, value in breakdown.items()}
    return f"{reverse(name, args=[indicator.code])}?{choice.query(**asked, **more)}"


def exports(query: str) -> list[dict[str, str]]:
    """The links that take what is shown away."""
    return [{"title": kind, "url": f"?{query}&export={kind}"} for kind in ("xlsx", "csv")]


def in_reach(rows: "Rows[Any]", model: type[Row], actor: Actor) -> "Rows[Any]":
    """Those of the rows that the reader may see."""
    return rows if model.privacy == Privacy.PUBLIC else rows & readable(model, actor)


def plain_columns(model: type[Row]) -> tuple[Column, ...]:
    """A few columns of a table that has no page of its own."""
    names = [f.name for f in model._meta.concrete_fields if f.name not in HIDDEN]
    return tuple(Column(name, title=label(model, name)) for name in names[:MOST_SHOWN_FIELDS])


def shown(value: Value) -> Decimal | None:
    """The value as a page shows it: ratios to one place."""
    if value.value is None:
        return None
    return value.value if value.denominator is None else round(value.value, 1)


def unit_of_measure(indicator: Indicator) -> Text:
    """Persons, units, yuan; per cent for a ratio."""
    return indicator.unit or ("%" if isinstance(indicator, Ratio) else "")


def change(now: Decimal | None, before: Decimal | None, *, ratio: bool) -> dict[str, str] | None:
    """The difference to a year ago: points for a ratio, per cent for all else; none without anything to compare."""
    if now is None or not before:
        return None
    difference = now - before if ratio else (now - before) * SHARE / before
    if not difference:
        return {"text": _("unchanged"), "tone": "muted"}
    number = f"{difference:+.2f}" if abs(difference) < SLIGHT else f"{difference:+.1f}"
    text = _("%(points)s points") % {"points": number} if ratio else f"{number}%"
    return {"text": text, "tone": "good" if difference > 0 else "bad"}


def share(value: Value, whole: Value, indicator: Indicator) -> Decimal | None:
    """How much of the whole a unit below has; a ratio has no shares."""
    if isinstance(indicator, Ratio) or not whole.value or value.value is None:
        return None
    return round(value.value * SHARE / whole.value, 1)


def chart(indicator: Indicator, below: Sequence[tuple[Any, Value]], links: Sequence[str]) -> dict[str, Any]:
    """Bars by unit below, the highest on top; each opens the unit's own figure."""
    bars = sorted(zip(below, links, strict=True), key=lambda bar: bar[0][1].value or 0, reverse=True)
    most = bars[:MOST_BARS]
    return {
        "kind": "bars",
        "unit": str(unit_of_measure(indicator)),
        "labels": [str(unit) for (unit, _value), _link in most],
        "series": [
            {"name": str(indicator.title), "values": [float(shown(v) or 0) for (_unit, v), _link in most]}
        ],
        "links": [link for _bar, link in most],
    }
