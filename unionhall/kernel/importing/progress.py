"""How far a long run has come, in a small file that other processes read while its transaction is open."""

import json
import os
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from unionhall.kernel.terms import Text


@dataclass(frozen=True, slots=True)
class Progress:
    """One run: which step it is at, how many of how many are done, since when it runs (UTC).

    `total` is 0 while it is not known. `run` names the run and its file: letters, digits and dashes.
    """

    run: str
    step: str
    done: int = 0
    total: int = 0
    started: datetime | None = None

    @classmethod
    def begin(cls, directory: Path, run: str, step: Text, total: int = 0) -> Self:
        """The progress of a new run, written."""
        started = cls(run, str(step), 0, total, datetime.now(UTC))
        started.write(directory)
        return started

    def at(self, directory: Path, done: int, step: Text = "", total: int | None = None) -> Self:
        """The progress further on, written."""
        further = replace(
            self, done=done, step=str(step) or self.step, total=self.total if total is None else total
        )
        further.write(directory)
        return further

    def write(self, directory: Path) -> None:
        """Put the file in its place at once, so that a reader finds the old state or the new one."""
        path = _file(directory, self.run)
        aside = path.with_suffix(f".{os.getpid()}.new")
        aside.write_text(json.dumps(asdict(self), default=datetime.isoformat), encoding="utf-8")
        aside.replace(path)

    @classmethod
    def read(cls, directory: Path, run: str) -> Self | None:
        """The progress of a run; `None` when it has not begun or has ended."""
        try:
            facts = json.loads(_file(directory, run).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        started = facts.pop("started")
        return cls(**facts, started=started and datetime.fromisoformat(started))

    @staticmethod
    def end(directory: Path, run: str) -> None:
        """Take the file away."""
        _file(directory, run).unlink(missing_ok=True)

    @property
    def share(self) -> float:
        """How much is done, 0 to 1."""
        return min(self.done / self.total, 1.0) if self.total else 0.0


def _file(directory: Path, run: str) -> Path:
    if not run.replace("-", "").isalnum():
        raise ValueError("A run is named by letters, digits and dashes.")
    return directory / f"{run}.json"
