"""The story of one account, from signing up to a new password, on the shipped server with its jobs."""

from dataclasses import replace

from playwright.sync_api import Page, expect

from tests.journeys.steps import (
    Newcomer,
    expect_heading,
    expect_message,
    fill,
    follow_mailed_link,
    open_mail,
    press,
    shown,
    sign_in,
    sign_out,
    sign_up,
)
from tests.support.browser import PHONE, PageMaker
from tests.support.server import LiveServer

GRACE = Newcomer()
NEW_PASSWORD = "nobody expects the compiler"
NEW_SIGN_IN = "New sign-in to your isocket account"
TABLET = "Mozilla/5.0 (iPad; CPU OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Version/19.0 Safari/605.1.15"
CAFE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
PROFILE = {
    "First name": "Augusta",
    "Last name": "King",
    "Company": "King & Daughters",
    "Time zone": "Europe/Zurich",
    "Display name": "Engine Letter",
    "About": "A letter about engines.\nOn Mondays.",
    "Website": "https://engine.example",
    "Phone": "+41 44 668 18 00",
}
ADDRESS = {
    "Country": "Switzerland",
    "Street and house number": "Bahnhofstrasse 1",
    "City or town": "Zürich",
    "Postal code": "8001",
}
SWITCHES = {
    "Show my e-mail address": True,
    "Show my phone number": True,
    "Show my website": True,
    "Show my city and country": True,
}
SEEN_BY_EVERYBODY = (
    "Engine Letter",
    "A letter about engines.",
    "On Mondays.",
    GRACE.email,
    "+41 44 668 18 00",
    "https://engine.example",
    "Zürich, Switzerland",
)
SEEN_BY_NOBODY = ("Augusta", "King & Daughters", "Bahnhofstrasse", "8001")


def test_the_story_of_an_account(live_server: LiveServer, browser_page: PageMaker) -> None:
    def device(**options: object) -> Page:
        return browser_page(base_url=live_server.url, **options)

    page = device()
    sign_up_and_confirm(page)
    sign_out(page)
    sign_in(page, GRACE, remembers=True)

    page = open_again(page, device())
    come_back_with_the_remembered_address(page)
    change_every_field(page)
    see_as_a_visitor(page, device(size=PHONE))

    tablet = device(size=PHONE, user_agent=TABLET)
    unsubscribe_after_a_sign_in_elsewhere(page, tablet)
    nothing_more_is_mailed(page, device(user_agent=CAFE))
    turn_a_mail_off(page)
    end_the_session_of_the_tablet(page, tablet)

    reset_the_password(page)
    sign_in(page, replace(GRACE, password=NEW_PASSWORD))


def sign_up_and_confirm(page: Page) -> None:
    sign_up(page, GRACE)
    open_mail(page, "Confirm your e-mail address for isocket")
    follow_mailed_link(page, "/confirm/")
    press(page, "Confirm my address")
    expect_heading(page, "My Account")
    expect_message(page, "Your e-mail address is confirmed.")


def open_again(page: Page, later: Page) -> Page:
    """The browser is closed and opened again: only cookies with an expiry are still there."""
    kept = [cookie for cookie in page.context.cookies() if cookie["expires"] != -1]
    assert [cookie["name"] for cookie in kept] == ["isocket_email"]
    later.context.add_cookies(kept)  # type: ignore[arg-type]  # what cookies() gives is what add_cookies() takes
    return later


def come_back_with_the_remembered_address(page: Page) -> None:
    page.goto("/account")
    expect_heading(page, "Sign in")
    assert shown(page, {"E-mail address": "", "Remember my": True}) == {
        "E-mail address": GRACE.email,
        "Remember my": True,
    }
    fill(page, {"Password": GRACE.password})
    press(page, "Sign in")
    expect_heading(page, "My Account")


def change_every_field(page: Page) -> None:
    change(page, "/account/profile", PROFILE, button="Save the profile")
    change(page, "/account/address", ADDRESS, button="Save the address")
    change(page, "/account/public-profile", SWITCHES, button="Save")


def change(page: Page, path: str, values: dict[str, str] | dict[str, bool], *, button: str) -> None:
    """Fills every field of a form, saves it, and finds it again as it was filled."""
    page.goto(path)
    before = shown(page, values)
    assert not {label for label, value in values.items() if before[label] == value}, "nothing would change"
    fill(page, values)
    press(page, button)
    expect_message(page, "Saved.")
    page.goto(path)
    assert shown(page, values) == values


def see_as_a_visitor(page: Page, visitor: Page) -> None:
    page.goto("/account/public-profile")
    page.get_by_role("link", name="See it as others do").click()
    page.wait_for_url("**/people/*")
    visitor.goto(page.url)
    seen = visitor.locator("body").inner_text()
    assert [words for words in SEEN_BY_EVERYBODY if words not in seen] == []
    assert [words for words in SEEN_BY_NOBODY if words in seen] == []


def unsubscribe_after_a_sign_in_elsewhere(page: Page, tablet: Page) -> None:
    sign_in(tablet, GRACE)
    open_mail(page, NEW_SIGN_IN)
    follow_mailed_link(page, "/unsubscribe/")
    expect_heading(page, "Unsubscribe")
    press(page, "Unsubscribe")
    expect_heading(page, "You are unsubscribed")


def nothing_more_is_mailed(page: Page, cafe: Page) -> None:
    """The next sign-in is told on the notices page only."""
    sign_in(cafe, GRACE)
    page.goto("/notices")
    told = page.get_by_role("heading", name="New sign-in")
    while told.count() < 2:
        page.wait_for_timeout(300)
        page.reload()
    sign_out(cafe)
    # A mail asked for later is there; so the one not wanted would have been there too.
    page.goto("/account/email")
    fill(page, {"New e-mail address": "augusta@example.com", "Current password": GRACE.password})
    press(page, "Mail a link")
    open_mail(page, "Confirm your new e-mail address for isocket")
    open_mail(page, NEW_SIGN_IN, number=1)


def turn_a_mail_off(page: Page) -> None:
    page.goto("/account/notifications")
    sign_ins = page.get_by_role("group", name="New sign-in").get_by_label("By e-mail")
    ended = page.get_by_role("group", name="All sessions ended").get_by_label("By e-mail")
    expect(sign_ins).not_to_be_checked()  # the link in the mail switched it off
    ended.uncheck()
    press(page, "Save")
    expect_message(page, "Your choices are saved.")
    expect(ended).not_to_be_checked()


def end_the_session_of_the_tablet(page: Page, tablet: Page) -> None:
    tablet.goto("/account")
    expect_heading(tablet, "My Account")
    page.goto("/account/sessions")
    page.get_by_role("button", name="the session of Safari on iPad").click()
    expect_message(page, "That session has ended.")
    tablet.goto("/account")
    expect_heading(tablet, "Sign in")


def reset_the_password(page: Page) -> None:
    sign_out(page)
    page.goto("/sign-in")
    page.get_by_role("link", name="Forgot your password?").click()
    fill(page, {"E-mail address": GRACE.email})
    press(page, "Mail me the link")
    open_mail(page, "Choose a new password for isocket")
    follow_mailed_link(page, "/reset-password/")
    fill(page, {"New password": NEW_PASSWORD})
    press(page, "Set the new password")
    expect_message(page, "Your password is changed.")
