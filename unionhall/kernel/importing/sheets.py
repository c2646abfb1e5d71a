"""Workbooks and CSV files handed out: templates, rows sent back with their faults, exports."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import polars as pl
from django.utils.translation import gettext_lazy as _
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from unionhall.kernel.importing.layouts import REASON_HEADER, Column, Layout, letters
from unionhall.kernel.terms import Text

Cell = str | int | float | Decimal | date | None

TEMPLATE_ROWS = 5_000  # rows formatted as text and given drop-downs
REASON_WIDTH = 60
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
SHEET_NAME = 31  # characters that Excel allows
FONT = {"font_name": "微软雅黑", "font_size": 11}
HEADER = {**FONT, "bold": True, "bg_color": "#E8EEF7", "border": 1, "text_wrap": True, "valign": "vcenter"}
REQUIRED = {**HEADER, "font_color": "#B00020"}
FAULTY = {**FONT, "bg_color": "#FFD9D9", "num_format": "@"}
KINDS: Mapping[str, Text] = {
    "text": _("Text"),
    "date": _("Date, like 2022-10-01"),
    "integer": _("Whole number"),
    "decimal": _("Number"),
    "choice": _("One of the list"),
}


def template(layout: Layout, path: Path, choices: Mapping[str, Sequence[str]] | None = None) -> None:
    """Write the empty template.

    `choices` gives drop-downs to columns by name beyond those of the layout (such as the clerk's own unions).
    """
    with _workbook(path) as book:
        sheet = book.add_worksheet(_sheet_name(layout.title))
        _write_headers(book, sheet, layout)
        _write_lists(book, sheet, layout, choices or {})
        _write_help(book, layout)


def faulty(given: pl.DataFrame, faults: pl.DataFrame, layout: Layout, path: Path) -> None:
    """Write the rows that have faults as a workbook of the same layout, with the reason in a last column.

    `given` and `faults` are those of a `Reading` (rules may have added faults). Faulty cells are coloured.
    Once corrected, the workbook can be uploaded as it is.
    """
    reasons = faults.group_by("row").agg(
        pl.col("sentence").unique(maintain_order=True).str.join("\n"), pl.col("column").unique()
    )
    rows = given.join(reasons, on="row", maintain_order="left")
    with _workbook(path, constant=True) as book:
        sheet = book.add_worksheet(_sheet_name(layout.title))
        _write_headers(book, sheet, layout)
        last = len(layout.columns)
        sheet.write_string(0, last, REASON_HEADER, book.add_format(HEADER))
        sheet.set_column(last, last, REASON_WIDTH)
        plain, marked = book.add_format({**FONT, "num_format": "@"}), book.add_format(FAULTY)
        wrapped = book.add_format({**FONT, "text_wrap": True, "font_color": "#B00020"})
        for number, row in enumerate(rows.iter_rows(named=True), start=1):
            for place, column in enumerate(layout.columns):
                shape = marked if column.name in row["column"] else plain
                _write_text(sheet, number, place, row[column.name], shape)
            sheet.write_string(number, last, row["sentence"], wrapped)


def export(
    rows: Iterable[Sequence[Cell]], headers: Sequence[Text], path: Path, as_text: Iterable[int] = ()
) -> int:
    """Write rows, one after the other and in constant memory, as .xlsx or .csv by the path's ending.

    `as_text`: places, from 0, of numbers that a spreadsheet must not round (card and phone numbers). Text is
    never taken for a formula. Returns how many rows were written.
    """
    places = frozenset(as_text)
    texts = [str(header) for header in headers]
    if path.suffix.lower() == ".csv":
        return _export_text(rows, texts, path)
    with _workbook(path, constant=True) as book:
        sheet = book.add_worksheet()
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, texts, book.add_format(HEADER))
        day, text = book.add_format({"num_format": "yyyy-mm-dd"}), book.add_format({"num_format": "@"})
        number = 0
        for number, row in enumerate(rows, start=1):
            for place, value in enumerate(row):
                if place in places and value is not None:
                    sheet.write_string(number, place, str(value), text)
                else:
                    _write(sheet, number, place, value, day)
    return number


def guarded(text: str) -> str:
    """Text for a CSV cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def _export_text(rows: Iterable[Sequence[Cell]], headers: Sequence[str], path: Path) -> int:
    count = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:  # the mark tells Excel that it is UTF-8
        writer = csv.writer(file)
        writer.writerow([guarded(header) for header in headers])
        for row in rows:
            writer.writerow([guarded(value) if isinstance(value, str) else value for value in row])
            count += 1
    return count


@contextmanager
def _workbook(path: Path, *, constant: bool = False) -> Iterator[Workbook]:
    options = {"constant_memory": constant, "strings_to_formulas": False, "strings_to_urls": False}
    book = Workbook(str(path), options)
    try:
        yield book
    finally:
        book.close()


def _write(sheet: Worksheet, row: int, place: int, value: Cell, day: Format) -> None:
    if value is None:
        return
    if isinstance(value, str):
        sheet.write_string(row, place, value)
    elif isinstance(value, datetime):
        sheet.write_datetime(row, place, value.replace(tzinfo=None), day)
    elif isinstance(value, date):
        sheet.write_datetime(row, place, value, day)
    else:
        sheet.write_number(row, place, value)


def _write_text(sheet: Worksheet, row: int, place: int, value: str | None, shape: Format) -> None:
    if value is None:
        sheet.write_blank(row, place, None, shape)
    else:
        sheet.write_string(row, place, value, shape)


def _write_headers(book: Workbook, sheet: Worksheet, layout: Layout) -> None:
    text, free = book.add_format({**FONT, "num_format": "@"}), book.add_format(FONT)
    header, required = book.add_format(HEADER), book.add_format(REQUIRED)
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(layout.columns):
        sheet.set_column(place, place, column.width, text if _is_text(column) else free)
        sheet.write_string(0, place, str(column.title), required if column.required else header)


def _is_text(column: Column) -> bool:
    """Dates too: Excel turns what is typed into a date of the computer's own order otherwise."""
    return column.as_text or column.kind in {"text", "date", "choice"}


def _write_lists(
    book: Workbook, sheet: Worksheet, layout: Layout, choices: Mapping[str, Sequence[str]]
) -> None:
    """Notes on the headers, text cells, and drop-downs fed from a hidden sheet."""
    lists = book.add_worksheet("codes")
    lists.hide()
    text = book.add_format({**FONT, "num_format": "@"})
    for place, column in enumerate(layout.columns):
        sheet.write_comment(0, place, _note(column))
        if column.as_text:
            for row in range(1, TEMPLATE_ROWS + 1):
                sheet.write_blank(row, place, None, text)
        offered = choices.get(column.name, column.offered())
        if not offered:
            continue
        lists.write_column(0, place, offered, text)
        name = letters(place)
        sheet.data_validation(
            1,
            place,
            TEMPLATE_ROWS,
            place,
            {
                "validate": "list",
                "source": f"=codes!${name}$1:${name}${len(offered)}",
                "error_title": str(column.title)[:32],
                "error_message": str(_("Choose one of the list.")),
            },
        )


def _note(column: Column) -> str:
    needed = _("Required") if column.required else _("May stay empty")
    return "\n".join(str(part) for part in (needed, KINDS[column.kind], column.help) if part)


def _write_help(book: Workbook, layout: Layout) -> None:
    """The sheet that explains each column and shows one made-up row."""
    sheet = book.add_worksheet(_sheet_name(_("How to fill in")))
    wrapped = book.add_format({**FONT, "text_wrap": True, "valign": "top"})
    titles = (_("Column"), _("Required"), _("What to write"), _("Explanation"), _("Accepted"), _("Example"))
    widths = (18, 10, 22, 50, 40, 24)
    header = book.add_format(HEADER)
    for place, (title, width) in enumerate(zip(titles, widths, strict=True)):
        sheet.set_column(place, place, width)
        sheet.write_string(0, place, str(title), header)
    for row, column in enumerate(layout.columns, start=1):
        cells = (
            column.title,
            _("yes") if column.required else "",
            KINDS[column.kind],
            column.help,
            " / ".join(column.offered()),
            column.sample,
        )
        for place, text in enumerate(cells):
            sheet.write_string(row, place, str(text), wrapped)


def _sheet_name(title: Text) -> str:
    """A name that Excel allows for a sheet."""
    return str(title).translate(dict.fromkeys(map(ord, "[]:*?/\\"), " "))[:SHEET_NAME]
