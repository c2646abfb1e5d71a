"""Which rule applies: to a unit or region, on a day. `Book` answers many keys with one query."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import TypeVar

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from unionhall.kernel.models import Unit
from unionhall.kernel.rows import SEGMENT
from unionhall.kernel.terms import Money, Refused, Text, refuse
from unionhall.law.models import Rule, holding
from unionhall.law.rules.regions import FEDERATION, NATION, chain, plain_region
from unionhall.law.rules.values import Items, Lines, Status, Value, parse, pick

V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Found:
    """The rule that applies: what it says, the article to show with it, and how sure it is.

    The properties give the value as what it must be; another kind is a fault of the caller (`TypeError`).
    """

    value: Value
    article: Text
    status: Status
    rule: Rule

    @property
    def unconfirmed(self) -> bool:
        """Whether nobody has found the law behind it yet."""
        return self.status is Status.UNCONFIRMED

    @property
    def number(self) -> Decimal:
        """A number."""
        return self._as(Decimal)

    @property
    def days(self) -> int:
        """Days or working days, as the rule's kind says; `calendar.due` counts them."""
        return self._as(int)

    @property
    def share(self) -> Fraction:
        """A part of the whole, from 0 to 1."""
        return self._as(Fraction)

    @property
    def money(self) -> Money:
        """An amount."""
        return self._as(Money)

    @property
    def text(self) -> str:
        """A text."""
        return self._as(str)

    @property
    def items(self) -> Items:
        """A list."""
        return self._as(tuple)

    @property
    def lines(self) -> Lines:
        """A table."""
        return self._as(tuple)

    def _as(self, kind: type[V]) -> V:
        if not isinstance(self.value, kind):
            raise TypeError(f"{self.rule.key} is of kind {self.rule.kind}, not a {kind.__name__}.")
        return self.value


class Book:
    """The rules that apply in one region on one day: one query, however many are asked for."""

    def __init__(self, region: str, on: date) -> None:
        self.region, self.on = plain_region(region), on

    @classmethod
    def of(cls, unit: Unit, on: date) -> "Book":
        """The book of the region where a unit is."""
        return cls(region_of(unit), on)

    def find(self, key: str) -> Found | None:
        """The rule of this key that applies, if there is one."""
        rule = self._rules.get(key)
        return None if rule is None else found(rule)

    def __getitem__(self, key: str) -> Found:
        """The rule of this key that applies; refused when there is none."""
        rule = self.find(key)
        if rule is None:
            raise none_holds(key, self.region, self.on)
        return rule

    def group(self, prefix: str) -> list[Found]:
        """Every rule that applies whose key begins with this group, in the order of their keys."""
        return [found(rule) for key, rule in sorted(self._rules.items()) if key.startswith(f"{prefix}.")]

    @cached_property
    def _rules(self) -> dict[str, Rule]:
        by_key: dict[str, list[Rule]] = {}
        for rule in Rule.objects.filter(holding(self.on), region__in=chain(self.region)):
            by_key.setdefault(rule.key, []).append(rule)
        picked = {key: pick(rules, self.region, self.on) for key, rules in by_key.items()}
        return {key: rule for key, rule in picked.items() if rule is not None}


def lookup(key: str, *, on: date, unit: Unit | None = None, region: str = NATION) -> Found:
    """The rule of this key that applies to a unit, or in a region, on a day. Refused when there is none."""
    where = plain_region(region) if unit is None else region_of(unit)
    rules = Rule.objects.filter(holding(on), key=key, region__in=chain(where))
    rule = pick(rules, where, on)
    if rule is None:
        raise none_holds(key, where, on)
    return found(rule)


def found(rule: Rule) -> Found:
    """What a rule says."""
    return Found(parse(rule.kind, rule.value), rule.article, Status(rule.status), rule)


def none_holds(key: str, region: str, on: date) -> Refused:
    """The refusal where no rule applies."""
    return refuse(
        format_lazy(
            _("No rule “{key}” holds on {day} in region “{region}”: a reviewer of that region can add it."),
            key=key,
            day=on,
            region=region or "000000",
        )
    )


def region_of(unit: Unit) -> str:
    """The region where a unit is: its own code, or that of the nearest unit above it that has one; else the nation."""
    line = [unit, *reversed(above(unit))]
    return next((code for one in line if (code := _code(one))), NATION)


def stands_for(unit: Unit) -> str | None:
    """The region that a unit stands for: the federation that is the highest of its region; `None` for all others.

    The top unit of an installation without a code stands for the nation.
    """
    code, higher = _code(unit), above(unit)
    if unit.kind != FEDERATION or code is None or (higher and not code):
        return None
    return None if any(_code(one) == code for one in higher) else code


def above(unit: Unit) -> list[Unit]:
    """The units above a unit, from the top down."""
    path = unit.path or ""
    paths = [path[:end] for end in range(SEGMENT, len(path), SEGMENT)]
    return list(Unit.objects.filter(path__in=paths).order_by("path")) if paths else []


def _code(unit: Unit) -> str | None:
    try:
        return plain_region(unit.region)
    except Refused:
        return None
