"""Cards and checkout in a real browser: the gateway's frames, the test cards. How they read is seen in the crawl."""

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from werkzeug.serving import make_server

from app.foundation.clock import database_now
from app.foundation.db import in_transaction
from tests.factories.accounts import Person, make_person
from tests.factories.inventory import make_offer
from tests.factories.orders import faults
from tests.support.browser import PageMaker

pytestmark = pytest.mark.databases("sqlite")  # what is tested here happens in the browser


@pytest.fixture
def served(app: Flask) -> Iterator[str]:
    faults(app).set()
    server = make_server("localhost", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def sign_in(page: Page, served: str, person: Person) -> None:
    page.goto(f"{served}/sign-in")
    page.get_by_label("E-mail", exact=False).first.fill(person.email)
    page.get_by_label("Password", exact=True).fill(person.password)
    page.locator("main").get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/account")


def store(page: Page, card: str) -> None:
    page.get_by_role("button", name=card).click()
    page.get_by_role("button", name="Store the card").click()


def test_a_card_is_refused_then_another_stored_and_used(app: Flask, served: str, browser_page: PageMaker) -> None:
    offered, buyer, page = make_offer(app), make_person(app), browser_page()
    with app.app_context():
        starts_on = in_transaction(database_now).date() + timedelta(days=20)
    sign_in(page, served, buyer)
    ends_on = starts_on + timedelta(days=6)
    page.goto(f"{served}/checkout/new?listing={offered.listing_id}&starts_on={starts_on}&ends_on={ends_on}")
    page.get_by_role("button", name="Hold the days and go to checkout").click()
    page.get_by_role("link", name="Add a card").click()
    page.get_by_role("button", name="Store the card").click()
    expect(page.get_by_role("alert")).to_contain_text("Type the card's details.")
    store(page, "Visa 1115: fails verification")
    expect(page.get_by_role("alert").first).to_contain_text("The card was not stored.")
    store(page, "Visa 1111")
    page.wait_for_url("**/checkout/*")
    expect(page.get_by_label("Visa ending in 1111")).to_be_checked()
    page.get_by_role("button", name="Pay $60.00").click()
    page.wait_for_url("**/orders/*")
    expect(page.locator("main")).to_contain_text("Paid. The money is kept in escrow")
