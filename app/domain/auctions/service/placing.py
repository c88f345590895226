"""Placing a bid: lock the auction, then read the clock, then decide."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from app.domain.auctions.errors import (
    AuctionOver,
    BiddingCardNeeded,
    BiddingStopped,
    BidTooLow,
    OwnAuction,
    UnpaidAward,
)
from app.domain.auctions.models import Auction, Bid
from app.domain.auctions.queries import (
    bidders_of,
    least_bid_of,
    lock_auction,
    own_history,
    standing_of,
    terms_of,
    top_of_auction,
)
from app.domain.auctions.queries.bidder import BidderRecord, bidder_record
from app.domain.auctions.rules import (
    STRIKES_MAX,
    CeilingBid,
    TopBids,
    check_bid,
    check_correction,
    commitment,
    end_after_bid,
    standing_at,
    top_after,
)
from app.domain.auctions.service.noting import as_it_stands
from app.domain.auctions.states import AuctionState
from app.domain.events.kinds.auctions import AuctionExtended, BidPlaced
from app.domain.events.service import NewEvent, record_all
from app.foundation.clock import database_now
from app.foundation.db import db
from app.foundation.errors import NotAllowed
from app.foundation.identifiers import new_public_id
from app.foundation.messages import N_
from app.foundation.money import Amount

_WRITE_BID = sa.insert(Bid.metadata.tables[Bid.__tablename__])


@dataclass(frozen=True, slots=True)
class PlacedBid:
    """A bid that was taken: its name, whether its bidder leads now, and the price they would pay."""

    public_id: str
    leads: bool
    price_minor: int


def place_bid(auction_id: int, account_id: int, ceiling_minor: int) -> PlacedBid:
    """Takes a ceiling; the system bids the least needed up to it. Locks the auction row.

    The time that counts is the database's, read after the lock: a bid at or after the end is refused.

    Args:
        auction_id: the auction.
        account_id: the bidder; their e-mail address is confirmed (the route's permission).
        ceiling_minor: the most they would pay, in minor units.

    Raises:
        NotFound: there is no such auction.
        AuctionOver: it has ended, or was cancelled.
        OwnAuction: the bidder is its publisher.
        NotAllowed: the publisher has blocked this bidder.
        CardNeeded: no verified card is stored.
        UnpaidAward: something won earlier is unpaid.
        BiddingStopped: three awards were not paid.
        BidAfterWithdrawal: they withdrew, and the correction is over.
        BidTooLow: it is below the least that may be bid now.
        BidTooHigh: it is absurdly high.
    """
    auction = lock_auction(auction_id)
    now = database_now()
    check_bid_allowed(auction, account_id, ceiling_minor, now=now)
    return _take(auction, account_id, ceiling_minor, now)


def check_bid_allowed(auction: Auction, account_id: int, ceiling_minor: int, *, now: datetime) -> None:
    """Raises if the bid would be refused now, as ``place_bid`` does; changes nothing."""
    if auction.state is not AuctionState.OPEN or now >= auction.ends_at:
        raise AuctionOver
    if check_bidder(auction, account_id).has_withdrawn:
        check_correction(own_history(auction.id, account_id), now=now)
    _check_amount(auction, account_id, ceiling_minor)


def check_bidder(auction: Auction, account_id: int) -> BidderRecord:
    """Raises if the account may not bid on this auction; see ``place_bid``."""
    if auction.publisher_account_id == account_id:
        raise OwnAuction
    record = bidder_record(auction.id, auction.publisher_account_id, account_id)
    if record.is_blocked:
        raise NotAllowed(N_("This publisher does not take bids from you."))
    if not record.has_card:
        raise BiddingCardNeeded
    if record.has_unpaid_award:
        raise UnpaidAward
    if record.strikes >= STRIKES_MAX:
        raise BiddingStopped
    return record


def _check_amount(auction: Auction, account_id: int, ceiling_minor: int) -> None:
    own = auction.leader_ceiling_minor if auction.leader_account_id == account_id else None
    try:
        check_bid(standing_of(auction), account_id, own, ceiling_minor)
    except BidTooLow as refusal:
        least = Amount(least_bid_of(auction, account_id), auction.currency)
        raise BidTooLow(N_("Bid at least %(amount)s."), amount=least) from refusal


def _take(auction: Auction, account_id: int, ceiling_minor: int, now: datetime) -> PlacedBid:
    old_leader, old_end = auction.leader_account_id, auction.ends_at
    sequence = auction.bids + 1
    top = top_after(top_of_auction(auction), CeilingBid(sequence, account_id, ceiling_minor))
    carry_top(auction, top)
    auction.bids = sequence
    leads = auction.leader_account_id == account_id
    leader_changed = auction.leader_account_id != old_leader
    auction.ends_at = end_after_bid(
        ends_at=auction.ends_at, hard_end_at=auction.hard_end_at, now=now, leader_changed=leader_changed
    )
    public_id, nonce = new_public_id(), new_public_id()
    db.session.flush()
    bid = {
        "public_id": public_id,
        "auction_id": auction.id,
        "sequence": sequence,
        "account_id": account_id,
        "ceiling_minor": ceiling_minor,
        "placed_at": now,
        "price_after_minor": auction.standing_price_minor,
        "nonce": nonce,
        "commitment": commitment(auction.public_id, public_id, ceiling_minor, nonce),
    }
    db.session.connection().execute(_WRITE_BID, bid)
    outbid = old_leader if leader_changed else None
    _note(auction, account_id, public_id, outbid, is_extended=auction.ends_at > old_end, now=now)
    return PlacedBid(public_id=public_id, leads=leads, price_minor=auction.standing_price_minor)


def carry_top(auction: Auction, top: TopBids) -> None:
    """Writes the top of the history and what follows from it onto the auction row."""
    current = standing_at(top, terms_of(auction))
    auction.leader_account_id = top.leader.account_id if top.leader else None
    auction.leader_ceiling_minor = top.leader.ceiling_minor if top.leader else None
    auction.leader_sequence = top.leader.sequence if top.leader else None
    auction.second_ceiling_minor = top.second_ceiling_minor
    auction.standing_price_minor = current.price_minor
    auction.meets_reserve = current.meets_reserve


def _note(
    auction: Auction, account_id: int, bid: str, outbid_account_id: int | None, *, is_extended: bool, now: datetime
) -> None:
    standing = as_it_stands(auction)
    placed = BidPlaced(bid=bid, bidder_account_id=account_id, outbid_account_id=outbid_account_id, **standing)
    events = [NewEvent(data=placed, account_id=account_id)]
    if is_extended:
        extended = AuctionExtended(bidder_account_ids=tuple(bidders_of(auction.id)), **standing)
        events.append(NewEvent(data=extended, account_id=account_id))
    record_all(events, now=now)
