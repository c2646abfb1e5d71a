"""What should not be among unions: terms overrun, papers expired, unions that exist on paper only."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import cast

from django.db.models import Count as SqlCount
from django.db.models import Exists, Model, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from unionhall.employers.models import EmployerStatus
from unionhall.kernel.indicators.declared import Check, Severity
from unionhall.kernel.rows import Row, Rows
from unionhall.kernel.terms import Text
from unionhall.unions.models import Certificate, Coverage, Term, Union
from unionhall.unions.rules import GRASSROOTS, LAW


def holding(kind: type[Row], on: date) -> "Rows[Model]":
    """The rows of a table that hold on this day."""
    rows = kind._default_manager.filter(Q(until=None) | Q(until__gt=on)).filter(Q(since__lte=on))
    return cast("Rows[Model]", rows)


def grassroots(on: date) -> "Rows[Model]":
    """The grassroots unions of this day."""
    return holding(Union, on).filter(kind__in=GRASSROOTS)


def without(kind: type[Row]) -> "Callable[[date], Rows[Model]]":
    """The grassroots unions that have no row of this table on a day."""

    def rows(on: date) -> "Rows[Model]":
        return grassroots(on).filter(~Exists(holding(kind, on).filter(union=OuterRef("pk"))))

    return rows


def terms_overrun(on: date) -> "Rows[Model]":
    """Terms still in force after they expired."""
    return holding(Term, on).filter(expires__lte=on)


def certificates_expired(on: date) -> "Rows[Model]":
    """Certificates in force that have expired."""
    return holding(Certificate, on).filter(expires__lte=on)


def certificates_expiring(on: date) -> "Rows[Model]":
    """Certificates whose renewal window is open."""
    last = on + timedelta(days=LAW["certificate_renewal_days"].value)
    return holding(Certificate, on).filter(expires__gt=on, expires__lte=last)


def without_chair(on: date) -> "Rows[Model]":
    """Grassroots unions whose chair nobody has entered."""
    return grassroots(on).filter(chair=None)


def without_code(on: date) -> "Rows[Model]":
    """Grassroots unions without a union code."""
    return grassroots(on).filter(Q(code=None) | Q(code=""))


def names_doubled(on: date) -> "Rows[Model]":
    """Unions that share their name with another one directly under the same superior."""
    twins = (
        holding(Union, on)
        .order_by()
        .values("unit__parent", "unit__name")
        .annotate(many=SqlCount("pk"))
        .filter(many__gt=1)
    )
    same = twins.filter(unit__parent=OuterRef("unit__parent"), unit__name=OuterRef("unit__name"))
    return holding(Union, on).filter(Exists(same))


def covered_though_closed(on: date) -> "Rows[Model]":
    """Covers of employers that have closed."""
    closed = Q(employer__status=EmployerStatus.CLOSED) | Q(employer__until__lte=on)
    return holding(Coverage, on).filter(closed)


def check(
    code: str,
    title: Text,
    advice: Text,
    model: type[Row],
    rows: "Callable[[date], Rows[Model]]",
    severity: str = Severity.WARNING,
) -> Check:
    """A check of this module."""
    return Check(code=f"unions.{code}", title=title, advice=advice, model=model, rows=rows, severity=severity)


CHECKS = (
    check(
        "terms_overrun",
        _("Terms overrun"),
        _("Hold the election, or ask the superior union to postpone it."),
        Term,
        terms_overrun,
        Severity.ERROR,
    ),
    check(
        "certificates_expired",
        _("Certificates expired"),
        _("Renew the legal-person certificate: until then the union has no proof of its standing."),
        Certificate,
        certificates_expired,
        Severity.ERROR,
    ),
    check(
        "certificates_expiring",
        _("Certificates to be renewed now"),
        _("Renew the legal-person certificate before it expires."),
        Certificate,
        certificates_expiring,
        Severity.NOTE,
    ),
    check(
        "without_chair",
        _("Unions without a chair"),
        _("Record the election of the chair, or enter the chair."),
        Union,
        without_chair,
    ),
    check(
        "without_term",
        _("Unions without a term"),
        _("Record the election of the committee: it opens the term."),
        Union,
        without(Term),
    ),
    check(
        "covering_nobody",
        _("Unions that cover no employer"),
        _("Enter whom the union covers, or dissolve it if it exists on paper only."),
        Union,
        without(Coverage),
    ),
    check(
        "names_doubled",
        _("Unions of one name under one superior"),
        _("Rename one of them, or merge them if they are one."),
        Union,
        names_doubled,
    ),
    check(
        "without_code",
        _("Unions without a code"),
        _("Enter the union's social credit code, which begins with 81."),
        Union,
        without_code,
        Severity.NOTE,
    ),
    check(
        "covered_though_closed",
        _("Closed employers still covered"),
        _("End the cover from the day on which the employer closed."),
        Coverage,
        covered_though_closed,
    ),
)
