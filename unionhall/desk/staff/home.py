"""The first screen of each role: what is hers to do, what changed, how the units below stand."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from unionhall.desk.staff.log import EXPORTS, REVEALS, changes_in_reach, in_reach, subject, who
from unionhall.kernel.cases import SIGNERS, inbox
from unionhall.kernel.menu import Acting
from unionhall.kernel.models import Case, CaseState, ImportRun, LogEntry, RunState
from unionhall.kernel.module import Deadline, Module
from unionhall.kernel.pages.declared import Column
from unionhall.kernel.pages.history import facts, sentence
from unionhall.kernel.pages.tables import table
from unionhall.kernel.pages.views import start_buttons
from unionhall.kernel.scope import visible
from unionhall.kernel.templatetags.face import figure
from unionhall.kernel.terms import Role
from unionhall.kernel.writing import Actor

MOST_DEADLINES = 8
MOST_WAITING = 80
MOST_RUNS = 5
MOST_ENTRIES = 12
SOON = 30
WEEK = timedelta(days=7)
ENTRY_COLUMNS = (
    Column("at", link=True),
    Column("user", show=who),
    Column("action", show=lambda entry: sentence(entry.action)),
    Column("subject_kind", title=gettext_lazy("Row"), show=subject),
    Column("subject_unit"),
)
LOOK_COLUMNS = (
    Column("at", link=True),
    Column("user", show=who),
    Column("unit"),
    Column("action", show=lambda entry: sentence(entry.action)),
    Column("detail", title=gettext_lazy("Details"), show=facts),
)
TRAIL_COLUMNS = (
    Column("at", link=True),
    Column("user", show=who),
    Column("action", show=lambda entry: sentence(entry.action)),
    Column("unit"),
)
RUN_TONES = {
    RunState.APPLIED: "good",
    RunState.CHECKED: "info",
    RunState.FAILED: "bad",
    RunState.UNDONE: "muted",
    RunState.DISCARDED: "muted",
}


def pages(modules: Sequence[Module]) -> tuple[URLPattern, ...]:
    """The first screen over these modules."""
    columns, links = inbox_columns(modules), links_of(modules)

    @login_required
    def home(request: HttpRequest) -> HttpResponse:
        actor: Actor = request.actor  # type: ignore[attr-defined]
        face = Acting(actor).face
        if face == "worker":
            return redirect("membership.home")
        context: dict[str, Any] = {
            "page": {"title": _("Good day, %(name)s") % {"name": actor.user}, "pretitle": actor.unit}
        }
        if face == "admin":
            context |= _administration(actor)
        else:
            context |= _day(actor, modules, columns, links)
        if face == "leader":
            context |= _overview(actor, modules)
        if face == "auditor":
            context |= _watch(actor)
        return render(request, f"kernel/home_{face}.html", context)

    return (path("", home, name="home"),)


def links_of(modules: Sequence[Module]) -> dict[str, str]:
    """Where a signer decides each kind of case."""
    return {kind: url for module in modules for kind, url in module.cases.items()}


def inbox_columns(modules: Sequence[Module]) -> tuple[Column, ...]:
    """What is shown of a case: who or what it is about, and what is wanted, in the menu's own word for it."""
    words = {entry.url: entry.title for module in modules for entry in module.entries}
    links = links_of(modules)
    return (
        Column("title", link=True),
        Column(
            "kind",
            title=gettext_lazy("Matter"),
            show=lambda case: words.get(links.get(case.kind, "").removesuffix(".one"), ""),
        ),
        Column("opened_on"),
        Column("due_on"),
        Column("unit"),
    )


def inbox_table(actor: Actor, columns: Sequence[Column], links: dict[str, str]) -> Any:
    """What waits for this actor, the most urgent first."""
    rows = inbox(actor).filter(kind__in=links).select_related("unit")[:MOST_WAITING]
    found = table(rows, columns, Case, page="desk.case")
    found.orderable = False
    return found


def under_way(actor: Actor, columns: Sequence[Column], links: dict[str, str]) -> Any:
    """Open cases in reach, the most urgent first: what a clerk follows and does not sign."""
    rows = visible(Case, actor).filter(kind__in=links, state=CaseState.OPEN).select_related("unit")
    found = table(rows.order_by("due_on", "opened_on")[:MOST_ENTRIES], columns, Case, page="desk.case")
    found.orderable = False
    return found


def _day(
    actor: Actor, modules: Sequence[Module], columns: Sequence[Column], links: dict[str, str]
) -> dict[str, Any]:
    """What every kind of staff has: deadlines, acts to begin, what waits; who does not lead, what came in too."""
    today = timezone.localdate()
    due = [deadline for m in modules if m.deadlines for deadline in m.deadlines(actor, today)]
    signs, leads = actor.role in SIGNERS, actor.role == Role.LEADER
    inbox_title = "" if signs else _("Under way in your reach")
    return {
        "cards": [card for m in modules if m.cards for card in m.cards(actor, today)] if not leads else [],
        "deadlines": deadlines(due, today),
        "inbox": (inbox_table if signs else under_way)(actor, columns, links),
        "inbox_title": inbox_title,
        "inbox_url": reverse("desk.inbox") if signs else "",
        "imports": imports(actor, modules) if not leads else [],
        "acts": [
            {**button, "style": "secondary"}
            for module in modules
            for page in module.pages
            if actor.role in page.roles
            for button in start_buttons(page, actor)
        ],
    }


def _overview(actor: Actor, modules: Sequence[Module]) -> dict[str, Any]:
    """What a leader has beside: headline figures, the league of the units below, what changed this week."""
    made = [m.overview(actor, timezone.localdate()) for m in modules if m.overview]
    leagues = [one for one in made if one.league is not None]
    return {
        "cards": [card for one in made for card in one.cards],
        "charts": [chart for one in made for chart in one.charts],
        "league": leagues[0].league if leagues else None,
        "league_title": leagues[0].league_title if leagues else "",
        "league_url": leagues[0].league_url if leagues else "",
        "beside": [week(actor)],
    }


def week(actor: Actor) -> dict[str, Any]:
    """What was done in reach in the last seven days, by kind of act; every number opens the entries of the log."""
    since = timezone.localdate() - WEEK + timedelta(days=1)
    rows = changes_in_reach(actor).filter(at__date__gte=since)
    counted = rows.order_by().values("action").annotate(times=Count("pk")).order_by("-times", "action")
    return {
        "title": _("What changed this week"),
        "url": f"{reverse('desk.log')}?at_after={since.isoformat()}",
        "rows": [
            (
                sentence(line["action"]),
                format_html(
                    '<a href="{}?{}">{}</a>',
                    reverse("desk.log"),
                    urlencode({"q": line["action"], "at_after": since.isoformat()}),
                    figure(line["times"]),
                ),
                "",
            )
            for line in counted[:MOST_ENTRIES]
        ],
        "empty": _("Nothing has changed in these seven days."),
    }


def _watch(actor: Actor) -> dict[str, Any]:
    """What an auditor watches: what changed, and who looked at or took away personal data."""
    log = reverse("desk.log")
    return {
        "changes": entries(changes_in_reach(actor)),
        "changes_url": f"{log}?looks=changes",
        "looks": entries(in_reach(LogEntry.objects.all(), actor).filter(EXPORTS | REVEALS), LOOK_COLUMNS),
        "looks_url": f"{log}?looks=looks",
    }


def _administration(actor: Actor) -> dict[str, Any]:
    """What the administrators have: no business, only what each looks after."""
    if actor.role == Role.SYSTEM:
        return {
            "panels": [_doors(("desk.machine", _("The machine"), _("Database, imports under way, log-out.")))]
        }
    if actor.role == Role.SECURITY:
        accounts = _doors(
            ("desk.account", _("Accounts"), _("Open and close accounts.")),
            ("desk.appointment", _("Appointments"), _("Who holds which role at which unit.")),
            ("desk.lockout", _("Log-in locks"), _("Who is locked out, and lifting it.")),
        )
        return {"panels": [accounts]}
    return {
        "panels": [
            {
                "title": _("The last acts"),
                "url": reverse("desk.trail"),
                "table": entries(LogEntry.objects.all(), TRAIL_COLUMNS, page="desk.trail"),
            },
            _doors(("desk.chain", _("Verify the chain"), _("Prove that no entry was changed."))),
        ]
    }


def _doors(*doors: tuple[str, str, str]) -> dict[str, Any]:
    """A panel that leads to pages: address, title and what is done there."""
    rows = [
        {"title": title, "text": text, "url": reverse(url), "icon": "arrow-right"}
        for url, title, text in doors
    ]
    return {"title": "", "template": "desk/doors.html", "doors": rows}


def entries(rows: Any, columns: Sequence[Column] = ENTRY_COLUMNS, page: str = "desk.log") -> Any:
    """The newest of these log entries, as a table; none where there are none."""
    newest = list(rows.select_related("user", "unit", "subject_unit").order_by("-number")[:MOST_ENTRIES])
    if not newest:
        return None
    found = table(newest, columns, LogEntry, page=page)
    found.orderable = False
    return found


def deadlines(found: Sequence[Deadline], today: date) -> list[dict[str, Any]]:
    """The soonest deadlines, the late ones first."""
    soonest = sorted(found, key=lambda deadline: deadline.due)[:MOST_DEADLINES]
    return [
        {
            "title": deadline.title,
            "due": deadline.due,
            "days": days,
            "tone": "bad" if days < 0 else "warn" if days <= SOON else "info",
            "url": deadline.url,
            "article": deadline.article,
        }
        for deadline in soonest
        for days in [(deadline.due - today).days]
    ]


def imports(actor: Actor, modules: Sequence[Module]) -> list[dict[str, Any]]:
    """The last sheets that came in, each with the page that shows it where a module has one."""
    runs = visible(ImportRun, actor).select_related("unit").order_by("-pk")[:MOST_RUNS]
    pages = {page.model: page.code for module in modules for page in module.pages}
    return [
        {
            "title": run.file_name,
            "text": str(run.unit),
            "at": run.on.isoformat(),
            "url": _address(pages.get(ImportRun, ""), run.pk),
            "state": {"label": run.get_state_display(), "tone": RUN_TONES.get(RunState(run.state), "info")},
        }
        for run in runs
    ]


def _address(page: str, key: int) -> str:
    try:
        return reverse(f"{page}.one", args=[key])
    except NoReverseMatch:
        return ""
