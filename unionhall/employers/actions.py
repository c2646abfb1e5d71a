"""What is done to employers: registered, corrected, counted, tagged, closed, and two rows of one employer made one."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TypedDict, Unpack

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from unionhall.employers.models import Employer, EmployerMerge, EmployerStatus, Headcount
from unionhall.employers.rules import check_employer_code, check_headcount, normalise_code, tag_text
from unionhall.kernel.merging import Moving, clashes, preview, repoint, restore
from unionhall.kernel.models import Unit
from unionhall.kernel.terms import WRITERS, Refusal, refuse, refuse_if
from unionhall.kernel.writing import Actor, action, refuse_faults, step
from unionhall.people.rules.files import check_reason
from unionhall.people.rules.names import pinyin_of

# What stays with the dropped row of a merge: its own history, and its headcounts, which no figure counts any more.
STAYS = frozenset(
    {
        "employers.employer.merged_into",
        "employers.employermerge.kept",
        "employers.employermerge.dropped",
        "employers.headcount.employer",
    }
)
LINKED = ("unit", "merged_into")


class Facts(TypedDict, total=False):
    """What may be stated of an employer beside its code; empty means not known."""

    name: str
    name_key: str
    initials: str
    ownership: str
    industry: str
    size: str
    region: str
    address: str


@action(*WRITERS, on="unit", sentence=_("registered an employer"))
def register(
    actor: Actor,  # noqa: ARG001  an action's signature
    *,
    unit: Unit,
    since: date,
    uscc: str = "",
    tags: Sequence[str] = (),
    **facts: Unpack[Facts],
) -> Employer:
    """Enter an employer at the union of its place. Refused when its code is faulty or known already."""
    return enter(unit=unit, since=since, uscc=uscc, tags=tags, **facts)


@step
def enter(
    *, unit: Unit, since: date, uscc: str = "", tags: Sequence[str] = (), **facts: Unpack[Facts]
) -> Employer:
    """Enter an employer: what `register` does, for acts that begin with a new employer."""
    employer = Employer(unit=unit, since=since, tags=tag_text(tags))
    _put_code(employer, uscc)
    _put(employer, facts)
    employer.save()
    return employer


@action(*WRITERS, on="employer", sentence=_("corrected an employer"))
def correct(
    actor: Actor,
    *,
    employer: Employer,
    uscc: str | None = None,
    unit: Unit | None = None,
    **facts: Unpack[Facts],
) -> Employer:
    """Correct what is known of an employer; with `unit` it goes to the union of another place, in reach too."""
    employer = _locked(employer)
    if unit is not None:
        if not actor.reaches(unit):
            raise refuse(_("The union of the new place is outside your reach."), "unit")
        employer.unit = unit
    if uscc is not None:
        _put_code(employer, uscc)
    _put(employer, facts)
    employer.save()
    return employer


@action(*WRITERS, on="employer", sentence=_("changed an employer's status"))
def set_status(actor: Actor, *, employer: Employer, status: str, on: date) -> Employer:  # noqa: ARG001
    """Suspend, close or take up again. Closing ends the employer and its headcount on this day."""
    employer = _locked(employer)
    wanted = EmployerStatus(status)
    if wanted == employer.status:
        raise refuse(_("The employer has this status already: choose another one."), "status")
    if wanted == EmployerStatus.CLOSED:
        if on <= employer.since:
            raise refuse(_("An employer must end after it began."), "on")
        employer.until = on
        _end_count(employer, on)
    elif employer.status == EmployerStatus.CLOSED:
        employer.until = None
    employer.status = wanted
    employer.save()
    return employer


@action(*WRITERS, on="employer", sentence=_("counted an employer's workers"))
def count(
    actor: Actor,  # noqa: ARG001  an action's signature
    *,
    employer: Employer,
    since: date,
    workers: int,
    women: int = 0,
    migrants: int = 0,
    today: date,
) -> Headcount:
    """Say how many work there from a day on; the count before ends that day, one of the same day is replaced."""
    employer = _locked(employer)
    if employer.until is not None:
        raise refuse(_("A closed employer has no workers to count: take it up again first."))
    refuse_if(check_headcount(workers, women, migrants, since=since, today=today))
    now = Headcount.objects.select_for_update().filter(employer=employer, until=None).first()
    if now is not None and since < now.since:
        raise refuse(
            format_lazy(
                _("A later count stands already, since {day}: give that day or a later one."), day=now.since
            ),
            "since",
        )
    if now is None or now.since < since:
        if now is not None:
            now.until = since
            now.save()
        now = Headcount(employer=employer, since=since)
    now.workers, now.women, now.migrants = workers, women, migrants
    now.save()
    return now


@action(*WRITERS, on="employer", sentence=_("tagged an employer"))
def retag(actor: Actor, *, employer: Employer, tags: Sequence[str]) -> Employer:  # noqa: ARG001
    """Set the tags of an employer: those named, and no others."""
    employer = _locked(employer)
    employer.tags = tag_text(tags)
    employer.save()
    return employer


def merge_preview(kept: Employer, dropped: Employer) -> list[Moving]:
    """What merging would move."""
    return preview(kept, dropped, STAYS)


def merge_faults(actor: Actor, kept: Employer, dropped: Employer) -> list[Refusal]:
    """Why these two rows cannot be merged as they are; empty when they can."""
    if kept.pk == dropped.pk:
        return [Refusal(_("To merge, name two different employers."))]
    if kept.merged_into_id or dropped.merged_into_id:
        return [Refusal(_("One of the two employers has been merged away already."))]
    found = []
    if not actor.reaches(dropped.unit):
        found.append(
            Refusal(
                _("One of the two employers is outside your reach: ask the union above both to merge them.")
            )
        )
    if dropped.uscc and not kept.uscc:
        found.append(Refusal(_("Keep the employer that has the social credit code.")))
    return [*found, *clashes(kept, dropped, STAYS)]


@action(*WRITERS, on="kept", sentence=_("merged two rows of one employer"), logged=("reason",))
def merge(actor: Actor, *, kept: Employer, dropped: Employer, reason: str, on: date) -> EmployerMerge:
    """Make two rows one: all that points at the dropped one points at the kept one. Can be undone."""
    kept, dropped = _locked(kept), _locked(dropped)
    refuse_if([*check_reason(reason), *merge_faults(actor, kept, dropped)])
    moved = repoint(kept, dropped, STAYS)
    dropped.merged_into = kept
    dropped.save()
    record = EmployerMerge(kept=kept, dropped=dropped, moved=moved, reason=reason, on=on)
    record.save()
    return record


@action(*WRITERS, on="merge", sentence=_("undid a merge of two employers"))
def unmerge(actor: Actor, *, merge: EmployerMerge, on: date) -> EmployerMerge:
    """Make one row two again. Refused once a row that moved was changed, or the kept one was merged further."""
    merge = EmployerMerge.objects.select_for_update().get(pk=merge.pk)
    kept, dropped = _locked(merge.kept), _locked(merge.dropped)
    if merge.undone_on is not None:
        raise refuse(_("This merge has been undone already."))
    if not actor.reaches(dropped.unit):
        raise refuse(_("One of the two employers is outside your reach: ask the union above both."))
    if kept.merged_into_id is not None:
        raise refuse(_("This merge can no longer be undone: the employer kept has been merged since."))
    restore(kept, dropped, merge.moved, act=merge.act)
    dropped.merged_into = None
    dropped.save()
    merge.undone_on = on
    merge.save()
    return merge


def _locked(employer: Employer) -> Employer:
    return Employer.objects.select_for_update().select_related("unit").get(pk=employer.pk)


def _end_count(employer: Employer, on: date) -> None:
    now = Headcount.objects.filter(employer=employer, until=None).first()
    if now is not None:
        now.until = max(on, now.since + timedelta(days=1))
        now.save()


def _put_code(employer: Employer, code: str) -> None:
    plain = normalise_code(code)
    if plain:
        refuse_if(check_employer_code(plain))
        twin = Employer.objects.filter(uscc=plain).exclude(pk=employer.pk).select_related("unit").first()
        if twin is not None:
            raise refuse(
                format_lazy(
                    _("This code is in the register already: {employer}, at {unit}."),
                    employer=twin.name,
                    unit=twin.unit.name,
                ),
                "uscc",
            )
    employer.uscc = plain or None


def _put(employer: Employer, facts: Facts) -> None:
    """Set the facts; the pinyin follows the name unless it is stated."""
    old = employer.name
    for name, value in facts.items():
        setattr(employer, name, value)
    if employer.name != old:
        key, initials = pinyin_of(employer.name)
        employer.name_key = facts.get("name_key") or key[:240]
        employer.initials = facts.get("initials") or initials[:60]
    refuse_faults(employer, exclude=LINKED)
