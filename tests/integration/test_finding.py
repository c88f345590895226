"""The public pages of the market, as anybody opens them: nothing but what is public, in few statements."""

import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask

from app.domain.accounts.models import Account, Membership
from app.domain.auctions.rules import AuctionTerms
from app.domain.inventory.models import Site, Socket
from app.domain.inventory.service.calendar import black_out, hold_days
from app.domain.inventory.service.sites import add_audience_figure
from app.domain.inventory.service.sockets import close_socket
from app.foundation.clock import database_now
from app.foundation.db import db, in_transaction
from tests.factories.accounts import make_person, sign_in
from tests.factories.auctions import bid, make_auction, make_bidder, wait
from tests.factories.inventory import account_of, make_offer, make_site, make_socket
from tests.support.catalogue import refresh
from tests.support.page_client import PageClient

STATEMENTS_MAX = 6


@pytest.fixture
def visitor(app: Flask) -> Callable[[str], PageClient]:
    """Opens an address as somebody who is not signed in, in at most six statements."""

    def open_page(path: str) -> PageClient:
        refresh(app)
        client = PageClient(app)
        client.get(path, statements_max=STATEMENTS_MAX)
        return client

    return open_page


Visitor = Callable[[str], PageClient]


def slug(app: Flask, socket_id: int) -> str:
    """A socket's name in its address."""
    with app.app_context():
        return db.session.get_one(Socket, socket_id).slug


def site_slug(app: Flask, site_id: int) -> str:
    """A site's name in its address."""
    with app.app_context():
        return db.session.get_one(Site, site_id).slug


def change(app: Flask, work: Callable[[], object]) -> None:
    """Changes something through a verb."""
    with app.app_context():
        in_transaction(work)


def test_an_empty_market_says_so(visitor: Visitor) -> None:
    page = visitor("/sockets").page
    assert "0 sockets" in page
    assert "Nothing on sale fits" in page
    assert "Browse what is on sale" in visitor("/").page
    assert "being opened" not in visitor("/").page


def test_home_shows_what_closes_next_what_is_new_and_counts(app: Flask, app_context: Flask, visitor: Visitor) -> None:
    del app_context
    auctions = [make_auction(app, ends_in=timedelta(days=5, hours=number)) for number in range(7)]
    offer = make_offer(app)
    client = visitor("/")
    hrefs = client.page.links.values()
    assert "Auctions closing soon" in client.page
    assert "8 sockets on sale now" in client.page
    assert "7 auctions running" in client.page
    assert f"/sockets/{slug(app, auctions[0].socket_id)}" in client.page.body
    assert f"/sockets/{slug(app, auctions[6].socket_id)}" not in client.page.body
    assert f"/sockets/{slug(app, offer.socket_id)}" in client.page.body
    assert "/sockets?way=auction" in hrefs
    client.follow("All running auctions")
    assert "7 sockets" in client.page
    client.get("/")
    client.follow("Browse")
    assert client.page.heading == "Browse sockets"


def test_a_socket_page_answers_what_it_is_what_it_costs_and_what_next(app: Flask, visitor: Visitor) -> None:
    offer = make_offer(app, places=2, name="Compiler News", description="About compilers.")
    name = slug(app, offer.socket_id)
    figure = {"label": "Readers a week", "value": 12_400, "source": "Server log", "measured_on": _day(0)}
    change(app, lambda: add_audience_figure(offer.account_id, offer.site_id, **figure))  # type: ignore[arg-type]  # by name
    client = visitor(f"/sockets/{name}")
    page = client.page
    for words in (
        "Top banner",
        "300 × 250, medium rectangle",  # noqa: RUF001 - the sign for sizes
        "$10.00",
        "$60.00",
        "$200.00",
        "From 1 to 90 days in one booking",
        "The publisher looks at every ad before it runs",
        "48 hours; after that the ad counts as refused",
        "2, in equal shares",
        "12,400",
        "Server log",
        "The publisher states these figures",
        "Completed transactions",
        "About compilers.",
        "1 × 30 days at $200.00",  # noqa: RUF001 - the sign of multiplication
    ):
        assert words in page, words
    form = page.form("See the price of these days")
    assert urlsplit(form.action).path == "/checkout/new"
    assert ("listing", str(offer.listing_id)) in form.fill({})


def test_the_calendar_shows_what_is_taken(app: Flask, visitor: Visitor) -> None:
    offer, buyer = make_offer(app), make_person(app)
    account_id = account_of(app, buyer)
    name = slug(app, offer.socket_id)
    month = _day(40).replace(day=1)
    first, second = month.replace(day=5), month.replace(day=9)
    two, one = (
        {"starts_on": start, "ends_before": start + timedelta(days=length)}
        for start, length in ((first, 2), (second, 1))
    )
    change(app, lambda: black_out(offer.account_id, offer.socket_id, **two, now=database_now()))
    change(app, lambda: hold_days(account_id, offer.listing_id, **one, now=database_now()))
    client = visitor(f"/sockets/{name}?month={month:%Y-%m}")
    assert _cell(client, "5") == _cell(client, "6") == "Not for sale"
    assert (_cell(client, "9"), _cell(client, "10")) == ("Held", "Free")
    with app.app_context():
        wait(timedelta(minutes=16))
    assert _cell(visitor(f"/sockets/{name}?month={month:%Y-%m}"), "9") == "Free"
    for nonsense in ("2026-13", "1999-01", "9999-12", "x", "2027-01-01"):
        visitor(f"/sockets/{name}?month={nonsense}")


def test_running_auctions_lead_to_their_pages(app: Flask, app_context: Flask, visitor: Visitor) -> None:
    del app_context
    auction = make_auction(app, terms=AuctionTerms(1_000, 9_777, None))
    bid(auction, make_bidder(app), 8_888)
    client = visitor(f"/sockets/{slug(app, auction.socket_id)}")
    assert f"/auctions/{auction.public_id}" in client.page.links.values()
    assert "in the auction, 1 bid" in client.page
    for path in (client.path, "/", "/sockets"):
        body = visitor(path).page.body
        assert "97.77" not in body, "the reserve is nobody's business"
        assert "88.88" not in body, "the leader's ceiling is nobody's business"


def test_a_closed_socket_says_so_and_sells_nothing(app: Flask, visitor: Visitor) -> None:
    offer = make_offer(app)
    change(app, lambda: close_socket(offer.account_id, offer.socket_id))
    client = visitor(f"/sockets/{slug(app, offer.socket_id)}")
    assert "taken this socket off the market" in client.page
    assert "/checkout/new" not in client.page.body
    assert "No open socket" in visitor(f"/sites/{site_slug(app, offer.site_id)}").page


def test_nothing_of_an_unproved_site_is_public(app: Flask, visitor: Visitor, client: PageClient) -> None:
    person = make_person(app)
    account_id = account_of(app, person)
    site = make_site(app, account_id, name="Canary Site")
    socket = make_socket(app, account_id, site.id, name="Canary Socket")
    with app.app_context():
        member = db.session.scalars(sa.select(Account.slug).join(Membership)).one()
    for path in ("/", "/sockets", "/sockets?way=all&q=canary", f"/people/{member}"):
        body = visitor(path).page.body.lower().replace('value="canary"', "").replace("“canary”", "")
        assert "canary" not in body.replace("q=canary", ""), path
    client.get(f"/sockets/{socket.slug}", expect=404)
    client.get(f"/sites/{site.slug}", expect=404)


def test_a_site_and_its_publisher_lead_to_each_other(app: Flask, visitor: Visitor) -> None:
    offer = make_offer(app, name="Garden Post", language="de", country_code="DE")
    client = visitor(f"/sites/{site_slug(app, offer.site_id)}")
    for words in ("Garden Post", "German", "Germany", "Top banner", "America/Los_Angeles", "not stated any figures"):
        assert words in client.page
    client.follow("Ada")
    assert "Garden Post" in client.page
    assert "1 socket on sale" in client.page
    client.follow("Garden Post")
    client.follow("Top banner")
    assert client.page.heading == "Top banner"


def test_somebody_signed_in_sees_the_same_pages(app: Flask) -> None:
    offer = make_offer(app)
    client = sign_in(PageClient(app), make_person(app))
    refresh(app)
    for path in (
        "/",
        "/sockets?q=compiler",
        f"/sockets/{slug(app, offer.socket_id)}",
        f"/sites/{site_slug(app, offer.site_id)}",
    ):
        client.get(path, statements_max=STATEMENTS_MAX + 3)
        assert "Top banner" in client.page or path == "/"


@pytest.mark.parametrize(
    "path", ["/sockets/nothing-3f2a1c", "/sockets/SOCKET", "/sites/nothing-3f2a1c", "/sites/..%2f", "/sockets/%00"]
)
def test_an_unknown_address_is_not_found(client: PageClient, path: str) -> None:
    client.get(path, expect=404)


def test_filters_make_an_address_worth_sharing(app: Flask, visitor: Visitor) -> None:
    make_offer(app, country_code="IS", language="is", category_code="2")
    make_offer(app, country_code="DE", language="de")
    client = visitor("/sockets")
    assert "2 sockets" in client.page
    client.submit("Show sockets", country="IS", q="compiler", price_max="50")
    assert parse_qs(urlsplit(client.path).query) == {"country": ["IS"], "q": ["compiler"], "price_max": ["50"]}
    assert "1 socket" in client.page
    assert {"“compiler”", "Iceland", "Up to $50.00"} <= {text.partition("×")[0] for text in client.page.links}  # noqa: RUF001 - the cross that takes it away
    client.follow("Iceland")
    assert "country" not in client.path
    assert "2 sockets" in client.page
    client.follow("Take all away")
    assert client.path == "/sockets"


NONSENSE = {
    "category=999999": "We do not know this choice",
    "country=XX": "We do not know this choice",
    "country=us": "We do not know this choice",
    "language=xx": "We do not know this choice",
    "size=0x0": "We do not know this choice",
    "size=99999x1": "We do not know this choice",
    "size=2001x10": "We do not know this choice",
    "way=steal": "We do not know this choice",
    "sort=id": "We do not know this choice",
    "price_min=-1": "cannot be negative",
    "price_min=abc": "in digits",
    "price_max=1e9": "in digits",
    "price_min=5&price_max=2": "above the highest",
    "price_max=99999999999999999999": "can be at most",
    "free_from=tomorrow": "Write the day as year",
    "free_from=1999-01-01": "from today to a year ahead",
    "free_until=9999-12-31": "from today to a year ahead",
    "q=%F0%9F%99%82": "at least one letter or digit",
    "q=%22%22%22": "at least one letter or digit",
}


@pytest.mark.parametrize("query", NONSENSE)
def test_what_makes_no_sense_is_said_and_left_out(app: Flask, query: str) -> None:
    make_offer(app)
    refresh(app)
    client = PageClient(app)
    client.get(f"/sockets?{query}", statements_max=STATEMENTS_MAX)
    assert NONSENSE[query] in client.page
    assert "1 socket" in client.page


@pytest.mark.parametrize(
    "query", ["page=0", "page=-1", "page=999999999", "page=x", "page=2", "country=IS&country=DE", "other=1"]
)
def test_odd_pages_and_doubled_or_unknown_names_do_no_harm(app: Flask, client: PageClient, query: str) -> None:
    make_offer(app, country_code="IS")
    refresh(app)
    client.get(f"/sockets?{query}")
    assert "1 socket" in client.page


def test_days_in_the_wrong_order_are_said(app: Flask, client: PageClient) -> None:
    make_offer(app)
    client.get(f"/sockets?free_from={_day(9)}&free_until={_day(8)}")
    assert "The last day is before the first" in client.page


def _day(ahead: int) -> date:
    return datetime.fromtimestamp(time.time(), tz=UTC).date() + timedelta(days=ahead)


def _cell(client: PageClient, day: str) -> str:
    cells = [cell for row in client.page.rows for cell in row]
    return next(cell.removeprefix(day).strip() for cell in cells if cell.split(" ")[0] == day)
