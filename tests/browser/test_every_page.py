"""Every kind of page, visited once by somebody who may see it: at a desk and on a phone, by day and by night."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import urlsplit

import pytest

PATHS = ("reviewer", "district", "clerk", "leader", "auditor", "worker", "security", "system", "audit", "")
LINK = re.compile(r'<a\b[^>]*?\bhref="([^"#]*)"')
NOT_PAGES = re.compile(r"\.(docx|svg|ico)$|/(template|faulty|copy|download|logout|progress)/$")
# Words of English begin with a capital or stand side by side; codes and log-in names do neither.
ENGLISH = re.compile(r"\b[A-Z][a-z]{2,}\b|\b[a-z]{3,} [a-z]{2,}\b")
NAMES = {"Excel", "Enter", "Unionhall", "English", "Asia", "Shanghai", "Python", "Django", "Word"}


@dataclass
class Findings:
    """What was found, page by page."""

    kinds: set[str] = field(default_factory=set)
    axe: list[str] = field(default_factory=list)
    console: list[str] = field(default_factory=list)
    wide: list[str] = field(default_factory=list)
    english: list[str] = field(default_factory=list)
    dead: list[str] = field(default_factory=list)


def kind_of(path: str) -> str:
    """The path without what differs between rows of the same kind."""
    kind = re.sub(r"/\d+(-\d+)?(?=/)", "/1", urlsplit(path).path)
    kind = re.sub(r"/(at|qr|verify)/[^/]+", r"/\1/1", kind)
    return re.sub(r"/(figures|checks)/\w+\.\w+", r"/\1/1", kind)


def links(text: str, here: str) -> Iterator[str]:
    """The pages that a page leads to."""
    for found in LINK.findall(text):
        link = unescape(found)
        if link.startswith("?"):
            link = urlsplit(here).path + link
        if link.startswith("/") and "export=" not in link and not NOT_PAGES.search(urlsplit(link).path):
            yield link


@pytest.fixture(scope="session")
def findings(tour) -> Findings:
    made = Findings()
    for name in PATHS:
        visitor = tour()
        if name:
            visitor.log_in(name)
        waiting, asked = ["/" if name else "/membership/join/", "/accounts/login/"][: 1 if name else 2], set()
        while waiting:
            path = waiting.pop(0)
            kind = f"{name}/" if path == "/" else kind_of(path)
            if kind in asked:
                continue
            asked.add(kind)
            if kind not in made.kinds:
                made.kinds.add(kind)
                look(visitor, path, made)
            answer = visitor.context.request.get(visitor.house.address + path)
            if answer.status != 200:
                made.dead.append(f"{name} {path}: {answer.status}")
            waiting += links(answer.text(), path)
    return made


def look(visitor, path: str, made: Findings) -> None:
    """Open a page and note what is wrong with it."""
    page = visitor.page
    visitor.complaints.clear()
    visitor.go(path)
    made.axe += [f"{path} desk, light: {fault}" for fault in visitor.axe()]
    said = page.locator("body").inner_text()
    made.english += [f"{path}: {word}" for word in set(ENGLISH.findall(said)) - NAMES]
    page.emulate_media(color_scheme="dark")
    made.axe += [f"{path} desk, dark: {fault}" for fault in visitor.axe("color-contrast")]
    page.set_viewport_size({"width": 390, "height": 844})
    made.axe += [f"{path} phone, dark: {fault}" for fault in visitor.axe("color-contrast")]
    page.emulate_media(color_scheme="light")
    made.axe += [f"{path} phone, light: {fault}" for fault in visitor.axe()]
    if visitor.overflow():
        made.wide.append(f"{path}: {visitor.overflow()} px")
    page.set_viewport_size({"width": 1366, "height": 900})
    made.console += [f"{path}: {text}" for text in visitor.complaints]


def test_the_whole_house_was_walked_through(findings):
    assert len(findings.kinds) >= 100


def test_axe_finds_nothing_wrong_on_any_page(findings):
    assert findings.axe == []


def test_no_page_complains_in_the_console(findings):
    assert findings.console == []


def test_no_page_is_wider_than_a_phone(findings):
    assert findings.wide == []


def test_no_link_leads_nowhere(findings):
    assert findings.dead == []


def test_no_english_word_stands_on_a_chinese_page(findings):
    assert findings.english == []
