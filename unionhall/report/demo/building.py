"""Building a demo federation to a plan: set by set, each set one act in the log."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import polars as pl
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from unionhall.employers.demo.loading import load_employers
from unionhall.kernel.models import LogEntry, Unit, User
from unionhall.kernel.secrets import ALONE, processes
from unionhall.kernel.terms import refuse
from unionhall.kernel.writing import Actor, action
from unionhall.membership.demo.loading import load_members
from unionhall.membership.demo.members import Seats, people_parts, seat_rows
from unionhall.people.demo.columns import make_people
from unionhall.people.demo.loading import load_people, sealed
from unionhall.report.demo.assembling import (
    Assembled,
    assemble,
    coverage_rows,
    employer_rows,
    found_all,
    regions_of,
    scaled_shape,
    seats_of,
)
from unionhall.report.demo.plans import Plan
from unionhall.unions.demo.grassroots import Employers, Group
from unionhall.unions.demo.loading import load_coverage, load_records, load_unions, move_union
from unionhall.unions.demo.records import records, shown
from unionhall.unions.demo.trees import Federations, federations
from unionhall.unions.models import Union
from unionhall.unions.rules import Level, UnionKind

SMALLEST = 0.0005
OLDEST_HEAD, YOUNGEST_HEAD = 59, 40
HEADS_START = 5_000_000  # places of the people who head federations: beyond those of members
HEADS_REGION = "230202"  # where no member of a plan was born, so that no number is given twice
BEGAN = "report.demo.building.begin_demo"  # the name under which the log keeps the act below
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Built:
    """What was built: the key of the report's own union, and how many units and persons there are."""

    plan: Plan
    home: int
    units: int
    persons: int


@action(sentence=_("began a demo federation"), logged=("report",))
def begin_demo(actor: Actor, *, report: str, scale: Decimal, seed: int) -> None:
    """Leave a trace that this database holds a demo, of which report, and at which scale."""


def demo_of() -> tuple[str, Decimal] | None:
    """The report and the scale of the demo in this database; `None` when it holds none."""
    began = LogEntry.objects.filter(action=BEGAN).order_by("number").first()
    if began is None:
        return None
    facts = began.detail["facts"]
    return str(facts["report"]), Decimal(facts["scale"])


def refuse_unless_empty() -> None:
    """Refuse to build where anything stands already."""
    if Unit.objects.exists() or User.objects.exists() or LogEntry.objects.exists():
        raise refuse(
            _(
                "A demo is built only in an empty database, and this one is not empty. Name another one, for "
                "instance DATABASE_URL=sqlite:///demo.sqlite3, then run `unionhall migrate` and `unionhall demo`."
            )
        )


def build(plan: Plan, *, scale: float, seed: int, today: date, say: Say) -> Built:
    """Build the demo of a plan at a scale (1: the published size). Refused where the database is not empty."""
    refuse_unless_empty()
    if not SMALLEST <= scale <= 1:
        raise refuse(_("The scale of a demo is a number from 0.0005 to 1, or “full”."), "scale")
    machine, random = Actor.machine(), np.random.default_rng(seed)
    begin_demo(machine, report=plan.report, scale=Decimal(str(scale)), seed=seed)
    say(gettext("Drawing unions and employers"))
    tree = federations(scaled_shape(plan.shape, scale), random)
    groups = [group.scaled(scale) for group in plan.groups]
    whole = assemble(tree, found_all(tree, groups, plan, Employers(seed), random), random)
    say(gettext("Loading %(count)s units") % {"count": f"{whole.units.height:,}"})
    first = load_unions(machine, unions=whole.units, random=random)
    say(gettext("Loading %(count)s employers") % {"count": f"{whole.employers.height:,}"})
    employers, headcounts = employer_rows(whole, first, plan.day, random)
    first_employer = load_employers(machine, employers=employers, headcounts=headcounts)
    load_coverage(machine, coverage=coverage_rows(whole, first, first_employer))
    seats = seats_of(whole, first, first_employer, regions_of(tree))
    heads = _load_heads(machine, tree, plan, first, seed)
    chairs, counts, persons = _load_members(machine, seats, plan, today, seed, random, say)
    say(gettext("Loading terms, committees, certificates, displays and ratings"))
    people = _Leaders(pl.concat([heads, chairs]), counts)
    _load_records(machine, plan, whole, groups, first, people, today, scale, random)
    if plan.moves:
        _move(machine, plan, max(1, round(plan.moves * scale)), random)
    return Built(plan, first + tree.home, whole.units.height, persons + heads.height)


@dataclass(frozen=True, slots=True)
class _Leaders:
    """Chairs (unit_id, chair_id, chair_name) and counts of members (unit_id, members, women)."""

    chairs: pl.DataFrame
    counts: pl.DataFrame


def _load_heads(machine: Actor, tree: Federations, plan: Plan, first: int, seed: int) -> pl.DataFrame:
    """The people who head the unions above the grassroots: their files are kept there."""
    count, year = len(tree.nodes), plan.day.year
    made = make_people(
        count,
        seed=seed,
        regions=[HEADS_REGION],
        born=(year - OLDEST_HEAD, year - YOUNGEST_HEAD),
        start=HEADS_START,
    )
    units = np.arange(first, first + count)
    people = made.with_columns(
        pl.Series("unit_id", units),
        pl.lit("").alias("household"),
        pl.lit("").alias("worker_kind"),
        pl.lit(value=False).alias("migrant"),
    )
    begin, end = load_people(machine, people=sealed(people))
    return pl.DataFrame({"unit_id": units, "chair_id": np.arange(begin, end), "chair_name": made["name"]})


def _load_members(
    machine: Actor, seats: Seats, plan: Plan, today: date, seed: int, random: np.random.Generator, say: Say
) -> tuple[pl.DataFrame, pl.DataFrame, int]:
    """Load all members, part by part. Returns the first member of each unit, the counts, and how many persons."""
    rows = seat_rows(seats, day=plan.day, today=max(today, plan.day), random=random)
    chairs, counts, done = [], [], 0
    with ExitStack() as stack:
        pool = stack.enter_context(processes()) if rows.height > ALONE else None
        for people in people_parts(seats, rows, year=plan.day.year, seed=seed, random=random):
            first = load_members(machine, people=people, random=random, pool=pool)
            done += people.height
            say(
                gettext("Loading people: %(done)s of %(all)s")
                % {"done": f"{done:,}", "all": f"{rows.height:,}"}
            )
            keyed = people.select("unit_id", "sex", "name", "kind", "until").with_row_index("chair_id", first)
            now = keyed.filter(pl.col("kind") == 0)
            staying = now.filter(pl.col("until") < 0)
            chairs.append(
                staying.unique("unit_id", keep="first").select(
                    "unit_id", pl.col("chair_id").cast(pl.Int64), pl.col("name").alias("chair_name")
                )
            )
            counts.append(
                now.group_by("unit_id").agg(
                    pl.len().alias("members").cast(pl.Int64),
                    (pl.col("sex") == "2").sum().alias("women").cast(pl.Int64),
                )
            )
    led = pl.concat(chairs).unique("unit_id", keep="first")
    return led, pl.concat(counts).group_by("unit_id").sum(), rows.height


def _load_records(
    machine: Actor,
    plan: Plan,
    whole: Assembled,
    groups: list[Group],
    first: int,
    people: _Leaders,
    today: date,
    scale: float,
    random: np.random.Generator,
) -> None:
    units = (
        whole.units.with_row_index("unit_id", first)
        .with_columns(pl.col("unit_id").cast(pl.Int64), (pl.col("parent") + first).alias("parent_id"))
        .join(people.counts, on="unit_id", how="left", maintain_order="left")
        .join(people.chairs, on="unit_id", how="left", maintain_order="left")
        .with_columns(
            pl.col("members").fill_null(0), pl.col("women").fill_null(0), pl.col("chair_name").fill_null("")
        )
    )
    place, ranges = whole.grassroots, []
    for group in groups:
        ranges.append((place, group.unions, group.displays))
        place += group.unions
    made = records(
        units.rename({"unit_id": "union_id"}),
        day=plan.day,
        today=max(today, plan.day),
        displays=shown(units, ranges, random),
        standardised=max(1, round(plan.standardised * scale)) if plan.standardised else 0,
        random=random,
    )
    chairs = units.filter(pl.col("chair_id").is_not_null()).select("unit_id", "chair_id")
    load_records(machine, records=made, chairs=chairs)


def _move(machine: Actor, plan: Plan, count: int, random: np.random.Generator) -> None:
    """Unions directly under a municipal industrial union that come under another one in the plan's year."""
    first = date(plan.day.year, 1, 1)
    industrial = list(
        Unit.objects.filter(union__kind=UnionKind.INDUSTRIAL, union__level=Level.MUNICIPAL).order_by("pk")
    )
    unions = list(
        Union.objects.filter(
            kind__in=[UnionKind.SINGLE, UnionKind.JOINT], unit__parent__in=industrial, since__lt=first
        ).select_related("unit").order_by("pk")
    )  # fmt: skip
    for place in random.permutation(len(unions))[:count].tolist():
        union = unions[place]
        others = [unit for unit in industrial if unit.pk != union.unit.parent_id]
        on = first + timedelta(days=int(random.integers(1, 360)))
        move_union(machine, union=union, parent=others[int(random.integers(len(others)))], on=on)
