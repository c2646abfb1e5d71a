"""The life of an import: taken, checked, applied or discarded, undone."""

import secrets
import shutil
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import polars.selectors as cs
from django.conf import settings
from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from unionhall.kernel.importing import vault
from unionhall.kernel.importing.declared import Plan, Policy, Scope, Sheet, Tell, silent
from unionhall.kernel.importing.reading import read
from unionhall.kernel.importing.sheets import faulty
from unionhall.kernel.models import ImportRun, RunState, Unit
from unionhall.kernel.terms import WRITERS, Refused, refuse
from unionhall.kernel.writing import Actor, action, step

UPLOAD, ROWS, FAULTS, GIVEN, PREVIEW, UNDO = "upload", "rows", "faults", "given", "preview", "undo"
MOVED = "moved"
SHOWN = 1_000  # rows of each fate that a preview can show; the faulty are handed back all
MESSAGE = 500  # characters that a run keeps


def home() -> Path:
    """Where imports keep their files."""
    return Path(settings.HOME) / "imports"


def folder_of(run: ImportRun) -> Path:
    """Where this run keeps its files."""
    return home() / run.folder


# Acts


@action(*WRITERS, on="unit", sentence=_("handed in a sheet"), logged=("sheet", "digest"))
def take(
    actor: Actor, *, sheet: str, unit: Unit, file_name: str, folder: str, digest: str, on: date
) -> ImportRun:
    """Note that a sheet was handed in; its file lies sealed in the folder, or on the command line's own disk."""
    run = ImportRun(
        sheet=sheet,
        unit=unit,
        user=actor.user,
        file_name=file_name[-200:],
        folder=folder,
        digest=digest,
        on=on,
    )
    run.save()
    return run


@action(*WRITERS, on="run", sentence=_("had a sheet checked"))
def note_check(
    actor: Actor,  # noqa: ARG001  who acts is logged
    *,
    run: ImportRun,
    state: RunState,
    counts: dict[str, int],
    message: str = "",
) -> ImportRun:
    """Note what checking found."""
    run = locked(run, RunState.UPLOADED, RunState.CHECKED, RunState.FAILED)
    run.state, run.counts, run.message = state, counts, message[:MESSAGE]
    run.save()
    return run


@action(*WRITERS, on="run", sentence=_("discarded a sheet"))
def discard(actor: Actor, *, run: ImportRun) -> ImportRun:  # noqa: ARG001  who acts is logged
    """Forget a sheet that was not applied, and all that was kept of it."""
    run = locked(run, RunState.UPLOADED, RunState.CHECKED, RunState.FAILED)
    run.state = RunState.DISCARDED
    run.save()
    transaction.on_commit(lambda: shutil.rmtree(folder_of(run), ignore_errors=True))
    return run


def locked(run: ImportRun, *states: RunState) -> ImportRun:
    """The run as it is now, locked. `Refused` when it is past these states."""
    run = ImportRun.objects.select_for_update().get(pk=run.pk)
    if run.state not in states:
        raise refuse(_("This import is past that: it is “%(state)s”.") % {"state": run.get_state_display()})
    return run


@step
def ready(run: ImportRun, plan: Plan, policy: str) -> ImportRun:
    """The run, locked, when its plan may be applied like this."""
    run = locked(run, RunState.CHECKED)
    wrong = plan.rows.filter(fate="faulty").height
    if policy == Policy.ALL and wrong:
        raise refuse(
            _("%(count)s rows are faulty: correct them, or say that the clean rows are to be applied alone.")
            % {"count": wrong}
        )
    return run


@step
def note_applied(run: ImportRun, act: int, counts: dict[str, int]) -> ImportRun:
    """Note what an act of applying wrote."""
    run.state, run.applied_act, run.message = RunState.APPLIED, act, ""
    run.counts = {**run.counts, **{f"applied_{name}": count for name, count in counts.items()}}
    run.save()
    return run


@step
def note_undone(run: ImportRun) -> ImportRun:
    """Note that all it wrote was taken back."""
    run.state = RunState.UNDONE
    run.save()
    return run


# What pages, jobs and the command line call


def upload(
    actor: Actor, sheet: Sheet, *, unit: Unit, name: str, pieces: Iterable[bytes], on: date
) -> ImportRun:
    """Keep an uploaded file, sealed as it comes in, until it has been checked."""
    folder = secrets.token_hex(8)
    digest = vault.seal(pieces, home() / folder / UPLOAD)
    return take(actor, sheet=sheet.code, unit=unit, file_name=name, folder=folder, digest=digest, on=on)


def check(actor: Actor, sheet: Sheet, run: ImportRun, tell: Tell = silent) -> ImportRun:
    """Check an uploaded file; what is found is kept, sealed, and the file itself is dropped."""
    folder = folder_of(run)
    try:
        with vault.opened(folder / UPLOAD, Path(run.file_name).suffix) as path:
            plan = checked(sheet, path, Scope(run.unit, run.on), tell)
    except Refused as refused:
        (folder / UPLOAD).unlink(missing_ok=True)
        message = " ".join(str(reason) for reason in refused.reasons)
        return note_check(actor, run=run, state=RunState.FAILED, counts={}, message=message)
    store(plan, folder)
    run = note_check(actor, run=run, state=RunState.CHECKED, counts=plan.counts)
    (folder / UPLOAD).unlink()
    return run


def checked(sheet: Sheet, path: Path, scope: Scope, tell: Tell = silent) -> Plan:
    """Read a clear file and check all its rows. `Refused` when it cannot be read at all."""
    tell(_("Reading the file"), 0, 0)
    return sheet.check(read(path, sheet.layout), scope, tell)


def store(plan: Plan, folder: Path) -> None:
    """Keep a plan, sealed."""
    moved = plan.rows.filter(fate="transferred").select("row", "fate")
    for name, frame in ((ROWS, plan.rows), (FAULTS, plan.faults), (GIVEN, plan.given), (MOVED, moved)):
        vault.keep(frame, folder / name)
    reasons = plan.faults.group_by("row").agg(
        reason=pl.col("sentence").unique(maintain_order=True).str.join(" ")
    )
    first = plan.rows.group_by("fate").head(SHOWN).drop(cs.binary())
    vault.keep(first.join(reasons, on="row", how="left").sort("row"), folder / PREVIEW)


def preview(run: ImportRun, fate: str) -> list[dict[str, Any]]:
    """The first rows of a fate, with why they are faulty; empty once the run is past."""
    path = folder_of(run) / PREVIEW
    return vault.kept(path).filter(fate=fate).to_dicts() if path.exists() else []


def left(run: ImportRun) -> Plan:
    """What is needed to hand rows back: kept after applying too."""
    folder = folder_of(run)
    if not (folder / FAULTS).exists():
        raise Http404
    moved = vault.kept(folder / MOVED)
    return Plan(moved, vault.kept(folder / FAULTS), vault.kept(folder / GIVEN))


def stored(run: ImportRun) -> Plan:
    """The plan that was kept."""
    folder = folder_of(run)
    return Plan(*(vault.kept(folder / name) for name in (ROWS, FAULTS, GIVEN)))


def apply(
    actor: Actor, sheet: Sheet, run: ImportRun, *, policy: str, on: date, plan: Plan | None = None
) -> ImportRun:
    """Write the plan to the register, in one act; what it holds of single rows is dropped."""
    folder = folder_of(run)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    run = sheet.apply(actor, run=run, plan=plan or stored(run), policy=policy, on=on, undo=folder / UNDO)
    (folder / ROWS).unlink(missing_ok=True)
    return run


def undo(actor: Actor, sheet: Sheet, run: ImportRun) -> ImportRun:
    """Take back all that an import wrote, in one act."""
    return sheet.undo(actor, run=run, undo=folder_of(run) / UNDO)


def hand_back(sheet: Sheet, plan: Plan, policy: str, path: Path) -> int:
    """Write the rows that were left out as a workbook with reasons; returns how many there are."""
    faults = left_out(plan, policy)
    rows = plan.given.filter(pl.col("row").is_in(faults["row"].unique().implode()))
    if rows.height:
        faulty(rows, faults, sheet.layout, path)
    return rows.height


def left_out(plan: Plan, policy: str) -> pl.DataFrame:
    """Why rows are left out under this policy, as faults."""
    if policy != Policy.STAY:
        return plan.faults
    reason = str(_("Is a member of another union of yours and was not transferred, as you wished."))
    stay = plan.rows.filter(fate="transferred").select(
        "row", column=pl.lit(""), code=pl.lit("stay"), sentence=pl.lit(reason)
    )
    return pl.concat([plan.faults, stay]).sort("row", maintain_order=True)
