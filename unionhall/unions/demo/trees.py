"""The tree above the grassroots: from the national federation down to townships, industrial and sector unions."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from unionhall.people.demo.shares import shares
from unionhall.unions.demo import facts
from unionhall.unions.rules import Level, UnionKind

NATIONAL = "中华全国总工会"
NATIONAL_SINCE, PROVINCIAL_SINCE, LOCAL_SINCE = date(1925, 5, 1), date(1950, 1, 1), date(1984, 1, 1)
HARBIN = "哈尔滨市"
# Trades of sector federations of districts and counties, beside the published ones of new forms of employment.
TRADES = (
    "餐饮",
    "物业",
    "建筑",
    "商贸",
    "装饰",
    "汽修",
    "酒店",
    "美容美发",
    "粮食加工",
    "家具",
    "物流",
    "印刷",
)
SECTORS_SINCE = 2018  # the federations of new forms of employment begin with the drive for the eight groups
ZONES = ("经济技术开发区", "高新技术产业开发区")


@dataclass(slots=True)
class Node:
    """A union above the grassroots; `parent` is its place in the list."""

    name: str
    kind: UnionKind
    level: Level
    region: str
    since: date
    parent: int = -1


@dataclass(frozen=True, slots=True)
class Spot:
    """Where unions are founded: the region of its employers, how their names begin, the unions of the place.

    `names` tells the parts of the place that those unions stand for, in the same order.
    """

    region: str
    place: str
    parents: tuple[int, ...]
    names: tuple[str, ...]


@dataclass(slots=True)
class Federations:
    """The nodes in an order that names each parent first, the report's own union, and where unions stand."""

    nodes: list[Node] = field(default_factory=list)
    home: int = 0
    counties: list[Spot] = field(default_factory=list)
    industrial: list[Spot] = field(default_factory=list)
    sectors: list[Spot] = field(default_factory=list)

    def add(
        self, name: str, kind: UnionKind, level: Level, region: str, since: date, parent: int = -1
    ) -> int:
        """Put a node into the list; returns its place."""
        self.nodes.append(Node(name, kind, level, region, since, parent))
        return len(self.nodes) - 1


@dataclass(frozen=True, slots=True)
class Shape:
    """How the tree of a report is drawn: its region, the year, townships a county, sector federations by year."""

    region: str
    year: int
    townships: int
    zones: tuple[str, ...] = ()
    sector_federations: tuple[tuple[int, int], ...] = ()


def federations(shape: Shape, random: np.random.Generator) -> Federations:
    """The tree of a report: whole where the report stands, the cities alone elsewhere."""
    found = Federations()
    top = found.add(NATIONAL, UnionKind.FEDERATION, Level.NATIONAL, "", NATIONAL_SINCE)
    for province in facts.PROVINCES:
        at = found.add(
            f"{province.name}总工会",
            UnionKind.FEDERATION,
            Level.PROVINCIAL,
            province.code,
            PROVINCIAL_SINCE,
            top,
        )
        if province.code == shape.region:
            found.home = at
        for city in facts.prefectures(province.code, year=shape.year):
            place = found.add(
                f"{city.name}总工会", UnionKind.FEDERATION, Level.MUNICIPAL, city.code, PROVINCIAL_SINCE, at
            )
            if city.code == shape.region:
                found.home = place
                _below_city(found, city, place, shape)
            elif province.code == shape.region:
                _below_plain_city(found, city, place, shape)
    _sector_federations(found, shape, random)
    return found


def _below_city(found: Federations, city: facts.Region, at: int, shape: Shape) -> None:
    for county in facts.counties(city.code, year=shape.year):
        own = found.add(
            f"{county.name}总工会", UnionKind.FEDERATION, Level.COUNTY, county.code, LOCAL_SINCE, at
        )
        listed = facts.townships(_listed_under(county.code))
        places = _townships(found, listed[: shape.townships], county.name, own)
        names = ("", *(region.name for region in listed[: shape.townships]))
        found.counties.append(Spot(county.code, f"{city.name}{county.name}", (own, *places), names))
    for zone in shape.zones:
        _zone(found, zone, city, at)
    _of_trades(found, city, at, shape)


def _below_plain_city(found: Federations, city: facts.Region, at: int, shape: Shape) -> None:
    regions = facts.generated_townships(city.code, shape.townships)
    places = _townships(found, regions, city.name, at)
    names = tuple(region.name for region in regions)
    found.counties.append(Spot(city.code, city.name, tuple(places), names))
    for zone in ZONES:
        _zone(found, f"{city.name.removesuffix('市')}{zone}", city, at)
    _of_trades(found, city, at, shape)


def _townships(found: Federations, regions: Sequence[facts.Region], above: str, parent: int) -> list[int]:
    return [
        found.add(
            f"{above}{region.name}总工会",
            UnionKind.FEDERATION,
            Level.TOWNSHIP,
            region.code,
            LOCAL_SINCE,
            parent,
        )
        for region in regions
    ]


def _zone(found: Federations, name: str, city: facts.Region, at: int) -> None:
    place = found.add(f"{name}总工会", UnionKind.FEDERATION, Level.ZONE, city.code, LOCAL_SINCE, at)
    found.counties.append(Spot(city.code, name, (place,), ("",)))


def _of_trades(found: Federations, city: facts.Region, at: int, shape: Shape) -> None:
    """The industrial unions of the city, and from 2018 on its unions of the new forms of employment."""
    industrial = tuple(
        found.add(
            union.name.replace(HARBIN, city.name),
            UnionKind.INDUSTRIAL,
            Level.MUNICIPAL,
            city.code,
            LOCAL_SINCE,
            at,
        )
        for union in facts.HARBIN_INDUSTRIAL_UNIONS
    )
    found.industrial.append(Spot(city.code, city.name, industrial, ("",) * len(industrial)))
    if shape.year < SECTORS_SINCE:
        return
    sectors = tuple(
        found.add(
            f"{city.name}{union.name}",
            UnionKind.SECTOR,
            Level.MUNICIPAL,
            city.code,
            date(SECTORS_SINCE, 6, 1),
            at,
        )
        for union in facts.TRADE_UNIONS
    )
    found.sectors.append(Spot(city.code, city.name, sectors, ("",) * len(sectors)))


def _sector_federations(found: Federations, shape: Shape, random: np.random.Generator) -> None:
    """Sector federations of districts and counties, as many a year as the shape says."""
    places = [(spot, found.nodes[spot.parents[0]]) for spot in found.counties if len(spot.parents) > 1]
    wanted = [year for year, count in shape.sector_federations for _each in range(count)]
    if not places:
        return
    counts = shares(len(wanted), np.ones(len(places))).tolist()
    years = iter(wanted)
    for (spot, node), count in zip(places, counts, strict=True):
        for trade in TRADES[:count]:
            year = next(years)
            since = date(year, int(random.integers(1, 13)), int(random.integers(1, 29)))
            found.add(
                f"{spot.place}{trade}行业工会联合会",
                UnionKind.SECTOR,
                Level.COUNTY,
                node.region,
                since,
                spot.parents[0],
            )


def _listed_under(county: str) -> str:
    """The county under whose code today the townships of an older county are listed."""
    follow = {old: change.new[0] for change in facts.CHANGES for old in change.old}
    return follow.get(county, county)
