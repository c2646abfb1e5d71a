"""Founding a union: applied for by anybody who is signed in, decided by the next-higher union."""

import secrets
from datetime import date
from typing import TypedDict, Unpack

from django.utils.translation import gettext_lazy as _

from unionhall.employers.models import Employer, EmployerStatus
from unionhall.employers.rules import normalise_code
from unionhall.kernel.cases import Desk, open_case, reopen, sign, withdraw
from unionhall.kernel.models import CaseState, Unit, Verdict
from unionhall.kernel.terms import Refusal, Role, refuse, refuse_if
from unionhall.kernel.units import place
from unionhall.kernel.writing import Actor, action, step
from unionhall.people.rules.names import pinyin_of
from unionhall.unions.models import Coverage, Founding, Term, Union
from unionhall.unions.rules import (
    ADMITTING,
    GRASSROOTS,
    LAW,
    TOKEN_ALPHABET,
    TOKEN_LENGTH,
    UnionKind,
    after_years,
    check_committee,
    check_place,
    check_term,
)

KIND = "unions.founding"
UNDECIDED = (CaseState.OPEN, CaseState.RETURNED)
APPLICANTS = (Role.WORKER, Role.CLERK, Role.REVIEWER, Role.LEADER)


class Application(TypedDict):
    """What an application to found a union says."""

    name: str
    kind: str
    level: str
    parent: Unit
    employer: Employer | None
    ownership: str
    industry: str
    worker_kind: str
    address: str
    workers: int
    members: int
    women: int
    committee_size: int
    years: int
    chair_name: str


@action(*APPLICANTS, sentence=_("applied to found a union"), logged=("name", "kind"))
def apply_to_found(actor: Actor, *, on: date, **application: Unpack[Application]) -> Founding:
    """Hand in an application; it waits at the union under which the new one is to stand."""
    founding = Founding(**application)
    refuse_if(_reasons(founding))
    desk = Desk(founding.parent)
    founding.case = open_case(kind=KIND, title=founding.name, desks=[desk], on=on, applicant=actor.user)
    founding.save()
    return founding


@action(*APPLICANTS, on="founding", sentence=_("corrected an application to found a union"))
def correct_founding(
    actor: Actor, *, founding: Founding, on: date, **application: Unpack[Application]
) -> Founding:
    """A returned application comes back corrected. It stays with the union where it was handed in."""
    _own(actor, founding)
    for name, value in application.items():
        setattr(founding, name, value)
    if founding.parent_id != founding.case.desks[0]["unit"]:
        said = _("To apply to another union, withdraw this application and hand in a new one.")
        raise refuse(said, "parent")
    refuse_if(_reasons(founding))
    founding.case.title = founding.name
    founding.case = reopen(founding.case, on=on)
    founding.save()
    return founding


@action(*APPLICANTS, on="founding", sentence=_("withdrew an application to found a union"))
def withdraw_founding(actor: Actor, *, founding: Founding, on: date) -> Founding:
    """The applicant takes it back."""
    _own(actor, founding)
    withdraw(founding.case, on=on)
    return founding


@action(
    Role.REVIEWER,
    Role.LEADER,
    on="founding",
    sentence=_("signed an application to found a union"),
    logged=("reason",),
)
def sign_founding(
    actor: Actor, *, founding: Founding, verdict: Verdict, on: date, reason: str = ""
) -> Founding:
    """Approve, return or refuse. With the approval the union exists: unit, coverage, first term and QR code."""
    if verdict == Verdict.APPROVE:
        refuse_if(_reasons(founding))
    founding.case = sign(actor, founding.case, verdict=verdict, on=on, reason=reason)
    if founding.case.state == CaseState.APPROVED:
        founding.founded = found(founding, on=on)
        founding.save()
    return founding


@step
def found(founding: Founding, *, on: date) -> Union:
    """The union that an application asks for, from this day on."""
    key = pinyin_of(founding.name)
    unit = Unit(name=founding.name, name_key=key.key, initials=key.initials, kind=founding.kind)
    unit.region = founding.employer.region if founding.employer else founding.parent.region
    place(unit, parent=founding.parent, since=on)
    union = Union(unit=unit, token=new_token(), since=on)
    for name in ("kind", "level", "ownership", "industry", "worker_kind", "address"):
        setattr(union, name, getattr(founding, name))
    union.save()
    if founding.employer:
        Coverage(union=union, employer=founding.employer, since=on).save()
    if founding.kind not in ADMITTING - GRASSROOTS:
        term = Term(union=union, number=1, years=founding.years, since=on)
        term.expires, term.committee_size = after_years(on, founding.years), founding.committee_size
        term.save()
    return union


def new_token() -> str:
    """A random name of a union for its QR code; nobody can guess the next one."""
    return "".join(secrets.choice(TOKEN_ALPHABET) for _each in range(TOKEN_LENGTH))


def employers_called(text: str) -> list[Employer]:
    """The employer of this social credit code, or those of this full name, at most two."""
    coded = list(Employer.objects.filter(uscc=normalise_code(text))[:1])
    return coded or list(Employer.objects.filter(name=text, until=None)[:2])


def name_taken(name: str, parent: Unit, *, but: Unit | None = None) -> list[Refusal]:
    """Whether a living unit directly under `parent` already has this name."""
    found = Unit.objects.filter(name=name, parent=parent, until=None)
    if but:
        found = found.exclude(pk=but.pk)
    if not found.exists():
        return []
    said = _("Choose another name: “%(name)s” already stands under %(parent)s.")
    return [Refusal(said % {"name": name, "parent": parent}, "name")]


def _own(actor: Actor, founding: Founding) -> None:
    if actor.user is None or founding.case.applicant_id != actor.user.pk:
        raise refuse(_("Only the applicant may correct or withdraw an application."))


def _reasons(founding: Founding) -> list[Refusal]:
    above = Union.objects.filter(unit=founding.parent, until=None).first()
    if above is None:
        said = _("The superior union must be a living one: it approves the founding.")
        return [Refusal(said, "parent", LAW["superior_approval"].article)]
    found = check_place(founding.kind, founding.level, above.kind, above.level)
    found += name_taken(founding.name, founding.parent)
    found += _about_numbers(founding)
    found += _about_employer(founding)
    others = Founding.objects.filter(case__state__in=UNDECIDED).exclude(pk=founding.pk)
    if others.filter(name=founding.name, parent=founding.parent).exists():
        found.append(Refusal(_("An application with this name already waits there."), "name"))
    if founding.employer and others.filter(employer=founding.employer).exists():
        found.append(Refusal(_("An application for this employer already waits."), "employer"))
    return found


def _about_numbers(founding: Founding) -> list[Refusal]:
    found = []
    if founding.members > founding.workers:
        found.append(Refusal(_("There cannot be more members than workers."), "members"))
    if founding.women > founding.members:
        found.append(Refusal(_("There cannot be more women members than members."), "women"))
    if founding.kind in GRASSROOTS:
        found += check_committee(founding.members, founding.committee_size)
    if founding.kind not in ADMITTING - GRASSROOTS:
        found += check_term(founding.level, founding.years)
    return found


def _about_employer(founding: Founding) -> list[Refusal]:
    employer = founding.employer
    if employer is None:
        if founding.kind == UnionKind.SINGLE:
            return [Refusal(_("A union of one unit needs the employer it is founded at."), "employer")]
        return []
    if founding.kind not in GRASSROOTS:
        return [Refusal(_("Only a grassroots union is founded at an employer."), "employer")]
    if employer.status == EmployerStatus.CLOSED:
        return [Refusal(_("This employer is closed: no union can be founded there."), "employer")]
    covered = Coverage.objects.filter(employer=employer, until=None).select_related("union__unit").first()
    if covered is None:
        return []
    said = _("This employer already has a union: %(union)s.") % {"union": covered.union}
    return [Refusal(said, "employer", LAW["one_union_an_employer"].article)]
