from datetime import date

import pytest

from unionhall.kernel.importing import runs
from unionhall.kernel.models import ImportRun
from unionhall.membership.imports.roster import SHEET
from unionhall.membership.models import Membership
from unionhall.membership.rules import card_number
from unionhall.membership.tests import rosters
from unionhall.membership.tests.conftest import TODAY, number
from unionhall.people.models import Person


@pytest.fixture(autouse=True)
def _own_home(settings, tmp_path):
    settings.HOME = tmp_path


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
