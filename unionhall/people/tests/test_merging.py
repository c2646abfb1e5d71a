from datetime import date

import pytest

from unionhall.kernel import guard
from unionhall.kernel.models import LogEntry, User
from unionhall.kernel.terms import NotAllowed, Refused
from unionhall.membership.models import Membership
from unionhall.membership.rules import Entered
from unionhall.people.actions import files, merging
from unionhall.people.indicators import pairs
from unionhall.people.models import NotDuplicate, Person, PersonMerge
from unionhall.unions.models import Body, Union

TODAY = date(2024, 5, 6)


@pytest.fixture
def two(register):
    """Two files of one human being: by identity card, and by passport."""
    kept = register()
    passport = {"document": "passport", "number": "E12345678", "sex": "2", "birth": date(1990, 3, 7)}
    return kept, register(**passport)


def member(person, unit, since=date(2020, 1, 1), until=None):
    with guard.begin():
        row = Membership(person=person, unit=unit, since=since, until=until, entered=Entered.JOINED, sex="2")
        row.save()
    return row


def look():
    return [list(model.objects.order_by("pk").values_list()) for model in (Person, Membership, PersonMerge)]


def test_the_preview_counts_what_points_at_the_dropped_file_even_hidden_references(two, units):
    kept, dropped = two
    member(dropped, units["east"])
    with guard.begin():
        union = Union(unit=units["east"], kind="single", level="grassroots", token="t", since=TODAY)
        union.save()
        Body(union=union, kind="women", since=TODAY, head=dropped).save()
    found = {moving.column: (moving.count, moving.clash) for moving in merging.merge_preview(kept, dropped)}
    assert found == {"membership.membership.person": (1, False), "unions.body.head": (1, False)}


def test_a_merge_moves_everything_and_an_undo_brings_it_back(clerk, two, units):
    kept, dropped = two
    row = member(dropped, units["east"])
    merge = merging.merge(clerk, kept=kept, dropped=dropped, reason="same passport shown", on=TODAY)
    assert Membership.objects.get(pk=row.pk).person == kept
    assert Person.objects.get(pk=dropped.pk).merged_into == kept
    assert merge.moved == {"rows": {"membership.membership.person": [row.pk]}, "user": None}
    assert (
        LogEntry.objects.get(action="people.merging.merge").detail["facts"]["reason"] == "same passport shown"
    )
    merging.unmerge(clerk, merge=merge, on=TODAY)
    after = Membership.objects.get(pk=row.pk)
    assert after.person == dropped
    assert Person.objects.get(pk=dropped.pk).merged_into is None
    assert PersonMerge.objects.get(pk=merge.pk).undone_on == TODAY


def test_the_account_goes_along_and_comes_back(clerk, two):
    kept, dropped = two
    user = User.objects.create(username="wf", display_name="王芳")
    with guard.begin():
        files.link_account(dropped, user)
    merge = merging.merge(clerk, kept=kept, dropped=dropped, reason="same person", on=TODAY)
    assert User.objects.get(pk=user.pk).person.pk == kept.pk
    merging.unmerge(clerk, merge=merge, on=TODAY)
    assert User.objects.get(pk=user.pk).person.pk == dropped.pk


def test_two_current_memberships_are_refused_with_what_to_do(clerk, two, units):
    kept, dropped = two
    member(kept, units["east"])
    member(dropped, units["east"])
    before = look()
    with pytest.raises(Refused) as refused:
        merging.merge(clerk, kept=kept, dropped=dropped, reason="same person", on=TODAY)
    assert len(refused.value.reasons) == 1
    assert look() == before


def test_a_past_membership_beside_a_current_one_is_no_clash(clerk, two, units):
    kept, dropped = two
    member(kept, units["east"])
    member(dropped, units["east"], until=date(2021, 1, 1))
    merging.merge(clerk, kept=kept, dropped=dropped, reason="same person", on=TODAY)
    assert Membership.objects.filter(person=kept).count() == 2


def test_the_file_with_the_number_is_kept_and_accounts_are_not_lost(clerk, two):
    kept, dropped = two
    with guard.begin():
        Person.objects.filter(pk=kept.pk).update(number=None, number_hash=None)
        for person, name in ((kept, "one"), (dropped, "two")):
            person.refresh_from_db()
            files.link_account(person, User.objects.create(username=name, display_name=name))
    before = look()
    with pytest.raises(Refused) as refused:
        merging.merge(clerk, kept=kept, dropped=dropped, reason="same person", on=TODAY)
    assert len(refused.value.reasons) == 2
    assert look() == before


@pytest.mark.parametrize("reason", ["", "abc"])
def test_a_merge_needs_a_reason(clerk, two, reason):
    with pytest.raises(Refused):
        merging.merge(clerk, kept=two[0], dropped=two[1], reason=reason, on=TODAY)
    assert not PersonMerge.objects.exists()


def test_a_file_is_not_merged_with_itself_nor_twice(clerk, two, register):
    kept, dropped = two
    third = register(name="李静", sequence=14)
    merging.merge(clerk, kept=kept, dropped=dropped, reason="same person", on=TODAY)
    before = look()
    for first, second in ((kept, kept), (third, dropped)):
        with pytest.raises(Refused):
            merging.merge(clerk, kept=first, dropped=second, reason="same person", on=TODAY)
    assert look() == before


def test_neither_file_may_be_out_of_reach(clerk, above, register):
    near = register()
    far = register(name="王芳", sequence=14, unit="west")
    before = look()
    with pytest.raises(NotAllowed):
        merging.merge(clerk, kept=far, dropped=near, reason="same person", on=TODAY)
    with pytest.raises(Refused):
        merging.merge(clerk, kept=near, dropped=far, reason="same person", on=TODAY)
    with pytest.raises(Refused):
        merging.not_duplicate(clerk, first=near, second=far, on=TODAY)
    assert look() == before
    merge = merging.merge(above, kept=near, dropped=far, reason="same person", on=TODAY)
    with pytest.raises(Refused):
        merging.unmerge(clerk, merge=merge, on=TODAY)
    assert PersonMerge.objects.get(pk=merge.pk).undone_on is None


def test_a_merge_is_not_undone_once_a_moved_row_was_changed(clerk, two, units):
    kept, dropped = two
    row = member(dropped, units["east"])
    merge = merging.merge(clerk, kept=kept, dropped=dropped, reason="same person", on=TODAY)
    with guard.begin():
        row.refresh_from_db()
        row.card = "123"
        row.save()
    before = look()
    with pytest.raises(Refused):
        merging.unmerge(clerk, merge=merge, on=TODAY)
    assert look() == before


def test_a_merge_is_not_undone_twice_nor_after_a_further_merge(clerk, two, register):
    kept, dropped = two
    merge = merging.merge(clerk, kept=kept, dropped=dropped, reason="same person", on=TODAY)
    third = register(name="李静", sequence=14)
    further = merging.merge(clerk, kept=third, dropped=kept, reason="same person", on=TODAY)
    with pytest.raises(Refused):
        merging.unmerge(clerk, merge=merge, on=TODAY)
    merging.unmerge(clerk, merge=further, on=TODAY)
    merging.unmerge(clerk, merge=merge, on=TODAY)
    with pytest.raises(Refused):
        merging.unmerge(clerk, merge=merge, on=TODAY)


def test_the_number_of_a_dropped_file_stays_known(clerk, two, units):
    kept, dropped = two
    merging.merge(clerk, kept=kept, dropped=dropped, reason="same person", on=TODAY)
    again = {"document": "passport", "number": "E12345678", "sex": "2", "birth": date(1990, 3, 7)}
    with pytest.raises(Refused):
        files.register(clerk, unit=units["east"], on=TODAY, name="王芳", **again)


def test_two_persons_told_apart_are_no_pair_any_more(clerk, two):
    kept, dropped = two
    rows = Person.objects.all()
    assert [(pair.first, pair.second) for pair in pairs("name", rows, 10)] == [(kept, dropped)]
    merging.not_duplicate(clerk, first=dropped, second=kept, on=TODAY)
    assert pairs("name", rows, 10) == []
    row = NotDuplicate.objects.get()
    assert (row.first, row.second) == (kept, dropped)
    for first, second in ((kept, kept), (kept, dropped)):
        with pytest.raises(Refused):
            merging.not_duplicate(clerk, first=first, second=second, on=TODAY)
    assert NotDuplicate.objects.count() == 1
