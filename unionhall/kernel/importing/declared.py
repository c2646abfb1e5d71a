"""What a module says of a sheet it takes in, and what checking one finds."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import polars as pl
from django.db.models import TextChoices
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from unionhall.kernel.importing.layouts import Layout
from unionhall.kernel.importing.reading import Reading
from unionhall.kernel.models import ImportRun, Unit
from unionhall.kernel.terms import WRITERS, Role, Text

Tell = Callable[[Text, int, int], None]  # the step under way, how much is done, of how much


class Fate(TextChoices):
    """What would become of a row."""

    NEW = "new", pgettext_lazy("rows of a sheet", "New")
    CHANGED = "changed", pgettext_lazy("rows of a sheet", "Changed")
    TRANSFERRED = "transferred", pgettext_lazy("rows of a sheet", "Transferred")
    UNCHANGED = "unchanged", pgettext_lazy("rows of a sheet", "Unchanged")
    FAULTY = "faulty", pgettext_lazy("rows of a sheet", "Faulty")


class Policy(TextChoices):
    """What the user says is to be done."""

    ALL = "all", _("All or nothing")
    CLEAN = "clean", _("Apply the clean rows")
    STAY = "stay", _("Apply the clean rows, transfer nobody")


@dataclass(frozen=True, slots=True)
class Scope:
    """For which unit and on which day a sheet is taken in: rows reach to this unit and what stands below it."""

    unit: Unit
    on: date


@dataclass(frozen=True, slots=True)
class Plan:
    """What checking found.

    `rows`: one row for each of the sheet, with `row` (its number in Excel), `fate` and the sheet's own columns;
    personal numbers only sealed or masked. `faults`: as those of a `Reading`. `given`: the text of the rows that
    may be handed back: the faulty and the transferred ones.
    """

    rows: pl.DataFrame
    faults: pl.DataFrame
    given: pl.DataFrame

    @property
    def counts(self) -> dict[str, int]:
        """How many rows have each fate."""
        found = dict(self.rows["fate"].value_counts().iter_rows())
        return {fate.value: found.get(fate.value, 0) for fate in Fate}

    def wanted(self, policy: str) -> pl.DataFrame:
        """The rows that change something under this policy."""
        fates = [Fate.NEW, Fate.CHANGED, *([] if policy == Policy.STAY else [Fate.TRANSFERRED])]
        return self.rows.filter(pl.col("fate").is_in([fate.value for fate in fates]))


def nothing_offered(_unit: Unit) -> dict[str, list[str]]:
    """No drop-downs beyond those of the layout."""
    return {}


@dataclass(frozen=True, slots=True)
class Sheet:
    """A kind of sheet that a module takes in.

    `code` is `module.name`; the declaration is `SHEET` in the module's `imports.name`. `word` is what the command
    line calls it. `check` turns a reading into a plan. `apply(actor, run=, plan=, policy=, on=, undo=)` and
    `undo(actor, run=, undo=)` are actions; `undo` names the file in which what was there before is kept.
    `shown` are the columns of the plan's rows that the preview shows; `offered` gives drop-downs of the template.
    """

    code: str
    word: str
    title: Text
    layout: Layout
    check: Callable[[Reading, Scope, Tell], Plan]
    apply: Callable[..., ImportRun]
    undo: Callable[..., ImportRun]
    shown: Sequence[tuple[str, Text]]
    description: Text = ""
    offered: Callable[[Unit], Mapping[str, Sequence[str]]] = nothing_offered
    roles: frozenset[Role] = field(default=WRITERS)


def sheet_of(code: str) -> Sheet:
    """The sheet of that code."""
    module, _dot, name = code.partition(".")
    sheet: Sheet = import_string(f"unionhall.{module}.imports.{name}.SHEET")
    return sheet


def silent(_step: Text, _done: int, _total: int) -> None:
    """Nobody is told how far it has come."""
