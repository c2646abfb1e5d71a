from datetime import date
from decimal import Decimal

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from django.db.models import F, Q
from hypothesis import given
from hypothesis import strategies as st

from unionhall.employers.demo.columns import numeral
from unionhall.employers.models import Employer, Headcount
from unionhall.employers.rules import NON_PUBLIC, check_uscc
from unionhall.kernel.cases import inbox
from unionhall.kernel.keys import ring
from unionhall.kernel.log import verify
from unionhall.kernel.models import Appointment, LogEntry, Placement, Unit, User
from unionhall.kernel.terms import Refused, Role
from unionhall.kernel.writing import Actor
from unionhall.membership.models import Membership
from unionhall.membership.rules import is_card_number
from unionhall.modules import MODULES
from unionhall.people.demo.shares import shares
from unionhall.people.models import Person
from unionhall.people.rules.contact import check_phone
from unionhall.people.rules.identity import DocumentKind, birth_of, check_identity, sex_of
from unionhall.report.demo.accounts import open_accounts
from unionhall.report.demo.assembling import assemble, found_all, scaled_shape
from unionhall.report.demo.building import build, demo_of
from unionhall.report.demo.pending import leave_pending
from unionhall.report.demo.plans import PLANS
from unionhall.report.indicators import coverage, published
from unionhall.unions.demo.grassroots import Employers
from unionhall.unions.demo.trees import federations
from unionhall.unions.models import Body, Certificate, Coverage, Display, Rating, Term, Union
from unionhall.unions.rules import GRASSROOTS

TODAY = date(2026, 3, 1)
DAY = date(2022, 12, 31)
SCALE = 0.002
# Put in on purpose, so that the desks of data quality and of deadlines have something to show.
PUT_IN = {
    "unions.terms_overrun",
    "unions.certificates_expiring",
    "unions.certificates_expired",
    "unions.without_code",
    "people.same_name_and_birth",
}


def holding(on):
    return Q(since__lte=on) & (Q(until=None) | Q(until__gt=on))


def made(report="harbin2022", scale=SCALE):
    return build(PLANS[report], scale=scale, seed=7, today=TODAY, say=lambda _line: None)


@pytest.mark.usefixtures("db")
def test_every_number_of_a_demo_is_valid_and_no_person_stands_twice():
    made()
    keys = ring()
    people = list(Person.objects.all())
    numbers = [person.number.clear(keys) for person in people]
    assert [number for number in numbers if check_identity(DocumentKind.RESIDENT_ID, number, on=TODAY)] == []
    assert [phone for one in people if check_phone(phone := one.phone.clear(keys))] == []
    assert len(set(numbers)) == len(people) > 1000
    assert len({person.phone_hash for person in people}) == len(people)
    kind = DocumentKind.RESIDENT_ID
    assert [
        one.pk
        for one, number in zip(people, numbers, strict=True)
        if (one.sex, one.birth) != (sex_of(kind, number), birth_of(kind, number))
        or one.number_hash != keys.blind(number, "people.Person.number")
    ] == []
    codes = [*Employer.objects.values_list("uscc", flat=True)]
    codes += Union.objects.exclude(code=None).values_list("code", flat=True)
    assert [code for code in codes if check_uscc(code)] == []
    assert [
        card for card in Membership.objects.values_list("card", flat=True) if not is_card_number(card)
    ] == []


@pytest.mark.usefixtures("db")
def test_the_checks_find_only_what_was_put_into_a_demo():
    made()
    found = {check.code: check.rows(TODAY).count() for module in MODULES for check in module.checks}
    assert {code for code, count in found.items() if count} <= PUT_IN
    dead = Membership.objects.filter(holding(DAY)).exclude(
        Q(unit__union__since__lte=DAY), Q(unit__union__until=None)
    )
    assert not dead.exists()
    assert not Membership.objects.filter(since__lt=F("unit__union__since")).exists()
    assert list(verify()) == []


@pytest.mark.usefixtures("db")
def test_the_totals_of_a_demo_are_those_of_its_plan():
    built = made()
    groups = [group.scaled(SCALE) for group in PLANS["harbin2022"].groups]
    assert [group.unions for group in groups] == [11, 5, 1, 2]
    assert [group.members for group in groups] == [453, 320, 112, 68]
    unions = Union.objects.filter(kind__in=GRASSROOTS)
    assert unions.count() == 19
    assert unions.filter(registration="declared").count() == 2
    members = Membership.objects.filter(holding(DAY))
    assert members.count() == 953
    assert members.exclude(worker_kind="").count() == 112
    assert members.filter(registration="real_name").count() == 885
    assert Coverage.objects.count() == sum(group.covered for group in groups)
    assert Employer.objects.count() == sum(group.covered + group.uncovered for group in groups)
    assert Display.objects.count() == round(11 * 0.7) + round(5 * 0.5) + round(1 * 0.5) + round(2 * 0.2)
    assert Unit.objects.get(pk=built.home).name == "哈尔滨市总工会"
    assert Unit.objects.filter(parent=built.home, union__level="county").count() == 18
    assert Placement.objects.filter(moved=True, since__year=2022).count() == 1


@pytest.mark.usefixtures("db")
def test_a_year_earlier_and_today_the_demo_has_other_numbers():
    made()
    then, now = (Membership.objects.filter(holding(on)).count() for on in (date(2021, 12, 31), TODAY))
    assert 0 < then < 953
    assert now not in (0, 953)
    assert Membership.objects.filter(entered="transferred").exists()
    assert Headcount.objects.exclude(until=None).exists()
    assert Term.objects.filter(until=None, expires__lt=TODAY).exists()
    assert {Body.objects.exists(), Certificate.objects.exists(), Rating.objects.exists()} == {True}


@pytest.mark.usefixtures("db")
def test_the_non_public_unions_of_2012_cover_and_organise_only_the_non_public():
    made("harbin2012", 0.005)
    kinds = {kind.value for kind in NON_PUBLIC}
    union = Union.objects.filter(ownership__in=kinds)
    assert union.filter(kind__in=GRASSROOTS).count() == round(11_262 * 0.005)
    assert not Coverage.objects.filter(union__in=union).exclude(employer__ownership__in=kinds).exists()
    assert Coverage.objects.filter(employer__ownership__in=kinds).count() == round(43_863 * 0.005)
    assert Employer.objects.filter(tags__contains=" taxi ").count() == 1
    assert Union.objects.filter(kind="sector", since__year=2012).count() == 1


@pytest.mark.usefixtures("db")
def test_accounts_of_every_role_are_opened_and_find_work_in_their_inboxes():
    built = made()
    accounts = open_accounts(built, seed=7, today=TODAY, password="Abcd-efgh-2345")
    leave_pending(accounts, seed=7, today=TODAY, password="Abcd-efgh-2345")
    assert {account.role for account in accounts} == set(Role) - {Role.MACHINE}
    assert all(account.user.check_password("Abcd-efgh-2345") for account in accounts)
    assert not any(account.user.password_given for account in accounts)
    worker, clerk, reviewer, district, *_rest = accounts
    assert worker.user.person.memberships.filter(until=None, unit=clerk.unit).count() == 1
    waiting = inbox(Actor.of(Appointment.objects.get(user=reviewer.user)))
    assert [case.kind for case in waiting] == ["membership.joining"] * 3 + ["membership.transfer"]
    above = inbox(Actor.of(Appointment.objects.get(user=district.user)))
    assert "unions.founding" in {case.kind for case in above}
    assert list(verify()) == []


@pytest.mark.usefixtures("units")
def test_a_demo_is_refused_where_a_unit_stands_and_writes_nothing():
    before = (Unit.objects.count(), User.objects.count(), LogEntry.objects.count())
    with pytest.raises(CommandError, match="DATABASE_URL"):
        call_command("demo", scale="0.002")
    assert (Unit.objects.count(), User.objects.count(), LogEntry.objects.count()) == before
    assert demo_of() is None


@pytest.mark.parametrize("scale", [0, 1.01])
@pytest.mark.usefixtures("db")
def test_a_demo_has_a_size_between_next_to_nothing_and_the_published_one(scale):
    with pytest.raises(Refused):
        made(scale=scale)
    assert not LogEntry.objects.exists()


@pytest.mark.usefixtures("db")
def test_a_demo_remembers_its_report_and_scale():
    made("hebei2023", 0.001)
    assert demo_of() == ("hebei2023", Decimal("0.001"))


def test_the_same_seed_makes_the_same_federation_and_another_one_another():
    def names(seed):
        random, plan = np.random.default_rng(seed), PLANS["harbin2022"]
        tree = federations(scaled_shape(plan.shape, SCALE), random)
        groups = [group.scaled(SCALE) for group in plan.groups]
        return assemble(tree, found_all(tree, groups, plan, Employers(seed), random), random).units["name"]

    assert names(3).to_list() == names(3).to_list()
    assert names(3).to_list() != names(4).to_list()


@given(st.lists(st.floats(0.01, 1000), min_size=1, max_size=40), st.integers(0, 3), st.integers(0, 5000))
def test_shares_come_out_exactly_and_give_each_the_least(weights, least, more):
    total = least * len(weights) + more
    dealt = shares(total, np.array(weights), least)
    assert dealt.sum() == total
    assert dealt.min() >= least


def test_shares_cannot_give_more_than_there_is():
    with pytest.raises(ValueError, match="2 cannot be dealt out to 3"):
        shares(2, np.ones(3), least=1)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1, "一"),
        (10, "十"),
        (21, "二十一"),
        (100, "一百"),
        (105, "一百零五"),
        (110, "一百一十"),
        (999, "九百九十九"),
    ],
)
def test_numbers_of_unions_are_written_in_chinese(number, text):
    assert numeral(number) == text


@pytest.mark.scale
@pytest.mark.usefixtures("db")
def test_the_full_demo_of_harbin_agrees_with_every_published_figure_of_unions_and_members():
    made(scale=1)
    figures = [
        figure
        for figure in published()
        if figure.report == "harbin2022" and figure.module in {"unions", "membership"}
    ]
    judged = coverage(figures, (i for module in MODULES for i in module.indicators)).judged
    assert {one.figure.id: one.verdict.value for one in judged} == dict.fromkeys(
        (f"harbin2022-{number:03}" for number in range(43, 48)), "agrees"
    )
