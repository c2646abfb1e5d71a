"""`unionhall docs`: write docs/catalogue.md from the code; with `--check` fail when it is stale."""

from argparse import ArgumentParser
from collections.abc import Iterable, Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext as _

from unionhall.kernel.importing.layouts import Column
from unionhall.kernel.indicators.declared import Count, Distinct, Flow, Indicator, Ratio, Sum
from unionhall.kernel.indicators.rollup import parts
from unionhall.kernel.module import Module
from unionhall.kernel.terms import Role, Text
from unionhall.kernel.writing import Declared
from unionhall.modules import MODULES

CATALOGUE = settings.PACKAGE.parent / "docs" / "catalogue.md"
MEASURES = {Count: "count", Sum: "sum", Distinct: "distinct", Ratio: "ratio"}
ROLES = {role: number for number, role in enumerate(Role)}
HEAD = """\
# Catalogue

Made from the code by `unionhall docs`; do not edit. What each module brings: its pages, what can be done there and by
whom, its figures with their definitions, its checks, and the sheets it takes in.
"""


class Command(BaseCommand):
    """Write what can be told from the code."""

    help = "Write docs/catalogue.md from the code: pages, acts, figures, checks and sheets of every module."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Write, or only compare."""
        parser.add_argument("--check", action="store_true", help="write nothing; fail when it is stale")

    def handle(self, *_args: Any, check: bool, **_options: Any) -> None:
        """Write the catalogue, or say that it is stale."""
        told = catalogue(MODULES)
        if not check:
            CATALOGUE.write_text(told, "utf-8")
            self.stdout.write(_("Written: %(path)s") % {"path": f"docs/{CATALOGUE.name}"})
        elif not CATALOGUE.exists() or CATALOGUE.read_text("utf-8") != told:
            raise CommandError(_("docs/catalogue.md is stale. Run: unionhall docs"))


def catalogue(modules: Sequence[Module]) -> str:
    """The whole catalogue as Markdown."""
    return "\n".join([HEAD, *(line for module in modules for line in of_module(module))]).rstrip() + "\n"


def of_module(module: Module) -> Iterator[str]:
    """The part of one module."""
    yield f"## {both(module.title)}"
    yield ""
    pages = [(both(entry.title), f"`{entry.url}`", roles(entry.roles)) for entry in module.entries]
    yield from table("Pages", ("page", "address", "for"), pages)
    yield from table("Acts", ("act", "what it says", "by"), sorted(acts(module)))
    figures = [
        (
            f"`{indicator.code}`",
            both(indicator.title),
            both(indicator.definition),
            measure(indicator),
            ", ".join(f"`{dimension.code}`" for dimension in indicator.dimensions),
        )
        for indicator in module.indicators
    ]
    yield from table("Figures", ("code", "figure", "what it counts", "measure", "told apart by"), figures)
    checks = [
        (f"`{check.code}`", both(check.title), check.severity, both(check.advice)) for check in module.checks
    ]
    yield from table("Checks", ("code", "what should not be", "severity", "advice"), checks)
    for sheet in module.sheets:
        columns = [
            (both(c.title), "yes" if c.required else "", c.kind, allowed(c)) for c in sheet.layout.columns
        ]
        title = f"Sheet: {both(sheet.title)} (`unionhall import {sheet.word}`)"
        yield from table(title, ("column", "must be given", "kind", "choices"), columns)


def table(title: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """A table with its title; nothing where there are no rows."""
    lines = ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    if lines:
        yield from (f"### {title}", "", f"| {' | '.join(head)} |", "|" + "---|" * len(head), *lines, "")


def both(text: Text) -> str:
    """A text in Chinese and English; once where they are the same."""
    with translation.override("zh-hans"):
        chinese = str(text)
    with translation.override("en"):
        english = str(text)
    return chinese if chinese == english else f"{chinese} · {english}"


def roles(found: Iterable[Role]) -> str:
    """Roles in their own order."""
    return ", ".join(sorted(found, key=lambda role: ROLES[Role(role)]))


def measure(indicator: Indicator) -> str:
    """How it is counted, along which time, in what."""
    kinds = {"flow" if isinstance(part.fact.axis, Flow) else "stock" for _role, part in parts(indicator)}
    unit = f", {both(indicator.unit)}" if indicator.unit else ""
    return f"{MEASURES[type(indicator)]}, {' and '.join(sorted(kinds))}{unit}"


def allowed(column: Column) -> str:
    """The texts a choice offers, in Chinese."""
    with translation.override("zh-hans"):
        return "、".join(column.offered())


def acts(module: Module) -> Iterator[tuple[str, str, str]]:
    """The module's actions: name, sentence, roles. Only a machine does what has no other role."""
    for path in rooms(module):
        for name, function in vars(import_module(path)).items():
            declared: Declared | None = getattr(function, "declared", None)
            if declared is not None and function.__module__ == path:
                people = declared.roles - {Role.MACHINE} or declared.roles
                yield (f"`{name}`", both(declared.sentence), roles(people))


def rooms(module: Module) -> Iterator[str]:
    """The module's rooms of acts, as names to import; those of the house itself for the desk."""
    code = "kernel" if module.code == "desk" else module.code
    place = Path(apps.get_app_config(code).path)
    for file in (place / "actions.py", *sorted((place / "actions").glob("*.py"))):
        if file.exists() and file.stem != "__init__":
            yield ".".join(("unionhall", code, *file.relative_to(place).with_suffix("").parts))
