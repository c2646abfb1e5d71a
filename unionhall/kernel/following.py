"""Following the log: a module reacts to another's acts by reading what was done, once for each entry.

The reaction is an act of its own, in its own transaction; that it was done is written in that same transaction. A
reaction that fails waits, with what went wrong, and is tried again.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from unionhall.kernel import guard
from unionhall.kernel.models import Followed, LogEntry

Reaction = Callable[[LogEntry], object]
SLICE = 500


@dataclass(frozen=True, slots=True)
class Follow:
    """A reaction to another module's act: it gets the log entry, once."""

    act: Callable[..., object]
    reaction: Reaction

    @property
    def name(self) -> str:
        """What it is called in the list of what was followed."""
        return f"{self.reaction.__module__}.{self.reaction.__qualname__}".removeprefix("unionhall.")


@dataclass(frozen=True, slots=True)
class Failure:
    """A reaction that failed: it will be tried again."""

    follower: str
    entry: int
    why: str


def waiting(follow: Follow) -> "list[LogEntry]":
    """Entries of the act that this follower has not yet reacted to, the oldest first."""
    done = Followed.objects.filter(follower=follow.name, entry=OuterRef("number"))
    acts = LogEntry.objects.filter(action=follow.act.declared.name)  # type: ignore[attr-defined]
    return list(acts.exclude(Exists(done)).order_by("number")[:SLICE])


def feed(follows: Iterable[Follow]) -> tuple[int, list[Failure]]:
    """Hand every new entry to its followers; returns how many reactions were done, and what failed."""
    done, failures = 0, []
    for follow in follows:
        for entry in waiting(follow):
            try:
                with guard.caused_by(follow.name, entry.number):
                    follow.reaction(entry)
                Followed.objects.get_or_create(follower=follow.name, entry=entry.number)
                done += 1
            except Exception as error:  # noqa: BLE001  one follower's failure must not stop the others
                failures.append(Failure(follow.name, entry.number, str(error)))
                break
    return done, failures
