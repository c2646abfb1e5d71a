"""Where every page is."""

from typing import NoReturn

from django.http import Http404, HttpRequest
from django.urls import URLPattern, URLResolver, include, path, re_path

from unionhall.modules import MODULES

OPEN = "login|logout|inactive|reauthenticate|password/change|2fa(?:/[a-z/-]+)?"


def closed(_request: HttpRequest) -> NoReturn:
    """What allauth could do and this house does not: sign-up, e-mail, passwords by mail, log-in by code."""
    raise Http404


urlpatterns: list[URLPattern | URLResolver] = [
    re_path(rf"^accounts/(?!(?:{OPEN})/$)", closed),
    path("accounts/", include("allauth.urls")),
    *(pattern for module in MODULES for pattern in module.urls),
]
