from datetime import date

import pytest

from unionhall.employers import actions
from unionhall.employers.models import Employer, EmployerMerge
from unionhall.employers.rules import make_uscc
from unionhall.kernel import guard
from unionhall.kernel.terms import NotAllowed, Refused
from unionhall.unions.models import Coverage, Union

TODAY, SINCE = date(2024, 5, 6), date(2020, 1, 1)
CODE = make_uscc("91", "230102", "MY000001")
REASON = "same company, two spellings"


@pytest.fixture
def two(register):
    return register(uscc=CODE), register(name="哈尔滨松江电机厂")


@pytest.fixture
def cover(units):
    """Lets a union cover an employer."""

    def make(employer, unit="east"):
        with guard.begin():
            union = Union.objects.filter(unit=units[unit]).first()
            if union is None:
                union = Union(unit=units[unit], kind="joint", level="grassroots", token=unit, since=SINCE)
                union.save()
            row = Coverage(union=union, employer=employer, since=SINCE)
            row.save()
        return row

    return make


def test_a_merge_moves_what_points_there_and_an_undo_brings_it_back(clerk, two, cover):
    kept, dropped = two
    row = cover(dropped)
    actions.count(clerk, employer=dropped, since=SINCE, workers=10, today=TODAY)
    found = [(m.column, m.count, m.clash) for m in actions.merge_preview(kept, dropped)]
    assert found == [("unions.coverage.employer", 1, False)]
    merge = actions.merge(clerk, kept=kept, dropped=dropped, reason=REASON, on=TODAY)
    assert Coverage.objects.get(pk=row.pk).employer == kept
    assert Employer.objects.get(pk=dropped.pk).merged_into == kept
    assert dropped.headcounts.get().workers == 10
    actions.unmerge(clerk, merge=merge, on=TODAY)
    assert Coverage.objects.get(pk=row.pk).employer == dropped
    assert Employer.objects.get(pk=dropped.pk).merged_into is None
    assert EmployerMerge.objects.get().undone_on == TODAY


def test_two_coverages_are_refused(clerk, two, cover, state):
    kept, dropped = two
    cover(kept)
    cover(dropped, "west")
    before = state()
    with pytest.raises(Refused):
        actions.merge(clerk, kept=kept, dropped=dropped, reason=REASON, on=TODAY)
    assert state() == before


def test_the_employer_with_the_code_is_kept_and_reasons_are_given(clerk, two, register, state):
    kept, dropped = two
    far = register(name="远方公司", unit="west")
    before = state()
    for first, second, reason in (
        (dropped, kept, REASON),
        (kept, dropped, "no"),
        (kept, kept, REASON),
        (kept, far, REASON),
    ):
        with pytest.raises(Refused):
            actions.merge(clerk, kept=first, dropped=second, reason=reason, on=TODAY)
    with pytest.raises(NotAllowed):
        actions.merge(clerk, kept=far, dropped=dropped, reason=REASON, on=TODAY)
    assert state() == before


def test_a_merge_is_undone_once_in_order_and_in_reach(clerk, above, register, state):
    a, b, c = register(name="甲公司"), register(name="乙公司", unit="west"), register(name="丙公司")
    first = actions.merge(above, kept=a, dropped=b, reason=REASON, on=TODAY)
    before = state()
    with pytest.raises(Refused):
        actions.unmerge(clerk, merge=first, on=TODAY)
    with pytest.raises(Refused):
        actions.merge(above, kept=c, dropped=b, reason=REASON, on=TODAY)
    assert state() == before
    second = actions.merge(above, kept=c, dropped=a, reason=REASON, on=TODAY)
    with pytest.raises(Refused):
        actions.unmerge(above, merge=first, on=TODAY)
    actions.unmerge(above, merge=second, on=TODAY)
    actions.unmerge(above, merge=first, on=TODAY)
    with pytest.raises(Refused):
        actions.unmerge(above, merge=first, on=TODAY)
