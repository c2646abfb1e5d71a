"""Regions by the first digits of their code (GB/T 2260): "" the nation, "23" a province, "2301" a city."""

from django.utils.translation import gettext_lazy as _

from unionhall.kernel.terms import refuse

NATION = ""
LENGTHS = (2, 4, 6, 9, 12)  # province, city, county, township, village
FEDERATION = "federation"  # the kind of unit that can stand for a region


def plain_region(code: str) -> str:
    """The code without the noughts that fill it up: 230000 is 23, 230100 is 2301, 000000 the nation. May refuse."""
    text = code.strip()
    if text and not (text.isascii() and text.isdigit() and len(text) in LENGTHS):
        raise refuse(
            _("A region code has 2, 4, 6, 9 or 12 digits (23, 2301, 230102), or none for the nation."),
            "region",
        )
    for length in (12, 9):
        if len(text) == length and text.endswith("000"):
            text = text[:-3]
    while len(text) <= max(LENGTHS[:3]) and text.endswith("00"):
        text = text[:-2]
    return text


def chain(region: str) -> list[str]:
    """The regions that a region lies in, from the nation down to itself."""
    return [NATION, *(region[:length] for length in LENGTHS if length <= len(region))]


def within(region: str, outer: str) -> bool:
    """Whether a region is another one or lies in it."""
    return outer in chain(region)
