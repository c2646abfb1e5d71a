"""A worker's day: her card, her requests with where each stands and why, and leaving."""

import io
from typing import Any

import segno
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from unionhall.kernel.models import Case, CaseState
from unionhall.kernel.pages.cases import course, state
from unionhall.kernel.pages.forms import ActForm
from unionhall.kernel.pages.views import guarded
from unionhall.kernel.rows import Rows
from unionhall.kernel.scope import mine, one
from unionhall.kernel.terms import Refused, Role
from unionhall.kernel.writing import Actor
from unionhall.membership.actions import joining, standing, transferring
from unionhall.membership.actions.cards import token_of
from unionhall.membership.models import Joining, Membership, Transfer
from unionhall.membership.rules import Standing, shown_card
from unionhall.membership.worker.forms import CorrectForm

KINDS = (joining.CASE, transferring.CASE)
ICONS = {joining.CASE: "user-plus", transferring.CASE: "arrow-right"}
SHOWN_AT_HOME = 5


def actor_of(request: HttpRequest) -> Actor:
    """The worker."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def membership_of(actor: Actor) -> Membership | None:
    """Her current membership."""
    found = mine(Membership, actor.user).filter(until=None).select_related("unit", "person")
    return found.first()


def requests_of(actor: Actor) -> "Rows[Case]":
    """Her applications and transfers, the latest first."""
    return mine(Case, actor.user).filter(kind__in=KINDS).select_related("unit").order_by("-pk")


def card_of(request: HttpRequest, membership: Membership) -> dict[str, Any]:
    """The card as shown, with a code that a cadre can scan today."""
    retained = membership.standing == Standing.RETAINED
    address = request.build_absolute_uri(reverse("membership.verify", args=[token_of(membership)]))
    return {
        "union": membership.unit.name,
        "name": membership.person.name,
        "number": shown_card(membership.card),
        "since": membership.since,
        "state": {"label": membership.get_standing_display(), "tone": "warn" if retained else "good"},
        "qr": code_of(address),
    }


def code_of(text: str) -> SafeString:
    """A QR code as an inline picture."""
    target = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        target, kind="svg", xmldecl=False, svgns=True, border=2, omitsize=True, dark="#000", light="#fff"
    )
    return SafeString(target.getvalue().decode())  # nosec B703  segno draws squares, no text of anybody


def row_of(case: Case) -> dict[str, Any]:
    """A request as one line."""
    titles = {joining.CASE: _("Application to join"), transferring.CASE: _("Transfer")}
    return {
        "icon": ICONS[case.kind],
        "title": titles[case.kind],
        "text": str(case.unit),
        "url": reverse("membership.request", args=[case.pk]),
        "state": state(case),
        "at": case.opened_on.isoformat(),
    }


@guarded(Role.WORKER)
def home(request: HttpRequest) -> HttpResponse:
    """The first screen: card, what I can do, my requests."""
    actor = actor_of(request)
    membership = membership_of(actor)
    quick = []
    if membership:
        quick = [
            {"title": _("Show my card"), "url": reverse("membership.card"), "icon": "id"},
            {"title": _("Transfer"), "url": reverse("membership.move"), "icon": "arrow-right"},
        ]
    context = {
        "page": {"title": _("Good day, %(name)s") % {"name": actor.user}},
        "card": card_of(request, membership) if membership else None,
        "join_url": reverse("membership.join"),
        "quick": quick,
        "requests": [row_of(case) for case in requests_of(actor)[:SHOWN_AT_HOME]],
        "requests_url": reverse("membership.requests"),
    }
    return render(request, "kernel/home_worker.html", context)


@guarded(Role.WORKER)
def card(request: HttpRequest) -> HttpResponse:
    """My card, large, with its history."""
    actor = actor_of(request)
    membership = membership_of(actor)
    past = mine(Membership, actor.user).select_related("unit").order_by("-since", "-pk")
    context = {
        "page": {"title": _("My card")},
        "card": card_of(request, membership) if membership else None,
        "join_url": reverse("membership.join"),
        "past": [
            {
                "at": row.since.isoformat(),
                "what": row.unit.name,
                "detail": f"{row.get_entered_display()} – {row.until} {row.get_ended_display()}"
                if row.until
                else row.get_entered_display(),
            }
            for row in past
        ],
    }
    return render(request, "membership/card.html", context)


@guarded(Role.WORKER)
def requests(request: HttpRequest) -> HttpResponse:
    """All my requests."""
    actor = actor_of(request)
    context = {
        "page": {"title": _("My requests")},
        "rows": [row_of(case) for case in requests_of(actor)],
        "join_url": reverse("membership.join") if membership_of(actor) is None else "",
        "move_url": reverse("membership.move"),
    }
    return render(request, "membership/requests.html", context)


@guarded(Role.WORKER)
def one_request(request: HttpRequest, pk: int) -> HttpResponse:
    """Where a request stands and why; what can still be done about it."""
    case = one(requests_of(actor_of(request)), pk=pk)
    open_still = case.state in {CaseState.OPEN, CaseState.RETURNED}
    acts = []
    if case.state == CaseState.RETURNED:
        acts.append(
            {"title": _("Correct and hand in again"), "url": reverse("membership.request.correct", args=[pk]),
             "style": "primary", "icon": "edit"}
        )  # fmt: skip
    if open_still:
        acts.append(
            {"title": _("Withdraw"), "url": reverse("membership.request.withdraw", args=[pk]), "icon": "ban"}
        )
    context = {
        "page": {"title": row_of(case)["title"], "pretitle": _("My requests")},
        "state": state(case),
        "case": course(case),
        "acts": acts,
        "title": case.title,
        "unit": case.unit,
    }
    return render(request, "membership/request.html", context)


@guarded(Role.WORKER)
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a request back."""
    actor = actor_of(request)
    case = one(requests_of(actor), pk=pk)

    def act() -> None:
        today = timezone.localdate()
        if case.kind == joining.CASE:
            joining.withdraw_joining(actor, joining=one(mine(Joining, actor.user), pk=pk), on=today)
        else:
            transferring.withdraw_transfer(actor, transfer=one(mine(Transfer, actor.user), pk=pk), on=today)

    return confirmed(
        request,
        act,
        title=_("Withdraw the request"),
        consequences=[_("The union no longer decides it. You can hand in another one at any time.")],
        done=_("Your request was withdrawn."),
        back=reverse("membership.request", args=[pk]),
    )


@guarded(Role.WORKER)
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct what was returned, and hand it in again."""
    actor, today = actor_of(request), timezone.localdate()
    case = one(requests_of(actor).filter(state=CaseState.RETURNED), pk=pk)
    back = reverse("membership.request", args=[pk])
    if case.kind == transferring.CASE:
        transfer = one(mine(Transfer, actor.user), pk=pk)
        return confirmed(
            request,
            lambda: transferring.repeat_transfer(actor, transfer=transfer, on=today),
            title=_("Hand in again"),
            consequences=[_("The receiving union decides once more.")],
            done=_("Your request was handed in again."),
            back=back,
        )
    mine_one = one(mine(Joining, actor.user).select_related("person"), pk=pk)
    initial = {
        "name": mine_one.name,
        "document": mine_one.person.document,
        "worker_kind": mine_one.worker_kind,
        "migrant": mine_one.migrant,
        "employer_name": mine_one.employer_name,
    }
    form = CorrectForm(request.POST or None, actor=actor, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            joining.correct_joining(
                actor, joining=mine_one, employer=mine_one.employer, on=today, **form.facts()
            )
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("Your application was handed in again."))
            return redirect(back)
    context = {
        "page": {"title": _("Correct the application")},
        "form": form,
        "submit_label": _("Hand in again"),
        "cancel_url": back,
    }
    return render(request, "membership/form.html", context, status=422 if form.errors else 200)


@guarded(Role.WORKER)
def leave(request: HttpRequest) -> HttpResponse:
    """Leave the union of one's own will."""
    actor, today = actor_of(request), timezone.localdate()
    membership = membership_of(actor)
    if membership is None:
        return redirect("membership.home")
    return confirmed(
        request,
        lambda: standing.leave(actor, membership=membership, on=today, today=today),
        title=_("Leave the union"),
        consequences=[
            _("From today you are no member of %(union)s.") % {"union": membership.unit.name},
            _("Who changes work or loses it need not leave: ask for a transfer, or to have it retained."),
        ],
        done=_("You have left the union."),
        back=reverse("membership.home"),
        danger=True,
    )


def confirmed(
    request: HttpRequest,
    act: Any,
    *,
    title: str,
    consequences: list[str],
    done: str,
    back: str,
    danger: bool = False,
) -> HttpResponse:
    """Ask once more, say what will happen, do it, and go back."""
    form = ActForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            act()
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, done)
            return redirect(back)
    context = {
        "page": {"title": title},
        "form": form,
        "consequences": consequences,
        "submit_label": title,
        "cancel_url": back,
        "danger": danger,
    }
    return render(request, "kernel/confirm.html", context, status=422 if form.errors else 200)


URLS = (
    path("membership/home/", home, name="membership.home"),
    path("membership/card/", card, name="membership.card"),
    path("membership/leave/", leave, name="membership.leave"),
    path("membership/requests/", requests, name="membership.requests"),
    path("membership/requests/<int:pk>/", one_request, name="membership.request"),
    path("membership/requests/<int:pk>/withdraw/", withdraw, name="membership.request.withdraw"),
    path("membership/requests/<int:pk>/correct/", correct, name="membership.request.correct"),
)
