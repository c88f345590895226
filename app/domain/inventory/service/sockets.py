"""Adding and changing sockets, and offering them on a rate card."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from app.domain.events.kinds.inventory import SocketChanged
from app.domain.events.service import record
from app.domain.inventory.errors import NotProved, PlacesSold, PriceMissing, SocketClosed, SocketInUse
from app.domain.inventory.models import CalendarDay, Claim, Listing, Socket
from app.domain.inventory.queries import keeps_days, own_site, own_socket
from app.domain.inventory.rules import RateCard, bytes_max_for, cheapest_combination
from app.domain.inventory.service.calendar import lock_socket, spread_blackouts
from app.domain.inventory.states import (
    LISTING_MOVES,
    SOCKET_MOVES,
    ApprovalRule,
    ClaimKind,
    CreativeFormat,
    Fallback,
    ListingKind,
    ListingState,
    OnSilence,
    PagePosition,
    SiteState,
    SocketState,
)
from app.foundation.clock import database_now
from app.foundation.db import db
from app.foundation.flight import today
from app.foundation.identifiers import new_slug


@dataclass(frozen=True, slots=True)
class SocketDetails:
    """What a publisher says about a socket; sizes in CSS pixels, approval time in hours."""

    name: str
    page_hint: str
    position: PagePosition
    width_px: int
    height_px: int
    formats: tuple[CreativeFormat, ...]
    places: int
    approval_rule: ApprovalRule
    approval_hours: int
    on_silence: OnSilence
    taste_rules: str
    blocked_products: tuple[str, ...]


def add_socket(account_id: int, site_id: int, details: SocketDetails, *, now: datetime) -> Socket:
    """Adds a socket to a site; it can be offered once the site's domain is proved.

    Raises:
        NotFound: it is not this account's site.
    """
    site = own_site(account_id, site_id)
    slug = new_slug(f"{site.name} {details.name}")
    socket = Socket(site_id=site.id, slug=slug, state=SocketState.OPEN, created_at=now)
    _describe(socket, details)
    db.session.add(socket)
    db.session.flush()
    note_socket_change(socket, account_id, now=now)
    return socket


def amend_socket(account_id: int, socket_id: int, details: SocketDetails, *, now: datetime) -> Socket:
    """Changes a socket for sales from now on; what is sold keeps the terms it was sold with.

    Nobody shall get something else than what they bid on or are about to pay for.

    Raises:
        NotFound: it is not this account's socket.
        SocketInUse: an auction of it is running, or what was won is not paid yet, or a checkout is open.
        PlacesSold: the number of places shall change while sold days run or are to come.
    """
    _socket, site = own_socket(account_id, socket_id)
    socket = lock_socket(socket_id)
    _refuse_in_auction(socket)
    _refuse_in_award(socket)
    _refuse_in_checkout(socket, now)
    places = socket.places
    if details.places != places:
        _refuse_while_sold(socket, today(now, ZoneInfo(site.time_zone)))
    _describe(socket, details)
    db.session.flush()
    if socket.places != places:
        spread_blackouts(socket)
    note_socket_change(socket, account_id, now=now)
    return socket


def close_socket(account_id: int, socket_id: int) -> None:
    """Takes a socket off the market; what is sold runs on, and who is in a checkout may finish it.

    Raises:
        NotFound: it is not this account's socket.
        SocketInUse: an auction of it is running.
    """
    own_socket(account_id, socket_id)
    socket = lock_socket(socket_id)
    _refuse_in_auction(socket)
    if socket.state is not SocketState.CLOSED:
        socket.state = SOCKET_MOVES.advance(socket.state, SocketState.CLOSED)
    db.session.flush()
    note_socket_change(socket, account_id, now=database_now())


def reopen_socket(account_id: int, socket_id: int) -> None:
    """Brings a closed socket back to the market.

    Raises:
        NotFound: it is not this account's socket.
    """
    own_socket(account_id, socket_id)
    socket = lock_socket(socket_id)
    if socket.state is not SocketState.OPEN:
        socket.state = SOCKET_MOVES.advance(socket.state, SocketState.OPEN)
    db.session.flush()
    note_socket_change(socket, account_id, now=database_now())


def choose_fallback(account_id: int, socket_id: int, fallback: Fallback, *, now: datetime) -> Socket:
    """Chooses what a socket shows while nothing is booked; no sale depends on it, so it may change at any time.

    Raises:
        NotFound: it is not this account's socket.
    """
    own_socket(account_id, socket_id)
    socket = lock_socket(socket_id)
    if socket.fallback is not fallback:
        socket.fallback = fallback
        db.session.flush()
        note_socket_change(socket, account_id, now=now)
    return socket


def offer_rate_card(account_id: int, socket_id: int, card: RateCard, *, currency: str, now: datetime) -> Listing:
    """Offers a socket's free dates at these prices, in place of an earlier rate card.

    Raises:
        NotFound: it is not this account's socket.
        NotProved: the site's domain is not proved.
        SocketClosed: the socket is off the market.
        PriceMissing: the prices fit no flight of an allowed length.
    """
    _socket, site = own_socket(account_id, socket_id)
    if site.state is not SiteState.PROVED:
        raise NotProved
    socket = lock_socket(socket_id)
    if socket.state is not SocketState.OPEN:
        raise SocketClosed
    check_prices(card)
    withdraw_rate_card(account_id, socket_id, now=now)
    listing = Listing(
        socket_id=socket.id,
        kind=ListingKind.RATE_CARD,
        state=ListingState.OPEN,
        currency=currency,
        price_day_minor=card.price_day_minor,
        price_week_minor=card.price_week_minor,
        price_30_days_minor=card.price_30_days_minor,
        lead_days=card.lead_days,
        days_min=card.days_min,
        days_max=card.days_max,
        created_at=now,
    )
    db.session.add(listing)
    db.session.flush()
    return listing


def note_socket_change(socket: Socket, account_id: int, *, now: datetime) -> None:
    """Records that a socket changed, for the catalogue and the ad server.

    Args:
        socket: the socket that changed, or on which something else is offered.
        account_id: its publisher.
        now: UTC.
    """
    record(SocketChanged(socket=socket.id, slug=socket.slug), account_id=account_id, now=now)


def check_prices(card: RateCard) -> None:
    """Raises if the rate card has no price for any allowed length.

    Raises:
        PriceMissing: it fits none.
    """
    if not any(cheapest_combination(card, length) for length in range(card.days_min, card.days_max + 1)):
        raise PriceMissing


def withdraw_rate_card(account_id: int, socket_id: int, *, now: datetime) -> None:
    """Ends a socket's rate card; running checkouts keep their held days and price.

    Raises:
        NotFound: it is not this account's socket.
    """
    socket, _site = own_socket(account_id, socket_id)
    cards = sa.select(Listing).where(
        Listing.socket_id == socket.id,
        Listing.kind == ListingKind.RATE_CARD,
        Listing.state == ListingState.OPEN,
    )
    for card in db.session.scalars(cards.with_for_update()):
        card.state = LISTING_MOVES.advance(card.state, ListingState.CLOSED)
        card.closed_at = now
    db.session.flush()
    note_socket_change(socket, account_id, now=now)


def _refuse_in_auction(socket: Socket) -> None:
    query = sa.select(Listing.id).where(
        Listing.socket_id == socket.id, Listing.kind == ListingKind.AUCTION, Listing.state == ListingState.OPEN
    )
    if db.session.scalars(query).first() is not None:
        raise SocketInUse


def _refuse_in_award(socket: Socket) -> None:
    # The auction is over, but its days are still kept: for who has won, or has a second chance, on its terms.
    query = sa.select(Claim.id).where(Claim.socket_id == socket.id, Claim.kind == ClaimKind.AUCTION)
    if db.session.scalars(query.limit(1)).first() is not None:
        raise SocketInUse


def _refuse_while_sold(socket: Socket, since: date) -> None:
    # Places take turns as many as there are now: more of them would leave a sale less than the share it was promised.
    # Days that are over are judged by the places they were sold with, so nothing has to wait for their settlement.
    query = sa.select(CalendarDay.day).join(Claim, Claim.id == CalendarDay.claim_id)
    query = query.where(CalendarDay.socket_id == socket.id, Claim.kind == ClaimKind.SALE, CalendarDay.day >= since)
    if db.session.scalars(query.limit(1)).first() is not None:
        raise PlacesSold


def _refuse_in_checkout(socket: Socket, now: datetime) -> None:
    query = sa.select(Claim.id).where(Claim.socket_id == socket.id, Claim.kind == ClaimKind.HOLD, keeps_days(now))
    if db.session.scalars(query).first() is not None:
        raise SocketInUse


def _describe(socket: Socket, details: SocketDetails) -> None:
    socket.name = details.name
    socket.page_hint = details.page_hint
    socket.position = details.position
    socket.width_px = details.width_px
    socket.height_px = details.height_px
    socket.formats = [entry.value for entry in details.formats]
    socket.bytes_max = bytes_max_for(details.width_px, details.height_px)
    socket.places = details.places
    socket.approval_rule = details.approval_rule
    socket.approval_hours = details.approval_hours
    socket.on_silence = details.on_silence
    socket.taste_rules = details.taste_rules
    socket.blocked_products = list(details.blocked_products)
