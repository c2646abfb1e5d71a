"""Persons: the list with its search, the file, and what is done to it. Numbers and phones are shown masked."""

import re
from typing import Any

from django import forms
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext_lazy as _

from unionhall.kernel.keys import ring
from unionhall.kernel.pages.declared import Act, Between, Choice, Column, Empty, Fields, Page, Rel, Yes
from unionhall.kernel.pages.forms import ActForm, DateField
from unionhall.kernel.pages.units import UnitByName
from unionhall.kernel.pages.views import guarded, rows_of, urls
from unionhall.kernel.rows import Rows, beginning
from unionhall.kernel.scope import one
from unionhall.kernel.terms import STAFF, Refused
from unionhall.kernel.writing import Actor, may
from unionhall.people.actions import files, merging
from unionhall.people.models import NUMBER, PHONE, Person
from unionhall.people.rules.contact import MOBILE, mask_phone, normalise_phone
from unionhall.people.rules.identity import DocumentKind, Sex, mask_number, normalise_number
from unionhall.people.rules.kinds import Education, HouseholdKind, WorkerKind
from unionhall.people.rules.names import HAN

BLANK = ("", "—")


def shown_number(person: Person) -> str:
    """The document number, masked."""
    return mask_number(person.number.clear(ring())) if person.number is not None else ""


def shown_phone(person: Person) -> str:
    """The phone, masked."""
    return mask_phone(person.phone.clear(ring())) if person.phone is not None else ""


def find(rows: "Rows[Person]", text: str) -> "Rows[Person]":
    """Persons by a whole phone or document number, the beginning of a name, or that of its pinyin or initials.

    Each is one query on one index; numbers are asked for by their keyed hash.
    """
    if re.search(HAN, text):
        return rows.filter(beginning("name", text.strip()))
    if re.fullmatch(MOBILE, phone := normalise_phone(text)):
        return rows.filter(phone_hash=ring().blind(phone, PHONE))
    if re.search("[0-9]", text):
        return rows.filter(number_hash=ring().blind(normalise_number(text), NUMBER))
    letters = re.sub("[^a-z]", "", text.lower())
    if not letters:
        return rows.none()
    return rows.filter(Q(beginning("name_key", letters)) | Q(beginning("initials", letters)))


def living(rows: "Rows[Any]", _actor: Actor) -> "Rows[Any]":
    """Files that were not merged away."""
    return rows.filter(merged_into=None)


class FactsForm(ActForm):
    """What a file states beside number and phone."""

    name = forms.CharField(label=_("Name"), max_length=60)
    sex = forms.ChoiceField(
        label=_("Sex"),
        choices=[BLANK, *Sex.choices],
        required=False,
        help_text=_("An 18-digit number tells sex and date of birth; state them for other documents."),
    )
    birth = DateField(label=_("Date of birth"), required=False)
    education = forms.ChoiceField(label=_("Education"), choices=[BLANK, *Education.choices], required=False)
    household = forms.ChoiceField(
        label=_("Household kind"), choices=[BLANK, *HouseholdKind.choices], required=False
    )
    household_region = forms.CharField(label=_("Household region code"), max_length=12, required=False)
    worker_kind = forms.ChoiceField(
        label=_("Kind of worker"), choices=[BLANK, *WorkerKind.choices], required=False
    )
    migrant = forms.BooleanField(label=_("Migrant worker"), required=False)


class RegisterForm(FactsForm):
    """A new file."""

    document = forms.ChoiceField(label=_("Document"), choices=DocumentKind.choices)
    number = forms.CharField(label=_("Document number"), max_length=30)
    phone = forms.CharField(label=_("Phone"), max_length=20, required=False)
    unit = UnitByName(label=_("File kept by"))
    field_order = ("document", "number", "name", "sex", "birth", "phone", "unit")


class CorrectForm(FactsForm):
    """Another statement of a file."""

    document = forms.ChoiceField(label=_("Document"), choices=DocumentKind.choices)
    number = forms.CharField(
        label=_("Document number"),
        max_length=30,
        required=False,
        help_text=_("Leave empty to keep the number that is on file."),
    )
    name_key = forms.CharField(label=_("Pinyin"), max_length=120, required=False)
    initials = forms.CharField(label=_("Pinyin initials"), max_length=30, required=False)
    field_order = ("document", "number", "name", "name_key", "initials", "sex", "birth")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if name != "number" and self.row is not None:
                field.initial = getattr(self.row, name)

    def facts(self) -> dict[str, Any]:
        """The keywords of the action; the pinyin only where the reader changed it."""
        facts = super().facts()
        for name in ("name_key", "initials"):
            if name not in self.changed_data:
                facts.pop(name)
        return facts


class PhoneForm(ActForm):
    """A phone."""

    phone = forms.CharField(
        label=_("Phone"), max_length=20, required=False, help_text=_("Leave empty to take the phone away.")
    )


class RevealForm(ActForm):
    """Which value, and why."""

    field = forms.ChoiceField(
        label=_("Show"), choices=tuple(files.REVEALED.items()), widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=200, help_text=_("The reason and your name are kept in the log.")
    )


class AccountForm(ActForm):
    """A log-in name and a first password."""

    username = forms.CharField(label=_("Log-in name"), max_length=64)
    password = forms.CharField(label=_("First password"), widget=forms.PasswordInput)


class OtherForm(ActForm):
    """The other file of the same person."""

    text = forms.CharField(
        label=_("The other file"),
        max_length=60,
        help_text=_("Its whole document number or phone, or a name that only one other file has."),
    )


PERSONS: Any = Page(
    code="people.person",
    path="persons",
    model=Person,
    title=_("Persons"),
    description=_("One file a person, under the real name. Search by name, pinyin, whole number or phone."),
    rows=living,
    select=("unit",),
    columns=(
        Column("name", link=True, order=("name_key", "pk")),
        Column("sex"),
        Column("birth"),
        Column("number", show=shown_number),
        Column("phone", show=shown_phone),
        Column("worker_kind"),
        Column("unit", order=("unit__path", "name_key", "pk")),
    ),
    search=find,
    filters=(
        Choice("sex"),
        Choice("worker_kind"),
        Choice("education"),
        Yes("migrant"),
        Between("birth"),
        Rel("unit"),
    ),
    panels=(
        Fields(
            _("Person"),
            (
                "name",
                "name_key",
                "document",
                ("number", shown_number),
                "sex",
                "birth",
                ("phone", shown_phone),
            ),
        ),
        Fields(
            _("Work and household"), ("worker_kind", "migrant", "education", "household", "household_region")
        ),
        Fields(_("Kept by"), ("unit", "user")),
    ),
    acts=(
        Act(files.correct, CorrectForm, title=_("Correct"), icon="edit"),
        Act(files.set_phone, PhoneForm, title=_("Change the phone"), icon="phone"),
        Act(files.reveal, RevealForm, title=_("Show a sealed value"), icon="eye"),
        Act(
            files.open_account,
            AccountForm,
            title=_("Open an account"),
            icon="user-plus",
            when=lambda person: person.user_id is None,
        ),
        Act(merging.merge, OtherForm, title=_("Merge another file into this one"), icon="link"),
    ),
    starts=(
        Act(
            files.register,
            RegisterForm,
            title=_("Register a person"),
            icon="user-plus",
            tone="primary",
            to=lambda person: reverse("people.person.one", args=[person.pk]),
        ),
    ),
    order=("name_key", "pk"),
    subtitle=lambda person: person.unit or "",
    empty=Empty(_("No person here"), _("Import a roster, or register one person."), icon="users"),
)


@guarded(*STAFF)
def reveal(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask which value and why; then show it once, on a page that no browser keeps."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    person = one(rows_of(PERSONS, actor), pk=pk)
    form = RevealForm(request.POST or None, actor=actor, row=person)
    back = reverse("people.person.one", args=[pk])
    if request.method == "POST" and form.is_valid():
        try:
            files.reveal(actor, person=person, **form.facts())
        except Refused as refused:
            form.refuse(refused)
        else:
            return _once(request, person, form.cleaned_data["field"], back)
    context = {
        "page": {"title": _("Show a sealed value"), "pretitle": person.name},
        "form": form,
        "submit_label": _("Show it once"),
        "cancel_url": back,
    }
    return render(request, "kernel/form.html", context, status=422 if form.errors else 200)


def _once(request: HttpRequest, person: Person, field: str, back: str) -> HttpResponse:
    value = getattr(person, field).clear(ring())
    context = {
        "page": {"title": PERSONS.title},
        "object_title": person.name,
        "subtitle": _("Shown once. This look is in the log, with your name and reason."),
        "panels": [{"title": "", "rows": [(files.REVEALED[field], value, "")]}],
        "acts": [{"title": _("Back to the file"), "url": back, "icon": "arrow-left"}],
    }
    response = render(request, "kernel/detail.html", context)
    add_never_cache_headers(response)
    return response


def may_merge(actor: Actor) -> bool:
    """Whether the actor's role may merge files and tell them apart."""
    return may(actor, merging.merge)


URLS = (path("people/persons/<int:pk>/reveal/", reveal, name="people.person.reveal"), *urls(PERSONS))
