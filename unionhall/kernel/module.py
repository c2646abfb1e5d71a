"""`Module`: the door of a module. Menus, figures, checks, sheets and inboxes are read from doors alone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from django.urls import URLPattern, URLResolver

from unionhall.kernel.indicators.declared import Check, Indicator
from unionhall.kernel.models import LogEntry
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
class Follow:
    """This module reacts to another module's act: `reaction` gets the log entry, once, in its own transaction."""

    act: Callable[..., object]
    reaction: Callable[[LogEntry], object]


@dataclass(frozen=True, slots=True)
class Module:
    """What a module brings to the house.

    `cases` maps a kind of case to the named URL where a signer decides it (its argument is the case's key).
    """

    code: str
    title: Text
    icon: str = ""
    entries: tuple[Entry, ...] = ()
    urls: tuple[URLPattern | URLResolver, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    checks: tuple[Check, ...] = ()
    cases: Mapping[str, str] = field(default_factory=dict)
    follows: tuple[Follow, ...] = ()
