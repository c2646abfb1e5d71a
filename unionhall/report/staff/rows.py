"""The rows behind a figure, in the reader's reach, and why there may be more or fewer of them than it says."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django_tables2 import RequestConfig

from unionhall.kernel.indicators.cubes import Cubes
from unionhall.kernel.indicators.declared import Breakdown, Count, Distinct, Indicator, Ratio, Sum
from unionhall.kernel.indicators.rollup import parts, roll_up, rows_behind
from unionhall.kernel.module import Module
from unionhall.kernel.pages.tables import MOST_COUNTED, LongPaginator, table
from unionhall.kernel.pages.views import count_text, exact_count, exported, guarded
from unionhall.kernel.terms import STAFF
from unionhall.kernel.writing import Actor
from unionhall.report.staff.book import Book, address, entered, exports, in_reach
from unionhall.report.staff.choices import PREFIX, Choice, as_of, breakdown_of

Part = Count | Sum | Distinct


def pages(modules: Sequence[Module]) -> tuple[URLPattern, ...]:
    """The page of rows behind figures of these modules."""
    book = Book(modules)

    @guarded(*STAFF)
    def rows(request: HttpRequest, code: str) -> HttpResponseBase:
        choice, _form, actor = entered(request)
        indicator = book.indicator(code)
        return _rows(request, book, indicator, choice, breakdown_of(request.GET.dict(), indicator), actor)

    return (path("figures/<str:code>/rows/", rows, name="report.rows"),)


def roles_of(indicator: Indicator) -> dict[str, Part]:
    """What a figure is counted from, by its role: one part, or a ratio's numerator and denominator."""
    return dict(parts(indicator))


def _rows(
    request: HttpRequest, book: Book, indicator: Indicator, choice: Choice, breakdown: Breakdown, actor: Actor
) -> HttpResponseBase:
    asked = roles_of(indicator)
    role = request.GET.get("part", next(iter(asked)))
    if role not in asked:
        raise Http404
    part = asked[role]
    model = part.fact.model
    found = in_reach(
        rows_behind(part, choice.unit, choice.period, {**breakdown, **indicator.always}), model, actor
    )
    if "count" in request.GET:
        return exact_count(found)
    page = book.pages.get(model)
    listed = found.select_related(*page.select) if page and page.select else found
    out = table(listed.order_by("pk"), book.columns(model), model, page=page.code if page else "")
    if request.GET.get("export") in {"xlsx", "csv"}:
        RequestConfig(request, paginate=False).configure(out)
        return exported(actor, f"{indicator.code}.rows", out, request.GET["export"])
    RequestConfig(request, paginate={"per_page": 50, "paginator_class": LongPaginator}).configure(out)
    query = choice.query(**{f"{PREFIX}{code}": value for code, value in breakdown.items()}, part=role)
    total = out.paginator.count
    context = {
        "page": {
            "title": _("Rows behind: %(title)s") % {"title": indicator.title},
            "pretitle": f"{choice.unit} · {as_of(part, choice.period)}",
            "description": said(part, choice, {**breakdown, **indicator.always}, total),
            "empty": {
                "title": _("No rows"),
                "text": _("Nothing was counted here, or nothing of it is in your reach."),
                "icon": "list",
            },
        },
        "table": out,
        "tabs": _tabs(indicator, choice, breakdown, role),
        "acts": [
            {
                "title": _("The figure"),
                "url": address("report.figure", indicator, choice, breakdown),
                "icon": "chart-bar",
            }
        ],
        "exports": exports(query),
        "count_text": count_text(total),
        "count_url": f"{request.path}?{query}&count=1" if total > MOST_COUNTED else "",
    }
    return render(request, "kernel/case_inbox.html", context)


def said(part: Part, choice: Choice, wanted: Mapping[str, str], total: int) -> str:
    """How the rows make the figure, and why their number may differ from it. `total`: rows in the reader's reach."""
    cubes = Cubes()
    value = _number(roll_up(part, choice.period, wanted, cubes).at(choice.unit.pk).value)
    counted = Count(code=part.code, title=part.title, fact=part.fact, always=part.always)
    rows = int(roll_up(counted, choice.period, wanted, cubes).at(choice.unit.pk).value or 0)
    if isinstance(part, Distinct):
        text = _("%(rows)s rows name %(value)s different %(things)s: each counts once.")
    elif isinstance(part, Sum):
        text = _("The figure is %(value)s: what %(rows)s rows hold in “%(things)s”, added up.")
    else:
        text = _("The figure is %(value)s: one for each row.")
    sentence = text % {"rows": _number(rows), "value": value, "things": _things(part)}
    if total < min(rows, MOST_COUNTED):
        sentence += " " + _("Of these rows %(total)s are in your reach today.") % {"total": _number(total)}
    return sentence


def _number(value: Any) -> str:
    return f"{value or 0:,}"


def _things(part: Part) -> str:
    """What a sum adds up or a distinct count tells apart, by the name of its column."""
    if isinstance(part, Count):
        return ""
    name = part.column.removesuffix("_id")
    field = part.fact.model._meta.get_field(name)
    related = getattr(field, "related_model", None)
    if related is not None and isinstance(part, Distinct):
        return str(related._meta.verbose_name_plural)
    return str(getattr(field, "verbose_name", name))


def _tabs(indicator: Indicator, choice: Choice, breakdown: Breakdown, role: str) -> list[dict[str, Any]]:
    if not isinstance(indicator, Ratio):
        return []
    words = {"numerator": _("Numerator: %(title)s"), "denominator": _("Denominator: %(title)s")}
    return [
        {
            "title": words[name] % {"title": part.title},
            "url": address("report.rows", indicator, choice, breakdown, part=name),
            "current": name == role,
            "count": None,
        }
        for name, part in roles_of(indicator).items()
    ]
