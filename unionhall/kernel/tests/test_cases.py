"""Cases: signed desk by desk, returned and handed in again, withdrawn; and where they wait."""

import threading
from datetime import date

import pytest
from django.db import connection
from django.utils import translation

from unionhall.kernel.cases import Desk, inbox, open_case, reopen, sign, withdraw
from unionhall.kernel.models import Case, CaseState, Decision, LogEntry, Verdict
from unionhall.kernel.terms import Refused, Role
from unionhall.kernel.testing.acts import do
from unionhall.kernel.testing.units import appoint, make_actors, make_units, make_user
from unionhall.kernel.units import close

DAY = date(2022, 10, 1)
NEXT = date(2022, 10, 8)


@pytest.fixture
def open_at(actors):
    """Open a case of the worker at these desks."""

    def opener(*desks, applicant=actors.worker.user):
        return do(lambda: open_case(kind="try.thing", title="某事", desks=desks, on=DAY, applicant=applicant))

    return opener


def signed(actor, case, verdict=Verdict.APPROVE, reason="", on=DAY):
    return do(lambda: sign(actor, case, verdict=verdict, on=on, reason=reason))


def refused(actor, case, match, verdict=Verdict.APPROVE, reason=""):
    """Signing is refused, and nothing is written."""
    before = (Case.objects.values().get(pk=case.pk), Decision.objects.count(), LogEntry.objects.count())
    with pytest.raises(Refused, match=match):
        signed(actor, case, verdict, reason)
    after = (Case.objects.values().get(pk=case.pk), Decision.objects.count(), LogEntry.objects.count())
    assert after == before


def test_a_case_waits_at_the_first_desk(open_at, units):
    case = open_at(Desk(units.street, "街道审核"), Desk(units.district, need=2))
    assert (case.unit, case.desk, case.state, case.opened_on) == (units.street, 0, CaseState.OPEN, DAY)
    assert case.desks == [
        {"unit": units.street.pk, "title": "街道审核", "roles": ["leader", "reviewer"], "need": 1},
        {"unit": units.district.pk, "title": "", "roles": ["leader", "reviewer"], "need": 2},
    ]


def test_a_case_goes_from_desk_to_desk_and_is_approved_at_the_last(open_at, units, actors):
    case = signed(actors.reviewer, open_at(Desk(units.street), Desk(units.district)))
    assert (case.unit, case.desk, case.state) == (units.district, 1, CaseState.OPEN)
    case = signed(actors.district_reviewer, case, on=NEXT)
    assert (case.state, case.closed_on) == (CaseState.APPROVED, NEXT)
    assert list(case.decisions.order_by("pk").values_list("desk", "round", "verdict", "signer", "on")) == [
        (0, 1, "approve", actors.reviewer.user.pk, DAY),
        (1, 1, "approve", actors.district_reviewer.user.pk, NEXT),
    ]
    refused(actors.district_reviewer, case, "it must be open")


def test_a_desk_that_needs_two_waits_for_the_second(open_at, units, actors):
    case = signed(actors.reviewer, open_at(Desk(units.street, need=2)))
    assert (case.state, case.desk) == (CaseState.OPEN, 0)
    assert signed(actors.leader, case).state == CaseState.APPROVED


def test_only_the_desk_where_it_waits_signs(open_at, units, actors):
    case = open_at(Desk(units.street, roles=frozenset({Role.REVIEWER})), Desk(units.district))
    for actor in (
        actors.clerk,
        actors.leader,
        actors.district_reviewer,
        actors.auditor,
        actors.worker,
        actors.machine,
    ):
        refused(actor, case, "waits at another desk")


def test_nobody_signs_twice_in_a_round(open_at, units, actors):
    case = signed(actors.reviewer, open_at(Desk(units.street, need=2)))
    refused(actors.reviewer, case, "already signed")
    again = appoint(actors.reviewer.user, Role.LEADER, units.district)
    case = signed(actors.leader, case)
    case = signed(actors.reviewer, open_at(Desk(units.street), Desk(units.district)))
    refused(again, case, "already signed")


def test_nobody_signs_her_own(open_at, units, actors):
    case = open_at(Desk(units.street), applicant=actors.reviewer.user)
    refused(actors.reviewer, case, "your own application")
    assert signed(actors.leader, case).state == CaseState.APPROVED


@pytest.mark.parametrize("verdict", [Verdict.RETURN, Verdict.REFUSE])
def test_to_return_or_refuse_one_says_why(open_at, units, actors, verdict):
    refused(actors.reviewer, open_at(Desk(units.street)), "say why", verdict)


def test_a_refused_case_is_closed(open_at, units, actors):
    case = signed(actors.reviewer, open_at(Desk(units.street)), Verdict.REFUSE, "不符合条件")
    assert (case.state, case.closed_on) == (CaseState.REFUSED, DAY)
    assert case.decisions.get().reason == "不符合条件"
    refused(actors.leader, case, "it must be open")
    with pytest.raises(Refused, match="returned for correction can be handed in"):
        do(lambda: reopen(case, on=NEXT))


def test_a_returned_case_starts_a_new_round_at_the_first_desk(open_at, units, actors):
    case = signed(actors.reviewer, open_at(Desk(units.street), Desk(units.district)))
    case = signed(actors.district_reviewer, case, Verdict.RETURN, "缺材料")
    assert (case.state, case.closed_on) == (CaseState.RETURNED, None)
    case = do(lambda: reopen(case, on=NEXT))
    assert (case.state, case.desk, case.unit_id, case.opened_on) == (CaseState.OPEN, 0, units.street.pk, NEXT)
    case = signed(actors.reviewer, case, on=NEXT)
    case = signed(actors.district_reviewer, case, on=NEXT)
    assert case.state == CaseState.APPROVED
    assert list(case.decisions.order_by("pk").values_list("round", "desk")) == [
        (1, 0),
        (1, 1),
        (2, 0),
        (2, 1),
    ]


def test_signatures_of_an_earlier_round_do_not_count(open_at, units, actors):
    case = signed(actors.reviewer, open_at(Desk(units.street, need=2)))
    case = signed(actors.leader, case, Verdict.RETURN, "缺材料")
    case = signed(actors.leader, do(lambda: reopen(case, on=NEXT)))
    assert case.state == CaseState.OPEN
    assert signed(actors.reviewer, case).state == CaseState.APPROVED


def test_a_case_is_withdrawn_until_it_is_decided(open_at, units, actors):
    case = open_at(Desk(units.street))
    case = do(lambda: withdraw(case, on=NEXT))
    assert (case.state, case.closed_on) == (CaseState.WITHDRAWN, NEXT)
    refused(actors.reviewer, case, "it must be open")
    decided = signed(actors.reviewer, open_at(Desk(units.street)))
    with pytest.raises(Refused, match="has not been decided"):
        do(lambda: withdraw(decided, on=NEXT))
    returned = signed(actors.reviewer, open_at(Desk(units.street)), Verdict.RETURN, "缺材料")
    assert do(lambda: withdraw(returned, on=NEXT)).state == CaseState.WITHDRAWN


def test_a_unit_without_a_signer_is_signed_for_from_above(open_at, units, actors):
    case = open_at(Desk(units.factory))
    refused(appoint(make_user("elsewhere"), Role.REVIEWER, units.hospital), case, "waits at another desk")
    assert signed(actors.reviewer, case).state == CaseState.APPROVED
    appoint(make_user("own"), Role.REVIEWER, units.factory)
    refused(actors.reviewer, open_at(Desk(units.factory)), "waits at another desk")


def waiting(actor):
    return set(inbox(actor).values_list("pk", flat=True))


def test_a_case_waits_in_the_inbox_of_those_who_may_sign(open_at, units, actors):
    case = open_at(Desk(units.street), Desk(units.district))
    holders = {name for name, actor in actors.all().items() if waiting(actor) == {case.pk}}
    assert holders == {"reviewer", "leader"}
    signed(actors.reviewer, case)
    holders = {name for name, actor in actors.all().items() if waiting(actor) == {case.pk}}
    assert holders == {"district_reviewer"}


def test_a_desk_of_one_role_waits_for_that_role_alone(open_at, units, actors):
    case = open_at(Desk(units.street, roles=frozenset({Role.LEADER})))
    assert (waiting(actors.leader), waiting(actors.reviewer)) == ({case.pk}, set())
    case = open_at(Desk(units.factory, roles=frozenset({Role.LEADER})))
    appoint(make_user("own"), Role.REVIEWER, units.factory)
    assert case.pk in waiting(actors.leader)
    assert signed(actors.leader, case).state == CaseState.APPROVED


def test_a_case_of_a_unit_without_signer_waits_above(open_at, units, actors):
    case = open_at(Desk(units.team))
    assert waiting(actors.reviewer) == waiting(actors.district_reviewer) == {case.pk}
    appoint(make_user("own"), Role.LEADER, units.team)
    assert waiting(actors.reviewer) == set()


def test_what_one_signed_or_asked_for_oneself_waits_for_others(open_at, units, actors):
    case = signed(actors.reviewer, open_at(Desk(units.street, need=2)))
    own = open_at(Desk(units.street), applicant=actors.reviewer.user)
    assert waiting(actors.reviewer) == set()
    assert waiting(actors.leader) == {case.pk, own.pk}


def test_a_case_handed_in_again_waits_for_the_one_who_returned_it(open_at, units, actors):
    case = signed(actors.reviewer, open_at(Desk(units.street)), Verdict.RETURN, "缺材料")
    assert waiting(actors.reviewer) == set()
    do(lambda: reopen(case, on=NEXT))
    assert waiting(actors.reviewer) == {case.pk}


def test_who_signed_an_earlier_desk_does_not_find_it_at_a_later_one(open_at, units, actors):
    case = signed(actors.reviewer, open_at(Desk(units.street), Desk(units.district)))
    again = appoint(actors.reviewer.user, Role.LEADER, units.district)
    assert waiting(again) == set()
    assert waiting(actors.district_reviewer) == {case.pk}


def test_decided_cases_wait_nowhere(open_at, units, actors):
    signed(actors.reviewer, open_at(Desk(units.street)))
    signed(actors.reviewer, open_at(Desk(units.street)), Verdict.REFUSE, "不符合条件")
    assert waiting(actors.leader) == set()


def test_the_inbox_is_one_query(open_at, units, actors, django_assert_num_queries):
    for _number in range(3):
        open_at(Desk(units.street))
    with django_assert_num_queries(1):
        assert len(list(inbox(actors.leader))) == 3


def test_the_inbox_begins_with_what_is_due_first(units, actors):
    def opened(title, due):
        desks = [Desk(units.street)]
        do(lambda: open_case(kind="try", title=title, desks=desks, on=DAY, applicant=None, due_on=due))

    opened("无期", None)
    opened("晚", NEXT)
    opened("早", DAY)
    assert [case.title for case in inbox(actors.leader)] == ["早", "晚", "无期"]


def test_a_unit_with_a_case_is_dissolved_like_any_other(open_at, units, actors):
    case = open_at(Desk(units.hospital))
    do(lambda: close(units.hospital, on=DAY))
    assert signed(actors.district_reviewer, case).state == CaseState.APPROVED


@pytest.mark.postgres
@pytest.mark.usefixtures("real_transactions")
def test_two_who_sign_the_same_case_at_once_leave_one_signature_or_two_but_never_a_double_step():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets one writer in at a time")
    units = make_units()
    actors = make_actors(units)
    desks = [Desk(units.street), Desk(units.district)]
    case = do(lambda: open_case(kind="try", title="某事", desks=desks, on=DAY, applicant=None))
    start, answers = threading.Barrier(2), []

    def signing(actor):
        start.wait(timeout=10)
        try:
            with translation.override("en"):  # a thread begins in the house's own language
                answers.append(signed(actor, case).desk)
        except Refused as refusal:
            answers.append(str(refusal))
        finally:
            connection.close()

    threads = [threading.Thread(target=signing, args=[actor]) for actor in (actors.reviewer, actors.leader)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert sorted(map(str, answers)) == ["1", "This case waits at another desk."]
    assert (Case.objects.get().desk, Decision.objects.count()) == (1, 1)
