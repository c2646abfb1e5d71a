"""What makes a large load fast: indexes made anew by sorting, and references checked all at once."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import IntegrityError, connection, models
from django.db.backends.utils import CursorWrapper

MANY = 50_000  # rows; fewer are put into the indexes one by one
THREADS = 4  # processors that sort at most
SQLITE = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = %s AND sql IS NOT NULL"
POSTGRESQL = """
SELECT c.relname, pg_get_indexdef(c.oid) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
WHERE i.indrelid = %s::regclass AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = c.oid)
"""


@contextmanager
def indexes_aside(cursor: CursorWrapper, table: str, rows: int) -> Iterator[None]:
    """Write without indexes and make them anew, where more rows come than are there: the act stays one transaction.

    On PostgreSQL readers of the table wait meanwhile; uniqueness is checked when its index is made.
    """
    if rows < MANY or _more_than(cursor, table, rows):
        yield
        return
    postgresql = connection.vendor == "postgresql"
    cursor.execute(POSTGRESQL if postgresql else SQLITE, [f'"{table}"' if postgresql else table])
    made: list[tuple[str, str]] = cursor.fetchall()
    for name, _statement in made:
        cursor.execute(f"DROP INDEX {connection.ops.quote_name(name)}")
    yield
    if postgresql:  # an index cannot be made while foreign keys of its rows wait to be checked
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL maintenance_work_mem = '256MB'")
    else:
        cursor.execute(f"PRAGMA threads = {min(os.cpu_count() or 1, THREADS)}")
    for _name, statement in made:
        cursor.execute(statement)
    if postgresql:
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _more_than(cursor: CursorWrapper, table: str, rows: int) -> bool:
    """Whether the table has more rows than this; it counts no further."""
    cursor.execute(f"SELECT 1 FROM {connection.ops.quote_name(table)} LIMIT 1 OFFSET %s", [rows])
    return cursor.fetchone() is not None


@contextmanager
def references_at_once(
    cursor: CursorWrapper, model: type[models.Model], first: int, rows: int
) -> Iterator[None]:
    """On PostgreSQL check the foreign keys of the rows from key `first` on by one join each, not row by row.

    The tables pointed at are locked against writers until the act ends, as the row locks of the usual way would
    lock their rows. It needs the right to set `session_replication_role` (GRANT SET ON PARAMETER …); without it
    PostgreSQL checks row by row, which takes about half of a load.
    """
    if connection.vendor != "postgresql" or rows < MANY or not _may_set(cursor):
        yield
        return
    keys: list[Any] = [field for field in model._meta.concrete_fields if isinstance(field, models.ForeignKey)]
    for target in sorted({key.related_model._meta.db_table for key in keys}):
        cursor.execute(f'LOCK TABLE "{target}" IN SHARE MODE')
    cursor.execute("SET LOCAL session_replication_role = replica")
    yield
    cursor.execute("SET LOCAL session_replication_role = origin")
    table, own = model._meta.db_table, model._meta.pk.column
    for key in keys:
        target, at = key.related_model._meta.db_table, key.target_field.column
        cursor.execute(
            f'SELECT r."{key.column}" FROM "{table}" r WHERE r."{own}" >= %s AND r."{key.column}" IS NOT NULL '
            f'AND NOT EXISTS (SELECT 1 FROM "{target}" t WHERE t."{at}" = r."{key.column}") LIMIT 1',
            [first],
        )
        if lost := cursor.fetchone():
            raise IntegrityError(f"{table}.{key.column}: {target} has no row {lost[0]}.")


def _may_set(cursor: CursorWrapper) -> bool:
    cursor.execute("SELECT has_parameter_privilege('session_replication_role', 'SET')")
    return bool(cursor.fetchone()[0])
