"""Everything works from the keyboard, and one sees where one is."""

from playwright.sync_api import Page, expect

from tests.journeys.steps import Newcomer, expect_heading, find_field, press, sign_in, sign_up
from tests.support.browser import PHONE, PageMaker
from tests.support.server import LiveServer

STEPS_MAX = 60
GRACE = Newcomer()
FOCUS = """() => {
    const style = getComputedStyle(document.activeElement);
    return {
        name: document.activeElement.textContent.trim().replace(/\\s+/g, ' ') || document.activeElement.id,
        isRinged: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
        isShown: document.activeElement.getBoundingClientRect().bottom > 0,
    };
}"""


def test_the_skip_link_leads_past_the_navigation(market: LiveServer, browser_page: PageMaker) -> None:
    page = browser_page(base_url=market.url)
    page.goto("/sign-in")
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUS) == {"name": "Skip to the main content", "isRinged": True, "isShown": True}
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(find_field(page, "E-mail address")).to_be_focused()


def test_whatever_has_the_focus_shows_it(market: LiveServer, browser_page: PageMaker) -> None:
    page = browser_page(size=PHONE, base_url=market.url)
    page.goto("/sign-in")
    seen = [step["name"] for step in walk(page) if step["isRinged"] and step["isShown"]]
    assert seen[seen.index("email") : seen.index("email") + 4] == ["email", "password", "remember_email", "Sign in"]
    assert [step["name"] for step in walk(page) if not step["isRinged"]] == []


def test_the_problems_of_a_form_lead_to_their_fields(market: LiveServer, browser_page: PageMaker) -> None:
    page = browser_page(base_url=market.url)
    page.goto("/sign-up")
    press(page, "Open my account")
    expect(page.get_by_role("alert")).to_contain_text("Please check:")
    for problem, field in (("Last name: ", "Last name"), ("Country: ", "Country"), ("Agree to", "I agree")):
        page.get_by_role("link", name=problem).focus()
        page.keyboard.press("Enter")
        expect(find_field(page, field)).to_be_focused()
        assert page.evaluate(FOCUS)["isRinged"]


def test_the_account_menu_opens_and_closes_with_keys(market: LiveServer, browser_page: PageMaker) -> None:
    page = browser_page(base_url=market.url)
    sign_up(page, GRACE)
    sign_in(page, GRACE)
    menu = page.locator("details[data-menu]")
    go_to(page, "Account menu of Grace H.")
    page.keyboard.press("Enter")
    expect(menu).to_have_attribute("open", "")
    page.keyboard.press("Escape")
    expect(menu).not_to_have_attribute("open", "")
    page.keyboard.press("Space")
    go_to(page, "Sign out")
    page.keyboard.press("Enter")
    expect(page.get_by_text("You are signed out.")).to_be_visible()
    page.goto("/account")
    expect_heading(page, "Sign in")


def walk(page: Page) -> list[dict[str, object]]:
    """Every stop of the Tab key from the top of the page to its end."""
    page.locator("body").evaluate("body => { document.activeElement.blur(); body.scrollIntoView(); }")
    page.reload()
    stops: list[dict[str, object]] = []
    for _ in range(STEPS_MAX):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            break
        stops.append(page.evaluate(FOCUS))
    assert 5 < len(stops) < STEPS_MAX
    return stops


def go_to(page: Page, name: str) -> None:
    """Presses Tab until something with this name has the focus, and sees it there."""
    for _ in range(STEPS_MAX):
        page.keyboard.press("Tab")
        here = page.evaluate(FOCUS)
        if here["name"] == name:
            assert here["isRinged"], f"{name} has the focus and does not show it"
            return
    message = f"the Tab key does not lead to {name!r}"
    raise AssertionError(message)
