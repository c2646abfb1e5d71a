from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from unionhall.kernel.importing import jobs, runs
from unionhall.kernel.models import ImportRun
from unionhall.membership.imports.roster import SHEET
from unionhall.membership.models import Membership
from unionhall.membership.tests import rosters
from unionhall.membership.tests.conftest import number

LIST = "membership.roster.import"


@pytest.fixture(autouse=True)
def _own_home(settings, tmp_path):
    settings.HOME = tmp_path


@pytest.fixture
def at_desk(client, house):
    """The browser of a clerk of the city, in English."""
    client.cookies["django_language"] = "en"
    client.force_login(house.clerk.user)
    return client


def row(serial=1, name="王芳", union="汽轮机厂工会", **more):
    return {"姓名": name, "证件号码": number(serial), "工会名称": union, **more}


def upload(client, rows, name="名册.csv"):
    file = SimpleUploadedFile(name, rosters.text(rows))
    return client.post(reverse(f"{LIST}.take"), {"file": file}, follow=True)


def page(client, name="one", **more):
    return client.get(reverse(f"{LIST}.{name}", args=[ImportRun.objects.latest("pk").pk]), **more)


def test_a_clerk_uploads_looks_writes_and_takes_back(at_desk, house):
    answer = upload(at_desk, [row(1), row(2, name="李娜", 工会名称="没有的工会")])
    run = ImportRun.objects.get()
    assert (answer.status_code, run.state, run.user) == (200, "checked", house.clerk.user)
    text = answer.content.decode()
    assert "No union in the register has this name or code" in text
    assert number(2) not in text
    assert "230***********" in text
    new = at_desk.get(reverse(f"{LIST}.one", args=[run.pk]), {"show": "new"}).content.decode()
    assert ("王芳" in new, "李娜" in new) == (True, False)
    refused = at_desk.post(reverse(f"{LIST}.one", args=[run.pk]), {"policy": "all"})
    assert (refused.status_code, Membership.objects.count()) == (422, 0)
    done = at_desk.post(reverse(f"{LIST}.one", args=[run.pk]), {"policy": "clean"}, follow=True)
    assert (Membership.objects.count(), "Undo this import" in done.content.decode()) == (1, True)
    back = at_desk.get(reverse(f"{LIST}.faulty", args=[run.pk]))
    sheet = load_workbook(BytesIO(b"".join(back.streaming_content))).active
    assert sheet.cell(2, 1).value == "李娜"
    undone = at_desk.post(reverse(f"{LIST}.undo", args=[run.pk]), follow=True)
    assert (Membership.objects.count(), "Undone" in undone.content.decode()) == (0, True)


@pytest.mark.usefixtures("house")
def test_the_template_offers_the_clerks_own_unions(at_desk):
    answer = at_desk.get(reverse(f"{LIST}.template"))
    book = load_workbook(BytesIO(b"".join(answer.streaming_content)))
    offered = {cell.value for column in book["codes"].columns for cell in column}
    assert "汽轮机厂工会" in offered
    assert "油田工会" not in offered


def test_a_file_that_cannot_be_read_says_so_on_its_page(at_desk):
    answer = upload(at_desk, [{"姓名": "王芳"}])
    assert ImportRun.objects.get().state == "failed"
    assert "These columns are missing: Document number." in answer.content.decode()


def test_a_run_under_way_shows_its_progress_and_can_be_left(at_desk, house):
    run = rosters.take(house.clerk, rosters.text([row(1)]), on=timezone.localdate())
    jobs.begin(run, "Sealing numbers and phones")
    assert "Sealing numbers and phones" in page(at_desk).content.decode()
    assert "hx-get" in page(at_desk, "progress").content.decode()


def test_who_is_refused_by_the_register_finds_the_reason_on_the_page(at_desk, house):
    run = rosters.take(house.clerk, rosters.text([row(1)]), on=timezone.localdate())
    house.member(house.far, serial=1)
    answer = at_desk.post(reverse(f"{LIST}.one", args=[run.pk]), {"policy": "all"}, follow=True)
    assert "The register has changed since this sheet was checked" in answer.content.decode()
    assert Membership.objects.filter(unit=house.factory.unit).count() == 0


def test_the_list_shows_runs_with_their_counts_and_discarding_forgets_one(at_desk, house):
    run = rosters.take(house.clerk, rosters.text([row(1)]))
    assert "名册.csv" in at_desk.get(reverse(LIST)).content.decode()
    at_desk.post(reverse(f"{LIST}.discard", args=[run.pk]))
    run.refresh_from_db()
    assert run.state == "discarded"


@pytest.mark.parametrize("name", ["one", "progress", "faulty"])
def test_a_stranger_finds_nothing(client, house, name):
    rosters.take(house.clerk, rosters.text([row(1)]))
    client.force_login(house.stranger.user)
    assert page(client, name).status_code == 404


def test_an_auditor_reads_but_neither_brings_nor_writes(client, house):
    run = rosters.take(house.clerk, rosters.text([row(1)]))
    client.force_login(house.auditor.user)
    assert page(client).status_code == 200
    assert client.get(reverse(f"{LIST}.take")).status_code == 403
    assert client.post(reverse(f"{LIST}.one", args=[run.pk]), {"policy": "all"}).status_code == 403
    assert Membership.objects.count() == 0


def test_a_visitor_is_sent_to_the_log_in(client, house):
    rosters.take(house.clerk, rosters.text([row(1)]))
    assert page(client).status_code == 302


def test_a_job_that_breaks_off_leaves_the_run_failed_and_the_register_as_it_was(at_desk, monkeypatch):
    def broken(*_facts):
        raise MemoryError

    monkeypatch.setattr(runs, "checked", broken)
    upload(at_desk, [row(1)])
    assert ImportRun.objects.get().state == "failed"
    assert (SHEET.code, Membership.objects.count()) == ("membership.roster", 0)
