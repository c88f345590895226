"""Impatient clicks, no scripts, no cookies: everything works or explains itself."""

import pytest
from playwright.sync_api import Page, Route

from tests.journeys.steps import (
    Newcomer,
    expect_heading,
    fill,
    fill_sign_up,
    follow_mailed_link,
    open_mail,
    press,
    sign_in,
    sign_out,
    sign_up,
)
from tests.support.browser import PHONE, PageMaker
from tests.support.server import LiveServer

GRACE = Newcomer()
CONFIRMATION = "Confirm your e-mail address for isocket"
ALREADY_HERE = "You already have an isocket account"


def test_without_scripts_everything_works(market: LiveServer, browser_page: PageMaker) -> None:
    page = browser_page(size=PHONE, base_url=market.url, java_script_enabled=False)
    sign_up(page, GRACE)
    open_mail(page, CONFIRMATION)
    follow_mailed_link(page, "/confirm/")
    press(page, "Confirm my address")
    expect_heading(page, "My Account")
    sign_out(page)
    sign_in(page, GRACE)


@pytest.mark.parametrize("has_scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_double_click_sends_once(has_scripts: bool, live_server: LiveServer, browser_page: PageMaker) -> None:  # noqa: FBT001 - a pytest parameter
    page = browser_page(base_url=live_server.url, java_script_enabled=has_scripts)
    sent: list[str] = []

    def slowly(route: Route) -> None:
        if route.request.method == "POST":
            sent.append(route.request.url)
        route.fallback()

    page.route("**/sign-up", slowly)
    fill_sign_up(page, GRACE)
    page.get_by_role("button", name="Open my account").dblclick()
    page.wait_for_url("**/check-mail")
    assert len(sent) == 1 or not has_scripts
    # Whatever reached the server, one account was opened: a second try would be told in a mail of its own.
    open_mail(page, CONFIRMATION)
    page.goto("/local/mailbox")
    assert page.get_by_role("link", name=ALREADY_HERE).count() == 0


def test_without_cookies_public_pages_work_and_forms_explain_themselves(
    market: LiveServer, browser_page: PageMaker
) -> None:
    page = browser_page(base_url=market.url)
    refuse_cookies(page)
    for path in ("/", "/terms", "/privacy", "/contact", "/sign-up"):
        page.goto(path)
        assert page.context.cookies() == []
    page.goto("/sign-in")
    fill(page, {"E-mail address": GRACE.email, "Password": GRACE.password})
    press(page, "Sign in")
    assert "Allow cookies for this site" in page.locator("main").inner_text()


def refuse_cookies(page: Page) -> None:
    """The browser keeps no cookie of any answer."""

    def without_cookies(route: Route) -> None:
        answer = route.fetch(max_redirects=0)
        headers = {name: value for name, value in answer.headers.items() if name != "set-cookie"}
        page.context.clear_cookies()
        route.fulfill(response=answer, headers=headers)

    page.route("**/*", without_cookies)
