"""Chinese first: no message is untranslated, fuzzy or stale in any catalogue."""

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
CATALOGUES = sorted(ROOT.glob("unionhall/*/locale/zh_Hans/LC_MESSAGES/django.po"))


def messages(path):
    with path.open("rb") as file:
        return [message for message in read_po(file, locale="zh_Hans") if message.id]


def untold(message):
    """Whether a message has no Chinese, or only a guess."""
    texts = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return message.fuzzy or not all(texts)


def test_there_are_catalogues():
    assert CATALOGUES


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-5])
def test_every_message_is_said_in_chinese(path):
    assert [message.id for message in messages(path) if untold(message)] == []


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-5])
def test_every_placeholder_of_a_message_is_in_its_translation(path):
    faults = [(message.id, str(error)) for message in messages(path) for error in message.check()]
    assert faults == []


def test_the_same_message_has_the_same_chinese_everywhere():
    """Django reads all catalogues into one: of two translations the reader would see either."""
    found = {}
    for path in CATALOGUES:
        for message in messages(path):
            key = (message.context, message.id if isinstance(message.id, str) else message.id[0])
            found.setdefault(key, {}).setdefault(str(message.string), []).append(path.parts[-5])
    assert {key[1]: texts for key, texts in found.items() if len(texts) > 1} == {}


def test_the_catalogues_hold_what_the_code_says():
    if not shutil.which("xgettext"):
        pytest.skip("GNU gettext is not installed")
    command = [sys.executable, "scripts/messages", "check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603
    assert done.returncode == 0, done.stdout


def names_of_gettext(path):
    """The names under which a file knows Django's translating functions, with the function."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
            yield from ((name.asname or name.name, name.name) for name in node.names)


def test_every_file_calls_gettext_by_a_name_that_is_collected():
    known = {("_", "gettext"), ("_", "gettext_lazy")}
    strange = {
        (path.relative_to(ROOT).as_posix(), *names)
        for path in sorted(ROOT.glob("unionhall/**/*.py"))
        for names in names_of_gettext(path)
        if names[0] != names[1] and names not in known
    }
    assert strange == set()
