"""Applications to join and transfers that wait: signed one by one, or many approved at once."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from unionhall.kernel.cases import SIGNERS, inbox
from unionhall.kernel.models import CaseState, Verdict
from unionhall.kernel.pages.cases import state
from unionhall.kernel.pages.declared import Act, Between, Choice, Column, Empty, Fields, Page
from unionhall.kernel.pages.forms import ActForm
from unionhall.kernel.pages.views import guarded, urls
from unionhall.kernel.scope import visible
from unionhall.kernel.terms import Refused
from unionhall.kernel.writing import Actor
from unionhall.membership.actions import joining, transferring
from unionhall.membership.actions.periods import member_at
from unionhall.membership.models import Joining, Transfer
from unionhall.membership.staff.fields import given_phone, shown_number

MOST_AT_ONCE = 200


class SignForm(ActForm):
    """What the signature says, and why."""

    verdict = forms.ChoiceField(
        label=_("Decision"),
        choices=[
            (Verdict.APPROVE, _("Approve")),
            (Verdict.RETURN, _("Return for correction")),
            (Verdict.REFUSE, _("Refuse")),
        ],
        widget=forms.RadioSelect,
        initial=Verdict.APPROVE,
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("Needed to return or refuse; the applicant reads it."),
    )

    def clean_verdict(self) -> Verdict:
        """The verdict as such."""
        return Verdict(self.cleaned_data["verdict"])


def waits(row: Any) -> bool:
    """Whether it still waits for a signature."""
    return bool(row.case.state == CaseState.OPEN)


def same_name(row: Joining) -> str:
    """Whether the register has the same name under this number; another one is not shown."""
    return str(_("the same") if row.person.name == row.name else _("another name: check the document"))


JOININGS: Any = Page(
    code="membership.joining",
    path="joinings",
    model=Joining,
    title=_("Applications to join"),
    description=_("Workers who want to join: approve, return for correction, or refuse with a reason."),
    select=("case", "person", "union_unit", "employer"),
    columns=(
        Column("name", link=True),
        Column("union_unit"),
        Column("employer"),
        Column("worker_kind"),
        Column("case__opened_on"),
        Column("case__state"),
    ),
    search=lambda rows, text: rows.filter(name__startswith=text),
    filters=(
        Choice("case__state", choices=CaseState.choices),
        Choice("worker_kind"),
        Between("case__opened_on"),
    ),
    panels=(
        Fields(
            _("Application"),
            (
                "name",
                (_("Document number"), lambda row: shown_number(row.person)),
                (_("Date of birth"), lambda row: row.person.birth),
                (_("Sex"), lambda row: row.person.get_sex_display()),
                (_("Phone"), given_phone),
                "worker_kind",
                "migrant",
            ),
        ),
        Fields(_("Work"), ("union_unit", "employer", "employer_name")),
        Fields(
            _("What the register says"),
            (
                (_("Name under this number"), same_name),
                (_("Member now at"), lambda row: member_at(row.person) or _("nowhere")),
            ),
            when=waits,
        ),
    ),
    acts=(
        Act(
            joining.sign_joining,
            SignForm,
            title=_("Decide"),
            icon="clipboard-check",
            tone="primary",
            when=waits,
        ),
    ),
    order=("-pk",),
    state=lambda row: state(row.case),
    case=lambda row: row.case,
    empty=Empty(
        _("No application yet"),
        _("Give out your union's code: workers join with it from a phone."),
        icon="inbox",
    ),
)
TRANSFERS: Any = Page(
    code="membership.transfer",
    path="transfers",
    model=Transfer,
    title=_("Transfers"),
    description=_("Members of other unions who ask to be received here."),
    select=("case", "membership__person", "membership__unit", "to_unit", "employer"),
    columns=(
        Column("membership__person__name", link=True),
        Column("membership__unit", title=_("From")),
        Column("to_unit"),
        Column("case__opened_on"),
        Column("case__state"),
    ),
    search=lambda rows, text: rows.filter(membership__person__name__startswith=text),
    filters=(Choice("case__state", choices=CaseState.choices), Between("case__opened_on")),
    panels=(
        Fields(
            _("Member"),
            (
                (_("Name"), lambda row: row.membership.person.name),
                (_("Document number"), lambda row: shown_number(row.membership.person)),
                (_("Standing"), lambda row: row.membership.get_standing_display()),
                (_("Member since"), lambda row: row.membership.since),
            ),
        ),
        Fields(_("Transfer"), ((_("From"), lambda row: row.membership.unit), "to_unit", "employer")),
    ),
    acts=(
        Act(
            transferring.sign_transfer,
            SignForm,
            title=_("Decide"),
            icon="clipboard-check",
            tone="primary",
            when=waits,
        ),
    ),
    order=("-pk",),
    state=lambda row: state(row.case),
    case=lambda row: row.case,
    name=lambda row: row.membership.person.name,
    empty=Empty(_("No transfer yet"), icon="inbox"),
)


@guarded(*SIGNERS)
def batch(request: HttpRequest) -> HttpResponse:
    """Approve many applications at once: each is its own act; what is refused stays and says why."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    mine = inbox(actor).filter(kind=joining.CASE).order_by("opened_on", "pk")
    rows = (
        visible(Joining, actor)
        .filter(case__in=mine)
        .select_related("case", "person", "union_unit", "employer")
    )
    rows = rows.order_by("case__opened_on", "pk")
    faults: list[tuple[str, str]] = []
    if request.method == "POST":
        chosen = [int(pk) for pk in request.POST.getlist("joining") if pk.isascii() and pk.isdigit()]
        approved = 0
        for row in rows.filter(pk__in=chosen[:MOST_AT_ONCE]):
            try:
                joining.sign_joining(actor, joining=row, verdict=Verdict.APPROVE, on=timezone.localdate())
            except Refused as refused:
                faults.append((row.name, str(refused)))
            else:
                approved += 1
        if approved:
            said = ngettext("%(count)s application approved.", "%(count)s applications approved.", approved)
            messages.success(request, said % {"count": approved})
        if not faults:
            if not approved:
                messages.warning(request, gettext("Tick the applications to approve."))
            return redirect("membership.batch")
    context = {
        "page": {"title": gettext("Approve applications"), "pretitle": actor.unit},
        "rows": rows.all()[:MOST_AT_ONCE],
        "faults": faults,
        "back": reverse("membership.joining"),
    }
    return render(request, "membership/batch.html", context, status=422 if faults else 200)


URLS = (
    path("membership/joinings/batch/", batch, name="membership.batch"),
    *urls(JOININGS),
    *urls(TRANSFERS),
)
