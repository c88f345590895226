"""Reads of the auctions room. The leader's ceiling never leaves it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from app.domain.accounts.models import Account
from app.domain.auctions.errors import WithdrawalRefused
from app.domain.auctions.models import Auction, Award, Bid, Strike
from app.domain.auctions.rules import (
    AuctionTerms,
    CeilingBid,
    OwnBid,
    Standing,
    TopBids,
    bids_to_withdraw,
    buy_now_is_open,
    minimum_bid,
)
from app.domain.auctions.states import OPEN_AWARDS, AuctionState, AwardState
from app.domain.inventory.models import Site, Socket
from app.foundation.db import db
from app.foundation.errors import NotFound
from app.foundation.paging import PAGE_SIZE, RowsPage
from app.foundation.work_failures import Retries


def lock_auction(auction_id: int) -> Auction:
    """An auction, locked; read the clock after this, not before.

    Raises:
        NotFound: there is none.
    """
    auction = db.session.scalars(_LOCKED, {"auction_id": auction_id}).one_or_none()
    if auction is None:
        raise NotFound
    return auction


# Made once, as everything that a bid asks: putting a statement together takes longer than running it.
_LOCKED = sa.select(Auction).where(Auction.id == sa.bindparam("auction_id")).with_for_update()
_LOCKED = _LOCKED.execution_options(populate_existing=True)


def auctions_to_close(limit: int, *, retries: Retries) -> Sequence[int]:
    """Open auctions whose end has passed, oldest end first."""
    query = sa.select(Auction.id).where(
        Auction.state == AuctionState.OPEN, Auction.ends_at <= retries.now, retries.allow(Auction.id)
    )
    return db.session.scalars(query.order_by(Auction.ends_at, Auction.id).limit(limit)).all()


def terms_of(auction: Auction) -> AuctionTerms:
    """An auction's prices as the rules take them."""
    return AuctionTerms(auction.opening_price_minor, auction.reserve_price_minor, auction.buy_now_price_minor)


def top_of_auction(auction: Auction) -> TopBids:
    """The top of an auction's history as the auction row carries it."""
    if auction.leader_account_id is None or auction.leader_ceiling_minor is None or auction.leader_sequence is None:
        return TopBids(None, None)
    leader = CeilingBid(auction.leader_sequence, auction.leader_account_id, auction.leader_ceiling_minor)
    return TopBids(leader, auction.second_ceiling_minor)


def standing_of(auction: Auction) -> Standing:
    """Who leads an auction and at what price."""
    return Standing(
        price_minor=auction.standing_price_minor,
        leader_account_id=auction.leader_account_id,
        leading_sequence=auction.leader_sequence,
        meets_reserve=auction.meets_reserve,
    )


def counting_bids(auction_id: int) -> list[CeilingBid]:
    """Every bid of an auction that was not withdrawn, in order."""
    query = sa.select(Bid.sequence, Bid.account_id, Bid.ceiling_minor).where(
        Bid.auction_id == auction_id, Bid.withdrawn_at.is_(None)
    )
    return [CeilingBid(*row) for row in db.session.execute(query.order_by(Bid.sequence))]


def all_bids(auction_id: int) -> Sequence[Bid]:
    """Every bid of an auction in order, withdrawn ones too."""
    return db.session.scalars(sa.select(Bid).where(Bid.auction_id == auction_id).order_by(Bid.sequence)).all()


def own_history(auction_id: int, account_id: int) -> list[OwnBid]:
    """A bidder's bids on an auction as the rules of withdrawal take them, newest first."""
    query = sa.select(Bid.sequence, Bid.placed_at, Bid.withdrawn_at)
    query = query.where(Bid.auction_id == auction_id, Bid.account_id == account_id)
    return [OwnBid(*row) for row in db.session.execute(query.order_by(Bid.sequence.desc()))]


def own_bid(account_id: int, public_id: str) -> Bid:
    """A bid of this account.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    query = sa.select(Bid).where(Bid.public_id == public_id, Bid.account_id == account_id)
    bid = db.session.scalars(query).one_or_none()
    if bid is None:
        raise NotFound
    return bid


def bidders_of(auction_id: int) -> Sequence[int]:
    """Everybody with a bid on an auction that was not withdrawn."""
    query = sa.select(Bid.account_id).where(Bid.auction_id == auction_id, Bid.withdrawn_at.is_(None))
    return db.session.scalars(query.distinct().order_by(Bid.account_id)).all()


def least_bid_of(auction: Auction, account_id: int | None) -> int:
    """The least ceiling that this person could give now, in minor units."""
    own = auction.leader_ceiling_minor if account_id == auction.leader_account_id else None
    return minimum_bid(standing_of(auction), account_id or 0, own)


def buy_now_price_of(auction: Auction) -> int | None:
    """The buy-now price while it can be taken, in minor units."""
    is_open = auction.state is AuctionState.OPEN and buy_now_is_open(terms_of(auction), standing_of(auction))
    return auction.buy_now_price_minor if is_open else None


def has_bid_on(auction_id: int, account_id: int) -> bool:
    """Whether somebody has a bid on an auction that was not withdrawn."""
    query = sa.select(Bid.id).where(
        Bid.auction_id == auction_id, Bid.account_id == account_id, Bid.withdrawn_at.is_(None)
    )
    return db.session.scalars(query.limit(1)).first() is not None


def may_withdraw(auction: Auction, account_id: int, now: datetime) -> list[int]:
    """The bids of an account that a withdrawal would take back now, by sequence; empty when none."""
    own = own_history(auction.id, account_id)
    if auction.state is not AuctionState.OPEN or now >= auction.ends_at:
        return []
    try:
        return bids_to_withdraw(own, ends_at=auction.ends_at, scheduled_end_at=auction.scheduled_end_at, now=now)
    except WithdrawalRefused:
        return []


def running_strikes_query(account_id: int | sa.BindParameter[int]) -> sa.Select[int]:
    """Asks how many unpaid awards count against an account."""
    query = sa.select(sa.func.count()).select_from(Strike)
    return query.where(Strike.account_id == account_id, Strike.lifted_at.is_(None))


def running_strikes(account_id: int) -> int:
    """How many unpaid awards count against an account."""
    return db.session.scalars(running_strikes_query(account_id)).one()


def unpaid_awards_query(account_id: int | sa.BindParameter[int]) -> sa.Select[int]:
    """Asks for the awards that an account owes for since a charge of them failed."""
    return sa.select(Award.id).where(
        Award.account_id == account_id, Award.state == AwardState.DUE, Award.first_failed_at.is_not(None)
    )


def has_unpaid_award(account_id: int) -> bool:
    """Whether an account owes for an award since a charge of it failed."""
    return db.session.scalars(unpaid_awards_query(account_id).limit(1)).first() is not None


def needs_a_card(account_id: int) -> bool:
    """Whether an account owes for an award, or has a bid in a running auction: it must keep a stored card."""
    owed = sa.select(Award.id).where(Award.account_id == account_id, Award.state == AwardState.DUE)
    running = (
        sa.select(Bid.id)
        .join(Auction, Auction.id == Bid.auction_id)
        .where(Bid.account_id == account_id, Bid.withdrawn_at.is_(None), Auction.state == AuctionState.OPEN)
    )
    return any(db.session.scalars(query.limit(1)).first() is not None for query in (owed, running))


def award_of_order(order_id: int) -> Award | None:
    """The award that an order was made of, if it was."""
    return db.session.scalars(sa.select(Award).where(Award.order_id == order_id)).one_or_none()


def own_award(account_id: int, public_id: str) -> Award:
    """An award of this account.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    query = sa.select(Award).where(Award.public_id == public_id, Award.account_id == account_id)
    award = db.session.scalars(query).one_or_none()
    if award is None:
        raise NotFound
    return award


def result_of(auction: Auction) -> Award | None:
    """The award with which an auction ended: the newest that was due at some time; None without a sale."""
    if auction.state is not AuctionState.AWARDED:
        return None
    query = sa.select(Award).where(
        Award.auction_id == auction.id, Award.state.in_((AwardState.DUE, AwardState.PAID, AwardState.LAPSED))
    )
    return db.session.scalars(query.order_by(Award.id.desc()).limit(1)).one_or_none()


def passed_over(award: Award) -> list[int]:
    """The accounts that had an earlier award on the same auction: this one was worked out without their bids."""
    query = sa.select(Award.account_id).where(Award.auction_id == award.auction_id, Award.id < award.id)
    return list(db.session.scalars(query.order_by(Award.id)))


def award_on(auction_id: int, account_id: int) -> Award | None:
    """The newest award of somebody on an auction."""
    query = sa.select(Award).where(Award.auction_id == auction_id, Award.account_id == account_id)
    return db.session.scalars(query.order_by(Award.id.desc()).limit(1)).one_or_none()


def award_was_made(auction_id: int) -> bool:
    """Whether anybody was ever awarded or offered the flight of an auction."""
    return db.session.scalars(sa.select(Award.id).where(Award.auction_id == auction_id).limit(1)).first() is not None


def live_award_of(auction_id: int) -> Award | None:
    """The award of an auction that is offered, due or paid."""
    live = (AwardState.OFFERED, AwardState.DUE, AwardState.PAID)
    query = sa.select(Award).where(Award.auction_id == auction_id, Award.state.in_(live))
    return db.session.scalars(query).one_or_none()


def awards_to_follow(after_id: int, limit: int, *, retries: Retries) -> Sequence[int]:
    """Awards whose outcome is open, oldest first, from behind this one on."""
    query = sa.select(Award.id).where(Award.state.in_(OPEN_AWARDS), Award.id > after_id, retries.allow(Award.id))
    return db.session.scalars(query.order_by(Award.id).limit(limit)).all()


@dataclass(frozen=True, slots=True)
class AuctionView:
    """An auction with what is sold and by whom."""

    auction: Auction
    socket: Socket
    site: Site
    publisher: Account


def auction_view(public_id: str) -> AuctionView:
    """An auction at its public address, with its socket, site and publisher.

    Raises:
        NotFound: there is none.
    """
    row = db.session.execute(_views().where(Auction.public_id == public_id)).one_or_none()
    if row is None:
        raise NotFound
    return AuctionView(row.Auction, row.Socket, row.Site, row.Account)


def auction_view_by_id(auction_id: int) -> AuctionView:
    """An auction known to exist, with its socket, site and publisher."""
    row = db.session.execute(_views().where(Auction.id == auction_id)).one()
    return AuctionView(row.Auction, row.Socket, row.Site, row.Account)


def own_auction_view(publisher_account_id: int, public_id: str) -> AuctionView:
    """An auction of this publisher.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    view = auction_view(public_id)
    if view.auction.publisher_account_id != publisher_account_id:
        raise NotFound
    return view


def open_awards_of(account_id: int) -> Sequence[Award]:
    """What an account may take or has to pay now, the first to run out first."""
    query = sa.select(Award).where(Award.account_id == account_id, Award.state.in_(OPEN_AWARDS))
    return db.session.scalars(query.order_by(Award.open_until, Award.id)).all()


def withdrawals_of(account_slug: str) -> int:
    """How many bids an account has withdrawn; stands on its public profile."""
    query = sa.select(sa.func.count()).select_from(Bid).join(Account, Account.id == Bid.account_id)
    return db.session.scalars(query.where(Account.slug == account_slug, Bid.withdrawn_at.is_not(None))).one()


def all_auctions(number: int) -> RowsPage[AuctionView]:
    """Every auction, newest first, for staff."""
    total = db.session.scalars(sa.select(sa.func.count()).select_from(Auction)).one()
    query = _views().order_by(Auction.id.desc()).limit(PAGE_SIZE).offset((number - 1) * PAGE_SIZE)
    rows = [AuctionView(*row) for row in db.session.execute(query)]
    return RowsPage(rows=rows, number=number, total=total)


def bids_on(auction_id: int, number: int) -> RowsPage[Bid]:
    """The bids of an auction, newest first, withdrawn ones too, for staff."""
    total = db.session.scalars(sa.select(sa.func.count()).select_from(Bid).where(Bid.auction_id == auction_id)).one()
    query = sa.select(Bid).where(Bid.auction_id == auction_id).order_by(Bid.sequence.desc())
    rows = db.session.scalars(query.limit(PAGE_SIZE).offset((number - 1) * PAGE_SIZE)).all()
    return RowsPage(rows=rows, number=number, total=total)


def awards_of(auction_id: int) -> Sequence[Award]:
    """Every award of an auction, oldest first, for staff."""
    return db.session.scalars(sa.select(Award).where(Award.auction_id == auction_id).order_by(Award.id)).all()


def page_of_strikes(number: int, account_id: int | None = None) -> RowsPage[tuple[Strike, str]]:
    """Unpaid awards, of everybody or of one account, newest first, each with its auction's public id; for staff."""
    mine = Strike.account_id == account_id if account_id is not None else sa.true()
    total = db.session.scalars(sa.select(sa.func.count()).select_from(Strike).where(mine)).one()
    query = sa.select(Strike, Auction.public_id).join(Award, Award.id == Strike.award_id)
    query = query.join(Auction, Auction.id == Award.auction_id).where(mine).order_by(Strike.id.desc())
    rows = db.session.execute(query.limit(PAGE_SIZE).offset((number - 1) * PAGE_SIZE))
    return RowsPage(rows=[(row.Strike, row.public_id) for row in rows], number=number, total=total)


def auction_called(public_id: str) -> str | None:
    """The public id of the auction with this public id, or of the one whose bid or award has it; for staff."""
    of_bid = sa.select(Bid.auction_id).where(Bid.public_id == public_id)
    of_award = sa.select(Award.auction_id).where(Award.public_id == public_id)
    is_it = sa.or_(Auction.public_id == public_id, Auction.id.in_(of_bid), Auction.id.in_(of_award))
    return db.session.scalars(sa.select(Auction.public_id).where(is_it)).first()


def _views() -> sa.Select[Auction, Socket, Site, Account]:
    return (
        sa.select(Auction, Socket, Site, Account)
        .join(Socket, Socket.id == Auction.socket_id)
        .join(Site, Site.id == Socket.site_id)
        .join(Account, Account.id == Auction.publisher_account_id)
    )
