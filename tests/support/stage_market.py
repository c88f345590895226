"""What is on sale, bid on and bought on the stage: ``member`` sells, ``talker`` buys."""

from collections.abc import Mapping
from datetime import timedelta

import sqlalchemy as sa
from flask import Flask

from app.domain.auctions.models import Award, Bid
from app.domain.auctions.rules import AuctionTerms
from app.domain.auctions.service.closing import buy_now
from app.domain.inventory.models import Site, Socket
from app.domain.inventory.service.calendar import black_out, hold_days
from app.domain.orders.models import Order
from app.domain.orders.service.ordering import order_held_days
from app.foundation.clock import database_now
from app.foundation.db import db, in_transaction
from tests.factories.accounts import Person
from tests.factories.auctions import Bidder, Running, bid, make_auction, make_bidder
from tests.factories.inventory import Offered, account_of, make_offer, make_site, make_socket
from tests.factories.orders import make_card

LONG_SITE = "The Rindfleischetikettierungsueberwachungsaufgabenuebertragungsgesetz Gazette"[:80]


def make_market(app: Flask, people: Mapping[str, Person]) -> dict[str, str]:
    """A site with a rate card, auctions with and without bids, one bought at once, days in a checkout, days off."""
    publisher, buyer = people["member"], people["talker"]
    buyer_account = account_of(app, buyer)
    make_card(app, buyer)
    long_site = make_site(app, account_of(app, publisher), name=LONG_SITE)
    make_socket(app, account_of(app, publisher), long_site.id, name="Skyscraper", width_px=160, height_px=600, places=3)
    offered = make_offer(app, publisher, places=2)
    running = make_auction(app, publisher=publisher, terms=AuctionTerms(1_000, 5_000, 20_000))
    quiet = make_auction(app, publisher=publisher)
    bought = make_auction(app, publisher=publisher, terms=AuctionTerms(1_000, None, 2_000))
    _bids(app, running, Bidder(buyer, buyer_account))
    with app.app_context():
        in_transaction(lambda: buy_now(bought.auction_id, buyer_account))
        checkout = in_transaction(lambda: _checkout(offered, buyer_account))
        in_transaction(lambda: _days_off(offered))
    return {
        "site_id": str(offered.site_id),
        "socket_id": str(offered.socket_id),
        "listing_id": str(offered.listing_id),
        "auction": running.public_id,
        "quiet_auction": quiet.public_id,
        "sold_auction": bought.public_id,
        "checkout": checkout,
        **_stored_names(app, offered, running, bought),
    }


def _bids(app: Flask, running: Running, buyer: Bidder) -> None:
    rival = make_bidder(app)
    with app.app_context():
        for bidder, ceiling_minor in ((buyer, 2_000), (rival, 2_500), (buyer, 3_050)):
            bid(running, bidder, ceiling_minor)


def _checkout(offered: Offered, account_id: int) -> str:
    now = database_now()
    first = now.date() + timedelta(days=20)
    hold = hold_days(account_id, offered.listing_id, starts_on=first, ends_before=first + timedelta(days=9), now=now)
    return order_held_days(hold, now=now).public_id


def _days_off(offered: Offered) -> None:
    now = database_now()
    first = now.date() + timedelta(days=32)
    black_out(offered.account_id, offered.socket_id, starts_on=first, ends_before=first + timedelta(days=2), now=now)


def _stored_names(app: Flask, offered: Offered, running: Running, bought: Running) -> dict[str, str]:
    with app.app_context():
        socket = db.session.get_one(Socket, offered.socket_id)
        site = db.session.get_one(Site, offered.site_id)
        own = sa.select(Bid.public_id).where(Bid.auction_id == running.auction_id).order_by(Bid.id).limit(1)
        award = db.session.scalars(sa.select(Award).where(Award.auction_id == bought.auction_id)).one()
        order = db.session.get_one(Order, award.order_id)
        names = {
            "socket_slug": socket.slug,
            "site_slug": site.slug,
            "bid": db.session.scalars(own).one(),
            "award": award.public_id,
            "first_day": str(database_now().date() + timedelta(days=40)),
            "last_day": str(database_now().date() + timedelta(days=49)),
            "order": order.public_id,
        }
        db.session.remove()
    return names
