"""What is counted of members, and what should not be among them (codes of the five reports; DOMAIN 2.1)."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import cast

from django.db.models import Count as SqlCount
from django.db.models import Exists, F, Model, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from unionhall.employers.indicators import HEADCOUNTS, WORKERS, labels_of
from unionhall.employers.models import Headcount
from unionhall.employers.rules import Industry
from unionhall.kernel.indicators.declared import (
    Check,
    Count,
    Dimension,
    Distinct,
    Fact,
    Flow,
    Ratio,
    Severity,
    Stock,
    Sum,
)
from unionhall.kernel.models import Unit
from unionhall.kernel.rows import Rows
from unionhall.kernel.terms import Period
from unionhall.membership.models import Membership
from unionhall.membership.rules import YOUNGEST_MEMBER, Ended, Entered, Standing
from unionhall.people.rules.identity import Sex
from unionhall.people.rules.kinds import EIGHT_GROUPS, NEW_FORMS, WorkerKind
from unionhall.unions.models import Coverage, Union
from unionhall.unions.rules import ADMITTING, Level, Registration, UnionKind

OWNERSHIP = HEADCOUNTS.dimension("ownership")
# 16 years always hold four leap days, save across 1900 and 2100.
YOUNGEST_DAYS = YOUNGEST_MEMBER * 365 + YOUNGEST_MEMBER // 4

DIMENSIONS = (
    Dimension("sex", _("Sex"), "sex", values=labels_of(Sex)),
    Dimension(
        "worker_kind",
        _("Kind of worker"),
        "worker_kind",
        values={
            **labels_of(WorkerKind),
            "new_form": _("New forms of employment"),
            "eight_groups": _("The eight groups"),
        },
        groups={
            "new_form": frozenset(kind.value for kind in NEW_FORMS),
            "eight_groups": frozenset(kind.value for kind in EIGHT_GROUPS),
        },
    ),
    Dimension("migrant", _("Migrant worker"), "migrant", values={"1": _("Yes"), "0": _("No")}),
    Dimension("registration", _("Registration"), "registration", values=labels_of(Registration)),
    Dimension("standing", _("Standing"), "standing", values=labels_of(Standing)),
    Dimension(
        "ownership",
        OWNERSHIP.title,
        "union__ownership",
        values=OWNERSHIP.values,
        groups=OWNERSHIP.groups,
        of_unit=True,
    ),
    Dimension("industry", _("Industry"), "union__industry", values=labels_of(Industry), of_unit=True),
    Dimension("kind", _("Kind of union"), "union__kind", values=labels_of(UnionKind), of_unit=True),
    Dimension("level", _("Level of union"), "union__level", values=labels_of(Level), of_unit=True),
)


@dataclass(frozen=True, slots=True)
class Represented(Fact):
    """Headcounts of employers that a union covers on the last day of the period."""

    def rows(self, period: Period) -> "Rows[Model]":
        """The headcounts that hold, of covered employers."""
        holds = Q(since__lte=period.last) & (Q(until=None) | Q(until__gt=period.last))
        covered = Coverage.objects.filter(holds, employer=OuterRef("employer"))
        found = Headcount.objects.filter(self.where, self.axis.within(period)).filter(Exists(covered))
        return cast("Rows[Model]", found)


MEMBERSHIPS = Fact("membership.memberships", Membership, Stock("since", "until"), dimensions=DIMENSIONS)
ENTERED = Fact(
    "membership.entered",
    Membership,
    Flow("since"),
    where=~Q(entered__in=(Entered.TRANSFERRED, Entered.MERGER)),
    dimensions=DIMENSIONS,
)
ENDED = Fact(
    "membership.ended",
    Membership,
    Flow("until"),
    where=Q(ended__in=(Ended.LEFT, Ended.EXPELLED, Ended.DIED)),
    dimensions=DIMENSIONS,
)
MOVED = Fact(
    "membership.moved", Membership, Flow("since"), where=Q(entered=Entered.TRANSFERRED), dimensions=DIMENSIONS
)
COVERED = Represented(
    "membership.covered_headcounts",
    Headcount,
    Stock("since", "until"),
    unit="employer__unit",
    where=HEADCOUNTS.where,
    dimensions=HEADCOUNTS.dimensions,
    sums=("workers",),
)

MEMBERS = Count(
    code="membership.members",
    title=_("Union members"),
    definition=_("Memberships, active and retained, that hold on the last day of the period."),
    unit=_("persons"),
    fact=MEMBERSHIPS,
)
WOMEN = Count(
    code="membership.women_members",
    title=_("Women members"),
    definition=_("Women among the members on the last day of the period."),
    unit=_("persons"),
    fact=MEMBERSHIPS,
    always={"sex": Sex.FEMALE.value},
)
MIGRANTS = Count(
    code="membership.migrant_members",
    title=_("Migrant members"),
    definition=_("Migrant workers among the members on the last day of the period."),
    unit=_("persons"),
    fact=MEMBERSHIPS,
    always={"migrant": "1"},
)
RETAINED = Count(
    code="membership.retained",
    title=_("Retained members"),
    definition=_("Members whose membership is retained: without work, without dues and vote."),
    unit=_("persons"),
    fact=MEMBERSHIPS,
    always={"standing": Standing.RETAINED.value},
)
NEW = Distinct(
    code="membership.new_members",
    title=_("New members"),
    definition=_("Different persons who became members in the period; transfers and mergers do not count."),
    unit=_("persons"),
    fact=ENTERED,
    column="person",
)
LEFT = Distinct(
    code="membership.left",
    title=_("Members who left"),
    definition=_("Different persons who left, were expelled or died in the period."),
    unit=_("persons"),
    fact=ENDED,
    column="person",
)
TRANSFERS = Count(
    code="membership.transfers",
    title=_("Transfers received"),
    definition=_("Members received from other unions in the period."),
    unit=_("times"),
    fact=MOVED,
)
REPRESENTED = Sum(
    code="membership.workers_represented",
    title=_("Workers represented"),
    definition=_("Workers of the employers that a union covers on the last day, counted at their place."),
    unit=_("persons"),
    fact=COVERED,
    column="workers",
)
DENSITY = Ratio(
    code="membership.density",
    title=_("Union density"),
    definition=_("Members for each hundred workers of the employers in the register."),
    unit=_("%"),
    numerator=MEMBERS,
    denominator=WORKERS,
)
INDICATORS = (MEMBERS, WOMEN, MIGRANTS, RETAINED, NEW, LEFT, TRANSFERS, REPRESENTED, DENSITY)


def _holding(on: date) -> "Rows[Membership]":
    return Membership.objects.filter(Q(until=None) | Q(until__gt=on), since__lte=on)


def without_union(on: date) -> "Rows[Model]":
    """Memberships at a unit that is no living union on this day."""
    alive = Union.objects.filter(Q(until=None) | Q(until__gt=on), unit=OuterRef("unit"), since__lte=on)
    return cast("Rows[Model]", _holding(on).filter(~Exists(alive)))


def without_members(on: date) -> "Rows[Model]":
    """Living grassroots unions, branches and groups that have neither members nor units below them."""
    members = _holding(on).filter(unit=OuterRef("unit"))
    below = Unit.objects.filter(parent=OuterRef("unit"), until=None)
    alive = Union.objects.filter(Q(until=None) | Q(until__gt=on), since__lte=on, kind__in=ADMITTING)
    return cast("Rows[Model]", alive.filter(~Exists(members), ~Exists(below)))


def out_of_step(on: date) -> "Rows[Model]":
    """Memberships whose copies of sex, kind of worker or pinyin are not the person's."""
    same = Q(
        sex=F("person__sex"),
        name_key=F("person__name_key"),
        worker_kind=F("person__worker_kind"),
        migrant=F("person__migrant"),
    )
    return cast("Rows[Model]", _holding(on).exclude(same))


def too_young(on: date) -> "Rows[Model]":
    """Memberships that began before the person was 16."""
    aged = _holding(on).annotate(age=F("since") - F("person__birth"))
    return cast("Rows[Model]", aged.filter(age__lt=timedelta(days=YOUNGEST_DAYS)))


def twice(on: date) -> "Rows[Model]":
    """Memberships of persons who have two that hold on this day."""
    often = _holding(on).values("person").annotate(n=SqlCount("pk")).filter(n__gt=1).values("person")
    return cast("Rows[Model]", _holding(on).filter(person__in=often))


CHECKS = (
    Check(
        code="membership.without_union",
        title=_("Members without a living union"),
        advice=_("Transfer these members to a living union: membership survives the end of a union."),
        model=Membership,
        rows=without_union,
        severity=Severity.ERROR,
    ),
    Check(
        code="membership.unions_without_members",
        title=_("Unions without members"),
        advice=_("Enter or import the members of these unions, or dissolve those that exist on paper only."),
        model=Union,
        rows=without_members,
    ),
    Check(
        code="membership.out_of_step",
        title=_("Memberships that differ from the person"),
        advice=_("Correct the membership: sex, kind of worker and pinyin are then copied from the person."),
        model=Membership,
        rows=out_of_step,
        severity=Severity.ERROR,
    ),
    Check(
        code="membership.too_young",
        title=_("Members from before the age of 16"),
        advice=_("Check the day of birth and the day of joining: one of them is wrong."),
        model=Membership,
        rows=too_young,
    ),
    Check(
        code="membership.twice",
        title=_("Two memberships at once"),
        advice=_(
            "A person is a member of one union only: find out which, and correct the days of the other."
        ),
        model=Membership,
        rows=twice,
        severity=Severity.ERROR,
    ),
)
