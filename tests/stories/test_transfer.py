"""A member transfers: one union lets go and the other receives on the same day; the years before stay as they were."""

from datetime import date, timedelta

import pytest

from unionhall.kernel.indicators.declared import day_of
from unionhall.kernel.indicators.rollup import roll_up
from unionhall.kernel.models import Verdict
from unionhall.kernel.terms import Period
from unionhall.kernel.writing import Actor
from unionhall.membership.actions.standing import retain
from unionhall.membership.actions.transferring import ask_transfer, sign_transfer
from unionhall.membership.indicators import MEMBERS, NEW, TRANSFERS
from unionhall.membership.models import Membership
from unionhall.membership.rules import Standing
from unionhall.membership.tests.conftest import House

ASKED, RECEIVED = date(2022, 8, 30), date(2022, 9, 5)


@pytest.mark.django_db
def test_a_member_transfers():
    house = House()
    member = house.member(house.factory, employer=house.employer, since=date(2019, 7, 1))
    worker = Actor.worker(member.person.user)

    # The workshop closes; the factory's union retains her membership: no dues, no vote.
    retain(house.factory_clerk, membership=member, reason="单位停产，职工待业")

    # She finds work at a depot and asks its union to receive her. Until then nothing changes.
    transfer = ask_transfer(worker, membership=member, to=house.depot, employer=house.bare_employer, on=ASKED)
    assert Membership.objects.get(until=None).unit == house.factory.unit

    # The depot's union receives her: the old membership ends and the new one begins on that day.
    transfer = sign_transfer(house.depot_reviewer, transfer=transfer, verdict=Verdict.APPROVE, on=RECEIVED)
    old, new = Membership.objects.order_by("since")
    assert (old.until, new.since) == (RECEIVED, RECEIVED)
    assert (new.card, new.standing) == (old.card, Standing.ACTIVE)
    new.person.refresh_from_db()
    assert new.person.unit == house.depot.unit

    # On every day she is counted once, where she belonged on that day.
    members = {
        day: (
            roll_up(MEMBERS, day_of(day)).at(house.factory.pk).value,
            roll_up(MEMBERS, day_of(day)).at(house.depot.pk).value,
            roll_up(MEMBERS, day_of(day)).at(house.city.pk).value,
        )
        for day in (RECEIVED - timedelta(days=1), RECEIVED)
    }
    assert members == {RECEIVED - timedelta(days=1): (1, 0, 1), RECEIVED: (0, 1, 1)}

    # A transfer is no new member.
    year = Period.year(2022)
    assert roll_up(TRANSFERS, year).at(house.depot.pk).value == 1
    assert roll_up(NEW, year).at(house.city.pk).value == 0
