"""The statistics table: the units below in rows, chosen figures in columns, for one period."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from unionhall.kernel.indicators.cubes import Cubes
from unionhall.kernel.indicators.declared import Indicator
from unionhall.kernel.indicators.rollup import needs, roll_up
from unionhall.kernel.module import Module
from unionhall.kernel.pages.views import guarded
from unionhall.kernel.terms import STAFF, Text
from unionhall.report.rules.headlines import HEADLINES, first_known
from unionhall.report.staff.book import Book, address, chooser, entered, exports, shown, unit_of_measure
from unionhall.report.staff.choices import Choice, as_of, child_units
from unionhall.report.staff.figures import FILES, standing_or_not, taken


def pages(modules: Sequence[Module]) -> tuple[URLPattern, ...]:
    """The statistics table over these modules."""
    book = Book(modules)

    @guarded(*STAFF)
    def matrix(request: HttpRequest) -> HttpResponseBase:
        choice, form, actor = entered(request)
        indicators = picked(request.GET, book)
        cubes = Cubes(needs(indicators, [choice.period]))
        found = table_of(indicators, choice, cubes)
        if request.GET.get("export") in FILES:
            names = [("unit", _("Unit")), *((i.code, heading(i)) for i in indicators)]
            lines = [{"unit": row["unit"].name, **row["values"]} for row in found["rows"]]
            lines.append({"unit": _("Total"), **found["sums"]})
            return taken(actor, "report.table", lines, names, request.GET["export"])
        chosen = {i.code for i in indicators}
        query = choice.query() + "".join(f"&pick={code}" for code in chosen)
        context = {
            "page": {
                "title": _("Statistics table"),
                "pretitle": choice.unit,
                "description": standing_or_not(choice, cubes)
                or _(
                    "Choose the columns; the total is counted at the unit itself, so that nothing counts twice."
                ),
            },
            "filter": {**chooser(form), "more": "report/columns.html"},
            "modules": [
                {
                    "title": module.title,
                    "columns": [(i.code, heading(i), i.code in chosen) for i in module.indicators],
                }
                for module in book.modules
            ],
            "matrix": found,
            "acts": [
                {
                    "title": _("All figures"),
                    "url": f"{reverse('report.figures')}?{choice.query()}",
                    "icon": "chart-bar",
                }
            ],
            "exports": exports(query),
        }
        return render(request, "report/table.html", context)

    return (path("figures/table/", matrix, name="report.table"),)


def picked(query: QueryDict, book: Book) -> list[Indicator]:
    """The indicators whose boxes are ticked, in the order of the modules; without any, the headlines."""
    asked = {code for code in query.getlist("pick") if code in book.indicators}
    asked |= {i.code for m in book.modules if m.code in query.getlist("module") for i in m.indicators}
    wanted = asked or set(first_known(HEADLINES, frozenset(book.indicators))) or set(book.indicators)
    return [indicator for code, indicator in book.indicators.items() if code in wanted]


def heading(indicator: Indicator) -> str:
    """The title of a column with its measure."""
    measure: Text = unit_of_measure(indicator)
    return f"{indicator.title}（{measure}）" if measure else str(indicator.title)


def table_of(indicators: Sequence[Indicator], choice: Choice, cubes: Cubes) -> Mapping[str, Any]:
    """Values of every unit directly below, and of the unit itself at the foot; every cell opens its rows."""
    standing = cubes.tree(choice.period.last)
    place = standing.positions.get(choice.unit.pk)
    keys = [int(standing.units[at]) for at in standing.children(place)] if place is not None else []
    names = child_units(choice.unit, keys)
    rolled = {i.code: roll_up(i, choice.period, None, cubes) for i in indicators}
    rows = []
    for key in keys:
        values = {code: shown(found.at(key)) for code, found in rolled.items()}
        rows.append(
            {
                "unit": names[key],
                "url": f"{reverse('report.table')}?{choice.query(unit=key)}"
                + "".join(f"&pick={code}" for code in rolled),
                "values": values,
                "cells": [
                    {"value": values[i.code], "url": address("report.figure", i, choice, {}, unit=key)}
                    for i in indicators
                ],
            }
        )
    sums = {code: shown(found.at(choice.unit.pk)) for code, found in rolled.items()}
    days = sorted({as_of(indicator, choice.period) for indicator in indicators})
    return {
        "title": _("By unit below, %(days)s") % {"days": "；".join(days)},
        "columns": [heading(i) for i in indicators],
        "rows": rows,
        "sums": sums,
        "total": list(sums.values()),
    }
