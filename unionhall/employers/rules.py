"""Employers: their social credit code, and the code lists a union's form asks for."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from types import MappingProxyType

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from unionhall.kernel.terms import Refusal


class Industry(TextChoices):
    """The 20 industries of the union organisation form (DOMAIN 2.2, source S8); GB/T 4754 sections A to T."""

    FARMING = "01", _("Agriculture, forestry, animal husbandry and fishery")
    MINING = "02", _("Mining")
    MANUFACTURING = "03", _("Manufacturing")
    UTILITIES = "04", _("Electricity, heat, gas and water")
    CONSTRUCTION = "05", _("Construction industry")
    TRANSPORT = "06", _("Transport, storage and post")
    INFORMATION = "07", _("Information, software and telecommunication")
    TRADE = "08", _("Wholesale and retail")
    HOSPITALITY = "09", _("Accommodation and catering")
    FINANCE = "10", _("Financial industry")
    REAL_ESTATE = "11", _("Real estate")
    BUSINESS_SERVICES = "12", _("Leasing and business services")
    SCIENCE = "13", _("Scientific research and technical services")
    ENVIRONMENT = "14", _("Water conservancy, environment and public facilities")
    RESIDENT_SERVICES = "15", _("Resident services, repair and other services")
    EDUCATION = "16", _("Education industry")
    HEALTH = "17", _("Health and social work")
    CULTURE = "18", _("Culture, sport and entertainment")
    PUBLIC_ADMINISTRATION = "19", _("Public administration, social security and social organisations")
    INTERNATIONAL = "20", _("International organisations")


class Ownership(TextChoices):
    """Unit type of the union organisation form (DOMAIN 2.2, source S8)."""

    STATE = "110", _("State-owned enterprise")
    COLLECTIVE = "120", _("Collective enterprise")
    COOPERATIVE = "130", _("Joint-stock cooperative")
    ASSOCIATED = "140", _("Jointly operated")
    STATE_SOLE = "151", _("Wholly state-owned company")
    LIMITED = "159", _("Other limited liability company")
    STATE_HELD = "161", _("State-controlled joint-stock company")
    JOINT_STOCK = "169", _("Other joint-stock company")
    PRIVATE = "170", _("Private enterprise")
    OTHER_DOMESTIC = "190", _("Other domestic enterprise")
    HONG_KONG_MACAO_TAIWAN = "200", _("Hong Kong, Macao and Taiwan invested")
    FOREIGN = "300", _("Foreign-invested")
    INSTITUTION = "400", _("Public institution")
    OFFICE = "500", _("Government office")
    SELF_EMPLOYED = "600", _("Self-employed business")
    PRIVATE_NON_ENTERPRISE = "700", _("Private non-enterprise unit")


# Our reading of the codes of DOMAIN 2.2, which itself does not say which of them are non-public (非公):
# private, overseas and self-employed capital, and the private non-enterprise units, which are founded with
# non-state assets (民办非企业单位登记管理暂行条例 art. 2).
NON_PUBLIC = frozenset(
    {
        Ownership.PRIVATE,
        Ownership.HONG_KONG_MACAO_TAIWAN,
        Ownership.FOREIGN,
        Ownership.SELF_EMPLOYED,
        Ownership.PRIVATE_NON_ENTERPRISE,
    }
)
# State and collective capital, offices and institutions.
PUBLIC = frozenset(
    {
        Ownership.STATE,
        Ownership.COLLECTIVE,
        Ownership.STATE_SOLE,
        Ownership.STATE_HELD,
        Ownership.INSTITUTION,
        Ownership.OFFICE,
    }
)
# Of these the code does not tell whose capital holds them: they count in neither set.
CAPITAL_UNTOLD = frozenset(Ownership) - NON_PUBLIC - PUBLIC
# Enterprises: the codes below 400; institutions, offices, self-employed and non-enterprise units are none.
ENTERPRISES = frozenset(kind for kind in Ownership if kind.value < "400")


class Size(TextChoices):
    """统计上大中小微型企业划分办法 (2017); the limits by industry are data, not code."""

    LARGE = "large", _("Large enterprise")
    MEDIUM = "medium", _("Medium-sized enterprise")
    SMALL = "small", _("Small enterprise")
    MICRO = "micro", _("Micro enterprise")


class Tag(TextChoices):
    """Features of an employer that campaigns to found unions ask for."""

    ABOVE_SCALE = "above_scale", _("Enterprise above designated size")
    HUNDRED = "hundred", _("Enterprise with 100 workers or more")
    PLATFORM = "platform", _("Platform enterprise")
    PARK = "park", _("In a development zone or park")
    BUILDING = "building", _("In an office building")
    LISTED = "listed", _("Listed company")
    GLOBAL_500 = "global_500", _("Belongs to a Global 500 company")
    SPECIALISED = "specialised", _("Specialised and innovative small enterprise")
    DISPATCH = "dispatch", _("Labour dispatch company")
    TAXI = "taxi", _("Taxi company")


# Tags that name a trade within an industry: breakdowns by industry know them beside the industries' codes.
TRADES = frozenset({Tag.TAXI})


def tag_text(tags: Iterable[str]) -> str:
    """Tags as they are kept: each once, in the order of the list, a space before and after each."""
    wanted = set(tags)
    known = [tag.value for tag in Tag if tag in wanted]
    return f" {' '.join(known)} " if known else ""


def tags_of(text: str) -> list[Tag]:
    """The tags of a kept text."""
    return [Tag(code) for code in text.split() if code in Tag.values]


def check_headcount(workers: int, women: int, migrants: int, *, since: date, today: date) -> list[Refusal]:
    """The reasons why a count of workers cannot be right."""
    found = []
    if since > today:
        found.append(Refusal(_("A count cannot lie in the future."), "since"))
    if workers < 0:
        found.append(Refusal(_("Give the number of workers, nought or more."), "workers"))
    for number, field in ((women, "women"), (migrants, "migrants")):
        if not 0 <= number <= max(workers, 0):
            found.append(Refusal(_("A part of the workers cannot be more than all of them."), field))
    return found


class CodeFault(TextChoices):
    """What can be wrong with a social credit code; the label is the sentence."""

    EMPTY = "empty", _("Enter the unified social credit code.")
    LENGTH = "length", _("A unified social credit code has 18 characters.")
    CHARACTERS = (
        "characters",
        _("A unified social credit code has digits and capital letters without I, O, S, V, Z."),
    )
    OFFICE = "office", _("The first two characters name no registration office and kind of organisation.")
    AREA = "area", _("Characters 3 to 8 name no region.")
    BODY = "body", _("Characters 9 to 17 are no organisation code: its check character does not fit.")
    CHECK = "check", _("The last character does not fit the others: one of them is mistyped.")


# DOMAIN 3.1: 31 characters, weights 3^i mod 31.
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
BODY_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
BODY_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
BODY_CHECKS = "0X987654321"  # by weighted sum modulo 11
LENGTH = 18
FORM = f"[{ALPHABET}]{{2}}[0-9]{{6}}[{ALPHABET}]{{8}}[{ALPHABET}][{ALPHABET}]"

# First character: the registering office; second: its kinds of organisation (GB 32100-2015 table 1;
# 8 is the union: 1 grassroots union, 9 other, DOMAIN 3.1 R6).
OFFICES = MappingProxyType(
    {
        "1": "1239",
        "2": "19",
        "3": "123459",
        "4": "19",
        "5": "12349",
        "6": "129",
        "7": "129",
        "8": "19",
        "9": "123",
        "A": "19",
        "N": "1239",
        "Y": "1",
    }
)
# 10 is the national office; the others are the provinces of GB/T 2260.
AREAS = frozenset(
    f"{zone}{province}"
    for zone, provinces in (
        ("1", "012345"),
        ("2", "123"),
        ("3", "1234567"),
        ("4", "123456"),
        ("5", "01234"),
        ("6", "12345"),
        ("7", "1"),
        ("8", "12"),
    )
    for province in provinces
)
DROPPED = "[ \\t\\r\\n\u200b-\u200f\u202a-\u202e\u2060\ufeff'\u2018\u2019\\-]"
STANDARD = "GB 32100"
BODY_STANDARD = "GB 11714"


def normalise_code(code: str) -> str:
    """The code as it is kept: half width, no blanks or dashes, capital letters."""
    return re.sub(DROPPED, "", unicodedata.normalize("NFKC", code)).upper()


def body_check(body: str) -> str:
    """The ninth character of an organisation code for its first eight, after GB 11714."""
    total = sum(BODY_ALPHABET.index(c) * w for c, w in zip(body, BODY_WEIGHTS, strict=True))
    return BODY_CHECKS[total % 11]


def code_check(start: str) -> str:
    """The 18th character of a social credit code for its first 17, after GB 32100."""
    total = sum(ALPHABET.index(c) * w for c, w in zip(start, WEIGHTS, strict=True))
    return ALPHABET[-total % 31]


def make_uscc(office: str, area: str, body: str) -> str:
    """A whole code from office and kind (2 characters), region (6 digits) and body without check (8)."""
    start = f"{office}{area}{body}{body_check(body)}"
    return start + code_check(start)


def code_faults(code: str) -> tuple[CodeFault, ...]:
    """Every fault of a social credit code, the first one being the one that a column check gives."""
    code = normalise_code(code)
    if not code:
        return (CodeFault.EMPTY,)
    if len(code) != LENGTH:
        return (CodeFault.LENGTH,)
    if not re.fullmatch(FORM, code):
        return (CodeFault.CHARACTERS,)
    found = []
    if code[1] not in OFFICES.get(code[0], ""):
        found.append(CodeFault.OFFICE)
    if code[2:4] not in AREAS:
        found.append(CodeFault.AREA)
    if body_check(code[8:16]) != code[16]:
        found.append(CodeFault.BODY)
    if code_check(code[:17]) != code[17]:
        found.append(CodeFault.CHECK)
    return tuple(found)


def check_uscc(code: str) -> list[Refusal]:
    """The reasons why this is no unified social credit code; empty when it is one."""
    return [
        Refusal(fault.label, "uscc", BODY_STANDARD if fault is CodeFault.BODY else STANDARD)
        for fault in code_faults(code)
    ]


def check_employer_code(code: str) -> list[Refusal]:
    """As `check_uscc`, and the code may not be a union's own (DOMAIN 2.2)."""
    found = check_uscc(code)
    if not found and is_union_code(code):
        found.append(
            Refusal(_("This is the code of a union: enter the code of the employer."), "uscc", STANDARD)
        )
    return found


def is_union_code(code: str) -> bool:
    """Whether the code was given by a union federation."""
    return normalise_code(code).startswith("8")
