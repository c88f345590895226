"""Auctions and bidders, made through the verbs that pages use; time moves by the stored offset of the clock."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import TypeVar
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask import Flask

from app.domain.auctions.models import Auction, Award, Bid
from app.domain.auctions.rules import AuctionTerms
from app.domain.auctions.service.closing import close_auction
from app.domain.auctions.service.opening import AuctionPlan, open_auction
from app.domain.auctions.service.placing import PlacedBid, place_bid
from app.domain.events.models import Event
from app.domain.notifications.queries.recipients import recipients
from app.domain.orders.service.paying import record_payment_result
from app.domain.payments.queries import intents_of
from app.domain.payments.service.cards import VerifiedCard, prepare_card, store_card
from app.domain.payments.service.intents import IntentResult, claim_intent
from app.domain.payments.states import IntentState
from app.foundation.clock import ClockOffset, database_now, set_offset
from app.foundation.db import db, in_transaction
from tests.factories.accounts import Person, make_person
from tests.factories.inventory import account_of, make_proved_site, make_socket

T = TypeVar("T")
ZONE = ZoneInfo("America/Los_Angeles")
FLIGHT_AFTER = timedelta(days=20)
WEEK = timedelta(days=7)
OPENS_AT_10 = AuctionTerms(1_000, None, None)


@dataclass(frozen=True, slots=True)
class Bidder:
    """Somebody who may bid: confirmed, with a stored card."""

    person: Person
    account_id: int


@dataclass(frozen=True, slots=True)
class Running:
    """An auction that takes bids, with everything above it."""

    publisher: Person
    publisher_account_id: int
    socket_id: int
    auction_id: int
    public_id: str


def make_auction(
    app: Flask,
    *,
    terms: AuctionTerms = OPENS_AT_10,
    ends_in: timedelta = timedelta(days=5),
    is_short_notice: bool = False,
    publisher: Person | None = None,
) -> Running:
    """A week on a new socket for the highest bidder; opens at 10.00, ends in 5 days, runs in 20."""
    person = publisher or make_person(app)
    account_id = account_of(app, person)
    socket_id = make_socket(app, account_id, make_proved_site(app, account_id).id).id
    with app.app_context():
        opened_at = now()
        starts_on = (opened_at + FLIGHT_AFTER).astimezone(ZONE).date()
        prices = (terms.opening_price_minor, terms.reserve_price_minor, terms.buy_now_price_minor)
        plan = AuctionPlan(starts_on, starts_on + WEEK, *prices, opened_at + ends_in, is_short_notice)
        auction = committed(lambda: open_auction(account_id, socket_id, plan, currency="USD", now=opened_at))
        return Running(person, account_id, socket_id, auction.id, auction.public_id)


def make_bidder(app: Flask, *, has_card: bool = True) -> Bidder:
    """Somebody who may bid."""
    person = make_person(app)
    bidder = Bidder(person, account_of(app, person))
    if has_card:
        with app.app_context():
            give_card(bidder)
    return bidder


def give_card(bidder: Bidder) -> int:
    """Stores a card that the processor has verified; its id."""
    card = VerifiedCard(token_sealed="sealed", brand="Visa", last_four="1111", expires_month=12, expires_year=2030)
    committed(lambda: prepare_card(bidder.account_id))
    return committed(lambda: store_card(bidder.account_id, card, user_id=bidder.person.user_id, now=database_now()).id)


def bid(running: Running, bidder: Bidder, ceiling_minor: int) -> PlacedBid:
    """Places a bid."""
    return committed(lambda: place_bid(running.auction_id, bidder.account_id, ceiling_minor))


def close(running: Running) -> Award | None:
    """Tries to close, as the job does."""
    return committed(lambda: close_auction(running.auction_id))


def look(running: Running) -> Auction:
    """The auction as it is stored now."""
    return read(lambda: db.session.get_one(Auction, running.auction_id))


def bids_of(running: Running, bidder: Bidder) -> list[Bid]:
    """A bidder's bids, oldest first."""
    query = sa.select(Bid).where(Bid.auction_id == running.auction_id, Bid.account_id == bidder.account_id)
    return read(lambda: list(db.session.scalars(query.order_by(Bid.sequence))))


def award_of(running: Running) -> Award:
    """The newest award of an auction."""
    query = sa.select(Award).where(Award.auction_id == running.auction_id).order_by(Award.id.desc())
    return read(lambda: db.session.scalars(query.limit(1)).one())


def answer_charge(order_id: int | None, state: IntentState) -> None:
    """Lets the processor answer the running charge of an order."""
    assert order_id is not None
    intent = read(lambda: intents_of(order_id)[-1])
    committed(lambda: claim_intent(intent.id, now=database_now()))
    committed(lambda: record_payment_result(intent.id, IntentResult(state, "gateway"), now=database_now()))


def told(kind: str) -> list[int]:
    """Who gets a notice of this kind, by user, in the order of the events."""
    return read(lambda: _told(kind))


def now() -> datetime:
    """The market's time."""
    return read(database_now)


def wait(by: timedelta) -> None:
    """Moves the clock of every process."""
    seconds = ceil(by.total_seconds())
    committed(lambda: set_offset(_offset() + seconds))


def wait_until(running: Running, before_end: timedelta) -> None:
    """Moves the clock to so long before the end of an auction."""
    wait(look(running).ends_at - before_end - now())


def committed(work: Callable[[], T]) -> T:
    """Does it in a transaction of its own and leaves the session ready for the next."""
    done = in_transaction(work)
    db.session.remove()
    return done


def read(work: Callable[[], T]) -> T:
    """Reads something and lets go of the session."""
    found = work()
    db.session.remove()
    return found


def _offset() -> int:
    row = db.session.get(ClockOffset, 1)
    return row.seconds if row is not None else 0


def _told(kind: str) -> list[int]:
    events = db.session.scalars(sa.select(Event).order_by(Event.id)).all()
    return [one.user_id for event in events for one in recipients(event) if one.kind == kind]
