"""Reading an uploaded sheet: from a file of any kind to values, with a sentence for all that is wrong."""

from dataclasses import dataclass
from pathlib import Path

import polars as pl
from django.utils.translation import gettext_lazy as _

from unionhall.kernel.importing.grids import Grid, no_rows, refuse_unnamed, text_grid, workbook_grid
from unionhall.kernel.importing.layouts import Layout
from unionhall.kernel.importing.uploads import SHEET_ROWS, Limits, kind_of
from unionhall.kernel.importing.values import faults_of, normalised, typed, unguarded
from unionhall.kernel.terms import refuse

LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Reading:
    """An upload that could be read.

    `frame`: `row` (the number of the row as the user sees it in Excel) and a column of values for each of the
    layout; null where nothing is written or it cannot be read. `given`: the same rows as trimmed text.
    `faults`: row, column (a name; empty for the whole row), code and sentence, sorted by row.
    `sheet` and `others`: the sheet that was read and the visible ones that were not (workbooks only).
    """

    frame: pl.DataFrame
    given: pl.DataFrame
    faults: pl.DataFrame
    sheet: str = ""
    others: tuple[str, ...] = ()

    @property
    def clean(self) -> pl.DataFrame:
        """The rows of `frame` that have no fault."""
        return self.frame.join(self.faults, on="row", how="anti", maintain_order="left")


def read(path: Path, layout: Layout, limits: Limits = LIMITS) -> Reading:
    """The rows of an .xlsx or CSV file. `Refused`, with what to do, when the file cannot be taken."""
    workbook = kind_of(path, limits) == "workbook"
    grid = workbook_grid(path, layout, limits) if workbook else text_grid(path, layout)
    given = _given(grid, layout, limits)
    frame = typed(given, layout)
    faults = faults_of(given, frame, layout)
    names = ["row", *(column.name for column in layout.columns)]
    return Reading(frame, given.select(names), faults, grid.sheet, grid.others)


def _given(grid: Grid, layout: Layout, limits: Limits) -> pl.DataFrame:
    """The cells under their columns' names, trimmed, without empty rows; `row` counts from 1."""
    refuse_unnamed(grid.cells, grid.headers)
    places = grid.headers.places
    columns = [_written(places.get(column.name)).alias(column.name) for column in layout.columns]
    if "beyond" in grid.cells.columns:
        columns.append(normalised(pl.col("beyond")).alias("beyond"))
    first = grid.headers.row + 1
    rows = pl.int_range(first, first + grid.cells.height, dtype=pl.UInt32, eager=True).alias("row")
    written = grid.cells.lazy().select(rows, *columns)  # lazily, so that what columns share is done once
    given = written.filter(~pl.all_horizontal(pl.exclude("row").is_null())).collect()
    if given.is_empty():
        raise no_rows()
    _refuse_too_many(given, layout, limits)
    return unguarded(given)


def _written(place: int | None) -> pl.Expr:
    return pl.lit(None, pl.String) if place is None else normalised(pl.col(str(place)))


def _refuse_too_many(given: pl.DataFrame, layout: Layout, limits: Limits) -> None:
    last = given["row"][-1]
    if last > min(limits.sheet_rows, SHEET_ROWS):
        raise refuse(
            _("The file has %(rows)s rows, more than a sheet can hold (%(most)s): divide it.")
            % {"rows": last, "most": min(limits.sheet_rows, SHEET_ROWS)}
        )
    if given.height > layout.max_rows:
        raise refuse(
            _("There are %(rows)s rows; at most %(most)s are taken at a time: divide the file.")
            % {"rows": given.height, "most": layout.max_rows}
        )
