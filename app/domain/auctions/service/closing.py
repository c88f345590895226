"""Ending an auction exactly once: award, order, line item, planned charge and event in one transaction."""

from datetime import datetime

from app.domain.auctions.errors import AuctionOver, BuyNowGone
from app.domain.auctions.models import Auction, Award
from app.domain.auctions.queries import bidders_of, lock_auction, standing_of, terms_of
from app.domain.auctions.rules import buy_now_is_open, pay_window
from app.domain.auctions.service.noting import as_awarded, as_it_stands
from app.domain.auctions.service.placing import check_bidder
from app.domain.auctions.states import AUCTION_MOVES, AuctionState, AwardKind, AwardState
from app.domain.events.kinds.auctions import AuctionSold, AuctionUnsold
from app.domain.events.service import record
from app.domain.inventory.models import Listing, Site, Socket
from app.domain.inventory.queries import lock_claim_of_auction
from app.domain.inventory.service.calendar import free_auction_days
from app.domain.inventory.states import LISTING_MOVES, ListingState
from app.domain.orders.service.ordering import Sale, order_award
from app.domain.orders.service.paying import begin_payment
from app.domain.payments.errors import CardNeeded
from app.domain.payments.queries import default_card
from app.foundation.clock import database_now
from app.foundation.db import db
from app.foundation.errors import InvariantBroken
from app.foundation.identifiers import new_public_id


def close_auction(auction_id: int) -> Award | None:
    """Ends an auction whose time is up; locks its row and reads the clock after.

    Does nothing when it is closed already or was extended in the meantime.

    Returns:
        The award, or None when nothing was sold (or nothing was done).
    """
    auction = lock_auction(auction_id)
    now = database_now()
    if auction.state is not AuctionState.OPEN or now < auction.ends_at:
        return None
    standing = standing_of(auction)
    if standing.leader_account_id is None or not standing.meets_reserve:
        _end_unsold(auction, now)
        return None
    return _end_awarded(auction, standing.leader_account_id, standing.price_minor, AwardKind.HIGHEST_BID, now)


def buy_now(auction_id: int, account_id: int) -> Award:
    """Takes the buy-now price: closes the auction with an award in the same transaction.

    Raises:
        NotFound: there is no such auction.
        AuctionOver: it has ended.
        BuyNowGone: somebody has bid, and the reserve (if any) is met.
        Refusal: whatever ``check_bidder`` refuses.
    """
    auction = lock_auction(auction_id)
    now = database_now()
    if auction.state is not AuctionState.OPEN or now >= auction.ends_at:
        raise AuctionOver
    check_bidder(auction, account_id)
    price = auction.buy_now_price_minor
    if price is None or not buy_now_is_open(terms_of(auction), standing_of(auction)):
        raise BuyNowGone
    return _end_awarded(auction, account_id, price, AwardKind.BUY_NOW, now)


def make_award(auction: Auction, account_id: int, price_minor: int, kind: AwardKind, now: datetime) -> Award:
    """Awards the flight: an order to pay, and the charge of the winner's card planned at once."""
    award = Award(
        public_id=new_public_id(),
        auction_id=auction.id,
        account_id=account_id,
        kind=kind,
        state=AwardState.DUE,
        hammer_price_minor=price_minor,
        currency=auction.currency,
        made_at=now,
        open_until=now + pay_window(is_short_notice=auction.is_short_notice),
    )
    db.session.add(award)
    db.session.flush()
    charge_award(award, auction, now)
    return award


def charge_award(award: Award, auction: Auction, now: datetime) -> None:
    """Makes the order of an award that is due: credit first, and the charge of the stored card for the rest."""
    order = order_award(award.account_id, _sale(auction, award.hammer_price_minor), now=now)
    award.order_id = order.id
    db.session.flush()
    card = default_card(award.account_id)
    try:
        begin_payment(order.id, card.id if card else None, is_merchant_initiated=True, now=now)
    except CardNeeded:
        # The card was removed since: as if its charge had failed, so the winner pays at checkout.
        award.first_failed_at = now


def _end_awarded(auction: Auction, account_id: int, price_minor: int, kind: AwardKind, now: datetime) -> Award:
    losers = tuple(bidder for bidder in bidders_of(auction.id) if bidder != account_id)
    _end(auction, AuctionState.AWARDED, now)
    award = make_award(auction, account_id, price_minor, kind, now)
    publisher = auction.publisher_account_id
    sold = AuctionSold(publisher_account_id=publisher, loser_account_ids=losers, **as_awarded(award, auction))
    record(sold, account_id=publisher, now=now)
    return award


def _end_unsold(auction: Auction, now: datetime) -> None:
    _end(auction, AuctionState.UNSOLD, now)
    free_auction_days(auction.listing_id)
    publisher, bidders = auction.publisher_account_id, tuple(bidders_of(auction.id))
    unsold = AuctionUnsold(publisher_account_id=publisher, bidder_account_ids=bidders, **as_it_stands(auction))
    record(unsold, account_id=publisher, now=now)


def _end(auction: Auction, state: AuctionState, now: datetime) -> None:
    auction.state = AUCTION_MOVES.advance(auction.state, state)
    auction.closed_at = now
    listing = db.session.get_one(Listing, auction.listing_id)
    listing.state = LISTING_MOVES.advance(listing.state, ListingState.CLOSED)
    listing.closed_at = now
    db.session.flush()


def _sale(auction: Auction, price_minor: int) -> Sale:
    socket = db.session.get_one(Socket, auction.socket_id)
    claim = lock_claim_of_auction(auction.listing_id)
    if claim is None:
        message = f"auction {auction.id} is awarded, and nobody kept its days"
        raise InvariantBroken(message)
    return Sale(
        claim=claim,
        listing=db.session.get_one(Listing, auction.listing_id),
        socket=socket,
        site=db.session.get_one(Site, socket.site_id),
        place=auction.place,
        starts_on=auction.starts_on,
        ends_before=auction.ends_before,
        price_minor=price_minor,
    )
