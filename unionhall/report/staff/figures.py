"""Figures of a unit and period: all of them, and one of them by unit below, by dimension, year on year."""

from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from unionhall.kernel.indicators.cubes import Cubes
from unionhall.kernel.indicators.declared import Breakdown, Dimension, Indicator, Ratio
from unionhall.kernel.indicators.rollup import Value, by_value, needs, roll_up
from unionhall.kernel.models import Unit
from unionhall.kernel.module import Module
from unionhall.kernel.pages.declared import Column
from unionhall.kernel.pages.tables import table
from unionhall.kernel.pages.views import exported, guarded
from unionhall.kernel.terms import STAFF, Text
from unionhall.kernel.writing import Actor
from unionhall.report.staff.book import (
    Book,
    address,
    change,
    chart,
    chooser,
    entered,
    exports,
    share,
    shown,
    unit_of_measure,
)
from unionhall.report.staff.choices import PREFIX, Choice, ChoiceForm, as_of, breakdown_of, child_units

FILES = frozenset({"xlsx", "csv"})


def pages(modules: Sequence[Module]) -> tuple[URLPattern, ...]:
    """The pages of figures over these modules."""
    book = Book(modules)

    @guarded(*STAFF)
    def figures(request: HttpRequest) -> HttpResponseBase:
        choice, form, actor = entered(request)
        cubes = Cubes(needs(book.indicators.values(), (choice.period, choice.before)))
        groups = [
            {
                "title": module.title,
                "rows": [_line(indicator, choice, cubes) for indicator in module.indicators],
            }
            for module in book.modules
        ]
        if request.GET.get("export") in FILES:
            return _figures_out(actor, groups, request.GET["export"])
        context = {
            "page": {
                "title": _("Figures"),
                "pretitle": choice.unit,
                "description": standing_or_not(choice, cubes)
                or _("Every figure is counted from the rows of the register, and opens to them."),
            },
            "filter": chooser(form),
            "groups": groups,
            "acts": [
                {
                    "title": _("Statistics table"),
                    "url": f"{reverse('report.table')}?{choice.query()}",
                    "icon": "table",
                }
            ],
            "exports": exports(choice.query()),
        }
        return render(request, "kernel/figures.html", context)

    @guarded(*STAFF)
    def figure(request: HttpRequest, code: str) -> HttpResponseBase:
        choice, form, actor = entered(request)
        indicator = book.indicator(code)
        breakdown = breakdown_of(request.GET.dict(), indicator)
        cubes = Cubes(needs([indicator], (choice.period, choice.before)))
        below = units_below(indicator, choice, breakdown, cubes)
        if request.GET.get("export") in FILES:
            return _figure_out(actor, indicator, choice, below, request.GET["export"])
        context = _one(indicator, choice, breakdown, below, cubes)
        return render(request, "kernel/figure.html", context | {"filter": _form(form, breakdown)})

    return (
        path("figures/", figures, name="report.figures"),
        path("figures/<str:code>/", figure, name="report.figure"),
    )


def standing_or_not(choice: Choice, cubes: Cubes) -> str:
    """What to say where the unit stood in no tree on the day of the figures."""
    if choice.unit.pk in cubes.tree(choice.period.last).positions:
        return ""
    return _("On %(day)s this unit stood in no tree: it was not yet founded, or had ended.") % {
        "day": choice.period.last.isoformat()
    }


def units_below(
    indicator: Indicator, choice: Choice, breakdown: Breakdown, cubes: Cubes
) -> list[tuple[Unit, Value]]:
    """The units that stood directly below on the day, each with its value."""
    rolled = roll_up(indicator, choice.period, breakdown, cubes)
    standing = rolled.tree
    place = standing.positions.get(choice.unit.pk)
    keys = [int(standing.units[at]) for at in standing.children(place)] if place is not None else []
    names = child_units(choice.unit, keys)
    return [(names[key], rolled.at(key)) for key in keys]


def _form(form: ChoiceForm, breakdown: Breakdown) -> dict[str, Any]:
    return chooser(form, **{f"{PREFIX}{code}": value for code, value in breakdown.items()})


def _line(indicator: Indicator, choice: Choice, cubes: Cubes) -> dict[str, Any]:
    now = roll_up(indicator, choice.period, None, cubes).at(choice.unit.pk)
    before = roll_up(indicator, choice.before, None, cubes).at(choice.unit.pk)
    return {
        "code": indicator.code,
        "title": indicator.title,
        "value": shown(now),
        "unit": unit_of_measure(indicator),
        "last_year": shown(before),
        "change": change(now.value, before.value, ratio=isinstance(indicator, Ratio)),
        "as_of": as_of(indicator, choice.period),
        "url": address("report.figure", indicator, choice, {}),
        "rows_url": address("report.rows", indicator, choice, {}),
    }


def _one(
    indicator: Indicator,
    choice: Choice,
    breakdown: Breakdown,
    below: Sequence[tuple[Unit, Value]],
    cubes: Cubes,
) -> dict[str, Any]:
    now = roll_up(indicator, choice.period, breakdown, cubes).at(choice.unit.pk)
    before = roll_up(indicator, choice.before, breakdown, cubes).at(choice.unit.pk)
    rows = [
        {
            "title": unit,
            "value": shown(value),
            "share": share(value, now, indicator),
            "url": address("report.figure", indicator, choice, breakdown, unit=unit.pk),
            "rows_url": address("report.rows", indicator, choice, breakdown, unit=unit.pk),
        }
        for unit, value in below
    ]
    asked = {f"{PREFIX}{code}": value for code, value in breakdown.items()}
    return {
        "page": {
            "title": indicator.title,
            "pretitle": choice.unit,
            "description": standing_or_not(choice, cubes),
        },
        "figure": {
            "value": shown(now),
            "unit": unit_of_measure(indicator),
            "of": choice.unit,
            "period": f"{choice.period.start} – {choice.period.last}",
            "as_of": as_of(indicator, choice.period),
            "definition": indicator.definition,
            "source": _("%(code)s, counted from the register") % {"code": indicator.code},
            "change": compared(indicator, now, before),
            "rows_url": address("report.rows", indicator, choice, breakdown),
        },
        "breakdowns": _chips(indicator, choice, breakdown),
        "rows": rows,
        "rows_title": _("By unit below"),
        "chart": chart(indicator, below, [str(row["url"]) for row in rows])
        if any(v.value for _u, v in below)
        else None,
        "chart_title": _("By unit below"),
        "panels": [
            panel
            for dimension in indicator.dimensions
            if dimension.code not in breakdown
            and (panel := _by_dimension(indicator, dimension, choice, breakdown, cubes, now))
        ],
        "acts": [
            {
                "title": _("All figures"),
                "url": f"{reverse('report.figures')}?{choice.query()}",
                "icon": "chart-bar",
            }
        ],
        "exports": exports(choice.query(**asked)),
    }


def compared(indicator: Indicator, now: Value, before: Value) -> dict[str, str] | None:
    """The difference to a year ago, with the number of that year."""
    found = change(now.value, before.value, ratio=isinstance(indicator, Ratio))
    if found is None or before.value is None:
        return None
    was = f"{shown(before):,}{unit_of_measure(indicator)}"
    return {**found, "text": _("%(change)s on %(was)s a year ago") % {"change": found["text"], "was": was}}


def _by_dimension(
    indicator: Indicator,
    dimension: Dimension,
    choice: Choice,
    breakdown: Breakdown,
    cubes: Cubes,
    whole: Value,
) -> dict[str, Any] | None:
    """A panel: the figure told apart by one dimension, each value a link; none where there is nothing to tell."""
    present = by_value(indicator, dimension, choice.unit, choice.period, cubes)
    lines = []
    for code in (*dimension.groups, *(code for code in present if code)):
        wanted = {**breakdown, dimension.code: code}
        value = (
            present[code]
            if code in present and not breakdown
            else roll_up(indicator, choice.period, wanted, cubes).at(choice.unit.pk)
        )
        if value.value:
            lines.append(
                {
                    "title": dimension.label(code),
                    "value": shown(value),
                    "share": share(value, whole, indicator),
                    "url": address("report.figure", indicator, choice, wanted),
                    "rows_url": address("report.rows", indicator, choice, wanted),
                }
            )
    if not lines:
        return None
    return {"title": dimension.title, "template": "report/by_dimension.html", "lines": lines}


def _chips(indicator: Indicator, choice: Choice, breakdown: Breakdown) -> list[dict[str, Any]]:
    """What the figure is narrowed to; each chip takes its narrowing away."""
    chips = [
        {"title": _("all"), "url": address("report.figure", indicator, choice, {}), "current": not breakdown}
    ]
    for code, value in breakdown.items():
        dimension = next(d for d in indicator.dimensions if d.code == code)
        rest = {other: kept for other, kept in breakdown.items() if other != code}
        said = pgettext("between listed names", ", ").join(
            str(dimension.label(part)) for part in value.split("+")
        )
        link = address("report.figure", indicator, choice, rest)
        chips.append(
            {
                "title": _("%(title)s: %(value)s") % {"title": dimension.title, "value": said},
                "url": link,
                "current": True,
            }
        )
    return chips if breakdown else []


def taken(
    actor: Actor, code: str, lines: Sequence[Mapping[str, Any]], names: Sequence[tuple[str, Text]], kind: str
) -> HttpResponseBase:
    """These lines as a file, in columns of these names."""
    columns = [
        Column(f"column{place}", title=title, show=itemgetter(name))
        for place, (name, title) in enumerate(names)
    ]
    return exported(actor, code, table(lines, columns, Unit), kind)


def _figures_out(actor: Actor, groups: Sequence[Mapping[str, Any]], kind: str) -> HttpResponseBase:
    names = (
        ("code", _("Code")),
        ("title", _("Indicator")),
        ("value", _("Value")),
        ("unit", _("Measure")),
        ("last_year", _("Last year")),
        ("as_of", _("As of")),
    )
    return taken(actor, "report.figures", [line for group in groups for line in group["rows"]], names, kind)


def _figure_out(
    actor: Actor, indicator: Indicator, choice: Choice, below: Sequence[tuple[Unit, Value]], kind: str
) -> HttpResponseBase:
    lines = [
        {"unit": unit.name, "value": shown(value), "measure": unit_of_measure(indicator), "as_of": days}
        for days in [as_of(indicator, choice.period)]
        for unit, value in below
    ]
    names: list[tuple[str, Text]] = [
        ("unit", _("Unit")),
        ("value", indicator.title),
        ("measure", _("Measure")),
        ("as_of", _("As of")),
    ]
    return taken(actor, indicator.code, lines, names, kind)
