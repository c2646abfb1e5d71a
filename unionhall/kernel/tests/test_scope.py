"""What each role sees of each kind of table: the only two ways a page reads."""

from datetime import date

import pytest
from django.http import Http404

from unionhall.kernel.models import Attachment, Case, Decision, ImportRun, Unit, User
from unionhall.kernel.scope import mine, one, readable, visible
from unionhall.kernel.terms import Privacy
from unionhall.kernel.testing.acts import do

pytestmark = pytest.mark.django_db
DAY = date(2022, 10, 1)
STAFF = {"clerk", "reviewer", "leader", "stranger", "district_clerk", "district_reviewer", "auditor"}
NOBODY = {"system", "security", "audit", "worker", "other_worker"}


@pytest.fixture
def rows(units, actors):
    """A public, a personal and a sensitive row at the factory, all of the worker's case."""
    case = Case(kind="try", title="某事", unit=units.factory, applicant=actors.worker.user, opened_on=DAY)
    paper = Attachment(case=case, title="低保证", file="dibao.pdf")
    signature = Decision(case=case, desk=0, verdict="approve", signer=actors.reviewer.user, on=DAY)
    do(lambda: [row.save() for row in (case, paper, signature)])
    return {Unit: units.factory, Case: case, Attachment: paper, Decision: signature}


SEES = {
    Unit: STAFF | NOBODY - {"system", "security", "audit"} | {"machine"},
    Case: STAFF - {"stranger"} | {"machine"},
    Attachment: STAFF - {"stranger"} | {"machine"},
    Decision: STAFF - {"stranger"} | {"machine"},
}


@pytest.mark.parametrize("model", SEES, ids=lambda model: model.__name__)
def test_staff_see_their_unit_and_below_everybody_what_is_public_administrators_nothing(actors, rows, model):
    row = rows[model]
    seeing = {
        name for name, actor in actors.all().items() if visible(model, actor).filter(pk=row.pk).exists()
    }
    assert seeing == SEES[model]


def test_the_tables_tried_are_of_every_privacy():
    assert {model.privacy for model in SEES} == set(Privacy)


@pytest.mark.parametrize("model", SEES, ids=lambda model: model.__name__)
def test_a_visitor_sees_nothing(rows, model):
    assert rows[model].pk
    assert not visible(model, None).exists()
    assert not readable(model, None).exists()


@pytest.mark.parametrize("model", [Case, Attachment, Decision], ids=lambda model: model.__name__)
def test_a_worker_reads_what_is_about_her_and_nobody_elses(actors, rows, model):
    reading = {
        name
        for name, actor in actors.all().items()
        if actor.role == "worker" and readable(model, actor).filter(pk=rows[model].pk).exists()
    }
    assert reading == {"worker"}
    assert list(mine(model, actors.worker.user)) == [rows[model]]
    assert not mine(model, actors.reviewer.user).exists()
    assert not mine(model, None).exists()


def test_a_table_about_nobody_is_nobodys_own(actors, units):
    run = ImportRun(sheet="try", unit=units.street, user=actors.clerk.user, file_name="名册.xlsx", on=DAY)
    do(run.save)
    assert not mine(ImportRun, actors.clerk.user).exists()
    assert list(visible(ImportRun, actors.clerk)) == [run]
    assert not visible(ImportRun, actors.stranger).exists()


def test_an_account_is_its_own(actors):
    assert list(mine(User, actors.worker.user)) == [actors.worker.user]


def test_public_rows_are_read_by_a_worker_too(actors, units):
    assert readable(Unit, actors.worker).filter(pk=units.hospital.pk).exists()


def test_a_row_that_was_moved_is_seen_where_it_is_now(actors, rows, units):
    case = rows[Case]

    def move():
        case.unit = units.hospital
        case.save()

    do(move)
    assert not visible(Case, actors.clerk).exists()
    assert list(visible(Case, actors.stranger)) == [case]


def test_a_stranger_learns_not_even_that_a_row_exists(actors, rows):
    case = rows[Case]
    assert one(visible(Case, actors.clerk), pk=case.pk) == case
    for actor, key in (
        (actors.stranger, case.pk),
        (actors.clerk, case.pk + 1),
        (actors.clerk, "abc"),
        (actors.clerk, 2**70),
    ):
        with pytest.raises(Http404):
            one(visible(Case, actor), pk=key)


def test_reading_in_reach_is_one_query(actors, rows, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert len(list(visible(Decision, actors.district_clerk))) == 1
    assert rows
