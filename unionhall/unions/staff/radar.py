"""The radar: terms and certificates that have expired or will within some days."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from unionhall.kernel.module import Deadline
from unionhall.kernel.pages.views import guarded
from unionhall.kernel.rows import Rows
from unionhall.kernel.scope import visible
from unionhall.kernel.writing import Actor
from unionhall.unions.models import Certificate, Term
from unionhall.unions.rules import LAW, Due, due
from unionhall.unions.staff.unions import READERS, in_reach

WINDOWS = (30, 90, 180, 365)
PER_PAGE = 30
MOST_DEADLINES = 10
TONES = {Due.PAST: "bad", Due.SOON: "warn", Due.LATER: "info"}
KINDS = {"terms": Term, "certificates": Certificate}
TITLES = {"terms": _("Terms"), "certificates": _("Legal-person certificates")}
ARTICLES = {"terms": "term_years_above", "certificates": "certificate_renewal_days"}


def expiring(kind: str, actor: Actor, until: date) -> "Rows[Any]":
    """Terms or certificates in force in the actor's reach that expire by this day, the oldest first."""
    rows = in_reach(visible(KINDS[kind], actor), actor)
    return rows.filter(until=None, expires__lte=until).select_related("union__unit").order_by("expires", "pk")


@guarded(*READERS)
def radar(request: HttpRequest) -> HttpResponse:
    """What has expired and what expires within the days chosen, for terms and for certificates."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    chosen = request.GET.get("days", "90")
    days = int(chosen) if chosen in map(str, WINDOWS) else 90
    today = timezone.localdate()
    groups = []
    for kind in KINDS:
        rows = expiring(kind, actor, today + timedelta(days=days))
        page = Paginator(rows, PER_PAGE).get_page(request.GET.get(kind, "1"))
        lines = [_line(row, today, days) for row in page]
        article = LAW[ARTICLES[kind]].article
        groups.append({"kind": kind, "title": TITLES[kind], "page": page, "lines": lines, "article": article})
    context = {
        "page": {
            "title": _("Radar of terms and certificates"),
            "description": _("What has expired and what expires soon, the oldest first."),
        },
        "groups": groups,
        "days": days,
        "windows": WINDOWS,
    }
    return render(request, "unions/radar.html", context)


def deadlines(actor: Actor, today: date) -> Sequence[Deadline]:
    """The nearest elections and renewals for the first screen."""
    found = []
    for kind, title in (
        ("terms", _("Election due: %(union)s")),
        ("certificates", _("Renewal due: %(union)s")),
    ):
        rows = expiring(kind, actor, today + timedelta(days=90))[:MOST_DEADLINES]
        article = LAW[ARTICLES[kind]].article
        found += [
            Deadline(
                title % {"union": row.union},
                row.expires,
                reverse("unions.union.one", args=[row.union_id]),
                article,
            )
            for row in rows
        ]
    return sorted(found, key=lambda one: one.due)[:MOST_DEADLINES]


def _line(row: Term | Certificate, today: date, days: int) -> dict[str, Any]:
    state = due(row.expires, today, days)
    return {
        "row": row,
        "url": reverse("unions.union.one", args=[row.union_id]),
        "state": state.label,
        "tone": TONES[state],
        "left": (row.expires - today).days,
    }
