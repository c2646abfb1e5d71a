"""What the register knows of the people on a roster, looked up for all of them at once."""

from datetime import date
from typing import Any

import polars as pl
from django.utils.translation import gettext as _

from unionhall.kernel.importing.declared import Fate, Scope
from unionhall.kernel.loading import fetch_for
from unionhall.kernel.models import Case, Unit
from unionhall.kernel.rows import Row, below
from unionhall.kernel.terms import Text
from unionhall.membership.actions.periods import WAITING
from unionhall.membership.models import Membership, Transfer
from unionhall.membership.rules import Ended, admits
from unionhall.people.models import Person
from unionhall.unions.models import Union
from unionhall.unions.rules import ADMITTING

# What a roster may change: of a person, and of a current membership.
OF_PERSON = ("phone_hash", "education", "household_region", "worker_kind", "migrant")
OF_MEMBERSHIP = ("employer_id",)

FOUND = pl.Schema(
    {
        "row": pl.UInt32,
        "person_id": pl.Int64,
        "old_name": pl.String,
        "old_name_key": pl.String,
        "old_path": pl.String,
        "old_phone": pl.Binary,
        "old_phone_hash": pl.Binary,
        "old_education": pl.String,
        "old_household_region": pl.String,
        "old_worker_kind": pl.String,
        "old_migrant": pl.Boolean,
        "membership_id": pl.Int64,
        "old_unit_id": pl.Int64,
        "old_unit": pl.String,
        "old_unit_path": pl.String,
        "old_employer_id": pl.Int64,
        "old_since": pl.Date,
        "copied_worker_kind": pl.String,
        "copied_migrant": pl.Boolean,
        "waits": pl.Boolean,
        "last_until": pl.Date,
        "last_ended": pl.String,
    }
)
PERSON, MEMBERSHIP = Person._meta.db_table, Membership._meta.db_table
STATES = ", ".join(f"'{state.value}'" for state in WAITING)
FORMER = f"FROM {MEMBERSHIP} b WHERE b.person_id = p.id AND b.until IS NOT NULL ORDER BY b.until DESC LIMIT 1"
QUERY = f"""
SELECT a.row, p.id, p.name, p.name_key, k.path, p.phone, p.phone_hash, p.education, p.household_region,
  p.worker_kind, CAST(p.migrant AS integer), m.id, m.unit_id, u.name, u.path, m.employer_id,
  CAST(m.since AS text), m.worker_kind, CAST(m.migrant AS integer),
  CAST(EXISTS (SELECT 1 FROM {Transfer._meta.db_table} t JOIN {Case._meta.db_table} c ON c.id = t.case_id
    WHERE t.membership_id = m.id AND c.state IN ({STATES})) AS integer),
  (SELECT CAST(b.until AS text) {FORMER}), (SELECT b.ended {FORMER})
FROM asked a
JOIN {PERSON} f ON f.number_hash = a.number_hash AND f.document = a.document
JOIN {PERSON} p ON p.id = COALESCE(f.merged_into_id, f.id)
LEFT JOIN kernel_unit k ON k.id = p.unit_id
LEFT JOIN {MEMBERSHIP} m ON m.person_id = p.id AND m.until IS NULL
LEFT JOIN kernel_unit u ON u.id = m.unit_id
"""


def compared(rows: pl.DataFrame, scope: Scope) -> pl.DataFrame:
    """What would become of each row: its columns with `fate`, what is known (`FOUND`), and `code`, `sentence`, `note`.

    `rows` holds row, name, document, number_hash, unit_id, since, and `OF_PERSON` and `OF_MEMBERSHIP` with null
    where nothing is stated. A row with a `code` is faulty; `note` says what changes.
    """
    asked = rows.select("row", "document", "number_hash")
    found = fetch_for(asked, QUERY, FOUND) if Person.objects.exists() else FOUND.to_frame()
    joined = rows.join(found.unique("row", keep="first"), on="row", how="left", maintain_order="left")
    reach = scope.unit.path or ""
    own = pl.col("old_path").is_null() | pl.col("old_path").str.starts_with(reach)
    joined = joined.with_columns(
        *(
            (own & _differs(name, f"old_{name}") & pl.col("person_id").is_not_null()).alias(f"new_{name}")
            for name in OF_PERSON
        ),
        new_employer_id=_differs("employer_id", "old_employer_id") & pl.col("membership_id").is_not_null(),
    )
    code = _code(reach, scope.on)
    joined = joined.with_columns(code=code)
    return joined.with_columns(
        fate=_fate(),
        sentence=pl.col("code").replace_strict(_sentences(), default=None, return_dtype=pl.String),
        note=_note(),
    )


def _differs(name: str, old: str) -> pl.Expr:
    return pl.col(name).is_not_null() & pl.col(name).ne_missing(pl.col(old))


def _code(reach: str, on: date) -> pl.Expr:
    """Why a row cannot be taken, judged by the register; null when it can."""
    member = pl.col("membership_id").is_not_null()
    elsewhere = member & (pl.col("old_unit_id") != pl.col("unit_id"))
    return (
        pl.when(pl.col("person_id").is_null())
        .then(None)
        .when(pl.col("name") != pl.col("old_name"))
        .then(pl.lit("name"))
        .when(elsewhere & ~pl.col("old_unit_path").str.starts_with(reach))
        .then(pl.lit("elsewhere"))
        .when(elsewhere & pl.col("waits"))
        .then(pl.lit("waits"))
        .when(elsewhere & (pl.col("old_since") >= on))
        .then(pl.lit("today"))
        .when(~member & (pl.col("last_ended") == Ended.DIED.value))
        .then(pl.lit("died"))
        .when(~member & (pl.col("last_ended") == Ended.EXPELLED.value))
        .then(pl.lit("expelled"))
        .when(~member & (pl.col("last_until") > pl.col("since")))
        .then(pl.lit("overlap"))
    )


def _fate() -> pl.Expr:
    changed = pl.any_horizontal(f"new_{name}" for name in (*OF_PERSON, *OF_MEMBERSHIP))
    return (
        pl.when(pl.col("code").is_not_null())
        .then(pl.lit(Fate.FAULTY.value))
        .when(pl.col("membership_id").is_null())
        .then(pl.lit(Fate.NEW.value))
        .when(pl.col("old_unit_id") != pl.col("unit_id"))
        .then(pl.lit(Fate.TRANSFERRED.value))
        .when(changed)
        .then(pl.lit(Fate.CHANGED.value))
        .otherwise(pl.lit(Fate.UNCHANGED.value))
    )


def _note() -> pl.Expr:
    """What changes, in words."""
    titles: dict[str, Text] = {
        "phone_hash": label(Person, "phone"),
        **{name: label(Person, name) for name in OF_PERSON[1:]},
        "employer_id": label(Membership, "employer"),
    }
    parts = [pl.when(f"new_{name}").then(pl.lit(str(title))) for name, title in titles.items()]
    moved = (pl.col("code").is_null()) & (pl.col("old_unit_id") != pl.col("unit_id"))
    left = pl.when(moved).then(pl.format(_("from {}"), "old_unit"))
    return pl.concat_str([left, *parts], separator=" · ", ignore_nulls=True)


def label(model: type[Row], name: str) -> Text:
    """The name of a column in words."""
    column: Any = model._meta.get_field(name)
    said: Text = column.verbose_name
    return said


def own_union(unit: Unit) -> Union | None:
    """The union of a unit that takes members itself."""
    union = Union.objects.filter(unit=unit).first()
    return union if union and admits(union.kind, union.level, at_place=True) else None


def admitting(unit: Unit, most: int) -> list[str]:
    """The names of the unions at and below a unit that take members, at most so many."""
    unions = Union.objects.filter(below("unit__path", unit.path or ""), kind__in=ADMITTING, until=None)
    return list(unions.order_by("unit__path").values_list("unit__name", flat=True)[:most])


def _sentences() -> dict[str, str]:
    return {
        "name": _("A person with this number is in the register under another name: check name and number."),
        "elsewhere": _("Is a member of another union outside your reach: ask for a transfer."),
        "waits": _("Has asked to be transferred, and the receiving union has not decided yet."),
        "today": _("Entered the present union only today: transfer tomorrow."),
        "died": _("The register says that this person has died: check the number."),
        "expelled": _("Was expelled: only a decision of the union takes this person back."),
        "overlap": _("An earlier membership ended after this day: give a later day of joining."),
    }
