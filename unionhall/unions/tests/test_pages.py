"""Pages, asked as a browser asks: what they show, to whom, and what an act on them writes."""

import io
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from docx import Document

from unionhall.kernel import guard
from unionhall.kernel.models import CaseState, Verdict
from unionhall.unions.actions.founding import apply_to_found, sign_founding
from unionhall.unions.actions.tree import affiliate
from unionhall.unions.models import Certificate, Coverage, Election, Founding, Term
from unionhall.unions.staff.radar import deadlines

MAY = date(2022, 5, 1)


@pytest.fixture
def works(house):
    union = house.union("松花江机械厂工会", house.daoli, address="机场路1号")
    house.cover(union, house.works)
    return union


@pytest.fixture
def sign_in(client, settings):
    def enter(actor):
        client.cookies["django_language"] = "en"
        client.force_login(actor.user, backend=settings.AUTHENTICATION_BACKENDS[-1])
        return client

    return enter


@pytest.fixture
def applied(house):
    return apply_to_found(
        house.worker(),
        on=MAY,
        name="道里快递站联合工会",
        kind="joint",
        level="grassroots",
        parent=house.daoli.unit,
        employer=None,
        ownership="170",
        industry="06",
        worker_kind="courier",
        address="",
        workers=60,
        members=40,
        women=12,
        committee_size=3,
        years=3,
        chair_name="王芳",
    )


def text(response):
    assert response.status_code == 200
    return response.content.decode()


class TestUnions:
    @pytest.mark.parametrize("asked", ["机械厂", "songhua", "shjjxc", "81370100MC00000129"])
    def test_a_union_is_found_by_name_pinyin_initials_and_code(self, house, works, sign_in, asked):
        with guard.begin():
            works.code = "81370100MC00000129"
            works.save()
        house.union("别的工会", house.daoli)
        page = text(sign_in(house.clerk).get(reverse("unions.union"), {"q": asked}))
        assert "松花江机械厂工会" in page
        assert "别的工会" not in page

    def test_the_list_holds_the_readers_reach_and_no_more(self, house, works, sign_in):
        assert "松花江机械厂工会" in text(sign_in(house.clerk).get(reverse("unions.union")))
        assert "松花江机械厂工会" not in text(sign_in(house.in_nangang).get(reverse("unions.union")))
        assert sign_in(house.in_nangang).get(reverse("unions.union.one", args=[works.pk])).status_code == 404

    def test_filters_tell_kinds_apart(self, house, works, sign_in):
        house.union("楼宇联合工会", house.daoli, kind="joint")
        page = text(sign_in(house.clerk).get(reverse("unions.union"), {"kind": "joint"}))
        assert "楼宇联合工会" in page
        assert works.unit.name not in page

    def test_one_union_shows_what_it_has(self, house, works, sign_in):
        page = text(sign_in(house.clerk).get(reverse("unions.union.one", args=[works.pk])))
        assert "机场路1号" in page
        assert "松花江机械厂</a>" in page
        assert reverse("unions.qr", args=[works.token]) in page
        assert reverse("unions.elect", args=[works.pk]) in page
        assert reverse("unions.union.cover", args=[works.pk]) in page
        assert reverse("unions.union.affiliate", args=[works.pk]) not in page

    @pytest.mark.usefixtures("works")
    def test_a_page_asks_few_questions(self, house, sign_in, django_assert_max_num_queries):
        for number in range(20):
            house.union(f"第{number}工会", house.daoli)
        client = sign_in(house.clerk)
        with django_assert_max_num_queries(12):
            client.get(reverse("unions.union"))

    @pytest.mark.usefixtures("works")
    def test_covering_an_employer_by_its_name(self, house, sign_in):
        joint = house.union("楼宇联合工会", house.daoli, kind="joint")
        house.employer("小店", house.daoli)
        address = reverse("unions.union.cover", args=[joint.pk])
        client = sign_in(house.clerk)
        refused = client.post(address, {"employer": "松花江机械厂", "since": "2022-05-01"})
        assert refused.status_code == 422
        assert "《工会法》第十一条" in refused.content.decode()
        unknown = client.post(address, {"employer": "没有这家", "since": "2022-05-01"})
        assert unknown.status_code == 422
        done = client.post(address, {"employer": "小店", "since": "2022-05-01"})
        assert done.status_code == 302
        assert Coverage.objects.get(union=joint).employer.name == "小店"

    def test_particulars_come_filled_in_and_are_kept(self, house, works, sign_in):
        address = reverse("unions.union.describe", args=[works.pk])
        client = sign_in(house.clerk)
        assert "机场路1号" in text(client.get(address))
        facts = {
            "address": "新路2号",
            "fulltime_cadres": 1,
            "parttime_cadres": 0,
            "registration": "real_name",
        }
        assert client.post(address, {**facts, "chair": "没有这人"}).status_code == 422
        assert client.post(address, facts).status_code == 302
        works.refresh_from_db()
        assert (works.address, works.chair) == ("新路2号", None)

    def test_a_merger_names_the_other_union(self, house, works, sign_in):
        joint = house.union("楼宇联合工会", house.daoli, kind="joint")
        address = reverse("unions.union.merge-unions", args=[works.pk])
        client = sign_in(house.in_daoli)
        assert client.post(address, {"into": "没有", "on": "2022-05-01"}).status_code == 422
        assert client.post(address, {"into": "楼宇联合工会", "on": "2022-05-01"}).status_code == 302
        assert Coverage.objects.get(until=None).union == joint

    @pytest.mark.usefixtures("works")
    def test_a_visitor_is_sent_to_the_log_in_and_a_worker_refused(self, house, client, sign_in):
        for name in ("unions.union", "unions.tree", "unions.radar", "unions.founding"):
            assert client.get(reverse(name)).status_code == 302
        entered = sign_in(house.worker())
        for name in ("unions.union", "unions.tree", "unions.radar", "unions.founding"):
            assert entered.get(reverse(name)).status_code == 403


class TestTree:
    def test_the_tree_of_a_day_shows_where_a_union_stood(self, house, works, sign_in):
        affiliate(house.in_city, union=works, parent=house.nangang.unit, on=date(2022, 6, 1))
        client = sign_in(house.in_city)
        address = reverse("unions.tree")
        before = text(client.get(address, {"at": house.daoli.unit.pk, "on": "2022-05-31"}))
        after = text(client.get(address, {"at": house.daoli.unit.pk, "on": "2022-06-01"}))
        assert "松花江机械厂工会" in before
        assert "松花江机械厂工会" not in after
        assert "哈尔滨市总工会" in after

    def test_two_levels_open_and_nothing_above_ones_own_unit(self, house, works, sign_in):
        house.union("一车间小组", works, kind="group")
        page = text(sign_in(house.clerk).get(reverse("unions.tree")))
        assert "松花江机械厂工会" in page
        assert "一车间小组" in page
        assert "哈尔滨市总工会" not in page
        for at in (house.city.pk, 999_999, "x1"):
            wanted = 404
            assert sign_in(house.clerk).get(reverse("unions.tree"), {"at": at}).status_code == wanted

    def test_before_the_unit_existed_there_is_no_tree_and_no_error(self, house, sign_in):
        for day in ("1990-01-01", "2022-13-45", "x"):
            assert sign_in(house.clerk).get(reverse("unions.tree"), {"on": day}).status_code == 200
        page = text(sign_in(house.clerk).get(reverse("unions.tree"), {"on": "1990-01-01"}))
        assert "did not stand in the tree" in page


class TestFoundings:
    def test_the_reviewer_sees_what_the_law_wants_and_decides(self, house, applied, sign_in):
        client = sign_in(house.in_daoli)
        page = text(client.get(reverse("unions.founding.one", args=[applied.pk])))
        assert "3 to 5 seats, an odd number." in page
        assert "《工会法》第十一条" in page
        address = reverse("unions.founding.sign-founding", args=[applied.pk])
        assert client.post(address, {"verdict": Verdict.RETURN.value}).status_code == 422
        assert client.post(address, {"verdict": Verdict.APPROVE.value}).status_code == 302
        founding = Founding.objects.get()
        assert (founding.case.state, founding.founded.unit.name) == (CaseState.APPROVED, "道里快递站联合工会")

    def test_another_district_does_not_see_it(self, house, applied, sign_in):
        client = sign_in(house.in_nangang)
        assert client.get(reverse("unions.founding.one", args=[applied.pk])).status_code == 404
        assert client.get(reverse("unions.request_paper", args=[applied.pk])).status_code == 404

    def test_the_written_request_and_the_reply_are_papers_of_the_official_layout(
        self, house, applied, sign_in
    ):
        client = sign_in(house.in_daoli)
        paper = client.get(reverse("unions.request_paper", args=[applied.pk]))
        document = Document(io.BytesIO(paper.content))
        lines = [paragraph.text for paragraph in document.paragraphs]
        assert lines[0] == "关于成立道里快递站联合工会的请示"
        assert "道里区总工会：" in lines
        assert lines[-1] == "2022年5月1日"
        section = document.sections[0]
        margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
        assert [round(margin.mm) for margin in margins] == [37, 35, 28, 26]
        title = document.paragraphs[0]
        assert (title.runs[0].font.size.pt, round(title.paragraph_format.line_spacing.pt, 1)) == (22, 29.0)
        sign_founding(house.in_daoli, founding=applied, verdict=Verdict.APPROVE, on=date(2022, 6, 8))
        reply = Document(io.BytesIO(client.get(reverse("unions.reply_paper", args=[applied.pk])).content))
        lines = [paragraph.text for paragraph in reply.paragraphs]
        assert "关于同意成立道里快递站联合工会的批复" in lines
        assert lines[0] == "×工发〔    〕    号"
        assert lines[-2:] == ["道里区总工会", "2022年6月8日"]

    def test_a_clerk_applies_on_the_page(self, house, sign_in):
        facts = {
            "name": "松花江机械厂工会",
            "kind": "single",
            "level": "grassroots",
            "parent": "道里区总工会",
            "employer": "松花江机械厂",
            "workers": 30,
            "members": 20,
            "women": 5,
            "committee_size": 1,
            "years": 3,
            "chair_name": "王芳",
        }
        client = sign_in(house.clerk)
        address = reverse("unions.founding.apply-to-found")
        assert client.post(address, {**facts, "members": 26, "committee_size": 1}).status_code == 422
        assert Founding.objects.count() == 0
        assert client.post(address, facts).status_code == 302
        assert Founding.objects.get().employer == house.works


class TestRadar:
    @pytest.fixture
    def expiring(self, works):
        today = timezone.localdate()
        with guard.begin():
            Term(union=works, number=1, years=5, since=MAY, expires=today + timedelta(days=20)).save()
            Certificate(
                union=works, number="1", representative="王芳", since=MAY, expires=today - timedelta(days=3)
            ).save()

    @pytest.mark.usefixtures("expiring")
    def test_what_expires_is_said_in_words_with_its_article(self, house, sign_in):
        page = text(sign_in(house.clerk).get(reverse("unions.radar"), {"days": "30"}))
        assert "Expires soon" in page
        assert "Expired" in page
        assert "《工会法》第十六条" in page
        other = text(sign_in(house.in_nangang).get(reverse("unions.radar"), {"days": "no number"}))
        assert "Expires soon" not in other

    @pytest.mark.usefixtures("expiring")
    def test_the_first_screen_gets_the_nearest_first(self, house, works):
        today = timezone.localdate()
        found = deadlines(house.clerk, today)
        assert [(one.due - today).days for one in found] == [-3, 20]
        assert {one.url for one in found} == {reverse("unions.union.one", args=[works.pk])}
        assert deadlines(house.in_nangang, today) == []


class TestElections:
    facts = {
        "body": "committee",
        "on": "2022-06-01",
        "due": 90,
        "present": 70,
        "seats": 3,
        "secret": "on",
        "names": "王芳 50\n李强，49\n赵敏 47\n周军 47",
        "years": 3,
    }

    def test_the_arithmetic_is_shown_before_anything_is_recorded(self, house, works, sign_in):
        address = reverse("unions.elect", args=[works.pk])
        page = text(sign_in(house.clerk).post(address, {**self.facts, "check": "1"}))
        assert "Two thirds of those due are present" in page
        assert "2 names are tied at the last seat and must run off." in page
        assert Election.objects.count() == 0

    def test_recording_opens_the_election_with_its_arithmetic(self, house, works, sign_in):
        client = sign_in(house.clerk)
        answer = client.post(reverse("unions.elect", args=[works.pk]), self.facts)
        election = Election.objects.get()
        assert answer.url == reverse("unions.election.one", args=[election.pk])
        page = text(client.get(answer.url))
        assert "1 seat is still open." in page

    def test_an_invalid_election_says_so(self, house, works, sign_in):
        client = sign_in(house.clerk)
        facts = {**self.facts, "present": 59, "names": "王芳 50\n李强 49\n赵敏 47\n周军 1"}
        answer = client.post(reverse("unions.elect", args=[works.pk]), facts)
        page = text(client.get(answer.url))
        assert "The election is not valid: nobody is elected." in page
        assert Term.objects.count() == 0

    @pytest.mark.parametrize(
        ("changed", "said"),
        [
            ({"names": "王芳"}, "Line 1 is not a name and its votes: 王芳"),
            ({"names": "王芳 50*\n李强 1"}, "close relative of the chief executive"),
            ({"on": "2014-01-01"}, "The union must exist on the day of the election."),
            ({"present": 91}, "No more can be present than are due to attend."),
        ],
    )
    def test_faults_stand_at_the_form_and_nothing_is_written(self, house, works, sign_in, changed, said):
        answer = sign_in(house.clerk).post(
            reverse("unions.elect", args=[works.pk]), {**self.facts, **changed}
        )
        assert answer.status_code == 422
        assert said in answer.content.decode()
        assert Election.objects.count() == 0

    def test_who_may_not_is_refused_and_strangers_find_nothing(self, house, works, sign_in):
        address = reverse("unions.elect", args=[works.pk])
        assert sign_in(house.auditor).get(address).status_code == 403
        assert sign_in(house.in_nangang).get(address).status_code == 404


class TestEverybody:
    @pytest.mark.usefixtures("house")
    def test_the_page_behind_the_code_is_open_to_anybody(self, works, client):
        page = text(client.get(reverse("unions.public", args=[works.token])))
        assert "松花江机械厂工会" in page
        assert "机场路1号" in page
        assert client.get(reverse("unions.public", args=["x" * 16])).status_code == 404

    @pytest.mark.usefixtures("house")
    def test_a_dissolved_union_takes_nobody(self, works, client):
        with guard.begin():
            works.until = date(2023, 1, 1)
            works.save()
        assert client.get(reverse("unions.public", args=[works.token])).status_code == 404
        assert client.get(reverse("unions.qr", args=[works.token])).status_code == 404

    def test_the_code_is_a_picture_and_the_sheet_shows_it(self, house, works, client, sign_in):
        answer = client.get(reverse("unions.qr", args=[works.token]))
        assert answer.headers["Content-Type"] == "image/svg+xml"
        assert answer.content.startswith(b"<svg")
        assert b"style=" not in answer.content
        page = text(sign_in(house.clerk).get(reverse("unions.qr_print", args=[works.token])))
        assert f"http://testserver{reverse('unions.public', args=[works.token])}" in page

    def test_a_worker_applies_corrects_and_withdraws_her_own(self, house, sign_in):
        worker = house.worker()
        client = sign_in(worker)
        assert "You have not applied yet" in text(client.get(reverse("unions.requests")))
        facts = {
            "name": "快递站联合工会",
            "kind": "joint",
            "level": "grassroots",
            "parent": "道里区总工会",
            "workers": 60,
            "members": 40,
            "women": 5,
            "committee_size": 3,
            "years": 3,
            "chair_name": "王芳",
        }
        answer = client.post(reverse("unions.apply"), facts)
        founding = Founding.objects.get()
        assert answer.url == reverse("unions.request", args=[founding.pk])
        sign_founding(house.in_daoli, founding=founding, verdict=Verdict.RETURN, on=MAY, reason="请核对人数")
        page = text(client.get(answer.url))
        assert "请核对人数" in page
        correct = reverse("unions.request.correct", args=[founding.pk])
        assert "快递站联合工会" in text(client.get(correct))
        assert client.post(correct, {**facts, "members": 41}).status_code == 302
        founding.refresh_from_db()
        assert (founding.members, founding.case.state) == (41, CaseState.OPEN)
        withdraw = reverse("unions.request.withdraw", args=[founding.pk])
        assert "ends without a decision" in text(client.get(withdraw))
        assert client.post(withdraw).status_code == 302
        founding.case.refresh_from_db()
        assert founding.case.state == CaseState.WITHDRAWN
        assert "Withdrawn" in text(client.get(reverse("unions.requests")))

    def test_somebody_elses_application_is_not_there(self, house, applied, sign_in):
        client = sign_in(house.worker("stranger"))
        for name in ("unions.request", "unions.request.correct", "unions.request.withdraw"):
            assert client.get(reverse(name, args=[applied.pk])).status_code == 404
