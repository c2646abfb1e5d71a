"""Made-up unions, and all that they have, into the register."""

import os
from datetime import date

import numpy as np
import polars as pl
from django.utils.translation import gettext_lazy as _

from unionhall.employers.demo.columns import social_codes
from unionhall.employers.models import Employer
from unionhall.kernel.loading import amend, load, next_key
from unionhall.kernel.models import Placement, Unit
from unionhall.kernel.rows import segment
from unionhall.kernel.units import move
from unionhall.kernel.writing import Actor, action
from unionhall.people.columns import pinyin_keys
from unionhall.unions.demo.records import Records
from unionhall.unions.models import Body, Certificate, Coverage, Display, Rating, Term, Union
from unionhall.unions.rules import TOKEN_ALPHABET, TOKEN_LENGTH

UNION_OFFICE = "81"  # a union's social credit code: registered with a union, grassroots (DOMAIN 3.1)
SMALL = ("branch", "group")
CODED = 0.9  # share of unions that have a code


@action(sentence=_("loaded made-up unions"))
def load_unions(actor: Actor, *, unions: pl.DataFrame, random: np.random.Generator) -> int:  # noqa: ARG001  who acts is logged
    """Insert units, their placements and unions; each stands after its `parent`, a place in the frame.

    Columns: name, kind, level, region, parent (−1: none), since, ownership, industry, worker_kind, registration.
    Returns the first key; the others follow in order.
    """
    first, parents = next_key(Unit), unions["parent"].to_list()
    paths: list[str] = []
    for place, parent in enumerate(parents):
        paths.append((paths[parent] if parent >= 0 else "") + segment(first + place))
    keys = pinyin_keys(unions["name"])
    placed = unions.select("name", "kind", "region", "since").with_columns(
        pl.int_range(first, first + unions.height, dtype=pl.Int64, eager=True).alias("id"),
        pl.Series("path", paths),
        pl.Series(
            "parent_id", [first + parent if parent >= 0 else None for parent in parents], dtype=pl.Int64
        ),
        keys["key"].str.slice(0, 240).alias("name_key"),
        keys["initials"].str.slice(0, 120),
        pl.lit("").alias("short_name"),
    )
    load(Unit, placed)
    load(
        Placement,
        placed.select(
            pl.col("id").alias("unit_id"), "parent_id", "path", "since", pl.lit(value=False).alias("moved")
        ),
    )
    load(
        Union,
        unions.select(
            "kind", "level", "ownership", "industry", "worker_kind", "registration", "since"
        ).with_columns(
            placed["id"].alias("unit_id"),
            _codes(unions, random),
            _tokens(unions.height),
            pl.lit("").alias("address"),
            _cadres(unions, random),
            pl.Series("parttime_cadres", random.integers(1, 6, unions.height)),
        ),
    )
    return first


@action(sentence=_("loaded what made-up unions cover"))
def load_coverage(actor: Actor, *, coverage: pl.DataFrame) -> None:  # noqa: ARG001  who acts is logged
    """Insert coverages: union_id, employer_id, since."""
    load(Coverage, coverage)


@action(sentence=_("loaded the records of made-up unions"))
def load_records(actor: Actor, *, records: Records, chairs: pl.DataFrame) -> None:  # noqa: ARG001  who acts is logged
    """Insert terms, committees, certificates, displays and ratings, and set the chairs: unit_id, chair_id."""
    load(Term, records.terms)
    load(Body, records.bodies)
    load(Certificate, records.certificates)
    load(Display, records.displays)
    load(Rating, records.ratings)
    amend(Union, chairs)


@action(on="union", sentence=_("moved a made-up union to another industrial union"))
def move_union(actor: Actor, *, union: Union, parent: Unit, on: date) -> Union:  # noqa: ARG001  who acts is logged
    """From this day the union stands under another one, and with it the employers it covers."""
    move(union.unit, parent=parent, on=on)
    Employer.objects.filter(coverages__union=union, coverages__until=None).update(unit=parent)
    return union


def _codes(unions: pl.DataFrame, random: np.random.Generator) -> pl.Series:
    """Union codes of those that have a region and are legal persons of their own; most of them."""
    places = np.arange(unions.height, dtype=np.int64)
    offices = pl.select(pl.repeat(UNION_OFFICE, unions.height)).to_series()
    regions = unions["region"].str.slice(0, 6).str.pad_end(6, "0")
    drawn = pl.Series(random.random(unions.height) < CODED)
    has = (unions["region"] != "") & ~unions["kind"].is_in(SMALL) & drawn
    codes = social_codes(places, offices, regions)
    return pl.select(pl.when(has).then(codes).otherwise(pl.lit(None, pl.String)).alias("code")).to_series()


def _tokens(count: int) -> pl.Series:
    """Names for QR codes that nobody can guess: from the system's randomness, not the seed's."""
    letters = np.frombuffer(TOKEN_ALPHABET.encode(), np.uint8)
    drawn = np.frombuffer(os.urandom(2 * count * TOKEN_LENGTH), np.uint16) % len(letters)
    whole = np.ascontiguousarray(letters[drawn].reshape(count, TOKEN_LENGTH))
    return pl.Series("token", whole.view(f"S{TOKEN_LENGTH}").ravel().astype(str), dtype=pl.String)


def _cadres(unions: pl.DataFrame, random: np.random.Generator) -> pl.Series:
    above = (unions["level"] != "grassroots").to_numpy()
    return pl.Series("fulltime_cadres", np.where(above, random.integers(2, 30, unions.height), 0))
