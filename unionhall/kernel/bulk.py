"""What makes a load larger than its table fast: indexes are set aside and made anew by sorting."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
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
