"""Every page, for everybody who may come there: it fits, axe finds nothing, and no link leads nowhere.

On SQLite only: what a page looks like does not depend on the database (decided in the issue: browser
crawls once per endpoint and state). A page whose main part looked the same to somebody before is not
looked at twice; its status and its links are.
"""

from collections.abc import Iterator, Sequence

import pytest
from flask import Flask
from playwright.sync_api import Page

from app import create_app
from app.foundation.access import Permission
from app.web.shell.access import PUBLIC, declared_access
from tests.journeys.crawl import FORBIDDEN, Crawl, LookedAt, View
from tests.journeys.places import MISTAKES, NO_PAGES, NOT_FOUND, OK, PLACES, Place
from tests.journeys.steps import Newcomer, expect_heading, sign_in
from tests.support.browser import PHONE, PageMaker
from tests.support.databases import disconnect, make_config
from tests.support.server import LiveServer
from tests.support.stage import Stage, set_stage

ROLES = ("visitor", "newcomer", "member", "talker", "staff")

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
def looked_at(views: Sequence[View]) -> LookedAt:
    """What was looked at on every device already."""
    return LookedAt(views)


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
    for role in sorted({one.role for one in NO_PAGES.values()}):
        page = arrive(role, stage, browser_page)
        addresses = [one.address.format_map(stage.names) for one in NO_PAGES.values() if one.role == role]
        answers = {address: page.request.get(address, max_redirects=0).status for address in addresses}
        assert answers == dict.fromkeys(addresses, OK), role


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
