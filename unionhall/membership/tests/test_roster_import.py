from datetime import date
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from django.utils.translation import override
from openpyxl import load_workbook

from unionhall.kernel import guard
from unionhall.kernel.importing import runs
from unionhall.kernel.keys import ring
from unionhall.kernel.models import ImportRun, LogEntry
from unionhall.kernel.terms import NotAllowed, Refused
from unionhall.membership.actions.periods import finish
from unionhall.membership.imports.roster import SHEET
from unionhall.membership.models import Membership
from unionhall.membership.rules import Ended, card_number
from unionhall.membership.tests import rosters
from unionhall.membership.tests.conftest import TODAY, number
from unionhall.people.models import Person
from unionhall.unions.models import Body


@pytest.fixture(autouse=True)
def _own_home_in_english(settings, tmp_path):
    settings.HOME = tmp_path
    with override("en"):
        yield


def row(serial=1, name="王芳", union="汽轮机厂工会", **more):
    return {"姓名": name, "证件号码": number(serial), "工会名称": union, **more}


def test_new_members_go_in_with_all_that_the_sheet_says(house):
    run = rosters.bring(
        house.clerk,
        [
            row(
                1,
                手机号码="13812345678",
                工作单位="汽轮机厂",
                是否农民工="是",
                学历="20",
                户籍地区划代码="230103",
                入会日期="2021-03-04",
            ),
            row(2, name="李娜"),
        ],
    )
    assert (run.state, run.message) == ("applied", "")
    assert run.counts["new"] == run.counts["applied_new"] == 2
    one = Membership.objects.get(person__name="王芳")
    assert (one.unit, one.employer, one.since, one.entered) == (
        house.factory.unit,
        house.employer,
        date(2021, 3, 4),
        "imported",
    )
    assert one.card == card_number(one.unit_id, one.person_id)
    assert (one.migrant, one.name_key, one.sex) == (True, "wangfang", "1")
    person = one.person
    assert (person.education, person.household_region, person.birth) == ("20", "230103", date(1990, 3, 7))
    assert Membership.objects.get(person__name="李娜").since == TODAY
    assert ImportRun.objects.get().applied_act == one.act == person.act


def test_the_same_file_twice_changes_nothing(house, written):
    rows = [row(1, 手机号码="13812345678", 工作单位="汽轮机厂", 学历="20"), row(2, name="李娜")]
    rosters.bring(house.clerk, rows)
    before = written().states, list(Person.objects.order_by("pk").values_list())
    run = rosters.bring(house.clerk, rows)
    assert (run.counts["unchanged"], run.counts["new"], run.counts["changed"]) == (2, 0, 0)
    assert before == (written().states, list(Person.objects.order_by("pk").values_list()))


def test_what_a_sheet_states_otherwise_is_changed_and_what_it_leaves_empty_stays(house):
    rosters.bring(house.clerk, [row(1, 学历="20", 手机号码="13812345678")])
    old = Membership.objects.get()
    run = rosters.bring(house.clerk, [row(1, 学历="10", 职工类别="courier", 工作单位="汽轮机厂")])
    assert (run.counts["changed"], run.counts["applied_changed"]) == (1, 1)
    person, membership = Person.objects.get(), Membership.objects.get()
    assert (person.education, person.worker_kind, membership.worker_kind) == ("10", "courier", "courier")
    assert (membership.pk, membership.employer) == (old.pk, house.employer)
    assert person.phone.clear(ring()) == "13812345678"


def test_a_member_of_another_union_in_reach_is_transferred_when_the_user_allows_it(house):
    member = house.member(house.depot, serial=1)
    run = rosters.bring(house.clerk, [row(1)])
    assert (run.counts["transferred"], run.counts["applied_transferred"]) == (1, 1)
    member.refresh_from_db()
    assert (member.until, member.ended) == (TODAY, "transferred")
    now = Membership.objects.get(until=None)
    assert (now.unit, now.since, now.entered) == (house.factory.unit, TODAY, "transferred")


def test_a_member_of_another_union_in_reach_stays_when_the_user_says_so(house, tmp_path):
    member = house.member(house.depot, serial=1)
    run = rosters.bring(house.clerk, [row(1), row(2, name="李娜")], policy="stay")
    assert (run.counts["applied_new"], "applied_transferred" in run.counts) == (1, False)
    assert Membership.objects.get(person=member.person) == member
    assert runs.hand_back(SHEET, runs.left(run), "stay", tmp_path / "back.xlsx") == 1


def test_faulty_rows_are_handed_back_with_reasons_and_can_be_brought_again_once_mended(house, tmp_path):
    rows = [row(1), row(2, name="李娜", 工会名称="没有的工会")]
    run = rosters.bring(house.clerk, rows, policy="clean")
    assert (run.counts["faulty"], run.counts["applied_new"]) == (1, 1)
    back = tmp_path / "back.xlsx"
    assert runs.hand_back(SHEET, runs.left(run), "clean", back) == 1
    sheet = load_workbook(back).active
    assert [sheet.cell(2, 1).value, sheet.cell(2, 7).value] == ["李娜", "没有的工会"]
    assert "No union in the register has this name" in sheet.cell(2, len(SHEET.layout.columns) + 1).value
    again = rosters.take(house.clerk, back.read_bytes(), name="back.xlsx")
    assert (again.state, again.counts["faulty"]) == ("checked", 1)


def test_all_or_nothing_writes_nothing_while_a_row_is_faulty(house, written):
    run = rosters.take(house.clerk, rosters.text([row(1), row(2, 工会名称="没有的工会")]))
    before = written()
    with pytest.raises(Refused, match="1 rows are faulty"):
        runs.apply(house.clerk, SHEET, run, policy="all", on=TODAY)
    assert written() == before


def test_a_clerk_of_a_grassroots_union_needs_no_column_for_the_union(house):
    bare = {"姓名": "王芳", "证件号码": number(1)}
    rosters.bring(house.factory_clerk, [bare])
    assert Membership.objects.get().unit == house.factory.unit


def test_a_register_that_moved_between_check_and_apply_is_not_written_over(house, written):
    run = rosters.take(house.clerk, rosters.text([row(1)]))
    house.member(house.far, serial=1)
    before = written()
    with pytest.raises(Refused, match=r"changed since this sheet was checked \(1 rows\)"):
        runs.apply(house.clerk, SHEET, run, policy="all", on=TODAY)
    assert written() == before


def test_who_left_may_join_again_by_a_roster(house):
    member = house.member(house.factory, serial=1)
    with guard.begin():
        finish(member, ended=Ended.LEFT, on=date(2021, 1, 1))
    run = rosters.bring(house.clerk, [row(1, 入会日期="2021-06-01")])
    assert run.counts["applied_new"] == 1
    assert Person.objects.count() == 1
    assert Membership.objects.get(until=None).since == date(2021, 6, 1)


# Faults, each with its sentence and without a trace


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"证件号码": number(1)[:-1] + "5"}, "The last character of the number does not fit the others"),
        ({"证件号码": "230103199002301117"}, "The date of birth in the number does not exist."),
        ({"证件号码": "23010319900307"}, "The number must have 18 characters."),
        ({"证件号码": ""}, "Document number is missing."),
        ({"姓名": ""}, "Name is missing."),
        ({"性别": "女"}, "The sex stated differs from the one in the identity number."),
        ({"性别": "无"}, "Sex is not in the list"),
        ({"出生日期": "1990-03-08"}, "The date of birth stated differs from the one in the identity number."),
        ({"手机号码": "1381234567"}, "11 digits"),
        ({"入会日期": "2022-10-02"}, "The day of joining lies in the future."),
        ({"入会日期": "2022-02-30"}, "Member since is no date of the calendar"),
        ({"入会日期": "2005-01-01"}, "To join, a worker must be 16 or older on that day"),
        ({"工会名称": "没有的工会"}, "No union in the register has this name or code"),
        ({"工会名称": "油田工会"}, "This union is outside your reach"),
        ({"工会名称": "道里区总工会"}, "This union takes no members itself"),
        ({"工会名称": ""}, "Name the union: your own takes no members itself."),
        ({"工作单位": "没有的单位"}, "This employer is not in the register"),
        ({"工会名称": "货运行业工会联合会", "工作单位": "汽轮机厂"}, "This union takes no members itself"),
        ({"户籍地区划代码": "23"}, "The household region is no region code"),
        ({"证件类型": "护照", "证件号码": "E12345678"}, "State the sex"),
        ({"入会日期": "2014-06-01"}, "This union did not exist yet on the day of joining."),
    ],
)
def test_a_faulty_row_gets_a_sentence_and_leaves_no_trace(house, written, changed, sentence):
    before = written()
    run = rosters.take(house.clerk, rosters.text([{**row(1), **changed}]))
    assert (run.state, run.counts["faulty"]) == ("checked", 1)
    assert sentence in runs.preview(run, "faulty")[0]["reason"]
    with pytest.raises(Refused):
        runs.apply(house.clerk, SHEET, run, policy="all", on=TODAY)
    assert (written().rows[:-1], written().states) == (before.rows[:-1], before.states)


def test_a_number_twice_in_the_file_is_faulty_in_both_rows_and_names_them(house):
    run = rosters.take(house.clerk, rosters.text([row(1), row(2), row(1, name="李娜")]))
    assert (run.counts["faulty"], run.counts["new"]) == (2, 1)
    assert "in rows 2, 4: leave one of them" in runs.preview(run, "faulty")[0]["reason"]


def test_a_dissolved_union_takes_nobody(house):
    with guard.begin():
        house.depot.until = date(2022, 1, 1)
        house.depot.save()
    run = rosters.take(house.clerk, rosters.text([row(1, union="快递站联合工会")]))
    assert "This union has been dissolved" in runs.preview(run, "faulty")[0]["reason"]


def test_a_member_of_a_union_out_of_reach_is_not_taken_over(house):
    member = house.member(house.far, serial=1)
    run = rosters.take(house.clerk, rosters.text([row(1)]))
    shown = runs.preview(run, "faulty")[0]
    assert "Is a member of another union outside your reach: ask for a transfer." in shown["reason"]
    assert (shown["masked"], "油田" in str(shown)) == ("230***********" + number(1)[-4:], False)
    member.refresh_from_db()
    assert member.until is None


def test_a_number_known_under_another_name_says_so_and_not_which(house):
    house.member(house.depot, serial=1, name="王芳")
    run = rosters.take(house.clerk, rosters.text([row(1, name="王芬")]))
    shown = runs.preview(run, "faulty")[0]
    assert "in the register under another name" in shown["reason"]
    assert "王芳" not in str(shown)


def test_who_was_expelled_is_not_brought_back_by_a_roster(house):
    member = house.member(house.factory, serial=1)
    with guard.begin():
        finish(member, ended=Ended.EXPELLED, on=date(2021, 1, 1))
    run = rosters.take(house.clerk, rosters.text([row(1)]))
    assert "only a decision of the union" in runs.preview(run, "faulty")[0]["reason"]


def test_an_earlier_membership_does_not_overlap_the_new_one(house):
    member = house.member(house.factory, serial=1)
    with guard.begin():
        finish(member, ended=Ended.LEFT, on=date(2021, 1, 1))
    run = rosters.take(house.clerk, rosters.text([row(1, 入会日期="2020-12-31")]))
    assert "An earlier membership ended after this day" in runs.preview(run, "faulty")[0]["reason"]


# Files that cannot be read


def _merged(sheet):
    sheet.merge_range(1, 0, 2, 0, "王芳")


def _formula(sheet):
    sheet.write_formula(1, 0, '="王"&"芳"', None, "王芳")


@pytest.mark.parametrize(
    ("name", "make", "sentence"),
    [
        (
            "x.csv",
            lambda _path: "姓名,工会名称\n王芳,汽轮机厂工会\n".encode(),
            "These columns are missing: Document number.",
        ),
        ("x.csv", lambda _path: rosters.text([row(1, 星座="双鱼")]), "These headers are not in the template: “星座”"),
        ("x.xlsx", lambda path: rosters.workbook(path, [row(1), row(2)], _merged), "Cells are merged"),
        ("x.xlsx", lambda path: rosters.workbook(path, [row(1)], _formula), "There are formulas"),
        ("x.csv", lambda _path: b"", "The file is empty"),
        ("x.csv", lambda _path: rosters.text([], headers=["姓名", "证件号码"]), "no rows under them"),
        ("x.xls", lambda _path: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old .xls kind"),
        (
            "x.xlsx",
            lambda _path: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "locked with a password",
        ),
        (
            "x.csv",
            lambda _path: rosters.text([row(1)]) + b",\r\n" * 1_048_575 + "李,1,\r\n".encode(),
            "more than a sheet can hold",
        ),
        ("x.pdf", lambda _path: b"%PDF-1.7 ", "neither an Excel workbook nor a CSV file"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_gets_a_sentence_and_leaves_no_trace(
    house, written, tmp_path, name, make, sentence
):
    before = written()
    run = rosters.take(house.clerk, make(tmp_path / "made"), name=name)
    assert (run.state, sentence in run.message) == ("failed", True), run.message
    assert (written().rows[:-1], written().states) == (before.rows[:-1], before.states)
    assert not [path for path in runs.folder_of(run).iterdir() if path.name == "upload"]


def test_a_zip_bomb_is_refused_before_it_is_unpacked(house, tmp_path):
    bomb = tmp_path / "bomb.xlsx"
    with ZipFile(bomb, "w", ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", "<Types/>")
        packed.writestr("xl/workbook.xml", bytes(64 * 1024**2))
    run = rosters.take(house.clerk, bomb.read_bytes(), name="bomb.xlsx")
    assert (run.state, "unpack" in run.message) == ("failed", True), run.message


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_comes_in_whatever_its_characters(house, encoding):
    run = rosters.take(house.clerk, rosters.text([row(1)], encoding=encoding))
    assert (run.state, run.counts["new"]) == ("checked", 1)


def test_a_workbook_comes_in(house, tmp_path):
    data = rosters.workbook(tmp_path / "x.xlsx", [row(1), row(2)])
    run = rosters.take(house.clerk, data, name="x.xlsx")
    assert (run.state, run.counts["new"]) == ("checked", 2)


# Undoing


def test_an_import_is_taken_back_whole(house, written):
    house.member(house.depot, serial=1)
    rosters.bring(house.clerk, [row(3, 学历="20")])
    before = (
        written().states,
        list(Person.objects.order_by("pk").values("pk", "name", "education", "phone_hash")),
    )
    run = rosters.bring(house.clerk, [row(1), row(2), row(3, 学历="10", 手机号码="13812345678")])
    assert {name: run.counts[f"applied_{name}"] for name in ("new", "changed", "transferred")} == {
        "new": 1,
        "changed": 1,
        "transferred": 1,
    }
    undone = runs.undo(house.clerk, SHEET, run)
    assert undone.state == "undone"
    after = (
        written().states,
        list(Person.objects.order_by("pk").values("pk", "name", "education", "phone_hash")),
    )
    assert after == before


def test_an_import_that_something_depends_on_is_not_taken_back(house, written):
    run = rosters.bring(house.clerk, [row(1), row(2)])
    first, second = Membership.objects.order_by("pk")
    with guard.begin():
        finish(first, ended=Ended.LEFT, on=date(2022, 11, 1))
        Body(union=house.factory, kind="women", head=second.person, since=TODAY).save()
    before = written()
    with pytest.raises(Refused, match="1 of the memberships has been changed since") as refused:
        runs.undo(house.clerk, SHEET, run)
    assert "1 committees depend on it" in str(refused.value)
    assert written() == before


def test_a_stranger_neither_applies_nor_undoes(house, written):
    run = rosters.take(house.clerk, rosters.text([row(1)]))
    before = written()
    with pytest.raises(NotAllowed):
        runs.apply(house.stranger, SHEET, run, policy="all", on=TODAY)
    with pytest.raises(NotAllowed):
        runs.apply(house.auditor, SHEET, run, policy="all", on=TODAY)
    assert written() == before


def test_what_lies_on_disk_holds_no_number_in_clear(house):
    run = rosters.take(house.clerk, rosters.text([row(1), row(2, union="没有的工会")]))
    kept = b"".join(path.read_bytes() for path in runs.folder_of(run).iterdir())
    assert kept
    assert not any(number(serial).encode() in kept for serial in (1, 2))


def test_one_import_is_one_entry_of_the_log(house):
    run = rosters.take(house.clerk, rosters.text([row(serial) for serial in range(1, 6)]))
    before = LogEntry.objects.count()
    runs.apply(house.clerk, SHEET, run, policy="all", on=TODAY)
    assert LogEntry.objects.count() == before + 1
    entry = LogEntry.objects.latest("number")
    assert (entry.action, entry.user, number(1) in str(entry.detail)) == (
        "membership.roster.import_roster",
        house.clerk.user,
        False,
    )
