"""Tables of facts: DOMAIN 3.1 and the articles named in law.toml."""

from datetime import date

import pytest
from django.utils.translation import override

from unionhall.employers.rules import make_uscc
from unionhall.unions.rules import (
    COMMITTEE_SIZES,
    LAW,
    Ballot,
    Due,
    ElectedBody,
    Level,
    Name,
    Status,
    UnionKind,
    after_years,
    check_ballot,
    check_certificate,
    check_code,
    check_committee,
    check_place,
    check_removal,
    check_renewal,
    check_term,
    count,
    due,
    seats,
    term_years,
    wants_womens_committee,
)


def fields(reasons):
    return [reason.field for reason in reasons]


@pytest.mark.parametrize(
    ("members", "least", "most"),
    [
        (11, 3, 3),
        (25, 3, 3),
        (26, 3, 5),
        (100, 3, 5),
        (101, 5, 7),
        (200, 5, 7),
        (201, 7, 9),
        (500, 7, 9),
        (501, 9, 15),
        (1000, 9, 15),
        (1001, 15, 21),
        (5000, 15, 21),
        (5001, 21, 29),
        (10_000, 21, 29),
        (10_001, 29, 37),
        (50_000, 29, 37),
        (50_001, 37, 45),
    ],
)
def test_a_committee_grows_with_the_members(members, least, most):
    size = seats(members)
    assert (size.least, size.most) == (least, most)


def test_the_sizes_follow_one_another_without_a_gap():
    assert [one.last + 1 for one in COMMITTEE_SIZES[:-1]] == [one.first for one in COMMITTEE_SIZES[1:]]
    assert seats(10) is None


@pytest.mark.parametrize(
    ("members", "size", "refused"),
    [
        (26, 3, []),
        (26, 5, []),
        (26, 4, ["committee_size"]),
        (26, 7, ["committee_size"]),
        (25, 5, ["committee_size"]),
        (25, 1, ["committee_size"]),
        (25, 3, []),
        (24, 1, []),
        (24, 0, []),
        (24, 3, []),
        (10, 3, ["members"]),
        (10, 1, []),
    ],
)
def test_a_committee_fits_its_members(members, size, refused):
    assert fields(check_committee(members, size)) == refused


def test_too_few_members_are_told_of_the_joint_union_and_the_organiser():
    with override("en"):
        (reason,) = check_committee(9, 3)
    assert reason.message == (
        "For a committee of its own a union needs 11 members; here are 9. "
        "With fewer, join with other units in a joint union, or elect one organiser."
    )
    assert reason.article == "《工会法》第十一条"


def test_an_article_that_is_no_statute_says_so():
    assert LAW["term_years_above"].article == "《工会法》第十六条"
    assert LAW["union_code"].status is Status.UNCONFIRMED
    with override("en"):
        assert str(LAW["union_code"].article) == "GB 32100, unconfirmed"
        assert str(LAW["quorum"].article).endswith(", official page")


@pytest.mark.parametrize(
    ("kind", "level", "above_kind", "above_level", "refused"),
    [
        ("single", "grassroots", "federation", "county", []),
        ("joint", "grassroots", "sector", "municipal", []),
        ("single", "grassroots", "single", "grassroots", []),
        ("group", "grassroots", "single", "grassroots", []),
        ("group", "grassroots", "branch", "grassroots", []),
        ("group", "grassroots", "federation", "county", ["parent"]),
        ("branch", "grassroots", "industrial", "municipal", ["parent"]),
        ("group", "grassroots", "group", "grassroots", ["parent"]),
        ("federation", "county", "federation", "municipal", []),
        ("federation", "township_subdistrict", "federation", "development_zone", []),
        ("federation", "county", "federation", "county", ["level"]),
        ("federation", "provincial", "federation", "municipal", ["level"]),
        ("industrial", "municipal", "federation", "municipal", []),
        ("industrial", "provincial", "federation", "municipal", ["level"]),
        ("federation", "county", "industrial", "municipal", ["parent"]),
        ("single", "county", "federation", "county", ["level"]),
        ("sector", "grassroots", "federation", "county", ["level"]),
    ],
)
def test_who_may_stand_under_whom(kind, level, above_kind, above_level, refused):
    assert fields(check_place(kind, level, above_kind, above_level)) == refused


def test_a_grassroots_term_lasts_three_or_five_years_and_one_above_five():
    assert term_years(Level.GRASSROOTS) == (3, 5)
    assert term_years(Level.COUNTY) == (5,)
    assert check_term(Level.GRASSROOTS, 3) == []
    assert fields(check_term(Level.GRASSROOTS, 4)) == ["years"]
    assert fields(check_term(Level.COUNTY, 3)) == ["years"]


def test_a_term_ends_on_the_same_day_years_later():
    assert after_years(date(2020, 10, 1), 5) == date(2025, 10, 1)
    assert after_years(date(2020, 2, 29), 3) == date(2023, 3, 1)
    assert after_years(date(2020, 2, 29), 4) == date(2024, 2, 29)


def test_a_day_of_expiry_is_past_soon_or_later():
    expires = date(2025, 10, 1)
    assert due(expires, date(2025, 10, 1), 30) is Due.PAST
    assert due(expires, date(2025, 9, 30), 30) is Due.SOON
    assert due(expires, date(2025, 9, 1), 30) is Due.SOON
    assert due(expires, date(2025, 8, 31), 30) is Due.LATER


def test_ten_women_have_a_committee_and_nine_a_delegate():
    assert wants_womens_committee(10)
    assert not wants_womens_committee(9)


def test_a_certificate_is_valid_for_five_years_at_most():
    since = date(2020, 10, 1)
    assert check_certificate(since, date(2025, 10, 1)) == []
    assert fields(check_certificate(since, date(2025, 10, 2))) == ["expires"]
    assert fields(check_certificate(since, since)) == ["expires"]


def test_a_certificate_is_renewed_in_its_last_thirty_days():
    assert fields(check_renewal(date(2025, 10, 1), date(2025, 8, 31))) == ["since"]
    assert check_renewal(date(2025, 10, 1), date(2025, 9, 1)) == []


@pytest.mark.parametrize(
    ("start", "kind", "refused"),
    [
        ("81", UnionKind.SINGLE, []),
        ("89", UnionKind.FEDERATION, []),
        ("89", UnionKind.SINGLE, ["code"]),
        ("81", UnionKind.FEDERATION, ["code"]),
        ("91", UnionKind.SINGLE, ["code"]),
    ],
)
def test_a_union_has_a_code_of_its_kind(start, kind, refused):
    assert fields(check_code(make_uscc(start, "370100", "MC000000"), kind)) == refused


def test_the_synthetic_union_code_of_the_notes_passes_and_a_mistyped_one_does_not():
    assert check_code("81370100MC00000129", UnionKind.SINGLE) == []
    assert fields(check_code("81370100MC00000128", UnionKind.SINGLE)) == ["code"]


def test_a_chair_is_removed_by_more_than_half_of_all():
    assert check_removal(51, 100) == []
    assert fields(check_removal(50, 100)) == ["votes"]
    assert fields(check_removal(50, 101)) == ["votes"]
    assert check_removal(51, 101) == []


def ballot(votes, *, due=90, present=60, seats=3, body=ElectedBody.COMMITTEE, secret=True):
    names = tuple(Name(f"候选人{n}", vote) for n, vote in enumerate(votes))
    return Ballot(body, due, present, seats, secret, names)


def test_two_thirds_of_those_due_make_a_quorum():
    assert count(ballot([50, 50, 50, 1], due=90, present=60)).valid
    assert not count(ballot([50, 50, 50, 1], due=91, present=60)).valid


def test_more_than_half_of_those_due_win_and_half_of_those_present_do_not():
    outcome = count(ballot([46, 46, 45, 31]))
    assert outcome.elected == {0, 1}
    assert outcome.vacant == 1
    assert outcome.run_off == frozenset()
    assert [line.wanted for line in outcome.lines] == [60, 1, 4, 46, 46, 46, 46]
    assert [line.found for line in outcome.lines] == [60, 1, 4, 46, 46, 45, 31]
    assert [line.holds for line in outcome.lines] == [True, True, True, True, True, False, False]


def test_a_tie_at_the_last_seat_elects_nobody_of_the_tied():
    outcome = count(ballot([60, 50, 46, 46, 46], present=84))
    assert outcome.elected == {0, 1}
    assert outcome.run_off == {2, 3, 4}
    assert outcome.vacant == 1


def test_a_tie_above_the_last_seat_elects_both():
    outcome = count(ballot([50, 50, 49, 48], present=70))
    assert outcome.elected == {0, 1, 2}
    assert (outcome.run_off, outcome.vacant) == (frozenset(), 0)


def test_a_tie_over_several_seats_leaves_them_all_open():
    outcome = count(ballot([60, 47, 47, 47], present=70))
    assert outcome.elected == {0}
    assert outcome.run_off == {1, 2, 3}
    assert outcome.vacant == 2


@pytest.mark.parametrize(
    ("seats", "names", "valid"), [(3, 3, False), (3, 4, True), (21, 22, False), (21, 23, True)]
)
def test_a_committee_has_five_per_cent_more_candidates_than_seats(seats, names, valid):
    assert count(ballot([46] * names, seats=seats)).valid is valid


def test_an_audit_committee_may_have_as_many_candidates_as_seats():
    outcome = count(ballot([46, 46, 46], body=ElectedBody.AUDIT))
    assert outcome.valid
    assert outcome.elected == {0, 1, 2}


def test_an_open_ballot_is_not_valid_and_elects_nobody():
    outcome = count(ballot([60, 60, 60, 0], secret=False))
    assert (outcome.valid, outcome.elected, outcome.vacant) == (False, frozenset(), 3)


@pytest.mark.parametrize(
    ("wrong", "refused"),
    [
        (ballot([46, 46, 46, 1]), []),
        (ballot([], seats=3), ["due"]),
        (ballot([1], seats=0, present=0, due=0), ["due", "candidates", "candidates"]),
        (ballot([46], present=91), ["present"]),
        (ballot([61]), ["candidates"]),
        (ballot([60, 60, 60, 1]), ["candidates"]),
        (Ballot("chair", 9, 9, 1, True, (Name("王芳", 4), Name("王芳", 5))), ["candidates"]),
        (Ballot("chair", 9, 9, 1, True, (Name("王芳", 9, None, True),)), ["candidates"]),
    ],
)
def test_numbers_no_election_can_have_are_refused(wrong, refused):
    assert fields(check_ballot(wrong)) == refused


def test_a_relative_of_the_executive_is_refused_with_the_article():
    (reason,) = check_ballot(Ballot("chair", 9, 9, 1, True, (Name("王芳", 9, None, True),)))
    assert reason.article == "《工会法》第十条"
