"""The log is append-only in the database itself: changing or deleting an entry raises."""

from typing import Any

from django.db import migrations

SQLITE = """
CREATE TRIGGER kernel_logentry_no_{word} BEFORE {verb} ON kernel_logentry
BEGIN SELECT RAISE(ABORT, 'log entries are never changed'); END
"""
POSTGRESQL = """
CREATE FUNCTION kernel_logentry_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'log entries are never changed'; END $$;
CREATE TRIGGER kernel_logentry_append_only BEFORE UPDATE OR DELETE ON kernel_logentry
FOR EACH ROW EXECUTE FUNCTION kernel_logentry_append_only();
CREATE TRIGGER kernel_logentry_never_emptied BEFORE TRUNCATE ON kernel_logentry
FOR EACH STATEMENT EXECUTE FUNCTION kernel_logentry_append_only();
"""


def guard(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "sqlite":
        for word in ("update", "delete"):
            schema_editor.execute(SQLITE.format(word=word, verb=word.upper()))
    else:
        schema_editor.execute(POSTGRESQL)


def open_up(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "sqlite":
        for word in ("update", "delete"):
            schema_editor.execute(f"DROP TRIGGER kernel_logentry_no_{word}")
    else:
        schema_editor.execute("DROP TRIGGER kernel_logentry_append_only ON kernel_logentry")
        schema_editor.execute("DROP TRIGGER kernel_logentry_never_emptied ON kernel_logentry")
        schema_editor.execute("DROP FUNCTION kernel_logentry_append_only")


class Migration(migrations.Migration):
    dependencies = [("kernel", "0001_initial")]
    operations = [migrations.RunPython(guard, open_up)]
