"""What a sheet that is taken in looks like: its columns, their headers and what may stand in them."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from django.utils.translation import override, pgettext_lazy

from unionhall.kernel.terms import Text

Kind = Literal["text", "date", "integer", "decimal", "choice"]

LANGUAGES = ("zh-hans", "en")  # a template is downloaded in one and may be uploaded in the other
REASON = pgettext_lazy("rows of a sheet", "Reason")
REASON_HEADER = "原因 / Reason"
FULL_WIDTH: Mapping[str, str] = {
    **{chr(0xFEE0 + code): chr(code) for code in (*range(48, 58), *range(65, 91), *range(97, 123))},
    "\u3000": " ",  # ideographic space
    "\u00a0": " ",  # no-break space
    "\r\n": " ",
    "\r": " ",
    "\n": " ",
    "\t": " ",
    **dict.fromkeys("\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff", ""),
}
_UNNAMED = re.compile(r"[\s*＊:：]+|[(（](必填|选填|required|optional)[)）]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    `title` is the header in the template, `aliases` are other accepted headers. A choice accepts the keys of
    `choices` (text or code → value), the values themselves, and the `labels` (value → what people read; such
    as `dict(SomeChoices.choices)`), which are also the template's drop-down. `as_text` keeps Excel from
    rounding long numbers, `places` are the decimals of a decimal, `max_length` counts characters.
    """

    name: str
    title: Text
    aliases: tuple[str, ...] = ()
    required: bool = False
    kind: Kind = "text"
    choices: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, Text] = field(default_factory=dict)
    width: int = 16
    help: Text = ""
    sample: Text = ""
    as_text: bool = False
    max_length: int | None = None
    places: int = 2

    def headers(self) -> frozenset[str]:
        """Every header by which the column is known, as `plain` text."""
        return frozenset(plain(text) for text in (*in_every_language(self.title), *self.aliases))

    def accepted(self) -> dict[str, str]:
        """Every accepted text of a choice, lower case → its value."""
        pairs = [(text, value) for value, label in self.labels.items() for text in in_every_language(label)]
        pairs += [(value, value) for value in (*self.labels, *self.choices.values())]
        pairs += list(self.choices.items())
        return {normal(text).lower(): value for text, value in pairs}

    def offered(self) -> list[str]:
        """What the template's drop-down offers: one text a value."""
        if self.labels:
            return [str(label) for label in self.labels.values()]
        first: dict[str, str] = {}
        for text, value in self.choices.items():
            first.setdefault(value, text)
        return list(first.values())


@dataclass(frozen=True, slots=True)
class Layout:
    """A kind of sheet. `max_rows` is how many rows of data one upload may have."""

    code: str
    title: Text
    columns: tuple[Column, ...]
    max_rows: int = 1_000_000

    def column(self, name: str) -> Column:
        """The column of that name."""
        return next(column for column in self.columns if column.name == name)

    def by_header(self) -> dict[str, str]:
        """Every accepted header, `plain` → the column's name."""
        return {header: column.name for column in self.columns for header in column.headers()}


def in_every_language(text: Text) -> Iterator[str]:
    """The text in each language a template is made in."""
    for language in LANGUAGES:
        with override(language):
            yield str(text)


def normal(text: str) -> str:
    """Full-width digits, letters and spaces made ordinary, invisible marks dropped, trimmed."""
    for old, new in FULL_WIDTH.items():
        text = text.replace(old, new)
    return text.strip()


def plain(header: str) -> str:
    """A header as it is compared: without spaces, stars and “(required)”, lower case, half width."""
    return unicodedata.normalize("NFKC", _UNNAMED.sub("", header)).casefold()


def is_reason(header: str) -> bool:
    """Whether this is the column that a handed-back sheet has at its end."""
    names = (REASON_HEADER, "原因", *in_every_language(REASON))
    return plain(header) in {plain(name) for name in names}


def letters(place: int) -> str:
    """A column's letters in Excel: 0 is A, 26 is AA."""
    text = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        text = chr(65 + rest) + text
    return text
