"""A cadre checks a member's card: scans its code, or types its number."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from unionhall.kernel.pages.views import guarded
from unionhall.kernel.terms import STAFF
from unionhall.membership.actions.cards import Found, read_card, read_token
from unionhall.membership.rules import shown_card


@never_cache
@guarded(*STAFF)
def scanned(request: HttpRequest, token: str) -> HttpResponse:
    """What a scanned code says."""
    return told(request, read_token(token))


@never_cache
@guarded(*STAFF)
def typed(request: HttpRequest) -> HttpResponse:
    """What a typed card number says."""
    number = request.POST.get("number", "").strip()
    return told(request, read_card(number) if number else None)


def told(request: HttpRequest, found: Found | None) -> HttpResponse:
    """Valid, retained, or not a member: with a masked name and the union, nothing else."""
    number = shown_card(found.card) if found else ""
    context = {"page": {"title": _("Check a card")}, "found": found, "number": number}
    return render(request, "membership/verify.html", context)


URLS = (
    path("membership/verify/", typed, name="membership.check"),
    path("membership/verify/<str:token>/", scanned, name="membership.verify"),
)
