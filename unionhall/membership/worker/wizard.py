"""Joining in three steps from a phone: who am I, where do I work, confirm. Works without JavaScript."""

import base64
import json
from datetime import date
from typing import Any

from axes.helpers import get_client_ip_address
from django.contrib import messages
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from unionhall.kernel.keys import ring
from unionhall.kernel.scope import mine
from unionhall.kernel.terms import Refused, Role, refuse
from unionhall.kernel.writing import Actor
from unionhall.membership.actions.joining import apply, known_person
from unionhall.membership.models import Joining, Membership
from unionhall.membership.worker.forms import ConfirmForm, WhoForm
from unionhall.membership.worker.places import Offer, chosen, of_token, of_union, offers
from unionhall.people.rules.contact import mask_phone, normalise_phone
from unionhall.people.rules.identity import mask_number, normalise_number
from unionhall.people.rules.kinds import WorkerKind

STATE, CONTEXT = "membership.join", "membership.join"
JOINED = "membership.joined"
HOUR = 3600
MOST_AN_HOUR = 30  # applications from one address: a shop floor behind one router may scan one code together


def state_of(request: HttpRequest) -> dict[str, Any]:
    """What was typed so far, sealed in the session: an identity number lies nowhere in clear."""
    kept = request.session.get(STATE)
    if not kept:
        return {}
    try:
        found: dict[str, Any] = json.loads(ring().open(base64.b64decode(kept), CONTEXT))
    except (Refused, ValueError):
        return {}
    return found


def keep(request: HttpRequest, state: dict[str, Any]) -> None:
    """Seal what was typed so far into the session."""
    text = json.dumps(state, default=str)
    request.session[STATE] = base64.b64encode(ring().seal(text, CONTEXT)).decode()


def applicant(request: HttpRequest) -> Actor:
    """Who applies: the worker logged in, or a visitor without account."""
    return (request.actor or None) or Actor(None, Role.WORKER)  # type: ignore[attr-defined]


def elsewhere(request: HttpRequest, actor: Actor) -> HttpResponse | None:
    """Where the wizard is not for this actor: staff act for a union, members ask for a transfer."""
    if actor.role != Role.WORKER:
        messages.info(request, _("You act for a union now: choose yourself at the top to join."))
        return redirect("home")
    if mine(Membership, actor.user).filter(until=None).exists():
        messages.info(request, _("You are a member already: ask for a transfer when you change your work."))
        return redirect("membership.move")
    return None


@never_cache
def who(request: HttpRequest) -> HttpResponse:
    """Step one. A union's own code comes in as `?union=` and is kept."""
    actor = applicant(request)
    if away := elsewhere(request, actor):
        return away
    state = state_of(request)
    if token := request.GET.get("union"):
        union = of_token(token)
        if union is None:
            messages.error(request, _("This code belongs to no union: search for yours in the second step."))
        keep(request, {**state, "scanned": union.pk if union else None, "token": token if union else ""})
        return redirect("membership.join")
    if known_person(actor.user):
        return redirect("membership.join.where")
    form = WhoForm(request.POST or None, actor=actor, initial=state.get("who"))
    if request.method == "POST" and form.is_valid():
        keep(request, {**state, "who": form.facts()})
        return redirect("membership.join.where")
    return shown(request, "who", 0, form=form, scanned=of_token(state.get("token", "")))


@never_cache
def where(request: HttpRequest) -> HttpResponse:
    """Step two: by the union's own code, by employer, union or place."""
    actor, state, today = applicant(request), state_of(request), timezone.localdate()
    if away := elsewhere(request, actor) or _first_step(actor, state):
        return away
    text = request.GET.get("q", "").strip()
    error = ""
    if request.method == "POST":
        offer = chosen(request.POST.get("choice", ""), today)
        if offer:
            name = request.POST.get("employer_name", "").strip()[:120]
            keep(request, {**state, "choice": offer.key, "employer_name": name})
            return redirect("membership.join.confirm")
        error = _("Choose one of the unions shown, or search for another.")
    scanned = of_token(state.get("token", ""))
    found = offers(text, state.get("who", {}).get("worker_kind", ""), today)
    if not text and scanned:
        found = of_union(scanned)
    return shown(
        request,
        "where",
        1,
        errors=[error] if error else [],
        text=text,
        offers=found,
        choice=state.get("choice") or (found[0].key if len(found) == 1 else ""),
        employer_name=state.get("employer_name", ""),
    )


@never_cache
def confirm(request: HttpRequest) -> HttpResponse:
    """Step three: what will happen, what happens to the data, consent and password."""
    actor, state, today = applicant(request), state_of(request), timezone.localdate()
    if away := elsewhere(request, actor) or _first_step(actor, state):
        return away
    offer = chosen(state.get("choice", ""), today)
    if offer is None:
        return redirect("membership.join.where")
    given = state.get("who", {})
    form = ConfirmForm(
        request.POST or None, actor=actor, name=given.get("name", ""), has_account=actor.user is not None
    )
    if request.method == "POST" and form.is_valid():
        try:
            if actor.user is None:
                slow_down(request)
            joining = apply(
                actor, **_facts(state, offer, today), password=form.cleaned_data.get("password", "")
            )
        except Refused as refused:
            form.refuse(refused)
        else:
            request.session.pop(STATE, None)
            request.session[JOINED] = joining.pk
            return redirect("membership.join.done")
    return shown(
        request,
        "confirm",
        2,
        form=form,
        facts=_told(actor, given, offer, state.get("employer_name", "")),
        union=offer.union,
    )


@never_cache
def done(request: HttpRequest) -> HttpResponse:
    """The result: the log-in name, and how to follow the application."""
    joining = (
        Joining.objects.select_related("case__applicant", "union_unit")
        .filter(pk=request.session.get(JOINED))
        .first()
    )
    if joining is None:
        return redirect("membership.join")
    return shown(request, "done", 3, joining=joining, account=joining.case.applicant)


def slow_down(request: HttpRequest) -> None:
    """Refuse when too many applications come from one address within the hour."""
    hour = int(timezone.now().timestamp()) // HOUR
    key = f"membership.join:{get_client_ip_address(request)}:{hour}"
    count = int(cache.get(key, 0)) + 1
    cache.set(key, count, HOUR)
    if count > MOST_AN_HOUR:
        raise too_many()


def too_many() -> Refused:
    """The refusal of one application too many."""
    return refuse(
        _("Too many applications came from your network within an hour: try again later, or ask your union.")
    )


def shown(request: HttpRequest, name: str, step: int, **context: Any) -> HttpResponse:
    """A page of the wizard with its steps."""
    titles = (_("Who am I"), _("Where do I work"), _("Confirm"))
    steps = [
        {"title": title, "state": "done" if place < step else "current" if place == step else "next"}
        for place, title in enumerate(titles)
    ]
    form = context.get("form")
    faulty = bool(context.get("errors") or (form is not None and form.errors))
    page = {"title": _("Join the union")}
    return render(
        request,
        f"membership/join_{name}.html",
        {"page": page, "steps": steps, **context},
        status=422 if faulty else 200,
    )


def _first_step(actor: Actor, state: dict[str, Any]) -> HttpResponse | None:
    return None if state.get("who") or known_person(actor.user) else redirect("membership.join")


def _facts(state: dict[str, Any], offer: Offer, today: date) -> dict[str, Any]:
    given = dict(state.get("who", {}))
    if given.get("birth"):
        given["birth"] = date.fromisoformat(given["birth"])
    return {
        **given,
        "union": offer.union,
        "employer": offer.employer,
        "employer_name": state.get("employer_name", ""),
        "on": today,
    }


def _told(actor: Actor, given: dict[str, Any], offer: Offer, employer_name: str) -> list[tuple[Any, Any]]:
    person = known_person(actor.user)
    kind = given.get("worker_kind", "")
    said = [
        (_("Name"), person.name if person else given["name"]),
        (_("Document number"), "" if person else mask_number(normalise_number(given["number"]))),
        (_("Mobile number"), "" if person else mask_phone(normalise_phone(given["phone"]))),
        (_("Kind of work"), WorkerKind(kind).label if kind else ""),
        (_("Union"), offer.union.unit.name),
        (_("Workplace"), offer.employer or employer_name),
    ]
    return [(title, value) for title, value in said if value]


URLS = (
    path("membership/join/", who, name="membership.join"),
    path("membership/join/where/", where, name="membership.join.where"),
    path("membership/join/confirm/", confirm, name="membership.join.confirm"),
    path("membership/join/done/", done, name="membership.join.done"),
)
