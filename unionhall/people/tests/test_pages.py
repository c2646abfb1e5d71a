from datetime import date

import pytest
from django.urls import reverse

from unionhall.kernel import guard
from unionhall.kernel.models import Appointment, LogEntry
from unionhall.kernel.terms import Role
from unionhall.people.models import NotDuplicate, Person, PersonMerge
from unionhall.people.staff.persons import find

FANG, MASKED = "23010219900307012X", "230***********012X"
BACKEND = "unionhall.people.worker.WorkerBackend"
PHONE, MASKED_PHONE = "16012345678", "160****5678"
PASSPORT = {"document": "passport", "number": "E12345678", "sex": "2"}


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


@pytest.fixture
def fang(register):
    return register(phone=PHONE)


def url(name, *keys):
    return reverse(f"people.{name}", args=keys)


@pytest.mark.parametrize(
    "text",
    ["王", "王芳", "wangf", "WangFang", "wang fang", "wf", FANG, FANG.lower(), PHONE, "+86 160-1234-5678"],
)
def test_a_person_is_found_by_name_pinyin_initials_number_and_phone(
    fang, register, text, django_assert_num_queries
):
    register(name="李静", sequence=14, phone="16012345679")
    with django_assert_num_queries(1):
        assert list(find(Person.objects.all(), text)) == [fang]


@pytest.mark.parametrize("text", ["芳", "angfang", FANG[:-1], "1601234567", "!", "%"])
def test_nobody_is_found_by_a_part_from_the_middle_or_an_unfinished_number(fang, text):
    assert list(find(Person.objects.all(), text)) == []


def test_list_and_file_show_masks_and_never_the_values(fang, enter):
    client = enter()
    for address in (url("person"), url("person.one", fang.pk), url("person") + f"?q={PHONE[:3]}"):
        page = client.get(address).content.decode()
        assert FANG not in page
        assert PHONE not in page.replace(f'value="{PHONE}"', "")
    page = client.get(url("person.one", fang.pk)).content.decode()
    assert MASKED in page
    assert MASKED_PHONE in page
    assert MASKED in client.get(url("person")).content.decode()


def test_an_export_holds_masks_and_is_logged(fang, enter):
    answer = enter().get(url("person") + "?export=csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert MASKED in text
    assert FANG not in text
    assert LogEntry.objects.filter(action__contains="export").count() == 1


def test_a_stranger_finds_no_file_and_an_administrator_no_page(fang, enter):
    assert enter("clerk", "west").get(url("person.one", fang.pk)).status_code == 404
    assert enter("security", "city").get(url("person")).status_code == 403


def test_a_list_of_fifty_files_asks_few_queries(register, enter, django_assert_max_num_queries):
    for sequence in range(10, 40, 2):
        register(sequence=sequence)
    client = enter()
    with django_assert_max_num_queries(12):
        assert client.get(url("person")).status_code == 200


def test_a_sealed_value_is_shown_once_uncached_and_the_look_is_logged(fang, enter):
    client = enter()
    form = client.get(url("person.reveal", fang.pk))
    assert form.status_code == 200
    answer = client.post(url("person.reveal", fang.pk), {"field": "number", "reason": "identity check"})
    assert FANG in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert LogEntry.objects.get(action="people.files.reveal").detail["facts"]["reason"] == "identity check"
    refused = client.post(url("person.reveal", fang.pk), {"field": "number", "reason": "abc"})
    assert refused.status_code == 422
    assert FANG not in refused.content.decode()
    assert LogEntry.objects.filter(action="people.files.reveal").count() == 1


def test_a_clerk_registers_and_corrects_on_the_page(units, enter):
    client = enter()
    stated = {"document": "resident_id", "number": FANG, "name": "王芳", "unit": units["east"].name}
    assert client.post(url("person.register"), stated).status_code == 302
    person = Person.objects.get()
    again = client.post(url("person.register"), stated)
    assert again.status_code == 422
    assert FANG in again.content.decode()  # in the form's own field, for correction
    stated = {"document": "resident_id", "name": "王丽", "sex": "2", "birth": "1990-03-07"}
    stated |= {"name_key": person.name_key, "initials": person.initials}
    assert client.post(url("person.correct", person.pk), stated).status_code == 302
    person.refresh_from_db()
    assert (person.name, person.name_key, person.initials) == ("王丽", "wangli", "wl")


def test_pairs_are_shown_side_by_side_merged_and_undone(fang, register, enter):
    twin = register(**PASSPORT)
    client = enter()
    page = client.get(url("duplicates") + "?like=name").content.decode()
    assert url("person.merge", fang.pk, twin.pk) in page
    assert FANG not in page
    assert MASKED in page
    assert client.get(url("duplicates") + "?like=phone").content.decode().count("/merge/") == 0
    merging = url("person.merge", fang.pk, twin.pk)
    assert client.get(merging).status_code == 200
    assert client.post(merging, {"reason": "no"}).status_code == 422
    assert client.post(merging, {"reason": "same passport"}).status_code == 302
    merge = PersonMerge.objects.get()
    assert client.get(url("person.one", twin.pk)).status_code == 404
    assert "same passport" in client.get(url("merge")).content.decode()
    assert client.get(url("merge.one", merge.pk)).status_code == 200
    assert client.post(url("merge.unmerge", merge.pk)).status_code == 302
    assert client.get(url("person.one", twin.pk)).status_code == 200
    assert client.get(url("merge.unmerge", merge.pk)).status_code == 404


def test_any_other_file_can_be_named_for_a_merge(fang, register, enter):
    twin = register(name="王方", **PASSPORT)
    client = enter()
    asking = url("person.other", fang.pk)
    assert asking in client.get(url("person.one", fang.pk)).content.decode()
    assert client.get(asking).status_code == 200
    assert client.post(asking, {"text": FANG}).status_code == 422
    assert client.post(asking, {"text": "E12345678"})["Location"] == url("person.merge", fang.pk, twin.pk)
    assert enter("leader").get(asking).status_code == 403


def test_two_persons_are_told_apart_at_the_desk(fang, register, enter):
    twin = register(**PASSPORT)
    client = enter()
    for _time in range(2):
        answer = client.post(url("person.apart", fang.pk, twin.pk), {"like": "name"})
        assert answer["Location"].endswith("?like=name")
    assert NotDuplicate.objects.count() == 1
    assert url("person.merge", fang.pk, twin.pk) not in client.get(answer["Location"]).content.decode()
    assert client.get(url("person.apart", fang.pk, twin.pk)).status_code == 405
    assert client.get(url("duplicates") + "?like=x").status_code == 404


def test_a_leader_looks_at_pairs_and_merges_none(fang, register, enter):
    twin = register(**PASSPORT)
    client = enter("leader")
    page = client.get(url("duplicates") + "?like=name").content.decode()
    assert MASKED in page
    assert "/merge/" not in page
    assert client.get(url("person.merge", fang.pk, twin.pk)).status_code == 403
    assert client.post(url("person.apart", fang.pk, twin.pk)).status_code == 403


def test_a_worker_sees_her_data_masked_changes_her_phone_and_takes_a_copy(worker, client):
    actor, person = worker
    client.force_login(actor.user, backend=BACKEND)
    page = client.get(url("me")).content.decode()
    assert MASKED in page
    assert FANG not in page
    assert client.get(url("me.phone")).status_code == 200
    assert client.post(url("me.phone"), {"phone": "12"}).status_code == 422
    assert client.post(url("me.phone"), {"phone": "16311112222"}).status_code == 302
    answer = client.post(url("me.copy"))
    assert "attachment" in answer["Content-Disposition"]
    assert "no-store" in answer["Cache-Control"]
    (rows,) = (rows for rows in answer.json().values() if FANG in str(rows))
    assert len(rows) == 1
    assert {FANG, "16311112222", "1990-03-07"} <= set(map(str, rows[0].values()))
    assert LogEntry.objects.get(action="people.files.take_copy").subject_pk == str(person.pk)
    assert client.get(url("me.copy")).status_code == 405


def test_an_account_without_a_file_is_told_so_and_staff_see_no_workers_page(enter, actor, client):
    user = actor("worker").user
    client.force_login(user, backend=BACKEND)
    assert client.get(url("me")).status_code == 200
    assert client.post(url("me.copy")).status_code == 404
    assert enter().get(url("me")).status_code == 403


def test_a_clerk_opens_an_account_on_the_page_once(fang, enter):
    client = enter()
    stated = {"username": "wangfang", "password": "lilac-harbour-9"}
    assert client.post(url("person.open-account", fang.pk), stated).status_code == 302
    assert client.get(url("person.open-account", fang.pk)).status_code == 404
    fang.refresh_from_db()
    assert fang.user.username == "wangfang"
