"""A member asks to be transferred: search the new union, confirm."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from unionhall.kernel.pages.views import guarded
from unionhall.kernel.terms import Role
from unionhall.membership.actions.transferring import ask_transfer
from unionhall.membership.worker.home import actor_of, confirmed, membership_of
from unionhall.membership.worker.places import chosen, offers


@guarded(Role.WORKER)
def move(request: HttpRequest) -> HttpResponse:
    """Search the union to go to."""
    membership = membership_of(actor_of(request))
    if membership is None:
        return redirect("membership.join")
    text = request.GET.get("q", "").strip()
    found = [
        offer
        for offer in offers(text, membership.worker_kind, timezone.localdate())
        if offer.union.pk != membership.unit_id
    ]
    context = {
        "page": {"title": _("Ask for a transfer")},
        "text": text,
        "union": membership.unit,
        "rows": [
            {
                "icon": "building-community",
                "title": offer.union.unit.name,
                "text": f"{offer.employer} · {offer.why}" if offer.employer else offer.why,
                "url": reverse("membership.move.confirm", args=[offer.key]),
            }
            for offer in found
        ],
    }
    return render(request, "membership/move.html", context)


@guarded(Role.WORKER)
def confirm(request: HttpRequest, key: str) -> HttpResponse:
    """Say what will happen, and ask."""
    actor, today = actor_of(request), timezone.localdate()
    membership, offer = membership_of(actor), chosen(key, today)
    if membership is None or offer is None:
        return redirect("membership.move")
    return confirmed(
        request,
        lambda: ask_transfer(actor, membership=membership, to=offer.union, employer=offer.employer, on=today),
        title=_("Ask to be received by %(union)s") % {"union": offer.union.unit.name},
        consequences=[
            _("%(union)s decides. Until then you stay a member of %(present)s.")
            % {"union": offer.union.unit.name, "present": membership.unit.name},
            _("Received, you leave the one and enter the other on the same day; your card stays."),
        ],
        done=_("Your request was handed in."),
        back=reverse("membership.requests"),
    )


URLS = (
    path("membership/move/", move, name="membership.move"),
    path("membership/move/<str:key>/", confirm, name="membership.move.confirm"),
)
