"""The loaded demo market, walked through by everybody who may come there: each kind of page a few times, and links.

On SQLite only, as every walk: what a page looks like does not depend on the database.
"""

import time
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Page
from werkzeug.exceptions import HTTPException

from app import create_app
from demo.people import PASSWORD, sign_ins
from tests.journeys.crawl import LookedAt, View, is_dead, links_on, look
from tests.journeys.places import NO_PAGES
from tests.journeys.steps import Newcomer, sign_in
from tests.support.browser import PHONE, PageMaker
from tests.support.databases import Databases, disconnect, make_config
from tests.support.length import is_full
from tests.support.server import LiveServer

# One page of each kind for each of them: the demo has forty sockets, and all their pages are made alike. A kind is
# looked at with the eyes of whoever comes first, the others open it; by night everybody looks.
PAGES_A_KIND_MAX = 1
# A walk ends when its time is over; what is left is fetched without a look.
LOOK_S_MAX = 75
LINKS_MAX = 150
KINDS_MIN = 5
DAYS = "14"
LOAD_TIMEOUT_S = 600
STARTS = {"visitor": "/", "publisher": "/selling", "buyer": "/campaigns", "support": "/staff", "finance": "/staff"}

pytestmark = pytest.mark.timeout(900)


@pytest.fixture(scope="module")
def demo(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """The shipped server on the demo market."""
    with databases.another("sqlite") as database_url:
        server = LiveServer(data_dir=tmp_path_factory.mktemp("demo"), database_url=database_url)
        server.flask("demo", "load", "--days", DAYS, timeout_s=LOAD_TIMEOUT_S)
        server.start()
        try:
            yield server
        finally:
            server.stop()


@pytest.fixture(scope="module")
def routes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The app, for its map of addresses."""
    folder = tmp_path_factory.mktemp("routes")
    app = create_app(make_config(f"sqlite:///{folder / 'none.sqlite'}", folder))
    yield app
    disconnect(app)


@pytest.fixture(scope="module")
def by_anybody(views: Sequence[View]) -> LookedAt:
    """The kinds of pages that anybody looked at already."""
    return LookedAt(views)


@pytest.fixture
def looked_at(by_anybody: LookedAt) -> LookedAt:
    """The kinds of pages that need not be looked at again."""
    return LookedAt(by_anybody.views) if is_full() else by_anybody


@pytest.mark.parametrize("role", STARTS)
def test_the_demo_market_has_no_page_that_is_broken(
    role: str, demo: LiveServer, routes: Flask, looked_at: LookedAt, browser_page: PageMaker
) -> None:
    page = browser_page(size=PHONE, base_url=demo.url)
    if role != "visitor":
        email = next(one.email for one in sign_ins() if one.email.startswith(f"{role}@"))
        sign_in(page, Newcomer(email=email, password=PASSWORD))
    walk = Walk(page, demo.url, routes, looked_at)
    walk.from_page(STARTS[role])
    walk.try_links()
    assert len(walk.seen) >= KINDS_MIN


class Walk:
    """One person's way from page to page, by the links that are there."""

    def __init__(self, page: Page, home: str, routes: Flask, looked_at: LookedAt) -> None:
        self.page = page
        self.looked_at = looked_at
        self.home = home
        self.map = routes.url_map.bind(urlsplit(home).netloc)
        self.seen: Counter[str] = Counter()
        self.left: dict[str, str] = {}
        """Links that were not gone, and where they stood."""

    def from_page(self, start: str) -> None:
        """Opens this page and what is linked from it, and so on; looks at each that is new."""
        ends_at_s = time.monotonic() + LOOK_S_MAX
        waiting, known = deque([(f"{self.home}{start}", "the start")]), set()
        while waiting:
            address, found_on = waiting.popleft()
            kind = self._kind(address)
            if address in known:
                continue
            known.add(address)
            is_late = time.monotonic() > ends_at_s
            if kind is None or kind in NO_PAGES or self.seen[kind] >= PAGES_A_KIND_MAX or is_late:
                self.left[address] = found_on
                continue
            self.seen[kind] += 1
            response = self.page.goto(address)
            assert response is not None
            assert not is_dead(response.status, found_on), f"{address} on {found_on}: {response.status}"
            if self.looked_at.is_first(kind):
                look(self.page, self.looked_at.views)
            waiting += [(link, address) for link in links_on(self.page, self.home)]

    def try_links(self) -> None:
        """Fetches the links that were not opened, as many as there is time for."""
        answers = {link: self.page.request.get(link).status for link in list(self.left)[:LINKS_MAX]}
        dead = [
            f"{link} on {self.left[link]}: {status}"
            for link, status in answers.items()
            if is_dead(status, self.left[link])
        ]
        assert not dead, "\n".join(dead)

    def _kind(self, address: str) -> str | None:
        """The endpoint behind an address; None when there is none."""
        try:
            endpoint, _parts = self.map.match(urlsplit(address).path, method="GET")
        except HTTPException:
            return None
        return str(endpoint)
