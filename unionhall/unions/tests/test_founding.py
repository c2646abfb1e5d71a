from datetime import date

import pytest

from unionhall.kernel.models import CaseState, Placement, Unit, Verdict
from unionhall.kernel.terms import NotAllowed, Refused
from unionhall.unions.actions.founding import (
    apply_to_found,
    correct_founding,
    new_token,
    sign_founding,
    withdraw_founding,
)
from unionhall.unions.models import Founding, Union
from unionhall.unions.rules import TOKEN_ALPHABET

MAY = date(2022, 5, 1)
JUNE = date(2022, 6, 1)


def application(house, **other):
    return {
        "name": "松花江机械厂工会",
        "kind": "single",
        "level": "grassroots",
        "parent": house.daoli.unit,
        "employer": house.works,
        "ownership": "170",
        "industry": "03",
        "worker_kind": "",
        "address": "道里区机场路1号",
        "workers": 60,
        "members": 40,
        "women": 12,
        "committee_size": 3,
        "years": 3,
        "chair_name": "王芳",
        **other,
    }


@pytest.fixture
def applied(house):
    return apply_to_found(house.worker(), on=MAY, **application(house))


def fields(refused):
    return [reason.field for reason in refused.value.reasons]


def test_a_worker_applies_and_the_application_waits_at_the_superior_union(house, applied):
    assert applied.case.unit == house.daoli.unit
    assert applied.case.state == CaseState.OPEN
    assert applied.case.kind == "unions.founding"
    assert applied.founded is None
    assert Union.objects.count() == 3


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({"members": 61}, ["members"]),
        ({"women": 41}, ["women"]),
        ({"members": 9, "women": 2}, ["members"]),
        ({"committee_size": 4}, ["committee_size"]),
        ({"committee_size": 1}, ["committee_size"]),
        ({"years": 4}, ["years"]),
        ({"level": "county", "years": 5}, ["level"]),
        ({"kind": "group", "employer": None}, ["parent"]),
        ({"employer": None}, ["employer"]),
        ({"kind": "sector", "level": "county", "years": 5}, ["employer"]),
    ],
)
def test_what_an_application_may_not_say_is_refused_at_its_field(house, nothing_written, changed, where):
    worker = house.worker()
    with pytest.raises(Refused) as refused:
        apply_to_found(worker, on=MAY, **application(house, **changed))
    assert fields(refused) == where
    assert nothing_written.same()
    assert Founding.objects.count() == 0


def test_an_employer_that_has_a_union_gets_no_second_one(house, nothing_written):
    other = house.union("工厂工会", house.daoli)
    house.cover(other, house.works)
    nothing_written.again()
    with pytest.raises(Refused) as refused:
        apply_to_found(house.clerk, on=MAY, **application(house))
    (reason,) = refused.value.reasons
    assert (reason.field, reason.article) == ("employer", "《工会法》第十一条")
    assert nothing_written.same()


def test_a_closed_employer_gets_none(house):
    closed = house.employer("已关闭厂", house.daoli, status="closed")
    with pytest.raises(Refused) as refused:
        apply_to_found(house.clerk, on=MAY, **application(house, employer=closed))
    assert fields(refused) == ["employer"]


def test_a_name_stands_once_under_one_superior(house, nothing_written):
    house.union("松花江机械厂工会", house.daoli)
    nothing_written.again()
    with pytest.raises(Refused) as refused:
        apply_to_found(house.clerk, on=MAY, **application(house))
    assert fields(refused) == ["name"]
    assert nothing_written.same()


def test_the_same_name_may_stand_under_another_superior(house):
    house.union("松花江机械厂工会", house.nangang)
    assert apply_to_found(house.clerk, on=MAY, **application(house)).pk


@pytest.mark.usefixtures("applied")
def test_a_second_application_for_the_same_is_refused(house, nothing_written):
    with pytest.raises(Refused) as refused:
        apply_to_found(house.clerk, on=MAY, **application(house))
    assert fields(refused) == ["name", "employer"]
    assert nothing_written.same()


def test_a_unit_that_is_no_union_founds_none(house):
    with pytest.raises(Refused) as refused:
        apply_to_found(house.clerk, on=MAY, **application(house, parent=Unit(pk=999)))
    assert fields(refused) == ["parent"]


def test_an_auditor_may_not_apply(house, nothing_written):
    with pytest.raises(NotAllowed):
        apply_to_found(house.auditor, on=MAY, **application(house))
    assert nothing_written.same()


def test_approval_makes_unit_union_coverage_and_term(house, applied):
    signed = sign_founding(house.in_daoli, founding=applied, verdict=Verdict.APPROVE, on=JUNE)
    union = signed.founded
    assert signed.case.state == CaseState.APPROVED
    assert (union.unit.name, union.unit.parent, union.unit.initials) == (
        "松花江机械厂工会",
        house.daoli.unit,
        "shjjxcgh",
    )
    assert union.unit.path.startswith(house.daoli.unit.path)
    assert (union.kind, union.level, union.since, len(union.token)) == ("single", "grassroots", JUNE, 16)
    (coverage,) = union.coverages.all()
    assert (coverage.employer, coverage.since, coverage.until) == (house.works, JUNE, None)
    (term,) = union.terms.all()
    assert (term.number, term.years, term.since, term.expires) == (1, 3, JUNE, date(2025, 6, 1))
    assert term.committee_size == 3
    assert Placement.objects.get(unit=union.unit).since == JUNE


def test_a_sector_federation_stands_in_the_region_of_its_superior_and_covers_nobody(house):
    facts = application(
        house, kind="sector", level="county", employer=None, years=5, name="快递行业工会联合会"
    )
    waiting = apply_to_found(house.clerk, on=MAY, **facts)
    union = sign_founding(house.in_daoli, founding=waiting, verdict=Verdict.APPROVE, on=JUNE).founded
    assert union.unit.region == "230100"
    assert union.coverages.count() == 0
    assert union.terms.get().expires == date(2027, 6, 1)


def test_a_group_has_no_term_of_its_own(house):
    works = house.union("大厂工会", house.daoli)
    facts = application(house, kind="group", parent=works.unit, employer=None, name="一车间工会小组")
    waiting = apply_to_found(house.clerk, on=MAY, **facts)
    union = sign_founding(house.in_daoli, founding=waiting, verdict=Verdict.APPROVE, on=JUNE).founded
    assert union.terms.count() == 0


def test_what_has_changed_since_the_application_is_checked_again_at_the_signature(
    house, applied, nothing_written
):
    house.cover(house.union("抢先工会", house.daoli), house.works)
    nothing_written.again()
    with pytest.raises(Refused) as refused:
        sign_founding(house.in_daoli, founding=applied, verdict=Verdict.APPROVE, on=JUNE)
    assert fields(refused) == ["employer"]
    assert nothing_written.same()


def test_a_clerk_may_not_sign_and_another_district_does_not_reach(house, applied, nothing_written):
    for actor in (house.clerk, house.in_nangang):
        with pytest.raises(NotAllowed):
            sign_founding(actor, founding=applied, verdict=Verdict.APPROVE, on=JUNE)
    assert nothing_written.same()


def test_nobody_signs_her_own_application(house, nothing_written):
    own = apply_to_found(house.in_daoli, on=MAY, **application(house))
    nothing_written.again()
    with pytest.raises(Refused):
        sign_founding(house.in_daoli, founding=own, verdict=Verdict.APPROVE, on=JUNE)
    assert nothing_written.same()


def test_a_refusal_says_why_and_founds_nothing(house, applied):
    with pytest.raises(Refused) as refused:
        sign_founding(house.in_daoli, founding=applied, verdict=Verdict.REFUSE, on=JUNE)
    assert fields(refused) == ["reason"]
    signed = sign_founding(
        house.in_daoli, founding=applied, verdict=Verdict.REFUSE, on=JUNE, reason="不符合条件"
    )
    assert (signed.case.state, signed.founded) == (CaseState.REFUSED, None)


def test_a_returned_application_comes_back_corrected(house, applied):
    applicant = applied.case.applicant
    returned = sign_founding(
        house.in_daoli, founding=applied, verdict=Verdict.RETURN, on=JUNE, reason="人数不符"
    )
    worker = house.clerk.worker(applicant)
    again = correct_founding(worker, founding=returned, on=JUNE, **application(house, members=41))
    assert (again.case.state, again.members) == (CaseState.OPEN, 41)
    assert sign_founding(house.in_daoli, founding=again, verdict=Verdict.APPROVE, on=JUNE).founded


def test_a_correction_stays_where_it_was_handed_in(house, applied, nothing_written):
    worker = house.clerk.worker(applied.case.applicant)
    returned = sign_founding(
        house.in_daoli, founding=applied, verdict=Verdict.RETURN, on=JUNE, reason="人数不符"
    )
    nothing_written.again()
    with pytest.raises(Refused) as refused:
        correct_founding(worker, founding=returned, on=JUNE, **application(house, parent=house.nangang.unit))
    assert fields(refused) == ["parent"]
    assert nothing_written.same()


def test_only_the_applicant_corrects_and_withdraws(house, applied, nothing_written):
    with pytest.raises(NotAllowed):
        withdraw_founding(house.worker("stranger"), founding=applied, on=JUNE)
    with pytest.raises(Refused):
        withdraw_founding(house.clerk, founding=applied, on=JUNE)
    with pytest.raises(Refused):
        correct_founding(house.clerk, founding=applied, on=JUNE, **application(house))
    assert nothing_written.same()
    withdraw_founding(house.clerk.worker(applied.case.applicant), founding=applied, on=JUNE)
    applied.case.refresh_from_db()
    assert applied.case.state == CaseState.WITHDRAWN


def test_tokens_are_sixteen_characters_that_cannot_be_mistaken():
    first, second = new_token(), new_token()
    assert len(first) == 16
    assert set(first + second) <= set(TOKEN_ALPHABET)
    assert first != second
