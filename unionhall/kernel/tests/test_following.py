from datetime import date

import pytest
from django.utils import timezone

from unionhall.kernel.following import Follow, feed, waiting
from unionhall.kernel.models import Followed, LogEntry, Unit
from unionhall.kernel.terms import refuse
from unionhall.kernel.units import place
from unionhall.kernel.writing import Actor, action

MACHINE = Actor.machine()
REACTED: list[int] = []


@action(sentence="planted")
def plant(actor, *, name, on):
    return place(Unit(name=name, kind="x"), parent=None, since=on)


@action(on="unit", sentence="renamed")
def rename(actor, *, unit):
    unit.name = f"{unit.name}!"
    unit.save()
    return unit


def react(entry):
    unit = Unit.objects.get(pk=entry.subject_pk)
    REACTED.append(entry.number)
    return rename(MACHINE, unit=unit)


def fail(entry):
    raise refuse("not today")


def look(entry):
    REACTED.append(entry.number)


@pytest.fixture(autouse=True)
def planted(db):
    REACTED.clear()
    return plant(MACHINE, name="hall", on=date(2020, 1, 1))


def test_a_follower_reacts_to_an_act_once(planted):
    assert feed([Follow(plant, react)]) == (1, [])
    assert feed([Follow(plant, react)]) == (0, [])
    planted.refresh_from_db()
    assert planted.name == "hall!"
    assert Followed.objects.count() == 1


def test_the_reaction_is_an_act_of_its_own_with_its_own_entry(planted):
    feed([Follow(plant, react)])
    assert list(LogEntry.objects.order_by("number").values_list("action", flat=True))[-1].endswith("rename")


def test_a_reaction_that_fails_waits_and_is_tried_again(planted):
    follow = Follow(plant, fail)
    done, failures = feed([follow])
    assert (done, [failure.why for failure in failures]) == (0, ["not today"])
    assert len(waiting(follow)) == 1
    assert Followed.objects.count() == 0


def test_one_failure_stops_no_other_follower(planted):
    assert feed([Follow(plant, fail), Follow(plant, react)])[0] == 1


def test_a_follower_that_only_looks_is_told_once(planted):
    follow = Follow(plant, look)
    feed([follow])
    feed([follow])
    assert len(REACTED) == 1


def test_later_acts_reach_the_follower_in_order(planted):
    for name in ("a", "b"):
        plant(MACHINE, name=name, on=timezone.localdate())
    feed([Follow(plant, look)])
    assert sorted(REACTED) == REACTED
    assert len(REACTED) == 3
