"""Log entries as sentences, in the words of the reader's language."""

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from django.apps import apps
from django.db.models import Field
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from unionhall.kernel.models import LogEntry
from unionhall.kernel.terms import Text

ALONE: dict[str, Text] = {
    "active": _("active"),
    "address": _("IP address"),
    "breaks": _("breaks of the chain"),
    "change": _("issued for a change"),
    "count": _("number of rows"),
    "entries": _("log entries"),
    "event": pgettext_lazy("of two-step log-in", "event"),
    "field": _("value shown"),
    "kind": _("kind"),
    "page": _("list"),
    "policy": _("what was to be done"),
    "report": _("report"),
    "scale": _("scale"),
    "seed": _("seed"),
    "today": _("on"),
    "verdict": _("verdict"),
    "whole": _("all members or representatives"),
}
"""What an act is told that is no column of its subject."""


@lru_cache(maxsize=1024)
def sentence(action: str) -> Text:
    """What an action says of itself; its bare name when it is no longer there."""
    module, _dot, name = action.rpartition(".")
    first, _dot, rest = module.partition(".")
    for candidate in (f"unionhall.{first}.actions{'.' + rest if rest else ''}.{name}", f"unionhall.{action}"):
        try:
            found: Callable[..., Any] = import_string(candidate)
        except ImportError:
            continue
        declared: Text = found.declared.sentence  # type: ignore[attr-defined]
        return declared
    return action


def sentences(entries: Iterable[LogEntry]) -> list[dict[str, Any]]:
    """What a timeline shows: when, who, what, and what changed."""
    return [
        {
            "at": timezone.localtime(entry.at).strftime("%Y-%m-%d %H:%M"),
            "who": entry.user or entry.get_role_display(),
            "what": sentence(entry.action),
            "detail": changes(entry),
        }
        for entry in entries
    ]


def changes(entry: LogEntry) -> str:
    """The fields that an entry changed on its own subject, in words."""
    said = []
    fields = _fields(entry.subject_kind)
    for change in entry.detail.get("changes", []):
        if change.get("kind") != entry.subject_kind or str(change.get("pk")) != entry.subject_pk:
            continue
        for name, pair in change.get("fields", {}).items():
            field = fields.get(name)
            if field and not field.primary_key and isinstance(pair, list) and pair[0] is not None:
                before, after = (_value(one, field) for one in pair)
                said.append(_told(field.verbose_name, f"{before} → {after}"))
    reason = entry.detail.get("facts", {}).get("reason")
    return _listed([*said, *([str(reason)] if reason else [])])


def facts(entry: LogEntry) -> str:
    """What the act was told, as far as the log may hold it."""
    fields = _fields(entry.subject_kind)
    said = []
    for name, value in entry.detail.get("facts", {}).items():
        field = fields.get(name) or fields.get(f"{name}_id")
        title = field.verbose_name if field else ALONE.get(name, "")
        shown = _value(value, field)
        said.append(_told(title or name, shown) if title or not _names_a_row(value) else shown)
    return _listed(said)


def _listed(said: Iterable[str]) -> str:
    return pgettext("between listed facts", "; ").join(said)


def _told(title: Text, value: str) -> str:
    return _("%(title)s: %(value)s") % {"title": title, "value": value}


def _fields(kind: str) -> dict[str, Field[Any, Any]]:
    """The columns of a table that have a name of their own, by their name in the database."""
    try:
        model = apps.get_model(kind)
    except (LookupError, ValueError):  # a table of an earlier release, or an act about no row
        return {}
    return {
        field.attname: field
        for field in model._meta.concrete_fields
        if isinstance(field.verbose_name, Promise)
    }


def _names_a_row(value: Any) -> bool:
    """Whether a fact is a row, as the log writes it: `people.person:5`."""
    kind, colon, _key = str(value).partition(":")
    return (
        bool(colon) and kind.count(".") == 1 and kind in {one._meta.label_lower for one in apps.get_models()}
    )


def _value(value: Any, field: Field[Any, Any] | None = None) -> str:
    """A value as people say it: yes or no, the label of a code, the name of a table and a key."""
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    if _names_a_row(value):
        kind, _colon, key = str(value).partition(":")
        return f"{apps.get_model(kind)._meta.verbose_name} {key}"
    labels: dict[Any, Text] = dict(field.flatchoices) if field else {}
    return str(labels.get(value, value))
