"""A federation with regions: the nation, Zhejiang, Hangzhou, a district, a township and a factory in it."""

from datetime import date
from types import SimpleNamespace

import pytest

from unionhall.kernel.models import LogEntry, Unit
from unionhall.kernel.terms import Role
from unionhall.kernel.testing.acts import do
from unionhall.kernel.testing.units import appoint, make_user
from unionhall.kernel.units import place
from unionhall.kernel.writing import Actor
from unionhall.law.actions import load_packs
from unionhall.law.models import Holiday, Rule
from unionhall.law.rules.packs import shipped

BEGIN = date(2000, 1, 1)


def make(name, parent, region, kind="federation"):
    return do(lambda: place(Unit(name=name, kind=kind, region=region), parent=parent, since=BEGIN))


@pytest.fixture
def house(db):
    """Units by name, and actors: reviewers of nation, province and city, others further down."""
    made = SimpleNamespace()
    made.nation = make("全国总工会", None, "")
    made.zhejiang = make("浙江省总工会", made.nation, "330000")
    made.shanghai = make("上海市总工会", made.nation, "310000")
    made.hangzhou = make("杭州市总工会", made.zhejiang, "330100")
    made.xihu = make("西湖区总工会", made.hangzhou, "330106")
    made.township = make("留下街道总工会", made.xihu, "330106")
    made.factory = make("西溪机械厂工会", made.township, "", "single")
    made.plant = make("钱江电厂工会", made.zhejiang, "330105", "single")
    for name, role in (
        ("nation", Role.REVIEWER),
        ("zhejiang", Role.LEADER),
        ("shanghai", Role.REVIEWER),
        ("hangzhou", Role.REVIEWER),
        ("township", Role.REVIEWER),
        ("factory", Role.REVIEWER),
        ("plant", Role.LEADER),
    ):
        setattr(made, f"in_{name}", appoint(make_user(f"in-{name}"), role, getattr(made, name)))
    made.clerk = appoint(make_user("clerk"), Role.CLERK, made.hangzhou)
    made.auditor = appoint(make_user("auditor"), Role.AUDITOR, made.nation)
    return made


@pytest.fixture
def packs(db):
    """The packs that come with the house, loaded."""
    return load_packs(Actor.machine(), packs=shipped())


@pytest.fixture
def state():
    """What an act could write: equal before and after a refused one."""

    def look():
        tables = [list(model.objects.order_by("pk").values_list()) for model in (Rule, Holiday)]
        return (*tables, LogEntry.objects.count())

    return look
