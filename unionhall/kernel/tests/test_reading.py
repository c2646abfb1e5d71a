import struct
import zipfile
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO

import openpyxl
import polars as pl
import pytest
import xlsxwriter
from django.utils.translation import override

from unionhall.kernel.importing.layouts import Column, Layout
from unionhall.kernel.importing.reading import read
from unionhall.kernel.importing.uploads import OLE2, Limits
from unionhall.kernel.terms import Refused

ROSTER = Layout(
    "members",
    "会员名册",
    (
        Column("name", "姓名", ("Name",), required=True, max_length=10),
        Column("identity", "证件号码", ("ID number",), required=True, as_text=True, max_length=18),
        Column(
            "sex",
            "性别",
            ("Sex",),
            kind="choice",
            choices={"男性": "male"},
            labels={"male": "男", "female": "女", "F": "Frau"},
        ),
        Column("joined", "入会日期", ("Joined",), kind="date"),
        Column("children", "子女数", kind="integer"),
        Column("dues", "会费", kind="decimal"),
    ),
    max_rows=1000,
)
HEADERS = ["姓名", "证件号码", "性别", "入会日期", "子女数", "会费"]
ZHANG = ["张三", "110101199003070011", "男", "2022-10-01", "2", "12.50"]
LI = ["李四", "110101199003070038", "女", "2023-01-31", "0", "8"]


@pytest.fixture(scope="module", autouse=True)
def in_english():
    with override("en"):
        yield


@pytest.fixture
def text(tmp_path):
    def write(content, encoding="utf-8"):
        path = tmp_path / "roster.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return write


@pytest.fixture
def workbook(tmp_path):
    def write(*sheets):
        path = tmp_path / "roster.xlsx"
        book = xlsxwriter.Workbook(str(path))
        for number, rows in enumerate(sheets):
            sheet = book.add_worksheet(f"表{number + 1}")
            for place, row in enumerate(rows):
                sheet.write_row(place, 0, row)
        book.close()
        return path

    return write


@pytest.fixture
def changed(tmp_path):
    """A workbook made by openpyxl, after a change to its first sheet."""

    def write(rows, change):
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        change(book.active)
        path = tmp_path / "changed.xlsx"
        book.save(path)
        book.close()
        return path

    return write


def lines(*rows, mark=","):
    return "\r\n".join(mark.join(row) for row in rows) + "\r\n"


def refusal(path, layout=ROSTER, **limits):
    with pytest.raises(Refused) as refused:
        read(path, layout, Limits(**limits))
    return str(refused.value)


def faults(reading):
    return reading.faults.select("row", "column", "code").rows()


VALUES = [
    (2, "张三", "110101199003070011", "male", date(2022, 10, 1), 2, Decimal("12.50")),
    (3, "李四", "110101199003070038", "female", date(2023, 1, 31), 0, Decimal("8.00")),
]


def test_a_workbook_is_read_into_values_with_the_rows_excel_shows(workbook):
    reading = read(workbook([HEADERS, ZHANG, LI]), ROSTER)
    assert reading.frame.rows() == VALUES
    assert reading.given.rows() == [(2, *ZHANG), (3, *LI)]
    assert reading.faults.is_empty()
    assert (reading.sheet, reading.others) == ("表1", ())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("mark", [",", "\t", ";"])
def test_a_csv_file_is_read_in_every_usual_encoding_and_with_every_usual_mark(text, encoding, mark):
    reading = read(text(lines(HEADERS, ZHANG, LI, mark=mark), encoding), ROSTER)
    assert reading.frame.rows() == VALUES
    assert reading.faults.is_empty()


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_csv_file_is_read_with_every_line_end_and_quotation_marks(text, end):
    content = end.join(['"姓名",证件号码', '"张,三",1', '"说""好""",2'])
    assert read(text(content), ROSTER).given.select("row", "name").rows() == [(2, "张,三"), (3, '说"好"')]


def test_headers_are_found_under_a_title_and_rows_keep_their_numbers(workbook, text):
    rows = [["某某工会会员名册"], [], HEADERS, ZHANG, [], LI]
    for path in (workbook(rows), text(lines(*rows))):
        assert read(path, ROSTER).frame["row"].to_list() == [4, 6]


def test_a_quoted_line_break_counts_as_one_row_of_excel(text):
    reading = read(text('"名册\n2026"\n姓名,证件号码\n"张\n三",1\n李四,2\n'), ROSTER)
    assert reading.given.select("row", "name").rows() == [(3, "张 三"), (4, "李四")]


def test_headers_are_known_by_alias_star_space_case_and_width(workbook):
    reading = read(workbook([["＊姓 名（必填）", "id NUMBER", "ＳＥＸ"], ["张三", "1", "男"]]), ROSTER)
    assert reading.given.select("name", "identity", "sex").rows() == [("张三", "1", "男")]


def test_full_width_digits_letters_spaces_and_invisible_marks_are_made_ordinary(text):
    reading = read(text(lines(HEADERS[:2], ["\u3000张\u3000三\u00a0", "\u202d１１０Ｘ\u200b"])), ROSTER)
    assert reading.given.select("name", "identity").rows() == [("张 三", "110X")]


@pytest.mark.parametrize(
    "written",
    [
        "2022-10-01",
        "2022/10/1",
        "2022.10.1",
        "20221001",
        "2022年10月1日",
        "２０２２－１０－０１",
        "2022-10-01 08:30",
    ],
)
def test_dates_are_read_in_every_form_people_type(text, written):
    assert read(text(lines(HEADERS[:4], [*ZHANG[:3], written])), ROSTER).frame["joined"].to_list() == [
        date(2022, 10, 1)
    ]


@pytest.mark.parametrize(
    "written",
    ["2022-02-30", "10/1/2022", "22-10-1", "2022-10", "44835", "长期", "0022-10-01", "202210011", "-"],
)
def test_what_is_no_date_is_a_fault_of_its_cell(text, written):
    reading = read(text(lines(HEADERS[:4], ZHANG[:4], [*LI[:3], written])), ROSTER)
    assert faults(reading) == [(3, "joined", "date")]
    assert reading.frame["joined"].to_list() == [date(2022, 10, 1), None]
    assert "2022-10-01" in reading.faults["sentence"][0]
    assert reading.clean["row"].to_list() == [2]


def test_date_cells_of_excel_are_read_whatever_their_format(changed):
    def dates(sheet):
        for place, shape in enumerate(["yyyy-mm-dd", 'yyyy"年"m"月"d"日"', "m/d/yy h:mm"], start=2):
            sheet.cell(place, 4, datetime(2022, 10, 1, 0, 0)).number_format = shape  # noqa: DTZ001  as Excel's

    rows = [HEADERS[:4], *([[f"张{n}", str(n), "男"] for n in range(3)])]
    assert read(changed(rows, dates), ROSTER).frame["joined"].to_list() == [date(2022, 10, 1)] * 3


def test_numbers_of_excel_keep_their_digits(workbook):
    reading = read(workbook([HEADERS, ["张三", 13800138000, "男", "", 3, 0.1]]), ROSTER)
    assert reading.frame.select("identity", "children", "dues").rows() == [
        ("13800138000", 3, Decimal("0.10"))
    ]


@pytest.mark.parametrize(
    ("written", "value"), [("男", "male"), ("男性", "male"), ("Male", "male"), ("f", "F")]
)
def test_a_choice_is_read_by_label_other_text_or_code(text, written, value):
    assert read(text(lines(HEADERS[:3], ["张三", "1", written])), ROSTER).frame["sex"].to_list() == [value]


def test_what_is_not_in_the_list_is_a_fault_that_names_the_list(text):
    reading = read(text(lines(HEADERS[:3], ["张三", "1", "南"])), ROSTER)
    assert faults(reading) == [(2, "sex", "choice")]
    assert reading.faults["sentence"].to_list() == ["性别 is not in the list: choose one of 男 / 女 / Frau."]


@pytest.mark.parametrize(("written", "value"), [("3", 3), ("3.0", 3), ("-1", -1), ("1,234", 1234), ("３", 3)])
def test_whole_numbers_are_read(workbook, written, value):
    reading = read(workbook([[*HEADERS[:2], "子女数"], ["张三", "1", written]]), ROSTER)
    assert reading.frame["children"].to_list() == [value]


@pytest.mark.parametrize(
    ("place", "written"), [(4, "2.5"), (4, "两个"), (4, "12,34"), (5, "1.005"), (5, "1e3")]
)
def test_what_is_no_such_number_is_a_fault(workbook, place, written):
    row = [*ZHANG[:place], written, *ZHANG[place + 1 :]]
    name = ROSTER.columns[place].name
    assert faults(read(workbook([HEADERS, row]), ROSTER)) == [(2, name, ROSTER.columns[place].kind)]


@pytest.mark.parametrize(
    ("written", "value"), [("12.5", "12.50"), ("1,234.50", "1234.50"), ("¥8", "8.00"), ("8元", "8.00")]
)
def test_amounts_are_read(workbook, written, value):
    assert read(workbook([HEADERS, [*ZHANG[:5], written]]), ROSTER).frame["dues"].to_list() == [
        Decimal(value)
    ]


def test_a_missing_required_cell_is_a_fault(workbook):
    reading = read(workbook([HEADERS, ["", *ZHANG[1:]], ["李四", " \u3000"]]), ROSTER)
    assert faults(reading) == [(2, "name", "missing"), (3, "identity", "missing")]
    assert reading.clean.is_empty()


def test_too_long_text_is_a_fault(workbook):
    assert faults(read(workbook([HEADERS, ["张" * 11, *ZHANG[1:]]]), ROSTER)) == [(2, "name", "long")]
    assert read(workbook([HEADERS, ["张" * 10, *ZHANG[1:]]]), ROSTER).faults.is_empty()


def test_control_characters_are_a_fault(text):
    assert faults(read(text(lines(HEADERS[:2], ["张\x07三", "1"])), ROSTER)) == [(2, "name", "controls")]


def test_a_number_that_excel_rounded_is_a_fault(text):
    reading = read(text(lines(HEADERS[:2], ["张三", "1.10101E+17"])), ROSTER)
    assert faults(reading) == [(2, "identity", "rounded")]


def test_a_csv_row_with_too_many_cells_is_a_fault(text):
    reading = read(text(lines(HEADERS[:2], ["张三", "1", "乱"], ["李四", "2", ""])), ROSTER)
    assert faults(reading) == [(2, "", "beyond")]


def test_an_empty_file_is_refused(text):
    assert "The file is empty" in refusal(text(b""))


def test_an_empty_sheet_is_refused(workbook, text):
    assert "The sheet is empty" in refusal(workbook([]))
    assert "The sheet is empty" in refusal(text("\r\n \r\n"))


def test_headers_without_rows_are_refused(workbook, text):
    for path in (workbook([HEADERS]), text(lines(HEADERS)), text(lines(HEADERS, [" ", ""]))):
        assert "headers but no rows" in refusal(path)


def test_an_old_workbook_is_refused_with_what_to_do(text):
    assert "old .xls kind: open it, save it as .xlsx" in refusal(text(OLE2 + b"Workbook" * 100))


def test_a_locked_workbook_is_refused(text):
    content = OLE2 + bytes(2000) + "EncryptedPackage".encode("utf-16-le")
    assert "locked with a password" in refusal(text(content))


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.7\n",
        b"\xff\xd8\xff\xe0photo",
        b"\x89PNG\r\n\x1a\n",
        b"<html><table>",
        b"\xef\xbb\xbf<?xml version='1.0'?>",
        bytes(range(1, 32)) * 10,
    ],
)
def test_a_file_that_is_no_sheet_is_refused_whatever_its_name(text, content):
    assert "neither an Excel workbook nor a CSV file" in refusal(text(content))


def test_a_package_that_is_no_workbook_is_refused(tmp_path):
    path = tmp_path / "letter.xlsx"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("word/document.xml", "<w/>")
    assert "neither an Excel workbook" in refusal(path)


def test_a_damaged_workbook_is_refused(workbook):
    path = workbook([HEADERS, ZHANG])
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    assert "workbook is damaged" in refusal(path)
    path.write_bytes(content[:100] + bytes(200) + content[300:])
    assert "workbook is damaged" in refusal(path)


def test_a_workbook_that_unpacks_to_too_much_is_not_opened(workbook):
    path = workbook([HEADERS, ZHANG])
    for limits in ({"unpacked_bytes": 1000}, {"entries": 3}, {"small": 10, "ratio": 1}):
        assert "unpacks to far more" in refusal(path, **limits)


def test_a_packed_part_that_lies_about_its_size_is_found_out(workbook):
    path = workbook([HEADERS, ZHANG])
    packed = BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            new.writestr(entry.filename, old.read(entry))
        new.writestr("xl/bomb.xml", bytes(3_000_000))
    content = packed.getvalue().replace(struct.pack("<I", 3_000_000), struct.pack("<I", 3_000))
    path.write_bytes(content)
    assert "unpacks to far more" in refusal(path, unpacked_bytes=1_000_000)
    assert "workbook is damaged" in refusal(path)


def test_two_cells_far_apart_do_not_fill_the_memory(changed):
    def far(sheet):
        sheet["ZZ2"] = "x"
        sheet["A900000"] = "x"

    assert "far to the right, in column ZZ" in refusal(changed([HEADERS, ZHANG], far))


def test_a_file_larger_than_the_limit_is_refused(text):
    assert "larger than 0 MB" in refusal(text(lines(HEADERS, ZHANG)), file_bytes=10)


def test_more_rows_than_a_sheet_can_hold_are_refused(text):
    content = lines(HEADERS[:2], *([["张三", "1"]] * 20))
    assert "has 21 rows, more than a sheet can hold (20)" in refusal(text(content), sheet_rows=20)
    assert read(text(content), ROSTER, Limits(sheet_rows=21)).frame.height == 20


def test_more_rows_than_the_layout_takes_are_refused(workbook):
    path = workbook([HEADERS, *([ZHANG] * 1001)])
    assert "There are 1001 rows; at most 1000" in refusal(path)


def test_missing_headers_are_named(workbook):
    assert "columns are missing: 证件号码." in refusal(workbook([["姓名", "性别"], ["张三", "男"]]))


def test_unknown_headers_are_named_with_the_nearest_one(workbook):
    sentence = refusal(workbook([[*HEADERS[:2], "入会时日期", "血型"], ["张三", "1", "", ""]]))
    assert "not in the template: “入会时日期” (is it “入会日期”?), “血型”." in sentence


def test_doubled_headers_are_named(workbook):
    assert "stand more than once: 姓名." in refusal(workbook([[*HEADERS, "Name"], [*ZHANG, "张三"]]))


def test_several_header_faults_are_all_told(workbook):
    with pytest.raises(Refused) as refused:
        read(workbook([["姓名", "姓名", "血型"], ["张三", "", ""]]), ROSTER)
    assert len(refused.value.reasons) == 3


def test_no_headers_at_all_are_refused_with_those_that_are_needed(workbook, text):
    for path in (workbook([ZHANG, LI]), text(lines(ZHANG, LI))):
        assert (
            "No row of headers was found in the first ten rows. These are needed: 姓名, 证件号码."
            in refusal(path)
        )


def test_headers_below_the_tenth_row_are_not_found(workbook):
    assert "No row of headers" in refusal(workbook([*([["题"]] * 10), HEADERS, ZHANG]))


def test_two_rows_of_headers_are_refused(workbook):
    assert "Rows 1, 3 both look like" in refusal(workbook([HEADERS, ZHANG, HEADERS, LI]))


def test_text_without_a_header_is_refused_by_its_letter(workbook):
    assert "without a header: H." in refusal(workbook([HEADERS, [*ZHANG, "", "备注"]]))


def test_merged_cells_among_the_data_are_named_and_those_of_the_title_are_not(changed):
    rows = [["名册"], HEADERS, ZHANG, LI]
    assert read(changed(rows, lambda sheet: sheet.merge_cells("A1:F1")), ROSTER).frame.height == 2
    assert "merged in the rows of data: C3:C4." in refusal(
        changed(rows, lambda sheet: (sheet.merge_cells("A1:F1"), sheet.merge_cells("C3:C4")))
    )


def test_formulas_among_the_data_are_named(changed):
    def formulas(sheet):
        sheet["A1"] = "=1"
        for row in range(3, 10):
            sheet[f"C{row}"] = '=IF(1,"男","女")'

    rows = [["名册"], HEADERS, *([ZHANG] * 8)]
    assert "formulas in the rows of data: C3, C4, C5, C6, C7…." in refusal(changed(rows, formulas))


def test_a_formula_far_down_a_long_sheet_is_found_with_its_cell(changed):
    def formula(sheet):
        sheet["D900"] = "=TODAY()"

    path = changed([HEADERS, *([[*ZHANG[:3], None, "x" * 2000]] * 950)], formula)
    assert "formulas in the rows of data: D900." in refusal(path)


def test_of_several_sheets_the_one_with_the_headers_is_read(workbook):
    reading = read(workbook([["说明"]], [HEADERS, ZHANG], [HEADERS], []), ROSTER)
    assert (reading.sheet, reading.others) == ("表2", ("表1", "表3", "表4"))
    assert reading.frame.height == 1


def test_two_filled_sheets_are_refused(workbook):
    assert "Several sheets can be read: 表1, 表2." in refusal(workbook([HEADERS, ZHANG], [HEADERS, LI]))


def test_a_hidden_sheet_is_not_read(changed):
    def hide(sheet):
        other = sheet.parent.create_sheet("看得见")
        other.append(["说明"])
        sheet.sheet_state = "hidden"
        sheet.parent.active = 1

    assert "No row of headers" in refusal(changed([HEADERS, ZHANG], hide))


def test_text_in_an_unknown_encoding_is_refused(text):
    assert "cannot be read: save it as .xlsx" in refusal(text("姓名".encode() + b"\xff\xfe\x81\xff,"))


def test_zero_bytes_are_refused(text):
    for content in (lines(HEADERS, ["张\0三"]), "\ufeff" + lines(HEADERS, ["张\0三"])):
        assert "zero bytes" in refusal(text(content))
    assert "zero bytes" in refusal(text(lines(HEADERS, ["张\0三"]), "utf-16"))


def test_quotation_marks_that_do_not_fit_are_refused(text):
    assert "quotation marks" in refusal(text('姓名,证件号码\n"张三,1\n李四,2\n'))


def test_a_semicolon_inside_text_does_not_change_the_mark(text):
    reading = read(text("姓名,证件号码\n张;三,1\n"), ROSTER)
    assert reading.given["name"].to_list() == ["张;三"]


def test_faults_are_a_frame_even_without_faults(workbook):
    faults = read(workbook([HEADERS, ZHANG]), ROSTER).faults
    assert faults.schema == {"row": pl.UInt32, "column": pl.String, "code": pl.String, "sentence": pl.String}
