"""The cells of an upload as text, before anything is known of their meaning."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import fastexcel
import polars as pl
from django.utils.translation import gettext_lazy as _

from unionhall.kernel.importing.headers import FIRST_ROWS, Headers, find_headers, joined
from unionhall.kernel.importing.layouts import Layout, letters
from unionhall.kernel.importing.packages import SHOWN, Marks, Sheet, damaged, inspect
from unionhall.kernel.importing.uploads import Limits, utf8
from unionhall.kernel.terms import Refused, refuse, refuse_if

MARKS_BETWEEN = ",\t;"
BEGINNING = 262_144  # bytes of a CSV file in which its headers are looked for


@dataclass(frozen=True, slots=True)
class Grid:
    """The rows under the headers: columns “0”, “1”… of text, and “beyond” for what a row has too many.

    `sheet` is the name of the sheet that was used, `others` names the visible sheets that were not.
    """

    cells: pl.DataFrame
    headers: Headers
    sheet: str = ""
    others: tuple[str, ...] = ()


# A workbook


def workbook_grid(path: Path, layout: Layout, limits: Limits) -> Grid:
    """The cells of the one sheet whose headers are those of the layout."""
    sheets = inspect(path, limits)
    loaded = _load(path, sheets, layout)
    if not loaded:
        raise empty_sheet()
    whole = [one for one in loaded if not one[2].problems]
    filled = [one for one in whole if one[1].height > one[2].row]
    if len(filled) > 1:
        raise refuse(
            _("Several sheets can be read: %(sheets)s. Leave one of them in the workbook.")
            % {"sheets": joined(sheet.name for sheet, _cells, _headers in filled)}
        )
    sheet, cells, headers = (filled or whole or sorted(loaded, key=lambda one: -len(one[2].places)))[0]
    refuse_if(headers.problems)
    if cells.height <= headers.row:
        raise no_rows()
    _refuse_marks(sheet.marks, headers)
    others = tuple(other.name for other in sheets if other is not sheet)
    return Grid(cells.slice(headers.row), headers, sheet.name, others)


def _load(path: Path, sheets: Sequence[Sheet], layout: Layout) -> list[tuple[Sheet, pl.DataFrame, Headers]]:
    """The visible sheets that are not empty, with their headers."""
    loaded = []
    try:
        reader = fastexcel.read_excel(str(path))
        for sheet in sheets:
            batch = reader.load_sheet_eager(sheet.name, header_row=None, skip_rows=0, dtypes="string")
            cells = _numbered(pl.DataFrame(pl.from_arrow(batch)))
            if cells.height:
                loaded.append((sheet, cells, find_headers(cells.head(FIRST_ROWS).rows(), layout)))
    except fastexcel.FastExcelError as error:
        raise damaged() from error
    return loaded


def _numbered(cells: pl.DataFrame) -> pl.DataFrame:
    cells.columns = [str(place) for place in range(cells.width)]
    return cells.cast(pl.String)


def _refuse_marks(marks: Marks, headers: Headers) -> None:
    for found, sentence in (
        (
            marks.merged,
            _("Cells are merged in the rows of data: %(cells)s. Unmerge them, fill in every row."),
        ),
        (
            marks.formulas,
            _("There are formulas in the rows of data: %(cells)s. Copy them and paste them as values."),
        ),
    ):
        inside = [name for row, name in found if row > headers.row]
        if inside:
            more = "…" if len(inside) > SHOWN else ""
            raise refuse(sentence % {"cells": joined(inside[:SHOWN]) + more})


# A text file


def text_grid(path: Path, layout: Layout) -> Grid:
    """The cells of a CSV file, whatever separates them: commas, tabs or semicolons."""
    data = utf8(path.read_bytes())
    if b"\n" not in data:
        data = data.replace(b"\r", b"\n")
    if not data.strip():
        raise empty_sheet()
    read = [(*_beginning(data, mark), mark) for mark in MARKS_BETWEEN]
    tried = [(find_headers(rows, layout), ends, mark) for rows, ends, mark in read]
    headers, ends, mark = max(tried, key=lambda one: (len(one[0].places), not one[0].problems))
    refuse_if(headers.problems)
    rest = data[_after_line(data, ends[headers.row - 1]) :]
    if not rest.strip(b"\r\n\t,; "):
        raise no_rows()
    return Grid(_parse(rest, mark, headers.width), headers)


def _beginning(data: bytes, mark: str) -> tuple[list[list[str]], list[int]]:
    """The first rows, and the number of the line on which each ends."""
    reader = csv.reader(StringIO(data[:BEGINNING].decode(errors="ignore"), newline=""), delimiter=mark)
    rows, ends = [], []
    try:
        for row in reader:
            rows.append(row)
            ends.append(reader.line_num)
            if len(rows) == FIRST_ROWS:
                break
    except csv.Error as error:
        raise _broken_text() from error
    return rows, ends


def _after_line(data: bytes, number: int) -> int:
    place = 0
    for _line in range(number):
        place = data.find(b"\n", place) + 1
        if place == 0:
            return len(data)
    return place


def _parse(data: bytes, mark: str, width: int) -> pl.DataFrame:
    names = [*(str(place) for place in range(width)), "beyond"]
    try:
        cells = pl.read_csv(
            data,
            has_header=False,
            schema={f"column_{place + 1}": pl.String for place in range(width + 1)},
            separator=mark,
            truncate_ragged_lines=True,
            missing_columns="insert",
        )
    except pl.exceptions.PolarsError as error:
        raise _broken_text() from error
    cells.columns = names
    return cells


def _broken_text() -> Refused:
    return refuse(
        _(
            "The quotation marks of this CSV file do not fit together, so its rows cannot be told apart: "
            "open it in Excel or WPS and save it as .xlsx."
        )
    )


def empty_sheet() -> Refused:
    """The refusal of a sheet without any text."""
    return refuse(_("The sheet is empty: fill in the template and upload that."))


def no_rows() -> Refused:
    """The refusal of headers alone."""
    return refuse(_("There are headers but no rows under them: fill in at least one row."))


def refuse_unnamed(cells: pl.DataFrame, headers: Headers) -> None:
    """Refuse data in columns that have no header: nobody could tell what it means."""
    named = {str(place) for place in (*headers.places.values(), *headers.ignored)}
    spare = [name for name in cells.columns if name not in named and name != "beyond"]
    filled = [name for name in spare if cells[name].str.strip_chars().str.len_bytes().max()]
    if filled:
        raise refuse(
            _("There is text in columns without a header: %(columns)s. Give them their header or delete it.")
            % {"columns": joined(letters(int(name)) for name in filled)}
        )
