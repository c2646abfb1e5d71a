import pytest
from django.core.management import CommandError, call_command
from django.utils.translation import override
from openpyxl import load_workbook

from unionhall.kernel.models import ImportRun, LogEntry
from unionhall.membership.models import Membership
from unionhall.membership.tests import rosters
from unionhall.membership.tests.conftest import number
from unionhall.people.models import Person


@pytest.fixture(autouse=True)
def _own_home_in_english(settings, tmp_path):
    settings.HOME = tmp_path / "home"
    with override("en"):
        yield


@pytest.fixture
def roster(tmp_path):
    def write(*rows):
        path = tmp_path / "members.csv"
        path.write_bytes(rosters.text(rows))
        return path

    return write


def row(serial=1, name="王芳", union="汽轮机厂工会", **more):
    return {"姓名": name, "证件号码": number(serial), "工会名称": union, **more}


def test_a_clean_file_goes_in_and_the_counts_are_told(house, roster, capsys):
    call_command("import", "members", roster(row(1), row(2)), unit="哈尔滨市总工会")
    assert Membership.objects.count() == 2
    assert "New\t2" in capsys.readouterr().out
    assert ImportRun.objects.get().unit == house.city


@pytest.mark.usefixtures("house")
def test_a_faulty_file_writes_nothing_ends_with_one_and_hands_the_rows_back(roster, capsys):
    path = roster(row(1), row(2, 工会名称="没有的工会"))
    with pytest.raises(SystemExit) as ended:
        call_command("import", "members", path, unit="哈尔滨市总工会")
    assert (ended.value.code, Membership.objects.count(), ImportRun.objects.count()) == (1, 0, 0)
    assert "Nothing was written." in capsys.readouterr().out
    assert load_workbook(path.with_name("members-faulty.xlsx")).active.max_row == 2


@pytest.mark.usefixtures("house")
def test_clean_rows_go_in_when_asked_for(roster, tmp_path):
    path, target = roster(row(1), row(2, 工会名称="没有的工会")), tmp_path / "back.xlsx"
    with pytest.raises(SystemExit):
        call_command("import", "members", path, "--clean-rows", unit="哈尔滨市总工会", faults=target)
    assert Person.objects.get().name == "王芳"
    assert target.exists()


def test_a_dry_run_leaves_no_trace(house, roster, written):
    before = written()
    call_command("import", "members", roster(row(1)), "--dry-run", unit=str(house.city.pk))
    assert written() == before


def test_an_account_acts_where_it_may_and_nowhere_else(house, roster):
    path = roster(row(1))
    with pytest.raises(CommandError, match="may not import for this unit"):
        call_command("import", "members", path, unit="哈尔滨市总工会", username=house.stranger.user.username)
    call_command("import", "members", path, unit="哈尔滨市总工会", username=house.clerk.user.username)
    assert LogEntry.objects.latest("number").user == house.clerk.user


@pytest.mark.usefixtures("house")
@pytest.mark.parametrize(("unit", "file"), [("没有的工会", True), ("哈尔滨市总工会", False)])
def test_a_unit_or_file_that_is_not_there_is_named(roster, tmp_path, unit, file):
    path = roster(row(1)) if file else tmp_path / "none.csv"
    with pytest.raises(CommandError, match=unit if file else "none.csv"):
        call_command("import", "members", path, unit=unit)


@pytest.mark.usefixtures("house")
def test_a_file_that_cannot_be_read_says_why(tmp_path):
    path = tmp_path / "x.csv"
    path.write_bytes(b"%PDF-1.7")
    with pytest.raises(CommandError, match="neither an Excel workbook nor a CSV file"):
        call_command("import", "members", path, unit="哈尔滨市总工会")
