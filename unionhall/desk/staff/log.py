"""The log: for auditors who did what to which row; for the audit administrator that it was done, and the chain."""

from itertools import islice
from typing import Any

from axes.models import AccessFailureLog, AccessLog
from django.apps import apps
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext_lazy as _

from unionhall.kernel import actions
from unionhall.kernel.log import verify
from unionhall.kernel.models import ChainHead, LogEntry
from unionhall.kernel.pages.declared import Between, Choice, Column, Empty, Fields, Page, Rel, Special
from unionhall.kernel.pages.history import changes, facts, sentence
from unionhall.kernel.pages.tables import table
from unionhall.kernel.pages.views import guarded, urls
from unionhall.kernel.rows import Rows, below
from unionhall.kernel.terms import Role
from unionhall.kernel.writing import Actor

EXPORTS = Q(action__endswith=".export")
REVEALS = Q(action__contains=".reveal")
READERS = frozenset({Role.AUDITOR, Role.LEADER})
AUDIT = frozenset({Role.AUDIT})
MOST_BREAKS = 200
MOST_LOGINS = 100


def everything(_rows: "Rows[LogEntry]", actor: Actor) -> "Rows[LogEntry]":
    """Every entry, for the audit administrator."""
    return LogEntry.objects.all() if actor.role == Role.AUDIT else LogEntry.objects.none()


def in_reach(_rows: "Rows[LogEntry]", actor: Actor) -> "Rows[LogEntry]":
    """Acts by or about units in reach."""
    top = actor.unit.path if actor.unit else None
    if not top:
        return LogEntry.objects.none()
    return LogEntry.objects.filter(below("subject_unit__path", top) | below("unit__path", top))


def changes_in_reach(actor: Actor) -> "Rows[LogEntry]":
    """Acts in reach that changed something: neither looks nor lists taken away."""
    return in_reach(LogEntry.objects.all(), actor).exclude(EXPORTS | REVEALS)


def find(rows: "Rows[LogEntry]", text: str) -> "Rows[LogEntry]":
    """By number, by act, or by who did it."""
    wanted = Q(action__contains=text) | Q(user__display_name__startswith=text)
    if text.isdigit():
        wanted |= Q(number=int(text)) | Q(subject_pk=text)
    return rows.filter(wanted)


def who(entry: LogEntry) -> str:
    """Who acted: the account, or what acted without one."""
    return str(entry.user or entry.get_role_display())


def by_act(rows: "Rows[LogEntry]", text: str) -> "Rows[LogEntry]":
    """By number, by act, or by who did it; never by the row it was about."""
    wanted = Q(action__contains=text) | Q(user__display_name__startswith=text)
    return rows.filter(wanted | Q(number=int(text)) if text.isascii() and text.isdigit() else wanted)


def subject(entry: LogEntry) -> str:
    """The row an act was done to, by its kind and key."""
    if not entry.subject_kind:
        return ""
    try:
        kind = apps.get_model(entry.subject_kind)._meta.verbose_name
    except LookupError:  # a table of an earlier release
        kind = entry.subject_kind
    return f"{kind} {entry.subject_pk}"


LOG: Any = Page(
    code="desk.log",
    path="log",
    model=LogEntry,
    title=_("Log"),
    description=_("Every act of the house, tied together by hashes: nothing in it can be changed unseen."),
    roles=READERS,
    rows=in_reach,
    select=("user", "unit", "subject_unit"),
    columns=(
        Column("number", title=_("No."), number=True, link=True),
        Column("at"),
        Column("user", show=who, order=("user__display_name",)),
        Column("role"),
        Column("action", show=lambda e: sentence(e.action), order=("action",)),
        Column("subject_kind", title=_("Subject"), show=subject),
        Column("subject_unit", order=("subject_unit__path",)),
    ),
    search=find,
    filters=(
        Choice("role"),
        Special(
            "looks",
            _("What was done"),
            (
                ("changes", _("something changed"), ~(EXPORTS | REVEALS)),
                ("looks", _("personal data was shown or taken away"), EXPORTS | REVEALS),
            ),
        ),
        Between("at"),
        Rel("subject_unit"),
    ),
    panels=(
        Fields(
            _("Act"),
            (
                (_("No."), lambda e: e.number),
                "at",
                "user",
                "role",
                "unit",
                ("action", lambda e: sentence(e.action)),
                (_("Subject"), subject),
                (_("Details"), facts),
                (_("Changes"), changes),
                (_("Hash before it"), lambda e: e.previous),
                "digest",
            ),
        ),
    ),
    order=("-number",),
    history=False,
    name=lambda e: f"{e.number} · {sentence(e.action)}",
    empty=Empty(_("No act yet"), _("Every act leaves an entry here the moment it is done.")),
)
TRAIL: Any = Page(
    code="desk.trail",
    path="trail",
    model=LogEntry,
    title=_("Log"),
    description=_("Who did what when, for which unit; what the acts were about is not shown here."),
    roles=AUDIT,
    rows=everything,
    select=("user", "unit", "subject_unit"),
    columns=(
        Column("number", title=_("No."), number=True, link=True),
        Column("at"),
        Column("user", order=("user__display_name",)),
        Column("role"),
        Column("action", show=lambda e: sentence(e.action), order=("action",)),
        Column("unit", order=("unit__path",)),
        Column("digest", show=lambda e: e.digest[:16], order=()),
    ),
    search=by_act,
    filters=(Choice("role"), Between("at"), Rel("unit")),
    panels=(
        Fields(
            _("Act"),
            (
                (_("No."), lambda e: e.number),
                "at",
                "user",
                "role",
                "unit",
                ("action", lambda e: sentence(e.action)),
                "subject_unit",
                (_("Hash before it"), lambda e: e.previous),
                "digest",
            ),
        ),
    ),
    order=("-number",),
    history=False,
    name=lambda e: f"{e.number} · {sentence(e.action)}",
    empty=Empty(_("No act yet"), _("Every act leaves an entry here the moment it is done.")),
)


@guarded(Role.AUDIT)
def chain(request: HttpRequest) -> HttpResponse:
    """Verify the chain of the log: a button, then every break by its number. That it was done is logged."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    head = ChainHead.objects.filter(pk=1).first()
    panels = [
        {
            "title": _("The chain"),
            "rows": [
                (_("Entries in the log"), head.number if head else 0, ""),
                (
                    _("Hash of the last entry"),
                    head.digest if head else "",
                    _("Keep it elsewhere, with the day."),
                ),
            ],
        }
    ]
    if request.method == "POST":
        breaks = list(islice(verify(), MOST_BREAKS))
        actions.note_verification(actor, entries=head.number if head else 0, breaks=len(breaks))
        rows = [(str(found.number), found.why, "") for found in breaks]
        whole = _("The chain holds: no entry was changed, taken out or put in.")
        title = _("Breaks of the chain") if breaks else _("Result")
        panels.insert(0, {"title": title, "rows": rows or [(_("Verified"), whole, "")]})
    context = {"page": {"title": _("Verify the chain")}, "panels": panels}
    return render(request, "desk/chain.html", context)


@guarded(Role.AUDIT)
def logins(request: HttpRequest) -> HttpResponse:
    """The last log-ins that went well and that failed: who, when, from where."""
    columns = (
        Column("attempt_time", title=_("Time")),
        Column("username", title=_("Log-in name")),
        Column("ip_address", title=_("IP address")),
    )
    failed = (*columns, Column("locked_out", title=_("Locked")))
    panels = []
    for title, model, shown in (
        (_("Failed log-ins"), AccessFailureLog, failed),
        (_("Log-ins"), AccessLog, (*columns, Column("logout_time", title=_("Log-out")))),
    ):
        found = table(model.objects.order_by("-pk")[:MOST_LOGINS], shown, model)
        found.orderable = False
        found.empty_text = _("Nothing here yet.")
        panels.append({"title": title, "table": found})
    context = {"page": {"title": _("Log-ins")}, "panels": panels}
    return render(request, "kernel/detail.html", context)


URLS = (
    *urls(LOG),
    *urls(TRAIL),
    path("desk/chain/", chain, name="desk.chain"),
    path("desk/logins/", logins, name="desk.logins"),
)
