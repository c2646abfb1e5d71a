from datetime import date, timedelta

import pytest

from unionhall.membership.rules import (
    MOVES,
    SENTENCES,
    Ended,
    Standing,
    State,
    admits,
    card_number,
    exit_due,
    is_card_number,
    may_ask_transfer,
    may_end,
    may_join,
    may_move,
    may_reinstate,
    may_resume,
    may_retain,
    may_transfer,
    may_vote,
    not_in_future,
    shown_card,
    state_of,
)
from unionhall.unions.rules import Level, UnionKind

ON = date(2022, 10, 1)


def said(reasons):
    return [str(reason) for reason in reasons]


def joining(**changed):
    facts = {
        "birth": date(1990, 3, 7),
        "on": ON,
        "kind": UnionKind.SINGLE,
        "level": Level.GRASSROOTS,
        "union_since": date(2015, 1, 1),
        "union_until": None,
        "member_at": "",
        "at_place": False,
    }
    return may_join(**{**facts, **changed})


@pytest.fixture(autouse=True)
def english(settings):
    settings.LANGUAGE_CODE = "en"


@pytest.mark.parametrize(
    ("kind", "level", "at_place", "takes"),
    [
        (UnionKind.SINGLE, Level.GRASSROOTS, False, True),
        (UnionKind.JOINT, Level.GRASSROOTS, False, True),
        (UnionKind.BRANCH, Level.GRASSROOTS, False, True),
        (UnionKind.GROUP, Level.GRASSROOTS, True, True),
        (UnionKind.SECTOR, Level.COUNTY, False, False),
        (UnionKind.SECTOR, Level.COUNTY, True, True),
        (UnionKind.INDUSTRIAL, Level.MUNICIPAL, True, True),
        (UnionKind.FEDERATION, Level.TOWNSHIP, True, True),
        (UnionKind.FEDERATION, Level.ZONE, True, True),
        (UnionKind.FEDERATION, Level.TOWNSHIP, False, False),
        (UnionKind.FEDERATION, Level.COUNTY, True, False),
    ],
)
def test_a_union_takes_members_by_kind_and_at_a_place_without_union(kind, level, at_place, takes):
    assert admits(kind, level, at_place=at_place) is takes


def test_who_is_sixteen_and_a_member_nowhere_may_join():
    assert joining() == []
    assert joining(birth=date(2006, 10, 1)) == []


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"birth": date(2006, 10, 2)}, "birth"),
        ({"kind": UnionKind.FEDERATION}, "union"),
        ({"union_until": ON}, "union"),
        ({"union_since": ON + timedelta(days=1)}, "union"),
        ({"member_at": "油田工会"}, "union"),
    ],
)
def test_each_reason_not_to_join_names_its_field(changed, field):
    assert [reason.field for reason in joining(**changed)] == [field]


def test_who_is_a_member_elsewhere_is_told_where_and_offered_a_transfer():
    (reason,) = said(joining(member_at="油田工会"))
    assert "油田工会" in reason


def test_every_state_has_its_sentence_and_every_step_is_between_states():
    assert set(SENTENCES) == set(State)
    assert {state for pair in MOVES for state in pair} == set(State)


@pytest.mark.parametrize(("now", "then"), sorted(MOVES))
def test_the_steps_of_the_table_exist(now, then):
    assert may_move(now, then) == []


@pytest.mark.parametrize(
    ("now", "then"),
    [
        (State.DIED, State.MEMBER),
        (State.LEFT, State.RETAINED),
        (State.TRANSFERRED, State.MEMBER),
        (State.TRANSFERRING, State.RETAINED),
        (State.REFUSED, State.MEMBER),
    ],
)
def test_no_other_step_exists_and_the_refusal_says_where_the_person_stands(now, then):
    (reason,) = may_move(now, then)
    assert str(SENTENCES[now]) in str(reason)


@pytest.mark.parametrize(
    ("standing", "ended", "transferring", "state"),
    [
        (Standing.ACTIVE, "", False, State.MEMBER),
        (Standing.RETAINED, "", False, State.RETAINED),
        (Standing.ACTIVE, "", True, State.TRANSFERRING),
        (Standing.RETAINED, Ended.LEFT, False, State.LEFT),
        (Standing.ACTIVE, Ended.MERGER, False, State.TRANSFERRED),
        (Standing.ACTIVE, Ended.TRANSFERRED, True, State.TRANSFERRED),
        (Standing.ACTIVE, Ended.EXPELLED, False, State.EXPELLED),
        (Standing.ACTIVE, Ended.DIED, False, State.DIED),
    ],
)
def test_the_state_follows_from_standing_and_end(standing, ended, transferring, state):
    assert state_of(standing, ended, transferring=transferring) == state


def transfer(**changed):
    facts = {
        "state": State.MEMBER,
        "since": date(2020, 5, 1),
        "on": ON,
        "same_union": False,
        "kind": UnionKind.SINGLE,
        "level": Level.GRASSROOTS,
        "union_since": date(2015, 1, 1),
        "union_until": None,
        "at_place": False,
    }
    return may_transfer(**{**facts, **changed})


def test_members_and_retained_members_may_be_transferred():
    assert transfer() == []
    assert transfer(state=State.RETAINED) == []
    assert transfer(state=State.TRANSFERRING) == []


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"state": State.LEFT}, ""),
        ({"same_union": True}, "to"),
        ({"kind": UnionKind.FEDERATION}, "to"),
        ({"union_until": ON}, "to"),
        ({"on": date(2020, 5, 1)}, "on"),
    ],
)
def test_each_reason_not_to_transfer_names_its_field(changed, field):
    assert [reason.field for reason in transfer(**changed)] == [field]


def test_a_transfer_is_asked_of_another_union_that_takes_members():
    assert may_ask_transfer(state=State.MEMBER, same_union=False, takes=True) == []
    reasons = may_ask_transfer(state=State.TRANSFERRING, same_union=True, takes=False)
    assert [reason.field for reason in reasons] == ["", "to", "to"]


def test_a_membership_is_retained_with_a_reason_and_only_once():
    assert may_retain(state=State.MEMBER, reason="退休") == []
    assert [r.field for r in may_retain(state=State.MEMBER, reason="")] == ["reason"]
    assert [r.field for r in may_retain(state=State.RETAINED, reason="退休")] == [""]


def test_only_a_retained_membership_is_resumed():
    assert may_resume(state=State.RETAINED) == []
    (reason,) = may_resume(state=State.LEFT)
    assert str(SENTENCES[State.LEFT]) in str(reason)


def test_a_membership_ends_after_it_began_and_an_expulsion_needs_its_reason():
    facts = {"state": State.MEMBER, "since": date(2020, 5, 1), "on": ON}
    assert may_end(end=Ended.LEFT, **facts) == []
    assert may_end(end=Ended.EXPELLED, reason="决定第 3 号", **facts) == []
    assert [r.field for r in may_end(end=Ended.EXPELLED, **facts)] == ["reason"]
    assert [r.field for r in may_end(end=Ended.DIED, **{**facts, "on": facts["since"]})] == ["on"]
    assert [r.field for r in may_end(end=Ended.LEFT, **{**facts, "state": State.DIED})] == [""]


def test_who_left_or_was_expelled_may_be_taken_back():
    facts = {"until": ON, "on": ON, "member_at": "", "union_until": None, "reason": "决定"}
    assert may_reinstate(state=State.LEFT, **facts) == []
    assert may_reinstate(state=State.EXPELLED, **facts) == []
    assert len(may_reinstate(state=State.MEMBER, **{**facts, "until": None})) == 1
    assert len(may_reinstate(state=State.DIED, **facts)) == 1
    late = {**facts, "until": ON + timedelta(days=1)}
    assert [r.field for r in may_reinstate(state=State.LEFT, **late)] == ["on"]
    bad = {**facts, "member_at": "油田工会", "union_until": ON, "reason": ""}
    assert [r.field for r in may_reinstate(state=State.LEFT, **bad)] == ["", "", "reason"]


def test_nothing_is_dated_after_today():
    assert not_in_future(ON, ON) == []
    assert [r.field for r in not_in_future(ON + timedelta(days=1), ON)] == ["on"]


@pytest.mark.parametrize(
    ("standing", "dues", "activity", "due"),
    [
        (Standing.ACTIVE, None, None, True),
        (Standing.ACTIVE, date(2022, 4, 1), None, True),
        (Standing.ACTIVE, date(2022, 4, 2), None, False),
        (Standing.ACTIVE, date(2021, 1, 1), date(2022, 9, 1), False),
        (Standing.RETAINED, None, None, False),
    ],
)
def test_six_months_without_dues_and_activity_are_shown(standing, dues, activity, due):
    facts = {"since": date(2020, 5, 1), "on": ON}
    assert exit_due(standing=standing, last_dues=dues, last_activity=activity, **facts) is due


def test_only_active_members_vote():
    assert may_vote(Standing.ACTIVE, "")
    assert not may_vote(Standing.RETAINED, "")
    assert not may_vote(Standing.ACTIVE, Ended.LEFT)


def test_a_card_number_carries_union_person_and_check_digits():
    assert card_number(20159, 2450000) == "0002015900245000067"
    assert is_card_number("0002015900245000067")
    assert is_card_number("0002 0159 0024 5000 067")
    assert shown_card("0002015900245000067") == "0002 0159 0024 5000 067"


def test_any_single_slip_and_any_swap_of_neighbours_in_a_card_number_is_noticed():
    card = card_number(20159, 2450137)
    slips = [card[:i] + str((int(card[i]) + 1) % 10) + card[i + 1 :] for i in range(len(card))]
    swaps = [card[:i] + card[i + 1] + card[i] + card[i + 2 :] for i in range(18) if card[i] != card[i + 1]]
    assert not [wrong for wrong in slips + swaps if is_card_number(wrong)]


@pytest.mark.parametrize("text", ["", "12", "０００2015900245000067", "000201590024500006X"])
def test_other_texts_are_no_card_number(text):
    assert not is_card_number(text)


def test_a_register_too_large_for_the_card_is_an_error():
    with pytest.raises(OverflowError):
        card_number(100_000_000, 1)
