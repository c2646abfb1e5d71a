"""Sealing whole columns of persons, and sealing them anew when the key has changed."""

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl
from django.utils.translation import gettext_lazy as _

from unionhall.kernel.keys import ring
from unionhall.kernel.loading import amend
from unionhall.kernel.secrets import KeyRing
from unionhall.kernel.writing import Actor, action
from unionhall.people.models import NUMBER, PHONE, Person

SLICE = 20_000  # persons whose values are sealed anew in one act


def seal_columns(frame: pl.DataFrame, keys: KeyRing) -> pl.DataFrame:
    """The frame with its clear columns `number` and `phone` (text, null where unknown) sealed.

    Gives `number`, `number_hash`, `phone`, `phone_hash` as bytes, ready for `load(Person, …)`; a column that
    the frame does not have is left out with its hash. Numbers and phones must be normalised.
    """
    columns = []
    for name, context in (("number", NUMBER), ("phone", PHONE)):
        if name in frame.columns:
            clear = frame[name].to_list()
            columns += [
                pl.Series(name, keys.seal_many(clear, context), pl.Binary),
                pl.Series(f"{name}_hash", keys.blind_many(clear, context), pl.Binary),
            ]
    return frame.with_columns(columns)


@dataclass(frozen=True, slots=True)
class Resealed:
    """How far sealing anew has come: the last key, how many persons were looked at, how many changed."""

    after: int
    seen: int
    changed: int
    done: bool


@action(sentence=_("sealed personal data anew with the current key"))
def reseal_slice(actor: Actor, *, after: int, size: int = SLICE) -> Resealed:  # noqa: ARG001
    """Seal one slice of persons, by key after `after`, with the current key where an older one did."""
    keys = ring()
    rows = list(
        Person.objects.filter(pk__gt=after).order_by("pk").values_list("pk", "number", "phone")[:size]
    )
    old = [row for row in rows if any(v is not None and keys.needs_resealing(bytes(v)) for v in row[1:])]
    if old:
        pks, numbers, phones = zip(*old, strict=True)
        amend(
            Person,
            pl.DataFrame(
                {
                    "id": pl.Series(pks, dtype=pl.Int64),
                    "number": pl.Series(_anew(keys, numbers, NUMBER), dtype=pl.Binary),
                    "phone": pl.Series(_anew(keys, phones, PHONE), dtype=pl.Binary),
                }
            ),
        )
    return Resealed(rows[-1][0] if rows else after, len(rows), len(old), len(rows) < size)


def reseal(actor: Actor, *, size: int = SLICE) -> Iterator[Resealed]:
    """Seal all values anew, slice by slice; what comes out tells the progress. Begun again, it goes on."""
    at = Resealed(0, 0, 0, done=False)
    while not at.done:
        part = reseal_slice(actor, after=at.after, size=size)
        at = Resealed(part.after, at.seen + part.seen, at.changed + part.changed, part.done)
        yield at


def _anew(keys: KeyRing, values: tuple[object, ...], context: str) -> list[bytes | None]:
    blobs = [None if value is None else bytes(value) for value in values]  # type: ignore[call-overload]
    return keys.seal_many(keys.open_many(blobs, context), context)
