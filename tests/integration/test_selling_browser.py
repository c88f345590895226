"""The publisher's pages in a real browser: readable at both widths, nothing for axe to find, text to copy."""

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from werkzeug.serving import make_server

from app.domain.inventory.service.calendar import black_out, hold_days
from app.foundation.clock import database_now
from app.foundation.db import in_transaction
from tests.factories.accounts import Person, make_person
from tests.factories.inventory import Offered, account_of, make_offer, make_site, make_socket
from tests.support.browser import DESK, PHONE, ColorScheme, PageMaker, check_page_in_browser

pytestmark = pytest.mark.databases("sqlite")  # what is tested here happens in the browser

DAY = timedelta(days=1)


@pytest.fixture
def offered(app: Flask) -> Offered:
    made = make_offer(app, make_person(app))
    site = make_site(app, made.account_id, name="A newsletter with a rather long name about everything")
    make_socket(app, made.account_id, site.id, name="Skyscraper", width_px=160, height_px=600, places=3)
    buyer = account_of(app, make_person(app))

    def work() -> None:
        now = database_now()
        first = now.date() + 5 * DAY
        hold_days(buyer, made.listing_id, starts_on=first, ends_before=first + 2 * DAY, now=now)
        black_out(made.account_id, made.socket_id, starts_on=first + 3 * DAY, ends_before=first + 5 * DAY, now=now)

    with app.app_context():
        in_transaction(work)
    return made


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


@pytest.mark.parametrize("size", [PHONE, DESK])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_reads_well(
    served: str, offered: Offered, browser_page: PageMaker, size: tuple[int, int], scheme: ColorScheme
) -> None:
    page = browser_page(size=size, scheme=scheme)
    sign_in(page, served, offered.publisher)
    socket = f"/selling/sockets/{offered.socket_id}"
    site = f"/selling/sites/{offered.site_id}"
    paths = ("/selling", "/selling/sites/new", site, f"{site}/details", f"{site}/sockets/new", socket)
    for path in (*paths, f"{socket}/details", f"{socket}/rate-card", f"{socket}/calendar"):
        page.goto(f"{served}{path}")
        check_page_in_browser(page)
    page.goto(f"{served}/selling/sites/new")
    page.get_by_role("button", name="Add the site").click()
    check_page_in_browser(page)


def test_the_token_is_copied_by_a_button(served: str, offered: Offered, browser_page: PageMaker) -> None:
    page = browser_page(size=DESK, scheme="light")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    sign_in(page, served, offered.publisher)
    page.goto(f"{served}/selling/sites/{offered.site_id}")
    page.locator("#proof-file + button").click()
    expect(page.locator("#proof-file + button")).to_have_text("Copied")
    token = page.locator("#proof-file").inner_text()
    assert page.evaluate("navigator.clipboard.readText()") == token
