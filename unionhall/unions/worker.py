"""For everybody: the public page of a union behind its QR code, and applying to found one."""

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from unionhall.kernel.models import CaseState
from unionhall.kernel.pages import cases
from unionhall.kernel.pages.declared import Act
from unionhall.kernel.pages.forms import ActForm
from unionhall.kernel.pages.units import UnitByName
from unionhall.kernel.pages.views import perform
from unionhall.kernel.scope import mine, one
from unionhall.kernel.writing import Actor
from unionhall.people.rules.kinds import WorkerKind
from unionhall.unions.actions.founding import (
    apply_to_found,
    correct_founding,
    employers_called,
    withdraw_founding,
)
from unionhall.unions.models import Coverage, Founding, Union
from unionhall.unions.rules import LAW, Level, UnionKind

MOST_COVERED = 20
KINDS = (UnionKind.SINGLE, UnionKind.JOINT)


class EmployerOfMine(forms.CharField):
    """The workplace, by its full name or social credit code."""

    def clean(self, value: Any) -> Any:
        """The one employer that is called like this."""
        text = super().clean(value)
        found = employers_called(text) if text else []
        if text and len(found) != 1:
            said = _("More than one employer is called “%(text)s”: type its social credit code.")
            none = _("No employer is called “%(text)s”: register it first, or type its social credit code.")
            raise forms.ValidationError(said if found else none, params={"text": text})
        return found[0] if found else None


class FoundForm(ActForm):
    """A worker's application: a grassroots union, alone or together with other workplaces."""

    name = forms.CharField(label=_("Name of the union"), max_length=120)
    kind = forms.ChoiceField(label=_("Kind"), choices=[(kind.value, kind.label) for kind in KINDS])
    parent = UnitByName(label=_("Superior union"), help_text=_("It decides the application."))
    employer = EmployerOfMine(
        label=_("Employer"), required=False, help_text=_("Its social credit code, or its full name.")
    )
    worker_kind = forms.ChoiceField(
        label=_("Kind of worker"),
        choices=[("", "—"), *WorkerKind.choices],
        required=False,
        help_text=_("Only where the union is for one kind of worker."),
    )
    address = forms.CharField(label=_("Address"), max_length=200, required=False)
    workers = forms.IntegerField(label=_("Workers"), min_value=1)
    members = forms.IntegerField(label=_("Members who have signed"), min_value=0)
    women = forms.IntegerField(label=_("Women among them"), min_value=0)
    committee_size = forms.IntegerField(
        label=_("Committee seats"), min_value=0, help_text=_("One means an organiser without a committee.")
    )
    years = forms.TypedChoiceField(label=_("Years of a term"), coerce=int, choices=[(3, "3"), (5, "5")])
    chair_name = forms.CharField(label=_("Proposed chair"), max_length=60)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["committee_size"].article = LAW["single_committee_from"].article  # type: ignore[attr-defined]
        if self.row is not None:
            for name in self.fields:
                self.fields[name].initial = getattr(self.row, name)
            self.fields["parent"].initial = self.row.parent.name
            self.fields["employer"].initial = self.row.employer.name if self.row.employer else ""

    def facts(self) -> dict[str, Any]:
        """The keywords of the action; unit type and industry are the employer's."""
        employer = self.cleaned_data["employer"]
        return {
            **self.cleaned_data,
            "level": Level.GRASSROOTS.value,
            "ownership": employer.ownership if employer else "",
            "industry": employer.industry if employer else "",
        }


def public(request: HttpRequest, token: str) -> HttpResponse:
    """What anybody may know of a union: name, chair, address, whom it covers; and the way in."""
    union = one(Union.objects.filter(until=None).select_related("unit__parent", "chair"), token=token)
    covered = Coverage.objects.filter(union=union, until=None).select_related("employer")
    context = {
        "page": {"title": str(union.unit.name), "pretitle": union.unit.parent},
        "union": union,
        "covered": [coverage.employer for coverage in covered.order_by("employer__name_key")[:MOST_COVERED]],
        "count": covered.count(),
    }
    return render(request, "unions/public.html", context)


@login_required
def requests(request: HttpRequest) -> HttpResponse:
    """The applications of this account to found a union, newest first."""
    found = mine(Founding, request.user).select_related("case", "parent", "founded")  # type: ignore[arg-type]
    rows = [
        {
            "title": founding.name,
            "text": founding.parent,
            "url": reverse("unions.request", args=[founding.pk]),
            "state": cases.state(founding.case),
            "at": founding.case.opened_on.isoformat(),
            "icon": "building-community",
        }
        for founding in found.order_by("-pk")
    ]
    return render(request, "unions/requests.html", {"page": {"title": _("Unions I founded")}, "rows": rows})


@login_required
def one_request(request: HttpRequest, pk: int) -> HttpResponse:
    """Where an application stands, who has signed, and what can still be done."""
    founding = _mine(request, pk)
    state = founding.case.state
    acts = []
    if state == CaseState.RETURNED:
        acts.append(
            {
                "title": _("Correct and hand in again"),
                "url": reverse("unions.request.correct", args=[pk]),
                "style": "primary",
                "icon": "edit",
            }
        )
    if state in {CaseState.OPEN, CaseState.RETURNED}:
        acts.append(
            {
                "title": _("Withdraw"),
                "url": reverse("unions.request.withdraw", args=[pk]),
                "style": "secondary",
                "icon": "arrow-back-up",
            }
        )
    context: dict[str, Any] = {
        "page": {"title": founding.name},
        "founding": founding,
        "acts": acts,
        "state": cases.state(founding.case),
        "case": cases.course(founding.case),
    }
    return render(request, "unions/request.html", context)


@login_required
def apply(request: HttpRequest) -> HttpResponse:
    """Apply to found a union."""
    act = Act(
        apply_to_found,
        FoundForm,
        title=_("Apply to found a union"),
        done=_("Your application has been handed in."),
        to=lambda founding: reverse("unions.request", args=[founding.pk]),
    )
    return _perform(request, act, None, reverse("unions.requests"))


@login_required
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a returned application and hand it in again."""
    act = Act(correct_founding, FoundForm, title=_("Correct and hand in again"))
    return _perform(request, act, _mine(request, pk), reverse("unions.request", args=[pk]))


@login_required
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an application back."""
    act = Act(withdraw_founding, title=_("Withdraw"), confirm=_("The application ends without a decision."))
    return _perform(request, act, _mine(request, pk), reverse("unions.request", args=[pk]))


def _mine(request: HttpRequest, pk: int) -> Founding:
    rows = mine(Founding, request.user).select_related("case", "parent", "employer")  # type: ignore[arg-type]
    return one(rows, pk=pk)


def _perform(request: HttpRequest, act: Act, founding: Founding | None, back: str) -> HttpResponse:
    actor = Actor.worker(request.user)  # type: ignore[arg-type]
    return perform(request, act, actor, founding, page={"title": act.title}, back=back)


URLS = (
    path("unions/at/<slug:token>/", public, name="unions.public"),
    path("unions/mine/", requests, name="unions.requests"),
    path("unions/mine/new/", apply, name="unions.apply"),
    path("unions/mine/<int:pk>/", one_request, name="unions.request"),
    path("unions/mine/<int:pk>/correct/", correct, name="unions.request.correct"),
    path("unions/mine/<int:pk>/withdraw/", withdraw, name="unions.request.withdraw"),
)
