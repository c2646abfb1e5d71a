"""Log-in locks that stand, and lifting them: for the security administrator."""

from typing import Any

from axes.models import AccessAttempt
from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from unionhall.kernel import actions
from unionhall.kernel.pages.declared import Act, Column
from unionhall.kernel.pages.forms import ActForm
from unionhall.kernel.pages.lockouts import Lockout, lockouts
from unionhall.kernel.pages.tables import table
from unionhall.kernel.pages.views import guarded, perform
from unionhall.kernel.terms import Role
from unionhall.kernel.writing import Actor


class LiftForm(ActForm):
    """Lift one lock: whoever asks was recognised in another way than by the log-in."""

    known = forms.BooleanField(label=gettext_lazy("I have made sure who asks for it"))

    def facts(self) -> dict[str, Any]:
        """The keywords of the action."""
        return {"name": self.row.name, "address": self.row.address}


LIFT = Act(
    actions.lift_lockout,
    LiftForm,
    title=gettext_lazy("Lift the lock"),
    icon="lock",
    tone="primary",
    done=gettext_lazy("The lock is lifted."),
)


def lift_link(lock: Lockout) -> str:
    """The way to lift a lock."""
    return format_html(
        '<a class="btn btn-sm" href="{}">{}</a>', reverse("desk.lockout.lift", args=[lock.pk]), LIFT.title
    )


@guarded(Role.SECURITY)
def standing(request: HttpRequest) -> HttpResponse:
    """The locks that stand now."""
    columns = (
        Column("name", title=_("Log-in name")),
        Column("address", title=_("IP address")),
        Column("failures", title=_("Failures"), number=True),
        Column("until", title=_("Locked until")),
        Column("pk", title=_("Act"), show=lift_link),
    )
    found = table(lockouts(), columns, AccessAttempt)
    found.orderable = False
    found.empty_text = _("Nobody is locked out.")
    description = _(
        "Too many failures under one name from one address lock the two together. "
        "A name with # is a hash: no account is called what was typed."
    )
    context = {"page": {"title": _("Log-in locks"), "description": description}, "panels": [{"table": found}]}
    return render(request, "kernel/detail.html", context)


@guarded(Role.SECURITY)
def lift(request: HttpRequest, pk: int) -> HttpResponse:
    """Lift one lock."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = next((lock for lock in lockouts() if lock.pk == pk), None)
    if found is None:
        raise Http404
    page = {"title": LIFT.title, "pretitle": f"{found.name} · {found.address}"}
    return perform(request, LIFT, actor, found, page=page, back=reverse("desk.lockout"))


URLS = (
    path("desk/lockouts/", standing, name="desk.lockout"),
    path("desk/lockouts/<int:pk>/lift/", lift, name="desk.lockout.lift"),
)
