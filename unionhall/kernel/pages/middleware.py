"""What holds for every request: the language chosen, who acts for which unit, and whether she may go on."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from unionhall.kernel.models import Appointment
from unionhall.kernel.passwords import outdated
from unionhall.kernel.terms import ADMINISTRATORS, Text
from unionhall.kernel.writing import Actor

Answer = Callable[[HttpRequest], HttpResponse]
SESSION_KEY = "appointment"
BEGAN = "began"
ALWAYS_OPEN = ("/accounts/", "/choose/")  # where what is owed is done, and where one leaves


def chosen_language(answer: Answer) -> Answer:
    """Chinese, unless the reader chose another language: what a browser asks for is not a choice."""

    def middleware(request: HttpRequest) -> HttpResponse:
        code = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, settings.LANGUAGE_CODE)
        if code not in dict(settings.LANGUAGES):
            code = settings.LANGUAGE_CODE
        translation.activate(code)
        request.LANGUAGE_CODE = code
        response = answer(request)
        response.headers.setdefault("Content-Language", code)
        return response

    return middleware


def acting(answer: Answer) -> Answer:
    """`request.actor`: the account in the appointment it chose; a worker when it has none."""

    def middleware(request: HttpRequest) -> HttpResponse:
        request.actor = SimpleLazyObject(lambda: actor_of(request))  # type: ignore[attr-defined]
        return answer(request)

    return middleware


@dataclass(frozen=True, slots=True)
class Owed:
    """What an account must do before anything else, where, and why."""

    page: str
    reason: Text


def admitted(answer: Answer) -> Answer:
    """Ends a session that has lasted too long; first sends whoever owes a password or a second factor to it.

    What people see when logged in is kept by no browser and no proxy: the next reader of a shared machine
    finds nothing by going back.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            if outlived(request):
                logout(request)
                return redirect_to_login(request.get_full_path())
            request.owed = owed = owed_by(request)  # type: ignore[attr-defined]
            if owed and not request.path.startswith(ALWAYS_OPEN):
                return redirect(owed.page)
        response = answer(request)
        if request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    return middleware


def outlived(request: HttpRequest) -> bool:
    """Whether the session has lasted longer than any may, however busy it was. The first request begins it."""
    now = int(time.time())
    return now - int(request.session.setdefault(BEGAN, now)) >= settings.SESSION_MOST_SECONDS


def owed_by(request: HttpRequest) -> Owed | None:
    """What the account must do first, if anything."""
    user = request.user
    if user.password_given:  # type: ignore[union-attr]
        return Owed(
            "account_change_password",
            _("This password was given to you by somebody else: choose one that only you know."),
        )
    if outdated(user, timezone.localdate()):  # type: ignore[arg-type]
        return Owed(
            "account_change_password", _("Your password has reached its age: choose a new one, then go on.")
        )
    if settings.ADMIN_MFA and request.actor.role in ADMINISTRATORS and not is_mfa_enabled(user):  # type: ignore[attr-defined]
        return Owed(
            "mfa_activate_totp", _("An administrator logs in with two steps: switch them on, then go on.")
        )
    return None


def appointments(request: HttpRequest, on: date) -> list[Appointment]:
    """The appointments this account holds today; asked for once a request."""
    known: list[Appointment] | None = getattr(request, "held", None)
    if known is None:
        held = Appointment.objects.filter(user_id=request.user.pk or 0, since__lte=on).exclude(until__lte=on)
        known = list(held.select_related("unit", "user").order_by("role", "unit__path"))
        request.held = known  # type: ignore[attr-defined]
    return known


def actor_of(request: HttpRequest) -> Actor | None:
    """Who acts; `None` for a visitor."""
    if not request.user.is_authenticated:
        return None
    held = appointments(request, timezone.localdate())
    chosen = request.session.get(SESSION_KEY)
    for appointment in held:
        if appointment.pk == chosen:
            return Actor.of(appointment)
    if held and chosen != 0:
        return Actor.of(held[0])
    return Actor.worker(request.user)
