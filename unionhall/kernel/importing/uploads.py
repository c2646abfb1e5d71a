"""What an uploaded file is, told by its content, and its text if it is text."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from django.utils.translation import gettext_lazy as _

from unionhall.kernel.terms import Refused, refuse

SHEET_ROWS = 1_048_576  # rows of an Excel sheet
OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = b"PK\x03\x04"
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
UTF8_MARK = b"\xef\xbb\xbf"
OTHERS = (
    b"%PDF",
    b"\xff\xd8\xff",
    b"\x89PNG",
    b"GIF8",
    b"BM",
    b"RIFF",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\x1f\x8b",
    b"{\\rtf",
    b"PK\x05\x06",
)
_MARKUP = re.compile(rb"\s*<(!doctype|html|table|\?xml|meta|head)", re.IGNORECASE)
_CONTROLS = re.compile(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f]")
_HEAD = 4096  # bytes looked at to tell a kind
_TENTH = 10  # text holds a stray mark here and there, a photo many


@dataclass(frozen=True, slots=True)
class Limits:
    """What is read at most.

    Bytes of a file, bytes unpacked, entries of a workbook, how many times smaller an entry of more than
    `small` bytes may be packed, cells of the rectangle that a sheet spans, and rows of a sheet.
    """

    file_bytes: int = 512 * 1024**2
    unpacked_bytes: int = 2 * 1024**3
    entries: int = 2_000
    ratio: int = 250
    small: int = 16 * 1024**2
    cells: int = 50_000_000
    sheet_rows: int = SHEET_ROWS


def kind_of(path: Path, limits: Limits) -> Literal["workbook", "text"]:
    """Whether the file is a workbook or text. `Refused` when it is anything else, whatever its name says."""
    size = path.stat().st_size
    if size == 0:
        raise refuse(_("The file is empty: choose the sheet that you filled in."))
    if size > limits.file_bytes:
        raise refuse(
            _("The file is larger than %(size)s MB: divide it into several files.")
            % {"size": limits.file_bytes // 1024**2}
        )
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if head.startswith(OLE2):
        raise _old_workbook(path)
    if head.startswith(ZIP):
        return "workbook"
    if head.startswith(OTHERS) or _MARKUP.match(head.removeprefix(UTF8_MARK)):
        raise neither()
    return "text"


def neither() -> Refused:
    """The refusal of a file that is no sheet."""
    return refuse(
        _(
            "This file is neither an Excel workbook nor a CSV file, whatever its name says: "
            "open it in Excel or WPS and save it as .xlsx."
        )
    )


def _old_workbook(path: Path) -> Refused:
    if "EncryptedPackage".encode("utf-16-le") in path.read_bytes():
        return refuse(
            _("This workbook is locked with a password: take the password off, save it and upload it again.")
        )
    return refuse(_("This is a workbook of the old .xls kind: open it, save it as .xlsx and upload that."))


def utf8(data: bytes) -> bytes:
    """The text of a CSV file as UTF-8 without a mark, from UTF-8, UTF-16 or GB18030.

    `Refused` when it is none of them, when it holds zero bytes, or when it is no text at all.
    """
    if data.startswith(UTF8_MARK):
        return _checked_utf8(data.removeprefix(UTF8_MARK))
    if data.startswith(UTF16_MARKS):
        return _utf16(data, "utf-16")
    if b"\0" in data:
        return _utf16(data, _utf16_order(data[:_HEAD]))
    head = data[:_HEAD]
    if len(_CONTROLS.findall(head)) * _TENTH > len(head):
        raise neither()
    try:
        data.decode()
    except UnicodeDecodeError:
        return _decoded(data, "gb18030").encode()
    return data


def _checked_utf8(data: bytes) -> bytes:
    _decoded(data, "utf-8")
    return _without_zero(data)


def _utf16(data: bytes, encoding: str) -> bytes:
    return _without_zero(_decoded(data, encoding).encode())


def _utf16_order(head: bytes) -> str:
    """Which UTF-16 unmarked bytes are: commas, digits and line ends have a zero byte on one side."""
    first, second = head[::2].count(0), head[1::2].count(0)
    if second * 20 > len(head) and first == 0:
        return "utf-16-le"
    if first * 20 > len(head) and second == 0:
        return "utf-16-be"
    raise _zeros()


def _without_zero(data: bytes) -> bytes:
    if b"\0" in data:
        raise _zeros()
    return data


def _zeros() -> Refused:
    return refuse(
        _("The file holds zero bytes, so it is damaged or no sheet: open it in Excel and save it as .xlsx.")
    )


def _decoded(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise refuse(
            _("The characters of this file cannot be read: save it as .xlsx, or as CSV in UTF-8 or GB18030.")
        ) from error
