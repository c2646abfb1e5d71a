"""The log as auditors and the audit administrator read it: who did what, when, to which row."""

from typing import Any

from django.apps import apps
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from unionhall.kernel.models import LogEntry
from unionhall.kernel.pages.declared import Between, Choice, Column, Empty, Fields, Page, Rel, Special
from unionhall.kernel.pages.history import changes, sentence
from unionhall.kernel.pages.views import urls
from unionhall.kernel.rows import Rows, below
from unionhall.kernel.terms import Role
from unionhall.kernel.writing import Actor

EXPORTS = Q(action__endswith=".export")
REVEALS = Q(action__contains=".reveal")
READERS = frozenset({Role.AUDITOR, Role.AUDIT, Role.LEADER})


def in_reach(_rows: "Rows[LogEntry]", actor: Actor) -> "Rows[LogEntry]":
    """Acts by or about units in reach; the audit administrator sees that acts were done, by whom, everywhere."""
    if actor.role == Role.AUDIT:
        return LogEntry.objects.all()
    path = actor.unit.path if actor.unit else None
    if not path:
        return LogEntry.objects.none()
    return LogEntry.objects.filter(below("subject_unit__path", path) | below("unit__path", path))


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


def subject(entry: LogEntry) -> str:
    """The row an act was done to, by its kind and key."""
    if not entry.subject_kind:
        return ""
    try:
        kind = apps.get_model(entry.subject_kind)._meta.verbose_name
    except LookupError:  # a table of an earlier release
        kind = entry.subject_kind
    return f"{kind} {entry.subject_pk}"


def facts(entry: LogEntry) -> str:
    """What the act was told, as far as the log may hold it."""
    return "; ".join(f"{name}: {value}" for name, value in entry.detail.get("facts", {}).items())


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
        Column("number", number=True, link=True),
        Column("at"),
        Column("user", show=who, order=("user__display_name",)),
        Column("role"),
        Column("action", show=lambda e: sentence(e.action), order=("action",)),
        Column("subject_kind", title=_("Row"), show=subject),
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
                "number",
                "at",
                "user",
                "role",
                "unit",
                ("action", lambda e: sentence(e.action)),
                (_("Row"), subject),
                (_("Told"), facts),
                (_("Changed"), changes),
                "previous",
                "digest",
            ),
        ),
    ),
    order=("-number",),
    history=False,
    name=lambda e: f"{e.number} · {sentence(e.action)}",
    empty=Empty(_("No act yet"), _("Every act leaves an entry here the moment it is done.")),
)
URLS = urls(LOG)
