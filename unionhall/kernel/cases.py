"""Cases: opened, signed desk by desk, returned, withdrawn; and the inbox where they wait."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Exists, F, Func, OuterRef, Q, TextField
from django.db.models.functions import StrIndex
from django.db.models.sql.compiler import SQLCompiler
from django.utils.translation import gettext_lazy as _

from unionhall.kernel.models import Appointment, Case, CaseState, Decision, Unit, User, Verdict
from unionhall.kernel.rows import Rows
from unionhall.kernel.scope import visible
from unionhall.kernel.terms import Role, refuse
from unionhall.kernel.writing import Actor, step

AsSQL = tuple[str, Any]
SIGNERS = frozenset({Role.REVIEWER, Role.LEADER})


@dataclass(frozen=True, slots=True)
class Desk:
    """One place of a chain: the unit where the case waits, who signs there, and how many must."""

    unit: Unit
    title: str = ""
    roles: frozenset[Role] = SIGNERS
    need: int = 1


@step
def open_case(
    *,
    kind: str,
    title: str,
    desks: Sequence[Desk],
    on: date,
    applicant: User | None,
    due_on: date | None = None,
) -> Case:
    """Open a case; it waits at the first desk."""
    case = Case(kind=kind, title=title, applicant=applicant, unit=desks[0].unit, opened_on=on, due_on=due_on)
    case.desks = [
        {"unit": d.unit.pk, "title": d.title, "roles": sorted(d.roles), "need": d.need} for d in desks
    ]
    case.save()
    return case


@step
def sign(actor: Actor, case: Case, *, verdict: Verdict, on: date, reason: str = "") -> Case:
    """Put one signature under the case; returns it, with its new state. The row is locked first."""
    case = Case.objects.select_for_update().get(pk=case.pk)
    if case.state != CaseState.OPEN:
        raise refuse(_("To sign this case it must be open; it has already been decided or returned."))
    desk = case.desks[case.desk]
    if actor.user is None or actor.role not in desk["roles"] or not _sits_at(actor, desk):
        raise refuse(_("This case waits at another desk."))
    if case.applicant_id == actor.user.pk:
        raise refuse(_("You cannot decide your own application: another person must."))
    turn = _round(case)
    if Decision.objects.filter(case=case, signer=actor.user, round=turn).exists():
        raise refuse(_("You have already signed this case: another person must sign at this desk."))
    if verdict != Verdict.APPROVE and not reason:
        raise refuse(_("To return or refuse a case, say why."), "reason")
    Decision(
        case=case, desk=case.desk, round=turn, verdict=verdict, signer=actor.user, reason=reason, on=on
    ).save()
    if verdict == Verdict.APPROVE:
        _advance(case, turn, on)
    else:
        case.state = CaseState.RETURNED if verdict == Verdict.RETURN else CaseState.REFUSED
        case.closed_on = on if verdict == Verdict.REFUSE else None
    case.save()
    return case


@step
def reopen(case: Case, *, on: date) -> Case:
    """A returned case comes back corrected, to the first desk, for a new round of signatures."""
    if case.state != CaseState.RETURNED:
        raise refuse(_("Only a case that was returned for correction can be handed in again."))
    case.state, case.desk, case.opened_on = CaseState.OPEN, 0, on
    case.unit_id = case.desks[0]["unit"]
    case.save()
    return case


@step
def withdraw(case: Case, *, on: date) -> Case:
    """The applicant takes the case back."""
    if case.state not in {CaseState.OPEN, CaseState.RETURNED}:
        raise refuse(_("Only a case that has not been decided can be withdrawn."))
    case.state, case.closed_on = CaseState.WITHDRAWN, on
    case.save()
    return case


def inbox(actor: Actor) -> "Rows[Case]":
    """Cases that wait for this actor's signature, here or at a unit below that has no signer of its own."""
    if actor.user is None or actor.unit is None or actor.role not in SIGNERS:
        return Case.objects.none()
    ended = Decision.objects.filter(case=OuterRef("case"), round=OuterRef("round"), verdict=Verdict.RETURN)
    signed = Decision.objects.filter(~Exists(ended), case=OuterRef("pk"), signer=actor.user)
    sitting = Appointment.objects.filter(unit=OuterRef("unit"), until=None)
    staffed = sitting.alias(named=StrIndex(OuterRef("signing"), F("role"))).filter(named__gt=0)
    here = Q(unit=actor.unit) | ~Exists(staffed)
    waiting: Any = visible(Case, actor).filter(state=CaseState.OPEN)
    waiting = waiting.alias(signing=DeskRoles("desks", "desk"))
    waiting = waiting.filter(here, ~Exists(signed), signing__contains=f'"{actor.role}"')
    found: Rows[Case] = waiting.exclude(applicant=actor.user)
    return found.order_by(F("due_on").asc(nulls_last=True), "opened_on", "pk")


class DeskRoles(Func):
    """The roles that sign at the desk where a case waits, as JSON text."""

    output_field = TextField()

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any) -> AsSQL:
        """SQLite's own path into JSON."""
        template = "JSON_EXTRACT(%(expressions)s || '].roles')"
        return super().as_sql(compiler, connection, template=template, arg_joiner=", '$[' || ", **extra)

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any) -> AsSQL:
        """PostgreSQL's own path into JSON."""
        template = "((%(expressions)s::int) ->> 'roles')"
        return super().as_sql(compiler, connection, template=template, arg_joiner=" -> ", **extra)


def _advance(case: Case, turn: int, on: date) -> None:
    desk = case.desks[case.desk]
    signed = Decision.objects.filter(case=case, desk=case.desk, round=turn, verdict=Verdict.APPROVE).count()
    if signed < desk["need"]:
        return
    if case.desk + 1 < len(case.desks):
        case.desk += 1
        case.unit_id = case.desks[case.desk]["unit"]
    else:
        case.state, case.closed_on = CaseState.APPROVED, on


def _round(case: Case) -> int:
    return 1 + Decision.objects.filter(case=case, verdict=Verdict.RETURN).count()


def _sits_at(actor: Actor, desk: dict[str, Any]) -> bool:
    if actor.unit is not None and actor.unit.pk == desk["unit"]:
        return True
    staffed = Appointment.objects.filter(unit=desk["unit"], until=None, role__in=desk["roles"]).exists()
    return not staffed and actor.reaches(Unit.objects.get(pk=desk["unit"]))
