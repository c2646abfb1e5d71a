from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from unionhall.kernel import guard
from unionhall.kernel.models import CaseState, LogEntry
from unionhall.kernel.terms import NotAllowed, Refused
from unionhall.kernel.writing import Actor
from unionhall.membership.actions import standing as acts
from unionhall.membership.actions.joining import apply
from unionhall.membership.actions.merging import merge_unions
from unionhall.membership.actions.periods import begin
from unionhall.membership.actions.transferring import ask_transfer
from unionhall.membership.models import Joining, Membership, Transfer
from unionhall.membership.rules import Ended, Entered, Standing
from unionhall.membership.tests.conftest import TODAY, number
from unionhall.people.models import Person, PersonMerge
from unionhall.unions.models import Coverage, Union


@pytest.fixture
def member(house):
    return house.member(house.factory, employer=house.employer, worker_kind="employee")


DAYS = {"on": TODAY, "today": TODAY}


def test_a_membership_is_retained_and_resumed(house, member):
    assert acts.retain(house.factory_clerk, membership=member, reason="退休").standing == Standing.RETAINED
    entry = LogEntry.objects.latest("number")
    assert entry.detail["facts"]["reason"] == "退休"
    back = acts.resume(house.factory_clerk, membership=member, employer=house.bare_employer)
    assert (back.standing, back.employer) == (Standing.ACTIVE, house.bare_employer)


def test_only_what_can_be_retained_or_resumed_is(house, member, written):
    before = written()
    with pytest.raises(Refused):
        acts.retain(house.factory_clerk, membership=member, reason="")
    with pytest.raises(Refused):
        acts.resume(house.factory_clerk, membership=member)
    assert written() == before


def test_a_member_leaves_and_is_taken_back(house, member):
    left = acts.leave(Actor.worker(member.person.user), membership=member, **DAYS)
    assert (left.until, left.ended) == (TODAY, Ended.LEFT)
    back = acts.reinstate(house.factory_reviewer, membership=left, reason="委员会决定", **DAYS)
    assert (back.since, back.entered, back.card) == (TODAY, Entered.REINSTATED, member.card)


def test_leaving_ends_a_transfer_that_waits(house, member):
    transfer = ask_transfer(Actor.worker(member.person.user), membership=member, to=house.depot, on=TODAY)
    acts.leave(house.factory_clerk, membership=member, **DAYS)
    assert Transfer.objects.get(pk=transfer.pk).case.state == CaseState.WITHDRAWN


def test_a_member_is_expelled_by_a_reviewer_with_the_decision(house, member, written):
    before = written()
    with pytest.raises(Refused) as caught:
        acts.expel(house.factory_reviewer, membership=member, reason="", **DAYS)
    assert [r.field for r in caught.value.reasons] == ["reason"]
    with pytest.raises(NotAllowed):
        acts.expel(house.factory_clerk, membership=member, reason="决定第 3 号", **DAYS)
    assert written() == before
    gone = acts.expel(house.factory_reviewer, membership=member, reason="决定第 3 号", **DAYS)
    assert gone.ended == Ended.EXPELLED


def test_a_death_is_recorded_once_and_nobody_comes_back_from_it(house, member, written):
    acts.record_death(house.factory_clerk, membership=member, **DAYS)
    before = written()
    with pytest.raises(Refused):
        acts.record_death(house.factory_clerk, membership=member, **DAYS)
    with pytest.raises(Refused):
        acts.reinstate(house.factory_reviewer, membership=member, reason="误报", **DAYS)
    assert written() == before


def test_nothing_happens_in_the_future(house, member, written):
    before = written()
    later = {"on": TODAY + timedelta(days=1), "today": TODAY}
    for act in (acts.leave, acts.record_death):
        with pytest.raises(Refused):
            act(house.factory_clerk, membership=member, **later)
    assert written() == before


@pytest.mark.parametrize("act", ["retain", "resume", "leave", "expel", "record_death", "reinstate"])
def test_strangers_and_auditors_change_no_membership(house, member, written, act):
    before = written()
    for actor in (house.stranger, house.auditor, house.depot_clerk):
        with pytest.raises(NotAllowed):
            getattr(acts, act)(actor, membership=member)
    assert written() == before


def test_who_is_a_member_elsewhere_is_not_taken_back(house, member, written):
    left = acts.leave(house.factory_clerk, membership=member, **DAYS)
    with guard.begin():
        begin(member.person, house.depot.unit, on=TODAY, entered=Entered.JOINED)
    before = written()
    with pytest.raises(Refused):
        acts.reinstate(house.factory_reviewer, membership=left, reason="决定", **DAYS)
    assert written() == before


def test_a_corrected_membership_and_its_person_stay_in_step(house, member):
    acts.correct_membership(
        house.factory_clerk, membership=member, worker_kind="courier", migrant=True, employer=None
    )
    member.refresh_from_db()
    person = Person.objects.get(pk=member.person_id)
    assert (member.worker_kind, member.migrant, member.employer) == ("courier", True, None)
    assert (person.worker_kind, person.migrant) == ("courier", True)


def test_correcting_is_not_for_strangers(house, member, written):
    before = written()
    with pytest.raises(NotAllowed):
        acts.correct_membership(house.stranger, membership=member, worker_kind="", migrant=False)
    assert written() == before


def test_after_a_person_was_corrected_the_copies_follow(member):
    with guard.begin():
        person = Person.objects.get(pk=member.person_id)
        person.sex, person.name_key = "2", "wangfen"
        person.save()
    acts.follow_person(Actor.machine(), person=person)
    member.refresh_from_db()
    assert (member.sex, member.name_key) == ("2", "wangfen")
    with guard.begin():
        assert acts.bring_in_step(person) == 0


def test_the_database_itself_holds_one_current_membership_a_person(house, member):
    with pytest.raises(IntegrityError), transaction.atomic(), guard.begin():
        begin(member.person, house.depot.unit, on=TODAY, entered=Entered.JOINED)
    assert Membership.objects.filter(person=member.person, until=None).count() == 1


def merge(house, actor=None, **changed):
    facts = {"union": house.factory, "into": house.depot, "reason": "市总工会决定", **DAYS}
    return merge_unions(actor or house.reviewer, **{**facts, **changed})


def test_merged_the_members_go_over_with_their_cards_files_and_requests(house, member):
    house.member(house.factory, serial=2, name="张伟", migrant=True)
    house.member(house.depot, serial=3, name="李娜")
    apply(
        house.visitor,
        union=house.factory,
        on=TODAY,
        name="李雷",
        number=number(7),
        password="Jx7-wintersea",
    )
    merge(house)
    old = Membership.objects.filter(unit=house.factory.unit)
    assert set(old.values_list("until", "ended")) == {(TODAY, Ended.MERGER)}
    new = Membership.objects.filter(unit=house.depot.unit, until=None).order_by("name_key")
    assert list(new.values_list("name_key", "since", "entered", "migrant")) == [
        ("lina", date(2020, 5, 1), Entered.JOINED, False),
        ("wangfang", TODAY, Entered.MERGER, False),
        ("zhangwei", TODAY, Entered.MERGER, True),
    ]
    assert new.get(name_key="wangfang").card == member.card
    assert new.get(name_key="wangfang").employer == house.employer
    assert not Person.objects.filter(unit=house.factory.unit).exists()
    joining = Joining.objects.get()
    assert (joining.union_unit, joining.case.unit) == (house.depot.unit, house.depot.unit)
    assert joining.case.desks[0]["unit"] == house.depot.unit.pk


@pytest.mark.usefixtures("member")
def test_a_transfer_on_its_way_to_a_union_that_merges_goes_on_to_the_other(house):
    outside = house.member(house.far, serial=4, name="陈静")
    ask_transfer(Actor.worker(outside.person.user), membership=outside, to=house.factory, on=TODAY)
    merge(house)
    transfer = Transfer.objects.get()
    assert (transfer.to_unit, transfer.case.unit) == (house.depot.unit, house.depot.unit)


@pytest.mark.usefixtures("member")
@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"into": "factory"}, "into"),
        ({"into": "county"}, "into"),
        ({"on": date(2020, 5, 1)}, "on"),
        ({"on": TODAY + timedelta(days=1)}, "on"),
        ({"reason": ""}, "reason"),
    ],
)
def test_a_merger_that_cannot_be_leaves_everything(house, written, changed, field):
    into = changed.get("into")
    before = written()
    with pytest.raises(Refused) as caught:
        merge(house, **{**changed, **({"into": getattr(house, into)} if into else {})})
    assert field in [r.field for r in caught.value.reasons]
    assert written() == before


@pytest.mark.usefixtures("member")
def test_both_unions_of_a_merger_are_in_reach_of_who_signs_it(house, written):
    before = written()
    for actor, into in ((house.reviewer, house.far), (house.stranger, house.far), (house.clerk, house.depot)):
        with pytest.raises(NotAllowed):
            merge(house, actor, into=into)
    assert written() == before


@pytest.mark.parametrize("of", ["person", "merge"])
def test_what_people_correct_or_merge_is_followed_on_the_membership(house, member, of):
    with guard.begin():
        person = Person.objects.get(pk=member.person_id)
        person.name_key = "wangfen"
        person.save()
        merge = PersonMerge(kept=person, dropped=house_twin(house), reason="同一人", on=TODAY)
        merge.save()
    kind, key = ("people.person", person.pk) if of == "person" else ("people.personmerge", merge.pk)
    acts.after_person(LogEntry(subject_kind=kind, subject_pk=str(key)))
    member.refresh_from_db()
    assert member.name_key == "wangfen"


def house_twin(house):
    twin = Person(name="王芳", sex="1", birth=date(1990, 3, 7), unit=house.factory.unit)
    twin.save()
    return twin


@pytest.mark.django_db
def test_a_correction_of_nobody_is_followed_by_nothing(written):
    before = written()
    acts.after_person(LogEntry(subject_kind="people.person", subject_pk="0"))
    assert written() == before


def test_a_dissolved_union_or_one_below_takes_over_nobody(house, written):
    with guard.begin():
        Union.objects.filter(pk=house.sector.pk).update(until=TODAY)
    house.sector.refresh_from_db()
    before = written()
    for into in (house.sector, house.branch, house.county):
        with pytest.raises(Refused) as caught:
            merge(house, into=into)
        assert "into" in [r.field for r in caught.value.reasons]
    assert written() == before


def test_a_merged_union_ends_with_its_branches_and_employers_in_the_other(house):
    merge(house)
    house.factory.refresh_from_db()
    house.branch.unit.refresh_from_db()
    assert house.factory.until == TODAY
    assert house.branch.unit.parent == house.depot.unit
    assert Coverage.objects.get(employer=house.employer, until=None).union == house.depot
