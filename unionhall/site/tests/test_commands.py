import sys
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from unionhall.kernel.keys import ring
from unionhall.kernel.models import LogEntry
from unionhall.kernel.secrets import load_keys
from unionhall.kernel.testing.acts import do, open_log
from unionhall.people.models import NUMBER, Person
from unionhall.site.management.commands.serve import run_together


def said(*words):
    out = StringIO()
    call_command(*words, stdout=out)
    return out.getvalue()


@pytest.fixture
def key_file(settings, tmp_path):
    settings.KEYS_FILE = tmp_path / "home" / "keys.toml"
    return settings.KEYS_FILE


@pytest.mark.usefixtures("units")
def test_a_whole_log_is_verified():
    assert str(LogEntry.objects.count()) in said("audit", "verify")


@pytest.mark.usefixtures("units")
def test_a_changed_entry_is_named_and_the_command_fails():
    with open_log(), connection.cursor() as cursor:
        cursor.execute("UPDATE kernel_logentry SET action = 'nothing.happened' WHERE number = 1")
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("audit", "verify", stdout=out)
    assert "1" in out.getvalue()
    assert "changed" in out.getvalue()


def test_keys_are_made_once(key_file):
    said("keys", "create")
    first = load_keys(key_file)
    assert (sorted(first.keys), first.current) == ([1], 1)
    with pytest.raises(CommandError):
        call_command("keys", "create")
    assert load_keys(key_file) == first


@pytest.mark.usefixtures("db")
def test_a_key_that_still_seals_something_is_not_dropped(key_file):
    said("keys", "create")
    said("keys", "add")
    said("keys", "add")
    old = load_keys(key_file)
    assert old.current == 3

    def make():
        blob = bytearray(ring().seal("230103198001010018", NUMBER))
        blob[1] = 2  # the number of the key that sealed it
        Person(name="王芳", sex="2", birth="1980-01-01", number=bytes(blob)).save()

    do(make)
    said("keys", "drop")
    assert sorted(load_keys(key_file).keys) == [2, 3]


def test_the_server_stops_with_the_first_of_its_parts_and_stops_the_others():
    waits = (sys.executable, "-c", "import time; time.sleep(600)")
    fails = (sys.executable, "-c", "raise SystemExit(3)")
    assert run_together(waits, fails) == 3
