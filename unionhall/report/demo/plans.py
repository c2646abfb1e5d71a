"""What the demo of each report is built to: one plan a report, as data.

The totals are the aims of the published figures. Nothing of them is told to an indicator: they only decide how
many rows of each kind are made, and the indicators then count the rows.
"""

from dataclasses import dataclass
from datetime import date

from unionhall.employers.rules import Tag
from unionhall.unions.demo.grassroots import TAXI, Group
from unionhall.unions.demo.trees import Shape
from unionhall.unions.rules import Registration


@dataclass(frozen=True, slots=True)
class Plan:
    """The demo of one report: its tree, the day it is drawn for, its groups of unions, and its events.

    `standardised` townships and zones were rated in the year, `moves` unions changed their industrial union.
    """

    report: str
    shape: Shape
    day: date
    groups: tuple[Group, ...]
    standardised: int = 0
    moves: int = 0


HARBIN_ZONES = (
    "哈尔滨经济技术开发区",
    "哈尔滨高新技术产业开发区",
    "利民经济技术开发区",
    "宾西经济技术开发区",
)
JINAN_ZONES = ("济南高新技术产业开发区", "济南新材料产业园区", "明水经济技术开发区")
HARBIN, JINAN, HEBEI = "230100", "370100", "130000"

HARBIN_2012 = Plan(
    report="harbin2012",
    shape=Shape(HARBIN, 2012, 7, HARBIN_ZONES, sector_federations=((2009, 5), (2011, 9), (2012, 44))),
    day=date(2012, 12, 31),
    groups=(
        Group(
            unions=11_262,
            covered=43_863,
            members=907_753,
            uncovered=4_338,
            workers=1_003_500,
            uncovered_workers=10_000,
            displays=0.67,
            tagged=((Tag.GLOBAL_500.value, 13), (TAXI, 86)),
        ),
        Group(unions=1_600, covered=2_000, members=250_000, non_public=False, industrial=0.25),
    ),
)

JINAN_2018 = Plan(
    report="jinan2018",
    shape=Shape(JINAN, 2018, 7, JINAN_ZONES, sector_federations=((2013, 12), (2016, 12), (2018, 6))),
    day=date(2018, 12, 31),
    groups=(
        Group(unions=15_240, covered=91_740, members=1_618_000, uncovered=4_000, displays=0.6),
        Group(
            unions=4_659, covered=10_694, members=800_000, uncovered=500, non_public=False, industrial=0.15
        ),
        Group(unions=260, covered=260, members=32_000, new_forms=True, first_year=2018),
    ),
)

HARBIN_2022 = Plan(
    report="harbin2022",
    shape=Shape(HARBIN, 2022, 7, HARBIN_ZONES, sector_federations=((2012, 20), (2019, 8), (2022, 6))),
    day=date(2022, 12, 31),
    groups=(
        Group(unions=5_400, covered=21_000, members=226_400, uncovered=2_100, displays=0.7),
        Group(unions=2_295, covered=3_000, members=160_000, uncovered=60, non_public=False, industrial=0.3),
        Group(unions=333, covered=420, members=56_000, new_forms=True, first_year=2018),
        Group(
            unions=1_150,
            covered=3_000,
            members=34_000,
            uncovered=300,
            registration=Registration.DECLARED,
            displays=0.2,
        ),
    ),
    moves=51,
)

HEBEI_2023 = Plan(
    report="hebei2023",
    shape=Shape(HEBEI, 2023, 40),
    day=date(2023, 12, 31),
    groups=(
        Group(unions=2_900, covered=3_400, members=812_000, new_forms=True, first_year=2018),
        Group(unions=2_400, covered=9_000, members=130_000, uncovered=900),
        Group(unions=900, covered=1_100, members=90_000, non_public=False, industrial=0.2),
    ),
    standardised=294,
)

PLANS = {plan.report: plan for plan in (HARBIN_2012, JINAN_2018, HARBIN_2022, HEBEI_2023)}
DEFAULT = HARBIN_2022.report
