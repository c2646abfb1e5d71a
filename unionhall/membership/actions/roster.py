"""A roster goes into the register in one act, and can be taken back in one."""

import json
from datetime import date
from pathlib import Path

import polars as pl
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from unionhall.kernel import guard
from unionhall.kernel.importing import vault
from unionhall.kernel.importing.declared import Fate, Plan, Scope
from unionhall.kernel.importing.runs import locked, note_applied, note_undone, ready
from unionhall.kernel.loading import amend, analyse, load, next_key, remove
from unionhall.kernel.merging import references
from unionhall.kernel.models import ImportRun, RunState
from unionhall.kernel.rows import Row
from unionhall.kernel.terms import WRITERS, Refusal, refuse, refuse_if
from unionhall.kernel.writing import Actor, action
from unionhall.membership.actions.known import OF_PERSON, compared
from unionhall.membership.models import Membership
from unionhall.membership.rules import CARD_CHECK, CARD_PERSON, CARD_UNION, Ended, Entered, Standing
from unionhall.people.models import Person
from unionhall.unions.rules import Registration

MANY = 50_000  # rows after which the database counts its tables anew
STATED = ("name", "name_key", "initials", "document", "number", "number_hash", "sex", "birth", "phone")
PERSON_COLUMNS = ("id", "phone", *OF_PERSON)
MEMBERSHIP_COLUMNS = ("id", "employer_id", "worker_kind", "migrant", "until", "ended")


@action(*WRITERS, on="run", sentence=_("imported a roster of members"), logged=("policy",))
def import_roster(
    actor: Actor,  # noqa: ARG001  who acts is logged
    *,
    run: ImportRun,
    plan: Plan,
    policy: str,
    on: date,
    undo: Path,
) -> ImportRun:
    """Write the rows of a plan: new persons and memberships, changes, transfers. All of them, or none.

    Refused when the register has changed since the roster was checked so that a row would fare otherwise.
    What was there before is kept, sealed, in the file `undo`.
    """
    run = ready(run, plan, policy)
    rows = plan.wanted(policy)
    firsts = (next_key(Person), next_key(Membership))  # locks both tables against other writers
    rows = _as_checked(rows, Scope(run.unit, on))
    before = _before(rows)
    rows = _people(rows, firsts[0])
    _changes(rows)
    _ends(rows, on)
    persons, memberships = _load(rows, on)
    vault.keep(before, undo)
    ranges = {"persons": persons, "memberships": memberships}
    undo.with_suffix(".json").write_text(json.dumps(ranges))
    if rows.height >= MANY:
        analyse(Person, Membership)
    fates = dict(rows["fate"].value_counts().iter_rows())
    return note_applied(run, guard.current().number, fates)


@action(*WRITERS, on="run", sentence=_("took an imported roster back"))
def undo_roster(actor: Actor, *, run: ImportRun, undo: Path) -> ImportRun:  # noqa: ARG001  who acts is logged
    """Take back all that an import wrote. Refused when a row was changed since, or another row needs it."""
    run = locked(run, RunState.APPLIED)
    before = vault.kept(undo)
    ranges = json.loads(undo.with_suffix(".json").read_text())
    persons, memberships = tuple(ranges["persons"]), tuple(ranges["memberships"])
    people, old = before.filter(table="people"), before.filter(table="membership")
    act = run.applied_act
    refuse_if(
        [
            *_changed_since(Person, persons, people["id"].to_list(), act),
            *_changed_since(Membership, memberships, old["id"].to_list(), act),
            *_needed(Membership, memberships, memberships),
            *_needed(Person, persons, memberships),
        ]
    )
    remove(Membership, memberships, act=act)
    remove(Person, persons, act=act)
    amend(Person, people.select(PERSON_COLUMNS))
    amend(Membership, old.select(MEMBERSHIP_COLUMNS))
    return note_undone(run)


# Applying


def _as_checked(rows: pl.DataFrame, scope: Scope) -> pl.DataFrame:
    """The rows as the register is now; refused when one of them would fare otherwise than was shown."""
    now = compared(rows.drop("fate", "note"), scope)
    other = (now["fate"] != rows["fate"]).sum()
    if other:
        raise refuse(
            _("The register has changed since this sheet was checked (%(count)s rows): check it again.")
            % {"count": other}
        )
    return now


def _before(rows: pl.DataFrame) -> pl.DataFrame:
    """What is changed, as it was: of persons and of memberships, one under the other."""
    people = _altered(rows).select(
        pl.lit("people").alias("table"),
        id="person_id",
        phone="old_phone",
        **{name: f"old_{name}" for name in OF_PERSON},
    )
    old = rows.filter(pl.col("membership_id").is_not_null()).select(
        pl.lit("membership").alias("table"),
        pl.lit(None, pl.Date).alias("until"),
        pl.lit("").alias("ended"),
        id="membership_id",
        employer_id="old_employer_id",
        worker_kind="copied_worker_kind",
        migrant="copied_migrant",
    )
    return pl.concat([people, old], how="diagonal")


def _altered(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.filter(pl.any_horizontal(f"new_{name}" for name in OF_PERSON))


def _people(rows: pl.DataFrame, first: int) -> pl.DataFrame:
    """The rows with the keys that new persons will have, and with what each person's file will say."""
    new = pl.col("person_id").is_null()
    rows = rows.with_columns(
        new=new,
        person_id=pl.when(new).then(first + new.cum_sum().cast(pl.Int64) - 1).otherwise("person_id"),
        name_key=pl.coalesce("old_name_key", "name_key"),
    )
    said = {
        name: pl.when(pl.col("new") | pl.col(f"new_{source}")).then(name).otherwise(f"old_{name}")
        for name, source in [("phone", "phone_hash"), *zip(OF_PERSON, OF_PERSON, strict=True)]
    }
    filled = {name: said[name].fill_null("") for name in ("education", "household_region", "worker_kind")}
    return rows.with_columns(**{**said, **filled, "migrant": said["migrant"].fill_null(value=False)})


def _changes(rows: pl.DataFrame) -> None:
    """Files of persons, and current memberships that stay, brought to what the roster says."""
    amend(Person, _altered(rows).select(pl.col("person_id").alias("id"), "phone", *OF_PERSON))
    stay = rows.filter(fate=Fate.CHANGED.value)
    employer = pl.coalesce("employer_id", "old_employer_id").alias("employer_id")
    amend(Membership, stay.select(pl.col("membership_id").alias("id"), employer, "worker_kind", "migrant"))


def _ends(rows: pl.DataFrame, on: date) -> None:
    """Memberships that are left by a transfer end."""
    moved = rows.filter(fate=Fate.TRANSFERRED.value)
    left = pl.lit(Ended.TRANSFERRED.value).alias("ended")
    amend(Membership, moved.select(pl.lit(on).alias("until"), left, id="membership_id"))


def _load(rows: pl.DataFrame, on: date) -> tuple[tuple[int, int], tuple[int, int]]:
    """New persons and new memberships; returns the half-open ranges of their keys."""
    new = rows.filter("new")
    kept = pl.lit(None, pl.Int64)
    persons = load(
        Person,
        new.select(
            *STATED,
            *OF_PERSON,
            "unit_id",
            pl.lit("").alias("household"),
            kept.alias("user_id"),
            kept.alias("merged_into_id"),
        ),
    )
    moved = pl.col("fate") == Fate.TRANSFERRED.value
    begun = rows.filter(pl.col("fate").is_in([Fate.NEW.value, Fate.TRANSFERRED.value]))
    entered = pl.when(moved).then(pl.lit(Entered.TRANSFERRED.value)).otherwise(pl.lit(Entered.IMPORTED.value))
    memberships = load(
        Membership,
        begun.select(
            "person_id",
            "unit_id",
            "employer_id",
            card_numbers(pl.col("unit_id"), pl.col("person_id")).alias("card"),
            pl.when(moved).then(pl.lit(on)).otherwise("since").alias("since"),
            pl.lit(None, pl.Date).alias("until"),
            pl.lit(Standing.ACTIVE.value).alias("standing"),
            entered.alias("entered"),
            pl.lit("").alias("ended"),
            pl.lit(Registration.REAL_NAME.value).alias("registration"),
            "sex",
            "worker_kind",
            "migrant",
            "name_key",
        ),
    )
    return persons, memberships


def card_numbers(units: pl.Expr, persons: pl.Expr) -> pl.Expr:
    """Whole-column `rules.card_number`."""
    modulus = 97
    body = (units % modulus * 10**CARD_PERSON + persons) % modulus
    check = 98 - body * 100 % modulus
    return pl.concat_str(
        units.cast(pl.String).str.zfill(CARD_UNION),
        persons.cast(pl.String).str.zfill(CARD_PERSON),
        check.cast(pl.String).str.zfill(CARD_CHECK),
    )


# Taking back


def _changed_since(model: type[Row], keys: tuple[int, ...], others: list[int], act: int) -> list[Refusal]:
    """One reason when rows that the import wrote were written again."""
    written = model._default_manager.filter(pk__gte=keys[0], pk__lt=keys[1], act=act).count()
    gone = keys[1] - keys[0] - written
    for start in range(0, len(others), 500):
        part = others[start : start + 500]
        gone += len(part) - model._default_manager.filter(pk__in=part, act=act).count()
    if not gone:
        return []
    said = ngettext(
        "This import can no longer be undone: %(count)s of the %(rows)s has been changed since.",
        "This import can no longer be undone: %(count)s of the %(rows)s have been changed since.",
        gone,
    )
    return [Refusal(said % {"count": gone, "rows": model._meta.verbose_name_plural})]


def _needed(model: type[Row], keys: tuple[int, ...], own: tuple[int, ...]) -> list[Refusal]:
    """One reason for each table whose rows, not of this import, point at rows that the import made.

    `own` is the range of the memberships it made.
    """
    found = []
    for key in references(model):
        name, other = key.name, key.model
        rows = other._default_manager.filter(**{f"{name}__gte": keys[0], f"{name}__lt": keys[1]})
        if other is Membership:
            rows = rows.exclude(pk__gte=own[0], pk__lt=own[1])
        if count := rows.count():
            said = _("This import can no longer be undone: %(count)s %(rows)s depend on it.")
            found.append(Refusal(said % {"count": count, "rows": other._meta.verbose_name_plural}))
    return found
