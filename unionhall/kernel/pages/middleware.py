"""Two things every request knows: the language chosen, and who acts for which unit."""

from collections.abc import Callable
from datetime import date

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.functional import SimpleLazyObject

from unionhall.kernel.models import Appointment
from unionhall.kernel.rows import Rows
from unionhall.kernel.writing import Actor

Answer = Callable[[HttpRequest], HttpResponse]
SESSION_KEY = "appointment"


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


def appointments(request: HttpRequest, on: date) -> "Rows[Appointment]":
    """The appointments this account holds today."""
    held = Appointment.objects.filter(user_id=request.user.pk or 0, since__lte=on).exclude(until__lte=on)
    return held.select_related("unit", "user").order_by("role", "unit__path")


def actor_of(request: HttpRequest) -> Actor | None:
    """Who acts; `None` for a visitor."""
    if not request.user.is_authenticated:
        return None
    held = list(appointments(request, timezone.localdate()))
    chosen = request.session.get(SESSION_KEY)
    for appointment in held:
        if appointment.pk == chosen:
            return Actor.of(appointment)
    if held and chosen != 0:
        return Actor.of(held[0])
    return Actor.worker(request.user)
