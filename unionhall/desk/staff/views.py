"""The desk: the first screen of each role, the inbox, the search of the house, and what the machine is doing."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from unionhall.kernel.cases import inbox
from unionhall.kernel.menu import Acting
from unionhall.kernel.models import Case, ChainHead, ImportRun, LogEntry
from unionhall.kernel.module import Deadline, Module
from unionhall.kernel.pages.declared import Column
from unionhall.kernel.pages.history import sentences
from unionhall.kernel.pages.tables import table
from unionhall.kernel.pages.units import URLS as UNIT_NAMES
from unionhall.kernel.pages.views import guarded, rows_of
from unionhall.kernel.scope import visible
from unionhall.kernel.terms import STAFF, Role
from unionhall.kernel.writing import Actor

FOUND = 8
SOON = 30
LATE = 0
INBOX_COLUMNS = (Column("title", link=True), Column("opened_on"), Column("due_on"), Column("unit"))
CHANGES_SHOWN = 30
RUN_TONES = {"applied": "good", "checked": "info", "failed": "bad", "undone": "muted"}


def pages(modules: Sequence[Module]) -> tuple[URLPattern, ...]:
    """The pages of the desk over these modules."""
    links = {kind: url for module in modules for kind, url in module.cases.items()}

    @login_required
    def home(request: HttpRequest) -> HttpResponse:
        actor: Actor = request.actor  # type: ignore[attr-defined]
        face = Acting(actor).face
        if face == "worker":
            return redirect("membership.home")
        today = timezone.localdate()
        context = {
            "page": {"title": _greeting(actor), "pretitle": actor.unit},
            "cards": [card for m in modules if m.cards for card in m.cards(actor, today)],
            "deadlines": _deadlines(
                [d for m in modules if m.deadlines for d in m.deadlines(actor, today)], today
            ),
            "inbox": _inbox_table(actor, links),
            "inbox_url": reverse("desk.inbox") if face in {"staff", "leader"} else "",
            "imports": _imports(actor),
            "panels": _panels(actor, face),
        }
        return render(request, f"kernel/home_{face}.html", context)

    @guarded(*STAFF)
    def waiting(request: HttpRequest) -> HttpResponse:
        actor: Actor = request.actor  # type: ignore[attr-defined]
        found = _inbox_table(actor, links)
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
                panels.append({"title": page.title, "table": found, "url": f"{reverse(page.code)}?q={text}"})
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
        path("", home, name="home"),
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


def _greeting(actor: Actor) -> str:
    return _("Good day, %(name)s") % {"name": actor.user}


def _empty_inbox() -> dict[str, Any]:
    return {
        "title": _("Your inbox is empty"),
        "text": _("Requests that need your decision will be here."),
        "icon": "inbox",
    }


def _inbox_table(actor: Actor, links: dict[str, str]) -> Any:
    rows = inbox(actor).filter(kind__in=links).select_related("unit")[: FOUND * 10]
    found = table(rows, INBOX_COLUMNS, Case, page="desk.case")
    found.orderable = False
    return found


def _deadlines(found: Sequence[Deadline], today: Any) -> list[dict[str, Any]]:
    soonest = sorted(found, key=lambda d: d.due)[:FOUND]
    return [
        {
            "title": d.title,
            "due": d.due,
            "days": (d.due - today).days,
            "tone": "bad"
            if (d.due - today).days < LATE
            else "warn"
            if (d.due - today).days <= SOON
            else "info",
            "url": d.url,
            "article": d.article,
        }
        for d in soonest
    ]


def _imports(actor: Actor) -> list[dict[str, Any]]:
    runs = visible(ImportRun, actor).select_related("unit").order_by("-pk")[:5]
    return [
        {
            "title": run.file_name,
            "text": str(run.unit),
            "at": run.on.isoformat(),
            "state": {"label": run.get_state_display(), "tone": RUN_TONES.get(run.state, "info")},
        }
        for run in runs
    ]


def _panels(actor: Actor, face: str) -> list[dict[str, Any]]:
    if face != "auditor" or not actor.unit:
        return []
    entries = LogEntry.objects.within(actor.unit.path or "").select_related("user").order_by("-number")
    said = sentences(entries[:CHANGES_SHOWN])
    rows = [(s["at"], f"{s['who']}：{s['what']}", s["detail"]) for s in said]
    return [
        {
            "title": _("What changed lately"),
            "rows": rows,
            "url": reverse("desk.log"),
            "empty": _("Nothing yet."),
        }
    ]
