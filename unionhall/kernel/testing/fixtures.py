"""Fixtures that every test of the house may name. Loaded as a plugin by the conftest at the top."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import TransactionTestCase
from django.utils import translation

from unionhall.kernel.secrets import KeyRing, load_keys
from unionhall.kernel.testing.acts import open_log
from unionhall.kernel.testing.units import Actors, Units, make_actors, make_units

KEYS = """\
provider = "sm4"
current = 1
index = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="

[keys]
1 = "AAECAwQFBgcICQoLDA0ODw=="
"""


@pytest.fixture(scope="session", autouse=True)
def key_ring(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KeyRing]:
    """The same keys in every run: sealed values and keyed hashes can be compared."""
    path: Path = tmp_path_factory.mktemp("keys") / "keys.toml"
    path.touch(mode=0o600)
    path.write_text(KEYS, "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "KEYS_FILE", path)
        yield load_keys(path)


@pytest.fixture(scope="session", autouse=True)
def papers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Throw-away folders for the files that tests attach, and for the (no) files that pages serve."""
    folder: Path = tmp_path_factory.mktemp("files")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "MEDIA_ROOT", folder)
        patch.setattr(settings, "STATIC_ROOT", tmp_path_factory.mktemp("static"))
        yield folder


@pytest.fixture(scope="session", autouse=True)
def flush_with_an_open_log() -> Iterator[None]:
    """Tests with real transactions are cleaned by a flush, which the log, being append-only, would forbid."""
    flush = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]  # noqa: SLF001  no public hook

    def flush_openly(case: Any) -> None:
        with open_log():
            flush(case)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", flush_openly)
        yield


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Acts speak as the code does, whether or not catalogues are compiled; pages are in the reader's language."""
    with translation.override("en"):
        yield


@pytest.fixture
def real_transactions(transactional_db: None) -> None:
    """Acts that really commit: for tests of several connections at once."""


@pytest.fixture
def units(db: None) -> Units:  # noqa: ARG001  the fixture opens the database
    """The small federation."""
    return make_units()


@pytest.fixture
def actors(units: Units) -> Actors:
    """An actor of every role in the small federation."""
    return make_actors(units)
