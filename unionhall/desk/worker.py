"""What everybody does on every page: change language, colours, text size, and the appointment one acts under."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from unionhall.kernel.pages.middleware import SESSION_KEY

YEAR = 365 * 24 * 3600


def back(request: HttpRequest) -> str:
    """The page one came from, if it is one of ours."""
    wanted = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if ours else "/"


def remembered(cookie: str, field: str, allowed: frozenset[str]) -> Callable[[HttpRequest], HttpResponse]:
    """A view that keeps one choice in a cookie for a year."""

    @require_POST
    def view(request: HttpRequest) -> HttpResponse:
        response = redirect(back(request))
        value = request.POST.get(field, "")
        if value in allowed:
            response.set_cookie(
                cookie,
                value,
                max_age=YEAR,
                samesite="Lax",
                httponly=True,
                secure=settings.SESSION_COOKIE_SECURE,
            )
        return response

    return view


@require_POST
def switch(request: HttpRequest) -> HttpResponse:
    """Act under another of one's appointments; nought is oneself, the worker. Middleware checks that it is held."""
    chosen = request.POST.get("appointment", "")
    if request.user.is_authenticated and chosen.isascii() and chosen.isdigit():
        request.session[SESSION_KEY] = int(chosen)
    return redirect("home")


URLS: tuple[URLPattern, ...] = (
    path(
        "choose/language/",
        remembered(settings.LANGUAGE_COOKIE_NAME, "language", frozenset(dict(settings.LANGUAGES))),
        name="set_language",
    ),
    path("choose/theme/", remembered("theme", "theme", frozenset({"light", "dark", "auto"})), name="theme"),
    path("choose/text/", remembered("large_text", "large_text", frozenset({"0", "1"})), name="large_text"),
    path("choose/appointment/", switch, name="switch"),
)
