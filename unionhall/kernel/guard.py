"""The act under way. Rows can only be written inside one; it remembers what was touched."""

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

MOST_UNITS = 1000


class UnguardedWriteError(RuntimeError):
    """A row was written outside an action."""


@dataclass(slots=True)
class Act:
    """One human act: the number its rows carry, the units it touched, the changes it made."""

    number: int
    units: set[int] = field(default_factory=set)
    everywhere: bool = False
    changes: list[dict[str, Any]] = field(default_factory=list)

    def touch(self, *units: int | None) -> None:
        """Remember the units whose figures this act may move."""
        self.units.update(unit for unit in units if unit is not None)
        if len(self.units) > MOST_UNITS:
            self.touch_everything()

    def touch_everything(self) -> None:
        """Say that this act may move figures of any unit."""
        self.everywhere = True
        self.units.clear()


_under_way: ContextVar[Act | None] = ContextVar("act", default=None)


def new_number() -> int:
    """A 63-bit number that grows with time: milliseconds, then twenty random bits."""
    return (time.time_ns() // 1_000_000 << 20) | secrets.randbits(20)


def current() -> Act:
    """The act under way; raises when there is none."""
    act = _under_way.get()
    if act is None:
        raise UnguardedWriteError(
            "Rows are written only by actions: put this write into an @action or a @step."
        )
    return act


def under_way() -> bool:
    """Whether an act is under way."""
    return _under_way.get() is not None


@contextmanager
def begin() -> Iterator[Act]:
    """Open an act; nesting is a mistake, since one human act is one log entry."""
    if under_way():
        raise RuntimeError("An action may not call another action: share a @step instead.")
    act = Act(new_number())
    token = _under_way.set(act)
    try:
        yield act
    finally:
        _under_way.reset(token)


_cause: ContextVar[tuple[str, int] | None] = ContextVar("cause", default=None)


def cause() -> tuple[str, int] | None:
    """The follower and the log entry that the act under way reacts to."""
    return _cause.get()


@contextmanager
def caused_by(follower: str, entry: int) -> Iterator[None]:
    """Acts done here are the reaction of this follower to this entry."""
    token = _cause.set((follower, entry))
    try:
        yield
    finally:
        _cause.reset(token)
