"""Acts of the house itself: accounts, appointments, and leaving with a list in hand."""

from datetime import date

from allauth.mfa.models import Authenticator
from axes.utils import reset
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from unionhall.kernel.models import Appointment, Unit, User
from unionhall.kernel.terms import ADMINISTRATORS, STAFF, Refusal, Role, Text, refuse, refuse_if
from unionhall.kernel.units import place
from unionhall.kernel.writing import Actor, action

GIVERS = (Role.SECURITY,)
READERS = tuple(STAFF | {Role.WORKER, Role.AUDIT, Role.SECURITY, Role.SYSTEM})


@action(Role.MACHINE, sentence=_("began the house"), logged=("name",))
def begin(actor: Actor, *, name: str, kind: str, on: date, region: str = "") -> Unit:  # noqa: ARG001  who acts is logged
    """The unit at the top of a new installation. Refused where there is any unit."""
    if Unit.objects.exists():
        raise refuse(_("To begin, the register must be empty: it has units already."))
    return place(Unit(name=name, kind=kind, region=region), parent=None, since=on)


@action(*GIVERS, sentence=_("opened an account"), logged=("username",))
def open_account(
    actor: Actor,  # noqa: ARG001  who acts is logged
    *,
    username: str,
    display_name: str,
    password: str,
    on: date,
    given: bool = True,
) -> User:
    """A new account, without any role yet. A password that is given must be changed at the first log-in."""
    if User.objects.filter(username__iexact=username).exists():
        raise refuse(_("To open an account choose another log-in name: this one is taken."), "username")
    user = User(username=username, display_name=display_name, password_given=given)
    _set_password(user, password, on)
    return user


@action(*GIVERS, on="user", sentence=_("gave a new password"))
def give_password(actor: Actor, *, user: User, password: str, on: date) -> User:
    """A new password for an account whose holder forgot it: ends its sessions, and must be changed by her."""
    _refuse_oneself(
        actor, user, _("You cannot give yourself a password here: change your own on your account page.")
    )
    _refuse_above(actor, user)
    user.password_given = True
    _set_password(user, password, on)
    return user


@action(Role.WORKER, on="user", sentence=_("changed one's own password"))
def change_password(actor: Actor, *, user: User, password: str, on: date) -> User:  # noqa: ARG001  who acts is logged
    """The holder of an account chooses her password."""
    user.password_given = False
    _set_password(user, password, on)
    return user


@action(Role.WORKER, on="user", sentence=_("changed one's own two-step log-in"), logged=("event",))
def change_second_factor(actor: Actor, *, user: User, event: str) -> None:
    """Leave a trace of what the holder of an account did to her second factor."""


@action(*GIVERS, on="user", sentence=_("switched off the two-step log-in of an account"))
def drop_second_factor(actor: Actor, *, user: User) -> User:
    """Log in without a lost phone: second factor and recovery codes go, the sessions end."""
    _refuse_oneself(
        actor, user, _("You cannot switch off your own two-step log-in here: do that on your account page.")
    )
    _refuse_above(actor, user)
    if not Authenticator.objects.filter(user=user).exists():
        raise refuse(_("This account has no two-step log-in to switch off."))
    Authenticator.objects.filter(user=user).delete()
    user.sessions_ended += 1
    user.save()
    return user


@action(*GIVERS, on="user", sentence=_("closed or reopened an account"))
def set_active(actor: Actor, *, user: User, active: bool) -> User:
    """Close an account, which ends its sessions at once and for good, or open it again. Never one's own."""
    _refuse_oneself(
        actor, user, _("You cannot close or reopen your own account: another security administrator does.")
    )
    _refuse_above(actor, user)
    user.is_active = active
    user.sessions_ended += 1
    user.save()
    return user


@action(*GIVERS, on="user", sentence=_("gave a role"))
def appoint(actor: Actor, *, user: User, unit: Unit, role: Role, on: date) -> Appointment:
    """Give an account a role at a unit from a day. The three administrators exclude one another and all other roles."""
    User.objects.select_for_update().get(pk=user.pk)
    held = Appointment.objects.filter(user=user).exclude(until__lte=on)
    _refuse_oneself(actor, user, _("You cannot give yourself a role: another security administrator does."))
    _refuse_above(actor, user)
    if actor.role != Role.MACHINE and not actor.reaches(unit):
        raise refuse(_("To give a role choose a unit of your own branch."), "unit")
    others = {Role(a.role) for a in held} - {role}
    if others and (role in ADMINISTRATORS or others & ADMINISTRATORS):
        raise refuse(
            _("An administrator holds no other role: the three administrators and the staff are kept apart.")
        )
    if held.filter(unit=unit, role=role).exists():
        raise refuse(_("The account already holds this role at this unit."), "role")
    appointment = Appointment(user=user, unit=unit, role=role, since=on)
    appointment.save()
    return appointment


@action(*GIVERS, on="appointment", sentence=_("took a role away"))
def dismiss(actor: Actor, *, appointment: Appointment, on: date) -> Appointment:
    """End an appointment from a day; on its first day it never was in force. Nobody dismisses herself."""
    _refuse_oneself(
        actor,
        appointment.user,
        _("You cannot take a role from yourself: another security administrator does."),
    )
    if appointment.until is not None:
        raise refuse(_("This appointment has already ended."))
    if on < appointment.since:
        raise refuse(_("An appointment cannot end before it began."), "on")
    appointment.until = on
    appointment.save()
    return appointment


@action(*GIVERS, sentence=_("lifted a log-in lock"), logged=("name", "address"))
def lift_lockout(actor: Actor, *, name: str, address: str) -> None:  # noqa: ARG001  who acts is logged
    """Let a name log in from an address again before its time."""
    if not reset(ip=address, username=name):
        raise refuse(_("This lock has already ended or been lifted."))


@action(Role.AUDIT, sentence=_("verified the log"))
def note_verification(actor: Actor, *, entries: int, breaks: int) -> None:
    """Leave a trace of a verification of the log: how many entries were read, how many breaks were found."""


@action(*READERS, sentence=_("exported a list"), logged=("page", "kind"))
def export(actor: Actor, *, page: str, kind: str, count: int) -> None:
    """Leave a trace of a list that was exported: who, which page, how many rows."""


def _set_password(user: User, password: str, on: date) -> None:
    try:
        validate_password(password, user)
    except ValidationError as faults:
        refuse_if(Refusal(message, "password") for message in faults.messages)
    user.set_password(password)
    user.password_on = on
    user.save()


def _refuse_oneself(actor: Actor, user: User, sentence: Text) -> None:
    if actor.user and user.pk == actor.user.pk:
        raise refuse(sentence)


def _refuse_above(actor: Actor, user: User) -> None:
    """Whoever holds a role outside the branch of a security administrator is not hers to manage."""
    held = Appointment.objects.filter(user=user, until=None).select_related("unit")
    if actor.role != Role.MACHINE and not all(actor.reaches(a.unit) for a in held):
        raise refuse(_("This account holds a role outside your branch: ask the administrator of that unit."))
