"""The desk: the inbox, the search of the house, and what the machine is doing."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from unionhall.desk.staff.home import inbox_columns, inbox_table, links_of
from unionhall.kernel.models import Case, ChainHead, ImportRun
from unionhall.kernel.module import Module
from unionhall.kernel.pages.tables import table
from unionhall.kernel.pages.units import URLS as UNIT_NAMES
from unionhall.kernel.pages.views import guarded, rows_of
from unionhall.kernel.scope import visible
from unionhall.kernel.terms import STAFF, Role
from unionhall.kernel.writing import Actor

FOUND = 8


def pages(modules: Sequence[Module]) -> tuple[URLPattern, ...]:
    """The pages of the desk over these modules."""
    columns, links = inbox_columns(modules), links_of(modules)

    @guarded(*STAFF)
    def waiting(request: HttpRequest) -> HttpResponse:
        actor: Actor = request.actor  # type: ignore[attr-defined]
        found = inbox_table(actor, columns, links)
        context = {
            "page": {"title": _("Inbox"), "pretitle": actor.unit, "empty": _empty_inbox()},
            "table": found,
        }
        return render(request, "kernel/case_inbox.html", context)

    @guarded(*STAFF)
    def case(request: HttpRequest, pk: int) -> HttpResponse:
        actor: Actor = request.actor  # type: ignore[attr-defined]
        found = visible(Case, actor).filter(pk=pk).first()
        if found is None or found.kind not in links:
            return redirect("desk.inbox")
        return redirect(links[found.kind], pk)

    @guarded(*STAFF)
    def search(request: HttpRequest) -> HttpResponse:
        actor: Actor = request.actor  # type: ignore[attr-defined]
        text = request.GET.get("q", "").strip()
        panels = []
        for page in (p for m in modules for p in m.pages if actor.role in p.roles):
            if not page.search or not text:
                continue
            rows = list(page.search(rows_of(page, actor), text).order_by(*page.order)[:FOUND])
            if rows:
                found = table(rows, page.columns, page.model, page=page.code)
                found.orderable = False
                panels.append(
                    {
                        "title": page.title,
                        "table": found,
                        "url": f"{reverse(page.code)}?{urlencode({'q': text})}",
                    }
                )
        nothing = {
            "title": _("Nothing found"),
            "empty": _("Try a name, its pinyin or initials, or a whole number."),
        }
        context = {
            "page": {"title": _("Search: %(text)s") % {"text": text}},
            "panels": panels or [nothing],
        }
        return render(request, "kernel/detail.html", context)

    return (
        path("desk/inbox/", waiting, name="desk.inbox"),
        path("desk/cases/<int:pk>/", case, name="desk.case.one"),
        path("desk/search/", search, name="search"),
        *UNIT_NAMES,
        path("desk/machine/", machine, name="desk.machine"),
    )


@guarded(Role.SYSTEM)
def machine(request: HttpRequest) -> HttpResponse:
    """How the machine is: nothing of the business is shown here."""
    head = ChainHead.objects.filter(pk=1).first()
    running = ImportRun.objects.filter(state__in=("checking", "applying")).count()
    rows = [
        (_("Database"), connection.vendor, ""),
        (_("Time zone"), settings.TIME_ZONE, ""),
        (_("Entries in the log"), head.number if head else 0, head.digest if head else ""),
        (_("Imports under way"), running, ""),
        (_("Idle log-out"), _("%(minutes)s minutes") % {"minutes": settings.SESSION_COOKIE_AGE // 60}, ""),
        (_("Secure connection"), _("Yes") if settings.BEHIND_TLS else _("No"), ""),
    ]
    context = {"page": {"title": _("The machine")}, "panels": [{"title": _("State"), "rows": rows}]}
    return render(request, "kernel/detail.html", context)


def _empty_inbox() -> dict[str, Any]:
    return {
        "title": _("Your inbox is empty"),
        "text": _("Requests that need your decision will be here."),
        "icon": "inbox",
    }
