"""Examples of the market for walks over every address: something of each kind that belongs to one person."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from flask import Flask

from app.domain.auctions.models import Award, Strike
from app.domain.auctions.rules import AuctionTerms
from app.domain.auctions.service.awards import offer_at_reserve
from app.domain.auctions.service.closing import buy_now
from app.domain.auctions.service.opening import block_bidder
from app.domain.inventory.service.sites import add_audience_figure
from app.domain.inventory.service.sockets import close_socket
from app.foundation.clock import database_now
from app.foundation.db import db
from tests.factories.accounts import Person, make_person
from tests.factories.auctions import (
    Bidder,
    Running,
    bid,
    close,
    committed,
    make_auction,
    make_bidder,
    read,
    wait,
)
from tests.factories.creatives import make_creative, make_house_ad, refused
from tests.factories.delivery import make_on_air, pause
from tests.factories.inventory import Offered, account_of, make_offer, make_socket
from tests.factories.orders import MASTERCARD, make_booked_line_item, make_card, make_checkout

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
WITH_RESERVE = AuctionTerms(1_000, 9_000, None)
WITH_BUY_NOW = AuctionTerms(1_000, None, 20_000)
Page = tuple[str, str]
"""An endpoint and the address of a page of it."""


@dataclass(frozen=True)
class MarketExamples:
    """What the parts of the market's addresses can be, all belonging to one person."""

    offer: Offered
    public_ids: Mapping[str, str]
    """By the address in front of them: ``/auctions``, ``/selling/auctions``."""
    numbers: Mapping[str, int]
    """By the part's name."""
    more_pages: tuple[Page, ...]
    """Pages of what is in another state, so that they show other forms."""


def make_market_examples(app: Flask, person: Person) -> MarketExamples:
    """Makes a person sell, bid, win and buy; a buyer's strike besides.

    Moves the clock by more than an hour, for auctions have to end: whoever was signed in is not any more.
    """
    offer, first_card = make_offer(app, person), make_card(app, person)
    make_card(app, person, MASTERCARD)
    # First, while there is no other payment that the job would ask for.
    waiting = _waiting(app, person, offer)
    running, booked_pages = _book(app, person)
    quiet, own_pages = _sell(app, person, offer)
    names, listing_id = _buy(app, person)
    numbers = {"card_id": first_card, "figure_id": _figure(app, offer), "strike_id": _strike(app)}
    return MarketExamples(
        offer=offer,
        public_ids=names
        | {
            "/campaigns": running,
            "/selling/auctions": quiet.public_id,
            "/selling/creatives": waiting,
            "/staff/auctions": quiet.public_id,
            "/staff/line-items": running,
            "/staff/orders": names["/orders"],
            "/staff/reviews": waiting,
            "/campaigns/pictures": waiting,
        },
        numbers=numbers,
        more_pages=(*own_pages, *booked_pages, ("checkout.new", _dates(app, listing_id))),
    )


def _sell(app: Flask, person: Person, offer: Offered) -> tuple[Running, tuple[Page, ...]]:
    """A quiet auction, and pages of one with bids, of an unsold one, and of a closed socket; a blocked bidder."""
    rival = make_bidder(app)
    quiet, busy = make_auction(app, publisher=person), make_auction(app, publisher=person)
    unsold = make_auction(app, publisher=person, terms=WITH_RESERVE, ends_in=HOUR)
    closed = make_socket(app, offer.account_id, offer.site_id)
    with app.app_context():
        placed = bid(busy, rival, 2_000)
        bid(unsold, rival, 2_000)
        wait(HOUR)
        close(unsold)
        committed(lambda: close_socket(offer.account_id, closed.id))
        committed(lambda: block_bidder(offer.account_id, placed.public_id, now=database_now()))
    return quiet, (
        ("bidding.own_auction", f"/selling/auctions/{busy.public_id}"),
        ("bidding.own_auction", f"/selling/auctions/{unsold.public_id}"),
        ("selling.socket", f"/selling/sockets/{closed.id}"),
    )


def _buy(app: Flask, person: Person) -> tuple[dict[str, str], int]:
    """An auction of somebody else, an own bid on another one, an offer at the reserve, a checkout; what is on sale."""
    me, publisher = Bidder(person, account_of(app, person)), make_person(app)
    running, bid_on = make_auction(app, publisher=publisher, terms=WITH_BUY_NOW), make_auction(app, publisher=publisher)
    unsold = make_auction(app, publisher=publisher, terms=WITH_RESERVE, ends_in=HOUR)
    with app.app_context():
        own_bid = bid(bid_on, me, 2_000)
        bid(unsold, me, 2_000)
        wait(HOUR)
        close(unsold)
        award = committed(lambda: offer_at_reserve(unsold.publisher_account_id, unsold.auction_id))
    checkout = make_checkout(app, buyer=person)
    names = {
        "/auctions": running.public_id,
        "/bids": own_bid.public_id,
        "/awards": award.public_id,
        "/checkout": checkout.public_id,
        "/orders": checkout.public_id,
    }
    return names, make_offer(app).listing_id


def _book(app: Flask, person: Person) -> tuple[str, tuple[Page, ...]]:
    """A booking that runs, and pages of one that is paused and of one whose ad was refused."""
    running, paused = make_on_air(app, buyer=person), make_on_air(app, buyer=person)
    pause(app, paused)
    turned_down = make_booked_line_item(app, buyer=person)
    refused(app, turned_down, make_creative(app, turned_down))
    shown = (paused.booking.line_item, turned_down.line_item)
    return running.booking.line_item, tuple(("campaigns.line_item", f"/campaigns/{name}") for name in shown)


def _waiting(app: Flask, person: Person, offer: Offered) -> str:
    """A creative that waits for the person's answer; their own one is up on the offered socket."""
    make_house_ad(app, person, offer.socket_id)
    return make_creative(app, make_booked_line_item(app, publisher=person)).public_id


def _figure(app: Flask, offer: Offered) -> int:
    def work() -> int:
        day = database_now().date()
        figure = add_audience_figure(
            offer.account_id, offer.site_id, label="Readers", value=900, source="Logs", measured_on=day
        )
        return figure.id

    with app.app_context():
        return committed(work)


def _strike(app: Flask) -> int:
    bidder, running = make_bidder(app), make_auction(app, terms=WITH_BUY_NOW)
    with app.app_context():
        award = committed(lambda: buy_now(running.auction_id, bidder.account_id))
        return committed(lambda: _struck(award))


def _struck(award: Award) -> int:
    # Written straight away: until an award lapses by itself, two days have to pass.
    strike = Strike(account_id=award.account_id, award_id=award.id, recorded_at=database_now())
    db.session.add(strike)
    db.session.flush()
    return strike.id


def _dates(app: Flask, listing_id: int) -> str:
    with app.app_context():
        first = read(database_now).date() + 30 * DAY
    return f"/checkout/new?listing={listing_id}&starts_on={first}&ends_on={first + 2 * DAY}"
