import subprocess
import sys
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = """
msgid ""
msgstr ""
"Language: zh_Hans\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

msgid "union"
msgstr "工会"

msgid "member"
msgstr ""

#, fuzzy
msgid "term"
msgstr "会期"

#, python-format
msgid "%(count)s members"
msgstr "%(number)s 名会员"
"""


def script(name):
    """One of the programs in scripts/, as a module."""
    loader = SourceFileLoader(name.replace("-", "_"), str(ROOT / "scripts" / name))
    module = module_from_spec(spec_from_loader(loader.name, loader))
    loader.exec_module(module)
    return module


@pytest.fixture
def messages(monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    module = script("messages")
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module, "PACKAGE", tmp_path)
    return module


@pytest.fixture
def catalogue(tmp_path):
    path = tmp_path / "things" / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    path.write_text(CATALOGUE, "utf-8")
    return path


def test_every_faulty_message_is_named_and_no_other(messages, catalogue):
    faults = [fault.split(": ", 1)[1] for fault in messages.faults_of_catalogue(catalogue)]
    assert [fault for fault in faults if "placeholder" not in fault and "%(" not in fault] == [
        "untranslated: 'member'",
        "fuzzy: 'term'",
    ]
    assert len(faults) == 3
    assert "'%(count)s members'" in faults[2]


def test_a_fuzzy_message_is_not_compiled(messages, catalogue):
    assert messages.compile_catalogues() == 0
    compiled = catalogue.with_suffix(".mo").read_bytes()
    assert "工会".encode() in compiled
    assert "会期".encode() not in compiled


def test_a_new_module_is_written_whole_and_says_what_to_add(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    module = script("new-module")
    monkeypatch.setattr(module, "PACKAGE", tmp_path)
    monkeypatch.setattr(sys, "argv", ["new-module", "things", "--chinese", "事物"])
    module.main()
    written = {str(path.relative_to(tmp_path / "things")) for path in tmp_path.rglob("*") if path.is_file()}
    assert written == {*module.ROOMS.values(), *module.EMPTY}
    assert 'code="things", title=_("Things")' in (tmp_path / "things" / "module.py").read_text("utf-8")
    assert '"unionhall.things"' in capsys.readouterr().out


@pytest.mark.parametrize("name", ["Things", "two-words", "class", "kernel"])
def test_a_module_with_a_bad_name_is_refused_and_nothing_is_written(monkeypatch, name):
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    module = script("new-module")
    before = sorted(path.name for path in module.PACKAGE.iterdir())
    monkeypatch.setattr(sys, "argv", ["new-module", name])
    with pytest.raises(SystemExit, match="To begin a module, its name must be"):
        module.main()
    assert sorted(path.name for path in module.PACKAGE.iterdir()) == before


def test_every_program_says_what_it_does():
    for name in ("setup", "postgres", "messages", "new-module", "lock"):
        command = [sys.executable, ROOT / "scripts" / name, "--help"]
        result = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
        assert "usage:" in result.stdout
