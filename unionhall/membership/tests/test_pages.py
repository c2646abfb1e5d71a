import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from unionhall.kernel.models import CaseState, Verdict
from unionhall.membership.actions import cards
from unionhall.membership.actions.joining import apply, sign_joining
from unionhall.membership.models import Joining, Membership, Transfer
from unionhall.membership.rules import Ended, Standing
from unionhall.membership.tests.conftest import number
from unionhall.membership.worker import wizard
from unionhall.people.models import Person

PASSWORD = "Jx7-wintersea"
WHO = {
    "name": "李雷",
    "document": "resident_id",
    "number": number(7),
    "phone": "13800138000",
    "worker_kind": "courier",
}


@pytest.fixture(autouse=True)
def fresh(client):
    cache.clear()
    client.cookies["django_language"] = "en"


def text(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def as_staff(client, actor):
    client.force_login(actor.user, backend="unionhall.people.worker.WorkerBackend")
    return client


def as_worker(client, membership):
    return as_staff(client, type("Holder", (), {"user": membership.person.user}))


def go(client, name, /, *args, **data):
    return client.post(reverse(name, args=args), data)


def see(client, name, /, *args, **query):
    return client.get(reverse(name, args=args), query)


def choose(client, house, *, union=None, employer=None):
    union = union or house.depot
    key = f"{union.pk}-{employer.pk if employer else 0}"
    return go(client, "membership.join.where", choice=key, employer_name="顺达快递")


def finish(client, **changed):
    given = {"password": PASSWORD, "again": PASSWORD, "consent": "on", **changed}
    return go(client, "membership.join.confirm", **given)


def test_a_visitor_joins_in_three_steps_without_javascript(client, house):
    assert see(client, "membership.join").status_code == 200
    assert go(client, "membership.join", **WHO).url == reverse("membership.join.where")
    assert choose(client, house).url == reverse("membership.join.confirm")
    page = text(see(client, "membership.join.confirm"))
    assert house.depot.unit.name in page
    assert "230***********" in page
    assert number(7) not in page
    assert finish(client).url == reverse("membership.join.done")
    joining = Joining.objects.get()
    assert joining.case.applicant.username in text(see(client, "membership.join.done"))
    assert (joining.union_unit, joining.employer_name) == (house.depot.unit, "顺达快递")


def test_what_was_typed_lies_sealed_in_the_session_and_never_in_an_address(client, house):
    answer = go(client, "membership.join", **WHO)
    kept = str(dict(client.session))
    assert number(7) not in kept + answer.url
    assert "李雷" not in kept
    session = client.session
    session[wizard.STATE] = "AAAA"
    session.save()
    assert see(client, "membership.join.where").url == reverse("membership.join")
    assert choose(client, house).url == reverse("membership.join")


def test_a_unions_own_code_brings_its_employers_and_leaves_the_address(client, house):
    answer = client.get(reverse("membership.join"), {"union": house.factory.token})
    assert answer.url == reverse("membership.join")
    assert house.factory.unit.name in text(see(client, "membership.join"))
    go(client, "membership.join", **WHO)
    page = see(client, "membership.join.where").content.decode()
    assert f'value="{house.factory.pk}-{house.employer.pk}" checked' in page


@pytest.mark.usefixtures("house")
def test_a_code_of_no_union_is_said_to_be_none(client):
    client.get(reverse("membership.join"), {"union": "nothing"})
    assert "belongs to no union" in text(see(client, "membership.join"))


@pytest.mark.usefixtures("house")
@pytest.mark.parametrize(
    ("q", "shown", "hidden"),
    [
        ("汽轮机", "汽轮机厂工会", "货运行业"),
        ("qlj", "汽轮机厂工会", "货运行业"),
        ("小作坊", "新春街道总工会", "汽轮机厂工会"),
        ("新春", "新春街道总工会", "汽轮机厂工会"),
        ("道里区", "Nothing is called like this", "道里区总工会"),
    ],
)
def test_unions_are_found_by_employer_union_and_place(client, q, shown, hidden):
    go(client, "membership.join", **WHO)
    page = text(see(client, "membership.join.where", q=q))
    assert shown in page
    assert hidden not in page


def test_the_steps_cannot_be_skipped(client, house):
    for name in ("where", "confirm"):
        assert see(client, f"membership.join.{name}").url == reverse("membership.join")
    go(client, "membership.join", **WHO)
    assert see(client, "membership.join.confirm").url == reverse("membership.join.where")
    assert choose(client, house, union=house.county).status_code == 422
    assert go(client, "membership.join.where", choice="x").status_code == 422
    assert see(client, "membership.join.done").url == reverse("membership.join")


@pytest.mark.parametrize(
    ("step", "changed", "sentence"),
    [
        ("who", {"number": "230103199003070099"}, "Document number"),
        ("who", {"phone": "1"}, "Mobile number"),
        ("confirm", {"consent": ""}, "confirm that you have read"),
        ("confirm", {"again": "other"}, "two passwords differ"),
        ("confirm", {"password": "12345678", "again": "12345678"}, "Password"),
    ],
)
def test_a_fault_in_a_step_is_said_where_it_is_and_writes_nothing(
    client, house, written, step, changed, sentence
):
    before = written()
    if step == "who":
        answer = go(client, "membership.join", **{**WHO, **changed})
    else:
        go(client, "membership.join", **WHO)
        choose(client, house)
        answer = finish(client, **changed)
    assert answer.status_code == 422
    assert sentence in text(answer)
    assert written() == before


def test_one_network_sends_so_many_applications_an_hour_and_no_more(client, house, written, monkeypatch):
    monkeypatch.setattr(wizard, "MOST_AN_HOUR", 0)
    go(client, "membership.join", **WHO)
    choose(client, house)
    before = written()
    answer = finish(client)
    assert answer.status_code == 422
    assert "Too many applications" in text(answer)
    assert written() == before


def test_staff_and_members_are_led_elsewhere(client, house):
    as_staff(client, house.clerk)
    assert see(client, "membership.join").url == reverse("home")
    client.logout()
    client.cookies["django_language"] = "en"
    as_worker(client, house.member(house.factory))
    assert see(client, "membership.join").url == reverse("membership.move")


def test_a_worker_sees_her_day_her_card_and_its_code(client, house):
    as_worker(client, house.member(house.factory))
    assert "王芳" in text(see(client, "membership.home"))
    page = see(client, "membership.card").content.decode()
    assert "<svg" in page
    assert "汽轮机厂工会" in page
    assert text(see(client, "membership.requests")).count("No request yet") == 1


def test_a_worker_without_membership_is_shown_the_way_in(client, house):
    joining = apply(
        house.visitor,
        union=house.factory,
        on=timezone.localdate(),
        name="李雷",
        number=number(7),
        password=PASSWORD,
    )
    as_staff(client, type("Holder", (), {"user": joining.case.applicant}))
    assert "Join the union" in text(see(client, "membership.card"))
    assert see(client, "membership.leave").url == reverse("membership.home")
    assert see(client, "membership.move").url == reverse("membership.join")
    assert "Application to join" in text(see(client, "membership.requests"))
    assert "waits here" in text(see(client, "membership.request", joining.pk))
    sign_joining(
        house.factory_reviewer,
        joining=joining,
        verdict=Verdict.RETURN,
        on=timezone.localdate(),
        reason="请填写单位",
    )
    assert "请填写单位" in text(see(client, "membership.request", joining.pk))
    assert see(client, "membership.request.correct", joining.pk).status_code == 200
    faulty = go(
        client, "membership.request.correct", joining.pk, name="李雷", document="resident_id", number="1"
    )
    assert faulty.status_code == 422
    go(
        client,
        "membership.request.correct",
        joining.pk,
        name="李雷",
        document="resident_id",
        employer_name="厂",
    )
    again = Joining.objects.get()
    assert (again.employer_name, again.case.state) == ("厂", CaseState.OPEN)
    assert see(client, "membership.request.withdraw", joining.pk).status_code == 200
    go(client, "membership.request.withdraw", joining.pk)
    assert Joining.objects.get().case.state == CaseState.WITHDRAWN
    assert go(client, "membership.request.withdraw", joining.pk).status_code == 422


def test_a_stranger_finds_no_request_of_another(client, house):
    mine, other = house.member(house.factory), house.member(house.depot, serial=2, name="张伟")
    as_worker(client, mine)
    go(client, "membership.move.confirm", f"{house.depot.pk}-0")
    transfer = Transfer.objects.get()
    as_worker(client, other)
    for name in ("request", "request.withdraw", "request.correct"):
        assert see(client, f"membership.{name}", transfer.pk).status_code == 404


def test_a_member_asks_for_a_transfer_and_hands_it_in_again(client, house):
    as_worker(client, house.member(house.factory))
    page = text(see(client, "membership.move", q="快递"))
    assert "快递站联合工会" in page
    assert see(client, "membership.move.confirm", f"{house.depot.pk}-0").status_code == 200
    assert see(client, "membership.move.confirm", "x").url == reverse("membership.move")
    assert go(client, "membership.move.confirm", f"{house.depot.pk}-0").url == reverse("membership.requests")
    transfer = Transfer.objects.get()
    as_staff(client, house.depot_reviewer)
    go(client, "membership.transfer.sign-transfer", transfer.pk, verdict="return", reason="请补充")
    as_worker(client, transfer.membership)
    assert go(client, "membership.request.correct", transfer.pk).url == reverse(
        "membership.request", args=[transfer.pk]
    )
    go(client, "membership.request.withdraw", transfer.pk)
    assert Transfer.objects.get().case.state == CaseState.WITHDRAWN


def test_a_member_leaves(client, house):
    member = house.member(house.factory)
    as_worker(client, member)
    assert see(client, "membership.leave").status_code == 200
    go(client, "membership.leave")
    member.refresh_from_db()
    assert member.ended == Ended.LEFT


@pytest.mark.parametrize("q", ["王芳", "wangfang", "wf", "13800138000", number(1), "card"])
def test_members_are_found_by_name_pinyin_card_number_and_phone(client, house, q):
    member = house.member(house.factory, phone="13800138000")
    house.member(house.depot, serial=2, name="赵磊")
    as_staff(client, house.clerk)
    page = text(see(client, "membership.member", q=member.card if q == "card" else q))
    assert "王芳" in page
    assert "赵磊" not in page


def test_members_out_of_reach_are_not_there(client, house):
    member = house.member(house.far)
    as_staff(client, house.clerk)
    assert "No member here" in text(see(client, "membership.member", q="王芳"))
    assert see(client, "membership.member.one", member.pk).status_code == 404
    assert go(client, "membership.member.leave", member.pk).status_code == 404


def test_the_member_page_asks_no_more_than_twelve_queries(client, house, django_assert_max_num_queries):
    for serial in range(8):
        house.member(house.factory, serial=serial + 1)
    as_staff(client, house.clerk)
    with django_assert_max_num_queries(12):
        see(client, "membership.member", sex="1", sort="since")


def test_a_member_file_shows_masked_numbers_and_the_history(client, house):
    member = house.member(house.factory, phone="13800138000")
    as_staff(client, house.clerk)
    page = text(see(client, "membership.member.one", member.pk))
    assert "138****8000" in page
    assert number(1) not in page
    assert "All memberships of the person" in page


def act(client, name, pk, /, **data):
    return go(client, f"membership.{name}", pk, **data)


def test_staff_do_at_a_member_what_the_acts_allow(client, house):
    member = house.member(house.factory)
    today = timezone.localdate().isoformat()
    as_staff(client, house.reviewer)
    act(client, "member.retain", member.pk, reason="退休")
    assert Membership.objects.get().standing == Standing.RETAINED
    act(client, "member.resume", member.pk, employer="小作坊")
    assert Membership.objects.get().employer == house.bare_employer
    act(client, "member.correct-membership", member.pk, worker_kind="courier", employer="qljc")
    assert Membership.objects.get().employer == house.employer
    answer = act(client, "member.transfer-by-office", member.pk, to="快递站联合工会", on=today)
    assert answer.url == reverse("membership.member")
    new = Membership.objects.get(until=None)
    answer = act(client, "member.expel", new.pk, on=today, reason="决定")
    assert answer.status_code == 422  # the same day
    assert Membership.objects.get(until=None) == new


def test_a_member_who_left_stands_among_the_former_and_comes_back(client, house):
    member = house.member(house.factory)
    today = timezone.localdate().isoformat()
    as_staff(client, house.reviewer)
    answer = act(client, "member.leave", member.pk, on=today)
    assert answer.url == reverse("membership.former.one", args=[member.pk])
    assert see(client, "membership.member.one", member.pk).status_code == 404
    assert "Take back" in text(see(client, "membership.former.one", member.pk))
    answer = act(client, "former.reinstate", member.pk, on=today, reason="委员会决定")
    assert answer.url == reverse("membership.member.one", args=[Membership.objects.get(until=None).pk])


def test_a_clerk_enters_a_member_and_a_reviewer_merges_unions(client, house):
    yesterday = (timezone.localdate() - timedelta(days=1)).isoformat()
    today = timezone.localdate().isoformat()
    as_staff(client, house.clerk)
    form = see(client, "membership.member.admit").content.decode()
    assert 'name="union"' in form
    given = {"union": "汽轮机厂工会", "name": "赵敏", "document": "resident_id", "number": number(9)}
    answer = go(client, "membership.member.admit", **given, on=yesterday, employer="没有的厂")
    assert answer.status_code == 422
    go(client, "membership.member.admit", **given, on=yesterday)
    assert Membership.objects.get().unit == house.factory.unit
    as_staff(client, house.reviewer)
    names = {"union": "汽轮机厂工会", "into": "快递站联合工会"}
    go(client, "membership.member.merge-unions", **names, on=today, reason="决定")
    assert Membership.objects.get(until=None).unit == house.depot.unit


def test_a_federation_is_no_union_to_enter_members_by_a_name_nobody_has(client, house):
    as_staff(client, house.clerk)
    given = {"name": "赵敏", "document": "resident_id", "number": number(9), "on": "2022-01-01"}
    for name in ("没有的工会", "省总工会"):
        assert go(client, "membership.member.admit", union=name, **given).status_code == 422


def waiting(house, count):
    return [
        apply(
            house.visitor,
            union=house.factory,
            on=timezone.localdate(),
            name="李雷",
            number=number(20 + serial),
            phone="13800138000",
            password=PASSWORD,
        )
        for serial in range(count)
    ]


def test_an_application_is_read_and_signed(client, house):
    (joining,) = waiting(house, 1)
    as_staff(client, house.factory_reviewer)
    assert "李雷" in text(see(client, "membership.joining", q="李"))
    page = text(see(client, "membership.joining.one", joining.pk))
    assert "138****8000" in page
    assert "the same" in page
    assert act(client, "joining.sign-joining", joining.pk, verdict="refuse").status_code == 422
    act(client, "joining.sign-joining", joining.pk, verdict="approve")
    assert Membership.objects.get().person == joining.person
    assert act(client, "joining.sign-joining", joining.pk, verdict="approve").status_code == 404


def test_many_applications_are_approved_at_once_and_the_refused_say_why(client, house):
    rows = waiting(house, 3)
    as_staff(client, house.factory_reviewer)
    assert text(see(client, "membership.batch")).count("李雷") >= 3
    assert go(client, "membership.batch").url == reverse("membership.batch")
    sign_joining(
        house.factory_reviewer,
        joining=rows[2],
        verdict=Verdict.REFUSE,
        on=timezone.localdate(),
        reason="非职工",
    )
    client.post(reverse("membership.batch"), {"joining": [rows[0].pk, rows[2].pk, "x"]})
    assert Membership.objects.count() == 1
    twin = apply(
        house.visitor,
        union=house.factory,
        on=timezone.localdate(),
        name="李雷",
        number=number(20),
        password=PASSWORD,
    )
    answer = client.post(reverse("membership.batch"), {"joining": [rows[1].pk, twin.pk]})
    assert answer.status_code == 422
    assert house.factory.unit.name in text(answer)
    assert Membership.objects.count() == 2


def test_batches_are_for_signers(client, house):
    as_staff(client, house.clerk)
    assert see(client, "membership.batch").status_code == 403


def test_a_cadre_of_any_union_checks_a_card(client, house):
    member = house.member(house.factory)
    as_staff(client, house.stranger)
    page = text(see(client, "membership.verify", cards.token_of(member)))
    assert "Valid: a member" in page
    assert "王*" in page
    assert "王芳" not in page
    assert "Not a member" in text(see(client, "membership.verify", "1:x:y"))
    assert "Valid: a member" in text(go(client, "membership.check", number=member.card))
    assert "Not a member" in text(go(client, "membership.check", number="123"))
    assert see(client, "membership.check").status_code == 200


def test_a_worker_and_a_visitor_check_no_cards(client, house):
    member = house.member(house.factory)
    token = cards.token_of(member)
    assert see(client, "membership.verify", token).status_code == 302
    as_worker(client, member)
    assert see(client, "membership.verify", token).status_code == 403


def test_the_first_screen_of_a_signer_counts_what_waits(client, house):
    waiting(house, 2)
    as_staff(client, house.factory_reviewer)
    assert "Applications to join" in text(client.get(reverse("home")))
    as_staff(client, house.factory_clerk)
    assert client.get(reverse("home")).status_code == 200
    assert Person.objects.count() == 2
