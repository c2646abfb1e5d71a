"""`Module`: the door of a module. Menus, figures, checks, sheets and inboxes are read from doors alone."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.urls import URLPattern, URLResolver
from django_tables2 import Table

from unionhall.kernel.following import Follow
from unionhall.kernel.importing.declared import Sheet
from unionhall.kernel.indicators.declared import Check, Indicator
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
    """A number on a first screen, with the rows it opens. `trend` is {text, tone}: how it stood a year ago."""

    title: Text
    value: int | Decimal | None
    url: str
    icon: str
    unit: Text = ""
    hint: Text = ""
    trend: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Overview:
    """How the units below compare, for a leader: `league` is a table, `charts` are {id, title, url, chart}."""

    cards: Sequence[Card] = ()
    charts: Sequence[Mapping[str, object]] = ()
    league: Table | None = None
    league_title: Text = ""
    league_url: str = ""


@dataclass(frozen=True, slots=True)
class Module:
    """What a module brings to the house.

    `pages` with a search take part in the search of the house; `cases` maps a kind of case to the named URL where a
    signer decides it (its argument is the case's key); `deadlines` and `cards` fill the first screens, `overview`
    that of a leader; `sheets` are taken in by `unionhall import` and by the pages of `kernel.pages.imports`.
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
    overview: Callable[[Actor, date], Overview] | None = None
    cases: Mapping[str, str] = field(default_factory=dict)
    follows: tuple[Follow, ...] = ()
    sheets: tuple[Sheet, ...] = ()
