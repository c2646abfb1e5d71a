"""The audit log: appended by acts, tied by hashes, never changed."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _

from unionhall.kernel.guard import Act
from unionhall.kernel.models import ChainHead, LogEntry, Unit, User

NAUGHT = "0" * 64


def append(
    act: Act,
    *,
    action: str,
    user: User | None,
    role: str,
    unit: Unit | None,
    subject_kind: str = "",
    subject_pk: str = "",
    subject_unit: int | None = None,
    detail: dict[str, Any],
) -> LogEntry:
    """Tie one more entry to the chain. The head is locked, so that entries never fork."""
    head, _new = ChainHead.objects.select_for_update().get_or_create(pk=1)
    entry = LogEntry(
        number=head.number + 1,
        act=act.number,
        at=datetime.now(UTC),
        action=action,
        user=user,
        role=role,
        unit=unit,
        subject_kind=subject_kind,
        subject_pk=subject_pk,
        subject_unit_id=subject_unit,
        detail=detail,
        units=None if act.everywhere else sorted(act.units),
        previous=head.digest,
    )
    entry.digest = digest(entry)
    entry.save(force_insert=True)
    head.number, head.digest = entry.number, entry.digest
    head.save()
    return entry


def digest(entry: LogEntry) -> str:
    """The hash of an entry with that of the entry before it: SHA-256 over canonical JSON."""
    facts = [
        entry.previous,
        entry.number,
        entry.act,
        entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        entry.action,
        entry.user_id,
        entry.role,
        entry.unit_id,
        entry.subject_kind,
        entry.subject_pk,
        entry.subject_unit_id,
        entry.detail,
        entry.units,
    ]
    text = json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Break:
    """Where the chain does not hold, and why."""

    number: int
    why: str


def verify() -> Iterator[Break]:
    """Walk the whole chain and name every place where it does not hold."""
    before, number = NAUGHT, 0
    for entry in LogEntry.objects.order_by("number").iterator(chunk_size=2000):
        if entry.number != number + 1:
            missing = {"first": number + 1, "last": entry.number - 1}
            yield Break(entry.number, _("entries %(first)s to %(last)s are missing") % missing)
        elif entry.previous != before:
            yield Break(entry.number, _("it does not follow the entry before it"))
        if entry.digest != digest(entry):
            yield Break(entry.number, _("its content was changed after it was written"))
        before, number = entry.digest, entry.number
    head = ChainHead.objects.filter(pk=1).first()
    if head is None and number:
        yield Break(number, _("the chain ends at %(number)s, but it has no head") % {"number": number})
    elif head and (head.number, head.digest) != (number, before):
        ends = {"number": number, "head": head.number}
        yield Break(number, _("the chain ends at %(number)s, but its head says %(head)s") % ends)
