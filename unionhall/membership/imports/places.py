"""Where a row puts a person: the union and the employer it names, looked up for all rows at once."""

import polars as pl
from django.utils.translation import gettext as _

from unionhall.employers.columns import codes
from unionhall.employers.models import Employer
from unionhall.kernel.importing.declared import Scope
from unionhall.kernel.loading import fetch_for
from unionhall.kernel.models import Unit
from unionhall.membership.actions.known import own_union
from unionhall.membership.imports.facts import part
from unionhall.membership.rules import admits
from unionhall.unions.models import Coverage, Union

UNIONS = pl.Schema(
    {
        "said": pl.String,
        "unit_id": pl.Int64,
        "path": pl.String,
        "kind": pl.String,
        "level": pl.String,
        "founded": pl.Date,
        "ended": pl.Date,
    }
)
SELECT = (
    "SELECT a.said, n.id, n.path, u.kind, u.level, CAST(u.since AS text), "
    "CAST(COALESCE(u.until, n.until) AS text)"
)
UNION, UNIT = Union._meta.db_table, Unit._meta.db_table
UNION_QUERY = f"""
{SELECT} FROM asked a JOIN {UNIT} n ON n.name = a.said JOIN {UNION} u ON u.unit_id = n.id
UNION
{SELECT} FROM asked a JOIN {UNION} u ON u.code = a.code JOIN {UNIT} n ON n.id = u.unit_id
"""
EMPLOYERS = pl.Schema({"said": pl.String, "employer_id": pl.Int64, "covered_by": pl.Int64})
WORK = "SELECT a.said, e.id, c.union_id"
EMPLOYER, COVERAGE = Employer._meta.db_table, Coverage._meta.db_table
COVER = f"LEFT JOIN {COVERAGE} c ON c.employer_id = e.id AND c.until IS NULL WHERE e.until IS NULL"
EMPLOYER_QUERY = f"""
{WORK} FROM asked a JOIN {EMPLOYER} e ON e.name = a.said {COVER}
UNION
{WORK} FROM asked a JOIN {EMPLOYER} e ON e.uscc = a.code {COVER}
"""


def placed(frame: pl.DataFrame, scope: Scope) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows with `unit_id`, `union` (its name) and `employer_id`; and every fault found."""
    frame, unions, faults = _with_unions(frame, scope)
    frame, more = _with_employers(frame)
    return frame, pl.concat([faults, more, _admitted(frame, unions)])


def _with_unions(frame: pl.DataFrame, scope: Scope) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    default = scope.unit.name if own_union(scope.unit) else None
    frame = frame.with_columns(union=pl.col("union").fill_null(pl.lit(default, pl.String)))
    said = frame["union"].drop_nulls().unique()
    asked = pl.DataFrame({"said": said, "code": codes(said)})
    found = fetch_for(asked, UNION_QUERY, UNIONS)
    reach = pl.col("path").str.starts_with(scope.unit.path or "").fill_null(value=False)
    alive = pl.col("ended").is_null() | (pl.col("ended") > scope.on)
    if default:
        found = found.filter((pl.col("said") != default) | (pl.col("unit_id") == scope.unit.pk))
    ranked = found.with_columns(reach=reach, alive=alive).sort("reach", "alive", descending=True)
    best = ranked.unique("said", keep="first", maintain_order=True).join(
        ranked.filter("reach", "alive").group_by("said").len("alike"), on="said", how="left"
    )
    joined = frame.join(best.rename({"said": "union"}), on="union", how="left", maintain_order="left")
    named = pl.col("union").is_not_null()
    faults = [
        part(
            joined.filter(~named), "union", "no-union", _("Name the union: your own takes no members itself.")
        ),
        part(
            joined.filter(named & pl.col("unit_id").is_null()),
            "union",
            "unknown-union",
            _("No union in the register has this name or code: choose one from the template's list."),
        ),
        part(
            joined.filter(~pl.col("reach")),
            "union",
            "out-of-reach",
            _("This union is outside your reach: only rows of your own unions can be imported."),
        ),
        part(
            joined.filter(pl.col("reach") & ~pl.col("alive")),
            "union",
            "dissolved",
            _("This union has been dissolved: choose another."),
        ),
        part(
            joined.filter(pl.col("alike") > 1),
            "union",
            "alike",
            _("Several of your unions have this name: give the union's code instead."),
        ),
        part(
            joined.filter(pl.col("reach") & (pl.col("since") < pl.col("founded"))),
            "since",
            "before-union",
            _("This union did not exist yet on the day of joining."),
        ),
    ]
    frame = frame.with_columns(joined["unit_id"])
    return frame, best, pl.concat(faults)


def _with_employers(frame: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """`employer_id` and `covered`: whether a union covers the employer."""
    said = frame["employer"].drop_nulls().unique()
    if said.is_empty():
        frame = frame.with_columns(employer_id=pl.lit(None, pl.Int64), covered=pl.lit(value=False))
        return frame, part(frame.clear(), "employer", "", "")
    found = fetch_for(pl.DataFrame({"said": said, "code": codes(said)}), EMPLOYER_QUERY, EMPLOYERS)
    pairs = frame.select("employer", "unit_id").filter(pl.col("employer").is_not_null()).unique()
    choice = (
        pairs.join(found, left_on="employer", right_on="said")
        .with_columns(own=pl.col("covered_by").eq_missing(pl.col("unit_id")))
        .with_columns(
            same=pl.len().over("employer", "unit_id"), owns=pl.col("own").sum().over("employer", "unit_id")
        )
        .sort("own", descending=True)
        .unique(["employer", "unit_id"], keep="first", maintain_order=True)
    )
    joined = frame.join(
        choice, on=["employer", "unit_id"], how="left", nulls_equal=True, maintain_order="left"
    )
    given = pl.col("employer").is_not_null()
    faults = [
        part(
            joined.filter(given & pl.col("employer_id").is_null() & pl.col("unit_id").is_not_null()),
            "employer",
            "unknown-employer",
            _("This employer is not in the register: enter it there first, or correct the name or code."),
        ),
        part(
            joined.filter((pl.col("same") > 1) & (pl.col("owns") != 1)),
            "employer",
            "employers-alike",
            _("Several employers have this name: give the social credit code instead."),
        ),
    ]
    frame = frame.with_columns(joined["employer_id"], covered=joined["covered_by"].is_not_null())
    return frame, pl.concat(faults)


def _admitted(frame: pl.DataFrame, unions: pl.DataFrame) -> pl.DataFrame:
    """Rows whose union takes no members, or takes only those whose employer no union covers."""
    alive = unions.filter("reach", "alive").unique("unit_id")
    kinds = alive.select("kind", "level").rows()
    table = alive.select("unit_id").with_columns(
        takes_free=pl.Series([admits(*kind, at_place=True) for kind in kinds], dtype=pl.Boolean),
        takes_all=pl.Series([admits(*kind, at_place=False) for kind in kinds], dtype=pl.Boolean),
    )
    joined = frame.join(table, on="unit_id", how="left", maintain_order="left")
    takes = pl.when("covered").then("takes_all").otherwise("takes_free")
    said = _("This union takes no members itself: choose a grassroots union.")
    return part(joined.filter(~takes), "union", "takes-none", said)
