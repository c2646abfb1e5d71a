"""Entering an election: the arithmetic is shown line by line, with its articles, before it is recorded."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from unionhall.kernel.pages.views import guarded, rows_of
from unionhall.kernel.scope import one
from unionhall.kernel.terms import Refused
from unionhall.kernel.writing import Actor, may
from unionhall.unions.actions.elections import elect
from unionhall.unions.models import Union
from unionhall.unions.rules import Ballot, Outcome, check_ballot, count
from unionhall.unions.staff.forms import ElectForm
from unionhall.unions.staff.unions import READERS, UNIONS


@guarded(*READERS)
def enter(request: HttpRequest, pk: int) -> HttpResponse:
    """Count first, then record: the button of the arithmetic writes nothing."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    union: Union = one(rows_of(UNIONS, actor), pk=pk)
    if not may(actor, elect, union):
        raise PermissionDenied
    form = ElectForm(request.POST or None, actor=actor, row=union)
    outcome = None
    if request.method == "POST" and form.is_valid():
        outcome = _counted(form)
        if outcome and "check" not in request.POST:
            try:
                election = elect(actor, union=union, **form.facts())
            except Refused as refused:
                form.refuse(refused)
            else:
                said = (
                    _("The election is recorded and valid.")
                    if election.valid
                    else _("The election is recorded. It is not valid: nothing has changed.")
                )
                messages.success(request, str(said))
                return redirect("unions.election.one", pk=election.pk)
    context: dict[str, Any] = {
        "page": {"title": _("Record an election"), "pretitle": union},
        "form": form,
        "outcome": outcome,
        "submit_label": _("Record the election"),
        "cancel_url": reverse("unions.union.one", args=[union.pk]),
    }
    return render(request, "unions/election.html", context, status=422 if form.errors else 200)


def _counted(form: ElectForm) -> Outcome | None:
    """The arithmetic, or the reasons why there is none, shown at the form."""
    facts = form.cleaned_data
    ballot = Ballot(
        facts["body"], facts["due"], facts["present"], facts["seats"], facts["secret"], facts["names"]
    )
    faults = check_ballot(ballot)
    if faults:
        form.refuse(Refused(faults))
        return None
    return count(ballot)
