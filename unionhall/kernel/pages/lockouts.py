"""Failed log-ins: under which name they are counted, what the locked-out read, and which locks stand."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from allauth.account.adapter import get_adapter
from axes.models import AccessAttempt
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import Max, Min, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.module_loading import import_string

from unionhall.kernel.keys import ring
from unionhall.kernel.models import User

CONTEXT = "kernel.attempt"
SHOWN_HASH = (
    16  # hexadecimal digits: enough to tell two names apart, too few to be the index of another column
)


def attempt_name(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """Under which name a log-in is counted: the account's own, or a keyed hash of what else was typed.

    A phone, an identity number or a password typed into the wrong field is never kept in clear; one account is
    counted once, whether it was named by its log-in name, its phone or its number, in capitals or not.
    """
    given = credentials or {}
    typed = str(given.get("username") or given.get("login") or request.POST.get("login", "")).strip()
    name_of: Callable[[str], str] = (
        import_string(settings.ACCOUNT_NAME_OF) if settings.ACCOUNT_NAME_OF else str
    )
    found = User.objects.filter(username__iexact=name_of(typed)).values_list("username", flat=True).first()
    if found and not found.isdigit():
        return str(found)
    return f"#{ring().blind(typed.casefold(), CONTEXT).hex()[:SHOWN_HASH]}"


def address_of(request: HttpRequest) -> str | None:
    """The address of the browser, as the trusted proxies tell it; `None` where there is no browser."""
    try:
        return str(get_adapter(request).get_client_ip(request))
    except PermissionDenied:
        return None


def locked_out(
    request: HttpRequest, _response: HttpResponse | None = None, _credentials: dict[str, Any] | None = None
) -> HttpResponse:
    """The page that says how long the lock holds and what to do."""
    wait: timedelta = settings.AXES_COOLOFF_TIME
    context = {"minutes": int(wait.total_seconds()) // 60}
    response = render(request, "kernel/lockout.html", context, status=429)
    response.headers["Retry-After"] = str(int(wait.total_seconds()))
    return response


@dataclass(frozen=True, slots=True)
class Lockout:
    """A name that may not log in from an address until a time."""

    pk: int
    name: str
    address: str
    failures: int
    until: datetime


def lockouts() -> list[Lockout]:
    """The locks that stand now, the newest first."""
    since = timezone.now() - settings.AXES_COOLOFF_TIME
    counted = (
        AccessAttempt.objects.filter(attempt_time__gte=since)
        .order_by()
        .values("username", "ip_address")
        .annotate(first=Min("pk"), failures=Sum("failures_since_start"), last=Max("attempt_time"))
        .filter(failures__gte=settings.AXES_FAILURE_LIMIT)
        .order_by("-last")
    )
    return [
        Lockout(
            found["first"],
            found["username"] or "",
            found["ip_address"] or "",
            found["failures"],
            found["last"] + settings.AXES_COOLOFF_TIME,
        )
        for found in counted
    ]
