"""Figures of a unit and period: all of them, one of them, by unit below, by dimension, and the rows behind."""

from collections.abc import Sequence
from decimal import Decimal
from operator import itemgetter
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django_tables2 import RequestConfig

from unionhall.kernel.indicators.cubes import Cubes
from unionhall.kernel.indicators.declared import Breakdown, Count, Distinct, Indicator, Ratio, Sum
from unionhall.kernel.indicators.rollup import Value, by_value, needs, parts, roll_up, rows_behind
from unionhall.kernel.module import Module
from unionhall.kernel.pages.declared import Column
from unionhall.kernel.pages.tables import MOST_COUNTED, LongPaginator, label, table
from unionhall.kernel.pages.views import count_text, exported, guarded
from unionhall.kernel.scope import readable
from unionhall.kernel.terms import STAFF, Text
from unionhall.kernel.units import tree
from unionhall.kernel.writing import Actor
from unionhall.report.staff.choices import PREFIX, Choice, as_of, breakdown_of, child_units, chosen, form_of

SHARE = 100
MOST_SHOWN_FIELDS = 6
MOST_BARS = 20


class Book:
    """The indicators and pages of these modules, by code and by model."""

    def __init__(self, modules: Sequence[Module]) -> None:
        self.modules = [module for module in modules if module.indicators]
        self.indicators = {i.code: i for module in modules for i in module.indicators}
        self.pages = {page.model: page for module in reversed(modules) for page in module.pages}

    def indicator(self, code: str) -> Indicator:
        """The indicator with this code, or 404."""
        if code not in self.indicators:
            raise Http404
        return self.indicators[code]


def pages(modules: Sequence[Module]) -> tuple[URLPattern, ...]:
    """The pages of figures over these modules."""
    book = Book(modules)

    @guarded(*STAFF)
    def figures(request: HttpRequest) -> HttpResponseBase:
        choice, _actor = _entered(request)
        cubes = Cubes(needs(book.indicators.values(), (choice.period, choice.before)))
        groups = [
            {
                "title": module.title,
                "rows": [_line(indicator, choice, cubes) for indicator in module.indicators],
            }
            for module in book.modules
        ]
        if request.GET.get("export") in {"xlsx", "csv"}:
            return _figures_out(request, groups)
        query = choice.query()
        context = {
            "page": {
                "title": _("Figures"),
                "pretitle": choice.unit,
                "description": _("Every figure is counted from the rows of the register, and opens to them."),
            },
            "choices_form": {"form": form_of(choice, timezone.localdate())},
            "groups": groups,
            "exports": [{"title": kind, "url": f"?{query}&export={kind}"} for kind in ("xlsx", "csv")],
        }
        return render(request, "kernel/figures.html", context)

    @guarded(*STAFF)
    def figure(request: HttpRequest, code: str) -> HttpResponseBase:
        choice, _actor = _entered(request)
        indicator = book.indicator(code)
        breakdown = breakdown_of(request.GET.dict(), indicator)
        return render(request, "kernel/figure.html", _one(indicator, choice, breakdown))

    @guarded(*STAFF)
    def rows(request: HttpRequest, code: str) -> HttpResponseBase:
        choice, actor = _entered(request)
        indicator = book.indicator(code)
        breakdown = breakdown_of(request.GET.dict(), indicator)
        return _rows(request, book, indicator, choice, breakdown, actor)

    return (
        path("figures/", figures, name="report.figures"),
        path("figures/<str:code>/", figure, name="report.figure"),
        path("figures/<str:code>/rows/", rows, name="report.rows"),
    )


def _entered(request: HttpRequest) -> tuple[Choice, Actor]:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return chosen(request.GET, actor, timezone.localdate()), actor


def address(name: str, indicator: Indicator, choice: Choice, breakdown: Breakdown, **more: str | int) -> str:
    """The address of a figure, or of its rows, with all that was chosen."""
    asked = {f"{PREFIX}{code}": value for code, value in breakdown.items()}
    return f"{reverse(name, args=[indicator.code])}?{choice.query(**asked, **more)}"


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


def _one(indicator: Indicator, choice: Choice, breakdown: Breakdown) -> dict[str, Any]:
    cubes = Cubes(needs([indicator], (choice.period, choice.before)))
    rolled = roll_up(indicator, choice.period, breakdown, cubes)
    now = rolled.at(choice.unit.pk)
    before = roll_up(indicator, choice.before, breakdown, cubes).at(choice.unit.pk)
    standing = tree(choice.period.last)
    place = standing.positions.get(choice.unit.pk)
    keys = [int(standing.units[at]) for at in standing.children(place)] if place is not None else []
    names = child_units(choice.unit, keys)
    below = [(names[key], rolled.at(key)) for key in keys]
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
    return {
        "page": {"title": indicator.title, "pretitle": choice.unit},
        "figure": {
            "value": shown(now),
            "unit": unit_of_measure(indicator),
            "of": choice.unit,
            "period": f"{choice.period.start} – {choice.period.last}",
            "as_of": as_of(indicator, choice.period),
            "definition": indicator.definition,
            "source": _("%(code)s, counted from the register") % {"code": indicator.code},
            "change": change(now.value, before.value, ratio=isinstance(indicator, Ratio)),
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
            _by_dimension(indicator, dimension, choice, breakdown, cubes)
            for dimension in indicator.dimensions
            if dimension.code not in breakdown
        ],
        "acts": [
            {
                "title": _("All figures"),
                "url": f"{reverse('report.figures')}?{choice.query()}",
                "icon": "chart-bar",
            }
        ],
    }


def _by_dimension(
    indicator: Indicator, dimension: Any, choice: Choice, breakdown: Breakdown, cubes: Cubes
) -> dict[str, Any]:
    """A panel: the figure told apart by one dimension, each value a link."""
    found = by_value(indicator, dimension, choice.unit, choice.period, cubes) if not breakdown else {}
    groups = [] if breakdown else list(dimension.groups)
    values = {
        code: roll_up(indicator, choice.period, {dimension.code: code}, cubes).at(choice.unit.pk)
        for code in groups
    }
    rows = []
    for code, value in [*values.items(), *found.items()]:
        if not code or value.value is None:
            continue
        link = address("report.figure", indicator, choice, {**breakdown, dimension.code: code})
        rows.append({"title": dimension.label(code), "value": shown(value), "url": link})
    return {"title": dimension.title, "template": "report/by_dimension.html", "lines": rows}


def _chips(indicator: Indicator, choice: Choice, breakdown: Breakdown) -> list[dict[str, Any]]:
    chips = [
        {"title": _("all"), "url": address("report.figure", indicator, choice, {}), "current": not breakdown}
    ]
    for code, value in breakdown.items():
        dimension = next(d for d in indicator.dimensions if d.code == code)
        link = address("report.figure", indicator, choice, breakdown)
        chips.append({"title": f"{dimension.title}：{dimension.label(value)}", "url": link, "current": True})
    return chips


def _rows(
    request: HttpRequest, book: Book, indicator: Indicator, choice: Choice, breakdown: Breakdown, actor: Actor
) -> HttpResponseBase:
    asked = dict(parts(indicator))
    role = request.GET.get("part", next(iter(asked)))
    part: Count | Sum | Distinct | None = asked.get(role)
    if part is None:
        raise Http404
    model = part.fact.model
    found = rows_behind(part, choice.unit, choice.period, {**breakdown, **indicator.always})
    found = found.filter(pk__in=readable(model, actor).values("pk")) if model.privacy != "public" else found
    page = book.pages.get(model)
    columns = page.columns if page else plain_columns(model)
    shown_rows = found.select_related(*page.select) if page and page.select else found
    out = table(shown_rows, columns, model, page=page.code if page else "")
    if request.GET.get("export") in {"xlsx", "csv"}:
        RequestConfig(request, paginate=False).configure(out)
        return exported(actor, f"{indicator.code}.rows", out, request.GET["export"])
    RequestConfig(request, paginate={"per_page": 50, "paginator_class": LongPaginator}).configure(out)
    query = choice.query(**{f"{PREFIX}{k}": v for k, v in breakdown.items()}, part=role)
    value = roll_up(part, choice.period, {**breakdown, **indicator.always}).at(choice.unit.pk)
    context = {
        "page": {
            "title": _("Rows behind: %(title)s") % {"title": part.title},
            "pretitle": f"{choice.unit} · {as_of(part, choice.period)}",
            "description": _("The figure says %(value)s. These are the rows in your reach that make it.")
            % {"value": number_format(value.value or 0, force_grouping=True)},
        },
        "table": out,
        "acts": _part_links(indicator, choice, breakdown, asked),
        "exports": [{"title": kind, "url": f"?{query}&export={kind}"} for kind in ("xlsx", "csv")],
        "count_text": count_text(out.paginator.count),
        "count_url": "" if out.paginator.count <= MOST_COUNTED else f"?{query}&count=1",
    }
    if "count" in request.GET:
        return HttpResponse(f"<span>{count_text(found.order_by().count())}</span>")
    return render(request, "kernel/list.html", context)


def _part_links(
    indicator: Indicator, choice: Choice, breakdown: Breakdown, asked: dict[str, Any]
) -> list[dict[str, Any]]:
    if len(asked) == 1:
        return []
    return [
        {
            "title": part.title,
            "url": address("report.rows", indicator, choice, breakdown, part=role),
            "icon": "list",
        }
        for role, part in asked.items()
    ]


def plain_columns(model: Any) -> tuple[Column, ...]:
    """A few columns of a table that has no page of its own."""
    names = [f.name for f in model._meta.concrete_fields if f.name not in {"act", "path", "token", "moved"}]
    return tuple(Column(name, title=label(model, name)) for name in names[:MOST_SHOWN_FIELDS])


def _figures_out(request: HttpRequest, groups: list[dict[str, Any]]) -> HttpResponseBase:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    lines = [line for group in groups for line in group["rows"]]
    names: list[tuple[str, Text]] = [
        ("code", _("Code")),
        ("title", _("Indicator")),
        ("value", _("Value")),
        ("unit", _("Measure")),
        ("last_year", _("Last year")),
        ("as_of", _("As of")),
    ]
    columns = [Column(name, title=title, show=itemgetter(name)) for name, title in names]
    out = table(lines, columns, Any)  # type: ignore[arg-type]
    return exported(actor, "report.figures", out, request.GET["export"])


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
    difference = now - before
    tone = "good" if difference > 0 else "bad" if difference < 0 else "muted"
    if ratio:
        return {"text": _("%(points)s points") % {"points": f"{difference:+.1f}"}, "tone": tone}
    return {"text": f"{difference * SHARE / before:+.1f}%", "tone": tone}


def share(value: Value, whole: Value, indicator: Indicator) -> Decimal | None:
    """How much of the whole a unit below has; a ratio has no shares."""
    if isinstance(indicator, Ratio) or not whole.value or value.value is None:
        return None
    return round(value.value * SHARE / whole.value, 1)


def chart(indicator: Indicator, below: Sequence[tuple[Any, Value]], links: Sequence[str]) -> dict[str, Any]:
    """Bars by unit below, the highest on top; each opens the unit's own figure."""
    bars = sorted(zip(below, links, strict=True), key=lambda bar: bar[0][1].value or 0, reverse=True)[
        :MOST_BARS
    ]
    return {
        "kind": "bars",
        "unit": str(unit_of_measure(indicator)),
        "labels": [str(unit) for (unit, _value), _link in bars],
        "series": [
            {"name": str(indicator.title), "values": [float(v.value or 0) for (_unit, v), _link in bars]}
        ],
        "links": [link for _bar, link in bars],
    }
