"""Accounts and appointments: the pages of the security administrator."""

from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from unionhall.kernel import actions
from unionhall.kernel.models import Appointment, User
from unionhall.kernel.pages.declared import Act, Choice, Column, Empty, Fields, Page, Rel, Table, Yes
from unionhall.kernel.pages.forms import ActForm
from unionhall.kernel.pages.units import UnitByName
from unionhall.kernel.pages.views import urls
from unionhall.kernel.rows import Rows, below
from unionhall.kernel.terms import Role
from unionhall.kernel.writing import Actor

SECURITY = frozenset({Role.SECURITY})
GIVEN = [(role.value, role.label) for role in Role if role not in {Role.WORKER, Role.MACHINE}]


class NewPassword(forms.PasswordInput):
    """A password that no browser fills in."""

    def __init__(self) -> None:
        super().__init__(attrs={"autocomplete": "new-password"})


class OpenAccountForm(ActForm):
    """A new account."""

    username = forms.CharField(label=_("Log-in name"), max_length=64)
    display_name = forms.CharField(label=_("Name"), max_length=60)
    password = forms.CharField(
        label=_("First password"), widget=NewPassword, help_text=_("It must be changed at the first log-in.")
    )


class GivePasswordForm(ActForm):
    """A new password for somebody who forgot hers."""

    password = forms.CharField(
        label=_("New password"), widget=NewPassword, help_text=_("It must be changed at the next log-in.")
    )


class AppointForm(ActForm):
    """A role at a unit."""

    unit = UnitByName(label=_("Unit"))
    role = forms.ChoiceField(label=_("Role"), choices=GIVEN)

    def facts(self) -> dict[str, Any]:
        """The keywords of the action."""
        return {"unit": self.cleaned_data["unit"], "role": Role(self.cleaned_data["role"])}


class CloseForm(ActForm):
    """Close an account."""

    def facts(self) -> dict[str, Any]:
        """The other state than now."""
        return {"active": not self.row.is_active}


def everyone(_rows: "Rows[Any]", actor: Actor) -> Any:
    """The accounts that hold no role outside the branch of the security administrator."""
    path = actor.unit.path if actor.unit else None
    if actor.role != Role.SECURITY or not path:
        return User.objects.none()
    outside = Appointment.objects.filter(until=None).exclude(below("unit__path", path))
    return User.objects.exclude(pk__in=outside.values("user"))


def every_role(_rows: "Rows[Any]", actor: Actor) -> "Rows[Appointment]":
    """The appointments in the branch of the security administrator."""
    path = actor.unit.path if actor.unit else None
    if actor.role != Role.SECURITY or not path:
        return Appointment.objects.none()
    return Appointment.objects.within(path)


ACCOUNTS: Any = Page(
    code="desk.account",
    path="accounts",
    model=User,
    title=_("Accounts"),
    description=_("Who may log in. Roles are given beside; the three administrators exclude one another."),
    roles=SECURITY,
    rows=everyone,
    columns=(
        Column("username", link=True),
        Column("display_name"),
        Column("is_active"),
        Column("last_login", title=_("Last log-in")),
    ),
    search=lambda rows, text: rows.filter(Q(username__startswith=text) | Q(display_name__startswith=text)),
    filters=(Yes("is_active"),),
    panels=(
        Fields(
            _("Account"),
            (
                "username",
                "display_name",
                "is_active",
                (_("Last log-in"), lambda u: u.last_login),
                "password_on",
                "password_given",
                (_("Two-step log-in"), is_mfa_enabled),
            ),
        ),
        Table(
            _("Appointments"),
            rows=lambda user: user.appointments.select_related("unit"),
            columns=(Column("role", link=True), Column("unit"), Column("since"), Column("until")),
            page="desk.appointment",
        ),
    ),
    acts=(
        Act(actions.appoint, AppointForm, title=_("Give a role"), icon="user-plus", tone="primary"),
        Act(
            actions.set_active,
            CloseForm,
            title=_("Close or reopen"),
            icon="lock",
            confirm=_("A closed account cannot log in, and its sessions end; nothing it has done changes."),
        ),
        Act(actions.give_password, GivePasswordForm, title=_("Give a new password"), icon="key"),
        Act(
            actions.drop_second_factor,
            title=_("Switch off two-step log-in"),
            icon="shield-lock",
            tone="danger",
            confirm=_("The password alone opens the account until its holder switches two steps on again."),
            when=is_mfa_enabled,
        ),
    ),
    starts=(
        Act(
            actions.open_account,
            OpenAccountForm,
            title=_("Open an account"),
            icon="user-plus",
            tone="primary",
        ),
    ),
    order=("username",),
    name=lambda user: user.display_name,
    empty=Empty(_("No account yet")),
)
APPOINTMENTS: Any = Page(
    code="desk.appointment",
    path="appointments",
    model=Appointment,
    title=_("Appointments"),
    description=_("Which account holds which role at which unit."),
    roles=SECURITY,
    rows=every_role,
    select=("user", "unit"),
    columns=(
        Column("user", link=True, order=("user__display_name",)),
        Column("role"),
        Column("unit", order=("unit__path",)),
        Column("since"),
        Column("until"),
    ),
    filters=(Choice("role"), Rel("unit")),
    panels=(Fields(_("Appointment"), ("user", "role", "unit", "since", "until")),),
    acts=(
        Act(
            actions.dismiss,
            title=_("End it today"),
            icon="x",
            tone="danger",
            confirm=_("The account loses this role from today."),
            when=lambda appointment: appointment.until is None,
        ),
    ),
    order=("unit__path", "role"),
)
URLS = [*urls(ACCOUNTS), *urls(APPOINTMENTS)]
