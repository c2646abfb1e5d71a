"""Employers: the list with its search, one employer with its counts, and what is done to it."""

import re
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from unionhall.employers import actions
from unionhall.employers.models import Employer, EmployerMerge, EmployerStatus, Headcount
from unionhall.employers.rules import Industry, Ownership, Size, Tag, normalise_code, tags_of
from unionhall.kernel.pages.declared import Act, Choice, Column, Empty, Fields, Page, Rel, Special, Table
from unionhall.kernel.pages.forms import ActForm, DateField
from unionhall.kernel.pages.tables import label, plain, value_of
from unionhall.kernel.pages.units import UnitByName
from unionhall.kernel.pages.views import guarded, rows_of, urls
from unionhall.kernel.rows import Rows, beginning
from unionhall.kernel.scope import one
from unionhall.kernel.terms import STAFF, Refused
from unionhall.kernel.writing import Actor, may
from unionhall.people.rules.names import HAN

BLANK = ("", "—")
CODE_BEGINS = "[0-9A-Z]{8,18}"
COMPARED = ("name", "uscc", "ownership", "industry", "size", "region", "address", "status", "unit", "since")


def find(rows: "Rows[Employer]", text: str) -> "Rows[Employer]":
    """Employers by the beginning of a name, of its pinyin or initials, or of the social credit code."""
    if re.search(HAN, text):
        return rows.filter(beginning("name", text.strip()))
    code = normalise_code(text)
    if re.fullmatch(CODE_BEGINS, code) and re.search("[0-9]", code):
        return rows.filter(beginning("uscc", code))
    letters = re.sub("[^a-z0-9]", "", text.lower())
    if not letters:
        return rows.none()
    return rows.filter(Q(beginning("name_key", letters)) | Q(beginning("initials", letters)))


def standing(rows: "Rows[Any]", _actor: Actor) -> "Rows[Any]":
    """Employers that were not merged away."""
    return rows.filter(merged_into=None)


def shown_tags(employer: Employer) -> str:
    """The tags in words."""
    return " · ".join(str(tag.label) for tag in tags_of(employer.tags))


def workers_now(employer: Employer) -> int | None:
    """The workers by the count that holds."""
    now: Headcount | None = next((count for count in employer.headcounts.all() if count.until is None), None)
    return now.workers if now else None


def alike(employer: Employer) -> "Rows[Employer]":
    """Other employers of the same name."""
    return Employer.objects.filter(name=employer.name, merged_into=None).exclude(pk=employer.pk)


class FactsForm(ActForm):
    """What is known of an employer."""

    name = forms.CharField(label=_("Employer's name"), max_length=120)
    uscc = forms.CharField(label=_("Unified social credit code"), max_length=30, required=False)
    ownership = forms.ChoiceField(label=_("Unit type"), choices=Ownership.choices)
    industry = forms.ChoiceField(label=_("Industry"), choices=[BLANK, *Industry.choices], required=False)
    size = forms.ChoiceField(label=_("Size"), choices=[BLANK, *Size.choices], required=False)
    region = forms.CharField(label=_("Region code"), max_length=12, required=False)
    address = forms.CharField(label=_("Address"), max_length=200, required=False)


class RegisterForm(FactsForm):
    """A new employer."""

    tags = forms.MultipleChoiceField(
        label=_("Tags"), choices=Tag.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    since = DateField(label=_("Since"))
    unit = UnitByName(label=_("Union of its place"))


class CorrectForm(FactsForm):
    """What is known of an employer, corrected."""

    name_key = forms.CharField(label=_("Pinyin"), max_length=240, required=False)
    initials = forms.CharField(label=_("Pinyin initials"), max_length=60, required=False)
    unit = UnitByName(label=_("Union of its place"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if self.row is not None:
                field.initial = self.row.unit.name if name == "unit" else getattr(self.row, name)

    def facts(self) -> dict[str, Any]:
        """The keywords of the action: the pinyin and the place only where the reader changed them."""
        facts = super().facts()
        for name in ("name_key", "initials", "unit"):
            if name not in self.changed_data:
                facts.pop(name)
        return facts


class CountForm(ActForm):
    """How many work there."""

    workers = forms.IntegerField(label=_("Workers"), min_value=0)
    women = forms.IntegerField(label=_("Women"), min_value=0, initial=0)
    migrants = forms.IntegerField(label=_("Migrant workers"), min_value=0, initial=0)
    since = DateField(label=_("Since"))


class StatusForm(ActForm):
    """Another status."""

    status = forms.ChoiceField(label=_("Status"), choices=EmployerStatus.choices)
    on = DateField(label=_("On"))


class TagsForm(ActForm):
    """The tags."""

    tags = forms.MultipleChoiceField(
        label=_("Tags"), choices=Tag.choices, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.row is not None:
            self.fields["tags"].initial = [tag.value for tag in tags_of(self.row.tags)]


class ReasonForm(ActForm):
    """Why two rows are one employer."""

    reason = forms.CharField(label=_("Reason"), max_length=200)


class OtherForm(ActForm):
    """The other row of the same employer."""

    text = forms.CharField(
        label=_("The other row"),
        max_length=120,
        help_text=_("Its whole name or its social credit code."),
    )


EMPLOYERS: Any = Page(
    code="employers.employer",
    path="employers",
    model=Employer,
    title=_("Employers"),
    description=_("Companies, institutions and offices that employ workers. Search by name, pinyin or code."),
    rows=lambda rows, actor: standing(rows, actor).prefetch_related("headcounts"),
    select=("unit",),
    columns=(
        Column("name", link=True, order=("name_key", "pk")),
        Column("uscc"),
        Column("ownership"),
        Column("industry"),
        Column("workers", title=_("Workers"), number=True, show=workers_now),
        Column("status"),
        Column("unit", order=("unit__path", "name_key", "pk")),
    ),
    search=find,
    filters=(
        Choice("ownership"),
        Choice("industry"),
        Choice("size"),
        Choice("status"),
        Special(
            "tag",
            _("Tag"),
            tuple((tag.value, tag.label, Q(labels__contains=f" {tag.value} ")) for tag in Tag),
        ),
        Rel("unit"),
    ),
    panels=(
        Fields(
            _("Employer"),
            ("name", "name_key", "uscc", "ownership", "industry", "size", ("tags", shown_tags)),
        ),
        Fields(_("Place"), ("region", "address", "unit", "since", "until")),
        Table(
            _("Headcounts"),
            rows=lambda employer: Headcount.objects.filter(employer=employer).order_by("-since"),
            columns=(
                Column("since"),
                Column("until"),
                Column("workers", number=True),
                Column("women", number=True),
                Column("migrants", number=True),
            ),
            empty=_("Nobody has counted the workers yet."),
        ),
        Table(
            _("Employers of the same name"),
            rows=alike,
            columns=(
                Column("name", link=True),
                Column("uscc"),
                Column("unit"),
            ),
            page="employers.employer",
            empty=_("No other employer has this name."),
        ),
    ),
    acts=(
        Act(actions.correct, CorrectForm, title=_("Correct"), icon="edit"),
        Act(actions.count, CountForm, title=_("Count workers"), icon="users"),
        Act(actions.retag, TagsForm, title=_("Set tags"), icon="list-check"),
        Act(actions.set_status, StatusForm, title=_("Change the status"), icon="circle-dot"),
        Act(actions.merge, OtherForm, title=_("Merge another row into this one"), icon="link"),
    ),
    starts=(
        Act(
            actions.register,
            RegisterForm,
            title=_("Register an employer"),
            icon="building-factory-2",
            tone="primary",
            to=lambda employer: reverse("employers.employer.one", args=[employer.pk]),
        ),
    ),
    order=("name_key", "pk"),
    subtitle=lambda employer: employer.unit,
    empty=Empty(_("No employer here"), _("Register the employers of your place."), icon="building-factory-2"),
)


@guarded(*STAFF)
def other(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask which row is to be merged into this one."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not may(actor, actions.merge):
        raise PermissionDenied
    kept = one(rows_of(EMPLOYERS, actor), pk=pk)
    form = OtherForm(request.POST or None, actor=actor, row=kept)
    if form.is_valid():
        found = list(find(rows_of(EMPLOYERS, actor), form.cleaned_data["text"]).exclude(pk=pk)[:2])
        if len(found) == 1:
            return redirect("employers.employer.merge", kept=pk, dropped=found[0].pk)
        form.add_error(
            "text", gettext("Exactly one other row must answer to this: give its code or whole name.")
        )
    context = {
        "page": {"title": _("Merge another row into this one"), "pretitle": kept.name},
        "form": form,
        "submit_label": _("Compare"),
        "cancel_url": reverse("employers.employer.one", args=[pk]),
    }
    return render(request, "kernel/form.html", context, status=422 if form.errors else 200)


@guarded(*STAFF)
def merge(request: HttpRequest, kept: int, dropped: int) -> HttpResponse:
    """Show two rows side by side and what merging would move; with a reason, merge."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not may(actor, actions.merge):
        raise PermissionDenied
    first, second = (one(rows_of(EMPLOYERS, actor), pk=pk) for pk in (kept, dropped))
    form = ReasonForm(request.POST or None, actor=actor, row=first)
    if form.is_valid():
        try:
            actions.merge(actor, kept=first, dropped=second, on=timezone.localdate(), **form.facts())
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, gettext("The two rows are one. The merge can be undone under Merges."))
            return redirect("employers.employer.one", pk=first.pk)
    context = {
        "page": {"title": _("Merge two rows of one employer"), "pretitle": _("Employers")},
        "lines": [
            (label(Employer, name), plain(value_of(first, name)), plain(value_of(second, name)))
            for name in COMPARED
        ],
        "first": first,
        "second": second,
        "moving": actions.merge_preview(first, second),
        "faults": [] if form.errors else actions.merge_faults(actor, first, second),
        "form": form,
        "submit_label": _("Merge"),
        "cancel_url": reverse("employers.employer.one", args=[kept]),
        "danger": True,
    }
    return render(request, "employers/merge.html", context, status=422 if form.errors else 200)


MERGES: Any = Page(
    code="employers.merge",
    path="merges",
    model=EmployerMerge,
    title=_("Merges of employers"),
    description=_("Rows that were found to be one employer. A merge can be undone."),
    select=("kept__unit", "dropped"),
    columns=(
        Column("kept", link=True, order=("kept__name_key", "pk")),
        Column("dropped", order=("dropped__name_key", "pk")),
        Column("reason"),
        Column("on"),
        Column("undone_on"),
    ),
    panels=(Fields(_("Merge"), ("kept", "dropped", "reason", "on", "undone_on")),),
    acts=(
        Act(
            actions.unmerge,
            title=_("Undo the merge"),
            icon="arrow-back-up",
            tone="danger",
            confirm=_("All that moved goes back to the row it came from, and that row stands again."),
            when=lambda merge: merge.undone_on is None,
        ),
    ),
    order=("-pk",),
    empty=Empty(_("No merge yet"), _("Merge two rows of one employer from the page of the one to keep.")),
)

URLS = (
    path("employers/employers/<int:pk>/merge/", other, name="employers.employer.other"),
    path("employers/employers/<int:kept>/merge/<int:dropped>/", merge, name="employers.employer.merge"),
    *urls(EMPLOYERS),
    *urls(MERGES),
)
