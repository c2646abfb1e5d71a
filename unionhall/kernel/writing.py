"""How rows are written: `@action` is one human act, `@step` a write that another act causes."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from unionhall.kernel import guard, log
from unionhall.kernel.models import Appointment, Followed, Unit, User
from unionhall.kernel.rows import Row
from unionhall.kernel.terms import ADMINISTRATORS, NotAllowed, Privacy, Refusal, Refused, Role, Text

P = ParamSpec("P")
T = TypeVar("T")
MOST_CHANGES = 50


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: an account in one of its roles at one unit. A machine has no account; a worker may have no unit."""

    user: User | None
    role: Role
    unit: Unit | None = None
    appointment: Appointment | None = None

    @classmethod
    def of(cls, appointment: Appointment) -> "Actor":
        """The account acting under this appointment."""
        return cls(appointment.user, Role(appointment.role), appointment.unit, appointment)

    @classmethod
    def worker(cls, user: User) -> "Actor":
        """The account acting for itself."""
        return cls(user, Role.WORKER)

    @classmethod
    def machine(cls, unit: Unit | None = None) -> "Actor":
        """The command line: only whoever runs the server can be this."""
        return cls(None, Role.MACHINE, unit)

    def reaches(self, unit: Unit | None) -> bool:
        """Whether the unit is the actor's own or stands below it."""
        if self.role == Role.MACHINE:
            return True
        own = self.unit
        return bool(own and own.path and unit and unit.path and unit.path.startswith(own.path))


@dataclass(frozen=True, slots=True)
class Declared:
    """What an action says of itself: pages, history and the permission table read it."""

    name: str
    roles: frozenset[Role]
    on: str | None
    sentence: Text
    logged: frozenset[str]


def action(
    *roles: Role, on: str | None = None, sentence: Text, logged: tuple[str, ...] = ()
) -> Callable[[Callable[..., T]], Callable[..., T]]:
    """Declare one human act.

    `roles` may do it, where the row given as the keyword `on` is in their reach (a worker: where it is about
    her). `sentence` tells it in the history; `logged` names text facts that are kept in the log, all other texts
    stay out of it. The function runs in one durable transaction, leaves one log entry, and returns its row.
    """
    allowed = frozenset(roles) | {Role.MACHINE}

    def declare(function: Callable[..., T]) -> Callable[..., T]:
        name = f"{function.__module__.removeprefix('unionhall.').replace('.actions', '')}.{function.__name__}"
        declared = Declared(name, allowed, on, sentence, frozenset(logged))

        @wraps(function)
        def perform(actor: Actor, **facts: Any) -> T:
            allow(actor, declared, facts.get(on) if on else None)
            with transaction.atomic(durable=True), guard.begin() as act:
                result = function(actor, **facts)
                subject = _subject(result, facts.get(on) if on else None)
                log.append(
                    act,
                    action=name,
                    user=actor.user,
                    role=actor.role,
                    unit=actor.unit,
                    subject_kind=subject._meta.label_lower if subject else "",
                    subject_pk=str(subject.pk) if subject else "",
                    subject_unit=unit_key(subject) if subject else None,
                    detail=_detail(act, facts, declared),
                )
                if cause := guard.cause():
                    Followed.objects.create(follower=cause[0], entry=cause[1])
                return result

        perform.declared = declared  # type: ignore[attr-defined]
        return perform

    return declare


def step(function: Callable[P, T]) -> Callable[P, T]:
    """Declare a write that an act causes; it runs only inside one."""

    @wraps(function)
    def perform(*args: P.args, **kwargs: P.kwargs) -> T:
        guard.current()
        return function(*args, **kwargs)

    return perform


def allow(actor: Actor, declared: Declared, subject: models.Model | None) -> None:
    """Raise `NotAllowed` unless the role may do this and the subject is in reach."""
    if actor.role not in declared.roles:
        raise NotAllowed([Refusal(_("Your role may not do this."))])
    if subject is None or actor.role == Role.MACHINE:
        return
    if actor.role == Role.WORKER:
        if not is_about(subject, actor.user):
            raise NotAllowed([Refusal(_("This is not yours."))])
    elif isinstance(subject, User) and actor.role in ADMINISTRATORS:
        return  # accounts stand in no unit; the acts about them look at the roles they hold
    elif getattr(subject, "unit_path", None) is None and getattr(subject, "privacy", None) == Privacy.PUBLIC:
        return  # public rows of no unit; the acts about them look at whose they are
    elif not actor.reaches(unit_of(subject)):
        raise NotAllowed([Refusal(_("This belongs to a unit outside your reach."))])


def may(actor: Actor, act: Callable[..., Any], subject: models.Model | None = None) -> bool:
    """Whether the actor may do this act to this row: what buttons and menus ask."""
    try:
        allow(actor, act.declared, subject)  # type: ignore[attr-defined]
    except NotAllowed:
        return False
    return True


def refuse_faults(row: Row, exclude: Collection[str] = ()) -> None:
    """Raise `Refused` for every column whose value is missing, too long or not in its code list."""
    try:
        row.clean_fields(exclude=exclude)
    except ValidationError as faults:
        raise Refused(
            Refusal(message, field) for field, messages in faults.message_dict.items() for message in messages
        ) from faults


def unit_of(row: models.Model) -> Unit | None:
    """The unit a row belongs to, along its declared way."""
    way = getattr(row, "unit_path", None)
    if way is None:
        return None
    found: Any = row
    for name in way.split("__") if way else ():
        found = getattr(found, name, None)
    return found if isinstance(found, Unit) else None


def unit_key(row: models.Model) -> int | None:
    """The key of the unit a row belongs to."""
    unit = unit_of(row)
    return unit.pk if unit else None


def is_about(row: models.Model, user: User | None) -> bool:
    """Whether the row is about this account, along its declared way."""
    way = getattr(row, "worker_path", None)
    if way is None or user is None:
        return False
    found: Any = row
    for name in way.split("__") if way else ():
        found = getattr(found, name, None)
    return isinstance(found, User) and found.pk == user.pk


def _subject(result: Any, subject: Any) -> models.Model | None:
    for candidate in (result, subject):
        if isinstance(candidate, models.Model):
            return candidate
    return None


def _detail(act: guard.Act, facts: dict[str, Any], declared: Declared) -> dict[str, Any]:
    said = {name: _said(value) for name, value in facts.items() if _may_say(value) or name in declared.logged}
    detail: dict[str, Any] = {"facts": said, "changes": act.changes[:MOST_CHANGES]}
    if len(act.changes) > MOST_CHANGES:
        detail["more"] = len(act.changes) - MOST_CHANGES
    return detail


def _may_say(value: Any) -> bool:
    kinds = Row | models.Model | date | datetime | Decimal | bool | int | Enum | models.TextChoices
    return value is None or isinstance(value, kinds)


def _said(value: Any) -> Any:
    if isinstance(value, models.Model):
        return f"{value._meta.label_lower}:{value.pk}"
    if isinstance(value, Enum):
        return value.value
    return value if isinstance(value, str | int | bool | None) else str(value)
