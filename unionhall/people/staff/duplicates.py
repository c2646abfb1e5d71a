"""The duplicates desk: pairs of files that may be one person, side by side; merges, and the way back."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from unionhall.kernel.pages.declared import Act, Between, Column, Empty, Fields, Page
from unionhall.kernel.pages.forms import ActForm
from unionhall.kernel.pages.tables import label, plain, value_of
from unionhall.kernel.pages.views import guarded, rows_of, urls
from unionhall.kernel.scope import one
from unionhall.kernel.terms import STAFF, Refused, Text
from unionhall.kernel.writing import Actor
from unionhall.people.actions import merging
from unionhall.people.indicators import LIKE_TITLES, NUMBER_LIKE, Pair, pairs
from unionhall.people.models import Person, PersonMerge
from unionhall.people.staff.persons import (
    PERSONS,
    OtherForm,
    find,
    may_merge,
    shown_number,
    shown_phone,
)

MOST_PAIRS = 50
COMPARED = ("name", "document", "number", "sex", "birth", "phone", "education", "worker_kind", "unit", "user")
MASKED = {"number": shown_number, "phone": shown_phone}


class ReasonForm(ActForm):
    """Why two files are one."""

    reason = forms.CharField(label=_("Reason"), max_length=200)


@dataclass(frozen=True, slots=True)
class Line:
    """One fact of two files, and whether they differ in it."""

    title: Text
    first: Any
    second: Any
    differs: bool


def lines(first: Person, second: Person) -> Iterator[Line]:
    """Two files fact by fact; numbers and phones masked, compared by their hashes."""
    for name in COMPARED:
        if name in MASKED:
            shown = [MASKED[name](person) for person in (first, second)]
            differs = getattr(first, f"{name}_hash") != getattr(second, f"{name}_hash")
        else:
            shown = [plain(value_of(person, name)) for person in (first, second)]
            differs = shown[0] != shown[1]
        yield Line(label(Person, name), shown[0], shown[1], differs)


@guarded(*STAFF)
def duplicates(request: HttpRequest) -> HttpResponse:
    """Pairs of one likeness in the actor's reach."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    chosen = request.GET.get("like", NUMBER_LIKE)
    if chosen not in LIKE_TITLES:
        raise Http404
    found = pairs(chosen, rows_of(PERSONS, actor), MOST_PAIRS)
    context = {
        "page": {
            "title": _("Duplicates"),
            "description": _("Files that may be one person. Compare, then merge or note that they are two."),
        },
        "tabs": [
            {"title": title, "url": f"?like={like}", "current": like == chosen}
            for like, title in LIKE_TITLES.items()
        ],
        "pairs": [_shown(pair) for pair in found],
        "may_merge": may_merge(actor),
        "like": chosen,
    }
    return render(request, "people/duplicates.html", context)


def _shown(pair: Pair) -> dict[str, Any]:
    first, second = pair.first, pair.second
    return {
        "first": first,
        "second": second,
        "lines": list(lines(first, second)),
        "keep_first": reverse("people.person.merge", args=[first.pk, second.pk]),
        "keep_second": reverse("people.person.merge", args=[second.pk, first.pk]),
    }


@guarded(*STAFF)
def merge(request: HttpRequest, kept: int, dropped: int) -> HttpResponse:
    """Show what merging would move, and what stands in its way; with a reason, merge."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not may_merge(actor):
        raise PermissionDenied
    first, second = (one(rows_of(PERSONS, actor), pk=pk) for pk in (kept, dropped))
    form = ReasonForm(request.POST or None, actor=actor, row=first)
    if request.method == "POST" and form.is_valid():
        try:
            merging.merge(actor, kept=first, dropped=second, on=timezone.localdate(), **form.facts())
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, gettext("The two files are one. The merge can be undone under Merges."))
            return redirect("people.person.one", pk=first.pk)
    return render(
        request,
        "people/merge.html",
        {
            "page": {"title": _("Merge two files"), "pretitle": _("Duplicates")},
            "first": first,
            "second": second,
            "lines": list(lines(first, second)),
            "moving": merging.merge_preview(first, second),
            "faults": [] if form.errors else merging.merge_faults(actor, first, second),
            "form": form,
            "submit_label": _("Merge"),
            "cancel_url": reverse("people.duplicates"),
            "danger": True,
        },
        status=422 if form.errors else 200,
    )


@guarded(*STAFF)
def other(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask which file is to be merged into this one."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not may_merge(actor):
        raise PermissionDenied
    kept = one(rows_of(PERSONS, actor), pk=pk)
    form = OtherForm(request.POST or None, actor=actor, row=kept)
    if form.is_valid():
        found = list(find(rows_of(PERSONS, actor), form.cleaned_data["text"]).exclude(pk=pk)[:2])
        if len(found) == 1:
            return redirect("people.person.merge", kept=pk, dropped=found[0].pk)
        form.add_error("text", gettext("Exactly one other file must answer to this: give its whole number."))
    context = {
        "page": {"title": _("Merge another file into this one"), "pretitle": kept.name},
        "form": form,
        "submit_label": _("Compare"),
        "cancel_url": reverse("people.person.one", args=[pk]),
    }
    return render(request, "kernel/form.html", context, status=422 if form.errors else 200)


@require_POST
@guarded(*STAFF)
def tell_apart(request: HttpRequest, first: int, second: int) -> HttpResponse:
    """Note that two files are two persons."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not may_merge(actor):
        raise PermissionDenied
    pair = [one(rows_of(PERSONS, actor), pk=pk) for pk in (first, second)]
    try:
        merging.not_duplicate(actor, first=pair[0], second=pair[1], on=timezone.localdate())
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, gettext("Noted: these are two persons."))
    like = request.POST.get("like", NUMBER_LIKE)
    back = reverse("people.duplicates")
    return redirect(f"{back}?like={like}" if like in LIKE_TITLES else back)


def may_undo(merge: PersonMerge) -> bool:
    """Whether a merge still stands."""
    return merge.undone_on is None


def in_reach(rows: Any, _actor: Actor) -> Any:
    """Merges, the newest first."""
    return rows.order_by("-pk")


MERGES: Any = Page(
    code="people.merge",
    path="merges",
    model=PersonMerge,
    title=_("Merges"),
    description=_("Files that were found to be one person, and what moved. A merge can be undone."),
    rows=in_reach,
    select=("kept__unit", "dropped"),
    columns=(
        Column("kept", link=True, order=("kept__name_key", "pk")),
        Column("dropped", order=("dropped__name_key", "pk")),
        Column("reason"),
        Column("on"),
        Column("undone_on"),
    ),
    filters=(Between("on"),),
    panels=(
        Fields(
            _("Merge"),
            (
                "kept",
                "dropped",
                "reason",
                "on",
                "undone_on",
                (_("Rows moved"), lambda merge: sum(len(keys) for keys in merge.moved["rows"].values())),
            ),
        ),
    ),
    acts=(
        Act(
            merging.unmerge,
            title=_("Undo the merge"),
            icon="arrow-back-up",
            tone="danger",
            confirm=_("All that moved goes back to the file it came from, and that file stands again."),
            when=may_undo,
        ),
    ),
    order=("-pk",),
    empty=Empty(
        _("No merge yet"), _("Pairs that may be one person wait at the duplicates desk."), icon="users"
    ),
)

URLS = (
    path("people/duplicates/", duplicates, name="people.duplicates"),
    path("people/persons/<int:pk>/merge/", other, name="people.person.other"),
    path("people/persons/<int:kept>/merge/<int:dropped>/", merge, name="people.person.merge"),
    path("people/persons/<int:first>/apart/<int:second>/", tell_apart, name="people.person.apart"),
    *urls(MERGES),
)
