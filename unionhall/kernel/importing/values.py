"""From text to values, a whole column at a time, with a fault for every cell that cannot be read."""

from collections.abc import Iterable, Iterator, Mapping

import polars as pl
from django.utils.translation import gettext_lazy as _

from unionhall.kernel.importing.layouts import FULL_WIDTH, Column, Layout
from unionhall.kernel.terms import Text

GUARDED = r"^'([=+\-@])"  # as `sheets.guarded` writes text that begins like a formula
CONTROLS = r"[\x00-\x1f\x7f-\x9f\ufffe\uffff\ufffd]"
TIME = r"[ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?$"
DASHED = r"^\d{4}-\d{1,2}-\d{1,2}$"
DIGITS = r"^\d{8}$"
INTEGER = r"^-?\d{1,18}$"
ROUNDED = r"^\d(\.\d+)?[eE]\+\d+$"
GROUPED = r"^-?\d{1,3}(,\d{3})+(\.\d*)?$"
DATE_MARKS = {**dict.fromkeys("年月/.．／－", "-"), **dict.fromkeys("日号 ", "")}
FIRST_YEAR, LAST_YEAR = 1900, 2200  # as Excel's own dates
DIGITS_OF_DECIMALS = 18

FAULT_SCHEMA = pl.Schema({"row": pl.UInt32, "column": pl.String, "code": pl.String, "sentence": pl.String})
SENTENCES: Mapping[str, Text] = {
    "missing": _("%(column)s is missing."),
    "date": _("%(column)s is no date of the calendar: write it like 2022-10-01."),
    "integer": _("%(column)s is no whole number: write digits only."),
    "decimal": _("%(column)s is no number with at most %(places)s decimals."),
    "choice": _("%(column)s is not in the list: choose one of %(offered)s."),
    "long": _("%(column)s is too long: at most %(length)s characters."),
    "controls": _("%(column)s holds marks that cannot be printed: type it anew."),
    "rounded": _("%(column)s was rounded by Excel: format the cell as text, then type the number anew."),
    "beyond": _("The row has more cells than there are headers: put text with commas in quotation marks."),
}


def normalised(column: pl.Expr) -> pl.Expr:
    """Full-width digits, letters and spaces made ordinary, trimmed; empty is null."""
    text = column.str.replace_many(dict(FULL_WIDTH)).str.strip_chars()
    return pl.when(text.str.len_bytes() > 0).then(text)


def unguarded(given: pl.DataFrame) -> pl.DataFrame:
    """The text without the mark that an export put before what begins like a formula."""
    texts = [name for name, kind in given.schema.items() if kind == pl.String]
    marked = [name for name in texts if given[name].str.starts_with("'").any()]
    return given.with_columns(pl.col(marked).str.replace(GUARDED, "$1")) if marked else given


def typed(given: pl.DataFrame, layout: Layout) -> pl.DataFrame:
    """The columns of the layout as values; null where the text cannot be read."""
    values = (_value(column).alias(column.name) for column in layout.columns)
    return given.lazy().select("row", *values).collect()  # lazily, so that what they share is done once


def _value(column: Column) -> pl.Expr:
    text = pl.col(column.name)
    if column.kind == "date":
        return _date(text)
    if column.kind == "integer":
        digits = _ungrouped(text).str.replace(r"\.0*$", "")
        return pl.when(digits.str.contains(INTEGER)).then(digits).cast(pl.Int64, strict=False)
    if column.kind == "decimal":
        return _decimal(text, column.places)
    if column.kind == "choice":
        accepted = column.accepted()
        return text.str.to_lowercase().replace_strict(
            list(accepted), list(accepted.values()), default=None, return_dtype=pl.String
        )
    return text


def _date(text: pl.Expr) -> pl.Expr:
    """2022-10-01, 2022/10/1, 2022.10.1, 20221001, 2022年10月1日, and a cell with a time of day."""
    dashed = text.str.replace(TIME, "").str.replace_many(DATE_MARKS)
    found = pl.coalesce(
        pl.when(dashed.str.contains(DASHED)).then(dashed).str.to_date("%Y-%m-%d", strict=False),
        pl.when(dashed.str.contains(DIGITS)).then(dashed).str.to_date("%Y%m%d", strict=False),
    )
    return pl.when(found.dt.year().is_between(FIRST_YEAR, LAST_YEAR)).then(found)


def _ungrouped(text: pl.Expr) -> pl.Expr:
    """1,234.5 without its commas; commas elsewhere stay, so that they are a fault."""
    return (
        pl.when(text.str.contains(GROUPED)).then(text.str.replace_all(",", "", literal=True)).otherwise(text)
    )


def _decimal(text: pl.Expr, places: int) -> pl.Expr:
    number = _ungrouped(text.str.strip_prefix("¥").str.strip_prefix("￥").str.strip_suffix("元"))
    form = rf"^-?\d{{1,{DIGITS_OF_DECIMALS - places}}}(\.\d{{0,{places}}}0*)?$"
    return pl.when(number.str.contains(form)).then(number).cast(pl.Decimal(None, places), strict=False)


def faults_of(given: pl.DataFrame, frame: pl.DataFrame, layout: Layout) -> pl.DataFrame:
    """Every cell that cannot be taken: row, column, code and a sentence. Columns as `FAULT_SCHEMA`."""
    values = frame.select(pl.col(column.name).is_null().alias(column.name) for column in layout.columns)
    parts = [
        _fault(given["row"].filter(mask), column, code)
        for column in layout.columns
        for code, mask in _masks(given[column.name], values[column.name], column)
        if mask.any()
    ]
    if "beyond" in given.columns:
        rows = given["row"].filter(given["beyond"].is_not_null())
        parts.append(_rows_of(rows, "", "beyond", SENTENCES["beyond"]))
    return pl.concat([FAULT_SCHEMA.to_frame(), *parts]).sort("row", maintain_order=True)


def _masks(given: pl.Series, unread: pl.Series, column: Column) -> Iterator[tuple[str, pl.Series]]:
    if column.required:
        yield "missing", given.is_null()
    if column.kind != "text":
        yield column.kind, unread & given.is_not_null()
        return
    if column.max_length is not None:
        yield "long", (given.str.len_chars() > column.max_length).fill_null(value=False)
    if column.as_text:
        yield "rounded", given.str.contains(ROUNDED).fill_null(value=False)
    yield "controls", given.str.contains(CONTROLS).fill_null(value=False)


def _fault(rows: pl.Series, column: Column, code: str) -> pl.DataFrame:
    facts = {
        "column": column.title,
        "places": column.places,
        "length": column.max_length,
        "offered": _shortened(column.offered()),
    }
    return _rows_of(rows, column.name, code, SENTENCES[code] % facts)


def _rows_of(rows: pl.Series, column: str, code: str, sentence: Text) -> pl.DataFrame:
    return pl.DataFrame({"row": rows}).select(
        "row", column=pl.lit(column), code=pl.lit(code), sentence=pl.lit(str(sentence))
    )


def _shortened(texts: Iterable[str]) -> str:
    listed = list(texts)
    return " / ".join(listed[:10]) + (" …" if len(listed) > 10 else "")  # noqa: PLR2004  what a reader takes in
