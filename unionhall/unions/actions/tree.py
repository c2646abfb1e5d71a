"""Where a union stands and what it is called: affiliation, merger, dissolution, name and particulars."""

from datetime import date
from typing import Any, TypedDict, Unpack

from django.core.exceptions import FieldDoesNotExist
from django.utils.translation import gettext_lazy as _

from unionhall.employers.rules import normalise_code
from unionhall.kernel.models import Case, Unit
from unionhall.kernel.terms import WRITERS, NotAllowed, Refusal, Role, refuse, refuse_if
from unionhall.kernel.units import close, move
from unionhall.kernel.writing import Actor, action, step
from unionhall.people.models import Person
from unionhall.people.rules.names import pinyin_of
from unionhall.unions.actions.founding import UNDECIDED, name_taken
from unionhall.unions.models import Body, Certificate, Coverage, Display, Term, Union
from unionhall.unions.rules import check_code, check_place

DECIDERS = (Role.REVIEWER, Role.LEADER)
OWN_APPS = frozenset({"kernel", "unions"})


class Particulars(TypedDict):
    """What a union says of itself, beside its name."""

    code: str
    address: str
    ownership: str
    industry: str
    worker_kind: str
    registration: str
    chair: Person | None
    fulltime_cadres: int
    parttime_cadres: int


@action(*DECIDERS, on="union", sentence=_("changed the affiliation of a union"))
def affiliate(actor: Actor, *, union: Union, parent: Unit, on: date) -> Union:
    """From this day the union, with all below it, stands under another one. Figures of earlier days stay."""
    if not actor.reaches(parent):
        raise NotAllowed([Refusal(_("The new superior union is outside your reach."), "parent")])
    _living(union)
    above = Union.objects.filter(unit=parent, until=None).first()
    if above is None:
        raise refuse(_("The new superior union must be a living one."), "parent")
    if union.unit.parent_id == parent.pk:
        raise refuse(_("The union already stands under this one."), "parent")
    refuse_if(check_place(union.kind, union.level, above.kind, above.level))
    refuse_if(name_taken(union.unit.name, parent))
    move(union.unit, parent=parent, on=on)
    return union


@action(*DECIDERS, on="union", sentence=_("merged a union into another"))
def merge_unions(actor: Actor, *, union: Union, into: Union, on: date) -> Union:
    """A union without members and units ends; what it covers goes over to the other one."""
    if not actor.reaches(into.unit):
        raise NotAllowed([Refusal(_("The union that takes it over is outside your reach."), "into")])
    return absorb(union, into=into, on=on)


@action(*DECIDERS, on="union", sentence=_("dissolved a union"), logged=("reason",))
def dissolve_union(actor: Actor, *, union: Union, reason: str, on: date) -> Union:  # noqa: ARG001  who and why are logged
    """A union without members and units ends."""
    return dissolve(union, on=on)


@step
def absorb(union: Union, *, into: Union, on: date) -> Union:
    """End `union`; `into` covers what it covered. Its members and the units below it must have moved before."""
    _living(union)
    _living(into)
    if union.pk == into.pk:
        raise refuse(_("A union cannot be merged into itself."), "into")
    employers = [coverage.employer for coverage in _end_coverage(union, on)]
    for employer in employers:
        Coverage(union=into, employer=employer, since=on).save()
    _end(union, on)
    return into


@step
def dissolve(union: Union, *, on: date) -> Union:
    """End the union and all it has. Its members and the units below it must have moved or ended before."""
    _living(union)
    _end_coverage(union, on)
    _end(union, on)
    return union


@action(*WRITERS, on="union", sentence=_("renamed a union"), logged=("name", "short_name"))
def rename(actor: Actor, *, union: Union, name: str, short_name: str = "") -> Union:  # noqa: ARG001  who acts is logged
    """Another name, found by its own pinyin; the former one stays in the history."""
    _living(union)
    unit = union.unit
    if unit.parent:
        refuse_if(name_taken(name, unit.parent, but=unit))
    key = pinyin_of(name)
    unit.name, unit.short_name, unit.name_key, unit.initials = name, short_name, key.key, key.initials
    unit.save()
    return union


@action(*WRITERS, on="union", sentence=_("changed the particulars of a union"))
def describe(actor: Actor, *, union: Union, **particulars: Unpack[Particulars]) -> Union:  # noqa: ARG001  who acts is logged
    """Code, address, chair, cadres and what it is counted under."""
    _living(union)
    given: dict[str, Any] = {**particulars}
    code = given["code"] = normalise_code(given["code"]) or None
    if code:
        refuse_if(check_code(code, union.kind))
        if Union.objects.filter(code=code).exclude(pk=union.pk).exists():
            raise refuse(_("Another union already has this code."), "code")
    for name, value in given.items():
        setattr(union, name, value)
    union.save()
    return union


def _living(union: Union) -> None:
    if union.until is not None:
        raise refuse(_("%(union)s has been dissolved.") % {"union": union})


def _end_coverage(union: Union, on: date) -> list[Coverage]:
    found = list(Coverage.objects.filter(union=union, until=None).select_related("employer"))
    for coverage in found:
        if on <= coverage.since:
            raise refuse(_("The day must come after the last change of what the union covers."), "on")
        coverage.until = on
        coverage.save()
    return found


def _end(union: Union, on: date) -> None:
    refuse_if(_still_there(union.unit))
    close(union.unit, on=on)
    for kind in (Body, Term, Certificate, Display):
        for row in kind.objects.filter(union=union, until=None):
            row.until = on
            row.save()
    union.until = on
    union.save()


def _still_there(unit: Unit) -> list[Refusal]:
    """What still stands at a unit, in the tables of every module: rows of it that have no end, and open cases."""
    named = set()
    for relation in Unit._meta.related_objects:
        model = relation.related_model
        if isinstance(model, str) or model._meta.app_label in OWN_APPS or not _has_end(model):
            continue
        if model._default_manager.filter(**{relation.field.name: unit, "until": None}).exists():
            named.add(str(model._meta.verbose_name_plural))
    if Case.objects.filter(unit=unit, state__in=UNDECIDED).exists():
        named.add(str(Case._meta.verbose_name_plural))
    said = _("To end this union, first move or end what still stands there: %(what)s.")
    return [Refusal(said % {"what": ", ".join(sorted(named))})] if named else []


def _has_end(model: Any) -> bool:
    try:
        model._meta.get_field("until")
    except FieldDoesNotExist:
        return False
    return True
