"""The parts of an .xlsx file before it is parsed: its sizes, its sheets, and what is not allowed in them."""

import re
import zlib
from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from posixpath import join, normpath
from zipfile import BadZipFile, ZipFile, ZipInfo

from django.utils.translation import gettext_lazy as _

from unionhall.kernel.importing.headers import FIRST_ROWS
from unionhall.kernel.importing.layouts import letters
from unionhall.kernel.importing.uploads import Limits, neither
from unionhall.kernel.terms import Refused, refuse

WORKBOOK, RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
CHUNK = 1024**2
MANY_ROWS = 999_999
SHOWN = 5  # cells and ranges named in a sentence
BROKEN = (BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, UnicodeDecodeError)

_MARKS = re.compile(
    rb'<(?:\w+:)?(?:(f)[ >/]|mergeCell [^>]*?ref="([A-Z]+)(\d+)(?::([A-Z]+)(\d+))?")',
)
_CELL = re.compile(rb'r="([A-Z]+)(\d+)"')
_FAR = re.compile(rb'r="(?:([A-Z]{2,})\d+|[A-Z](\d{7,}))"[^>/]*>')
_FIVE_DIGITS = re.compile(rb'r="[A-Z]+\d{5}')
_SHEET = re.compile(r"<(?:\w+:)?sheet\s[^>]*>")
_RELATION = re.compile(r"<(?:\w+:)?Relationship\s[^>]*>")
_ATTRIBUTE = re.compile(r'([\w:]+)\s*=\s*(?:"([^"]*)"|\'([^\']*)\')')


@dataclass(slots=True)
class Marks:
    """Formulas and merged ranges of one sheet, as (last row, cell or range), and how far its cells reach.

    `columns` and `rows` are upper bounds, found with as little reading as possible: 26 columns unless a cell
    has more than one letter, and 9,999 rows, 999,999, or as many as the furthest cell beyond that says.
    """

    formulas: list[tuple[int, str]] = field(default_factory=list)
    merged: list[tuple[int, str]] = field(default_factory=list)
    columns: int = 26
    rows: int = 9_999
    below: int = 0

    def read(self, piece: bytes) -> None:
        """Take note of what stands in a piece of the sheet's XML that begins and ends between two tags."""
        for match in _MARKS.finditer(piece):
            if match[1] is None:
                last = int(match[5] or match[3])
                self.merged.append((last, match[0].decode().partition('ref="')[2].rstrip('"')))
            elif self.below < SHOWN:
                self._formula(piece, match.start())
        if self.rows < MANY_ROWS and _FIVE_DIGITS.search(piece):
            self.rows = MANY_ROWS
        for match in _FAR.finditer(piece):
            if match[1] is not None:
                self.columns = max(self.columns, _number(match[1]))
            else:
                self.rows = max(self.rows, int(match[2]))

    def _formula(self, piece: bytes, place: int) -> None:
        cell = _CELL.match(piece, max(piece.rfind(b'r="', 0, place), 0))
        row = int(cell[2]) if cell else FIRST_ROWS + 1
        self.formulas.append((row, f"{cell[1].decode()}{row}" if cell else "?"))
        self.below += row > FIRST_ROWS


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of the workbook that is not hidden."""

    name: str
    marks: Marks


def inspect(path: Path, limits: Limits) -> list[Sheet]:
    """The visible sheets of a workbook, after every part was unpacked once and counted.

    `Refused` for a file that is no workbook, a damaged one, and one that unpacks to more than the limits.
    """
    try:
        with ZipFile(path) as package:
            _check_declared(package, limits)
            marks = _unpack_all(package, limits)
            sheets = [Sheet(name, marks[part]) for name, part in _visible(package) if part in marks]
    except BROKEN as error:
        raise damaged() from error
    for sheet in sheets:
        _check_reach(sheet, limits)
    return sheets


def damaged() -> Refused:
    """The refusal of a workbook that does not open."""
    return refuse(
        _("This workbook is damaged: open it in Excel or WPS, save it under a new name, and upload that.")
    )


def _bomb() -> Refused:
    return refuse(
        _(
            "This workbook unpacks to far more than a sheet needs, so it was not opened: "
            "copy the rows into the template and upload that."
        )
    )


def _check_declared(package: ZipFile, limits: Limits) -> None:
    entries = package.infolist()
    if len(entries) > limits.entries or sum(entry.file_size for entry in entries) > limits.unpacked_bytes:
        raise _bomb()
    names = {entry.filename for entry in entries}
    if len(names) < len(entries):
        raise damaged()
    if WORKBOOK not in names:
        raise neither()


def _unpack_all(package: ZipFile, limits: Limits) -> dict[str, Marks]:
    """Unpack every part without keeping it; the marks of the sheets, by part name."""
    left = limits.unpacked_bytes
    found: dict[str, Marks] = {}
    for entry in package.infolist():
        marks = Marks() if entry.filename.startswith("xl/worksheets/") else None
        kept = b""
        for chunk in _chunks(package, entry, limits):
            left -= len(chunk)
            if left < 0:
                raise _bomb()
            if marks is not None:
                kept = _read_whole_tags(marks, kept + chunk)
        if marks is not None:
            marks.read(kept)
            found[entry.filename] = marks
    return found


def _read_whole_tags(marks: Marks, piece: bytes) -> bytes:
    """Read up to the last cell's beginning, return the rest: so a formula is read with its cell."""
    cut = max(piece.rfind(b"<c "), piece.rfind(b":c "))
    if cut <= 0:
        cut = max(piece.rfind(b"<"), 0)
    marks.read(piece[:cut])
    return piece[cut:]


def _chunks(package: ZipFile, entry: ZipInfo, limits: Limits) -> Iterator[bytes]:
    """The unpacked content as it truly is: the size that the entry declares is not believed."""
    honest = copy(entry)
    honest.file_size = limits.unpacked_bytes + 2 * CHUNK  # so that the count ends it, not the checksum
    total, most = 0, max(limits.small, entry.compress_size * limits.ratio)
    with package.open(honest) as part:
        while chunk := part.read(CHUNK):
            total += len(chunk)
            if total > most:
                raise _bomb()
            yield chunk
    if total != entry.file_size:
        raise damaged()


def _visible(package: ZipFile) -> Iterator[tuple[str, str]]:
    """Name and part of each sheet that is not hidden."""
    relations = {}
    for tag in _RELATION.findall(package.read(RELATIONS).decode() if RELATIONS in package.namelist() else ""):
        attributes = _attributes(tag)
        relations[attributes.get("Id")] = normpath(join("/xl", attributes.get("Target", ""))).lstrip("/")
    for tag in _SHEET.findall(package.read(WORKBOOK).decode()):
        attributes = _attributes(tag)
        part = next((relations.get(value) for key, value in attributes.items() if key.endswith(":id")), None)
        if attributes.get("state", "visible") == "visible" and part:
            yield attributes.get("name", ""), part


def _attributes(tag: str) -> dict[str, str]:
    return {name: unescape(double or single) for name, double, single in _ATTRIBUTE.findall(tag)}


def _check_reach(sheet: Sheet, limits: Limits) -> None:
    """Cells far away from each other would make the reader fill the whole rectangle between them."""
    rows = sheet.marks.rows
    if rows > limits.sheet_rows:
        raise refuse(
            _("Sheet “%(sheet)s” has more rows than a sheet can hold: divide it.") % {"sheet": sheet.name}
        )
    if sheet.marks.columns * rows > limits.cells:
        raise refuse(
            _("Sheet “%(sheet)s” has a cell far to the right, in column %(column)s: delete it.")
            % {"sheet": sheet.name, "column": letters(sheet.marks.columns - 1)}
        )


def _number(name: bytes) -> int:
    number = 0
    for letter in name:
        number = number * 26 + letter - 64
    return number
