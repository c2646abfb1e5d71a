"""Everything can be done without a mouse."""

from playwright.sync_api import expect

FOCUSED = "document.activeElement"


def focused(page, wanted: str) -> bool:
    """Whether the focus is on an element that this selector finds."""
    found: bool = page.evaluate(f"{FOCUSED}.matches({wanted!r})")
    return found


def tab_to(page, wanted: str, most: int = 60) -> None:
    """Press Tab until the focus is there, as somebody without a mouse does."""
    for _step in range(most):
        page.keyboard.press("Tab")
        if focused(page, wanted):
            return
    raise AssertionError(f"Tab never comes to {wanted}")


def test_a_reviewer_logs_in_searches_opens_and_signs_by_keyboard_alone(visit):
    reviewer = visit()
    page, keys = reviewer.page, reviewer.page.keyboard
    reviewer.go("/accounts/login/")
    tab_to(page, "[name=login]")
    keys.type("reviewer")
    tab_to(page, "[name=password]")
    keys.type(reviewer.house.password)
    with page.expect_navigation():
        keys.press("Enter")
    assert reviewer.path == "/"

    keys.press("Tab")
    assert focused(page, ".u-skip")
    expect(page.locator(".u-skip")).to_be_in_viewport()
    keys.press("Enter")
    assert focused(page, "main")

    keys.press("/")
    assert focused(page, "[data-search]")
    keys.press("Escape")
    assert not focused(page, "[data-search]")

    reviewer.go("/membership/joinings/?case__state=open")
    name = page.inner_text(".u-table tbody tr:nth-child(1) a")
    keys.press("j")
    assert page.evaluate(f"{FOCUSED}.textContent").strip() == name.strip()
    keys.press("j")
    keys.press("k")
    with page.expect_navigation():
        keys.press("Enter")
    assert name in page.inner_text("h1")
    tab_to(page, ".u-acts a.btn-primary")
    with page.expect_navigation():
        keys.press("Enter")
    tab_to(page, "[name=verdict]")
    keys.press("ArrowDown")
    assert focused(page, "[name=verdict][value=return]")
    tab_to(page, "[name=reason]")
    keys.type("请补充工作单位")
    tab_to(page, "main button.btn-primary")
    with page.expect_navigation():
        keys.press("Enter")
    assert "请补充工作单位" in reviewer.text


def test_menus_open_with_enter_and_close_with_escape_back_where_they_were(visit):
    clerk = visit().log_in("clerk")
    page, keys = clerk.page, clerk.page.keyboard
    for place in range(page.locator(".u-top details > summary").count()):
        menu = page.locator(".u-top details").nth(place)
        menu.locator("summary").focus()
        keys.press("Enter")
        expect(menu).to_have_attribute("open", "")
        keys.press("Tab")
        assert menu.evaluate("menu => menu.contains(document.activeElement)")
        keys.press("Escape")
        expect(menu).not_to_have_attribute("open", "")
        assert focused(page, "summary")


def test_the_menu_of_a_phone_opens_and_closes_by_keyboard(visit):
    clerk = visit(phone=True).log_in("clerk")
    page, keys = clerk.page, clerk.page.keyboard
    tab_to(page, "[data-menu-open]")
    keys.press("Enter")
    expect(page.locator("#menu")).to_be_in_viewport()
    assert focused(page, "[data-menu-close]")
    keys.press("Escape")
    assert focused(page, "[data-menu-open]")


def test_every_stop_of_the_tab_key_can_be_seen(visit):
    clerk = visit().log_in("clerk")
    clerk.go("/membership/members/")
    page = clerk.page
    for _stop in range(45):
        page.keyboard.press("Tab")
        seen = page.evaluate(
            """() => {
              const here = document.activeElement, style = getComputedStyle(here);
              const box = here.getBoundingClientRect();
              return {where: here.outerHTML.slice(0, 120), wide: box.width, shown: style.outlineStyle !== "none"};
            }"""
        )
        assert seen["wide"] > 0, seen
        assert seen["shown"], seen


def test_the_filters_of_a_list_are_folded_on_a_phone_and_unfold(visit):
    clerk = visit(phone=True).log_in("clerk")
    clerk.go("/membership/members/")
    page = clerk.page
    expect(page.locator(".u-filter [name=sex]")).to_be_hidden()
    page.click("[data-unfold]")
    expect(page.locator(".u-filter [name=sex]")).to_be_visible()
    page.select_option(".u-filter [name=sex]", "2")
    with page.expect_navigation():
        page.click(".u-filter button:not([type=button])")
    expect(page.locator(".u-filter [name=sex]")).to_be_visible()
    assert page.locator(".u-chip").count() == 1
