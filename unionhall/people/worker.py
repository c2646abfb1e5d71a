"""A worker's own data: to see, to correct the phone, to take away; and logging in by phone or identity number."""

import re
from datetime import date
from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django import forms
from django.apps import apps
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from unionhall.kernel.fields import BlindField, Sealed
from unionhall.kernel.keys import ring
from unionhall.kernel.models import User
from unionhall.kernel.pages.declared import Act
from unionhall.kernel.pages.forms import ActForm
from unionhall.kernel.pages.tables import label, plain, value_of
from unionhall.kernel.pages.views import guarded, perform
from unionhall.kernel.rows import Row
from unionhall.kernel.scope import mine
from unionhall.kernel.terms import Role
from unionhall.kernel.writing import Actor
from unionhall.people.actions import files
from unionhall.people.models import NUMBER, PHONE, Person
from unionhall.people.rules.contact import MOBILE, mask_phone, normalise_phone
from unionhall.people.rules.identity import EIGHTEEN, mask_number, normalise_number

SHOWN = ("name", "sex", "birth", "document", "education", "worker_kind", "unit")
COPY_ARTICLE = _("Personal Information Protection Law, art. 45")


# Logging in


def looks_sealed(login: str) -> tuple[str, bytes] | None:
    """The column and keyed hash that a phone or an identity number is found by; `None` for a log-in name."""
    if re.fullmatch(MOBILE, phone := normalise_phone(login)):
        return "phone_hash", ring().blind(phone, PHONE)
    if re.fullmatch(EIGHTEEN, number := normalise_number(login)):
        return "number_hash", ring().blind(number, NUMBER)
    return None


def account_name(login: str) -> str:
    """The log-in name of the one account that this phone or identity number leads to; else what was typed."""
    found = looks_sealed(login)
    if found is None or User.objects.filter(username=login).exists():
        return login
    column, blind = found
    persons = Person.objects.filter(**{column: blind}, merged_into=None).exclude(user=None)
    names = list(persons.values_list("user__username", flat=True)[:2])
    return str(names[0]) if len(names) == 1 else login


class WorkerBackend(AuthenticationBackend):
    """Log-in by log-in name, phone or identity number; the last two through their keyed hashes."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> Any:
        """The account, when the password is right."""
        if credentials.get("username"):
            credentials["username"] = account_name(str(credentials["username"]))
        return super().authenticate(request, **credentials)


# My data


class PhoneForm(ActForm):
    """My phone."""

    phone = forms.CharField(
        label=_("Phone"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )


PHONE_ACT = Act(
    files.set_phone, PhoneForm, title=_("Change my phone"), icon="phone", done=_("Your phone is changed.")
)


def _me(request: HttpRequest) -> tuple[Actor, Person]:
    """The worker and her file; 404 when no file is tied to the account."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    person = mine(Person, actor.user).select_related("unit").first()
    if person is None:
        raise Http404
    return actor, person


@guarded(Role.WORKER)
def me(request: HttpRequest) -> HttpResponse:
    """My data, number and phone masked."""
    if not mine(Person, request.actor.user).exists():  # type: ignore[attr-defined]
        return render(request, "people/me_none.html", {"page": {"title": _("My data")}})
    _actor, person = _me(request)
    number = mask_number(person.number.clear(ring())) if person.number is not None else ""
    phone = mask_phone(person.phone.clear(ring())) if person.phone is not None else ""
    rows = [(label(Person, name), plain(value_of(person, name)), "") for name in SHOWN]
    sealed = [(label(Person, "number"), number, ""), (label(Person, "phone"), phone, "")]
    context = {
        "page": {"title": _("My data")},
        "object_title": _("My data"),
        "subtitle": _("What the union keeps about you. For anything else that is wrong, ask your union."),
        "panels": [{"title": "", "rows": [*rows, *sealed]}],
        "acts": [
            {"title": PHONE_ACT.title, "url": reverse("people.me.phone"), "icon": "phone"},
            {
                "title": _("Take a copy of my data"),
                "url": reverse("people.me.copy"),
                "icon": "download",
                "post": True,
            },
        ],
    }
    return render(request, "kernel/detail.html", context)


@guarded(Role.WORKER)
def my_phone(request: HttpRequest) -> HttpResponse:
    """Change my phone."""
    actor, person = _me(request)
    back = reverse("people.me")
    page = {"title": PHONE_ACT.title, "pretitle": _("My data")}
    return perform(request, PHONE_ACT, actor, person, page=page, back=back)


@require_POST
@guarded(Role.WORKER)
def my_copy(request: HttpRequest) -> HttpResponse:
    """All that is kept about me, in clear, as a file (个人信息保护法 art. 45)."""
    actor, person = _me(request)
    files.take_copy(actor, person=person)
    response = JsonResponse(copy_of(actor.user), json_dumps_params={"ensure_ascii": False, "indent": 2})
    day = timezone.localdate().isoformat()
    response["Content-Disposition"] = f'attachment; filename="my-data-{day}.json"'
    add_never_cache_headers(response)
    return response


def copy_of(user: User | None) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table that is about this account, told by the names of tables and fields."""
    told: dict[str, list[dict[str, Any]]] = {}
    for model in apps.get_models():
        if issubclass(model, Row) and model.worker_path is not None:
            rows = [_told(row) for row in mine(model, user).order_by("pk")]
            if rows:
                told[str(model._meta.verbose_name_plural)] = rows
    return told


def _told(row: models.Model) -> dict[str, Any]:
    fields = [
        field
        for field in row._meta.concrete_fields
        if field.attname not in {"act", "id"} and not isinstance(field, BlindField)
    ]
    return {str(label(type(row), field.name)): _value(row, field) for field in fields}


def _value(row: models.Model, field: models.Field[Any, Any]) -> Any:
    value = value_of(row, field.name)
    if isinstance(value, Sealed):
        return value.clear(ring())
    if isinstance(value, date):
        return value.isoformat()
    return value if isinstance(value, str | int | float | bool | list | dict | None) else str(value)


URLS = (
    path("people/me/", me, name="people.me"),
    path("people/me/phone/", my_phone, name="people.me.phone"),
    path("people/me/copy/", my_copy, name="people.me.copy"),
)
