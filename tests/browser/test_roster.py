"""A roster with twenty kinds of fault comes in by the browser, is mended by nobody, applied where clean, and undone."""

from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect
from xlsxwriter import Workbook

from unionhall.people.rules.identity import check_digit

HEADERS = (
    "姓名",
    "证件类型",
    "证件号码",
    "性别",
    "出生日期",
    "手机号码",
    "工会名称",
    "工作单位",
    "职工类别",
    "是否农民工",
    "文化程度",
    "户籍地区划代码",
    "入会日期",
)
CLEAN = 3


def number(serial: int, birth: str = "19880817", area: str = "230102") -> str:
    """A made-up identity number whose digits fit."""
    body = f"{area}{birth}{serial:03d}"
    return body + check_digit(body)


def wrong_digit(text: str) -> str:
    """The number with another last digit."""
    return text[:-1] + ("0" if text[-1] != "0" else "1")


FAULTS = {  # what is wrong with the row: what it says instead
    "the check digit": {"证件号码": wrong_digit(number(201))},
    "a birth that no calendar has": {"证件号码": number(202, "19900230")},
    "a birth in the future": {"证件号码": number(203, "20990101")},
    "a number too short": {"证件号码": number(204)[:-2]},
    "no number": {"证件号码": ""},
    "no name": {"姓名": ""},
    "a name too long": {"姓名": "王" * 61},
    "a document nobody knows": {"证件类型": "借书证"},
    "a passport without sex and birth": {"证件类型": "护照", "证件号码": "E12345678"},
    "a sex that is not that of the number": {"证件号码": number(211), "性别": "女"},
    "a sex nobody knows": {"性别": "X"},
    "a birth that is not that of the number": {"出生日期": "1970-01-01"},
    "a birth that is no date": {"出生日期": "八八年夏"},
    "a phone that is none": {"手机号码": "12345"},
    "a union nobody knows": {"工会名称": "月球工会委员会"},
    "a union out of reach": {"工会名称": "哈尔滨市总工会"},
    "an employer nobody knows": {"工作单位": "91230100MA00000000"},
    "a kind of worker nobody knows": {"职工类别": "宇航员"},
    "neither yes nor no": {"是否农民工": "也许"},
    "an education nobody knows": {"文化程度": "江湖"},
    "a region that is no code": {"户籍地区划代码": "哈尔滨"},
    "a day of joining in the future": {"入会日期": "2099-01-01"},
    "a day of joining that is no date": {"入会日期": "2022-13-45"},
    "the number of another row": {"证件号码": number(301)},
}


@pytest.fixture(scope="module")
def roster(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three clean rows, then one row for each fault. The first clean row is named twice, so it is faulty as well."""
    target: Path = tmp_path_factory.mktemp("roster") / "名册.xlsx"
    clean = [{"姓名": f"郑新{sign}", "证件号码": number(400 + place)} for place, sign in enumerate("一二三")]
    twice = {"姓名": "吴双双", "证件号码": number(301)}
    faulty = [
        {"姓名": f"错某{place}", "证件号码": number(501 + 2 * place)} | fault
        for place, fault in enumerate(FAULTS.values())
    ]
    with Workbook(str(target)) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADERS)
        for place, row in enumerate([*clean, twice, *faulty], start=1):
            for column, header in enumerate(HEADERS):
                if row.get(header):
                    sheet.write_string(place, column, row[header])
    return target


def members(visitor) -> str:
    """How many members the list counts."""
    visitor.go("/membership/members/")
    return visitor.page.locator(".u-list-foot > span").first.inner_text()


def test_a_roster_with_every_kind_of_fault_is_checked_applied_where_clean_and_undone(visit, roster, tmp_path):
    clerk = visit().log_in("clerk")
    page = clerk.page
    before = members(clerk)
    clerk.go("/membership/imports/roster/new/take/")
    page.set_input_files("main input[type=file]", roster)
    clerk.submit()
    page.wait_for_selector("[name=policy]", timeout=60_000)
    assert members_of(page, "faulty") == len(FAULTS) + 1
    assert clerk.axe() == []
    assert page.locator("[name=policy][value=all]").is_disabled()
    assert before == members(visit().log_in("clerk"))

    with page.expect_download() as download:
        page.click('a[href*="/faulty/"]')
    back = tmp_path / "back.xlsx"
    download.value.save_as(back)
    sheet = load_workbook(back).active
    reasons = [sheet.cell(row, sheet.max_column).value for row in range(2, sheet.max_row + 1)]
    assert len(reasons) == len(FAULTS) + 1
    assert all(reasons)
    assert len(set(reasons)) >= 20

    page.check("[name=policy][value=clean]")
    clerk.submit()
    page.wait_for_selector('form[action$="/undo/"]', timeout=60_000)
    assert clerk.axe() == []
    run = clerk.path
    assert members(clerk) != before
    clerk.go("/membership/members/?q=郑新一")
    assert page.locator(".u-table tbody a").count() == 1

    clerk.go(run)
    with page.expect_navigation():
        page.click('form[action$="/undo/"] button')
    page.wait_for_load_state()
    expect(page.locator('form[action$="/undo/"]')).to_have_count(0, timeout=60_000)
    assert members(clerk) == before
    clerk.go("/membership/members/?q=郑新一")
    assert page.locator(".u-table tbody a").count() == 0


def members_of(page, fate: str) -> int:
    """What the tab of this fate counts."""
    tab = page.locator(f'.u-tabs a[href*="{fate}"] .u-count')
    return int(tab.inner_text())


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.xlsx", b""),
        ("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600),
        ("headers.csv", "星座,血型\n双鱼,O\n".encode()),
        ("text.xlsx", b"not a workbook at all"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_a_sentence(visit, tmp_path, name, content):
    clerk = visit().log_in("clerk")
    target = tmp_path / name
    target.write_bytes(content)
    clerk.go("/membership/imports/roster/new/take/")
    clerk.page.set_input_files("main input[type=file]", target)
    with clerk.page.expect_navigation():
        clerk.page.click("main button.btn-primary")
    clerk.page.wait_for_selector("main .u-tone-bad, main .u-error", timeout=60_000)
    assert clerk.page.locator("[name=policy]").count() == 0
    clerk.complaints.clear()  # an answer of 422 is told in the console
