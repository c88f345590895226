"""Buying, bidding and paying in the demo market, through the verbs that the pages use."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

import sqlalchemy as sa

from app.domain.auctions.models import Auction, Award
from app.domain.auctions.queries import least_bid_of
from app.domain.auctions.service.awards import accept_offer
from app.domain.auctions.service.opening import AuctionPlan, open_auction
from app.domain.auctions.service.placing import place_bid
from app.domain.auctions.states import AwardState
from app.domain.inventory.service.calendar import hold_days
from app.domain.orders.models import LineItem, Order
from app.domain.orders.service.ordering import order_held_days
from app.domain.orders.service.paying import begin_payment, record_payment_result
from app.domain.orders.states import OrderState
from app.domain.payments.queries import default_card
from app.domain.payments.service.asking import ask_gateway
from app.domain.payments.service.intents import GatewayRequest, claim_intent
from app.foundation.clock import database_now
from app.foundation.db import db
from app.foundation.errors import InvariantBroken, Refusal
from demo.clockwork import committed, found
from demo.market import Market

if TYPE_CHECKING:
    from app.adapters.braintree.port import PaymentGateway


@dataclass(frozen=True, slots=True)
class Flight:
    """Days of a socket, counted from the demo's last day (negative: before it)."""

    starts: int
    days: int


@dataclass(frozen=True, slots=True)
class Prices:
    """Of an auction, in minor units."""

    opening: int
    reserve: int | None = None
    buy_now: int | None = None


def buy_days(market: Market, buyer: str, socket: str, flight: Flight) -> str:
    """Holds, orders and pays days at the fixed price; gives the line item's public id."""
    account_id, standing = market.members[buyer].account_id, market.sockets[socket]
    starts_on = market.local_day(standing, flight.starts)

    def hold() -> int:
        now, listing_id = database_now(), standing.listing_id or 0
        before = starts_on + timedelta(days=flight.days)
        held = hold_days(account_id, listing_id, starts_on=starts_on, ends_before=before, now=now)
        return order_held_days(held, now=now).id

    order_id = committed(hold)
    _pay(market, order_id, account_id)
    return found(partial(_line_item_of, order_id))


def _pay(market: Market, order_id: int, account_id: int) -> None:
    gateway: PaymentGateway = market.app.extensions["isocket_gateway"]

    def begin() -> GatewayRequest | None:
        card, now = default_card(account_id), database_now()
        if card is None:
            message = f"account {account_id} of the demo has no card"
            raise InvariantBroken(message)
        intent = begin_payment(order_id, card.id, is_merchant_initiated=False, now=now)
        return None if intent is None else claim_intent(intent.id, now=now)

    request = committed(begin)
    if request is None:
        # Credit paid for all of it.
        return
    outcome = ask_gateway(request, gateway, market.app.extensions["isocket_sealer"])
    committed(lambda: record_payment_result(request.intent_id, outcome, now=database_now()))


def _line_item_of(order_id: int) -> str:
    query = sa.select(LineItem.public_id).join(Order).where(Order.id == order_id, Order.state == OrderState.PAID)
    return db.session.scalars(query).one()


def put_up(market: Market, socket: str, flight: Flight, prices: Prices, ends_at: datetime) -> int:
    """Puts a flight up for auction; gives the auction's row number."""
    standing, currency = market.sockets[socket], market.config.currency
    starts_on = market.local_day(standing, flight.starts)
    plan = AuctionPlan(
        starts_on=starts_on,
        ends_before=starts_on + timedelta(days=flight.days),
        opening_price_minor=prices.opening,
        reserve_price_minor=prices.reserve,
        buy_now_price_minor=prices.buy_now,
        scheduled_end_at=ends_at,
        is_short_notice=False,
    )
    owner = standing.owner.account_id
    auction = committed(lambda: open_auction(owner, standing.id, plan, currency=currency, now=database_now()))
    return auction.id


def bid(market: Market, auction_id: int, bidder: str, *, up_to: int | None, chance: random.Random) -> bool:
    """Places a bid: up to a ceiling, or a little over the least that is taken now.

    Returns:
        Whether it was taken; somebody who may not bid now, or to whom it became too dear, does not.
    """
    account_id = market.members[bidder].account_id
    least = found(lambda: least_bid_of(db.session.get_one(Auction, auction_id), account_id))
    ceiling = up_to or _rounded(least * chance.uniform(1.02, 1.5))
    if ceiling < least:
        return False
    try:
        committed(lambda: place_bid(auction_id, account_id, ceiling))
    except Refusal:
        db.session.remove()
        return False
    return True


def _rounded(amount: float) -> int:
    """An amount somebody would type: whole units, above 50 in fives."""
    units = round(amount / 100)
    return (units if units < 50 else round(units / 5) * 5) * 100  # noqa: PLR2004 - see the docstring


def take_second_chance(market: Market, auction_id: int, bidder: str) -> None:
    """Takes the offer that came when another's award lapsed."""
    account_id = market.members[bidder].account_id
    offered = sa.select(Award.id).where(
        Award.auction_id == auction_id, Award.account_id == account_id, Award.state == AwardState.OFFERED
    )
    award_id = found(lambda: db.session.scalars(offered).one())
    committed(lambda: accept_offer(account_id, award_id))


def line_item_won(auction_id: int) -> str | None:
    """The public id of the paid line item that came of an auction; None while there is none."""
    query = (
        sa.select(LineItem.public_id)
        .join(Order, Order.id == LineItem.order_id)
        .join(Award, Award.order_id == Order.id)
        .where(Award.auction_id == auction_id, Order.state == OrderState.PAID)
    )
    return found(lambda: db.session.scalars(query).one_or_none())


def buyer_of(market: Market, line_item: str) -> str:
    """The key of who bought a line item."""
    query = (
        sa.select(Order.buyer_account_id)
        .join(LineItem, LineItem.order_id == Order.id)
        .where(LineItem.public_id == line_item)
    )
    account_id = found(lambda: db.session.scalars(query).one())
    return next(key for key, member in market.members.items() if member.account_id == account_id)
