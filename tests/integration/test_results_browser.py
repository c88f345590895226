"""Results, dashboards and the tag in a browser: charts in both schemes, nothing wider than a phone, a live check."""

import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from werkzeug.serving import make_server

from app.foundation.clock import database_now
from app.foundation.db import db
from app.web.parts.charts import DARK, LIGHT
from config import Config
from tests.factories.accounts import Person
from tests.factories.delivery import OnAir, make_on_air
from tests.factories.events import Told, make_tagged_socket
from tests.factories.inventory import Offered
from tests.factories.readers import come_by, count_lines
from tests.support.browser import DESK, PHONE, PageMaker, check_fits
from tests.support.event_lines import forget_events

pytestmark = pytest.mark.databases("sqlite")  # what is tested here happens in the browser

LONG = "Rindfleischetikettierungsueberwachungsaufgabenuebertragungsgesetzesaenderungsamt"[:80]
SEEN_WITHIN_MS = 20_000
# Which of the two drawings is on the screen; an image that was not drawn has no width.
SHAPE = "image => image.naturalWidth > 0 ? image.currentSrc.includes('shape=narrow') : 'not drawn'"


@pytest.fixture
def on_air(app: Flask, config: Config) -> OnAir:
    forget_events(app)
    made = make_on_air(app, days=3, socket={"name": LONG})
    come_by(app, config, made, readers=3)
    return made


@pytest.fixture
def offered(app: Flask) -> Offered:
    return make_tagged_socket(app)


@pytest.fixture
def served(app: Flask) -> Iterator[str]:
    server = make_server("localhost", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def arrive(page: Page, served: str, person: Person, path: str) -> None:
    """Signs in on the way to a page."""
    page.goto(f"{served}/sign-in?next={path}")
    page.get_by_label("E-mail", exact=False).first.fill(person.email)
    page.get_by_label("Password", exact=True).fill(person.password)
    page.locator("main").get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"**{path}")


def test_both_sides_pages_fit_and_their_charts_are_drawn(served: str, on_air: OnAir, browser_page: PageMaker) -> None:
    """With the longest name there can be; what axe says of these pages is asked in the crawl."""
    results, socket = f"/campaigns/{on_air.booking.line_item}/results", f"/selling/sockets/{on_air.booking.socket_id}"
    sides = (
        (on_air.booking.buyer, ("/campaigns", f"/campaigns/{on_air.booking.line_item}", results)),
        (on_air.booking.publisher, ("/selling", f"{socket}/tag", f"{socket}/results")),
    )
    for person, paths in sides:
        page = browser_page(size=PHONE)
        arrive(page, served, person, paths[0])
        for path in paths:
            page.goto(f"{served}{path}")
            check_fits(page)
            is_narrow = [page.locator(".chart img").evaluate(SHAPE)] if path.endswith("/results") else []
            page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
            check_fits(page)
            if is_narrow:
                page.reload()
                assert [*is_narrow, page.locator(".chart img").evaluate(SHAPE)] == [True, False]
            page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})


def test_a_chart_has_the_colours_of_the_readers_scheme(served: str, on_air: OnAir, browser_page: PageMaker) -> None:
    page = browser_page(size=DESK)
    address = f"/campaigns/{on_air.booking.line_item}/results"
    arrive(page, served, on_air.booking.buyer, address)
    chart = page.request.get(f"{served}{address}/chart.svg").text()
    # Its own policy forbids scripts in the file, those of this test too: so it is looked at on an empty page.
    page.goto("about:blank")
    page.set_content(chart)
    found = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found.append(
            page.evaluate(
                """() => ['.color-0 rect', '.axis text'].map(
                    name => getComputedStyle(document.querySelector(name)).fill)"""
            )
        )
    assert found == [[as_rgb(LIGHT[0]), as_rgb(LIGHT["ink"])], [as_rgb(DARK[0]), as_rgb(DARK["ink"])]]


def as_rgb(colour: str) -> str:
    """``#006b46`` as a browser says it."""
    red, green, blue = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    return f"rgb({red}, {green}, {blue})"


def test_the_tag_page_says_that_it_sees_the_tag_without_a_reload(
    app: Flask, config: Config, served: str, offered: Offered, browser_page: PageMaker
) -> None:
    page = browser_page(size=DESK)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    arrive(page, served, offered.publisher, f"/selling/sockets/{offered.socket_id}/tag")
    expect(page.locator("[data-badge]")).to_have_text("Not seen yet")
    page.locator("#tag-script + button").click()
    assert page.evaluate("navigator.clipboard.readText()") == page.locator("#tag-script").inner_text()
    with app.app_context():
        at = database_now()
        db.session.remove()
    count_lines(app, config, Told(at=at, socket_id=offered.socket_id).line)
    expect(page.locator("[data-badge]")).to_have_text("We see your tag", timeout=SEEN_WITHIN_MS)
    expect(page.locator("[data-hosts]")).to_contain_text("news.example, last seen")
    expect(page.locator("[data-announce]")).to_contain_text("We see your tag.")
