"""The published figures computed from records: which indicator, at which units, in which period."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db.models import Q

from unionhall.kernel.indicators.cubes import Cubes
from unionhall.kernel.indicators.declared import Distinct, Indicator, Ratio
from unionhall.kernel.indicators.rollup import parts, roll_up
from unionhall.kernel.models import Unit
from unionhall.report.rules.coverage import Coverage, Judged
from unionhall.report.rules.figures import Kind, PublishedFigure, read_figures
from unionhall.unions.rules import Level, UnionKind

OWN_COPY: Final = Path(__file__).parent / "figures.csv"
WHOLE: Final = frozenset({"全市", "全省", ""})
MUNICIPAL_INDUSTRIAL: Final = "市属产业工会"
REGION_ENDINGS: Final = ("区", "县", "市")
COMPUTED: Final = frozenset({Kind.FLOW, Kind.STOCK, Kind.RATIO, Kind.MONEY_FLOW})


def published() -> list[PublishedFigure]:
    """The figures of the reports: of the shared seeds where they are, else the repository's own copy."""
    shared = Path(settings.SEEDS) / "figures.csv"
    return read_figures(shared if shared.is_file() else OWN_COPY)


def coverage(figures: Iterable[PublishedFigure], indicators: Iterable[Indicator]) -> Coverage:
    """Every figure beside what the records of this database give for it."""
    known = {indicator.code: indicator for indicator in indicators}
    cubes = Cubes()
    return Coverage(tuple(Judged(figure, computed(figure, known, cubes)) for figure in figures))


def computed(
    figure: PublishedFigure, known: Mapping[str, Indicator], cubes: Cubes | None = None
) -> Decimal | None:
    """The value that the records give, in the unit of the figure.

    `None` where no indicator has its code and breakdown, where it is a target, a rank or a growth, where its union
    is not in this database, and where none of the rows it would count exists.
    """
    indicator = known.get(figure.indicator)
    wanted = {dimension: "+".join(sorted(values)) for dimension, values in figure.breakdown.items()}
    if indicator is None or figure.kind not in COMPUTED or not indicator.supports(wanted):
        return None
    units = units_of(figure)
    if not units or not _has_rows(indicator):
        return None
    if len(units) > 1 and isinstance(indicator, Ratio | Distinct):
        return None  # neither adds up over units
    sums = roll_up(indicator, figure.period, wanted, cubes)
    values = [sums.at(unit).value for unit in units]
    return None if None in values else sum((value for value in values if value is not None), Decimal(0))


def units_of(figure: PublishedFigure) -> list[int]:
    """The keys of the units that a figure speaks of; empty where its scope names none in this database."""
    home = Unit.objects.filter(name=figure.union, kind=UnionKind.FEDERATION, until=None).first()
    if home is None:
        return []
    if figure.scope in WHOLE:
        return [home.pk]
    below = Unit.objects.within(home.path or "").filter(until=None)
    if figure.scope == MUNICIPAL_INDUSTRIAL:
        industrial = Q(union__kind=UnionKind.INDUSTRIAL, union__level=Level.MUNICIPAL)
        return list(below.filter(industrial).values_list("pk", flat=True))
    if figure.scope.endswith(REGION_ENDINGS):
        named = below.filter(kind=UnionKind.FEDERATION, name=f"{figure.scope}总工会")
        return list(named.values_list("pk", flat=True)[:1])
    return []


def _has_rows(indicator: Indicator) -> bool:
    return all(
        part.fact.model._default_manager.filter(part.fact.where).exists() for _role, part in parts(indicator)
    )
