"""Where a worker may join: by employer, by union, or by the place where she lives and works."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from unionhall.employers.models import Employer, EmployerStatus
from unionhall.kernel.models import Unit
from unionhall.kernel.pages.tables import units_called
from unionhall.kernel.rows import below
from unionhall.kernel.terms import Text
from unionhall.membership.actions.periods import takes
from unionhall.membership.rules import PLACE_LEVELS
from unionhall.people.rules.kinds import NEW_FORMS
from unionhall.unions.models import Coverage, Union
from unionhall.unions.rules import ADMITTING, UnionKind

MOST = 20
FEW = 6
# Unions that take in those whose employer has none: the township's, the sector's, the joint ones of new forms.
OF_PLACE = (
    Q(level__in=PLACE_LEVELS, kind=UnionKind.FEDERATION)
    | Q(kind__in=(UnionKind.SECTOR, UnionKind.INDUSTRIAL))
    | Q(kind=UnionKind.JOINT, worker_kind__in=NEW_FORMS)
)


@dataclass(frozen=True, slots=True)
class Offer:
    """A union one may join, for which employer, and why it is offered."""

    union: Union
    employer: Employer | None
    why: Text

    @property
    def key(self) -> str:
        """How a form names it."""
        return f"{self.union.pk}-{self.employer.pk if self.employer else 0}"


def offers(text: str, worker_kind: str, on: date) -> list[Offer]:
    """What is called like this: the union of an employer, a union, or the unions of a place."""
    if not text:
        return []
    found: dict[str, Offer] = {}
    for offer in _offers(text, worker_kind, on):
        found.setdefault(offer.key, offer)
        if len(found) == MOST:
            break
    return list(found.values())


def chosen(key: str, on: date) -> Offer | None:
    """The offer that a form names, when the union takes members of that employer on this day."""
    union, _dash, employer = key.partition("-")
    if not (union.isascii() and union.isdigit() and employer.isascii() and employer.isdigit()):
        return None
    found = Union.objects.select_related("unit").filter(pk=int(union)).first()
    firm = Employer.objects.filter(pk=int(employer)).first()
    if found is None or not takes(found, firm, on):
        return None
    return Offer(found, firm, "")


def of_token(token: str) -> Union | None:
    """The living union whose own code this is."""
    return Union.objects.select_related("unit").filter(token=token, until=None).first()


def of_union(union: Union) -> list[Offer]:
    """The employers that a union covers, as offers of this union; itself alone when it covers none or many."""
    firms = [
        c.employer
        for c in Coverage.objects.filter(union=union, until=None).select_related("employer")[: MOST + 1]
    ]
    if not firms or len(firms) > MOST:
        return [Offer(union, firms[0] if len(firms) == 1 else None, _("The union whose code you scanned"))]
    return [Offer(union, firm, _("The union whose code you scanned")) for firm in firms]


def _offers(text: str, worker_kind: str, on: date) -> Iterator[Offer]:
    yield from _of_employers(text, worker_kind)
    named = units_called(text)
    direct = Union.objects.filter(unit__in=named, kind__in=ADMITTING, until=None, since__lte=on)
    for union in direct.select_related("unit").order_by("unit__path")[:MOST]:
        yield Offer(union, None, _("Union of this name"))
    for place in named.exclude(kind__in=ADMITTING)[:FEW]:
        yield from _at_place(place, None, worker_kind)


def _of_employers(text: str, worker_kind: str) -> Iterator[Offer]:
    lower = text.lower().replace(" ", "")
    called = Q(name__contains=text) | Q(name_key__startswith=lower) | Q(initials__startswith=lower)
    firms = list(
        Employer.objects.filter(called, until=None)
        .exclude(status=EmployerStatus.CLOSED)
        .select_related("unit")
        .order_by("name_key", "pk")[:FEW]
    )
    covering = {
        coverage.employer_id: coverage.union
        for coverage in Coverage.objects.filter(employer__in=firms, until=None).select_related("union__unit")
    }
    for firm in firms:
        if firm.pk in covering:
            yield Offer(covering[firm.pk], firm, _("Union of your employer"))
        else:
            yield from islice(_at_place(firm.unit, firm, worker_kind), FEW)


def _at_place(place: Unit, firm: Employer | None, worker_kind: str) -> Iterator[Offer]:
    rows = Union.objects.filter(OF_PLACE, below("unit__path", place.path or ""), until=None)
    found = list(rows.select_related("unit").order_by("unit__path")[: MOST * 2])
    for union in _own_kind_first(found, worker_kind):
        yield Offer(union, firm, _("Takes workers of this place whose employer has no union"))


def _own_kind_first(unions: Iterable[Union], worker_kind: str) -> list[Union]:
    return sorted(unions, key=lambda union: not (worker_kind and union.worker_kind == worker_kind))
