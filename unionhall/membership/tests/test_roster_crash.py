import json
import os
import secrets
import signal
import subprocess
import sys

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from unionhall.membership.tests import rosters
from unionhall.membership.tests.conftest import number

ROOT = settings.PACKAGE.parent


@pytest.fixture
def own_database(tmp_path):
    """The address of an empty database, of the kind that the tests run on."""
    if connection.vendor == "sqlite":
        yield f"sqlite:///{tmp_path / 'crash.sqlite3'}"
        return
    facts = connection.settings_dict
    name, password = f"crash_{secrets.token_hex(4)}", facts["PASSWORD"]
    place = f"{facts['USER']}:{password}@{facts['HOST']}:{facts['PORT']}"
    with psycopg.connect(f"postgresql://{place}/postgres", autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}"')
        yield f"postgres://{place}/{name}"
        server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def test_a_crash_in_the_middle_leaves_the_old_state_and_the_roster_goes_in_afterwards(own_database, tmp_path):
    file = tmp_path / "名册.csv"
    file.write_bytes(rosters.text([{"姓名": "王芳", "证件号码": number(n)} for n in range(1, 31)]))
    environment = {
        **os.environ,
        "DATABASE_URL": own_database,
        "UNIONHALL_HOME": str(tmp_path),
        "UNIONHALL_KEYS": str(tmp_path / "keys.toml"),
        "DJANGO_SETTINGS_MODULE": "unionhall.site.settings",
        "PYTHONPATH": str(ROOT),
    }

    def run(call):
        code = f"import django; django.setup(); from unionhall.membership.tests import crash; crash.{call}"
        command = [sys.executable, "-c", code]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603

    killed = run(f"begin({str(file)!r})")
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    seen = run("look()")
    assert seen.returncode == 0, seen.stderr
    assert json.loads(seen.stdout) == [0, 0, "checked", 0, 30, 30]
