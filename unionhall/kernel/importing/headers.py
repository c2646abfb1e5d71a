"""Finding the header row of a sheet, and saying what is wrong with it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from unionhall.kernel.importing.layouts import Layout, is_reason, plain
from unionhall.kernel.terms import Refusal

Cells = Sequence[str | None]

FIRST_ROWS = 10  # rows in which headers are looked for
COMMA = pgettext_lazy("between listed names", ", ")


@dataclass(frozen=True, slots=True)
class Headers:
    """A row read as headers: `row` counts from 1, `places` gives each column's place, from 0."""

    row: int
    places: dict[str, int]
    ignored: frozenset[int]
    width: int
    missing: tuple[str, ...]
    problems: tuple[Refusal, ...]


def find_headers(rows: Sequence[Cells], layout: Layout) -> Headers:
    """The headers among the first rows: the only row that has every required column, else the likeliest.

    `problems` say what is missing, unknown or doubled; they are empty when the sheet can be read.
    """
    read = [_read(number, cells, layout) for number, cells in enumerate(rows[:FIRST_ROWS], start=1)]
    whole = [headers for headers in read if headers.places and not headers.missing]
    if len(whole) == 1:
        return whole[0]
    if whole:
        sentence = _("Rows %(rows)s both look like the row of headers: leave one of them.") % {
            "rows": joined(str(headers.row) for headers in whole)
        }
        return _with(whole[0], Refusal(sentence))
    best = max(read, key=lambda headers: len(headers.places), default=Headers(1, {}, frozenset(), 0, (), ()))
    if best.places:
        return best
    sentence = _("No row of headers was found in the first ten rows. These are needed: %(names)s.") % {
        "names": joined(str(column.title) for column in layout.columns if column.required)
    }
    return _with(best, Refusal(sentence))


def joined(names: object) -> str:
    """Names in a row, with the mark that the language puts between them."""
    return str(COMMA).join(str(name) for name in names)  # type: ignore[attr-defined]


def _with(headers: Headers, problem: Refusal) -> Headers:
    return Headers(headers.row, headers.places, headers.ignored, headers.width, headers.missing, (problem,))


def _read(number: int, cells: Cells, layout: Layout) -> Headers:
    known = layout.by_header()
    named = [(place, cell.strip()) for place, cell in enumerate(cells) if cell and plain(cell)]
    places: dict[str, int] = {}
    unknown, ignored, count = [], set(), Counter[str]()
    for place, header in named:
        name = known.get(plain(header))
        if name is not None:
            count[name] += 1
            places.setdefault(name, place)
        elif is_reason(header):
            ignored.add(place)
        else:
            unknown.append(header)
    missing = tuple(str(c.title) for c in layout.columns if c.required and c.name not in places)
    doubled = [str(layout.column(name).title) for name in count if count[name] > 1]
    width = max((place for place, _header in named), default=-1) + 1
    free = {header: name for header, name in known.items() if name not in places}
    problems = _problems(missing, [_suggested(header, free, layout) for header in unknown], doubled)
    return Headers(number, places, frozenset(ignored), width, missing, problems)


def _suggested(header: str, free: dict[str, str], layout: Layout) -> str | Promise:
    near = get_close_matches(plain(header), free, n=1, cutoff=0.5)
    if not near:
        return _("“%(header)s”") % {"header": header}
    title = layout.column(free[near[0]]).title
    return _("“%(header)s” (is it “%(near)s”?)") % {"header": header, "near": title}


def _problems(
    missing: Sequence[str], unknown: Sequence[str | Promise], doubled: Sequence[str]
) -> tuple[Refusal, ...]:
    sentences = (
        (missing, _("These columns are missing: %(names)s. Use the template, with its headers as they are.")),
        (unknown, _("These headers are not in the template: %(names)s. Correct or delete them.")),
        (doubled, _("These headers stand more than once: %(names)s. Leave one of each.")),
    )
    return tuple(Refusal(text % {"names": joined(names)}) for names, text in sentences if names)
