"""The data-quality desk: every check with what it found, why it matters, what to do, and the rows themselves."""

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_tables2 import RequestConfig

from unionhall.kernel.indicators.declared import Check, Severity
from unionhall.kernel.module import Module
from unionhall.kernel.pages.tables import MOST_COUNTED, LongPaginator, capped_count, table
from unionhall.kernel.pages.views import count_text, exact_count, exported, guarded
from unionhall.kernel.terms import STAFF
from unionhall.kernel.writing import Actor
from unionhall.report.staff.book import Book, in_reach

TONES = {Severity.ERROR: "bad", Severity.WARNING: "warn", Severity.NOTE: "info"}
WORDS = {
    Severity.ERROR: gettext_lazy("Error"),
    Severity.WARNING: gettext_lazy("Warning"),
    Severity.NOTE: gettext_lazy("Note"),
}


def pages(modules: Sequence[Module]) -> tuple[URLPattern, ...]:
    """The pages of checks over these modules."""
    book = Book(modules)
    known = {check.code: check for module in modules for check in module.checks}

    @guarded(*STAFF)
    def checks(request: HttpRequest) -> HttpResponseBase:
        actor: Actor = request.actor  # type: ignore[attr-defined]
        lines = [_line(check, actor) for check in known.values()]
        lines.sort(key=lambda line: (not line["found"], line["order"]))
        context = {
            "page": {
                "title": _("Data quality"),
                "pretitle": actor.unit,
                "description": _(
                    "What should not be there. Every line opens to its rows and says what to do."
                ),
            },
            "lines": lines,
        }
        return render(request, "report/checks.html", context)

    @guarded(*STAFF)
    def check(request: HttpRequest, code: str) -> HttpResponseBase:
        actor: Actor = request.actor  # type: ignore[attr-defined]
        if code not in known:
            raise Http404
        return _rows(request, book, known[code], actor)

    return (
        path("checks/", checks, name="report.checks"),
        path("checks/<str:code>/", check, name="report.check"),
    )


def found_by(check: Check, actor: Actor) -> Any:
    """The rows that a check finds in the actor's reach."""
    rows = check.rows(timezone.localdate())
    if actor.unit is None or not actor.unit.path:
        return rows.none()
    return rows.within(actor.unit.path) if check.model.unit_path is not None else rows.none()


def _line(check: Check, actor: Actor) -> dict[str, Any]:
    found = capped_count(found_by(check, actor))
    return {
        "title": check.title,
        "advice": check.advice,
        "found": found,
        "more": found > MOST_COUNTED,
        "tone": TONES[check.severity] if found else "good",
        "word": WORDS[check.severity] if found else _("In order"),
        "order": list(TONES).index(check.severity),
        "url": reverse("report.check", args=[check.code]),
    }


def _rows(request: HttpRequest, book: Book, check: Check, actor: Actor) -> HttpResponseBase:
    rows = in_reach(found_by(check, actor), check.model, actor)
    if "count" in request.GET:
        return exact_count(rows)
    page = book.pages.get(check.model)
    rows = rows.select_related(*page.select) if page and page.select else rows
    out = table(
        rows,
        book.columns(check.model),
        check.model,
        page=page.code if page else "",
    )
    if request.GET.get("export") in {"xlsx", "csv"}:
        RequestConfig(request, paginate=False).configure(out)
        return exported(actor, check.code, out, request.GET["export"])
    RequestConfig(request, paginate={"per_page": 50, "paginator_class": LongPaginator}).configure(out)
    total = out.paginator.count
    context = {
        "page": {
            "title": check.title,
            "pretitle": _("Data quality"),
            "description": check.advice,
            "empty": {
                "title": _("Nothing found"),
                "text": _("This check is in order."),
                "icon": "circle-check",
            },
        },
        "table": out,
        "acts": [{"title": _("All checks"), "url": reverse("report.checks"), "icon": "shield-check"}],
        "exports": [{"title": kind, "url": f"?export={kind}"} for kind in ("xlsx", "csv")],
        "count_text": count_text(total),
        "count_url": "?count=1" if total > MOST_COUNTED else "",
    }
    return render(request, "kernel/list.html", context)
