"""`Module`: the door of a module. Menus, figures, checks, sheets and inboxes are read from doors alone."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.urls import URLPattern, URLResolver

from unionhall.kernel.importing.declared import Sheet
from unionhall.kernel.indicators.declared import Check, Indicator
from unionhall.kernel.models import LogEntry
from unionhall.kernel.pages.declared import Page
from unionhall.kernel.terms import Role, Text
from unionhall.kernel.writing import Actor


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the menu: a named URL, shown to these roles. `badge` counts what waits."""

    title: Text
    url: str
    icon: str
    roles: frozenset[Role]
    badge: Callable[[Actor], int] | None = None


@dataclass(frozen=True, slots=True)
class Deadline:
    """Something that must be done by a day: `article` is the provision that says so."""

    title: Text
    due: date
    url: str
    article: Text = ""


@dataclass(frozen=True, slots=True)
class Card:
    """A number on a first screen, with the rows it opens."""

    title: Text
    value: int
    url: str
    icon: str
    unit: Text = ""
    hint: Text = ""


@dataclass(frozen=True, slots=True)
class Follow:
    """A reaction to another module's act: it gets the log entry, once, in its own transaction."""

    act: Callable[..., object]
    reaction: Callable[[LogEntry], object]


@dataclass(frozen=True, slots=True)
class Module:
    """What a module brings to the house.

    `pages` with a search take part in the search of the house; `cases` maps a kind of case to the named URL where a
    signer decides it (its argument is the case's key); `deadlines` and `cards` fill the first screens; `sheets` are
    taken in by `unionhall import` and by the pages of `kernel.pages.imports`.
    """

    code: str
    title: Text
    icon: str = ""
    entries: tuple[Entry, ...] = ()
    urls: tuple[URLPattern | URLResolver, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    checks: tuple[Check, ...] = ()
    pages: tuple[Page, ...] = ()
    deadlines: Callable[[Actor, date], Sequence[Deadline]] | None = None
    cards: Callable[[Actor, date], Sequence[Card]] | None = None
    cases: Mapping[str, str] = field(default_factory=dict)
    follows: tuple[Follow, ...] = ()
    sheets: tuple[Sheet, ...] = ()
