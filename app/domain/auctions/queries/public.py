"""What people see of auctions: the public history, one's own bids, whom one has blocked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from app.domain.accounts.models import Account
from app.domain.auctions.models import Auction, Award, Bid, BlockedBidder
from app.domain.auctions.rules import INCREMENT_ABOVE, INCREMENTS, is_public_ceiling, masked
from app.domain.auctions.states import AuctionState
from app.domain.inventory.models import Site, Socket
from app.foundation.db import db
from app.foundation.paging import PAGE_SIZE, RowsPage


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One bid in the public history: the bidder masked, a beaten ceiling shown, the leader's never."""

    account_id: int
    """Tells which bids are one bidder's; never shown."""
    public_id: str
    sequence: int
    bidder: str
    placed_at: datetime
    price_after_minor: int
    ceiling_minor: int | None
    commitment: str
    is_withdrawn: bool
    is_own: bool


def bid_history(auction: Auction, viewer_account_id: int | None, limit: int) -> list[HistoryRow]:
    """An auction's newest bids, newest first, as everybody may see them.

    Of the ceilings, those that ``is_public_ceiling`` lets be seen; a bidder sees their own.
    """
    query = (
        sa.select(Bid, Account.display_name)
        .join(Account, Account.id == Bid.account_id)
        .where(Bid.auction_id == auction.id)
        .order_by(Bid.sequence.desc())
        .limit(limit)
    )
    return [
        HistoryRow(
            account_id=bid.account_id,
            public_id=bid.public_id,
            sequence=bid.sequence,
            bidder=masked(name),
            placed_at=bid.placed_at,
            price_after_minor=bid.price_after_minor,
            ceiling_minor=bid.ceiling_minor if _may_see(bid, auction, viewer_account_id) else None,
            commitment=bid.commitment,
            is_withdrawn=bid.withdrawn_at is not None,
            is_own=bid.account_id == viewer_account_id,
        )
        for bid, name in db.session.execute(query)
    ]


@dataclass(frozen=True, slots=True)
class OwnBidRow:
    """One of a bidder's bids with what it was placed on, and the bidder's award there if there is one."""

    bid: Bid
    auction: Auction
    socket_name: str
    site_name: str
    award: Award | None


def bids_of_account(account_id: int, number: int) -> RowsPage[OwnBidRow]:
    """Every bid an account placed, newest first."""
    total = db.session.scalars(sa.select(sa.func.count()).select_from(Bid).where(Bid.account_id == account_id)).one()
    query = (
        sa.select(Bid, Auction, Socket.name.label("socket_name"), Site.name.label("site_name"))
        .join(Auction, Auction.id == Bid.auction_id)
        .join(Socket, Socket.id == Auction.socket_id)
        .join(Site, Site.id == Socket.site_id)
        .where(Bid.account_id == account_id)
        .order_by(Bid.id.desc())
        .limit(PAGE_SIZE)
        .offset((number - 1) * PAGE_SIZE)
    )
    rows = db.session.execute(query).all()
    awards = _awards_by_auction(account_id, [row.Auction.id for row in rows])
    found = [
        OwnBidRow(row.Bid, row.Auction, row.socket_name, row.site_name, awards.get(row.Auction.id)) for row in rows
    ]
    return RowsPage(rows=found, number=number, total=total)


@dataclass(frozen=True, slots=True)
class OwnAuctionRow:
    """One of a publisher's auctions with what is sold."""

    auction: Auction
    socket_name: str
    site_name: str


def auctions_of_publisher(account_id: int, number: int) -> RowsPage[OwnAuctionRow]:
    """A publisher's auctions: the running ones first, the next to end at the top; then the ended, newest first."""
    total = db.session.scalars(
        sa.select(sa.func.count()).select_from(Auction).where(Auction.publisher_account_id == account_id)
    ).one()
    is_open = Auction.state == AuctionState.OPEN
    query = (
        sa.select(Auction, Socket.name.label("socket_name"), Site.name.label("site_name"))
        .join(Socket, Socket.id == Auction.socket_id)
        .join(Site, Site.id == Socket.site_id)
        .where(Auction.publisher_account_id == account_id)
        .order_by(sa.case((is_open, 0), else_=1), sa.case((is_open, Auction.ends_at)), Auction.id.desc())
        .limit(PAGE_SIZE)
        .offset((number - 1) * PAGE_SIZE)
    )
    rows = [OwnAuctionRow(row.Auction, row.socket_name, row.site_name) for row in db.session.execute(query)]
    return RowsPage(rows=rows, number=number, total=total)


def blocked_bidders_of(publisher_account_id: int) -> Sequence[tuple[BlockedBidder, str]]:
    """Whom a publisher has blocked, each with the masked name, the latest first."""
    query = (
        sa.select(BlockedBidder, Account.display_name)
        .join(Account, Account.id == BlockedBidder.buyer_account_id)
        .where(BlockedBidder.publisher_account_id == publisher_account_id)
        .order_by(BlockedBidder.blocked_at.desc(), BlockedBidder.buyer_account_id)
    )
    return [(blocked, masked(name)) for blocked, name in db.session.execute(query)]


def increment_table() -> list[tuple[int | None, int]]:
    """The increments as published: below which second ceiling (None: above all), and how much."""
    return [*INCREMENTS, (None, INCREMENT_ABOVE)]


def _may_see(bid: Bid, auction: Auction, viewer_account_id: int | None) -> bool:
    return bid.account_id == viewer_account_id or is_public_ceiling(
        bid.ceiling_minor,
        standing_price_minor=auction.standing_price_minor,
        is_leaders=bid.account_id == auction.leader_account_id,
        is_withdrawn=bid.withdrawn_at is not None,
    )


def _awards_by_auction(account_id: int, auction_ids: Sequence[int]) -> dict[int, Award]:
    query = sa.select(Award).where(Award.account_id == account_id, Award.auction_id.in_(auction_ids))
    return {award.auction_id: award for award in db.session.scalars(query.order_by(Award.id))}
