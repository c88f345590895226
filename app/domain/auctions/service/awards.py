"""What follows an award: paid, reminded, lapsed, offered to the next in line."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from app.domain.auctions.errors import OfferGone, OfferTooLate
from app.domain.auctions.models import Auction, Award, Strike
from app.domain.auctions.queries import award_was_made, counting_bids, live_award_of, lock_auction, terms_of
from app.domain.auctions.rules import OFFER_OPEN_FOR, offer_fits, pay_window, standing
from app.domain.auctions.service.closing import charge_award
from app.domain.auctions.service.noting import as_awarded, as_it_stands
from app.domain.auctions.states import AUCTION_MOVES, AWARD_MOVES, AuctionState, AwardKind, AwardState
from app.domain.events.kinds.auctions import AwardLapsed, AwardUnpaid, FlightOffered, OfferAccepted, OfferNotTaken
from app.domain.events.service import record
from app.domain.inventory.models import Listing, Site, Socket
from app.domain.inventory.service.calendar import free_auction_days, take_auction_days
from app.domain.orders.queries import lock_order
from app.domain.orders.service.ordering import cancel_unpaid
from app.domain.orders.states import OrderState
from app.domain.payments.queries import has_unsettled_charge, intents_of
from app.domain.payments.states import IntentState
from app.foundation.clock import database_now
from app.foundation.db import db
from app.foundation.errors import NotFound
from app.foundation.flight import Flight
from app.foundation.identifiers import new_public_id

REMIND_AFTER = timedelta(hours=24)


def follow_award(award_id: int) -> AwardState:
    """Moves an award on by what has become of its order and by the clock; safe to call at any time.

    Due and paid: done. Due and the charge failed: 48 h to pay, a reminder after 24. Run out: it lapses
    with a strike, and the underbidder gets the offer. An offer nobody took: the days are free.
    """
    award = _locked(award_id)
    now = database_now()
    if award.state is AwardState.DUE:
        _follow_due(award, now)
    elif award.state is AwardState.OFFERED and now >= award.open_until:
        _leave_untaken(award, now)
    db.session.flush()
    return award.state


def accept_offer(account_id: int, award_id: int) -> Award:
    """Takes a second-chance offer or an offer at the reserve: from now on it is an award like any other.

    Raises:
        NotFound: it is not an offer to this account.
        OfferGone: it has run out or was answered.
    """
    award = _own_offer(account_id, award_id)
    now = database_now()
    if award.state is not AwardState.OFFERED or now >= award.open_until:
        raise OfferGone
    auction = lock_auction(award.auction_id)
    award.state = AWARD_MOVES.advance(award.state, AwardState.DUE)
    award.open_until = now + pay_window(is_short_notice=auction.is_short_notice)
    if auction.state is AuctionState.UNSOLD:
        auction.state = AUCTION_MOVES.advance(auction.state, AuctionState.AWARDED)
    db.session.flush()
    charge_award(award, auction, now)
    record(OfferAccepted(**as_awarded(award, auction)), account_id=award.account_id, now=now)
    return award


def decline_offer(account_id: int, award_id: int) -> None:
    """Turns an offer down; the days are free again.

    Raises:
        NotFound: it is not an offer to this account.
        OfferGone: it has run out or was answered.
    """
    award = _own_offer(account_id, award_id)
    now = database_now()
    if award.state is not AwardState.OFFERED or now >= award.open_until:
        raise OfferGone
    _leave_untaken(award, now)


def offer_at_reserve(publisher_account_id: int, auction_id: int) -> Award:
    """Offers an unsold flight to the top bidder at the reserve, for 24 h.

    Raises:
        NotFound: it is not this publisher's auction.
        OfferGone: it sold, nobody bid, there was no reserve, or it was offered already.
        OfferTooLate: the flight is too near.
        DaysTaken: the days went to somebody else since.
    """
    auction = lock_auction(auction_id)
    now = database_now()
    if auction.publisher_account_id != publisher_account_id:
        raise NotFound
    reserve, leader = auction.reserve_price_minor, auction.leader_account_id
    if auction.state is not AuctionState.UNSOLD or reserve is None or leader is None or award_was_made(auction.id):
        raise OfferGone
    if not _offer_fits(auction, now):
        raise OfferTooLate
    listing, socket = db.session.get_one(Listing, auction.listing_id), db.session.get_one(Socket, auction.socket_id)
    auction.place = take_auction_days(
        listing, socket, starts_on=auction.starts_on, ends_before=auction.ends_before, now=now
    )
    return _offer(auction, leader, reserve, AwardKind.AT_RESERVE, now)


def lift_strike(strike_id: int, *, now: datetime) -> Strike:
    """Forgives an unpaid award; staff only. One that was lifted before keeps its time.

    Raises:
        NotFound: there is no such strike.
    """
    strike = db.session.get(Strike, strike_id, with_for_update=True)
    if strike is None:
        raise NotFound
    strike.lifted_at = strike.lifted_at or now
    db.session.flush()
    return strike


def _follow_due(award: Award, now: datetime) -> None:
    if award.order_id is None:
        return
    order = lock_order(award.order_id)
    if order.state is OrderState.PAID:
        _end(award, AwardState.PAID, now)
        return
    if award.first_failed_at is None and any(intent.state is IntentState.DECLINED for intent in intents_of(order.id)):
        award.first_failed_at = now
        award.open_until = now + pay_window(is_short_notice=_auction_of(award).is_short_notice)
    if award.first_failed_at is None or has_unsettled_charge(order.id):
        return
    if now >= award.open_until:
        _lapse(award, now)
    elif award.reminded_at is None and now - award.first_failed_at >= REMIND_AFTER:
        award.reminded_at = now
        record(AwardUnpaid(**as_awarded(award, _auction_of(award))), account_id=award.account_id, now=now)


def _lapse(award: Award, now: datetime) -> None:
    auction = lock_auction(award.auction_id)
    _end(award, AwardState.LAPSED, now)
    if award.order_id is not None:
        cancel_unpaid(award.order_id, reason="award lapsed", now=now)
    db.session.add(Strike(account_id=award.account_id, award_id=award.id, recorded_at=now))
    db.session.flush()
    lapsed = AwardLapsed(publisher_account_id=auction.publisher_account_id, **as_awarded(award, auction))
    record(lapsed, account_id=award.account_id, now=now)
    _offer_second_chance(auction, now)


def _offer_second_chance(auction: Auction, now: datetime) -> None:
    """Offers the flight to the underbidder at the price the rules give without those who let it lapse."""
    query = sa.select(Award.account_id).where(Award.auction_id == auction.id)
    had_theirs = set(db.session.scalars(query))
    bids = [bid for bid in counting_bids(auction.id) if bid.account_id not in had_theirs]
    current = standing(bids, terms_of(auction))
    underbidder = current.leader_account_id if current.meets_reserve else None
    if underbidder is None or auction.is_short_notice or not _offer_fits(auction, now):
        free_auction_days(auction.listing_id)
        return
    _offer(auction, underbidder, current.price_minor, AwardKind.SECOND_CHANCE, now)


def _leave_untaken(award: Award, now: datetime) -> None:
    """Ends an offer that nobody took: the days are free, and the publisher is told that there is no sale after all."""
    auction = _auction_of(award)
    _end(award, AwardState.NOT_TAKEN, now)
    free_auction_days(auction.listing_id)
    publisher = auction.publisher_account_id
    record(OfferNotTaken(publisher_account_id=publisher, **as_it_stands(auction)), account_id=publisher, now=now)


def _offer_fits(auction: Auction, now: datetime) -> bool:
    socket = db.session.get_one(Socket, auction.socket_id)
    zone = ZoneInfo(db.session.get_one(Site, socket.site_id).time_zone)
    starts_at = Flight(auction.starts_on, auction.ends_before).starts_at(zone)
    return offer_fits(now=now, flight_starts_at=starts_at, approval_hours=socket.approval_hours)


def _offer(auction: Auction, account_id: int, price_minor: int, kind: AwardKind, now: datetime) -> Award:
    if live_award_of(auction.id) is not None:
        raise OfferGone
    award = Award(
        public_id=new_public_id(),
        auction_id=auction.id,
        account_id=account_id,
        kind=kind,
        state=AwardState.OFFERED,
        hammer_price_minor=price_minor,
        currency=auction.currency,
        made_at=now,
        open_until=now + OFFER_OPEN_FOR,
    )
    db.session.add(award)
    db.session.flush()
    record(FlightOffered(award_kind=kind.value, **as_awarded(award, auction)), account_id=account_id, now=now)
    return award


def _end(award: Award, state: AwardState, now: datetime) -> None:
    award.state = AWARD_MOVES.advance(award.state, state)
    award.ended_at = now
    db.session.flush()


def _locked(award_id: int) -> Award:
    query = sa.select(Award).where(Award.id == award_id).with_for_update()
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def _own_offer(account_id: int, award_id: int) -> Award:
    award = _locked(award_id)
    if award.account_id != account_id:
        raise NotFound
    return award


def _auction_of(award: Award) -> Auction:
    return db.session.get_one(Auction, award.auction_id)
