"""What every module owes, proved by naming the module.

A module's `tests/test_module.py`:

    from unionhall.kernel.testing.module import ModuleProof
    from unionhall.people.module import MODULE

    class TestPeople(ModuleProof):
        module = MODULE
"""

import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, ClassVar

import pytest
from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.urls import reverse
from django.utils import translation

from unionhall.kernel.indicators.declared import Distinct, Fact, Indicator, Ratio, Severity, Sum
from unionhall.kernel.indicators.rollup import roll_up
from unionhall.kernel.models import LogEntry, Unit, User
from unionhall.kernel.module import Module
from unionhall.kernel.rows import Row
from unionhall.kernel.terms import NotAllowed, Period, Privacy, Role
from unionhall.kernel.testing.words import Reached, chinese, glossary, reached, said
from unionhall.kernel.writing import Actor, Declared

YEAR = Period.year(2022)
HEADINGS = ("Words", "Law", "States")
SEVERITIES = {Severity.ERROR, Severity.WARNING, Severity.NOTE}


class ModuleProof:
    """The tests a module inherits.

    `unreached` names actions that no page, sheet, command or follower calls, each with the reason; a reason that
    is no longer needed fails.
    """

    module: ClassVar[Module]
    unreached: ClassVar[Mapping[str, str]] = {}

    def test_every_table_says_whose_it_is_and_how_carefully_it_is_shown(self) -> None:
        faults = [fault for model in tables(self.module) for fault in faults_of_table(model)]
        assert faults == []

    def test_every_table_stands_in_the_glossary(self) -> None:
        assert {model.__name__ for model in tables(self.module)} - glossary().keys() == set()

    def test_every_act_has_a_sentence(self) -> None:
        silent = [name for name, declared in acts(self.module).items() if not said(declared.sentence).strip()]
        assert silent == []

    def test_every_act_that_takes_a_row_names_it_among_its_keywords(self) -> None:
        wrong = [
            name
            for name, function in functions(self.module).items()
            if (on := declared_of(function).on) and on not in inspect.signature(function).parameters
        ]
        assert wrong == []

    def test_every_act_can_be_reached(self) -> None:
        found: Reached = reached(self.module.code)
        lonely = {name for name in acts(self.module) if name not in found}
        assert lonely == set(self.unreached), "reach it, or give (or take away) its reason in `unreached`"
        assert [name for name, reason in self.unreached.items() if not reason.strip()] == []

    @pytest.mark.django_db
    def test_every_act_refuses_every_other_role_and_leaves_no_entry(self) -> None:
        for function in functions(self.module).values():
            for role in set(Role) - declared_of(function).roles:
                with pytest.raises(NotAllowed):
                    function(Actor(None, role))
        assert not LogEntry.objects.exists()

    def test_everything_said_is_said_in_chinese_too(self) -> None:
        words = {text for text in texts(self.module) if any(letter.isalpha() for letter in text)}
        untold = sorted(words - chinese())
        assert untold == []

    def test_every_indicator_bears_the_name_of_the_module_and_a_code_of_its_own(self) -> None:
        codes = [one.code for one in self.module.indicators] + [check.code for check in self.module.checks]
        assert [code for code in codes if not re.fullmatch(rf"{self.module.code}\.[a-z0-9_.]+", code)] == []
        assert sorted(codes) == sorted(set(codes))
        cases = list(self.module.cases)
        assert [kind for kind in cases if not kind.startswith(f"{self.module.code}.")] == []

    def test_facts_that_differ_have_different_codes(self) -> None:
        by_code: dict[str, list[Fact]] = {}
        for fact in facts(self.module):
            known = by_code.setdefault(fact.code, [])
            if fact not in known:
                known.append(fact)
        assert {code: len(known) for code, known in by_code.items() if len(known) > 1} == {}

    @pytest.mark.django_db
    def test_every_indicator_is_computed_with_every_dimension(self) -> None:
        for indicator in self.module.indicators:
            roll_up(indicator, YEAR)
            for dimension in indicator.dimensions:
                value = next(iter(dimension.values or dimension.groups), "")
                roll_up(indicator, YEAR, {dimension.code: value})

    @pytest.mark.django_db
    def test_every_dimension_and_column_of_a_fact_is_one_of_its_tables(self) -> None:
        for fact in facts(self.module):
            ways = [fact.unit, *(fact.lookup(dimension) for dimension in fact.dimensions), *fact.sums]
            list(fact.rows(YEAR).values(*ways)[:1])
            assert leads(fact.model, fact.unit) is Unit, f"{fact.code} counts at {fact.unit}"
        for indicator in parts(self.module):
            if isinstance(indicator, Distinct | Sum):
                list(indicator.fact.rows(YEAR).values(indicator.column)[:1])
            if isinstance(indicator, Sum):
                assert indicator.column in indicator.fact.sums, f"{indicator.code} adds up {indicator.column}"

    @pytest.mark.django_db
    def test_every_check_finds_rows_of_its_table_and_says_what_to_do(self) -> None:
        for check in self.module.checks:
            assert check.rows(YEAR.last).model is check.model, check.code
            assert list(check.rows(YEAR.last)[:1]) == []
            assert check.severity in SEVERITIES, check.code
            assert said(check.advice), check.code

    def test_every_menu_entry_and_every_case_leads_to_a_page(self) -> None:
        assert [reverse(entry.url) for entry in self.module.entries if not entry.roles] == []
        assert all(reverse(entry.url) for entry in self.module.entries)
        assert all(reverse(name, args=[1]) for name in self.module.cases.values())

    def test_the_readme_has_its_headings(self) -> None:
        text = (folder(self.module) / "README.md").read_text("utf-8")
        headings = re.findall(r"^## (.+)$", text, re.MULTILINE)
        assert [heading for heading in HEADINGS if heading not in headings] == []


def folder(module: Module) -> Path:
    """Where the module's rooms are."""
    return Path(apps.get_app_config(module.code).path)


def tables(module: Module) -> list[type[Model]]:
    """The module's tables."""
    return list(apps.get_app_config(module.code).get_models())


def functions(module: Module) -> dict[str, Callable[..., Any]]:
    """The module's actions by name."""
    place = folder(module)
    files = [place / "actions.py", *sorted((place / "actions").glob("*.py"))]
    names = [
        ".".join(("unionhall", module.code, *file.relative_to(place).with_suffix("").parts))
        for file in files
        if file.exists() and file.stem != "__init__"
    ]
    return {
        name: function
        for path in names
        for name, function in vars(import_module(path)).items()
        if hasattr(function, "declared") and function.__module__ == path
    }


def declared_of(function: Callable[..., Any]) -> Declared:
    """What an action says of itself."""
    declared: Declared = function.declared  # type: ignore[attr-defined]
    return declared


def acts(module: Module) -> dict[str, Declared]:
    """What the module's actions say of themselves, by name."""
    return {name: declared_of(function) for name, function in functions(module).items()}


def parts(module: Module) -> Iterator[Indicator]:
    """The module's indicators and those inside its ratios."""
    waiting = list(module.indicators)
    while waiting:
        indicator = waiting.pop()
        yield indicator
        if isinstance(indicator, Ratio):
            waiting += [indicator.numerator, indicator.denominator]


def facts(module: Module) -> list[Fact]:
    """The facts that the module's indicators are made of."""
    return [fact for indicator in module.indicators for fact in indicator.facts]


def leads(model: type[Model], way: str) -> type[Model] | None:
    """The table that a way of relations leads to; `None` where it breaks off."""
    found: Any = model
    for name in way.split("__") if way else ():
        try:
            found = found._meta.get_field(name).related_model
        except (AttributeError, FieldDoesNotExist):
            return None
    return found if isinstance(found, type) else None


def faults_of_table(model: type[Model]) -> Iterator[str]:
    """What a table fails to say, or says wrongly."""
    if not issubclass(model, Row):
        yield f"{model.__name__} is no Row: anybody may write it"
        return
    if not hasattr(model, "unit_path"):
        yield f"{model.__name__} has no unit_path"
    elif model.unit_path is not None and leads(model, model.unit_path) is not Unit:
        yield f"{model.__name__}.unit_path “{model.unit_path}” leads to no unit"
    if model.worker_path is not None and leads(model, model.worker_path) is not User:
        yield f"{model.__name__}.worker_path “{model.worker_path}” leads to no account"
    if not isinstance(getattr(model, "privacy", None), Privacy):
        yield f"{model.__name__} has no privacy"


def texts(module: Module) -> Iterator[str]:
    """Every message of the module that a reader meets, by its English text."""
    yield said(module.title)
    yield from (said(declared.sentence) for declared in acts(module).values())
    yield from (said(entry.title) for entry in module.entries)
    for indicator in module.indicators:
        yield from (said(indicator.title), said(indicator.definition), said(indicator.unit))
        for dimension in indicator.dimensions:
            yield from (said(dimension.title), *map(said, dimension.values.values()))
    yield from (said(text) for check in module.checks for text in (check.title, check.advice))
    with translation.override(None):
        for model in tables(module):
            yield from (str(model._meta.verbose_name), str(model._meta.verbose_name_plural))
