"""The yardstick of ``bench.bids``: what a bid reads and writes, in SQLAlchemy Core, without a session or objects.

Its statements are put together once; a bid only gives them their values.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from app.domain.accounts.models import Membership
from app.domain.auctions.models import Auction, Award, Bid, BlockedBidder, Strike
from app.domain.auctions.rules import AMOUNT_MINOR_MAX, SOFT_CLOSE, STRIKES_MAX, commitment, increment
from app.domain.auctions.states import AuctionState, AwardState
from app.domain.events.kinds import EventKind, listeners
from app.domain.events.models import Event, EventDelivery
from app.domain.payments.models import StoredCard
from app.foundation.clock import database_now
from app.foundation.db import WRITES, Model
from app.foundation.identifiers import new_public_id


def table_of(model: type[Model]) -> sa.Table:
    """The table under a model."""
    return model.metadata.tables[model.__tablename__]


AUCTION, BID, FACT, DELIVERY = map(table_of, (Auction, Bid, Event, EventDelivery))
MEMBERSHIP, CARD, AWARD = map(table_of, (Membership, StoredCard, Award))
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


def _members_query() -> sa.Select[int, int]:
    told = MEMBERSHIP.c.account_id.in_(sa.bindparam("told", expanding=True))
    query = sa.select(MEMBERSHIP.c.account_id, sa.func.min(MEMBERSHIP.c.user_id))
    return query.where(told).group_by(MEMBERSHIP.c.account_id)


LOCK = sa.select(AUCTION).where(AUCTION.c.id == sa.bindparam("auction_id")).with_for_update()
RECORD, MEMBERS = _record_query(), _members_query()
CARRY_TOP = sa.update(AUCTION).where(AUCTION.c.id == sa.bindparam("auction_id"))
PLACE, TELL, DELIVER = sa.insert(BID), sa.insert(FACT), sa.insert(DELIVERY)
TELL = TELL.returning(FACT.c.id, sort_by_parameter_order=True)


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
        public_id = _write_bid(connection, auction, offer, now)
        _write_facts(connection, auction, offer, now=now, public_id=public_id)


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


def _write_bid(connection: Connection, auction: sa.Row[Any], offer: Offer, now: datetime) -> str:
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
    return public_id


def _write_facts(connection: Connection, auction: sa.Row[Any], offer: Offer, *, now: datetime, public_id: str) -> None:
    told = {EventKind.BID_PLACED: offer.account_id, EventKind.OUTBID: auction.leader_account_id}
    members = {row[0]: row[1] for row in connection.execute(MEMBERS, {"told": list(told.values())})}
    shared = {"auction": auction.public_id, "socket": auction.socket_id}
    details = {EventKind.BID_PLACED: {"bid": public_id}, EventKind.OUTBID: {}}
    facts = [
        {"kind": kind, "occurred_at": now, "user_id": members[account_id], "payload": shared | details[kind]}
        for kind, account_id in told.items()
    ]
    ids = connection.scalars(TELL, facts).all()
    waiting = [
        {"fact_id": fact_id, "consumer": consumer}
        for fact_id, kind in zip(ids, told, strict=True)
        for consumer in listeners(kind)
    ]
    connection.execute(DELIVER, waiting)
