"""Sheets for tests: rows as dictionaries by Chinese header, written as CSV or a workbook."""

from pathlib import Path

from xlsxwriter import Workbook

from unionhall.kernel.importing import runs
from unionhall.membership.imports.roster import SHEET
from unionhall.membership.tests.conftest import TODAY

HEADERS = ("姓名", "证件号码", "工会名称")


def text(rows, headers=None, encoding="utf-8"):
    headers = headers or list(dict.fromkeys(name for row in rows for name in row))
    lines = [",".join(headers), *(",".join(row.get(name, "") for name in headers) for row in rows)]
    return ("\r\n".join(lines) + "\r\n").encode(encoding)


def workbook(path: Path, rows, change=None, headers=None):
    headers = headers or list(dict.fromkeys(name for row in rows for name in row))
    with Workbook(str(path)) as book:
        sheet = book.add_worksheet("名册")
        sheet.write_row(0, 0, headers)
        for number, row in enumerate(rows, start=1):
            for place, name in enumerate(headers):
                if row.get(name):
                    sheet.write_string(number, place, row[name])
        if change:
            change(sheet)
    return path.read_bytes()


def take(actor, data, *, unit=None, name="名册.csv", on=TODAY):
    """Upload and check; the run as it is then."""
    run = runs.upload(actor, SHEET, unit=unit or actor.unit, name=name, pieces=[data], on=on)
    return runs.check(actor, SHEET, run)


def bring(actor, rows, policy="all", **more):
    """Upload, check and apply rows; the run."""
    run = take(actor, text(rows), **more)
    return runs.apply(actor, SHEET, run, policy=policy, on=more.get("on", TODAY))
