from datetime import date
from decimal import Decimal

import pytest

from unionhall.employers.rules import make_uscc
from unionhall.kernel import guard
from unionhall.kernel.cases import Desk, open_case
from unionhall.kernel.models import LogEntry, Placement
from unionhall.kernel.terms import NotAllowed, Refused
from unionhall.kernel.units import subtree
from unionhall.people.models import Person
from unionhall.unions.actions.coverage import cover, uncover
from unionhall.unions.actions.elections import elect, end_body, remove_chair, set_body
from unionhall.unions.actions.ratings import certify, rate, show_sign, take_sign_down
from unionhall.unions.actions.tree import affiliate, describe, dissolve_union, merge_unions, rename
from unionhall.unions.models import Body, Candidate, Certificate, Election, Term, Union
from unionhall.unions.rules import Name

MAY = date(2022, 5, 1)
JUNE = date(2022, 6, 1)


def fields(refused):
    return [reason.field for reason in refused.value.reasons]


@pytest.fixture
def works(house, nothing_written):
    """A grassroots union in Daoli with a group below it, covering the works."""
    union = house.union("松花江机械厂工会", house.daoli)
    house.group = house.union("一车间工会小组", union, kind="group")
    house.cover(union, house.works)
    nothing_written.again()
    return union


@pytest.fixture
def person(house):
    with guard.begin():
        made = Person(name="王芳", sex="F", birth=date(1980, 1, 2), unit=house.daoli.unit)
        made.save()
    return made


class TestAffiliation:
    def test_a_union_moves_with_all_below_it_and_earlier_days_keep_their_tree(self, house, works):
        affiliate(house.in_city, union=works, parent=house.nangang.unit, on=JUNE)
        before = {p.unit_id for p in subtree(house.daoli.unit, date(2022, 5, 31))}
        after = {p.unit_id for p in subtree(house.nangang.unit, JUNE)}
        assert {works.pk, house.group.pk} < before
        assert {works.pk, house.group.pk} < after
        assert [p.unit_id for p in Placement.objects.filter(moved=True)] == [works.pk]

    def test_both_superiors_must_be_in_reach(self, house, works, nothing_written):
        for actor in (house.in_daoli, house.in_nangang):
            with pytest.raises(NotAllowed):
                affiliate(actor, union=works, parent=house.nangang.unit, on=JUNE)
        assert nothing_written.same()

    def test_a_clerk_may_not(self, house, works, nothing_written):
        with pytest.raises(NotAllowed):
            affiliate(house.clerk, union=works, parent=house.daoli.unit, on=JUNE)
        assert nothing_written.same()

    def test_it_must_be_another_fitting_living_union(self, house, works, nothing_written):
        for parent, union in (
            (house.daoli.unit, works),
            (house.daoli.unit, house.group),
            (house.group.unit, works),
        ):
            with pytest.raises(Refused) as refused:
                affiliate(house.in_city, union=union, parent=parent, on=JUNE)
            assert fields(refused) == ["parent"]
        assert nothing_written.same()

    def test_a_namesake_there_is_in_the_way(self, house, works, nothing_written):
        house.union("松花江机械厂工会", house.nangang)
        nothing_written.again()
        with pytest.raises(Refused) as refused:
            affiliate(house.in_city, union=works, parent=house.nangang.unit, on=JUNE)
        assert fields(refused) == ["name"]
        assert nothing_written.same()

    def test_a_dissolved_superior_takes_nobody(self, house, works):
        gone = house.federation("太平区总工会", house.city, "county")
        dissolve_union(house.in_city, union=gone, reason="区划调整", on=MAY)
        with pytest.raises(Refused) as refused:
            affiliate(house.in_city, union=works, parent=gone.unit, on=JUNE)
        assert fields(refused) == ["parent"]


class TestMergerAndEnd:
    def test_a_merger_hands_the_cover_over_and_ends_the_union(self, house, works):
        into = house.union("联合工会", house.daoli, kind="joint")
        dissolve_union(house.in_city, union=house.group, reason="合并", on=MAY)
        merge_unions(house.in_daoli, union=works, into=into, on=JUNE)
        works.refresh_from_db()
        assert works.until == JUNE
        spans = [(c.union_id, c.since, c.until) for c in house.works.coverages.order_by("since")]
        assert spans == [(works.pk, date(2015, 1, 1), JUNE), (into.pk, JUNE, None)]
        assert Placement.objects.get(unit=works.unit).until == JUNE

    def test_units_below_are_in_the_way(self, house, works, nothing_written):
        into = house.union("联合工会", house.daoli, kind="joint")
        nothing_written.again()
        with pytest.raises(Refused):
            merge_unions(house.in_daoli, union=works, into=into, on=JUNE)
        with pytest.raises(Refused):
            dissolve_union(house.in_daoli, union=works, reason="破产", on=JUNE)
        assert nothing_written.same()

    def test_what_another_module_keeps_there_is_in_the_way_and_named(self, house, nothing_written):
        empty = house.union("空壳工会", house.daoli)
        house.employer("小店", empty)
        nothing_written.again()
        with pytest.raises(Refused) as refused:
            dissolve_union(house.in_daoli, union=empty, reason="破产", on=JUNE)
        (reason,) = refused.value.reasons
        assert str(house.works._meta.verbose_name_plural) in str(reason.message)
        assert nothing_written.same()

    def test_an_open_case_is_in_the_way(self, house, nothing_written):
        empty = house.union("空壳工会", house.daoli)
        with guard.begin():
            open_case(kind="made.up", title="事项", desks=[Desk(empty.unit)], on=MAY, applicant=None)
        nothing_written.again()
        with pytest.raises(Refused):
            dissolve_union(house.in_daoli, union=empty, reason="破产", on=JUNE)
        assert nothing_written.same()

    def test_the_end_closes_committees_terms_certificates_and_displays(self, house):
        union = house.union("空壳工会", house.daoli)
        set_body(house.clerk, union=union, kind="women", members=3, women=3, since=MAY)
        show_sign(house.clerk, union=union, on=MAY)
        dissolve_union(house.in_daoli, union=union, reason="企业注销", on=JUNE)
        assert union.bodies.get().until == JUNE
        assert union.displays.get().until == JUNE
        assert LogEntry.objects.latest("number").detail["facts"]["reason"] == "企业注销"

    def test_nobody_ends_twice_or_merges_with_herself_or_ends_before_covering(self, house, works):
        dissolve_union(house.in_daoli, union=house.group, reason="并组", on=MAY)
        with pytest.raises(Refused):
            dissolve_union(house.in_daoli, union=house.group, reason="并组", on=JUNE)
        with pytest.raises(Refused) as itself:
            merge_unions(house.in_daoli, union=works, into=works, on=JUNE)
        assert fields(itself) == ["into"]
        with pytest.raises(Refused) as early:
            dissolve_union(house.in_daoli, union=works, reason="破产", on=date(2015, 1, 1))
        assert fields(early) == ["on"]

    def test_out_of_reach_stays_untouched(self, house, works, nothing_written):
        other = house.union("南岗厂工会", house.nangang)
        nothing_written.again()
        with pytest.raises(NotAllowed):
            merge_unions(house.in_daoli, union=works, into=other, on=JUNE)
        with pytest.raises(NotAllowed):
            dissolve_union(house.in_nangang, union=works, reason="破产", on=JUNE)
        assert nothing_written.same()


class TestParticulars:
    def facts(self, **other):
        return {
            "code": "",
            "address": "道里区",
            "ownership": "170",
            "industry": "03",
            "worker_kind": "",
            "registration": "real_name",
            "chair": None,
            "fulltime_cadres": 1,
            "parttime_cadres": 2,
            **other,
        }

    def test_a_new_name_is_found_by_its_own_pinyin(self, house, works):
        rename(house.clerk, union=works, name="长江厂工会", short_name="长江")
        works.unit.refresh_from_db()
        assert (works.unit.name, works.unit.initials, str(works)) == ("长江厂工会", "cjcgh", "长江")

    def test_the_highest_union_has_no_superior_whose_names_could_clash(self, house):
        assert rename(house.in_city, union=house.city, name="哈市总工会").unit.name == "哈市总工会"

    def test_a_name_taken_or_out_of_reach_is_refused(self, house, works, nothing_written):
        house.union("长江厂工会", house.daoli)
        nothing_written.again()
        with pytest.raises(Refused) as refused:
            rename(house.clerk, union=works, name="长江厂工会")
        assert fields(refused) == ["name"]
        with pytest.raises(NotAllowed):
            rename(house.in_nangang, union=works, name="别的")
        assert nothing_written.same()

    def test_the_code_is_kept_as_the_standard_writes_it(self, house, works, person):
        describe(house.clerk, union=works, **self.facts(code=" 81370100mc00000129 ", chair=person))
        works.refresh_from_db()
        assert (works.code, works.chair, works.parttime_cadres) == ("81370100MC00000129", person, 2)

    @pytest.mark.parametrize("code", ["91350100M000100Y43", make_uscc("89", "370100", "MC000000"), "1"])
    def test_a_code_that_is_no_grassroots_unions_is_refused(self, house, works, nothing_written, code):
        with pytest.raises(Refused) as refused:
            describe(house.clerk, union=works, **self.facts(code=code))
        assert fields(refused) == ["code"]
        assert nothing_written.same()

    def test_a_code_is_given_once(self, house, works):
        describe(house.clerk, union=works, **self.facts(code="81370100MC00000129"))
        with pytest.raises(Refused) as refused:
            describe(house.clerk, union=house.group, **self.facts(code="81370100MC00000129"))
        assert fields(refused) == ["code"]
        assert describe(house.clerk, union=house.group, **self.facts()).code is None

    def test_an_auditor_may_not(self, house, works, nothing_written):
        with pytest.raises(NotAllowed):
            describe(house.auditor, union=works, **self.facts())
        assert nothing_written.same()


class TestCoverage:
    def test_a_joint_union_covers_many_and_ends_one(self, house):
        joint = house.union("楼宇联合工会", house.daoli, kind="joint")
        first = cover(house.clerk, union=joint, employer=house.works, since=MAY)
        cover(house.clerk, union=joint, employer=house.employer("小店", house.daoli), since=MAY)
        uncover(house.clerk, coverage=first, on=JUNE)
        assert [c.until for c in joint.coverages.order_by("pk")] == [JUNE, None]

    def test_a_union_of_one_unit_covers_one(self, house, works, nothing_written):
        shop = house.employer("小店", house.daoli)
        nothing_written.again()
        with pytest.raises(Refused) as refused:
            cover(house.clerk, union=works, employer=shop, since=MAY)
        assert fields(refused) == ["employer"]
        assert nothing_written.same()

    def test_an_employer_is_covered_once_at_a_time_also_in_the_past(self, house, works, nothing_written):
        joint = house.union("楼宇联合工会", house.daoli, kind="joint")
        uncover(house.clerk, coverage=works.coverages.get(), on=JUNE)
        nothing_written.again()
        with pytest.raises(Refused) as refused:
            cover(house.clerk, union=joint, employer=house.works, since=MAY)
        assert fields(refused) == ["employer"]
        assert nothing_written.same()
        assert cover(house.clerk, union=joint, employer=house.works, since=JUNE).pk

    def test_closed_employers_federations_and_days_before_the_founding_are_refused(self, house):
        closed = house.employer("已关闭厂", house.daoli, status="closed")
        shop = house.employer("小店", house.daoli)
        joint = house.union("楼宇联合工会", house.daoli, kind="joint", since=MAY)
        for union, employer, since, field in (
            (joint, closed, JUNE, "employer"),
            (joint, shop, date(2022, 4, 30), "since"),
            (house.daoli, shop, JUNE, ""),
        ):
            with pytest.raises(Refused) as refused:
                cover(house.clerk, union=union, employer=employer, since=since)
            assert fields(refused) == [field]

    def test_a_cover_ends_once_and_after_it_began(self, house, works):
        coverage = works.coverages.get()
        with pytest.raises(Refused) as refused:
            uncover(house.clerk, coverage=coverage, on=coverage.since)
        assert fields(refused) == ["on"]
        uncover(house.clerk, coverage=coverage, on=JUNE)
        with pytest.raises(Refused):
            uncover(house.clerk, coverage=coverage, on=JUNE)

    def test_another_district_does_not_reach(self, house, works, nothing_written):
        with pytest.raises(NotAllowed):
            uncover(house.in_nangang, coverage=works.coverages.get(), on=JUNE)
        with pytest.raises(NotAllowed):
            cover(house.in_nangang, union=works, employer=house.works, since=JUNE)
        assert nothing_written.same()


class TestElections:
    def ballot(self, *votes, **other):
        return {
            "body": "committee",
            "on": JUNE,
            "due": 90,
            "present": 60,
            "seats": 3,
            "secret": True,
            "names": tuple(Name(f"候选人{n}", vote) for n, vote in enumerate(votes)),
            "years": 3,
            **other,
        }

    def test_a_full_committee_opens_its_term_and_closes_the_one_before(self, house, works):
        elect(house.clerk, union=works, **self.ballot(50, 49, 48, 20, on=date(2019, 6, 1)))
        elect(house.clerk, union=works, **self.ballot(50, 49, 48, 20, years=5))
        terms = works.terms.order_by("number").values_list("number", "since", "expires", "until")
        assert list(terms) == [
            (1, date(2019, 6, 1), JUNE, JUNE),
            (2, JUNE, date(2027, 6, 1), None),
        ]
        elected = Candidate.objects.filter(election__on=JUNE, elected=True).values_list("votes", flat=True)
        assert sorted(elected) == [48, 49, 50]

    def test_an_election_without_quorum_is_recorded_and_changes_nothing(self, house, works):
        election = elect(house.clerk, union=works, **self.ballot(50, 49, 48, 20, present=59))
        assert (election.valid, Term.objects.count()) == (False, 0)
        assert not Candidate.objects.filter(elected=True).exists()

    def test_a_tie_opens_the_term_only_with_the_run_off(self, house, works):
        first = elect(house.clerk, union=works, **self.ballot(50, 49, 47, 47, present=70))
        assert (first.valid, Term.objects.count()) == (True, 0)
        with pytest.raises(Refused) as refused:
            elect(house.clerk, union=works, run_off_of=first, **self.ballot(50, 49, seats=2))
        assert fields(refused) == ["seats"]
        again = self.ballot(50, 10, seats=1, on=date(2022, 6, 8))
        elect(house.clerk, union=works, run_off_of=first, **again)
        term = works.terms.get()
        assert (term.since, term.committee_size) == (date(2022, 6, 8), 3)

    def test_a_run_off_follows_its_own_election(self, house, works):
        first = elect(house.clerk, union=works, **self.ballot(50, 49, 47, 47, present=70))
        with pytest.raises(Refused) as refused:
            elect(house.clerk, union=house.group, run_off_of=first, **self.ballot(50, 1, seats=1))
        assert fields(refused) == ["run_off_of"]

    def test_an_elected_chair_is_the_unions_chair(self, house, works, person):
        names = (Name("王芳", 60, person.pk),)
        elect(house.clerk, union=works, **self.ballot(body="chair", seats=1, names=names))
        works.refresh_from_db()
        assert works.chair == person

    def test_an_elected_audit_committee_stands_with_the_women_the_register_knows(self, house, works, person):
        names = (Name("王芳", 60, person.pk), Name("李强", 50), Name("赵敏", 50))
        elect(house.clerk, union=works, **self.ballot(body="audit", names=names))
        elect(house.clerk, union=works, **self.ballot(body="women", names=names))
        assert list(works.bodies.order_by("kind").values_list("kind", "members", "women", "since")) == [
            ("audit", 3, 1, JUNE),
            ("women", 3, 3, JUNE),
        ]

    def test_a_relative_of_the_executive_leaves_nothing_behind(self, house, works, nothing_written):
        names = (Name("王芳", 50), Name("李强", 10, relative=True))
        with pytest.raises(Refused) as refused:
            elect(house.clerk, union=works, **self.ballot(seats=1, names=names))
        assert [r.article for r in refused.value.reasons] == ["《工会法》第十条"]
        assert (Election.objects.count(), nothing_written.same()) == (0, True)

    def test_days_outside_the_union_or_its_term_are_refused(self, house, works, nothing_written):
        elect(house.clerk, union=works, **self.ballot(50, 49, 48, 20))
        nothing_written.again()
        for day in (date(2014, 1, 1), date(2022, 5, 31)):
            with pytest.raises(Refused) as refused:
                elect(house.clerk, union=works, **self.ballot(50, 49, 48, 20, on=day))
            assert fields(refused) == ["on"]
        assert nothing_written.same()

    def test_auditors_and_other_districts_record_none(self, house, works, nothing_written):
        for actor in (house.auditor, house.in_nangang):
            with pytest.raises(NotAllowed):
                elect(actor, union=works, **self.ballot(50, 49, 48, 20))
        assert nothing_written.same()

    def test_more_than_half_of_all_remove_a_chair(self, house, works, person, nothing_written):
        with pytest.raises(Refused) as nobody:
            remove_chair(house.clerk, union=works, votes=51, whole=100)
        assert fields(nobody) == [""]
        with guard.begin():
            works.chair = person
            works.save()
        nothing_written.again()
        with pytest.raises(Refused) as refused:
            remove_chair(house.clerk, union=works, votes=50, whole=100)
        assert [r.article for r in refused.value.reasons] == ["《工会法》第十八条"]
        with pytest.raises(NotAllowed):
            remove_chair(house.in_nangang, union=works, votes=51, whole=100)
        assert nothing_written.same()
        assert remove_chair(house.clerk, union=works, votes=51, whole=100).chair is None


class TestBodies:
    def test_a_committee_takes_the_place_of_the_one_before_and_ends(self, house, works):
        set_body(house.clerk, union=works, kind="women", members=3, women=3, since=MAY)
        body = set_body(house.clerk, union=works, kind="women", members=5, women=5, since=JUNE)
        end_body(house.clerk, body=body, on=date(2022, 7, 1))
        spans = Body.objects.order_by("since").values_list("members", "since", "until")
        assert list(spans) == [(3, MAY, JUNE), (5, JUNE, date(2022, 7, 1))]

    def test_impossible_committees_are_refused(self, house, works, nothing_written):
        for members, women, since, field in (
            (0, 0, MAY, "women"),
            (3, 4, MAY, "women"),
            (3, 3, date(2014, 1, 1), "since"),
        ):
            with pytest.raises(Refused) as refused:
                set_body(house.clerk, union=works, kind="women", members=members, women=women, since=since)
            assert fields(refused) == [field]
        with pytest.raises(NotAllowed):
            set_body(house.in_nangang, union=works, kind="women", members=3, women=3, since=MAY)
        assert (Body.objects.count(), nothing_written.same()) == (0, True)

    def test_a_committee_ends_once_and_after_it_began(self, house, works):
        body = set_body(house.clerk, union=works, kind="audit", members=3, women=1, since=MAY)
        with pytest.raises(Refused) as second:
            set_body(house.clerk, union=works, kind="audit", members=3, women=1, since=MAY)
        assert fields(second) == ["since"]
        with pytest.raises(Refused) as early:
            end_body(house.clerk, body=body, on=MAY)
        assert fields(early) == ["on"]
        with pytest.raises(NotAllowed):
            end_body(house.auditor, body=body, on=JUNE)
        end_body(house.clerk, body=body, on=JUNE)
        with pytest.raises(Refused):
            end_body(house.clerk, body=body, on=JUNE)


class TestCertificates:
    def paper(self, since=MAY, expires=date(2025, 5, 1), **other):
        return {
            "number": "工法证字第1号",
            "representative": "王芳",
            "since": since,
            "expires": expires,
            **other,
        }

    def test_a_certificate_is_renewed_in_its_last_days(self, house, works):
        certify(house.clerk, union=works, **self.paper())
        renewed = self.paper(date(2025, 4, 1), date(2028, 4, 1))
        certify(house.clerk, union=works, **renewed)
        spans = Certificate.objects.order_by("since").values_list("since", "until")
        assert list(spans) == [(MAY, date(2025, 4, 1)), (date(2025, 4, 1), None)]

    def test_an_early_renewal_is_refused_but_a_change_is_not(self, house, works, nothing_written):
        certify(house.clerk, union=works, **self.paper())
        nothing_written.again()
        with pytest.raises(Refused) as early:
            certify(house.clerk, union=works, **self.paper(JUNE))
        assert fields(early) == ["since"]
        with pytest.raises(Refused) as same_day:
            certify(house.clerk, union=works, **self.paper(), change=True)
        assert fields(same_day) == ["since"]
        assert nothing_written.same()
        assert certify(house.clerk, union=works, **self.paper(JUNE), change=True).since == JUNE

    def test_it_is_valid_as_long_as_the_term(self, house, works, nothing_written):
        with guard.begin():
            Term(union=works, number=1, years=3, since=MAY, expires=date(2025, 5, 1)).save()
        nothing_written.again()
        for expires in (date(2025, 5, 2), date(2027, 5, 2)):
            with pytest.raises(Refused) as refused:
                certify(house.clerk, union=works, **self.paper(expires=expires))
            assert fields(refused) == ["expires"]
        with pytest.raises(NotAllowed):
            certify(house.in_nangang, union=works, **self.paper())
        assert (Certificate.objects.count(), nothing_written.same()) == (0, True)
        assert certify(house.clerk, union=works, **self.paper()).pk


class TestDisplayAndRating:
    def test_a_sign_is_shown_and_taken_down(self, house, works):
        show_sign(house.clerk, union=works, on=MAY)
        with pytest.raises(Refused):
            show_sign(house.clerk, union=works, on=JUNE)
        with pytest.raises(Refused) as early:
            take_sign_down(house.clerk, union=works, on=MAY)
        assert fields(early) == ["on"]
        assert take_sign_down(house.clerk, union=works, on=JUNE).until == JUNE
        with pytest.raises(Refused):
            take_sign_down(house.clerk, union=works, on=JUNE)

    def test_no_sign_before_the_founding_or_from_another_district(self, house, works, nothing_written):
        with pytest.raises(Refused) as refused:
            show_sign(house.clerk, union=works, on=date(2014, 1, 1))
        assert fields(refused) == ["on"]
        for act in (show_sign, take_sign_down):
            with pytest.raises(NotAllowed):
                act(house.in_nangang, union=works, on=MAY)
        assert nothing_written.same()

    def test_a_superior_rates(self, house, works):
        rating = rate(house.in_daoli, union=works, standardised=True, score=Decimal("92.5"), on=JUNE)
        assert (rating.rated_by, rating.standardised, rating.score) == (
            house.daoli.unit,
            True,
            Decimal("92.5"),
        )

    def test_nobody_rates_herself_or_beyond_a_hundred_or_before_the_founding(
        self, house, works, nothing_written
    ):
        for actor, union, score, day, field in (
            (house.in_daoli, house.daoli, None, JUNE, ""),
            (house.in_daoli, works, Decimal(101), JUNE, "score"),
            (house.in_daoli, works, None, date(2014, 1, 1), "on"),
        ):
            with pytest.raises(Refused) as refused:
                rate(actor, union=union, standardised=True, score=score, on=day)
            assert fields(refused) == [field]
        for actor in (house.clerk, house.in_nangang):
            with pytest.raises(NotAllowed):
                rate(actor, union=works, standardised=True, score=None, on=JUNE)
        assert nothing_written.same()


def test_every_act_leaves_one_entry(house, works):
    before = LogEntry.objects.count()
    show_sign(house.clerk, union=works, on=MAY)
    assert LogEntry.objects.count() == before + 1
    assert LogEntry.objects.latest("number").action == "unions.ratings.show_sign"
    assert Union.objects.filter(until=None).count() == 5
