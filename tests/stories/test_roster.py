"""A district union brings its roster in: mends what is faulty, sees a transfer, and takes a mistake back."""

import pytest
from django.utils.translation import override
from openpyxl import load_workbook

from unionhall.kernel.importing import runs
from unionhall.kernel.terms import Refused
from unionhall.membership.imports.roster import SHEET
from unionhall.membership.models import Membership
from unionhall.membership.tests import rosters
from unionhall.membership.tests.conftest import TODAY, House, number
from unionhall.people.models import Person


def member(serial, name, union="汽轮机厂工会", **more):
    return {"姓名": name, "证件号码": number(serial), "工会名称": union, **more}


@pytest.mark.usefixtures("db")
def test_a_union_brings_its_roster_in(settings, tmp_path):
    settings.HOME = tmp_path
    house = House()
    clerk = house.clerk

    # A courier is already a member: she joined at the depot from her phone.
    house.member(house.depot, serial=4, name="陈静")

    # The clerk brings the factory's list: two are new, one number is mistyped, and the courier now works here.
    rows = [member(1, "王芳"), member(2, "李娜"), member(3, "张伟"), member(4, "陈静")]
    rows[2]["证件号码"] = rows[2]["证件号码"][:-1] + "5"
    with override("en"):
        run = rosters.take(clerk, rosters.text(rows))

        # She sees what would happen before anything does.
        assert {name: run.counts[name] for name in ("new", "transferred", "faulty")} == {
            "new": 2,
            "transferred": 1,
            "faulty": 1,
        }
        assert runs.preview(run, "transferred")[0]["note"] == "from 快递站联合工会"
        assert Person.objects.count() == 1

        # All or nothing is refused while a row is faulty; the clean rows go in alone.
        with pytest.raises(Refused, match="1 rows are faulty"):
            runs.apply(clerk, SHEET, run, policy="all", on=TODAY)
        run = runs.apply(clerk, SHEET, run, policy="clean", on=TODAY)
        assert sorted(
            Membership.objects.filter(unit=house.factory.unit, until=None).values_list(
                "person__name", flat=True
            )
        ) == sorted(["王芳", "李娜", "陈静"])

        # The faulty row comes back as a workbook with its reason; she mends the number and brings the workbook again.
        back = tmp_path / "back.xlsx"
        assert runs.hand_back(SHEET, runs.left(run), "clean", back) == 1
        book = load_workbook(back)
        sheet = book.active
        assert "one of them is mistyped" in sheet.cell(2, len(SHEET.layout.columns) + 1).value
        sheet.cell(2, 3).value = number(3)
        book.save(back)
        second = rosters.take(clerk, back.read_bytes(), name="back.xlsx")
        second = runs.apply(clerk, SHEET, second, policy="all", on=TODAY)
        assert second.counts["applied_new"] == 1

        # Bringing the first list once more, mended, changes nothing.
        rows[2]["证件号码"] = number(3)
        third = rosters.take(clerk, rosters.text(rows))
        assert third.counts["unchanged"] == 4

        # The first list was that of another year: she takes it back, and the courier is at the depot again.
        runs.undo(clerk, SHEET, run)
        assert list(
            Membership.objects.filter(until=None).order_by("pk").values_list("person__name", "unit__name")
        ) == [
            ("陈静", "快递站联合工会"),
            ("张伟", "汽轮机厂工会"),
        ]
        assert Person.objects.count() == 2
