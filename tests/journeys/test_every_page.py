"""Every page, for everybody who may come there: it fits, axe finds nothing, and no link leads nowhere.

On SQLite only: what a page looks like does not depend on the database (decided in the issue: browser
crawls once per endpoint and state). A page whose main part looked the same to somebody before is not
looked at twice; its status and its links are.
"""

import re
from collections.abc import Iterator
from hashlib import sha256
from urllib.parse import urldefrag

import pytest
from flask import Flask
from playwright.sync_api import APIResponse, Page, Response

from app import create_app
from app.foundation.access import Permission
from app.web.shell.access import PUBLIC, declared_access
from tests.journeys.places import MISTAKES, NO_PAGES, NOT_FOUND, OK, PLACES, Mistake, Place
from tests.journeys.steps import Newcomer, expect_heading, fill, sign_in
from tests.support.browser import DESK, PHONE, ColorScheme, PageMaker, check_colors, check_page_in_browser
from tests.support.databases import disconnect, make_config
from tests.support.server import LiveServer
from tests.support.stage import Stage, set_stage

VIEWS: tuple[tuple[tuple[int, int], ColorScheme], ...] = (
    (PHONE, "light"),
    (PHONE, "dark"),
    (DESK, "dark"),
    (DESK, "light"),
)
ROLES = ("visitor", "newcomer", "member", "talker", "staff")
FORBIDDEN = 403
INVALID = 422
# What differs between two printings of the same page: tokens and keys in forms, where to go after signing in, ids.
CHANGING = re.compile(r'value="[^"]{16,}"|\?next=[^"]*|<code>.*?</code>')

LookedAt = set[str]

# Each test here is a walk over every page; on a busy machine the usual two minutes are not enough.
pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def stage(market: LiveServer) -> Stage:
    """One server with people on it, for all tests here."""
    return set_stage(market)


@pytest.fixture(scope="module")
def routes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The app, for its map of addresses."""
    folder = tmp_path_factory.mktemp("routes")
    app = create_app(make_config(f"sqlite:///{folder / 'none.sqlite'}", folder))
    with app.app_context():
        yield app
    disconnect(app)


@pytest.fixture(scope="module")
def looked_at() -> LookedAt:
    """Fingerprints of what was looked at on every device already."""
    return set()


def test_every_endpoint_has_a_place_in_the_crawl(routes: Flask) -> None:
    found = {rule.endpoint for rule in routes.url_map.iter_rules() if "GET" in (rule.methods or ())}
    assert found == {*PLACES, *NO_PAGES}


@pytest.mark.parametrize("role", ROLES)
def test_every_page(role: str, stage: Stage, routes: Flask, looked_at: LookedAt, browser_page: PageMaker) -> None:
    page = arrive(role, stage, browser_page)
    crawl = Crawl(page, stage, looked_at)
    for endpoint, places in PLACES.items():
        access = declared_access(endpoint)
        assert routes.view_functions[endpoint], endpoint
        for place in places:
            crawl.visit(place, expected_status(access, role, place))
    crawl.follow_links()


@pytest.mark.parametrize("role", sorted({mistake.role for mistake in MISTAKES}))
def test_every_form_with_mistakes_in_it(role: str, stage: Stage, looked_at: LookedAt, browser_page: PageMaker) -> None:
    page = arrive(role, stage, browser_page)
    crawl = Crawl(page, stage, looked_at)
    for mistake in MISTAKES:
        if mistake.role == role:
            crawl.make(mistake)
    crawl.follow_links()


@pytest.mark.databases("sqlite")
def test_a_market_with_nobody_in_it(live_server: LiveServer, browser_page: PageMaker, looked_at: LookedAt) -> None:
    page = browser_page(size=PHONE, base_url=live_server.url)
    crawl = Crawl(page, Stage(server=live_server, people={}, names={}), looked_at)
    crawl.visit(Place("/"), OK)
    crawl.visit(Place("/local/mailbox"), OK)
    expect_heading(page, "Local mailbox")


def test_what_is_no_page_answers_too(stage: Stage, browser_page: PageMaker) -> None:
    page = browser_page(base_url=stage.server.url)
    addresses = [address.format_map(stage.names) for address in NO_PAGES.values()]
    assert {address: page.request.get(address).status for address in addresses} == dict.fromkeys(addresses, OK)


def arrive(role: str, stage: Stage, browser_page: PageMaker) -> Page:
    """Somebody's device, signed in unless a visitor's."""
    page = browser_page(size=PHONE, base_url=stage.server.url)
    if role == "visitor":
        return page
    person = stage.people[role]
    who = Newcomer(email=person.email, password=person.password)
    sign_in(page, who, lands_on="Please agree before you go on" if role == "undecided" else "My Account")
    return page


def expected_status(access: str | Permission | None, role: str, place: Place) -> int:
    """What a page answers to a role: a visitor ends at the sign-in form, others are refused, let in or find nothing."""
    if access == PUBLIC:
        return place.status
    if role == "visitor":
        return OK
    if isinstance(access, Permission):
        is_refused = role != "staff" if access.value.startswith("staff:") else role == "newcomer"
        if is_refused:
            return FORBIDDEN
    return NOT_FOUND if place.owners and role not in place.owners else place.status


class Crawl:
    """One person's way through the market, on one page."""

    def __init__(self, page: Page, stage: Stage, looked_at: LookedAt) -> None:
        self.page = page
        self.stage = stage
        self.looked_at = looked_at
        self.links: dict[str, str] = {}
        self.is_new_here = True

    def visit(self, place: Place, status: int) -> None:
        """Opens a place and looks at the page."""
        address = place.address.format_map(self.stage.names)
        if place.is_sandboxed:
            answer = self.page.request.get(address)
            self.page.goto("about:blank")
            self.page.set_content(answer.text())
            self._check(answer, status, address)
        else:
            self._check(self.page.goto(address), status, address)

    def make(self, mistake: Mistake) -> None:
        """Sends a form with mistakes and looks at the answer."""
        self.page.goto(mistake.address.format_map(self.stage.names))
        fill(self.page, mistake.typed)
        with self.page.expect_navigation() as navigation:
            self.page.locator("main").get_by_role("button", name=mistake.button).click()
        self._check(navigation.value, INVALID, mistake.address)
        assert self.page.locator(".error-summary, .flash-error").count() == 1

    def follow_links(self) -> None:
        """Fetches whatever the pages linked to, once each: nothing is missing and nothing breaks."""
        dead = []
        for link, found_on in self.links.items():
            status = self.page.request.get(link).status
            # A page that needs a confirmed address says so in words; that is an answer. And what was mailed
            # to others leads to their things, which nobody else finds.
            is_somebody_elses = "/local/mailbox/" in found_on and status == NOT_FOUND
            if status not in {OK, FORBIDDEN} and not is_somebody_elses:
                dead.append(f"{link} on {found_on}: {status}")
        assert not dead, "\n".join(dead)

    def _check(self, response: APIResponse | Response | None, status: int, address: str) -> None:
        assert response is not None, address
        assert response.status == status, f"{address} answered {response.status}, not {status}"
        for link in self.page.evaluate("[...document.querySelectorAll('a[href]')].map(link => link.href)"):
            target = urldefrag(link).url
            if link.startswith(self.stage.server.url) and target != self.page.url:
                self.links.setdefault(target, self.page.url)
        fingerprint = self._fingerprint()
        if self.is_new_here or fingerprint not in self.looked_at:
            self._look()
        self.looked_at.add(fingerprint)
        self.is_new_here = False

    def _fingerprint(self) -> str:
        main = CHANGING.sub("", self.page.locator("main").inner_html())
        return sha256(main.encode()).hexdigest()

    def _look(self) -> None:
        for (width, height), scheme in VIEWS:
            self.page.set_viewport_size({"width": width, "height": height})
            self.page.emulate_media(color_scheme=scheme)
            if scheme == "light":
                check_page_in_browser(self.page)
            else:
                check_colors(self.page)
