"""The tag in a real browser on a publisher's page: what readers see, what is told, and what the page never notices."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect

from app import create_app
from app.domain.events.kinds.inventory import SocketChanged
from app.domain.events.service import record
from app.domain.files.service import store_file
from app.domain.inventory.models import Socket
from app.domain.inventory.states import Fallback
from app.foundation.clock import database_now
from app.foundation.db import db, in_transaction
from config import Config
from tests.factories.accounts import Person, make_person
from tests.factories.delivery import OnAir, make_on_air, offer_socket_today, offer_today
from tests.support.databases import disconnect
from tests.support.drawing import animated, drawn, file_of
from tests.support.event_lines import Line, event_lines
from tests.support.publisher_page import Visit, home_of, page_html, put_up, visit
from tests.support.server import LiveServer
from tests.support.site_server import Reply, SiteServer, site_server

# The database plays no part in what a browser does with an answer.
pytestmark = pytest.mark.databases("sqlite")

LINES_WITHIN_S = 5
OURS = "Failed to load resource: net::"  # what Chromium itself writes about a request that was blocked


@dataclass
class Street:
    """A market that serves, and a publisher's site with sockets on it."""

    app: Flask
    server: LiveServer
    site: SiteServer
    publisher: Person
    site_id: int
    on_air: OnAir

    def add(self, *, number: int = 1, scale: int = 1, material: dict[str, object] | None = None) -> OnAir:
        """One more socket with an ad on it."""
        offered = offer_socket_today(self.app, self.publisher, self.site_id)
        changes = {"scale": scale, **(material or {})}
        return make_on_air(self.app, number=number, offered=offered, material=changes)

    def html(self, *slugs: str, between: str = "", tags: int = 1) -> str:
        """A page with these sockets."""
        return page_html(self.server.url, slugs or (self.on_air.slug,), between=between, tags=tags)

    def lines(self, kind: str, number: int) -> list[Line]:
        """What the log says of one kind of event, of which so many have been sent and may not have arrived yet."""
        ends_at_s = time.monotonic() + LINES_WITHIN_S
        while True:
            found = [line for line in event_lines(self.server.data_dir / "events") if line.kind == kind]
            if len(found) >= number or time.monotonic() > ends_at_s:
                return found
            time.sleep(0.05)


@pytest.fixture
def street(live_server: LiveServer) -> Iterator[Street]:
    app = create_app(Config.from_environment({**live_server.environment, "LOG_LEVEL": "ERROR"}))
    with site_server() as site:
        publisher = make_person(app)
        offered = offer_today(app, publisher, home_of(site))
        on_air = make_on_air(app, offered=offered, material={"click_through_url": f"{home_of(site)}/landing"})
        yield Street(app, live_server, site, publisher, offered.site_id, on_air)
    disconnect(app)


def see_ads(seen: Visit, number: int = 1) -> None:
    expect(seen.page.get_by_role("complementary", name="Advertisement")).to_have_count(number)


def see_own_words(seen: Visit) -> None:
    expect(seen.page.get_by_text("Our own words 1")).to_be_visible()
    expect(seen.page.get_by_role("complementary")).to_have_count(0)


def test_two_sockets_are_one_request_and_the_page_notices_nothing(street: Street, browser: Browser) -> None:
    other = street.add()
    market = street.server.url
    policy = f"default-src 'none'; script-src {market}; connect-src {market}; img-src {market}; style-src 'self'"
    seen = visit(browser, put_up(street.site, street.html(street.on_air.slug, other.slug), policy=policy))
    see_ads(seen, 2)
    seen.wait_for("/e/v", 2)
    assert len(seen.asked("/d")) == 1
    assert seen.shifts() == []
    assert seen.stored() == {"cookies": "", "local": 0, "session": 0, "databases": 0, "caches": 0}
    assert seen.context.cookies() == []
    assert seen.console == []
    decided, rendered, viewed = (street.lines(kind, 2) for kind in "div")
    assert {line.line_item_id for line in decided} == {on_air.booking.line_item_id for on_air in (street.on_air, other)}
    assert [line.flags for line in rendered] == ["m", "m"]
    assert {line.nonce for line in decided} == {line.nonce for line in rendered} == {line.nonce for line in viewed}
    assert {line.host for line in (*decided, *rendered, *viewed)} == {street.on_air.domain}


MISCHIEF = """
<script>
  document.cookie = 'reader=7'; localStorage.setItem('a', '1'); sessionStorage.setItem('b', '2');
  indexedDB.open('c'); console.log('heard');
  setTimeout(function () {
    var box = document.createElement('div');
    box.style.height = '200px';
    document.body.insertBefore(box, document.body.firstChild);
  }, 300);
</script>
"""


def test_a_page_that_did_what_the_tag_must_not_do_would_be_noticed(browser: Browser) -> None:
    with site_server() as site:
        seen = visit(browser, put_up(site, page_html("http://127.0.0.1:9", ["none"]) + MISCHIEF))
        seen.page.wait_for_function("window.shifts.length > 0")
        stored = seen.stored()
        assert {name for name, found in stored.items() if found} == {"cookies", "local", "session", "databases"}
        assert len(seen.context.cookies()) == 1
        assert "heard" in seen.console
        assert sum(seen.shifts()) > 0.01


def test_an_ad_says_that_it_is_one_and_leads_to_the_landing_page(street: Street, browser: Browser) -> None:
    street.site.pages["/landing"] = Reply("<title>Tools</title>", content_type="text/html")
    seen = visit(browser, put_up(street.site, street.html()))
    see_ads(seen)
    ad = seen.page.get_by_role("complementary", name="Advertisement")
    expect(ad.get_by_text("Ad", exact=True)).to_be_visible()
    link = ad.get_by_role("link", name="Garden tools, 20 % off this spring")
    expect(link).to_have_attribute("rel", "sponsored noopener nofollow")
    expect(link).to_have_attribute("target", "_blank")
    image = ad.get_by_role("img")
    expect(image).to_have_attribute("width", "300")
    expect(image).to_have_attribute("height", "250")
    expect(image).to_have_attribute("decoding", "async")
    assert image.bounding_box() == seen.page.locator(".isocket").bounding_box()
    with seen.context.expect_page() as opened:
        link.click()
    opened.value.wait_for_url("**/landing")
    (click,) = street.lines("c", 1)
    assert (click.nonce, click.flags) == (street.lines("d", 1)[0].nonce, "-")


def test_the_publishers_words_stay_when_the_tag_is_blocked(street: Street, browser: Browser) -> None:
    seen = visit(browser, put_up(street.site, street.html()), blocked="**/t.js")
    see_own_words(seen)
    assert [words for words in seen.console if not words.startswith(OURS)] == []


@pytest.mark.parametrize("blocked", ["**/d?*", "**/creatives/*"])
def test_the_publishers_words_stay_when_an_answer_or_a_file_is_blocked(
    street: Street, browser: Browser, blocked: str
) -> None:
    seen = visit(browser, put_up(street.site, street.html()), blocked=blocked)
    seen.wait_for("/d", 1)
    seen.page.wait_for_timeout(500)
    see_own_words(seen)
    assert [words for words in seen.console if not words.startswith(OURS)] == []
    assert seen.asked("/e/") == []


def test_the_publishers_words_stay_when_the_market_is_away(street: Street, browser: Browser) -> None:
    address = put_up(street.site, street.html())
    street.server.stop()
    seen = visit(browser, address)
    see_own_words(seen)
    assert [words for words in seen.console if not words.startswith(OURS)] == []


def test_the_publishers_words_stay_when_there_is_nothing_to_show(street: Street, browser: Browser) -> None:
    empty = offer_socket_today(street.app, street.publisher, street.site_id)
    with street.app.app_context():
        slug = db.session.get_one(Socket, empty.socket_id).slug
        db.session.remove()
    seen = visit(browser, put_up(street.site, street.html(slug, "no-such-socket")))
    seen.wait_for("/d", 1)
    seen.page.wait_for_timeout(300)
    see_own_words(seen)
    assert seen.console == []
    assert seen.shifts() == []


def test_a_tag_that_is_there_twice_asks_once(street: Street, browser: Browser) -> None:
    seen = visit(browser, put_up(street.site, street.html(tags=2)))
    see_ads(seen)
    seen.wait_for("/e/v", 1)
    assert [len(seen.asked(path)) for path in ("/d", "/e/i", "/e/v")] == [1, 1, 1]


def test_sockets_that_come_later_are_found_together(street: Street, browser: Browser) -> None:
    seen = visit(browser, put_up(street.site, street.html()))
    see_ads(seen)
    add = "slug => { const box = document.createElement('div'); box.className = 'isocket';"
    add += " box.dataset.socket = slug; document.body.prepend(box); }"
    for _ in range(2):
        seen.page.evaluate(add, street.on_air.slug)
    see_ads(seen, 3)
    assert len(seen.asked("/d")) == 2


def test_a_socket_far_below_is_asked_for_when_the_reader_comes_near(street: Street, browser: Browser) -> None:
    html = street.html(street.on_air.slug, street.on_air.slug, between='<div class="far"></div>')
    seen = visit(browser, put_up(street.site, html))
    see_ads(seen)
    seen.page.wait_for_timeout(300)
    assert len(seen.asked("/d")) == 1
    seen.page.mouse.wheel(0, 2_300)
    see_ads(seen, 2)
    assert len(seen.asked("/d")) == 2
    assert seen.shifts() == []


def test_an_ad_is_viewable_after_a_second_with_half_of_it_in_view(street: Street, browser: Browser) -> None:
    # 100 of the 250 px of the ad are in view.
    seen = visit(browser, put_up(street.site, street.html(), style="h1 { height: 800px; margin: 0 }"))
    see_ads(seen)
    assert seen.page.locator("aside img").evaluate("image => innerHeight - image.getBoundingClientRect().top") == 100
    seen.page.wait_for_timeout(1_500)
    assert seen.asked("/e/v") == []
    seen.page.mouse.wheel(0, 60)
    seen.wait_for("/e/v", 1)


def test_a_moving_ad_stands_still_for_whoever_asked_for_less_motion(street: Street, browser: Browser) -> None:
    with street.app.app_context():
        now = database_now()
        db.session.remove()
        moving = in_transaction(lambda: store_file(animated(), "image/gif", now=now))
        still = in_transaction(lambda: store_file(file_of(drawn(number=5), "GIF"), "image/gif", now=now))
        db.session.remove()
    files = {"file_sha256": moving, "format": "gif", "still_sha256": still}
    on_air = street.add(material={**files, "animation_ms": 800})
    address = put_up(street.site, street.html(on_air.slug))
    found = []
    for motion in ("no-preference", "reduce"):
        context = browser.new_context(reduced_motion=motion)
        page = context.new_page()
        page.goto(address)
        found.append(page.locator("aside img").get_attribute("src"))
        context.close()
    assert [(address or "").rpartition("/")[2] for address in found] == [f"{moving}.gif", f"{still}.gif"]


def test_a_file_with_twice_the_pixels_is_shown_at_the_size_of_the_socket(street: Street, browser: Browser) -> None:
    on_air = street.add(scale=2)
    seen = visit(browser, put_up(street.site, street.html(on_air.slug)))
    see_ads(seen)
    box = seen.page.locator("aside img").bounding_box()
    assert box is not None
    assert (box["width"], box["height"]) == (300, 250)
    assert seen.page.locator("aside img").evaluate("image => image.naturalWidth") == 600


def test_an_invitation_stands_in_the_box_of_the_socket(street: Street, browser: Browser) -> None:
    empty = offer_socket_today(street.app, street.publisher, street.site_id)

    def work() -> str:
        socket = db.session.get_one(Socket, empty.socket_id)
        socket.fallback = Fallback.ADVERTISE_HERE
        record(SocketChanged(socket=socket.id, slug=socket.slug), account_id=None, now=database_now())
        return socket.slug

    with street.app.app_context():
        slug = in_transaction(work)
    seen = visit(browser, put_up(street.site, street.html(slug)))
    link = seen.page.get_by_role("link", name="Advertise here")
    expect(link).to_have_attribute("href", f"{street.server.url}/sockets/{slug}")
    assert link.bounding_box() == seen.page.locator(".isocket").bounding_box()
    assert seen.shifts() == []
