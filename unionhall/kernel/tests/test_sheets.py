import csv
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from django.utils.translation import override

from unionhall.kernel.importing.layouts import Column, Layout
from unionhall.kernel.importing.reading import read
from unionhall.kernel.importing.sheets import export, faulty, guarded, template
from unionhall.kernel.terms import Refused

ROSTER = Layout(
    "members",
    "会员名册[2026]",
    (
        Column("name", "姓名", required=True, max_length=10, help="与身份证一致", sample="某某"),
        Column("identity", "证件号码", required=True, as_text=True),
        Column("sex", "性别", kind="choice", labels={"male": "男", "female": "女"}),
        Column("unit", "单位"),
        Column("joined", "入会日期", kind="date"),
    ),
)


@pytest.fixture(scope="module", autouse=True)
def in_english():
    with override("en"):
        yield


@pytest.fixture
def opened():
    books = []

    def load(path):
        books.append(openpyxl.load_workbook(path))
        return books[-1]

    yield load
    for book in books:
        book.close()


def test_the_template_has_styled_frozen_headers_with_notes(tmp_path, opened):
    path = tmp_path / "template.xlsx"
    template(ROSTER, path)
    sheet = opened(path).worksheets[0]
    assert sheet.title == "会员名册 2026 "
    assert [cell.value for cell in sheet[1]] == ["姓名", "证件号码", "性别", "单位", "入会日期"]
    assert sheet["A1"].font.bold
    assert sheet["A1"].font.color.rgb == "FFB00020"
    assert sheet["C1"].font.color.rgb != "FFB00020"
    assert sheet.freeze_panes == "A2"
    assert "与身份证一致" in sheet["A1"].comment.text
    assert sheet["B2"].number_format == sheet["B5001"].number_format == "@"
    assert not any(cell.value for row in sheet.iter_rows(min_row=2) for cell in row)


def test_the_template_offers_the_lists_from_a_hidden_sheet(tmp_path, opened):
    path = tmp_path / "template.xlsx"
    template(ROSTER, path, {"unit": ["一分厂工会", "二分厂工会", "三分厂工会"]})
    book = opened(path)
    assert book["codes"].sheet_state == "hidden"
    rules = {str(rule.sqref): rule.formula1 for rule in book.worksheets[0].data_validations.dataValidation}
    assert rules == {"C2:C5001": "codes!$C$1:$C$2", "D2:D5001": "codes!$D$1:$D$3"}
    assert [cell.value for cell in book["codes"]["D"]] == ["一分厂工会", "二分厂工会", "三分厂工会"]


def test_the_template_explains_every_column_on_a_second_sheet(tmp_path, opened):
    path = tmp_path / "template.xlsx"
    template(ROSTER, path)
    sheet = opened(path)["How to fill in"]
    assert [cell.value for cell in sheet["A"]][1:] == ["姓名", "证件号码", "性别", "单位", "入会日期"]
    assert [sheet.cell(2, place).value for place in (2, 4, 6)] == ["yes", "与身份证一致", "某某"]
    assert sheet.cell(4, 5).value == "男 / 女"


def test_the_template_is_refused_empty_and_read_once_it_is_filled_in(tmp_path, opened):
    path = tmp_path / "template.xlsx"
    template(ROSTER, path)
    with pytest.raises(Refused, match="headers but no rows"):
        read(path, ROSTER)
    book = opened(path)
    for place, value in enumerate(["张三", "110101199003070011", "女", "", "2022-10-01"], start=1):
        book.worksheets[0].cell(2, place, value)
    book.save(path)
    reading = read(path, ROSTER)
    assert reading.frame.rows() == [(2, "张三", "110101199003070011", "female", None, date(2022, 10, 1))]
    assert reading.faults.is_empty()


def test_faulty_rows_come_back_with_their_reason_and_can_be_uploaded_once_corrected(tmp_path, opened):
    sent = tmp_path / "sent.csv"
    sent.write_text("姓名,证件号码,性别,入会日期\n张三,1,男,2022-01-01\n,2,南,=1+1\n王五,3,女,昨天\n")
    reading = read(sent, ROSTER)
    back = tmp_path / "back.xlsx"
    faulty(reading.given, reading.faults, ROSTER, back)
    book = opened(back)
    sheet = book.worksheets[0]
    assert [[cell.value for cell in row] for row in sheet.iter_rows(max_col=5)] == [
        ["姓名", "证件号码", "性别", "单位", "入会日期"],
        [None, "2", "南", None, "=1+1"],
        ["王五", "3", "女", None, "昨天"],
    ]
    assert sheet["F1"].value == "原因 / Reason"
    assert sheet["F2"].value.split("\n") == [
        "姓名 is missing.",
        "性别 is not in the list: choose one of 男 / 女.",
        "入会日期 is no date of the calendar: write it like 2022-10-01.",
    ]
    coloured = {c.coordinate for row in sheet.iter_rows() for c in row if c.fill.fgColor.rgb == "FFFFD9D9"}
    assert coloured == {"A2", "C2", "E2", "E3"}
    assert [row[1:] for row in read(back, ROSTER).faults.select("row", "column").rows()] != []
    for place, value in {"A2": "李四", "C2": "男", "E2": "2022-01-02", "E3": "2022-01-03"}.items():
        sheet[place] = value
    book.save(back)
    again = read(back, ROSTER)
    assert again.faults.is_empty()
    assert again.frame["joined"].to_list() == [date(2022, 1, 2), date(2022, 1, 3)]


ROWS = [["=1+1", 6222021234567890123, Decimal("12.50"), date(2022, 10, 1)], ["张三", None, 3, None]]


def test_an_export_writes_text_never_as_a_formula_and_long_numbers_as_text(tmp_path, opened):
    path = tmp_path / "export.xlsx"
    assert export(iter(ROWS), ["姓名", "卡号", "会费", "日期"], path, as_text=[1]) == 2
    sheet = opened(path).worksheets[0]
    assert (sheet["A2"].value, sheet["A2"].data_type) == ("=1+1", "s")
    assert (sheet["B2"].value, sheet["B2"].number_format) == ("6222021234567890123", "@")
    assert (sheet["C2"].value, sheet["C3"].value) == (12.5, 3)
    assert sheet["D2"].value.date() == date(2022, 10, 1)
    assert sheet["B3"].value is None


def test_an_export_as_csv_guards_text_and_leaves_numbers(tmp_path):
    path = tmp_path / "export.csv"
    assert export(iter([*ROWS, ["-2", -2, "@x", None]]), ["姓名", "卡号", "会费", "日期"], path) == 3
    with path.open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file)) == [
            ["姓名", "卡号", "会费", "日期"],
            ["'=1+1", "6222021234567890123", "12.50", "2022-10-01"],
            ["张三", "", "3", ""],
            ["'-2", "-2", "'@x", ""],
        ]


@pytest.mark.parametrize("text", ["=1", "+8613800138000", "-x", "@x"])
def test_text_guarded_in_a_csv_file_is_read_back_as_it_was(tmp_path, text):
    path = tmp_path / "back.csv"
    export([[text, "1"]], ["姓名", "证件号码"], path)
    assert guarded(text) in path.read_text(encoding="utf-8-sig")
    layout = Layout("two", "两列", (*ROSTER.columns[1:2], Column("name", "姓名")))
    assert read(path, layout).given["name"].to_list() == [text]
