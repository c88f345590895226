"""The yardstick of ``bench.bids``: what a bid reads and writes, in SQLAlchemy Core, without a session or objects.

Its statements are put together once; a bid only gives them their values.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from app.domain.auctions.models import Auction, Award, Bid, BlockedBidder, Strike
from app.domain.auctions.rules import AMOUNT_MINOR_MAX, SOFT_CLOSE, STRIKES_MAX, commitment, increment
from app.domain.auctions.states import AuctionState, AwardState
from app.domain.events.kinds.auctions import BidPlaced
from app.domain.events.models import Event, EventDelivery
from app.domain.inventory.models import Site, Socket
from app.domain.payments.models import StoredCard
from app.foundation.clock import database_now
from app.foundation.db import WRITES, Model
from app.foundation.identifiers import new_public_id


def table_of(model: type[Model]) -> sa.Table:
    """The table under a model."""
    return model.metadata.tables[model.__tablename__]


AUCTION, BID, EVENT, DELIVERY = map(table_of, (Auction, Bid, Event, EventDelivery))
SOCKET, SITE, CARD, AWARD = map(table_of, (Socket, Site, StoredCard, Award))
STRIKE, BLOCKED = map(table_of, (Strike, BlockedBidder))


def _record_query() -> sa.Select[*tuple[Any, ...]]:
    auction_id, publisher_id, account_id = (
        sa.bindparam(name, type_=sa.BigInteger) for name in ("auction_id", "publisher_id", "bidder_id")
    )
    blocked = sa.exists().where(
        BLOCKED.c.publisher_account_id == publisher_id, BLOCKED.c.buyer_account_id == account_id
    )
    card = sa.exists().where(CARD.c.account_id == account_id, CARD.c.removed_at.is_(None))
    unpaid = sa.exists().where(
        AWARD.c.account_id == account_id, AWARD.c.state == AwardState.DUE, AWARD.c.first_failed_at.is_not(None)
    )
    strikes = sa.select(sa.func.count()).select_from(STRIKE)
    strikes = strikes.where(STRIKE.c.account_id == account_id, STRIKE.c.lifted_at.is_(None))
    withdrawn = sa.exists().where(
        BID.c.auction_id == auction_id, BID.c.account_id == account_id, BID.c.withdrawn_at.is_not(None)
    )
    return sa.select(blocked, card, unpaid, strikes.scalar_subquery(), withdrawn)


def _names_query() -> sa.Select[*tuple[Any, ...]]:
    socket = SOCKET.c.id == sa.bindparam("socket_id")
    return (
        sa.select(SOCKET.c.name, SITE.c.name, SITE.c.time_zone).join(SITE, SITE.c.id == SOCKET.c.site_id).where(socket)
    )


LOCK = sa.select(AUCTION).where(AUCTION.c.id == sa.bindparam("auction_id")).with_for_update()
RECORD, NAMES = _record_query(), _names_query()
CARRY_TOP = sa.update(AUCTION).where(AUCTION.c.id == sa.bindparam("auction_id"))
PLACE, TELL, DELIVER = sa.insert(BID), sa.insert(EVENT), sa.insert(DELIVERY)
TELL = TELL.returning(EVENT.c.id, sort_by_parameter_order=True)


@dataclass(frozen=True, slots=True)
class Offer:
    """A bid that takes the lead: where, whose, and how much."""

    auction_id: int
    account_id: int
    ceiling_minor: int


def bid_by_core(engine: Engine, offer: Offer) -> None:
    """Takes a bid that leads: the transaction, statements and rows of ``in_transaction(place_bid)``."""
    with engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
        auction = connection.execute(LOCK, {"auction_id": offer.auction_id}).one()
        now = database_now(connection)
        _check(connection, auction, offer, now)
        bid = _write_bid(connection, auction, offer, now)
        _write_event(connection, auction, bid, now)


def _check(connection: Connection, auction: sa.Row[Any], offer: Offer, now: datetime) -> None:
    given = {
        "auction_id": auction.id,
        "publisher_id": auction.publisher_account_id,
        "bidder_id": offer.account_id,
    }
    record = connection.execute(RECORD, given).one()
    least = auction.standing_price_minor + increment(auction.standing_price_minor)
    may_bid = record[1] and not (record[0] or record[2] or record[4]) and record[3] < STRIKES_MAX
    is_open = auction.state is AuctionState.OPEN and now + SOFT_CLOSE < auction.ends_at
    takes_lead = offer.account_id not in {auction.leader_account_id, auction.publisher_account_id}
    takes_lead = takes_lead and max(least, auction.leader_ceiling_minor + 1) <= offer.ceiling_minor <= AMOUNT_MINOR_MAX
    if not (may_bid and is_open and takes_lead):
        message = "the yardstick measures bids that take the lead, and this one does not"
        raise RuntimeError(message)


def _write_bid(connection: Connection, auction: sa.Row[Any], offer: Offer, now: datetime) -> Mapping[str, Any]:
    sequence, second = auction.bids + 1, auction.leader_ceiling_minor
    price = max(auction.opening_price_minor, min(offer.ceiling_minor, second + increment(second)))
    public_id, nonce = new_public_id(), new_public_id()
    top = {
        "auction_id": auction.id,
        "bids": sequence,
        "standing_price_minor": price,
        "leader_account_id": offer.account_id,
        "leader_ceiling_minor": offer.ceiling_minor,
        "leader_sequence": sequence,
        "second_ceiling_minor": second,
    }
    connection.execute(CARRY_TOP, top)
    bid = {
        "public_id": public_id,
        "auction_id": auction.id,
        "sequence": sequence,
        "account_id": offer.account_id,
        "ceiling_minor": offer.ceiling_minor,
        "placed_at": now,
        "price_after_minor": price,
        "nonce": nonce,
        "commitment": commitment(auction.public_id, public_id, offer.ceiling_minor, nonce),
        "withdrawn_at": None,
        "withdrawal_reason": None,
    }
    connection.execute(PLACE, bid)
    return bid


def _write_event(connection: Connection, auction: sa.Row[Any], bid: Mapping[str, Any], now: datetime) -> None:
    socket_name, site_name, time_zone = connection.execute(NAMES, {"socket_id": auction.socket_id}).one()
    ends_at = auction.ends_at.isoformat()
    payload = {
        "auction": auction.public_id,
        "socket": auction.socket_id,
        "what": {"as": "socket_name", "socket": socket_name, "site": site_name},
        "price": {"as": "amount", "minor": bid["price_after_minor"], "currency": auction.currency},
        "ends": {"as": "moment", "at": ends_at, "time_zone": time_zone, "is_limit": False},
        "bid": bid["public_id"],
        "bidder_account_id": bid["account_id"],
        "outbid_account_id": auction.leader_account_id,
    }
    event = {
        "kind": BidPlaced.kind,
        "occurred_at": now,
        "actor_user_id": None,
        "account_id": bid["account_id"],
        "subject_kind": BidPlaced.subject,
        "subject_id": auction.public_id,
        "payload": payload,
    }
    event_id = connection.scalars(TELL, [event]).one()
    connection.execute(DELIVER, [{"event_id": event_id, "consumer": consumer} for consumer in BidPlaced.consumers])
