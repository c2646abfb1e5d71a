"""The page kit, shown on the register of persons: list, filters, sorting, counts, files, detail, acts, refusals."""

import io
from datetime import date

import openpyxl
import pytest
from django.urls import reverse

from unionhall.kernel.models import LogEntry
from unionhall.kernel.pages import tables, views
from unionhall.kernel.testing.acts import do
from unionhall.people.models import Person

LIST = reverse("people.person")
NEW = reverse("people.person.register")


@pytest.fixture
def sign_in(client, settings):
    def go(actor):
        client.cookies["django_language"] = "en"
        client.force_login(actor.user, backend=settings.AUTHENTICATION_BACKENDS[-1])
        return client

    return go


@pytest.fixture
def persons(units):
    """Sixty persons at the factory, every third a man, every fifth a migrant worker; one at the hospital."""

    def build():
        for number in range(60):
            Person(
                name=f"职工{number:02}",
                name_key=f"zhigong{number:02}",
                sex="1" if number % 3 == 0 else "2",
                migrant=number % 5 == 0,
                birth=date(1960 + number % 40, 3, 7),
                unit=units.factory,
            ).save()
        Person(name="远方", name_key="yuanfang", sex="2", birth=date(1990, 1, 1), unit=units.hospital).save()

    do(build)


def names(page):
    return [row.record.name for row in page.context["table"].page.object_list]


@pytest.mark.usefixtures("persons")
def test_a_list_shows_a_page_of_what_is_in_reach(sign_in, actors):
    page = sign_in(actors.clerk).get(LIST)
    assert len(names(page)) == 50
    assert page.context["count_text"] == "60 rows"
    assert names(sign_in(actors.clerk).get(LIST, {"page": 2})) == [f"职工{n}" for n in range(50, 60)]
    assert names(sign_in(actors.stranger).get(LIST)) == ["远方"]


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ({"sex": "1"}, 20),
        ({"migrant": "1"}, 12),
        ({"migrant": "0"}, 48),
        ({"sex": "1", "migrant": "1"}, 4),
        ({"birth_after": "1999-01-01"}, 1),
        ({"unit": "松江"}, 60),
        ({"unit": "没有"}, 0),
        ({"q": "职工1"}, 10),
        ({"sex": "green"}, 60),
        ({"birth_after": "yesterday"}, 60),
        ({"sort": "no_such"}, 60),
    ],
)
@pytest.mark.usefixtures("persons")
def test_filters_narrow_a_list_and_nonsense_is_borne(sign_in, actors, asked, count):
    page = sign_in(actors.clerk).get(LIST, asked)
    assert page.status_code == 200
    assert page.context["table"].paginator.count == count


@pytest.mark.usefixtures("persons")
def test_filters_in_force_are_chips_that_lead_to_the_list_without_them(sign_in, actors):
    page = sign_in(actors.clerk).get(LIST, {"sex": "1", "migrant": "1"})
    assert "Sex: Male" in page.text
    assert 'href="?migrant=1"' in page.text


@pytest.mark.usefixtures("persons")
def test_a_column_sorts_both_ways(sign_in, actors):
    client = sign_in(actors.clerk)
    assert names(client.get(LIST, {"sort": "birth"}))[0] == "职工00"
    assert names(client.get(LIST, {"sort": "-name"}))[0] == "职工59"


@pytest.mark.usefixtures("persons")
def test_a_long_list_is_counted_only_as_far_as_needed_and_whole_on_request(sign_in, actors, monkeypatch):
    for module in (tables, views):
        monkeypatch.setattr(module, "MOST_COUNTED", 55)
    client = sign_in(actors.clerk)
    page = client.get(LIST, {"sort": "birth"})
    assert page.context["count_text"] == "more than 55 rows"
    assert client.get(page.context["count_url"]).text == "<span>60 rows</span>"


@pytest.mark.usefixtures("persons")
def test_a_file_holds_what_the_list_shows_and_that_it_was_taken_is_logged(sign_in, actors):
    client = sign_in(actors.clerk)
    answer = client.get(LIST, {"sex": "1", "migrant": "1", "sort": "-name", "export": "xlsx"})
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert [row[0] for row in rows[1:]] == ["职工45", "职工30", "职工15", "职工00"]
    assert rows[1][1] == "Male"
    text = b"".join(client.get(LIST, {"q": "职工00", "export": "csv"}).streaming_content).decode("utf-8-sig")
    assert len(text.splitlines()) == 2
    entries = LogEntry.objects.filter(action="kernel.export").order_by("number")
    assert [entry.detail["facts"]["count"] for entry in entries] == [4, 1]


@pytest.mark.usefixtures("persons")
def test_a_row_opens_to_whoever_reaches_it_and_is_not_there_for_strangers(sign_in, actors):
    person = Person.objects.get(name="职工07")
    address = reverse("people.person.one", args=[person.pk])
    assert "职工07" in sign_in(actors.clerk).get(address).text
    assert sign_in(actors.stranger).get(address).status_code == 404
    assert sign_in(actors.security).get(address).status_code == 403


def test_an_act_writes_says_so_and_stands_in_the_history(sign_in, actors):
    client = sign_in(actors.clerk)
    facts = {
        "document": "passport",
        "number": "E12345678",
        "name": "安娜",
        "sex": "2",
        "birth": "1991-05-06",
        "unit": "松江电机厂工会",
    }
    answer = client.post(NEW, facts)
    assert answer.status_code == 302
    person = Person.objects.get(name="安娜")
    detail = client.get(reverse("people.person.one", args=[person.pk]))
    assert [str(event["what"]) for event in detail.context["timeline"]] == ["registered a person"]
    assert detail.context["timeline"][0]["who"] == actors.clerk.user


@pytest.mark.usefixtures("units")
def test_a_refused_act_says_why_at_its_field_and_writes_nothing(sign_in, actors):
    before = LogEntry.objects.count()
    answer = sign_in(actors.clerk).post(
        NEW,
        {"document": "resident_id", "number": "230102199003070011", "name": "王芳", "unit": "松江电机厂工会"},
    )
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["number"]
    assert not Person.objects.exists()
    assert LogEntry.objects.count() == before


@pytest.mark.usefixtures("persons")
def test_an_act_out_of_reach_or_of_another_role_is_no_button_and_no_page(sign_in, actors):
    person = Person.objects.get(name="职工07")
    address = reverse("people.person.correct", args=[person.pk])
    assert sign_in(actors.stranger).get(address).status_code == 404
    auditor = sign_in(actors.auditor)
    assert auditor.get(address).status_code == 403
    assert address not in auditor.get(reverse("people.person.one", args=[person.pk])).text


def test_units_are_suggested_by_name_and_a_name_is_escaped(sign_in, actors):
    client = sign_in(actors.clerk)
    assert client.get(reverse("unit_names"), {"q": "松江"}).text == (
        '<option value="松江电机厂工会"></option>'
    )
    assert client.get(reverse("unit_names"), {"q": ""}).text == ""
