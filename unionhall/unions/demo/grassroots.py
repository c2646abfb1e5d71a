"""Grassroots unions and the employers they cover, drawn so that every total comes out exactly."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from unionhall.employers.demo.columns import make_employers, numeral
from unionhall.employers.rules import NON_PUBLIC, Industry, Ownership, Size, Tag
from unionhall.people.demo.shares import Whole, before, dates, days, shares
from unionhall.people.rules.kinds import WorkerKind
from unionhall.unions.demo.facts import TRADE_UNIONS
from unionhall.unions.demo.trees import Spot
from unionhall.unions.rules import Level, Registration, UnionKind

COVERED_BY_JOINT = 13  # employers that a joint union covers beside its first, on the average
SPARE = 60
SHARE_NON_PUBLIC = 0.5  # of made employers at least so many are non-public, and at least 0.4 are not
SHARE_OTHER = 0.4
HUNDRED = 100
BRANCHES_FROM, GROUPS_FROM = 120, 30
NUMERALS = "一二三四五六七八九十"
LARGE, MEDIUM, SMALL = 1000, 300, 20
TAXI, TAXI_INDUSTRY = "taxi", Industry.TRANSPORT.value
# New forms of employment: kind of worker, line of business in the union's name, share in percent, and which of
# `facts.TRADE_UNIONS` stands above.
NEW_FORMS = (
    (WorkerKind.COURIER, "快递", 24, "courier"),
    (WorkerKind.DELIVERY_RIDER, "网络配送", 20, "delivery"),
    (WorkerKind.TRUCK_DRIVER, "货运", 20, "truck"),
    (WorkerKind.RIDE_HAILING_DRIVER, "网约车", 16, "ride_hailing"),
    (WorkerKind.MALL_INFORMATION_OFFICER, "商场信息", 6, "mall"),
    (WorkerKind.LIVESTREAMER, "网络直播", 4, "livestream"),
    (WorkerKind.DOMESTIC_WORKER, "家政", 6, "domestic"),
    (WorkerKind.SECURITY_GUARD, "保安", 4, "security"),
)
_ABOVE = np.array([[union.key for union in TRADE_UNIONS].index(above) for *_kind, above in NEW_FORMS])


@dataclass(frozen=True, slots=True)
class Group:
    """Unions of one sort: how many, the employers they cover and leave out, their members and workers."""

    unions: int
    covered: int
    members: int
    uncovered: int = 0
    workers: int = 0
    uncovered_workers: int = 0
    non_public: bool = True
    new_forms: bool = False
    registration: Registration = Registration.REAL_NAME
    industrial: float = 0.0
    displays: float = 0.5
    tagged: tuple[tuple[str, int], ...] = ()
    first_year: int = 1990

    def scaled(self, scale: float) -> "Group":
        """The same group at another size; nothing that there is vanishes."""

        def part(number: int, least: int = 1) -> int:
            return max(least, round(number * scale)) if number else 0

        unions = part(self.unions)
        covered = part(self.covered, unions)
        members = part(self.members, covered)
        uncovered = part(self.uncovered)
        return Group(
            unions=unions,
            covered=covered,
            members=members,
            uncovered=uncovered,
            workers=part(self.workers, members) or round(members * 1.1),
            uncovered_workers=part(self.uncovered_workers, uncovered) or uncovered * 2,
            non_public=self.non_public,
            new_forms=self.new_forms,
            registration=self.registration,
            industrial=self.industrial,
            displays=self.displays,
            tagged=tuple((tag, min(part(count), covered)) for tag, count in self.tagged),
            first_year=self.first_year,
        )


@dataclass(frozen=True, slots=True)
class Founded:
    """Unions (`parent` is a place among the federations) and employers (`union`: a place among the unions)."""

    unions: pl.DataFrame
    employers: pl.DataFrame


class Employers:
    """Made-up employers, region by region, no code twice."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.used: dict[str, int] = {}

    def take(self, count: int, spot: Spot, *, non_public: bool) -> pl.DataFrame:
        """So many employers at a spot that are non-public, or that are not; the largest first."""
        kinds = [kind.value for kind in NON_PUBLIC]
        wanted = pl.col("ownership").is_in(kinds) if non_public else ~pl.col("ownership").is_in(kinds)
        found: list[pl.DataFrame] = []
        missing = count
        while missing > 0:
            made = round(missing / (SHARE_NON_PUBLIC if non_public else SHARE_OTHER)) + SPARE
            start = self.used.get(spot.region, 0)
            self.used[spot.region] = start + made
            drawn = make_employers(made, seed=self.seed, region=spot.region, place=spot.place, start=start)
            found.append(drawn.filter(wanted).head(missing))
            missing -= found[-1].height
        return pl.concat(found).sort("workers", "uscc", descending=[True, False])


def found_group(
    group: Group,
    spots: list[Spot],
    weights: list[float],
    day: date,
    source: Employers,
    random: np.random.Generator,
) -> Founded:
    """The unions and employers of a group, dealt out to spots by weight."""
    share = np.array(weights)
    unions = shares(group.unions, share)
    extra = shares(group.covered - group.unions, share * (unions > 0))
    bare = shares(group.uncovered, share)
    union_parts, employer_parts, known = [], [], 0
    for spot, some, more, rest in zip(spots, unions.tolist(), extra.tolist(), bare.tolist(), strict=True):
        if some + rest == 0:
            continue
        part = _at_spot(spot, some, more, rest, group, source, random)
        employer_parts.append(part.employers.with_columns(pl.col("union") + known))
        union_parts.append(part.unions)
        known += part.unions.height
    whole_unions, employers = pl.concat(union_parts), pl.concat(employer_parts)
    employers = _tagged(_peopled(employers, group), group)
    return _dated(Founded(whole_unions, employers), group, day, random)


def _at_spot(
    spot: Spot,
    unions: int,
    extra: int,
    bare: int,
    group: Group,
    source: Employers,
    random: np.random.Generator,
) -> Founded:
    """The largest employers have unions of their own, the others share joint ones; the smallest have none."""
    drawn = source.take(unions + extra + bare, spot, non_public=group.non_public)
    joint = min(unions, max(1, round(extra / COVERED_BY_JOINT))) if extra else 0
    single = unions - joint
    members_of = np.full(drawn.height, -1, dtype=np.int64)
    members_of[:single] = np.arange(single)
    if joint:
        pieces = shares(joint + extra, random.gamma(2.0, size=joint), least=1)
        members_of[single : unions + extra] = single + np.repeat(np.arange(joint), pieces)
    places = np.array(spot.parents)[random.integers(0, len(spot.parents), unions + bare)]
    chances = np.array([share for _kind, _name, share, _above in NEW_FORMS]) / 100
    kinds = random.choice(len(NEW_FORMS), unions, p=chances)
    if group.new_forms:
        places[:unions] = np.array(spot.parents)[_ABOVE[kinds]]
        drawn = _of_new_forms(drawn, members_of, kinds, spot)
    place = np.where(members_of >= 0, places[members_of], 0)
    place[unions + extra :] = places[unions:]
    employers = drawn.with_columns(
        pl.Series("place", place), pl.Series("union", members_of).replace(-1, None)
    )
    return Founded(_unions(spot, employers, single, places[:unions], kinds, group), employers)


def _of_new_forms(drawn: pl.DataFrame, members_of: Whole, kinds: Whole, spot: Spot) -> pl.DataFrame:
    """Platform companies of the trades of the new forms."""
    trade = pl.Series([name for _kind, name, *_rest in NEW_FORMS]).gather(kinds[np.maximum(members_of, 0)])
    own = drawn["name"].str.strip_prefix(spot.place).str.slice(0, 2)
    return drawn.with_columns(
        name=spot.place + own + trade + "有限公司",
        ownership=pl.lit(Ownership.PRIVATE.value),
        industry=pl.lit(Industry.TRANSPORT.value),
    )


def _unions(
    spot: Spot, employers: pl.DataFrame, single: int, places: Whole, kinds: Whole, group: Group
) -> pl.DataFrame:
    count = len(places)
    own = employers.head(single)["name"] + "工会委员会"
    trades = pl.Series([name for _kind, name, *_rest in NEW_FORMS]).gather(kinds[single:])
    parts = pl.Series(
        [spot.names[spot.parents.index(place)] for place in places[single:].tolist()], dtype=pl.String
    )
    begin = (
        pl.select(spot.place + parts + (trades if group.new_forms else pl.lit(""))).to_series().alias("begin")
    )
    order = begin.to_frame().select(pl.int_range(1, pl.len() + 1).over("begin")).to_series()
    joint = (
        begin + "第" + pl.Series([numeral(number) for number in order], dtype=pl.String) + "联合工会委员会"
    )
    first = employers.filter(pl.col("union").is_not_null()).unique("union", keep="first").sort("union")
    worker_kinds = pl.Series([kind.value for kind, *_rest in NEW_FORMS]).gather(kinds)
    return pl.DataFrame(
        {
            "name": pl.concat([own, joint.cast(pl.String)]) if count > single else own,
            "kind": [UnionKind.SINGLE.value] * single + [UnionKind.JOINT.value] * (count - single),
            "parent": places,
            "ownership": first["ownership"],
            "industry": first["industry"],
            "worker_kind": worker_kinds if group.new_forms else [""] * count,
        }
    ).with_columns(
        level=pl.lit(Level.GRASSROOTS.value),
        region=pl.lit(spot.region),
        registration=pl.lit(group.registration.value),
    )


def _peopled(employers: pl.DataFrame, group: Group) -> pl.DataFrame:
    """Members and workers, dealt out by size; the size class follows the workers."""
    covered = employers["union"].is_not_null().to_numpy()
    weight = employers["workers"].to_numpy().astype(np.float64) ** 0.9
    members = np.zeros(employers.height, dtype=np.int64)
    members[covered] = shares(group.members, weight[covered], least=1)
    workers = members.copy()
    workers[covered] += shares(group.workers - group.members, weight[covered])
    workers[~covered] = shares(group.uncovered_workers, np.ones(int((~covered).sum())), least=1)
    size = (
        pl.when(pl.col("workers") >= LARGE)
        .then(pl.lit(Size.LARGE.value))
        .when(pl.col("workers") >= MEDIUM)
        .then(pl.lit(Size.MEDIUM.value))
        .when(pl.col("workers") >= SMALL)
        .then(pl.lit(Size.SMALL.value))
        .otherwise(pl.lit(Size.MICRO.value))
    )
    return employers.with_columns(pl.Series("members", members), pl.Series("workers", workers)).with_columns(
        size=size
    )


def _tagged(employers: pl.DataFrame, group: Group) -> pl.DataFrame:
    """The tags of the plan on covered employers, and the one that the workers give."""
    tags = {tag: np.zeros(employers.height, dtype=np.bool_) for tag, _count in group.tagged}
    free = (
        employers["union"].is_not_null().to_numpy() & (employers["ownership"] == Ownership.PRIVATE).to_numpy()
    )
    for tag, count in group.tagged:
        chosen = np.flatnonzero(free)[:count] if tag == Tag.GLOBAL_500 else np.flatnonzero(free)[-count:]
        tags[tag][chosen] = True
        free[chosen] = False
    frame = employers.with_columns(pl.Series(tag, mask) for tag, mask in tags.items())
    known = [*tags, Tag.HUNDRED.value] + ([Tag.PLATFORM.value] if group.new_forms else [])
    frame = frame.with_columns(
        (pl.col("workers") >= HUNDRED).alias(Tag.HUNDRED.value), pl.lit(value=True).alias(Tag.PLATFORM.value)
    )
    if TAXI in tags:
        frame = frame.with_columns(
            industry=pl.when(TAXI).then(pl.lit(TAXI_INDUSTRY)).otherwise("industry"),
            name=pl.when(TAXI).then(pl.col("name").str.slice(0, 8) + "出租汽车有限公司").otherwise("name"),
        )
    words = [pl.when(tag).then(pl.lit(f"{tag} ")).otherwise(pl.lit("")) for tag in known]
    text = pl.concat_str(pl.lit(" "), *words)
    return frame.with_columns(tags=pl.when(text == " ").then(pl.lit("")).otherwise(text)).drop(
        *{*tags, Tag.HUNDRED.value, Tag.PLATFORM.value}
    )


def _dated(founded: Founded, group: Group, day: date, random: np.random.Generator) -> Founded:
    """When unions were founded, employers began, and the one came to cover the other."""
    unions, employers = founded.unions, founded.employers
    earliest = days(date(group.first_year, 1, 1))
    longest = day.year - group.first_year
    since = np.maximum(earliest, before(random, day, unions.height, longest / 3, longest)) - 1
    union = employers["union"].fill_null(-1).to_numpy()
    drawn = before(random, day, employers.height, longest / 3, longest)
    founded_on = np.where(union >= 0, since[np.maximum(union, 0)], drawn)
    began = founded_on - random.integers(30, 2500, employers.height)
    joined_late = random.random(employers.height) < 0.2  # noqa: PLR2004  a fifth came in later
    late = np.maximum(founded_on, days(day) - random.integers(0, 900, employers.height))
    first = np.zeros(employers.height, dtype=np.bool_)
    first[np.unique(union, return_index=True)[1]] = True
    covered = np.where(joined_late & ~first, late, founded_on)
    return Founded(
        unions.with_columns(dates(since).alias("since")),
        employers.with_columns(
            dates(began).alias("since"), dates(covered).alias("covered_since"), tags=pl.col("tags")
        ),
    )


def branches(unions: pl.DataFrame, members: Whole, random: np.random.Generator) -> pl.DataFrame:
    """Branches of the large unions and groups of some small ones: `union` is the place of the one they belong to."""
    rows: list[tuple[int, str, str]] = []
    chosen = random.random(unions.height)
    for place, count in enumerate(members.tolist()):
        if count >= BRANCHES_FROM and chosen[place] < 0.5:  # noqa: PLR2004  half of them
            rows += [
                (place, UnionKind.BRANCH, f"第{NUMERALS[i]}分会") for i in range(min(2 + count // 400, 8))
            ]
        elif GROUPS_FROM <= count < BRANCHES_FROM and chosen[place] < 0.15:  # noqa: PLR2004  some of them
            rows += [(place, UnionKind.GROUP, f"第{NUMERALS[i]}工会小组") for i in range(2)]
    frame = pl.DataFrame(
        rows, schema={"union": pl.Int64, "kind": pl.String, "ending": pl.String}, orient="row"
    )
    above = unions.with_row_index("union").with_columns(pl.col("union").cast(pl.Int64)).drop("kind", "parent")
    joined = frame.join(above, on="union", how="left", maintain_order="left")
    return joined.with_columns(name=pl.col("name").str.strip_suffix("委员会") + pl.col("ending")).drop(
        "ending"
    )
