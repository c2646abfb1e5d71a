"""One human act: role and reach, one transaction, one entry; refused means nothing written."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.files.base import ContentFile
from django.db import transaction

from unionhall.kernel import guard
from unionhall.kernel.models import Attachment, Case, ChainHead, LogEntry, Unit
from unionhall.kernel.terms import NotAllowed, Refusal, Refused, Role, refuse, refuse_if
from unionhall.kernel.testing.acts import do
from unionhall.kernel.writing import Actor, action, may, step, unit_of

pytestmark = pytest.mark.django_db
DAY = date(2022, 10, 1)


@action(Role.CLERK, Role.WORKER, on="case", sentence="named a case", logged=("reason",))
def name_case(actor: Actor, *, case: Case, title: str, reason: str = "", **_more) -> Case:
    case.title = title
    case.save()
    if title == "不行":
        raise refuse("To name a case give it a better name.", "title", "art. 1")
    if title == "坏":
        raise ZeroDivisionError
    return case


@action(Role.CLERK, on="unit", sentence="opened a case")
def open_one(actor: Actor, *, unit: Unit, title: str = "某事") -> Case:
    return _make(actor, unit, title)


@action(Role.CLERK, sentence="acted twice")
def act_twice(actor: Actor, *, unit: Unit) -> Case:
    return open_one(actor, unit=unit)


@action(Role.SYSTEM, sentence="looked")
def look(actor: Actor) -> None:
    """Writes nothing, returns nothing."""


@step
def _make(actor: Actor, unit: Unit, title: str) -> Case:
    case = Case(kind="try.thing", title=title, unit=unit, applicant=actor.user, opened_on=DAY)
    case.save()
    return case


@pytest.fixture
def case(units, actors):
    """A case of the worker, waiting at the factory."""
    row = Case(
        kind="try.thing", title="某事", unit=units.factory, applicant=actors.worker.user, opened_on=DAY
    )
    do(row.save)
    return row


def title(case):
    return Case.objects.get(pk=case.pk).title


def test_an_act_leaves_one_entry_that_says_who_did_what_to_which_row(actors, units, case):
    before = LogEntry.objects.count()
    result = name_case(actors.clerk, case=case, title="别事")
    assert result == case
    assert LogEntry.objects.count() == before + 1
    entry = LogEntry.objects.latest("number")
    assert (entry.user, entry.role, entry.unit) == (actors.clerk.user, Role.CLERK, units.street)
    assert (entry.subject_kind, entry.subject_pk) == ("kernel.case", str(case.pk))
    assert (entry.subject_unit, entry.units) == (units.factory, [units.factory.pk])
    assert entry.action.endswith("test_writing.name_case")


def test_an_act_without_a_row_leaves_an_entry_too(actors):
    before = LogEntry.objects.count()
    assert look(actors.system) is None
    entry = LogEntry.objects.latest("number")
    assert (entry.number, entry.subject_kind, entry.subject_pk) == (before + 1, "", "")
    assert (entry.units, entry.detail) == ([], {"facts": {}, "changes": []})


@pytest.mark.parametrize(("name", "error"), [("不行", Refused), ("坏", ZeroDivisionError)])
def test_what_is_refused_or_fails_writes_nothing_and_leaves_no_entry(actors, case, name, error):
    head = ChainHead.objects.values().get()
    with pytest.raises(error):
        name_case(actors.clerk, case=case, title=name)
    assert title(case) == "某事"
    assert ChainHead.objects.values().get() == head
    assert not guard.under_way()
    name_case(actors.clerk, case=case, title="别事")
    assert title(case) == "别事"


def test_a_refusal_says_what_where_and_by_which_article(actors, case):
    with pytest.raises(Refused) as refused:
        name_case(actors.clerk, case=case, title="不行")
    assert refused.value.reasons == (Refusal("To name a case give it a better name.", "title", "art. 1"),)
    assert str(refused.value) == "To name a case give it a better name. (art. 1)"


def test_no_reason_is_no_refusal():
    refuse_if([])
    with pytest.raises(Refused, match="one; two"):
        refuse_if([Refusal("one"), Refusal("two")])


def test_an_act_in_an_act_is_a_mistake_and_writes_nothing(actors, units):
    before = LogEntry.objects.count()
    with pytest.raises(RuntimeError):
        act_twice(actors.clerk, unit=units.factory)
    with guard.begin(), pytest.raises(RuntimeError, match="may not call another action"), guard.begin():
        pass
    assert not Case.objects.exists()
    assert LogEntry.objects.count() == before


def test_a_step_runs_only_inside_an_act(actors, units):
    with pytest.raises(guard.UnguardedWriteError):
        _make(actors.clerk, units.factory, "某事")
    assert open_one(actors.clerk, unit=units.factory).title == "某事"


REACH = {
    "clerk": True,
    "district_clerk": True,
    "worker": True,
    "machine": True,
    "stranger": False,
    "other_worker": False,
    "reviewer": False,
    "district_reviewer": False,
    "leader": False,
    "auditor": False,
    "system": False,
    "security": False,
    "audit": False,
}


@pytest.mark.parametrize(("who", "done"), REACH.items())
def test_an_act_asks_for_the_role_and_the_reach_of_the_row(actors, case, who, done):
    actor, before = actors.all()[who], LogEntry.objects.count()
    assert may(actor, name_case, case) is done
    if done:
        name_case(actor, case=case, title="别事")
    else:
        with pytest.raises(NotAllowed):
            name_case(actor, case=case, title="别事")
    assert title(case) == ("别事" if done else "某事")
    assert LogEntry.objects.count() == before + done


def test_every_actor_of_the_federation_is_tried(actors):
    assert set(actors.all()) == set(REACH)


def test_a_unit_reaches_itself_and_below_never_above_or_beside(actors, units):
    assert actors.clerk.reaches(units.street)
    assert actors.clerk.reaches(units.team)
    assert not actors.clerk.reaches(units.district)
    assert not actors.clerk.reaches(units.hospital)
    assert not actors.clerk.reaches(None)
    assert not actors.worker.reaches(units.team)
    assert actors.machine.reaches(units.nation)


def test_a_worker_may_only_do_what_is_about_her(actors, case):
    nobodys = Case(kind="try", title="某事", unit=case.unit, opened_on=DAY)
    assert may(actors.worker, name_case, case)
    assert not may(actors.other_worker, name_case, case)
    assert not may(actors.worker, name_case, nobodys)
    assert not may(actors.worker, open_one, case.unit)


def test_a_row_without_a_unit_is_in_nobodys_reach_but_the_machines(actors):
    unplaced = Unit(name="未定", kind="single", since=DAY)
    assert not may(actors.clerk, open_one, unplaced)
    assert may(actors.machine, open_one, unplaced)


def test_the_unit_of_a_row_is_found_along_its_way(units, case):
    assert unit_of(case) == units.factory
    assert unit_of(units.factory) == units.factory
    assert unit_of(Attachment(case=case)) == units.factory
    assert unit_of(ChainHead()) is None


def test_the_entry_keeps_dates_numbers_and_rows_but_texts_only_when_declared(actors, case):
    facts = {
        "on": DAY,
        "count": 3,
        "share": Decimal("0.5"),
        "sure": True,
        "nothing": None,
        "role": Role.CLERK,
    }
    hidden = {"phone": "13800138000", "people": ["张三"], "blob": b"1"}
    name_case(actors.clerk, case=case, title="张三的申请", reason="写错了", **facts, **hidden)
    assert LogEntry.objects.latest("number").detail["facts"] == {
        "case": f"kernel.case:{case.pk}",
        "reason": "写错了",
        "on": "2022-10-01",
        "count": 3,
        "share": "0.5",
        "sure": True,
        "nothing": None,
        "role": "clerk",
    }


def test_the_entry_tells_what_changed_from_what_to_what(actors, case):
    name_case(actors.clerk, case=case, title="别事")
    assert LogEntry.objects.latest("number").detail["changes"] == [
        {"kind": "kernel.case", "pk": case.pk, "fields": {"title": ["某事", "别事"]}}
    ]


def test_the_entry_shows_no_content_of_a_sensitive_row(case):
    do(lambda: Attachment(case=case, title="低保证", file=ContentFile(b"", "dibao.pdf")).save())
    entry = LogEntry.objects.latest("number")
    change = entry.detail["changes"][-1]
    assert change["kind"] == "kernel.attachment"
    assert set(change["fields"].values()) == {"•"}
    assert "低保" not in str(entry.detail)
    assert "dibao" not in str(entry.detail)


def test_the_entry_names_fifty_changes_and_counts_the_rest(units, actors):
    def many():
        for _number in range(53):
            _make(actors.clerk, units.factory, "某事")

    do(many)
    detail = LogEntry.objects.latest("number").detail
    assert (len(detail["changes"]), detail["more"]) == (50, 3)


def test_a_deleted_row_is_told(case):
    pk = case.pk
    do(case.delete)
    detail = LogEntry.objects.latest("number").detail
    assert detail["changes"] == [{"kind": "kernel.case", "pk": pk, "deleted": True}]
    assert not Case.objects.exists()


def test_act_numbers_grow_with_time():
    first, second = guard.new_number(), guard.new_number() + (1 << 20)
    assert 0 < first < second < 2**63


@pytest.mark.usefixtures("real_transactions")
def test_an_act_inside_a_transaction_of_someone_else_is_a_mistake():
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        look(Actor.machine())
    assert not LogEntry.objects.exists()


@pytest.mark.usefixtures("real_transactions")
def test_an_act_that_fails_leaves_nothing_in_a_real_transaction():
    def fail():
        Unit(name="未成", kind="single", since=DAY).save()
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        do(fail)
    assert (Unit.objects.count(), LogEntry.objects.count()) == (0, 0)
