"""Chinese first: no page that an actor of the house can open has an English word left on it."""

import re
from html.parser import HTMLParser

import pytest
from django.conf import settings
from django.test import Client

from tests.test_permissions import ACTORS, OK, urls
from unionhall.kernel.testing.answers import closed
from unionhall.modules import MODULES

WORD = re.compile(r"[A-Za-z]{4,}")
# Names that are no words: an indicator's or an act's code, an address of the web, a file, a hash, a secret.
NAMES = re.compile(
    r"[a-z_]+(?:\.[a-z_]+)+|https?://\S+|\b[0-9a-f]{16,}\b|\b[A-Z2-7]{32}\b|\bx\d+\b|A test prepared what it needs"
)
# What stands in Latin letters on a Chinese page as well.
ALLOWED = {"english", "xlsx", "docx", "excel", *(who for name in ACTORS for who in name.split("_"))}
ALLOWED |= {"sqlite", "postgresql", "asia", "shanghai"}
SPOKEN = ("title", "alt", "placeholder", "aria-label", "data-label")
UNSEEN = ("script", "style", "template", "kbd")  # kbd: what stands on a key


class Seen(HTMLParser):
    """What a page says to eyes and ears."""

    def __init__(self):
        super().__init__()
        self.said, self.inside = [], []

    def handle_starttag(self, tag, attrs):
        if tag in UNSEEN:
            self.inside.append(tag)
        given = dict(attrs)
        self.said += [text for name, text in attrs if name in SPOKEN and text]
        if tag == "input" and given.get("type") in {"submit", "button"}:
            self.said.append(given.get("value") or "")

    def handle_endtag(self, tag):
        if self.inside and self.inside[-1] == tag:
            self.inside.pop()

    def handle_data(self, data):
        if not self.inside:
            self.said.append(data)


def english(page):
    """The Latin words on a page that are neither names nor allowed."""
    seen = Seen()
    seen.feed(page)
    words = {word.lower() for text in seen.said for word in WORD.findall(NAMES.sub(" ", text))}
    return sorted(words - ALLOWED)


def test_an_english_word_is_found_wherever_a_page_says_it():
    assert english(
        '<p title="Close it">入会 people.person <b>Members</b></p><script>let hidden</script>'
    ) == [
        "close",
        "members",
    ]


def test_every_group_of_a_dimension_has_a_name():
    dimensions = [
        dimension for module in MODULES for one in module.indicators for dimension in one.dimensions
    ]
    assert dimensions
    unnamed = {(one.code, group) for one in dimensions for group in one.groups if group not in one.values}
    assert unnamed == set()


@pytest.mark.django_db
@pytest.mark.filterwarnings("default")
def test_no_page_has_an_english_word_left_on_it(actors, units):
    filled = urls(actors, units)
    left, opened = {}, 0
    for who in ACTORS:
        client = Client(raise_request_exception=False)
        for name, url in sorted(filled.items()):
            if who != "anonymous":
                client.force_login(actors.all()[who].user, backend=settings.AUTHENTICATION_BACKENDS[-1])
            answer = client.get(url)
            if answer.status_code == OK and answer["Content-Type"].startswith("text/html"):
                opened += 1
                if words := english(answer.content.decode()):
                    left.setdefault(name, set()).update(words)
            closed(answer)
    assert left == {}
    assert opened > len(filled)
