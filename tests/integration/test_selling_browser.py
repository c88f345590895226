"""The publisher's pages in a real browser: text to copy. How they read is seen in the crawl."""

import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from werkzeug.serving import make_server

from tests.factories.accounts import Person
from tests.factories.inventory import Offered, make_offer
from tests.support.browser import DESK, PageMaker

pytestmark = pytest.mark.databases("sqlite")  # what is tested here happens in the browser


@pytest.fixture
def offered(app: Flask) -> Offered:
    return make_offer(app)


@pytest.fixture
def served(app: Flask, offered: Offered) -> Iterator[str]:
    assert offered
    server = make_server("localhost", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def sign_in(page: Page, served: str, person: Person) -> None:
    page.goto(f"{served}/sign-in?next=/selling")
    page.get_by_label("E-mail", exact=False).first.fill(person.email)
    page.get_by_label("Password", exact=True).fill(person.password)
    page.locator("main").get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/selling")


def test_the_token_is_copied_by_a_button(served: str, offered: Offered, browser_page: PageMaker) -> None:
    page = browser_page(size=DESK, scheme="light")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    sign_in(page, served, offered.publisher)
    page.goto(f"{served}/selling/sites/{offered.site_id}")
    page.locator("#proof-file + button").click()
    expect(page.locator("#proof-file + button")).to_have_text("Copied")
    token = page.locator("#proof-file").inner_text()
    assert page.evaluate("navigator.clipboard.readText()") == token
