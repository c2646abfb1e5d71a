from datetime import date

import pytest

from unionhall.employers import actions
from unionhall.employers.models import Employer, Headcount
from unionhall.employers.rules import make_uscc
from unionhall.kernel.models import LogEntry
from unionhall.kernel.terms import NotAllowed, Refused

TODAY, SINCE = date(2024, 5, 6), date(2020, 1, 1)
CODE = make_uscc("91", "230102", "MY000001")


def fields(refused):
    return [reason.field for reason in refused.value.reasons]


def test_a_registered_employer_has_pinyin_and_labels_of_industry_and_tags(units, clerk):
    made = actions.register(
        clerk,
        unit=units["east"],
        since=SINCE,
        name="松江出租汽车公司",
        ownership="170",
        industry="06",
        uscc=f" {CODE.lower()} ",
        tags=["taxi", "hundred", "taxi"],
    )
    kept = Employer.objects.get(pk=made.pk)
    assert (kept.name_key[:9], kept.initials) == ("songjiang", "sjczqcgs")
    assert kept.uscc == CODE
    assert kept.tags == " hundred taxi "
    assert kept.labels.split() == ["06", "hundred", "taxi"]
    assert LogEntry.objects.get(action="employers.register").subject_unit == units["east"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"uscc": CODE[:-1] + "0"}, "uscc"),
        ({"uscc": "123"}, "uscc"),
        ({"name": ""}, "name"),
        ({"ownership": "999"}, "ownership"),
        ({"industry": "21"}, "industry"),
    ],
)
def test_a_faulty_registration_is_refused_and_writes_nothing(units, clerk, state, wrong, field):
    before = state()
    facts = {"name": "松江厂", "ownership": "159", **wrong}
    with pytest.raises(Refused) as refused:
        actions.register(clerk, unit=units["east"], since=SINCE, **facts)
    assert field in fields(refused)
    assert state() == before


def test_a_known_code_is_refused_with_name_and_place(register, state):
    register(uscc=CODE, unit="west")
    before = state()
    with pytest.raises(Refused) as refused:
        register(name="另一家", uscc=CODE)
    assert "哈尔滨市松江电机厂" in str(refused.value)
    assert "南岗区总工会" in str(refused.value)
    assert state() == before


def test_roles_and_reach_are_asked(units, clerk, actor, register, state):
    far, leader = register(unit="west"), actor("leader")
    before = state()
    for doer, unit in ((leader, "east"), (clerk, "west")):
        with pytest.raises(NotAllowed):
            actions.register(doer, unit=units[unit], since=SINCE, name="松江厂", ownership="159")
    with pytest.raises(NotAllowed):
        actions.retag(clerk, employer=far, tags=["taxi"])
    assert state() == before


def test_a_correction_sets_what_it_states_and_may_move_the_place_within_reach(
    units, clerk, above, register, state
):
    made = register(uscc=CODE)
    actions.correct(above, employer=made, name="松江电机公司", size="large", uscc="", unit=units["west"])
    kept = Employer.objects.get(pk=made.pk)
    assert (kept.name, kept.size, kept.uscc, kept.unit) == ("松江电机公司", "large", None, units["west"])
    assert kept.initials == "sjdjgs"
    other = register(name="太阳岛公司")
    before = state()
    with pytest.raises(Refused) as refused:
        actions.correct(clerk, employer=other, unit=units["west"])
    assert fields(refused) == ["unit"]
    assert state() == before


def test_a_count_ends_the_one_before_and_replaces_one_of_the_same_day(clerk, register):
    made = register()
    actions.count(clerk, employer=made, since=date(2023, 1, 1), workers=100, women=40, today=TODAY)
    actions.count(clerk, employer=made, since=date(2024, 1, 1), workers=120, women=50, today=TODAY)
    actions.count(
        clerk, employer=made, since=date(2024, 1, 1), workers=121, women=50, migrants=7, today=TODAY
    )
    found = Headcount.objects.order_by("since").values_list("since", "until", "workers", "women", "migrants")
    assert list(found) == [
        (date(2023, 1, 1), date(2024, 1, 1), 100, 40, 0),
        (date(2024, 1, 1), None, 121, 50, 7),
    ]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"women": 11}, "women"),
        ({"migrants": 11}, "migrants"),
        ({"workers": -1}, "workers"),
        ({"since": date(2024, 5, 7)}, "since"),
        ({"since": date(2022, 12, 31)}, "since"),
    ],
)
def test_a_count_that_cannot_be_right_is_refused(clerk, register, state, wrong, field):
    made = register()
    actions.count(clerk, employer=made, since=date(2023, 1, 1), workers=100, today=TODAY)
    before = state()
    with pytest.raises(Refused) as refused:
        actions.count(
            clerk, employer=made, today=TODAY, **{"since": date(2024, 1, 1), "workers": 10, **wrong}
        )
    assert field in fields(refused)
    assert state() == before


def test_closing_ends_employer_and_count_and_taking_up_again_reopens(clerk, register, state):
    made = register()
    actions.count(clerk, employer=made, since=date(2023, 1, 1), workers=100, today=TODAY)
    actions.set_status(clerk, employer=made, status="closed", on=TODAY)
    kept = Employer.objects.get(pk=made.pk)
    assert (kept.status, kept.until, Headcount.objects.get().until) == ("closed", TODAY, TODAY)
    before = state()
    with pytest.raises(Refused):
        actions.set_status(clerk, employer=made, status="closed", on=TODAY)
    with pytest.raises(Refused):
        actions.count(clerk, employer=made, since=TODAY, workers=1, today=TODAY)
    assert state() == before
    actions.set_status(clerk, employer=made, status="active", on=TODAY)
    assert Employer.objects.get(pk=made.pk).until is None
    with pytest.raises(Refused):
        actions.set_status(clerk, employer=made, status="closed", on=SINCE)


def test_suspending_ends_nothing(clerk, register):
    made = register()
    actions.set_status(clerk, employer=made, status="suspended", on=TODAY)
    assert Employer.objects.get(pk=made.pk).until is None


def test_retagging_sets_those_tags_and_no_others(clerk, register):
    made = register(tags=["park"])
    actions.retag(clerk, employer=made, tags=["listed"])
    assert Employer.objects.get(pk=made.pk).labels.split() == ["03", "listed"]
