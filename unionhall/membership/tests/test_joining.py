import re
from datetime import date

import pytest

from unionhall.kernel.keys import ring
from unionhall.kernel.models import Appointment, CaseState, LogEntry, User, Verdict
from unionhall.kernel.terms import NotAllowed, Refused, Role
from unionhall.kernel.writing import Actor
from unionhall.membership.actions import joining as acts
from unionhall.membership.actions.standing import leave
from unionhall.membership.models import Joining, Membership
from unionhall.membership.rules import Entered, is_card_number
from unionhall.membership.tests.conftest import TODAY, number
from unionhall.people.models import PHONE, Person
from unionhall.people.rules.kinds import WorkerKind


def apply(house, actor=None, union=None, serial=7, **more):
    facts = {"name": "李雷", "number": number(serial), "phone": "13800138000", "password": "Jx7-wintersea"}
    return acts.apply(actor or house.visitor, union=union or house.factory, on=TODAY, **{**facts, **more})


def refused(act, *args, **facts):
    with pytest.raises(Refused) as caught:
        act(*args, **facts)
    return caught.value


def sign(house, joining, verdict=Verdict.APPROVE, actor=None, **more):
    return acts.sign_joining(
        actor or house.factory_reviewer, joining=joining, verdict=verdict, on=TODAY, **more
    )


def test_a_visitor_applies_and_gets_an_account_but_no_membership_yet(house):
    joining = apply(house, employer=house.employer, worker_kind=WorkerKind.EMPLOYEE)
    user = joining.case.applicant
    assert user.check_password("Jx7-wintersea")
    assert re.fullmatch("lilei[0-9]{4}", user.username)
    assert (joining.person.name, joining.person.user, joining.person.unit) == ("李雷", None, None)
    assert joining.case.state == CaseState.OPEN
    assert joining.case.unit == house.factory.unit
    assert Membership.objects.count() == 0
    entry = LogEntry.objects.latest("number")
    assert (entry.action, entry.user, entry.role) == ("membership.joining.apply", None, Role.WORKER)
    assert "李雷" not in str(entry.detail["facts"])
    assert number(7) not in str(entry.detail)


def test_number_and_phone_are_sealed_and_told_apart_by_their_hashes(house):
    joining = apply(house)
    person = Person.objects.get(pk=joining.person_id)
    assert person.number.clear(ring()) == number(7)
    assert person.phone_hash == ring().blind("13800138000", PHONE)
    assert joining.phone.clear(ring()) == "13800138000"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"number": number(7)[:-1] + "Z"}, "number"),
        ({"name": " "}, "name"),
        ({"phone": "12345"}, "phone"),
        ({"number": number(7, "20070101")}, "birth"),
        ({"document": "passport", "number": "E12345678"}, "sex"),
    ],
)
def test_an_application_with_a_fault_leaves_no_trace(house, written, changed, field):
    before = written()
    answer = refused(apply, house, **changed)
    assert field in [reason.field for reason in answer.reasons]
    assert written() == before


def test_a_passport_holder_states_sex_and_birth(house):
    joining = apply(house, document="passport", number="E12345678", sex="2", birth=date(1991, 1, 1))
    assert (joining.person.sex, joining.person.birth) == ("2", date(1991, 1, 1))


def test_a_federation_above_the_place_takes_nobody(house, written):
    before = written()
    assert [r.field for r in refused(apply, house, union=house.county).reasons] == ["union"]
    assert written() == before


def test_a_worker_whose_employer_has_no_union_joins_where_she_lives(house):
    joining = apply(house, union=house.township, employer=house.bare_employer)
    assert joining.union_unit == house.township.unit


def test_a_worker_whose_employer_has_a_union_is_not_taken_by_the_township(house, written):
    before = written()
    refused(apply, house, union=house.township, employer=house.employer)
    assert written() == before


def test_an_application_for_somebody_elses_number_looks_like_any_other(house):
    member = house.member(house.far, serial=7, name="李雷", phone="13900139000")
    before = Person.objects.values().get(pk=member.person_id)
    joining = apply(house, worker_kind=WorkerKind.COURIER)
    assert joining.person_id == member.person_id
    assert Person.objects.values().get(pk=member.person_id) == before
    assert joining.case.state == CaseState.OPEN
    assert not Person.objects.filter(user=joining.case.applicant).exists()


def test_approval_makes_a_member_with_a_card_and_ties_account_and_file(house):
    joining = sign(house, apply(house, employer=house.employer, worker_kind=WorkerKind.EMPLOYEE))
    member = joining.membership
    assert joining.case.state == CaseState.APPROVED
    assert (member.unit, member.since, member.until, member.entered) == (
        house.factory.unit,
        TODAY,
        None,
        Entered.JOINED,
    )
    assert is_card_number(member.card)
    assert (member.sex, member.worker_kind, member.name_key) == ("1", "employee", "lilei")
    person = Person.objects.get(pk=member.person_id)
    assert (person.user, person.unit) == (joining.case.applicant, house.factory.unit)
    assert LogEntry.objects.latest("number").action == "membership.joining.sign_joining"


def test_an_application_is_returned_corrected_and_approved(house):
    joining = apply(house, name="李蕾")
    back = sign(house, joining, Verdict.RETURN, reason="姓名与证件不符")
    assert back.case.state == CaseState.RETURNED
    worker = Actor.worker(joining.case.applicant)
    acts.correct_joining(worker, joining=back, name="李雷", number=number(8), phone="13800138001", on=TODAY)
    again = Joining.objects.get(pk=joining.pk)
    assert (again.name, again.case.title, again.case.state) == ("李雷", "李雷", CaseState.OPEN)
    assert sign(house, again).membership.person.name == "李雷"


def test_a_corrected_application_must_be_the_workers_own_and_returned(house, written):
    joining = apply(house)
    other = Actor.worker(User.objects.create(username="x", display_name="别人"))
    before = written()
    with pytest.raises(NotAllowed):
        acts.correct_joining(other, joining=joining, name="李雷", on=TODAY)
    refused(
        acts.correct_joining, Actor.worker(joining.case.applicant), joining=joining, name="李雷", on=TODAY
    )
    assert written() == before


def test_the_union_refuses_with_a_reason_only(house, written):
    joining = apply(house)
    before = written()
    assert [r.field for r in refused(sign, house, joining, Verdict.REFUSE).reasons] == ["reason"]
    assert written() == before
    assert sign(house, joining, Verdict.REFUSE, reason="不是本单位职工").case.state == CaseState.REFUSED
    assert Membership.objects.count() == 0


def test_clerks_and_strangers_do_not_sign(house, written):
    joining = apply(house)
    before = written()
    for actor in (house.factory_clerk, house.stranger, house.visitor):
        with pytest.raises(NotAllowed):
            sign(house, joining, actor=actor)
    refused(sign, house, joining, actor=house.reviewer)
    assert written() == before


def test_where_the_union_has_no_signer_the_one_above_signs(house):
    joining = apply(house, union=house.township)
    assert sign(house, joining, actor=house.reviewer).membership.unit == house.township.unit


def test_of_two_applications_of_one_person_the_second_is_refused_at_the_desk(house, written):
    first, second = apply(house), apply(house, union=house.depot)
    sign(house, first)
    before = written()
    answer = refused(sign, house, second, actor=house.depot_reviewer)
    assert house.factory.unit.name in str(answer)
    assert written() == before
    assert Joining.objects.get(pk=second.pk).case.state == CaseState.OPEN


def test_a_name_that_is_not_the_registers_stops_the_approval_without_showing_the_registers(house, written):
    house.person(7, "李磊")
    joining = apply(house)
    before = written()
    answer = refused(sign, house, joining)
    assert [r.field for r in answer.reasons] == ["name"]
    assert "李磊" not in str(answer)
    assert written() == before


def test_a_person_keeps_one_account(house, written):
    member = house.member(house.factory, serial=7, name="李雷")
    with_end(member)
    joining = apply(house)
    before = written()
    refused(sign, house, joining)
    assert written() == before


def with_end(member):
    leave(Actor.worker(member.person.user), membership=member, on=TODAY, today=TODAY)


def test_a_worker_with_an_account_applies_as_herself_and_is_told_of_her_membership(house, written):
    member = house.member(house.far, serial=3, name="韩梅")
    worker = Actor.worker(member.person.user)
    before = written()
    answer = refused(acts.apply, worker, union=house.factory, on=TODAY)
    assert house.far.unit.name in str(answer)
    assert written() == before
    with_end(member)
    joining = acts.apply(worker, union=house.factory, on=TODAY)
    assert (joining.person, joining.case.applicant, joining.name) == (member.person, worker.user, "韩梅")
    before = written()
    refused(acts.apply, worker, union=house.factory, on=TODAY)
    assert written() == before


def test_a_worker_withdraws_an_application_once(house, written):
    joining = apply(house)
    worker = Actor.worker(joining.case.applicant)
    acts.withdraw_joining(worker, joining=joining, on=TODAY)
    joining.case.refresh_from_db()
    assert joining.case.state == CaseState.WITHDRAWN
    before = written()
    refused(acts.withdraw_joining, worker, joining=joining, on=TODAY)
    assert written() == before


def test_a_clerk_enters_a_member_at_the_desk(house):
    member = acts.admit(
        house.factory_clerk,
        union=house.factory,
        name="赵敏",
        number=number(9, woman=True),
        phone="13700137000",
        worker_kind=WorkerKind.DISPATCHED,
        employer=house.employer,
        on=date(2022, 9, 1),
        today=TODAY,
    )
    assert (member.since, member.sex, member.worker_kind) == (date(2022, 9, 1), "2", "dispatched")
    assert member.person.unit == house.factory.unit


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"on": date(2022, 10, 2)}, "on"),
        ({"name": "赵明"}, "name"),
        ({"number": "230103199003070099"}, "number"),
    ],
)
def test_what_a_clerk_enters_wrongly_leaves_no_trace(house, written, changed, field):
    house.person(9, "赵敏", woman=True)
    before = written()
    facts = {"name": "赵敏", "number": number(9, woman=True), "on": TODAY, "today": TODAY, **changed}
    answer = refused(acts.admit, house.factory_clerk, union=house.factory, **facts)
    assert field in [r.field for r in answer.reasons]
    assert written() == before


def test_a_clerk_gives_a_known_person_without_phone_the_phone(house):
    person = house.person(9, "赵敏")
    acts.admit(
        house.factory_clerk,
        union=house.factory,
        name="赵敏",
        number=number(9),
        phone="13700137000",
        on=TODAY,
        today=TODAY,
    )
    person.refresh_from_db()
    assert person.phone.clear(ring()) == "13700137000"


def test_desks_are_for_clerks_in_reach(house, written):
    before = written()
    facts = {"union": house.factory, "name": "赵敏", "number": number(9), "on": TODAY, "today": TODAY}
    for actor in (house.auditor, house.depot_clerk, house.visitor):
        with pytest.raises(NotAllowed):
            acts.admit(actor, **facts)
    assert written() == before


def test_nobody_signs_an_application_of_her_own(house, written):
    joining = apply(house)
    user = joining.case.applicant
    appointment = Appointment(user=user, unit=house.factory.unit, role=Role.REVIEWER, since=TODAY)
    before = written()
    refused(sign, house, joining, actor=Actor.of(appointment))
    assert written() == before


def test_colliding_log_in_names_are_told_apart_by_their_digits(house, monkeypatch):
    User.objects.create(username="lilei0001", display_name="李雷")
    digits = iter([1, 2])
    monkeypatch.setattr("secrets.randbelow", lambda _most: next(digits))
    assert apply(house).case.applicant.username == "lilei0002"


def test_a_known_person_without_phone_gets_the_one_given_once_the_union_approves(house):
    person = house.person(7, "李雷")
    back = sign(house, apply(house), Verdict.RETURN, reason="请核对")
    worker = Actor.worker(back.case.applicant)
    again = acts.correct_joining(worker, joining=back, name="李雷", on=TODAY)
    assert Person.objects.get(pk=person.pk).phone is None
    sign(house, again)
    assert Person.objects.get(pk=person.pk).phone.clear(ring()) == "13800138000"
