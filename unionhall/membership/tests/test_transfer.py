from datetime import date, timedelta

import pytest

from unionhall.kernel.models import CaseState, Verdict
from unionhall.kernel.terms import NotAllowed, Refused
from unionhall.kernel.writing import Actor
from unionhall.membership.actions import cards, standing
from unionhall.membership.actions import transferring as acts
from unionhall.membership.models import Membership, Transfer
from unionhall.membership.rules import Ended, Entered, Standing
from unionhall.membership.tests.conftest import TODAY


@pytest.fixture
def member(house):
    return house.member(house.factory, employer=house.employer, worker_kind="employee")


def ask(house, member, to=None, **more):
    worker = Actor.worker(member.person.user)
    return acts.ask_transfer(worker, membership=member, to=to or house.depot, on=TODAY, **more)


def sign(house, transfer, verdict=Verdict.APPROVE, actor=None, on=TODAY, **more):
    actor = actor or house.depot_reviewer
    return acts.sign_transfer(actor, transfer=transfer, verdict=verdict, on=on, **more)


def test_a_transfer_waits_at_the_receiving_union_and_changes_nothing_yet(house, member):
    transfer = ask(house, member)
    assert (transfer.case.unit, transfer.case.state) == (house.depot.unit, CaseState.OPEN)
    assert Membership.objects.get(until=None).unit == house.factory.unit


def test_received_the_member_leaves_there_and_enters_here_on_the_same_day(house, member):
    transfer = sign(house, ask(house, member, employer=house.bare_employer))
    old, new = Membership.objects.order_by("since")
    assert (old.until, old.ended) == (TODAY, Ended.TRANSFERRED)
    assert (new.since, new.until, new.entered, new.unit) == (
        TODAY,
        None,
        Entered.TRANSFERRED,
        house.depot.unit,
    )
    assert (new.card, new.employer) == (old.card, house.bare_employer)
    assert transfer.received == new
    member.person.refresh_from_db()
    assert member.person.unit == house.depot.unit


@pytest.mark.parametrize("to", ["factory", "county"])
def test_a_transfer_that_makes_no_sense_is_refused(house, member, written, to):
    before = written()
    with pytest.raises(Refused) as caught:
        ask(house, member, getattr(house, to), employer=house.employer)
    assert {r.field for r in caught.value.reasons} == {"to"}
    assert written() == before


def test_only_one_transfer_waits_at_a_time(house, member, written):
    ask(house, member)
    before = written()
    with pytest.raises(Refused):
        ask(house, member, house.far)
    assert written() == before


def test_nobody_asks_for_another_nor_signs_at_a_union_that_is_not_hers(house, member, written):
    other = house.member(house.factory, serial=2, name="张伟")
    before = written()
    with pytest.raises(NotAllowed):
        acts.ask_transfer(Actor.worker(other.person.user), membership=member, to=house.depot, on=TODAY)
    with pytest.raises(NotAllowed):
        acts.ask_transfer(house.factory_clerk, membership=member, to=house.depot, on=TODAY)
    assert written() == before
    transfer = ask(house, member)
    before = written()
    for actor in (house.factory_reviewer, house.stranger, house.depot_clerk):
        with pytest.raises(NotAllowed):
            sign(house, transfer, actor=actor)
    assert written() == before


def test_a_transfer_signed_on_the_day_of_joining_is_refused_and_still_waits(house, member, written):
    transfer = ask(house, member)
    before = written()
    with pytest.raises(Refused):
        sign(house, transfer, on=member.since)
    assert written() == before
    assert Transfer.objects.get(pk=transfer.pk).case.state == CaseState.OPEN


def test_a_transfer_is_returned_repeated_and_refused(house, member):
    transfer = sign(house, ask(house, member), Verdict.RETURN, reason="请填写新单位")
    worker = Actor.worker(member.person.user)
    acts.repeat_transfer(worker, transfer=transfer, on=TODAY, employer=house.bare_employer)
    again = Transfer.objects.get(pk=transfer.pk)
    assert (again.case.state, again.employer) == (CaseState.OPEN, house.bare_employer)
    assert sign(house, again, Verdict.REFUSE, reason="不在本会范围").case.state == CaseState.REFUSED
    assert Membership.objects.get(until=None).unit == house.factory.unit


def test_a_decided_transfer_is_neither_repeated_nor_withdrawn(house, member, written):
    transfer = sign(house, ask(house, member))
    worker = Actor.worker(member.person.user)
    before = written()
    with pytest.raises(Refused):
        acts.repeat_transfer(worker, transfer=transfer, on=TODAY)
    with pytest.raises(Refused):
        acts.withdraw_transfer(worker, transfer=transfer, on=TODAY)
    assert written() == before


def test_a_transfer_withdrawn_leaves_the_membership(house, member):
    transfer = ask(house, member)
    acts.withdraw_transfer(Actor.worker(member.person.user), transfer=transfer, on=TODAY)
    transfer.case.refresh_from_db()
    assert transfer.case.state == CaseState.WITHDRAWN
    assert ask(house, member, house.far).case.state == CaseState.OPEN


def test_an_office_with_both_unions_in_reach_moves_a_member_and_ends_the_request(house, member):
    transfer = ask(house, member, house.far)
    new = acts.transfer_by_office(house.clerk, membership=member, to=house.depot, on=TODAY, today=TODAY)
    assert (new.unit, new.since) == (house.depot.unit, TODAY)
    transfer.case.refresh_from_db()
    assert transfer.case.state == CaseState.WITHDRAWN


def test_an_office_without_the_receiving_union_in_reach_does_not(house, member, written):
    before = written()
    for actor in (house.clerk, house.factory_clerk):
        with pytest.raises(NotAllowed):
            acts.transfer_by_office(actor, membership=member, to=house.far, on=TODAY, today=TODAY)
    with pytest.raises(NotAllowed):
        acts.transfer_by_office(house.stranger, membership=member, to=house.far, on=TODAY, today=TODAY)
    with pytest.raises(Refused):
        acts.transfer_by_office(
            house.clerk, membership=member, to=house.depot, on=TODAY + timedelta(days=1), today=TODAY
        )
    assert written() == before


def test_a_retained_member_who_finds_work_is_active_again_where_she_goes(house, member):
    standing.retain(house.factory_clerk, membership=member, reason="失业")
    new = acts.transfer_by_office(
        house.clerk,
        membership=member,
        to=house.depot,
        on=TODAY,
        today=TODAY,
        employer=house.bare_employer,
    )
    assert new.standing == Standing.ACTIVE


def test_retained_without_new_work_stays_retained(house, member):
    standing.retain(house.factory_clerk, membership=member, reason="退休")
    new = acts.transfer_by_office(house.clerk, membership=member, to=house.township, on=TODAY, today=TODAY)
    assert new.standing == Standing.RETAINED


def test_a_card_stays_valid_after_the_transfer_and_says_where(house, member):
    token = cards.token_of(member)
    assert cards.read_token(token).union == house.factory.unit.name
    new = sign(house, ask(house, member)).received
    assert not cards.read_token(token).valid
    found = cards.read_card(new.card)
    assert (found.valid, found.union, found.name) == (True, house.depot.unit.name, "王*")


def test_a_card_code_is_good_for_a_day_and_only_as_signed(member, monkeypatch):
    token = cards.token_of(member)
    assert member.person.name not in token
    assert not cards.read_token(token + "x").valid
    monkeypatch.setattr(cards, "DAY", -1)
    found = cards.read_token(token)
    assert (found.valid, found.expired) == (False, True)


def test_a_card_of_nobody_is_not_valid(house, member):
    standing.retain(house.factory_clerk, membership=member, reason="退休")
    assert cards.read_card(member.card).retained
    assert not cards.read_card("123").valid
    acts_on = {"on": date(2022, 9, 1), "today": TODAY}
    standing.record_death(house.factory_clerk, membership=member, **acts_on)
    assert not cards.read_card(member.card).valid
