"""What holds of the files that are kept in the repository, whatever they say."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ["requirements.lock", "requirements-dev.lock", "package-lock.json"]
MEGABYTE = 1_000_000
# spelled apart, so that this file does not hold what it forbids
MACHINE_PATHS = re.compile("|".join("/" + path for path in ("work/", "tmp/bash", "farm/")))
VENDORED = re.compile(r"(^|/)node_modules/|(^|/)static/vendor/|\.min\.(js|css|mjs)$|\.(js|css)\.map$")


def tracked():
    """Every file that git keeps, with its path from the root."""
    command = ["git", "ls-files", "-z"]
    listing = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603
    if listing.returncode:
        pytest.skip("not a git repository")
    return [path for path in listing.stdout.split("\0") if path and (ROOT / path).is_file()]


def test_every_lock_file_is_kept():
    assert set(LOCKS) <= set(tracked())


@pytest.mark.parametrize("name", LOCKS)
def test_no_lock_file_holds_an_address(name):
    lines = (ROOT / name).read_text("utf-8").splitlines()
    assert len(lines) > 10
    assert [line for line in lines if "://" in line or "index-url" in line or "find-links" in line] == []


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_every_locked_package_has_a_version_and_a_hash(name):
    entries = re.split(r"\n(?=[a-z0-9])", (ROOT / name).read_text("utf-8"))[1:]
    assert len(entries) > 20
    assert [entry for entry in entries if "==" not in entry or "--hash=sha256:" not in entry] == []


def test_no_file_holds_a_path_of_someones_machine():
    texts = {path: (ROOT / path).read_bytes().decode("utf-8", "replace") for path in tracked()}
    assert sorted(path for path, text in texts.items() if MACHINE_PATHS.search(text)) == []


def test_no_file_of_others_is_kept():
    assert [path for path in tracked() if VENDORED.search(path)] == []


def test_no_compiled_catalogue_is_kept():
    assert [path for path in tracked() if path.endswith(".mo")] == []


def test_no_file_is_over_one_megabyte():
    assert [path for path in tracked() if (ROOT / path).stat().st_size > MEGABYTE] == []
