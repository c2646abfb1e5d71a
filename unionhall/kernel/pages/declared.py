"""What a page is: one declaration per table, from which list, filters, detail, acts and exports are made."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from unionhall.kernel.models import LogEntry, User
from unionhall.kernel.pages.forms import ActForm
from unionhall.kernel.rows import Row, Rows
from unionhall.kernel.terms import STAFF, Role, Text
from unionhall.kernel.writing import Actor

Show = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: a field or a way to one. `show` renders the row itself, `order` names what it sorts by."""

    name: str
    title: Text = ""
    link: bool = False
    number: bool = False
    show: Show | None = None
    order: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """Filter: one of the field's choices."""

    name: str
    title: Text = ""
    choices: Sequence[tuple[str, Text]] = ()


@dataclass(frozen=True, slots=True)
class Yes:
    """Filter: yes or no."""

    name: str
    title: Text = ""


@dataclass(frozen=True, slots=True)
class Between:
    """Filter: from one day to another."""

    name: str
    title: Text = ""


@dataclass(frozen=True, slots=True)
class Rel:
    """Filter: the unit, by name or pinyin, with all below it."""

    name: str
    title: Text = ""


@dataclass(frozen=True, slots=True)
class Special:
    """Filter of a page's own: each choice has a condition."""

    name: str
    title: Text
    conditions: Sequence[tuple[str, Text, models.Q]]


Filter = Choice | Yes | Between | Rel | Special
FieldLine = str | tuple[str, Show] | tuple[Text, Show]


@dataclass(frozen=True, slots=True)
class Fields:
    """Panel: label and value of some fields; a pair gives the field (or a label) and how it is shown."""

    title: Text
    fields: Sequence[Any]
    when: Callable[[Any], bool] | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """Panel: rows that belong to the row shown. `page` gives the page whose detail each row opens."""

    title: Text
    rows: Callable[[Any], Any]
    columns: Sequence[Column]
    page: str = ""
    empty: Text = _("Nothing here yet.")


@dataclass(frozen=True, slots=True)
class Insert:
    """Panel: a template of the module's own; `context` makes what it needs from the row."""

    title: Text
    template: str
    context: Callable[[Any], dict[str, Any]] | None = None


Panel = Fields | Table | Insert


@dataclass(frozen=True, slots=True)
class Act:
    """A button: shown where the actor may do the act to the row. The row goes in under the action's `on` keyword."""

    action: Callable[..., Any]
    form: type[ActForm] | None = None
    title: Text = ""
    icon: str = ""
    tone: str = "secondary"
    confirm: Text = ""
    when: Callable[[Any], bool] | None = None
    done: Text = _("Done.")
    to: Callable[[Any], str | None] | None = None

    @property
    def code(self) -> str:
        """The name of the act in addresses: that of the action."""
        return str(self.action.__name__).replace("_", "-")


@dataclass(frozen=True, slots=True)
class Empty:
    """What a list without rows says to do next."""

    title: Text
    text: Text = ""
    action_url: str = ""
    action_label: Text = ""
    icon: str = "inbox"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A table of rows that some roles may see, with all that can be done there.

    `walked` names what a list of millions may be sorted by along an index of that order.
    """

    code: str
    path: str
    model: type[Row | LogEntry | User]
    title: Text
    columns: Sequence[Column]
    description: Text = ""
    roles: frozenset[Role] = STAFF
    select: tuple[str, ...] = ()
    rows: Callable[["Rows[Any]", Actor], "Rows[Any]"] | None = None
    search: Callable[["Rows[Any]", str], "Rows[Any]"] | None = None
    filters: Sequence[Filter] = ()
    panels: Sequence[Panel] = ()
    acts: Sequence[Act] = ()
    starts: Sequence[Act] = ()
    order: tuple[str, ...] = ("pk",)
    walked: tuple[str, ...] = ()
    per_page: int = 50
    empty: Empty = field(default_factory=lambda: Empty(_("Nothing here yet.")))
    name: Callable[[Any], Text] = str
    subtitle: Callable[[Any], Text] | None = None
    state: Callable[[Any], dict[str, Any]] | None = None
    case: Callable[[Any], Any] | None = None
    history: bool = True

    @property
    def module(self) -> str:
        """The module it belongs to."""
        return self.code.partition(".")[0]
