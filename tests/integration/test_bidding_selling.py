"""Opening an auction and what a publisher does with it, page by page."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from app.domain.auctions.models import Auction
from app.domain.auctions.rules import AuctionTerms
from app.domain.auctions.states import AuctionState
from app.foundation.db import db
from tests.factories import auctions as make
from tests.factories.accounts import Person, make_person, sign_in
from tests.factories.auctions import Bidder, Running
from tests.factories.inventory import account_of, make_proved_site, make_site, make_socket
from tests.support.page_client import PageClient
from tests.support.page_form import Typed


@pytest.fixture
def publisher(app: Flask) -> Person:
    return make_person(app)


@pytest.fixture
def socket_id(app: Flask, publisher: Person) -> int:
    account_id = account_of(app, publisher)
    return make_socket(app, account_id, make_proved_site(app, account_id).id).id


@pytest.fixture
def client(app: Flask, publisher: Person) -> PageClient:
    return sign_in(PageClient(app), publisher)


def terms(app: Flask, **changes: Typed) -> dict[str, Typed]:
    """What a publisher types: a week in 20 days, an end in 5 days."""
    with app.app_context():
        here = make.now().astimezone(make.ZONE)
    first = (here + timedelta(days=20)).date()
    typed: dict[str, Typed] = {
        "starts_on": first.isoformat(),
        "ends_on": (first + timedelta(days=6)).isoformat(),
        "opening_price": "10",
        "reserve_price": "40.50",
        "buy_now_price": "60",
        "ends_at": (here + timedelta(days=5)).strftime("%Y-%m-%dT%H:%M"),
    }
    return typed | changes


def only(app: Flask) -> Auction:
    with app.app_context():
        return make.read(lambda: db.session.scalars(sa.select(Auction)).one())


def count(app: Flask) -> int:
    with app.app_context():
        return make.read(lambda: db.session.scalars(sa.select(sa.func.count()).select_from(Auction)).one())


def test_an_auction_is_looked_at_then_opened(app: Flask, client: PageClient, socket_id: int) -> None:
    client.get(f"/selling/sockets/{socket_id}/auctions/new")
    page = client.submit("Show what a buyer sees", terms(app))
    for words in ("This is what a buyer sees", "$10.00", "Reserve not met", "$60.00", ", 7 days"):
        assert words in page
    assert count(app) == 0
    page = client.submit("Open the auction")
    assert client.path.startswith("/auctions/")
    assert "The auction is open" in client.flash
    auction = only(app)
    assert (auction.opening_price_minor, auction.reserve_price_minor, auction.buy_now_price_minor) == (1000, 4050, 6000)
    assert (auction.ends_before - auction.starts_on).days == 7
    typed = datetime.fromisoformat(str(terms(app)["ends_at"])).replace(tzinfo=make.ZONE)
    assert abs(auction.scheduled_end_at - typed) <= timedelta(minutes=1)


@pytest.mark.parametrize(
    ("changes", "field", "says"),
    [
        ({"opening_price": ""}, "opening_price", "Enter the opening price."),
        ({"reserve_price": "9"}, "reserve_price", "under the opening price"),
        ({"buy_now_price": "41", "opening_price": "40"}, "buy_now_price", "30 % over"),
        ({"ends_on": "2020-01-01"}, "ends_on", "must not be before the first"),
        ({"ends_at": "2020-01-01T10:00"}, "ends_at", "at least an hour"),
        ({"ends_at": "soon"}, "ends_at", "valid"),
    ],
)
def test_terms_that_do_not_fit_are_explained_beside_their_field(
    app: Flask, client: PageClient, socket_id: int, changes: dict[str, Typed], field: str, says: str
) -> None:
    client.get(f"/selling/sockets/{socket_id}/auctions/new")
    client.submit("Show what a buyer sees", terms(app, **changes), expect=422)
    assert says in " ".join(client.errors_beside(field))


def test_an_end_too_near_the_flight_needs_short_notice(app: Flask, client: PageClient, socket_id: int) -> None:
    with app.app_context():
        late = make.now().astimezone(make.ZONE) + timedelta(days=16)
    ends_at = late.strftime("%Y-%m-%dT%H:%M")
    client.get(f"/selling/sockets/{socket_id}/auctions/new")
    client.submit("Show what a buyer sees", terms(app, ends_at=ends_at), expect=422)
    assert "hours before the flight starts" in client.errors_beside("ends_at")[0]
    client.submit("Show what a buyer sees", terms(app, ends_at=ends_at, is_short_notice=True))
    assert "24 hours to pay another way" in client.text
    client.submit("Open the auction")
    assert only(app).is_short_notice


def test_the_same_days_are_taken_once(app: Flask, client: PageClient, socket_id: int) -> None:
    for expect in (200, 422):
        client.get(f"/selling/sockets/{socket_id}/auctions/new")
        client.submit("Show what a buyer sees", terms(app))
        client.submit("Open the auction", expect=expect)
    assert "taken in the meantime" in client.errors_beside("starts_on")[0]
    assert count(app) == 1


def test_an_unproved_site_sells_nothing(app: Flask, client: PageClient, publisher: Person) -> None:
    account_id = account_of(app, publisher)
    socket_id = make_socket(app, account_id, make_site(app, account_id).id).id
    client.get(f"/selling/sockets/{socket_id}/auctions/new")
    client.submit("Show what a buyer sees", terms(app))
    page = client.submit("Open the auction", expect=422)
    assert "Show first that the site is yours" in page


def test_terms_are_changed_until_somebody_bids(app: Flask, publisher: Person, client: PageClient) -> None:
    running = make.make_auction(app, publisher=publisher, terms=AuctionTerms(1_000, 2_000, None))
    client.get(f"/selling/auctions/{running.public_id}")
    client.follow("Change prices or end")
    assert client.page.form("Show what a buyer sees").values["reserve_price"] == "$20.00"
    client.submit("Show what a buyer sees", opening_price="12", reserve_price="")
    client.submit("Change the terms")
    auction = only(app)
    assert (auction.opening_price_minor, auction.reserve_price_minor, auction.standing_price_minor) == (
        1200,
        None,
        1200,
    )
    client.get(f"/selling/auctions/{running.public_id}/terms")
    client.submit("Show what a buyer sees", opening_price="15")
    with app.app_context():
        make.bid(running, make.make_bidder(app), 5_000)
    page = client.submit("Change the terms", expect=422)
    assert "From now on the terms stand" in page
    assert only(app).opening_price_minor == 1200


def test_an_auction_is_taken_back_until_somebody_bids(app: Flask, publisher: Person, client: PageClient) -> None:
    running = make.make_auction(app, publisher=publisher)
    client.get(f"/selling/auctions/{running.public_id}")
    client.submit("Take the auction back")
    assert only(app).state is AuctionState.CANCELLED
    assert "Taken back by the publisher" in PageClient(app).get(f"/auctions/{running.public_id}")


def test_with_a_bid_there_is_no_button_to_take_it_back(app: Flask, publisher: Person, client: PageClient) -> None:
    running = make.make_auction(app, publisher=publisher)
    client.get(f"/selling/auctions/{running.public_id}")
    form = client.page.form("Take the auction back")
    with app.app_context():
        make.bid(running, make.make_bidder(app), 5_000)
    client.post(form.action, form.fill({}), expect=422)
    assert only(app).state is AuctionState.OPEN


@pytest.fixture
def offered(app: Flask, publisher: Person) -> tuple[Running, Bidder]:
    """An auction that ended under its reserve, and its top bidder."""
    running, ana = (
        make.make_auction(app, publisher=publisher, terms=AuctionTerms(1_000, 5_000, None)),
        make.make_bidder(app),
    )
    with app.app_context():
        make.bid(running, ana, 4_000)
        make.wait_until(running, timedelta())
        make.close(running)
    return running, ana


@pytest.mark.parametrize("is_taken", [True, False])
def test_the_reserve_is_offered_and_taken_or_turned_down(
    app: Flask,
    publisher: Person,
    offered: tuple[Running, Bidder],
    is_taken: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    running, ana = offered
    seller = sign_in(PageClient(app), publisher)
    seller.get(f"/selling/auctions/{running.public_id}")
    seller.submit("Offer it at $50.00")
    buyer = sign_in(PageClient(app), ana.person)
    buyer.get("/account/bids")
    page = buyer.follow("See the award")
    assert "You may take this flight for $50.00" in page
    page = buyer.submit("Take it for $50.00" if is_taken else "Turn it down")
    assert ("Your card is being charged" if is_taken else "Nothing was charged") in page
    assert only(app).state is (AuctionState.AWARDED if is_taken else AuctionState.UNSOLD)
