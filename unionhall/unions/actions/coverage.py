"""Which employers a union covers, since when."""

from datetime import date

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from unionhall.employers.models import Employer, EmployerStatus
from unionhall.kernel.terms import WRITERS, refuse
from unionhall.kernel.writing import Actor, action
from unionhall.unions.models import Coverage, Union
from unionhall.unions.rules import GRASSROOTS, LAW, UnionKind


@action(*WRITERS, on="union", sentence=_("let a union cover an employer"))
def cover(actor: Actor, *, union: Union, employer: Employer, since: date) -> Coverage:  # noqa: ARG001  who acts is logged
    """From this day the union covers the employer, which no other union may."""
    if union.until is not None or union.kind not in GRASSROOTS:
        raise refuse(_("Only a living grassroots union covers employers."))
    if employer.status == EmployerStatus.CLOSED:
        raise refuse(_("This employer is closed."), "employer")
    if since < union.since:
        raise refuse(_("A union covers nobody before it is founded."), "since")
    known = Coverage.objects.filter(Q(until=None) | Q(until__gt=since), employer=employer).first()
    if known:
        said = _("This employer is covered by %(union)s: end that first.") % {"union": known.union}
        raise refuse(said, "employer", LAW["one_union_an_employer"].article)
    if union.kind == UnionKind.SINGLE and union.coverages.filter(until=None).exists():
        raise refuse(_("A union of one unit covers one employer: several form a joint union."), "employer")
    coverage = Coverage(union=union, employer=employer, since=since)
    coverage.save()
    return coverage


@action(*WRITERS, on="coverage", sentence=_("ended the cover of an employer"))
def uncover(actor: Actor, *, coverage: Coverage, on: date) -> Coverage:  # noqa: ARG001  who acts is logged
    """From this day the union covers the employer no more."""
    if coverage.until is not None:
        raise refuse(_("This cover has already ended."))
    if on <= coverage.since:
        raise refuse(_("The cover must end after it began."), "on")
    coverage.until = on
    coverage.save()
    return coverage
