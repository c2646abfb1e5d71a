"""What holds of the whole house and import contracts cannot say: read from the syntax of every file.

Each law is a function that finds faults in one file, the files it is for, and a sample that breaks it; the
sample proves that the law can find something.
"""

import ast
import re
import sys
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
HOUSE = ROOT / "unionhall"
NOT_MODULES = {"kernel", "site"}
ROOMS = {
    "rules",
    "columns",
    "models",
    "lookup",
    "calendar",
    "programmes",
    "actions",
    "indicators",
    "imports",
    "staff",
    "worker",
    "demo",
    "module",
}
BESIDE_ROOMS = {
    "__init__.py",
    "README.md",
    "locale",
    "migrations",
    "packs",
    "static",
    "templates",
    "templatetags",
    "tests",
}
DATA = {".csv", ".toml"}
MUST_HAVE = {"module.py", "README.md", "tests", "locale"}
BAD_NAMES = {
    "apps",
    "signals",
    "utils",
    "util",
    "helpers",
    "helper",
    "services",
    "service",
    "managers",
    "common",
    "misc",
}
MOST_LINES = 400
KERNEL_LINES = 6000  # decision 0010
PAGES_LINES = 1600
CLOCKS = {"today", "now", "utcnow", "localdate", "localtime"}
CLOCK_OWNERS = {"date", "datetime", "timezone"}
CLOCK_FILES = {
    "kernel/menu.py": "the header lists the appointments held today",
    "kernel/log.py": "an entry says when it was written",
    "kernel/importing/progress.py": "a run says when it started, to tell how long it takes",
}
WRITERS = {"create", "bulk_create", "bulk_update", "get_or_create", "update_or_create", "save"}
SET_WRITERS = {"update", "delete"}
MANAGERS = {"objects", "_default_manager", "_base_manager"}
IMPURE = {
    "asyncio",
    "os",
    "random",
    "secrets",
    "socket",
    "sqlite3",
    "subprocess",
    "threading",
    "time",
    "urllib",
}
PURE = set(sys.stdlib_module_names) - IMPURE | {"pypinyin"}
PURE_FROM_DJANGO = {
    "django.db.models": {"TextChoices", "IntegerChoices"},
    "django.utils.translation": {"gettext_lazy", "pgettext_lazy", "ngettext_lazy", "npgettext_lazy"},
    "django.utils.text": {"format_lazy"},
    "django.utils.functional": {"Promise"},
}

Fault = tuple[int, str]


@dataclass(frozen=True)
class Law:
    """What it says, which files it is for (by path below unionhall), how faults are found, a broken sample."""

    sentence: str
    concerns: Callable[[Path], bool]
    faults: Callable[[ast.Module], Iterator[Fault]]
    sample: str


def python_files():
    """Every Python file of the house but migrations."""
    return sorted(
        p for p in HOUSE.rglob("*.py") if "migrations" not in p.parts and "__pycache__" not in p.parts
    )


def modules():
    """The folders that are modules."""
    return sorted(
        p
        for p in HOUSE.iterdir()
        if p.is_dir() and (p / "__init__.py").exists() and p.name not in NOT_MODULES
    )


def below(path):
    """A file's path below the package."""
    return path.relative_to(HOUSE)


def anywhere(_place):
    return True


def no_test(place):
    return "tests" not in place.parts and place.parts[:2] != ("kernel", "testing")


def room_of(place):
    """The room of a module that a file belongs to; empty for kernel, site and tests."""
    if len(place.parts) < 2 or place.parts[0] in NOT_MODULES or "tests" in place.parts:
        return ""
    return place.parts[1].removesuffix(".py")


def in_rooms(*names):
    return lambda place: room_of(place) in names


def clockless(place):
    """Where dates are passed in: everywhere but pages, commands and the few files with a reason."""
    reads_the_clock = (
        place.parts[0] == "site"
        or place.parts[:2] == ("kernel", "pages")
        or "commands" in place.parts
        or place.as_posix() in CLOCK_FILES
        or room_of(place) in {"staff", "worker"}
    )
    return no_test(place) and not reads_the_clock


def imports(tree):
    return (node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom))


def inside_functions(tree):
    functions = (n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))
    for node in chain.from_iterable(imports(function) for function in functions):
        yield node.lineno, "an import inside a function"


def behind_type_checking(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            yield node.lineno, "an import behind TYPE_CHECKING"


def relative(tree):
    return (
        (n.lineno, "a relative import") for n in imports(tree) if isinstance(n, ast.ImportFrom) and n.level
    )


def star(tree):
    return ((n.lineno, "a star import") for n in imports(tree) if any(a.name == "*" for a in n.names))


def calls(tree):
    """Every call with the last word of its name and what stands before it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node, node.func.attr, ast.unparse(node.func.value)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node, node.func.id, ""


def string_foreign_keys(tree):
    for node, name, _before in calls(tree):
        if name not in {"ForeignKey", "OneToOneField", "ManyToManyField"}:
            continue
        to = node.args[:1] or [word.value for word in node.keywords if word.arg == "to"]
        if to and isinstance(to[0], ast.Constant) and to[0].value != "self":
            yield node.lineno, f"a foreign key to the string “{to[0].value}”"


def generic_foreign_keys(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Name | ast.Attribute) and ast.unparse(node).endswith(
            ("GenericForeignKey", "GenericRelation")
        ):
            yield node.lineno, "a generic foreign key"


def prints(tree):
    return ((node.lineno, "a print") for node, name, before in calls(tree) if name == "print" and not before)


def clocks(tree):
    for node, name, before in calls(tree):
        if name in CLOCKS and (not before or before.rpartition(".")[2] in CLOCK_OWNERS):
            yield node.lineno, f"it reads the clock: {name}; let the caller pass the date"


def writers(tree):
    for node, name, before in calls(tree):
        of_rows = any(re.search(rf"\b{manager}\b", before) for manager in MANAGERS)
        if name == "save" and node.args:
            continue  # a picture or a document is saved into a file; a row is saved into nothing
        if (name in WRITERS and before) or (name in SET_WRITERS and of_rows):
            yield node.lineno, f"it writes: {before}.{name}"


def managers(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in MANAGERS:
            yield node.lineno, f"it asks the table itself: {ast.unparse(node)}"


def impure_imports(tree):
    for node in imports(tree):
        for alias in node.names:
            place = node.module if isinstance(node, ast.ImportFrom) else alias.name
            if not pure(place, alias.name):
                yield node.lineno, f"a rule may not know {place}.{alias.name}"


def pure(place, name):
    if place.startswith("unionhall."):
        return place == "unionhall.kernel.terms" or place.split(".")[2:3] == ["rules"]
    return place.partition(".")[0] in PURE or name in PURE_FROM_DJANGO.get(place, set())


def requests(tree):
    for node in imports(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(
            ("django.http", "django.shortcuts")
        ):
            yield node.lineno, "an act that knows of requests"


LAWS = [
    Law("no import hides in a function", anywhere, inside_functions, "def f():\n    import re"),
    Law(
        "no import hides behind TYPE_CHECKING",
        anywhere,
        behind_type_checking,
        "if typing.TYPE_CHECKING:\n    import re",
    ),
    Law("no import is relative", anywhere, relative, "from . import rules"),
    Law("no import takes everything", anywhere, star, "from re import *"),
    Law(
        "no foreign key is a string",
        anywhere,
        string_foreign_keys,
        "unit = models.ForeignKey(to='kernel.Unit', on_delete=PROTECT)",
    ),
    Law("no foreign key is generic", anywhere, generic_foreign_keys, "row = fields.GenericForeignKey()"),
    Law("nothing prints", no_test, prints, "print('here')"),
    Law("dates are passed in", clockless, clocks, "since = timezone.localdate()"),
    Law("rules are pure", in_rooms("rules"), impure_imports, "from django.db.models import Model"),
    Law("acts know no requests", in_rooms("actions"), requests, "from django.http import HttpRequest"),
    Law(
        "only acts write",
        in_rooms(*(ROOMS - {"actions", "demo"})),  # a demo writes whole years, through loaders of its own
        writers,
        "Person.objects.filter(pk=1).update(name='')",
    ),
    Law("imports do not ask tables", in_rooms("imports"), managers, "known = Person.objects.all()"),
]


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.sentence)
def test_every_file_keeps_the_law(law):
    concerned = [path for path in python_files() if law.concerns(below(path))]
    faults = [
        f"unionhall/{below(path)}:{line}: {what}"
        for path in concerned
        for line, what in law.faults(ast.parse(path.read_text("utf-8")))
    ]
    assert faults == []


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.sentence)
def test_a_file_that_breaks_the_law_is_found(law):
    assert len(list(law.faults(ast.parse(law.sample)))) == 1


@pytest.mark.parametrize("place", CLOCK_FILES)
def test_a_file_that_may_read_the_clock_does(place):
    assert list(clocks(ast.parse((HOUSE / place).read_text("utf-8"))))


def test_a_rule_may_use_choices_terms_and_other_rules():
    allowed = (
        "import re\nfrom datetime import date\nfrom django.db.models import TextChoices\n"
        "from unionhall.kernel.terms import Refusal\nfrom unionhall.people.rules.kinds import WorkerKind"
    )
    assert list(impure_imports(ast.parse(allowed))) == []
    forbidden = "import os\nfrom unionhall.kernel.models import Unit\nfrom unionhall.people import models"
    assert [line for line, _what in impure_imports(ast.parse(forbidden))] == [1, 2, 3]


def test_a_file_knows_its_room():
    assert room_of(Path("people/rules/identity.py")) == "rules"
    assert room_of(Path("people/staff.py")) == "staff"
    assert {room_of(Path(p)) for p in ("kernel/rows.py", "site/urls.py", "people/tests/test_rules.py")} == {
        ""
    }


def test_every_init_file_is_empty():
    full = [str(below(p)) for p in HOUSE.rglob("__init__.py") if p.stat().st_size]
    assert full == []


def test_no_file_or_folder_has_a_name_that_says_nothing():
    named = [p for p in HOUSE.rglob("*") if p.suffix == ".py" or p.is_dir()]
    assert [str(below(p)) for p in named if p.stem in BAD_NAMES and "static" not in p.parts] == []


def test_no_file_is_longer_than_four_hundred_lines():
    long = {
        str(below(p)): count
        for p in python_files()
        if "tests" not in p.parts and (count := len(p.read_text("utf-8").splitlines())) > MOST_LINES
    }
    assert long == {}


@pytest.mark.parametrize("module", modules(), ids=lambda path: path.name)
def test_a_module_has_rooms_of_known_names_only(module):
    names = {p.name for p in module.iterdir() if p.name != "__pycache__" and p.suffix not in DATA}
    rooms = {name.removesuffix(".py") for name in names - BESIDE_ROOMS}
    assert rooms - ROOMS == set()


@pytest.mark.parametrize("module", modules(), ids=lambda path: path.name)
def test_a_module_has_a_door_a_readme_words_and_tests(module):
    names = {p.name for p in module.iterdir()} | {f"{p.name}.py" for p in module.iterdir() if p.is_dir()}
    assert MUST_HAVE - names == set()


def test_the_contracts_name_every_module():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    by_name = {contract["id"]: contract for contract in contracts}
    there = {module.name for module in modules()}
    assert {name.removeprefix("unionhall.") for name in by_name["rooms"]["containers"]} == there
    assert there <= set(by_name["floors"]["layers"])
    assert {f"unionhall.{name}" for name in there | {"site"}} <= set(by_name["proof"]["source_modules"])


def lines_of_code(files):
    """Lines that say something to the machine: no blank lines, no comments, no docstrings."""
    return sum(len(code_lines(path.read_text("utf-8"))) for path in files)


def code_lines(text):
    told = set()
    for node in ast.walk(ast.parse(text)):
        body = getattr(node, "body", None)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and body:
            first = body[0]
            if isinstance(first, ast.Expr) and isinstance(getattr(first.value, "value", None), str):
                told.update(range(first.lineno, first.end_lineno + 1))
    lines = enumerate(text.splitlines(), 1)
    return [n for n, line in lines if n not in told and line.strip() and not line.strip().startswith("#")]


def test_lines_of_code_are_counted_without_words():
    assert code_lines('"""Shape."""\n\n# why\ndef f():\n    """What."""\n    return 1\n') == [4, 6]


def kernel_files(*, pages):
    """The kernel without its tests, its test kit and its migrations; or its page kit alone."""
    files = [p for p in python_files() if below(p).parts[0] == "kernel" and no_test(below(p))]
    return [p for p in files if not pages or below(p).parts[1] == "pages"]


def test_the_kernel_stays_small():
    assert 1000 < lines_of_code(kernel_files(pages=False)) <= KERNEL_LINES


def test_the_page_kit_stays_small():
    assert 10 < lines_of_code(kernel_files(pages=True)) <= PAGES_LINES
