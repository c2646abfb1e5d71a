"""What the documents say is so: commands exist, decisions are sentences, the glossary knows every table."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import get_commands

from unionhall.kernel.testing.words import glossary

ROOT = Path(__file__).resolve().parent.parent
HOUSE = ROOT / "unionhall"
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *HOUSE.glob("*/README.md")])
DECISIONS = sorted(ROOT.glob("docs/decisions/*.md"))
TARGETS = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
CHINESE = re.compile(r"[\u4e00-\u9fff]")
LINK = re.compile(r"\[[^\]]*\]\((?!https?://|mailto:|#)([^)#\s]+)")
LEAST_WORDS = 4


def told(path):
    return path.relative_to(ROOT).as_posix()


def test_there_are_documents_to_check():
    assert {"README.md", "README.zh-CN.md", "docs/glossary.md"} <= {told(page) for page in PAGES}
    assert {"help", "setup", "check", "test"} <= TARGETS


@pytest.mark.parametrize("page", PAGES, ids=told)
def test_every_make_command_of_a_document_is_in_the_makefile(page):
    text = page.read_text("utf-8")
    quoted = re.findall(r"`make ([a-z][a-z-]*)|^\s*make ([a-z][a-z-]*)", text, re.MULTILINE)
    assert {one or other for one, other in quoted} - TARGETS == set()


@pytest.mark.parametrize("page", PAGES, ids=told)
def test_every_command_of_a_document_is_one_of_the_house(page):
    quoted = set(re.findall(r"(?:`|^\s*)unionhall ([a-z_]+)", page.read_text("utf-8"), re.MULTILINE))
    assert quoted - get_commands().keys() == set()


@pytest.mark.parametrize("page", PAGES, ids=told)
def test_every_link_of_a_document_leads_somewhere(page):
    broken = [link for link in LINK.findall(page.read_text("utf-8")) if not (page.parent / link).exists()]
    assert broken == []


@pytest.mark.parametrize("decision", DECISIONS, ids=lambda path: path.stem)
def test_a_decision_is_titled_as_a_sentence(decision):
    title = decision.read_text("utf-8").splitlines()[0]
    assert re.fullmatch(r"# (\d{4}[.:]? )?[A-Z].+", title)
    assert len(title.split()) > LEAST_WORDS
    assert re.match(r"\d{4}-[a-z0-9-]+$", decision.stem)


def test_decisions_are_numbered_without_gaps():
    assert [int(path.stem[:4]) for path in DECISIONS] == list(range(len(DECISIONS)))


def tables():
    """Every table of the house."""
    return {model.__name__ for model in apps.get_models() if model.__module__.startswith("unionhall.")}


def test_the_glossary_knows_every_table():
    assert len(tables()) > len(DECISIONS)
    assert tables() - glossary().keys() == set()


def test_every_word_of_the_glossary_has_a_chinese_term_and_a_meaning():
    words = glossary().items()
    assert [name for name, (term, _meaning) in words if not CHINESE.search(term)] == []
    assert [name for name, (_term, meaning) in words if not meaning.endswith(".")] == []


def test_every_word_of_the_glossary_is_a_name_in_the_code():
    code = "\n".join(path.read_text("utf-8") for path in HOUSE.glob("*/**/*.py") if "tests" not in path.parts)
    assert [name for name in glossary() if not re.search(rf"^class {name}\b", code, re.MULTILINE)] == []


def test_what_is_made_from_the_code_is_up_to_date():
    if "docs" not in get_commands():
        pytest.skip("there is no docs command yet")
    command = [sys.executable, "-m", "unionhall.site.command", "docs", "--check"]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ}, capture_output=True, text=True, check=False)  # noqa: S603
    assert done.returncode == 0, done.stdout + done.stderr
