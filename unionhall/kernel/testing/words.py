"""What files say: the glossary, the Chinese catalogues, and which acts the rooms that serve people name."""

import ast
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po
from django.utils import translation

from unionhall.kernel.terms import Text

HOUSE = Path(__file__).resolve().parents[2]
CATALOGUES = "*/locale/zh_Hans/LC_MESSAGES/django.po"
GLOSSARY = HOUSE.parent / "docs" / "glossary.md"
ENTRANCES = ("staff", "worker", "imports", "module")
Reached = frozenset[str]


def said(text: Text) -> str:
    """The English text of a message."""
    with translation.override(None):
        return str(text)


@cache
def chinese() -> frozenset[str]:
    """Every message that some catalogue has in Chinese."""
    found: set[str] = set()
    for path in sorted(HOUSE.glob(CATALOGUES)):
        with path.open("rb") as file:
            catalogue = read_po(file, locale="zh_Hans")
        for message in catalogue:
            texts = message.string if isinstance(message.string, tuple | list) else (message.string,)
            if message.id and all(texts) and not message.fuzzy:
                found.update((message.id,) if isinstance(message.id, str) else message.id)
    return frozenset(found)


@cache
def glossary() -> dict[str, tuple[str, str]]:
    """The glossary's rows: name of the thing, its Chinese term, and what it is."""
    rows = [
        [cell.strip() for cell in line.strip().strip("|").split("|")]
        for line in GLOSSARY.read_text("utf-8").splitlines()
        if line.startswith("| `")
    ]
    return {name.strip("`"): (term, meaning) for name, term, meaning in rows}


@cache
def reached(module: str) -> Reached:
    """Names that the pages, sheets, commands and doors of the house take from a module's actions."""
    found: set[str] = set()
    for path in _entrances():
        tree = ast.parse(path.read_text("utf-8"))
        if f"unionhall.{module}" in path.read_text("utf-8"):
            found |= _names(tree, module)
    return frozenset(found)


def _entrances() -> list[Path]:
    rooms = [
        path for room in ENTRANCES for path in (*HOUSE.glob(f"*/{room}.py"), *HOUSE.glob(f"*/{room}/**/*.py"))
    ]
    commands = [*HOUSE.glob("*/management/commands/*.py")]
    return sorted({*rooms, *commands, *HOUSE.glob("site/*.py"), *HOUSE.glob("kernel/pages/**/*.py")})


def _names(tree: ast.Module, module: str) -> set[str]:
    """What a file takes from `unionhall.<module>.actions`: names imported, and attributes of imported rooms."""
    rooms: set[str] = set()
    found: set[str] = set()
    for node in ast.walk(tree):
        if not isinstance(node, ast.ImportFrom):
            continue
        origin = node.module or ""
        if origin == f"unionhall.{module}":
            rooms |= {alias.asname or alias.name for alias in node.names if alias.name == "actions"}
        elif origin.startswith(f"unionhall.{module}.actions"):
            found |= {alias.name for alias in node.names}
            rooms |= {alias.asname or alias.name for alias in node.names}
    taken = (node for node in ast.walk(tree) if isinstance(node, ast.Attribute))
    return found | {node.attr for node in taken if ast.unparse(node.value).partition(".")[0] in rooms}
