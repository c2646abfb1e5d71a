"""Acts of the house itself: accounts, appointments, and leaving with a list in hand."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from unionhall.kernel.models import Appointment, Unit, User
from unionhall.kernel.terms import STAFF, Role, refuse
from unionhall.kernel.writing import Actor, action

GIVERS = (Role.SECURITY,)
READERS = tuple(STAFF | {Role.WORKER, Role.AUDIT, Role.SECURITY, Role.SYSTEM})


@action(*GIVERS, sentence=_("opened an account"), logged=("username",))
def open_account(actor: Actor, *, username: str, display_name: str, password: str) -> User:  # noqa: ARG001  who acts is logged
    """A new account, without any role yet."""
    if User.objects.filter(username=username).exists():
        raise refuse(_("To open an account choose another log-in name: this one is taken."), "username")
    user = User(username=username, display_name=display_name)
    user.set_password(password)
    user.save()
    return user


@action(*GIVERS, on="user", sentence=_("closed or reopened an account"))
def set_active(actor: Actor, *, user: User, active: bool) -> User:
    """Close an account, or open it again. Nobody closes her own."""
    if actor.user and user.pk == actor.user.pk:
        raise refuse(_("Nobody closes or opens her own account."))
    user.is_active = active
    user.save()
    return user


@action(*GIVERS, sentence=_("gave a role"))
def appoint(actor: Actor, *, user: User, unit: Unit, role: Role, on: date) -> Appointment:
    """Give an account a role at a unit from a day. The three administrators exclude one another and all other roles."""
    held = Appointment.objects.filter(user=user, until=None)
    if actor.user and user.pk == actor.user.pk:
        raise refuse(_("Nobody gives roles to herself."))
    administrators = {Role.SYSTEM, Role.SECURITY, Role.AUDIT}
    others = {Role(a.role) for a in held} - {role}
    if others and (role in administrators or others & administrators):
        raise refuse(
            _("An administrator holds no other role: the three administrators and the staff are kept apart.")
        )
    if held.filter(unit=unit, role=role).exists():
        raise refuse(_("The account already holds this role at this unit."), "role")
    appointment = Appointment(user=user, unit=unit, role=role, since=on)
    appointment.save()
    return appointment


@action(*GIVERS, sentence=_("took a role away"))
def dismiss(actor: Actor, *, appointment: Appointment, on: date) -> Appointment:  # noqa: ARG001  who acts is logged
    """End an appointment from a day."""
    if appointment.until is not None:
        raise refuse(_("This appointment has already ended."))
    if on <= appointment.since:
        raise refuse(_("An appointment must end after it began."), "on")
    appointment.until = on
    appointment.save()
    return appointment


@action(*READERS, sentence=_("took a list away"), logged=("page", "kind"))
def export(actor: Actor, *, page: str, kind: str, count: int) -> None:
    """Leave a trace of a list that was exported: who, which page, how many rows."""
