"""Applications to found a union: list, one with what the law wants of it, the signature, and its two papers."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from unionhall.kernel.models import CaseState
from unionhall.kernel.pages import cases
from unionhall.kernel.pages.declared import Act, Choice, Column, Empty, Fields, Insert, Page
from unionhall.kernel.pages.views import guarded
from unionhall.kernel.scope import one, visible
from unionhall.unions.actions.founding import (
    apply_to_found,
    correct_founding,
    sign_founding,
    withdraw_founding,
)
from unionhall.unions.models import Founding
from unionhall.unions.rules import LAW, seats, term_years, wants_womens_committee
from unionhall.unions.staff.documents import WORD, reply, request_for_founding
from unionhall.unions.staff.forms import FoundingForm, SignForm

PAPERS = {"request": request_for_founding, "reply": reply}


def open_now(founding: Founding) -> bool:
    """Whether it waits for a signature."""
    return founding.case.state == CaseState.OPEN


def wanted(founding: Founding) -> dict[str, Any]:
    """What the law wants of this application: sentence and article, line by line."""
    size, duty, women = seats(founding.members), LAW["committee_from"], LAW["women_committee_from"]
    lines = [
        (
            _("From %(least)s members on, a committee is a duty.") % {"least": duty.value},
            _("%(members)s members") % {"members": founding.members},
            duty.article,
        )
    ]
    if size:
        said = _("%(least)s to %(most)s seats, an odd number.") % {"least": size.least, "most": size.most}
        found = _("%(seats)s seats") % {"seats": founding.committee_size}
        lines.append((said, found, LAW["single_committee_from"].article))
    lines.append(
        (
            _("A term lasts %(years)s years.") % {"years": " / ".join(map(str, term_years(founding.level)))},
            _("%(years)s years") % {"years": founding.years},
            LAW["term_years_above"].article,
        )
    )
    body = _("a committee") if wants_womens_committee(founding.women) else _("one delegate")
    lines.append(
        (
            _("From %(least)s women members on, a women workers' committee.") % {"least": women.value},
            _("%(women)s women: %(body)s") % {"women": founding.women, "body": body},
            women.article,
        )
    )
    return {"lines": lines}


def papers(founding: Founding) -> dict[str, Any]:
    """The drafts that can be taken, and the union founded."""
    union = founding.founded
    return {
        "request_url": reverse("unions.request_paper", args=[founding.pk]),
        "reply_url": reverse("unions.reply_paper", args=[founding.pk]),
        "union_url": reverse("unions.union.one", args=[union.pk]) if union else "",
        "union": union,
    }


FOUNDINGS = Page(
    code="unions.founding",
    path="foundings",
    model=Founding,
    title=_("Foundings"),
    description=_("Applications to found a union, decided by the union above it."),
    select=("case", "case__applicant", "case__unit", "parent", "employer", "founded__unit"),
    order=("-case__opened_on", "-pk"),
    columns=(
        Column("name", link=True, order=("name", "pk")),
        Column("kind"),
        Column("parent"),
        Column("employer"),
        Column("members", number=True, order=("members", "pk")),
        Column("case__state", title=_("State")),
        Column("case__opened_on", order=("case__opened_on", "pk")),
    ),
    search=lambda rows, text: rows.filter(name__contains=text),
    filters=(Choice("kind"), Choice("case__state", title=_("State"))),
    panels=(
        Fields(
            _("Application"),
            (
                "name",
                "kind",
                "level",
                "parent",
                "employer",
                "ownership",
                "industry",
                "worker_kind",
                "address",
                "workers",
                "members",
                "women",
                "committee_size",
                "years",
                "chair_name",
            ),
        ),
        Insert(_("What the law wants"), "unions/wanted.html", wanted),
        Insert(_("Papers"), "unions/papers.html", papers),
    ),
    acts=(
        Act(sign_founding, SignForm, title=_("Decide"), icon="gavel", tone="primary", when=open_now),
        Act(
            correct_founding,
            FoundingForm,
            title=_("Correct and hand in again"),
            icon="edit",
            when=lambda row: row.case.state == CaseState.RETURNED,
        ),
        Act(
            withdraw_founding,
            title=_("Withdraw"),
            icon="arrow-back-up",
            when=lambda row: row.case.state in {CaseState.OPEN, CaseState.RETURNED},
            confirm=_("The application ends without a decision."),
        ),
    ),
    starts=(
        Act(apply_to_found, FoundingForm, title=_("Apply to found a union"), icon="plus", tone="primary"),
    ),
    empty=Empty(_("No application"), _("Whoever wants to found a union applies here or on the phone.")),
    state=lambda row: cases.state(row.case),
    case=lambda row: row.case,
)


@guarded(*FOUNDINGS.roles)
def paper(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """The draft of a paper as .docx: the written request (请示) or the reply (批复)."""
    rows = visible(Founding, request.actor).select_related("case", "parent", "employer")  # type: ignore[attr-defined]
    founding = one(rows, pk=pk)
    response = HttpResponse(PAPERS[kind](founding), content_type=WORD)
    response.headers["Content-Disposition"] = f'attachment; filename="founding-{pk}-{kind}.docx"'
    return response
