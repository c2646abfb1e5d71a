"""A worker joins: from the code on the canteen's wall to the card on her phone."""

from datetime import date

import pytest

from unionhall.kernel.indicators.declared import day_of
from unionhall.kernel.indicators.rollup import roll_up
from unionhall.kernel.models import CaseState, LogEntry, Verdict
from unionhall.kernel.terms import Refused
from unionhall.kernel.writing import Actor
from unionhall.membership.actions.cards import read_token, token_of
from unionhall.membership.actions.joining import apply, correct_joining, sign_joining
from unionhall.membership.indicators import DENSITY, MEMBERS
from unionhall.membership.models import Membership
from unionhall.membership.tests.conftest import House, number

MONDAY, TUESDAY, WEDNESDAY = date(2022, 9, 26), date(2022, 9, 27), date(2022, 9, 28)


@pytest.mark.django_db
def test_a_worker_joins():
    house = House()
    factory, reviewer = house.factory, house.factory_reviewer

    # On Monday 韩梅梅 scans the code of her factory's union. She mistypes her name.
    facts = {"number": number(5, woman=True), "phone": "16012345678", "employer": house.employer}
    joining = apply(house.visitor, union=factory, name="韩梅", password="Jx7-wintersea", on=MONDAY, **facts)
    worker = Actor.worker(joining.case.applicant)
    assert joining.case.unit == factory.unit
    assert not Membership.objects.exists()

    # The union returns it on Tuesday, and she reads why.
    joining = sign_joining(
        reviewer, joining=joining, verdict=Verdict.RETURN, reason="姓名与身份证不一致", on=TUESDAY
    )
    assert joining.case.decisions.get().reason == "姓名与身份证不一致"

    # She corrects it the same day; the union approves on Wednesday.
    joining = correct_joining(
        worker,
        joining=joining,
        name="韩梅梅",
        number=number(6, woman=True),
        employer=house.employer,
        on=TUESDAY,
    )
    joining = sign_joining(reviewer, joining=joining, verdict=Verdict.APPROVE, on=WEDNESDAY)
    assert joining.case.state == CaseState.APPROVED

    # She is a member since Wednesday, her card can be checked, and the figures know her from that day.
    member = Membership.objects.get(person__user=worker.user)
    assert (member.person.name, member.since, member.unit) == ("韩梅梅", WEDNESDAY, factory.unit)
    assert read_token(token_of(member)).name == "韩**"
    assert roll_up(MEMBERS, day_of(TUESDAY)).at(house.city.pk).value == 0
    assert roll_up(MEMBERS, day_of(WEDNESDAY)).at(house.city.pk).value == 1
    assert roll_up(DENSITY, day_of(WEDNESDAY)).at(house.city.pk).denominator == 320

    # Another union cannot take her in as well.
    again = apply(
        house.visitor,
        union=house.depot,
        name="韩梅梅",
        number=number(6, woman=True),
        password="Jx7-wintersea",
        on=WEDNESDAY,
    )
    with pytest.raises(Refused):
        sign_joining(house.depot_reviewer, joining=again, verdict=Verdict.APPROVE, on=WEDNESDAY)
    assert Membership.objects.count() == 1

    # Every act stands in the log, by name, without her number.
    log = LogEntry.objects.order_by("number")
    assert list(log.values_list("action", flat=True)) == [
        "membership.joining.apply",
        "membership.joining.sign_joining",
        "membership.joining.correct_joining",
        "membership.joining.sign_joining",
        "membership.joining.apply",
    ]
    assert number(6, woman=True) not in str(list(log.values_list("detail", flat=True)))


@pytest.mark.django_db
def test_a_courier_without_an_employers_union_joins_where_she_lives():
    house = House()
    joining = apply(
        house.visitor,
        union=house.township,
        name="赵敏",
        number=number(8, woman=True),
        worker_kind="courier",
        employer=house.bare_employer,
        password="Jx7-wintersea",
        on=MONDAY,
    )
    joining = sign_joining(house.reviewer, joining=joining, verdict=Verdict.APPROVE, on=TUESDAY)
    assert joining.membership.unit == house.township.unit
    new_forms = roll_up(MEMBERS, day_of(TUESDAY), {"worker_kind": "new_form"})
    assert new_forms.at(house.city.pk).value == 1
