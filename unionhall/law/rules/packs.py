"""Packs of rules: what `packs/*.toml` holds. A pack has a region, and one table a rule."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from unionhall.kernel.terms import Refusal, refuse, refuse_if
from unionhall.law.rules.regions import plain_region
from unionhall.law.rules.values import Kind, Status, check_rule

PACKS = Path(__file__).parent.parent / "packs"
MUST_SAY = frozenset({"key", "title", "value", "kind", "citation", "status"})
MAY_SAY = MUST_SAY | {"measure", "since", "until", "note", "source"}


@dataclass(frozen=True, slots=True)
class PackRule:
    """One rule of a pack. `note` ends with the key of its source, where the pack names one."""

    key: str
    title: str
    value: str
    kind: str
    measure: str
    region: str
    since: date
    until: date | None
    citation: str
    status: str
    note: str


@dataclass(frozen=True, slots=True)
class Pack:
    """The rules of one region, and what the region is called."""

    name: str
    title: str
    region: str
    rules: tuple[PackRule, ...]


def read_pack(name: str, text: str) -> Pack:
    """A pack from its text. A rule that says too little, too much or nonsense is refused, by its name.

    Where the same rule changes on a day, the pack has it twice: the earlier one ends when the later one begins.
    """
    table = tomllib.loads(text)
    region, since = plain_region(table["region"]), table["since"]
    rules = [_read_rule(name, line, region, since) for line in table["rule"]]
    return Pack(name, table["title"], region, tuple(_ended(rules)))


def _read_rule(pack: str, line: Mapping[str, Any], region: str, since: date) -> PackRule:
    named = f"{pack}: {line.get('key', '?')}"
    if MUST_SAY - line.keys() or line.keys() - MAY_SAY:
        wrong = "、".join(sorted((MUST_SAY - line.keys()) | (line.keys() - MAY_SAY)))
        raise refuse(
            format_lazy(_("{rule}: these are missing or unknown: {names}."), rule=named, names=wrong)
        )
    if line["kind"] not in Kind.values or line["status"] not in Status.values:
        raise refuse(format_lazy(_("{rule}: its kind or its status is not in the list."), rule=named))
    source = f"[{line['source']}]" if line.get("source") else ""
    rule = PackRule(
        key=line["key"],
        title=line["title"],
        value=str(line["value"]).strip(),
        kind=line["kind"],
        measure=line.get("measure", ""),
        region=region,
        since=line.get("since", since),
        until=line.get("until"),
        citation=line["citation"],
        status=line["status"],
        note=" ".join(part for part in (line.get("note", ""), source) if part),
    )
    reasons = check_rule(
        key=rule.key,
        kind=rule.kind,
        value=rule.value,
        citation=rule.citation,
        since=rule.since,
        until=rule.until,
    )
    refuse_if(
        Refusal(format_lazy("{rule}: {reason}", rule=named, reason=one.message), one.field) for one in reasons
    )
    return rule


def _ended(rules: Sequence[PackRule]) -> Iterator[PackRule]:
    """Each rule with the day on which a later one of the same key takes its place."""
    for rule in rules:
        later = [one.since for one in rules if one.key == rule.key and one.since > rule.since]
        twins = [one for one in rules if (one.key, one.since) == (rule.key, rule.since)]
        if len(twins) > 1:
            raise refuse(format_lazy(_("{rule}: it stands twice since the same day."), rule=rule.key))
        ends = [day for day in (rule.until, *later) if day is not None]
        yield replace(rule, until=min(ends, default=None))


@cache
def shipped() -> tuple[Pack, ...]:
    """The packs that come with the house, by name."""
    return tuple(read_pack(path.stem, path.read_text("utf-8")) for path in sorted(PACKS.glob("*.toml")))
