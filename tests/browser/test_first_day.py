"""The first day of everybody in a new house, told step by step as it is done in the browser."""

import re
from datetime import date

import pytest
from playwright.sync_api import expect

from unionhall.people.rules.identity import check_digit

PASSWORD = "Xiao-Man-2022"


def number(serial: int, birth: str = "19950412", area: str = "230102") -> str:
    """A made-up identity number whose digits fit; three digits of serial."""
    body = f"{area}{birth}{serial:03d}"
    return body + check_digit(body)


def say_who(visitor, name: str, serial: int, kind: str = "") -> None:
    """The first step of joining."""
    page = visitor.page
    page.fill("[name=name]", name)
    page.fill("[name=number]", number(serial))
    page.fill("[name=phone]", f"13904510{serial}")
    if kind:
        page.select_option("[name=worker_kind]", kind)
    visitor.submit()


def confirm(visitor) -> str:
    """The third step of joining; the log-in name that it gives."""
    page = visitor.page
    page.fill("[name=password]", PASSWORD)
    page.fill("[name=again]", PASSWORD)
    page.check("[name=consent]")
    visitor.submit()
    assert visitor.path == "/membership/join/done/"
    return page.inner_text("main .u-code")


def door_of(visitor) -> str:
    """The public address of the union of a clerk: what its QR code says."""
    visitor.go("/unions/unions/")
    visitor.page.click(".u-table tbody a")
    visitor.page.wait_for_selector('a[href^="/unions/at/"]')
    return visitor.page.get_attribute('a[href^="/unions/at/"]', "href")


def approve(visitor, name: str, path: str = "/membership/joinings/") -> None:
    """Open what waits under this name, and sign it."""
    visitor.go(path)
    visitor.page.get_by_role("link", name=name, exact=True).click()
    visitor.page.click(".u-acts a.btn-primary")
    visitor.page.check("[name=verdict][value=approve]")
    assert name in visitor.page.inner_text(".u-head")
    visitor.submit()


def test_a_worker_joins_from_her_phone_in_three_steps_and_shows_her_card(visit, house):
    door = door_of(visit().log_in("clerk"))
    worker = visit(phone=True)
    worker.go(door)
    assert house.units["clerk"] in worker.page.inner_text("h1")
    worker.page.click("main a.btn-primary")
    assert (worker.axe(), worker.overflow()) == ([], 0)
    say_who(worker, "周小满", 101)
    assert worker.path == "/membership/join/where/"
    assert (worker.axe(), worker.overflow()) == ([], 0)
    worker.page.check("[name=choice] >> nth=0")
    worker.submit()
    assert worker.path == "/membership/join/confirm/"
    assert (worker.axe(), worker.overflow()) == ([], 0)
    assert number(101) not in worker.page.content()
    name = confirm(worker)

    worker.log_in(name, PASSWORD)
    worker.go("/membership/card/")
    assert worker.page.locator(".u-card").count() == 0

    approve(visit().log_in("reviewer"), "周小满")
    worker.go("/membership/card/")
    card = worker.page.locator(".u-card")
    assert house.units["clerk"] in card.inner_text()
    assert card.locator("svg path").count() > 0
    assert date.today().isoformat()[:4] in card.inner_text()  # noqa: DTZ011  the year is enough


def test_a_cadre_verifies_the_card_that_a_member_shows(visit, house):
    clerk = visit().log_in("clerk")
    clerk.go("/membership/members/")
    clerk.page.click(".u-table tbody a")
    shown = clerk.page.locator(".u-facts").nth(1).inner_text()
    card = re.search(r"\d{4} \d{4} \d{4} [\d ]+", shown)
    assert card is not None
    clerk.go("/membership/verify/")
    clerk.page.fill("main [name=number]", card.group().strip())
    clerk.submit()
    expect(clerk.page.locator("main")).to_contain_text(house.units["clerk"])


def test_a_worker_joins_by_searching_her_employer(visit, house):
    worker = visit(phone=True)
    worker.go("/membership/join/")
    say_who(worker, "秦晓雨", 102)
    worker.page.fill("[name=q]", house.units["clerk"].removesuffix("工会委员会"))
    worker.page.press("[name=q]", "Enter")
    worker.page.wait_for_selector("[name=choice]")
    worker.page.check("[name=choice] >> nth=0")
    worker.submit()
    assert house.units["clerk"] in worker.text
    confirm(worker)


def test_a_courier_joins_where_she_lives(visit, house):
    worker = visit(phone=True)
    worker.go("/membership/join/")
    say_who(worker, "赵小骑", 103, "courier")
    worker.page.fill("[name=q]", "道里区")
    worker.page.press("[name=q]", "Enter")
    offer = worker.page.locator(".u-choice", has_text="没有工会").first
    offer.locator("input").check()
    union = offer.locator("strong").inner_text()
    worker.submit()
    assert union in worker.text
    confirm(worker)


def test_faults_are_told_beside_the_field_and_nothing_is_handed_in(visit):
    worker = visit(phone=True)
    worker.go("/membership/join/")
    worker.page.fill("[name=name]", "周小满")
    worker.page.fill("[name=number]", number(104)[:-1] + "?")
    worker.page.fill("[name=phone]", "12")
    worker.submit()
    worker.complaints.clear()  # an answer of 422 is told in the console
    assert worker.path == "/membership/join/"
    assert worker.page.locator("#field_number .u-error").is_visible()
    assert worker.page.locator("[name=number]").get_attribute("aria-invalid") == "true"
    assert worker.axe() == []


def test_a_member_asks_to_be_transferred_and_the_other_union_receives_her(visit, house):
    worker = visit(phone=True).log_in("mover")
    worker.go("/membership/requests/")
    assert worker.page.locator(".u-rows a").count() == 1
    reviewer = visit().log_in("reviewer")
    reviewer.go("/membership/transfers/")
    name = reviewer.page.inner_text(".u-table tbody a")
    approve(reviewer, name, "/membership/transfers/")
    worker.go("/membership/card/")
    assert house.units["clerk"] in worker.page.inner_text(".u-card")
    assert worker.page.locator(".u-past li").count() == 2

    worker.go("/membership/move/")
    worker.page.fill("[name=q]", "工会委员会")
    worker.page.press("[name=q]", "Enter")
    worker.page.click(".u-rows a >> nth=0")
    worker.page.wait_for_selector("main button.btn-primary")
    worker.submit()
    worker.go("/membership/requests/")
    assert worker.page.locator(".u-rows a").count() == 2


def test_without_javascript_a_worker_joins_and_a_reviewer_approves(visit, house):
    door = door_of(visit().log_in("clerk"))
    worker = visit(phone=True, script=False)
    worker.go(door)
    worker.page.click("main a.btn-primary")
    say_who(worker, "孙立冬", 105)
    worker.page.check("[name=choice] >> nth=0")
    worker.submit()
    name = confirm(worker)
    approve(visit(script=False).log_in("reviewer"), "孙立冬")
    worker.log_in(name, PASSWORD)
    worker.go("/membership/card/")
    assert house.units["clerk"] in worker.page.inner_text(".u-card")


def test_a_leader_opens_a_figure_down_to_its_rows(visit):
    leader = visit().log_in("leader")
    leader.go("/figures/membership.members/")
    value = leader.page.inner_text(".u-big").split()[0]
    leader.page.click(".u-big a, a.u-big, .u-big ~ * a >> nth=0")
    leader.page.wait_for_url("**/rows/**")
    assert value in leader.text
    assert leader.page.locator(".u-table tbody tr").count() > 0
    leader.page.click(".u-table tbody a >> nth=0")
    expect(leader.page.locator("h1")).not_to_be_empty()


def test_an_auditor_reads_who_did_what(visit):
    reviewer = visit().log_in("reviewer")
    reviewer.go("/membership/members/")
    reviewer.page.click(".u-table tbody a >> nth=0")
    auditor = visit().log_in("auditor")
    auditor.go("/desk/log/")
    assert auditor.page.locator(".u-table tbody tr").count() > 0
    auditor.page.click(".u-table tbody a >> nth=0")
    expect(auditor.page.locator("main .u-facts").first).to_be_visible()
    watch = visit().log_in("audit")
    assert watch.go("/desk/chain/").status == 200
    expect(watch.page.locator("main .u-tone-good").first).to_be_visible()


def test_a_security_administrator_opens_an_account_gives_a_role_and_sees_no_member(visit):
    security = visit().log_in("security")
    security.go("/desk/accounts/new/open-account/")
    security.page.fill("[name=username]", "newclerk")
    security.page.fill("[name=display_name]", "钱多多")
    security.page.fill("[name=password]", "First-Pass-2022")
    security.submit()
    security.go("/desk/accounts/")
    security.page.get_by_role("link", name="newclerk", exact=True).click()
    security.page.click('a[href$="/appoint/"]')
    security.page.fill("[name=unit]", "道里区总工会")
    security.page.select_option("[name=role]", "clerk")
    security.submit()
    assert "道里区总工会" in security.text
    assert security.go("/membership/members/").status == 403
    security.complaints.clear()

    fresh = visit().log_in("newclerk", "First-Pass-2022")
    assert fresh.path == "/accounts/password/change/"
    fresh.page.fill("[name=oldpassword]", "First-Pass-2022")
    fresh.page.fill("[name=password1]", PASSWORD)
    fresh.page.fill("[name=password2]", PASSWORD)
    fresh.submit()
    assert fresh.path == "/"
    assert "道里区总工会" in fresh.page.inner_text(".u-top")


def test_a_stranger_finds_nothing(visit, house):
    district = visit().log_in("district")
    district.go("/membership/members/")
    own = district.page.get_attribute(".u-table tbody a", "href")
    clerk = visit().log_in("clerk")
    clerk.go("/membership/members/")
    reach = {a.get_attribute("href") for a in clerk.page.locator(".u-table tbody a").all()}
    foreign = next(
        href
        for href in (a.get_attribute("href") for a in district.page.locator(".u-table tbody a").all())
        if href not in reach
    )
    assert own
    assert clerk.go(foreign).status == 404
    assert clerk.axe() == []
    clerk.complaints.clear()
    guest = visit()
    guest.go(foreign)
    assert guest.path.startswith("/accounts/login/")


def test_the_language_is_switched_and_switched_back(visit):
    clerk = visit().log_in("clerk")
    clerk.go("/membership/members/")
    chinese = clerk.page.inner_text("h1")
    tools = clerk.page.locator(".u-tools details").first
    tools.locator("summary").click()
    tools.locator("button[value=en]").click()
    expect(clerk.page.locator("html")).to_have_attribute("lang", "en")
    assert clerk.path == "/membership/members/"
    assert clerk.page.inner_text("h1") == "Members"
    assert clerk.axe() == []
    tools.locator("summary").click()
    tools.locator("button[value=zh-hans]").click()
    expect(clerk.page.locator("html")).to_have_attribute("lang", "zh-hans")
    assert clerk.page.inner_text("h1") == chinese


@pytest.mark.parametrize("phone", [True, False], ids=["phone", "desk"])
def test_dark_colours_and_large_text_stay_chosen(visit, phone):
    clerk = visit(phone=phone).log_in("clerk")
    tools = clerk.page.locator(".u-tools details").nth(1)
    tools.locator("summary").click()
    tools.locator("button[value=dark]").click()
    expect(clerk.page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    tools.locator("summary").click()
    tools.locator("[name=large_text]").click()
    expect(clerk.page.locator("html")).to_have_class(re.compile("u-large"))
    for path in ("/", "/membership/members/", "/unions/unions/", "/figures/"):
        clerk.go(path)
        assert clerk.page.get_attribute("html", "data-bs-theme") == "dark"
        assert (path, clerk.axe(), clerk.overflow()) == (path, [], 0)
