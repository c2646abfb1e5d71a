"""The act of a test: writes what no action writes yet, and lays the log open where a test must damage it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any, TypeVar

from django.db import connection

from unionhall.kernel.terms import Role
from unionhall.kernel.writing import Actor, action

T = TypeVar("T")
APPEND_ONLY = import_module("unionhall.kernel.migrations.0002_append_only")


@action(Role.MACHINE, sentence="A test prepared what it needs")
def _prepare(actor: Actor, *, work: Callable[[], Any]) -> Any:  # noqa: ARG001  every act says who acts
    return work()


def do(work: Callable[[], T]) -> T:
    """Run `work` as one act of the machine; its result."""
    made: T = _prepare(Actor.machine(), work=work)
    return made


@contextmanager
def open_log() -> Iterator[None]:
    """Without the triggers that keep the log append-only: to flush it after a test, or to damage it in one."""
    connection.check_constraints()  # PostgreSQL changes no table that still has to check what was written to it
    editor = connection.schema_editor()
    APPEND_ONLY.open_up(None, editor)
    try:
        yield
    finally:
        connection.check_constraints()
        APPEND_ONLY.guard(None, editor)
