from datetime import date

import pytest
from django.urls import reverse

from unionhall.employers import actions
from unionhall.employers.models import Employer, EmployerMerge, Headcount
from unionhall.employers.rules import make_uscc
from unionhall.employers.staff import find
from unionhall.kernel import guard
from unionhall.kernel.models import Appointment
from unionhall.kernel.terms import Role

BACKEND = "unionhall.people.worker.WorkerBackend"
CODE, OTHER_CODE = (make_uscc("91", "230102", f"MY00000{n}") for n in (1, 2))


@pytest.fixture
def enter(client, actor, units):
    """Logs an account in under a role at a unit."""

    def make(role="clerk", unit="east"):
        user = actor(role, unit).user
        with guard.begin():
            Appointment(user=user, unit=units[unit], role=Role(role), since=date(2020, 1, 1)).save()
        client.force_login(user, backend=BACKEND)
        return client

    return make


def url(name, *keys):
    return reverse(f"employers.{name}", args=keys)


@pytest.mark.parametrize("text", ["松江电", "songjiang", "sjdjc", "SJDJC", CODE, CODE[:10], CODE.lower()])
def test_an_employer_is_found_by_name_pinyin_initials_and_code(register, text, django_assert_num_queries):
    motor = register(name="松江电机厂", uscc=CODE)
    register(name="太阳岛公司", uscc=OTHER_CODE if text != CODE[:10] else "")
    with django_assert_num_queries(1):
        assert list(find(Employer.objects.all(), text)) == [motor]


@pytest.mark.parametrize("text", ["电机", "jiang", "!", CODE[1:]])
def test_nothing_is_found_by_a_part_from_the_middle(register, text):
    register(name="松江电机厂", uscc=CODE)
    assert list(find(Employer.objects.all(), text)) == []


def test_the_list_shows_the_count_that_holds_and_asks_few_queries(
    register, clerk, enter, django_assert_max_num_queries
):
    for number in range(12):
        made = register(name=f"松江{number}厂")
        actions.count(
            clerk,
            employer=made,
            since=date(2023, 1, 1),
            workers=1000 + number,
            today=date(2024, 1, 1),
        )
    client = enter()
    with django_assert_max_num_queries(12):
        page = client.get(url("employer")).content.decode()
    assert "1011" in page.replace(",", "")


def test_a_clerk_registers_corrects_tags_counts_and_closes_on_the_page(units, enter):
    client = enter()
    stated = {"name": "松江出租公司", "ownership": "170", "industry": "06", "since": "2020-01-01"}
    stated |= {"unit": units["east"].name, "uscc": CODE, "tags": ["taxi"]}
    assert client.post(url("employer.register"), stated).status_code == 302
    made = Employer.objects.get()
    assert client.post(url("employer.register"), stated).status_code == 422
    changed = {"name": "松江出租车公司", "ownership": "170", "uscc": CODE, "unit": units["east"].name}
    changed |= {"name_key": made.name_key, "initials": made.initials}
    assert client.post(url("employer.correct", made.pk), changed).status_code == 302
    counted = {"workers": 20, "women": 3, "migrants": 1, "since": "2023-01-01"}
    assert client.post(url("employer.count", made.pk), counted).status_code == 302
    assert client.post(url("employer.retag", made.pk), {"tags": ["park"]}).status_code == 302
    closed = {"status": "closed", "on": "2024-01-01"}
    assert client.post(url("employer.set-status", made.pk), closed).status_code == 302
    made.refresh_from_db()
    assert (made.name, made.initials, made.tags, made.status) == (
        "松江出租车公司",
        "sjczcgs",
        " park ",
        "closed",
    )
    assert Headcount.objects.get().until == date(2024, 1, 1)
    assert client.get(url("employer.one", made.pk)).status_code == 200


def test_the_filter_by_tag_and_unit_narrows_the_list(register, enter):
    register(name="松江出租公司", tags=["taxi"])
    register(name="太阳岛公司")
    page = enter().get(url("employer") + "?tag=taxi").content.decode()
    assert "松江出租公司" in page
    assert "太阳岛公司" not in page


def test_a_merge_is_previewed_done_and_undone_on_pages(register, enter):
    kept, dropped = register(uscc=CODE), register()
    client = enter()
    assert url("employer.other", kept.pk) in client.get(url("employer.one", kept.pk)).content.decode()
    assert client.get(url("employer.other", kept.pk)).status_code == 200
    assert client.post(url("employer.other", kept.pk), {"text": CODE}).status_code == 422
    asked = client.post(url("employer.other", kept.pk), {"text": dropped.name})
    merging = url("employer.merge", kept.pk, dropped.pk)
    assert asked["Location"] == merging
    assert client.get(merging).status_code == 200
    assert client.post(merging, {"reason": "no"}).status_code == 422
    assert client.post(merging, {"reason": "entered twice"}).status_code == 302
    merge = EmployerMerge.objects.get()
    assert client.get(url("employer.one", dropped.pk)).status_code == 404
    assert client.get(url("merge")).status_code == 200
    assert client.post(url("merge.unmerge", merge.pk)).status_code == 302
    assert client.get(url("employer.one", dropped.pk)).status_code == 200


def test_a_leader_sees_and_changes_nothing_and_a_security_administrator_sees_nothing(register, enter):
    kept, dropped = register(uscc=CODE), register()
    client = enter("leader")
    assert client.get(url("employer.one", kept.pk)).status_code == 200
    for address in (
        url("employer.other", kept.pk),
        url("employer.merge", kept.pk, dropped.pk),
        url("employer.retag", kept.pk),
        url("employer.register"),
    ):
        assert client.get(address).status_code == 403
    assert enter("security", "city").get(url("employer")).status_code == 403
