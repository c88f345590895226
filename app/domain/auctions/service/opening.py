"""Putting a flight up for auction, and changing one's mind before the first bid."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from app.domain.auctions.errors import AuctionHasBids, AuctionOver
from app.domain.auctions.models import Auction, Bid, BlockedBidder
from app.domain.auctions.queries import lock_auction
from app.domain.auctions.rules import (
    HARD_END_AFTER,
    LEAD_BEFORE_FLIGHT,
    SHORT_LEAD_BEFORE_FLIGHT,
    AuctionTerms,
    check_terms,
    check_times,
    pay_window,
)
from app.domain.auctions.states import AUCTION_MOVES, AuctionState
from app.domain.inventory.errors import NotProved, SocketClosed
from app.domain.inventory.models import Listing, Socket
from app.domain.inventory.queries import own_socket
from app.domain.inventory.service.calendar import free_auction_days, keep_site, lock_socket, take_auction_days
from app.domain.inventory.service.sockets import note_socket_change
from app.domain.inventory.states import LISTING_MOVES, ListingKind, ListingState, SiteState, SocketState
from app.foundation.clock import database_now
from app.foundation.db import db
from app.foundation.errors import NotFound
from app.foundation.flight import Flight
from app.foundation.identifiers import new_public_id


@dataclass(frozen=True, slots=True)
class AuctionPlan:
    """What a publisher puts up: which days, at which prices in minor units, until when."""

    starts_on: date
    ends_before: date
    opening_price_minor: int
    reserve_price_minor: int | None
    buy_now_price_minor: int | None
    scheduled_end_at: datetime
    is_short_notice: bool

    @property
    def terms(self) -> AuctionTerms:
        """The prices as the rules take them."""
        return AuctionTerms(self.opening_price_minor, self.reserve_price_minor, self.buy_now_price_minor)

    @property
    def hard_end_at(self) -> datetime:
        """The moment past which no extension goes."""
        return self.scheduled_end_at + HARD_END_AFTER

    @property
    def pay_hours(self) -> int:
        """How long a winner has when the first charge fails."""
        return pay_window(is_short_notice=self.is_short_notice) // timedelta(hours=1)


def open_auction(account_id: int, socket_id: int, plan: AuctionPlan, *, currency: str, now: datetime) -> Auction:
    """Puts a flight of the first free place up for auction; its days are taken at once.

    Raises:
        NotFound: it is not this account's socket.
        NotProved: the site's domain is not proved.
        SocketClosed: the socket is off the market.
        TermsRefused: prices or times do not fit together.
        DaysTaken: no place is free on all of the days.
    """
    own_socket(account_id, socket_id)
    socket = lock_socket(socket_id)
    site = keep_site(socket)
    if site.state is not SiteState.PROVED:
        raise NotProved
    if socket.state is not SocketState.OPEN:
        raise SocketClosed
    _check(plan, site.time_zone, socket.approval_hours, now)
    listing = Listing(
        socket_id=socket.id,
        kind=ListingKind.AUCTION,
        state=ListingState.OPEN,
        currency=currency,
        lead_days=0,
        days_min=1,
        days_max=366,
        created_at=now,
    )
    db.session.add(listing)
    db.session.flush()
    place = take_auction_days(listing, socket, starts_on=plan.starts_on, ends_before=plan.ends_before, now=now)
    auction = Auction(
        public_id=new_public_id(),
        listing_id=listing.id,
        socket_id=socket.id,
        publisher_account_id=account_id,
        place=place,
        starts_on=plan.starts_on,
        ends_before=plan.ends_before,
        currency=currency,
        opened_at=now,
        state=AuctionState.OPEN,
        bids=0,
        meets_reserve=False,
    )
    _set_terms(auction, plan)
    db.session.add(auction)
    db.session.flush()
    note_socket_change(socket, account_id, now=now)
    return auction


def amend_auction(account_id: int, auction_id: int, plan: AuctionPlan) -> Auction:
    """Changes prices and end before the first bid; the flight stays, whatever the plan says of it.

    Raises:
        NotFound: it is not this account's auction.
        AuctionHasBids: somebody has bid.
        AuctionOver: it has ended.
        TermsRefused: prices or times do not fit together.
    """
    auction = _own_without_bids(account_id, auction_id)
    now = database_now()
    if now >= auction.ends_at:
        raise AuctionOver
    socket, site = own_socket(account_id, auction.socket_id)
    plan = replace(plan, starts_on=auction.starts_on, ends_before=auction.ends_before)
    _check(plan, site.time_zone, socket.approval_hours, now)
    _set_terms(auction, plan)
    db.session.flush()
    note_socket_change(socket, account_id, now=now)
    return auction


def cancel_auction(account_id: int, auction_id: int) -> Auction:
    """Takes an auction back before the first bid; its days are free again.

    Raises:
        NotFound: it is not this account's auction.
        AuctionHasBids: somebody has bid, or it is over.
    """
    auction = _own_without_bids(account_id, auction_id)
    now = database_now()
    auction.state = AUCTION_MOVES.advance(auction.state, AuctionState.CANCELLED)
    auction.closed_at = now
    listing = db.session.get_one(Listing, auction.listing_id)
    listing.state = LISTING_MOVES.advance(listing.state, ListingState.CANCELLED)
    listing.closed_at = now
    free_auction_days(listing.id)
    db.session.flush()
    note_socket_change(db.session.get_one(Socket, auction.socket_id), account_id, now=now)
    return auction


def block_bidder(publisher_account_id: int, bid_public_id: str, *, now: datetime) -> None:
    """Blocks the bidder of this bid from all auctions of this publisher; bids placed before remain.

    The publisher names the bid, not the person: bidders stay masked for publishers too.

    Raises:
        NotFound: it is no bid on an auction of this publisher.
    """
    query = sa.select(Bid.account_id).join(Auction, Auction.id == Bid.auction_id)
    own = query.where(Bid.public_id == bid_public_id, Auction.publisher_account_id == publisher_account_id)
    buyer_account_id = db.session.scalars(own).one_or_none()
    if buyer_account_id is None:
        raise NotFound
    if db.session.get(BlockedBidder, (publisher_account_id, buyer_account_id)) is None:
        blocked = BlockedBidder(
            publisher_account_id=publisher_account_id, buyer_account_id=buyer_account_id, blocked_at=now
        )
        db.session.add(blocked)
        db.session.flush()


def unblock_bidder(publisher_account_id: int, buyer_account_id: int) -> None:
    """Unblocks a buyer, who may bid again.

    Raises:
        NotFound: this publisher has not blocked them.
    """
    blocked = db.session.get(BlockedBidder, (publisher_account_id, buyer_account_id))
    if blocked is None:
        raise NotFound
    db.session.delete(blocked)
    db.session.flush()


def hours_before_flight(approval_hours: int) -> tuple[int, int]:
    """How many hours before the flight an auction has to end, and how many with short notice."""
    rest = timedelta(hours=approval_hours) + HARD_END_AFTER
    hour = timedelta(hours=1)
    return (LEAD_BEFORE_FLIGHT + rest) // hour, (SHORT_LEAD_BEFORE_FLIGHT + rest) // hour


def _own_without_bids(account_id: int, auction_id: int) -> Auction:
    auction = lock_auction(auction_id)
    if auction.publisher_account_id != account_id:
        raise NotFound
    if auction.bids or auction.state is not AuctionState.OPEN:
        raise AuctionHasBids
    return auction


def check_plan(account_id: int, socket_id: int, plan: AuctionPlan, *, now: datetime) -> None:
    """Raises if prices or times of a plan do not fit together; changes nothing.

    Raises:
        NotFound: it is not this account's socket.
        TermsRefused: prices or times do not fit together.
    """
    socket, site = own_socket(account_id, socket_id)
    _check(plan, site.time_zone, socket.approval_hours, now)


def _check(plan: AuctionPlan, time_zone: str, approval_hours: int, now: datetime) -> None:
    check_terms(plan.terms)
    check_times(
        now=now,
        scheduled_end_at=plan.scheduled_end_at,
        flight_starts_at=Flight(plan.starts_on, plan.ends_before).starts_at(ZoneInfo(time_zone)),
        approval_hours=approval_hours,
        is_short_notice=plan.is_short_notice,
    )


def _set_terms(auction: Auction, plan: AuctionPlan) -> None:
    auction.opening_price_minor = plan.opening_price_minor
    auction.reserve_price_minor = plan.reserve_price_minor
    auction.buy_now_price_minor = plan.buy_now_price_minor
    auction.standing_price_minor = plan.opening_price_minor
    auction.is_short_notice = plan.is_short_notice
    auction.scheduled_end_at = plan.scheduled_end_at
    auction.ends_at = plan.scheduled_end_at
    auction.hard_end_at = plan.hard_end_at
