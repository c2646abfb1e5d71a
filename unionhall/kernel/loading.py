"""Set-based writing: whole frames into a table in the act under way, at the speed of COPY."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import polars as pl
from django.db import connection, models, transaction
from django.db.backends.utils import CursorWrapper

from unionhall.kernel import guard
from unionhall.kernel.bulk import indexes_aside, references_at_once
from unionhall.kernel.rows import Row
from unionhall.kernel.writing import step

SLICE = 100_000
FETCHED = 50_000  # rows taken from a cursor at a time


@step
def load(model: type[Row], frame: pl.DataFrame) -> tuple[int, int]:
    """Insert every row of the frame, whose columns are column names of the table.

    Returns the half-open range of keys the rows got: `first`, `first + rows`. Binary columns take bytes. A
    violated constraint raises `IntegrityError` and, with the act, leaves nothing behind.
    """
    if frame.is_empty():
        return (0, 0)
    act = guard.current()
    key = model._meta.pk.column
    if key not in frame.columns:  # a table whose key is another's has no sequence to ask
        first = next_key(model)
        frame = frame.with_columns(pl.int_range(first, first + frame.height, dtype=pl.Int64).alias(key))
    else:
        first = int(frame[key].min())  # type: ignore[arg-type]
    frame = frame.with_columns(pl.lit(act.number, dtype=pl.Int64).alias("act"))
    with connection.cursor() as cursor:
        table, rows = model._meta.db_table, frame.height
        with references_at_once(cursor, model, first, rows), indexes_aside(cursor, table, rows):
            _write(cursor, table, frame)
        _set_sequence(cursor, model)
    unit = f"{model.unit_path}_id" if model.unit_path else None
    if unit and unit in frame.columns:
        act.touch(*frame[unit].unique()[: guard.MOST_UNITS + 1].to_list())
    elif model.unit_path is not None:
        act.everywhere = True
    act.changes.append({"kind": model._meta.label_lower, "loaded": frame.height, "first": first})
    return (first, first + frame.height)


@step
def amend(model: type[Row], frame: pl.DataFrame) -> int:
    """Change rows by key: the frame holds the key and the columns to set. Returns how many."""
    if frame.is_empty():
        return 0
    act = guard.current()
    key = model._meta.pk.column
    columns = [name for name in frame.columns if name != key]
    table = connection.ops.quote_name(model._meta.db_table)
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        names = ", ".join(map(quote, [key, *columns]))
        cursor.execute(f"CREATE TEMPORARY TABLE amending AS SELECT {names} FROM {table} WHERE 1 = 0")
        try:
            _write(cursor, "amending", frame)
            cursor.execute("CREATE INDEX amending_key ON amending (" + quote(key) + ")")
            settings = ", ".join(f"{quote(name)} = amending.{quote(name)}" for name in columns)
            same = f"{table}.{quote(key)} = amending.{quote(key)}"
            cursor.execute(
                f"UPDATE {table} SET {settings}, act = %s FROM amending WHERE {same}", [act.number]
            )
            changed = int(cursor.rowcount)
        finally:
            cursor.execute("DROP TABLE amending")
    act.everywhere = True
    act.changes.append({"kind": model._meta.label_lower, "amended": changed, "fields": columns})
    return changed


@step
def remove(model: type[Row], keys: tuple[int, int], *, act: int) -> int:
    """Delete the rows of a half-open range of keys, as `load` gave it, that the act of this number wrote last.

    Returns how many. Rows that others point at raise `IntegrityError`.
    """
    table, key = model._meta.db_table, model._meta.pk.column
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {quote(table)} WHERE {quote(key)} >= %s AND {quote(key)} < %s AND act = %s",
            [*keys, act],
        )
        removed = int(cursor.rowcount)
    now = guard.current()
    now.everywhere = True
    now.changes.append({"kind": model._meta.label_lower, "removed": removed, "first": keys[0]})
    return removed


def analyse(*tables: type[models.Model]) -> None:
    """Let the database count its rows anew, so that its plans fit a table that has just grown."""
    with connection.cursor() as cursor:
        for model in tables:
            cursor.execute(f"ANALYZE {connection.ops.quote_name(model._meta.db_table)}")


def next_key(model: type[models.Model]) -> int:
    """The first key that rows loaded now would get. The table is locked against other loaders first."""
    table, key = model._meta.db_table, model._meta.pk.column
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f'LOCK TABLE "{table}" IN SHARE ROW EXCLUSIVE MODE')
            cursor.execute("SELECT last_value, is_called FROM " + _sequence(cursor, table, key))
            last, called = cursor.fetchone()
            return int(last) + 1 if called else int(last)
        cursor.execute(f'SELECT COALESCE(MAX("{key}"), 0) + 1 FROM "{table}"')
        highest = int(cursor.fetchone()[0])
        cursor.execute("SELECT seq + 1 FROM sqlite_sequence WHERE name = %s", [table])
        row = cursor.fetchone()
        return max(highest, int(row[0])) if row else highest


def fetch(query: tuple[str, Sequence[Any]], schema: Sequence[str]) -> pl.DataFrame:
    """The rows of a query, SQL and its values, as a frame with these columns."""
    with connection.cursor() as cursor:
        cursor.execute(*query)
        parts = []
        while rows := cursor.fetchmany(FETCHED):
            columns = zip(*rows, strict=True)
            parts.append(
                pl.DataFrame([pl.Series(n, c, strict=False) for n, c in zip(schema, columns, strict=True)])
            )
    empty = pl.DataFrame(schema=dict.fromkeys(schema, pl.Null))
    return pl.concat(parts, how="vertical_relaxed") if parts else empty


def fetch_for(
    asked: pl.DataFrame, sql: str, schema: pl.Schema, parameters: Sequence[Any] = ()
) -> pl.DataFrame:
    """The rows of a query that joins the temporary table `asked`, which holds the frame, as a frame of `schema`.

    This is how a million values are looked up at once. It holds no lock that a writer waits for. Days must be
    selected as text and truths as whole numbers (CAST), since drivers differ in what they make of them.
    """
    stored = pl.Schema({name: _stored(kind) for name, kind in schema.items()})
    names = ", ".join(f"{name} {_column(kind)}" for name, kind in asked.schema.items())
    parts = [stored.to_frame()]
    with _reading(), connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE asked ({names})")
        try:
            _write(cursor, "asked", asked)
            if connection.vendor == "postgresql":
                cursor.execute("ANALYZE asked")
            cursor.execute(sql, parameters)
            while rows := cursor.fetchmany(FETCHED):
                parts.append(pl.DataFrame(rows, schema=stored, orient="row"))
        finally:
            cursor.execute("DROP TABLE asked")
    found = pl.concat(parts, rechunk=True)
    days = [name for name, kind in schema.items() if kind == pl.Date]
    return found.with_columns(pl.col(days).str.to_date("%Y-%m-%d")).cast(schema)


@contextmanager
def _reading() -> Iterator[None]:
    """One transaction that only reads: Django's own would take SQLite's write lock at once."""
    if connection.in_atomic_block or connection.vendor != "sqlite":
        with transaction.atomic():
            yield
        return
    connection.ensure_connection()
    connection.connection.execute("BEGIN DEFERRED")
    try:
        yield
    finally:
        connection.connection.execute("COMMIT")


def _column(kind: pl.DataType) -> str:
    """The type of a column of a temporary table."""
    if kind == pl.Binary:
        return "blob" if connection.vendor == "sqlite" else "bytea"
    return "bigint" if kind.is_integer() else "text"


def _stored(kind: pl.DataType) -> pl.DataType:
    """What a column of this kind is selected as."""
    return {pl.Date: pl.String(), pl.Boolean: pl.Int64()}.get(type(kind), kind)


def _write(cursor: CursorWrapper, table: str, frame: pl.DataFrame) -> None:
    columns = ", ".join(connection.ops.quote_name(name) for name in frame.columns)
    target = connection.ops.quote_name(table)
    if connection.vendor == "postgresql":
        statement = f"COPY {target} ({columns}) FROM STDIN (FORMAT csv, NULL '\\N')"
        with connection.wrap_database_errors, cursor.copy(statement) as copy:
            for part in frame.iter_slices(SLICE):
                copy.write(_csv(part))
        return
    same = {name: literal for name in frame.columns[1:] if (literal := _same(frame[name])) is not None}
    values = ", ".join(same.get(name, "?") for name in frame.columns)
    statement = f"INSERT INTO {target} ({columns}) VALUES ({values})"
    varied = frame.drop(same)
    for part in varied.iter_slices(SLICE):
        plain = part.with_columns(pl.col(pl.Date).dt.to_string("%Y-%m-%d"), pl.col(pl.Boolean).cast(pl.Int8))
        with connection.wrap_database_errors:
            connection.connection.executemany(statement, plain.rows())


def _same(column: pl.Series) -> str | None:
    """SQL of the value that stands in every row of a column; `None` where they differ."""
    if column.null_count() == len(column):
        return "NULL"
    first = column[0]
    if column.dtype == pl.Boolean:
        first = None if first is None else int(first)
    if not isinstance(first, int | str) or column.null_count() or not (column == column[0]).all():
        return None
    return str(first) if isinstance(first, int) else "'" + first.replace("'", "''") + "'"


def _csv(part: pl.DataFrame) -> bytes:
    binary = [name for name, kind in part.schema.items() if kind == pl.Binary]
    text = part.with_columns((pl.lit("\\x") + pl.col(name).bin.encode("hex")).alias(name) for name in binary)
    # texts are always quoted, nothing never is: the text \N stays a text
    return text.write_csv(include_header=False, null_value="\\N", quote_style="non_numeric").encode()


def _sequence(cursor: CursorWrapper, table: str, key: str) -> str:
    cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [f'"{table}"', key])
    return str(cursor.fetchone()[0])


def _set_sequence(cursor: CursorWrapper, model: type[models.Model]) -> None:
    table, key = model._meta.db_table, model._meta.pk.column
    if connection.vendor != "postgresql" or not isinstance(model._meta.pk, models.AutoField):
        return
    cursor.execute(
        f'SELECT setval(pg_get_serial_sequence(%s, %s), (SELECT MAX("{key}") FROM "{table}"))',
        [f'"{table}"', key],
    )
