"""An auction's page in a real browser: it follows the market without a reload, and says when it cannot."""

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from werkzeug.serving import BaseWSGIServer, make_server

from tests.factories import auctions as make
from tests.factories.accounts import Person
from tests.factories.auctions import Bidder, Running
from tests.support.browser import DESK, PHONE, PageMaker, check_page_in_browser

pytestmark = pytest.mark.databases("sqlite")  # what is tested here happens in the browser
SOON_MS = 15_000


@pytest.fixture
def running(app: Flask) -> Running:
    made = make.make_auction(app, ends_in=timedelta(hours=2))
    with app.app_context():
        make.wait_until(made, timedelta(minutes=14))
    return made


@pytest.fixture
def ana(app: Flask) -> Bidder:
    return make.make_bidder(app)


@pytest.fixture
def server(app: Flask, running: Running) -> Iterator[BaseWSGIServer]:
    assert running
    made = make_server("localhost", 0, app, threaded=True)
    thread = threading.Thread(target=made.serve_forever, daemon=True)
    thread.start()
    yield made
    made.shutdown()
    thread.join()
    made.server_close()


@pytest.fixture
def served(server: BaseWSGIServer) -> str:
    return f"http://localhost:{server.server_port}"


def sign_in(page: Page, served: str, person: Person) -> None:
    page.goto(f"{served}/sign-in")
    page.get_by_label("E-mail", exact=False).first.fill(person.email)
    page.get_by_label("Password", exact=True).fill(person.password)
    page.locator("main").get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/account")


def test_price_leader_history_and_end_follow_without_a_reload(
    app: Flask, running: Running, ana: Bidder, served: str, browser_page: PageMaker
) -> None:
    page = browser_page()
    sign_in(page, served, ana.person)
    page.goto(f"{served}/auctions/{running.public_id}")
    page.get_by_label("Your ceiling").fill("80")
    page.get_by_role("button", name="Look at this bid").click()
    page.get_by_role("button", name="Place this bid").click()
    page.wait_for_url("**/bids/*")
    page.goto(f"{served}/auctions/{running.public_id}")
    loaded = page.evaluate("performance.timeOrigin")
    expect(page.locator("[data-figure=part_words]")).to_have_text("You lead.")
    with app.app_context():
        make.wait_until(running, timedelta(minutes=8))
        make.bid(running, make.make_bidder(app), 9_000)
    expect(page.locator("[data-figure=price]")).to_have_text("$81.00", timeout=SOON_MS)
    expect(page.locator("[data-figure=part_words]")).to_have_text("You do not lead.")
    expect(page.locator("[data-announce]")).to_contain_text("The end moved to")
    expect(page.locator("[data-figure=left]")).to_contain_text("9 minutes")
    expect(page.locator("[data-history] tbody tr")).to_have_count(2)
    assert page.evaluate("performance.timeOrigin") == loaded


def test_it_says_when_contact_is_lost_and_when_the_auction_is_over(
    app: Flask, running: Running, served: str, browser_page: PageMaker
) -> None:
    page = browser_page()
    page.goto(f"{served}/auctions/{running.public_id}")
    page.route("**/state", lambda route: route.fulfill(status=503, body=""))
    expect(page.locator("[data-contact]")).to_contain_text("Contact with the market was lost", timeout=SOON_MS)
    page.unroute("**/state")
    expect(page.locator("[data-contact]")).to_be_hidden(timeout=2 * SOON_MS)
    with app.app_context():
        make.wait_until(running, timedelta())
        make.close(running)
    expect(page.get_by_role("link", name="See the result")).to_be_visible(timeout=2 * SOON_MS)


@pytest.mark.parametrize("size", [DESK, PHONE])
def test_the_pages_fit_and_can_be_used_by_everybody(
    app: Flask, running: Running, ana: Bidder, served: str, browser_page: PageMaker, size: tuple[int, int]
) -> None:
    with app.app_context():
        make.bid(running, make.make_bidder(app), 6_000)
        make.bid(running, ana, 8_000)
        mark = make.bids_of(running, ana)[0].public_id
    page = browser_page(size)
    sign_in(page, served, ana.person)
    for path in (f"/auctions/{running.public_id}", f"/bids/{mark}", "/account/bids"):
        page.goto(f"{served}{path}")
        check_page_in_browser(page)
    page.goto(f"{served}/auctions/{running.public_id}")
    page.get_by_label("Your ceiling").fill("95")
    page.get_by_role("button", name="Look at this bid").click()
    check_page_in_browser(page)
    seller = browser_page(size)
    sign_in(seller, served, running.publisher)
    for path in (
        f"/selling/sockets/{running.socket_id}/auctions/new",
        f"/selling/auctions/{running.public_id}",
        "/selling/auctions",
    ):
        seller.goto(f"{served}{path}")
        check_page_in_browser(seller)
