from datetime import date

import polars as pl
import pytest

from unionhall.kernel import guard, keys
from unionhall.kernel.loading import load
from unionhall.kernel.models import LogEntry, User
from unionhall.kernel.secrets import KeyRing
from unionhall.kernel.terms import NotAllowed, Refused
from unionhall.kernel.writing import Actor
from unionhall.people.actions import files, sealing
from unionhall.people.models import NUMBER, PHONE, Person
from unionhall.people.rules.identity import check_digit

TODAY = date(2024, 5, 6)
FANG = "23010219900307012X"
PHONE_NUMBER = "16012345678"


def facts(**more):
    return {"on": TODAY, "document": "resident_id", "number": FANG, "name": "王芳", **more}


def messages(refused):
    return [(reason.field, str(reason.message)) for reason in refused.value.reasons]


def test_a_registered_person_has_sex_birth_and_pinyin_and_sealed_numbers(units, clerk):
    person = files.register(clerk, unit=units["east"], **facts(phone="160 1234 5678"))
    kept = Person.objects.get(pk=person.pk)
    assert (kept.name, kept.name_key, kept.initials) == ("王芳", "wangfang", "wf")
    assert (kept.sex, kept.birth, kept.unit) == ("2", date(1990, 3, 7), units["east"])
    ring = keys.ring()
    assert (kept.number.clear(ring), kept.phone.clear(ring)) == (FANG, PHONE_NUMBER)
    assert kept.number_hash == ring.blind(FANG, NUMBER)
    assert kept.phone_hash == ring.blind(PHONE_NUMBER, PHONE)


def test_the_log_of_a_registration_holds_neither_number_nor_phone(units, clerk):
    person = files.register(clerk, unit=units["east"], **facts(phone=PHONE_NUMBER))
    entry = LogEntry.objects.get(action="people.files.register")
    assert (entry.subject_pk, entry.subject_unit) == (str(person.pk), units["east"])
    assert FANG not in str(entry.detail)
    assert PHONE_NUMBER not in str(entry.detail)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"number": FANG[:-1] + "7"}, "number"),
        ({"number": ""}, "number"),
        ({"sex": "1"}, "sex"),
        ({"birth": date(1990, 3, 8)}, "birth"),
        ({"phone": "12345"}, "phone"),
        ({"name": ""}, "name"),
        ({"education": "99"}, "education"),
        ({"document": "passport", "number": "E12345678"}, "sex"),
        ({"document": "passport", "number": "E12345678", "sex": "2", "birth": date(2020, 1, 1)}, "birth"),
    ],
)
def test_a_registration_with_a_fault_is_refused_and_writes_nothing(units, clerk, state, wrong, field):
    before = state()
    with pytest.raises(Refused) as refused:
        files.register(clerk, unit=units["east"], **facts(**wrong))
    assert field in [place for place, _message in messages(refused)]
    assert state() == before


def test_a_known_number_is_refused_with_the_place_of_the_file_and_no_name(units, clerk, register, state):
    register(name="李静", unit="west")
    before = state()
    with pytest.raises(Refused) as refused:
        files.register(clerk, unit=units["east"], **facts())
    ((field, message),) = messages(refused)
    assert field == "number"
    assert "南岗区总工会" in message
    assert "李静" not in message
    assert state() == before


def test_the_number_of_a_file_that_no_union_keeps_is_refused_too(units, clerk, register):
    person = register()
    with guard.begin():
        files.move_file(person, unit=None)
    with pytest.raises(Refused) as refused:
        files.register(clerk, unit=units["east"], **facts())
    assert messages(refused)[0][0] == "number"


@pytest.mark.parametrize("role", ["leader", "auditor", "system", "worker"])
def test_other_roles_may_not_register(units, actor, state, role):
    stranger = actor(role)
    before = state()
    with pytest.raises(NotAllowed):
        files.register(stranger, unit=units["east"], **facts())
    assert state() == before


def test_nobody_registers_or_corrects_out_of_reach(units, clerk, register, state):
    person = register(unit="west")
    before = state()
    with pytest.raises(NotAllowed):
        files.register(clerk, unit=units["west"], **facts())
    with pytest.raises(NotAllowed):
        files.correct(clerk, person=person, on=TODAY, name="王方")
    assert state() == before


def test_a_correction_changes_what_it_states_and_nothing_else(clerk, register):
    person = register(education="20")
    files.correct(clerk, person=person, on=TODAY, name="单丽", education="30")
    kept = Person.objects.get(pk=person.pk)
    assert (kept.name, kept.name_key, kept.initials, kept.education) == ("单丽", "shanli", "sl", "30")
    assert kept.number.clear(keys.ring()) == FANG
    (change,) = LogEntry.objects.get(action="people.files.correct").detail["changes"]
    assert change["fields"]["education"] == ["20", "30"]


def test_stated_pinyin_wins_over_the_dictionary(clerk, register):
    person = register()
    files.correct(clerk, person=person, on=TODAY, name="乐云", name_key="leyun", initials="ly")
    assert Person.objects.get(pk=person.pk).name_key == "leyun"


def test_a_correction_that_contradicts_the_number_is_refused(clerk, register, state):
    person = register()
    before = state()
    with pytest.raises(Refused) as refused:
        files.correct(clerk, person=person, on=TODAY, sex="1")
    assert messages(refused)[0][0] == "sex"
    with pytest.raises(Refused) as refused:
        files.correct(clerk, person=person, on=TODAY, document="tw_permit")
    assert messages(refused)[0][0] == "number"
    assert state() == before


def test_a_number_is_corrected_together_with_what_it_tells(clerk, register):
    person = register()
    body = "23010219910307013"
    number = body + check_digit(body)
    files.correct(clerk, person=person, on=TODAY, number=number, sex="1", birth=date(1991, 3, 7))
    kept = Person.objects.get(pk=person.pk)
    assert (kept.number.clear(keys.ring()), kept.sex) == (number, "1")


def test_a_worker_changes_her_own_phone_and_nobody_elses(worker, register, state):
    actor, person = worker
    files.set_phone(actor, person=person, phone="+86 163-1111-2222")
    kept = Person.objects.get(pk=person.pk)
    assert kept.phone.clear(keys.ring()) == "16311112222"
    other = register(name="赵丽", sequence=14)
    before = state()
    with pytest.raises(NotAllowed):
        files.set_phone(actor, person=other, phone="16311112222")
    with pytest.raises(Refused):
        files.set_phone(actor, person=person, phone="163")
    assert state() == before


def test_an_empty_text_takes_the_phone_away(clerk, register):
    person = register(phone=PHONE_NUMBER)
    files.set_phone(clerk, person=person, phone="")
    kept = Person.objects.get(pk=person.pk)
    assert (kept.phone, kept.phone_hash) == (None, None)


def test_a_reveal_is_logged_with_field_and_reason_and_never_the_value(clerk, register):
    person = register(phone=PHONE_NUMBER)
    revealed = files.reveal(clerk, person=person, field="phone", reason="call about a claim")
    assert revealed.phone.clear(keys.ring()) == PHONE_NUMBER
    entry = LogEntry.objects.get(action="people.files.reveal")
    assert entry.subject_pk == str(person.pk)
    said = entry.detail["facts"]
    assert (said["field"], said["reason"]) == ("phone", "call about a claim")
    assert entry.detail["changes"] == []
    assert PHONE_NUMBER not in str(entry.detail)


@pytest.mark.parametrize(
    ("field", "reason"), [("phone", "why"), ("phone", "    "), ("name", "a reason"), ("phone", "none kept")]
)
def test_a_reveal_without_reason_or_value_is_refused_and_not_logged(clerk, register, state, field, reason):
    person = register()
    before = state()
    with pytest.raises(Refused):
        files.reveal(clerk, person=person, field=field, reason=reason)
    assert state() == before


def test_nobody_reveals_out_of_reach_and_administrators_never(clerk, actor, register, state):
    far, near = register(unit="west"), register(name="李静", sequence=14)
    security = actor("security")
    before = state()
    with pytest.raises(NotAllowed):
        files.reveal(clerk, person=far, field="number", reason="a good reason")
    with pytest.raises(NotAllowed):
        files.reveal(security, person=near, field="number", reason="a good reason")
    assert state() == before


def test_an_account_is_opened_for_a_person_once(clerk, register, state):
    person = register()
    opened = files.open_account(clerk, person=person, username="wangfang", password="lilac-harbour-9")
    user = User.objects.get(username="wangfang")
    assert (opened.user, user.display_name) == (user, "王芳")
    assert user.check_password("lilac-harbour-9")
    other = register(name="李静", sequence=14)
    before = state()
    with pytest.raises(Refused):
        files.open_account(clerk, person=person, username="again", password="lilac-harbour-9")
    with pytest.raises(Refused):
        files.open_account(clerk, person=other, username="wangfang", password="lilac-harbour-9")
    with pytest.raises(Refused) as weak:
        files.open_account(clerk, person=other, username="lijing", password="123")
    assert {field for field, _message in messages(weak)} == {"password"}
    with pytest.raises(Refused), guard.begin():
        files.link_account(other, user)
    assert state() == before


def test_taking_a_copy_is_logged(worker):
    actor, person = worker
    files.take_copy(actor, person=person)
    assert LogEntry.objects.get(action="people.files.take_copy").user == actor.user


def test_whole_columns_are_sealed_as_single_values_are(units):
    ring = keys.ring()
    clear = pl.DataFrame({"name": ["王芳", "李静"], "number": [FANG, None], "phone": [None, PHONE_NUMBER]})
    frame = sealing.seal_columns(clear, ring)
    assert frame["number_hash"].to_list() == [ring.blind(FANG, NUMBER), None]
    empty = ("name_key", "initials", "education", "household", "household_region", "worker_kind")
    rows = frame.with_columns(pl.lit("").alias(name) for name in empty).with_columns(
        document=pl.lit("resident_id"),
        sex=pl.lit("2"),
        birth=pl.lit(date(1990, 3, 7)),
        unit_id=pl.lit(units["east"].pk),
        migrant=pl.lit(value=False),
    )
    with guard.begin():
        load(Person, rows)
    first, second = Person.objects.order_by("pk")
    assert (first.number.clear(ring), first.phone) == (FANG, None)
    assert (second.number, second.phone.clear(ring)) == (None, PHONE_NUMBER)


def test_sealing_leaves_out_columns_that_are_not_there():
    assert sealing.seal_columns(pl.DataFrame({"name": ["a"]}), keys.ring()).columns == ["name"]


def test_after_a_rotation_all_values_open_with_the_new_key_alone(register, monkeypatch):
    old = keys.ring()
    people = [register(name=name, sequence=n, phone=PHONE_NUMBER) for name, n in (("王芳", 12), ("李静", 14))]
    new = KeyRing({**old.keys, 9: bytes(len(old.keys[old.current]))}, 9, old.index_key, old.provider)
    monkeypatch.setattr(sealing, "ring", lambda: new)
    steps = list(sealing.reseal(Actor.machine(), size=1))
    assert [(step.seen, step.changed, step.done) for step in steps] == [
        (1, 1, False),
        (2, 2, False),
        (2, 2, True),
    ]
    alone = KeyRing({9: new.keys[9]}, 9, old.index_key, old.provider)
    kept = Person.objects.get(pk=people[0].pk)
    assert (kept.number.clear(alone), kept.phone.clear(alone)) == (FANG, PHONE_NUMBER)
    assert kept.number_hash == people[0].number_hash
    assert [step.changed for step in sealing.reseal(Actor.machine())] == [0]


def test_only_the_machine_seals_anew(clerk):
    with pytest.raises(NotAllowed):
        sealing.reseal_slice(clerk, after=0)
