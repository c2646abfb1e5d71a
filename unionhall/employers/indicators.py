"""What is counted of employers, told apart as the reports do, and what should not be among them."""

from datetime import date
from typing import cast

from django.db.models import Exists, Model, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from unionhall.employers.models import Employer, EmployerStatus, Headcount
from unionhall.employers.rules import (
    NON_PUBLIC,
    PUBLIC,
    TRADES,
    Industry,
    Ownership,
    Size,
    Tag,
)
from unionhall.kernel.indicators.declared import Check, Count, Dimension, Fact, Stock, Sum
from unionhall.kernel.rows import Rows
from unionhall.kernel.terms import Text


def labels_of(*lists: type) -> dict[str, Text]:
    """Codes and their titles, of several code lists."""
    return {member.value: member.label for codes in lists for member in codes}  # type: ignore[attr-defined]


def dimensions(way: str = "") -> tuple[Dimension, ...]:
    """The dimensions of an employer, for a fact whose rows reach it by `way` ("employer__").

    ownership: unit types, and the groups public and non_public. industry: the 20 industries, and the trades that
    are tags (taxi). type: the tags (fortune500 is the reports' word for global_500). size. region.
    """
    return (
        Dimension(
            "ownership",
            _("Unit type"),
            f"{way}ownership",
            values={
                **labels_of(Ownership),
                "public": _("Public ownership"),
                "non_public": _("Non-public ownership"),
            },
            groups={
                "public": frozenset(kind.value for kind in PUBLIC),
                "non_public": frozenset(kind.value for kind in NON_PUBLIC),
            },
        ),
        Dimension(
            "industry",
            _("Industry"),
            f"{way}labels",
            values={**labels_of(Industry), **{tag.value: tag.label for tag in Tag if tag in TRADES}},
            tags=True,
        ),
        Dimension(
            "type",
            _("Kind of employer"),
            f"{way}labels",
            values={**labels_of(Tag), "fortune500": Tag.GLOBAL_500.label},
            groups={"fortune500": frozenset({Tag.GLOBAL_500.value})},
            tags=True,
        ),
        Dimension("size", _("Size"), f"{way}size", values=labels_of(Size)),
        Dimension("region", _("Region"), f"{way}region"),
    )


EMPLOYERS_FACT = Fact(
    "employers.employers",
    Employer,
    Stock("since", "until"),
    where=Q(merged_into=None),
    dimensions=dimensions(),
)
HEADCOUNTS = Fact(
    "employers.headcounts",
    Headcount,
    Stock("since", "until"),
    unit="employer__unit",
    where=Q(employer__merged_into=None),
    dimensions=dimensions("employer__"),
    sums=("workers", "women", "migrants"),
)

EMPLOYERS = Count(
    code="employers.employers",
    title=_("Employers"),
    definition=_("Employers in the register that are not closed on the last day of the period."),
    unit=pgettext_lazy("measure", "employers"),
    fact=EMPLOYERS_FACT,
)
WORKERS = Sum(
    code="employers.workers",
    title=_("Workers"),
    definition=_("Workers of the employers in the register, by the count that holds on the last day."),
    unit=_("persons"),
    fact=HEADCOUNTS,
    column="workers",
)
WOMEN_WORKERS = Sum(
    code="employers.women_workers",
    title=_("Women workers"),
    definition=_("Women among the workers of the employers in the register."),
    unit=_("persons"),
    fact=HEADCOUNTS,
    column="women",
)
MIGRANT_WORKERS = Sum(
    code="employers.migrant_workers",
    title=_("Migrant workers at employers"),
    definition=_("Migrant workers among the workers of the employers in the register."),
    unit=_("persons"),
    fact=HEADCOUNTS,
    column="migrants",
)
INDICATORS = (EMPLOYERS, WORKERS, WOMEN_WORKERS, MIGRANT_WORKERS)


def without_headcount(on: date) -> "Rows[Model]":
    """Active employers whose workers nobody has counted, or whose count does not hold on this day."""
    holds = Headcount.objects.filter(Q(until=None) | Q(until__gt=on), employer=OuterRef("pk"), since__lte=on)
    rows = Employer.objects.filter(
        ~Exists(holds), merged_into=None, status=EmployerStatus.ACTIVE, since__lte=on
    )
    return cast("Rows[Model]", rows)


CHECKS = (
    Check(
        code="employers.without_headcount",
        title=_("Employers without headcount"),
        advice=_(
            "Ask the employer how many work there and enter the count: rates need it as their denominator."
        ),
        model=Employer,
        rows=without_headcount,
    ),
)
