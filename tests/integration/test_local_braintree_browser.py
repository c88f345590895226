"""The card fields in a real browser: the page gets a nonce and never the number."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from playwright.sync_api import FrameLocator, Page

from app.adapters.braintree.local import LocalGateway, mount_card_fields
from app.adapters.braintree.port import CardOutcome, CardToStore, Declined, GatewayBuyer, GatewayCard
from local_braintree.call import Settings
from local_braintree.gateway import LocalBraintree
from local_braintree.store import Store
from tests.support.browser import PageMaker

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

DIRECTIVES = ("script-src", "style-src", "connect-src", "frame-src")
POLICY = "default-src 'none'; img-src data:; " + "; ".join(f"{directive} 'self'" for directive in DIRECTIVES)
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Pay</title>
<link rel="icon" href="data:,"><script type="module" src="/pay.js"></script></head><body><main><h1>Pay</h1>
<form><label for="n">Card number</label><div id="n"></div><label for="e">Expiry</label><div id="e"></div>
<label for="c">Security code</label><div id="c"></div><div id="cards"></div>
<p id="state"></p><button>Pay</button><output></output></form></main></body></html>"""
SCRIPT = """
import { createCardFields } from "/local-braintree/v1/card-fields.js";
const clientToken = await (await fetch("/token")).text();
const containers = Object.fromEntries(["number", "expirationDate", "cvv"].map(
  (name) => [name, document.getElementById(name[0])]));
const said = document.querySelector("output"), state = document.getElementById("state");
const onChange = ({ isComplete, brand }) => { state.textContent = `${isComplete} ${brand}`; };
const form = document.querySelector("form");
const testCards = document.getElementById("cards");
const fields = await createCardFields({ clientToken, containers, testCards, onChange,
  onSubmit: () => form.requestSubmit() });
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    const { nonce, details } = await fields.tokenize({ cardholderName: "Ann Lee" });
    said.textContent = `${nonce} ${details.lastFour}`;
  } catch (error) {
    said.textContent = `${error.code}: ${error.message} ${error.invalidFields}`;
  }
});
said.textContent = "ready";
"""


class Quiet(WSGIRequestHandler):
    """Says nothing about requests."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the library's
        """Nothing."""


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[LocalGateway]:
    store = Store(f"sqlite:///{tmp_path / 'local_braintree.sqlite'}")
    settings = Settings("local", "public", "private")
    made = LocalGateway(LocalBraintree(store, settings, clock=lambda: datetime(2026, 11, 22, 12, 0, tzinfo=UTC)))
    yield made
    store.close()


@pytest.fixture
def site(gateway: LocalGateway) -> Iterator[str]:
    """A page with card fields, and the local gateway mounted beside it."""

    def page(environ: "WSGIEnvironment", start_response: "StartResponse") -> list[bytes]:
        answers = {"/": ("text/html", PAGE), "/pay.js": ("text/javascript", SCRIPT)}
        kind, text = answers.get(environ["PATH_INFO"]) or ("text/plain", gateway.client_token())
        start_response("200 OK", [("Content-Type", f"{kind}; charset=utf-8"), ("Content-Security-Policy", POLICY)])
        return [text.encode()]

    server = make_server("127.0.0.1", 0, mount_card_fields(page, gateway), WSGIServer, Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def field(page: Page, name: str) -> FrameLocator:
    """One of the three frames."""
    return page.frame_locator(f"#{name} iframe")


def typed(page: Page, number: str, expiry: str = "12/30", cvv: str = "123") -> None:
    """Types a card as a person does."""
    for name, text in (("n", number), ("e", expiry), ("c", cvv)):
        field(page, name).locator("input").press_sequentially(text)


def said(page: Page, text: str) -> str:
    """What the page says, once it says this."""
    page.locator("output", has_text=text).wait_for()
    return page.locator("output").inner_text()


def opened(browser_page: PageMaker, site: str) -> Page:
    """The page with its fields in place."""
    page = browser_page()
    page.goto(site)
    said(page, "ready")
    return page


def card(gateway: LocalGateway, nonce: str) -> CardOutcome:
    """What comes of storing the card behind a nonce."""
    return gateway.store_card(CardToStore("card-1", GatewayBuyer("ann", "ann@example.com"), nonce))


def test_a_typed_card_becomes_a_stored_one(browser_page: PageMaker, site: str, gateway: LocalGateway) -> None:
    page = opened(browser_page, site)
    typed(page, "4111 1111 1111 1111")
    page.locator("#state", has_text="true Visa").wait_for()
    page.get_by_role("button", name="Pay").click()
    nonce, last_four = said(page, "tokencc").split()
    assert last_four == "1111"
    assert "4111" not in page.content()
    assert card(gateway, nonce) == GatewayCard("card-1", "Visa", "1111", 12, 2030)
    assert isinstance(card(gateway, nonce), GatewayCard)  # the same answer again, by the name of the card


def test_a_real_looking_number_is_refused(browser_page: PageMaker, site: str) -> None:
    page = opened(browser_page, site)
    typed(page, "4242424242424242")
    field(page, "c").locator("input").press("Enter")
    assert "number" in said(page, "refused: Credit card number must be a test number")


def test_missing_and_wrong_details_are_named(browser_page: PageMaker, site: str) -> None:
    page = opened(browser_page, site)
    page.get_by_role("button", name="Pay").click()
    said(page, "empty:")
    typed(page, "4111111111111112", "12/20", "12")
    page.get_by_role("button", name="Pay").click()
    said(page, "invalid: Check the card's details. number,expirationDate,cvv")


def test_a_test_card_is_filled_in_with_one_click(browser_page: PageMaker, site: str, gateway: LocalGateway) -> None:
    page = opened(browser_page, site)
    page.get_by_role("button", name="Visa 1115: fails verification").click()
    page.locator("#state", has_text="true Visa").wait_for()
    page.get_by_role("button", name="Pay", exact=True).click()
    nonce, last_four = said(page, "tokencc").split()
    assert last_four == "1115"
    assert isinstance(card(gateway, nonce), Declined)


def test_a_label_leads_into_its_field(browser_page: PageMaker, site: str) -> None:
    page = opened(browser_page, site)
    page.get_by_text("Security code", exact=True).click()
    field(page, "c").locator("input:focus").wait_for()
    page.keyboard.type("321")
    assert field(page, "c").locator("input").input_value() == "321"
    assert field(page, "c").get_by_label("Security code").count() == 1
