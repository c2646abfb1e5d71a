"""Log entries as sentences."""

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from django.apps import apps
from django.utils import timezone
from django.utils.module_loading import import_string

from unionhall.kernel.models import LogEntry
from unionhall.kernel.terms import Text


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
    for change in entry.detail.get("changes", []):
        if change.get("kind") != entry.subject_kind or str(change.get("pk")) != entry.subject_pk:
            continue
        fields = {field.attname: field for field in apps.get_model(entry.subject_kind)._meta.concrete_fields}
        for name, pair in change.get("fields", {}).items():
            if (
                name in fields
                and not fields[name].primary_key
                and isinstance(pair, list)
                and pair[0] is not None
            ):
                said.append(f"{fields[name].verbose_name}: {pair[0]} → {pair[1]}")
    reason = entry.detail.get("facts", {}).get("reason")
    return "; ".join([*said, *([str(reason)] if reason else [])])
