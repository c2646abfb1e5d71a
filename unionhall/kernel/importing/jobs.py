"""Checking and applying in the background: the page that asked for it can be left."""

import time
from datetime import date
from pathlib import Path

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from django_tasks import task

from unionhall.kernel.importing import runs
from unionhall.kernel.importing.declared import Tell, sheet_of
from unionhall.kernel.importing.progress import Progress
from unionhall.kernel.models import Appointment, ImportRun, RunState
from unionhall.kernel.terms import Refused, Text
from unionhall.kernel.writing import Actor

SILENT = 600  # seconds after which a run that says nothing is taken for dead


def begin(run: ImportRun, step: Text) -> None:
    """Say that a run waits for its job."""
    runs.home().mkdir(parents=True, exist_ok=True, mode=0o700)
    Progress.begin(runs.home(), name_of(run), step)


def at(run: ImportRun) -> Progress | None:
    """How far a run has come; `None` when no job works on it."""
    file = Path(runs.home()) / f"{name_of(run)}.json"
    if not file.exists() or time.time() - file.stat().st_mtime > SILENT:
        return None
    return Progress.read(runs.home(), name_of(run))


def name_of(run: ImportRun) -> str:
    """What the progress of a run is called."""
    return f"run-{run.pk}"


@task()
def check_run(run: int, appointment: int, language: str) -> None:
    """Check an uploaded sheet for the holder of an appointment; sentences are in her language."""
    row, actor = _of(run, appointment)
    with override(language):
        try:
            runs.check(actor, sheet_of(row.sheet), row, _teller(row))
        except Exception:
            sentence = _("Checking broke off; nothing was written. Upload the sheet again.")
            runs.note_check(actor, run=row, state=RunState.FAILED, counts={}, message=str(sentence))
            raise
        finally:
            Progress.end(runs.home(), name_of(row))


@task()
def apply_run(run: int, appointment: int, policy: str, on: str, language: str) -> None:
    """Write a checked sheet to the register on a day (ISO); why that was refused is noted on the run."""
    row, actor = _of(run, appointment)
    with override(language):
        _teller(row)(_("Writing to the register"), 0, row.counts.get("new", 0))
        try:
            runs.apply(actor, sheet_of(row.sheet), row, policy=policy, on=date.fromisoformat(on))
        except Refused as refused:
            message = " ".join(str(reason) for reason in refused.reasons)
            runs.note_check(actor, run=row, state=RunState.CHECKED, counts=row.counts, message=message)
        finally:
            Progress.end(runs.home(), name_of(row))


def _of(run: int, appointment: int) -> tuple[ImportRun, Actor]:
    row = ImportRun.objects.select_related("unit").get(pk=run)
    held = Appointment.objects.select_related("user", "unit").get(pk=appointment)
    return row, Actor.of(held)


def _teller(run: ImportRun) -> Tell:
    def tell(step: Text, done: int, total: int) -> None:
        Progress(name_of(run), str(step), done, total).write(runs.home())

    return tell
