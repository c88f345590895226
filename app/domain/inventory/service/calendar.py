"""The one calendar: rows of (socket, day, place), each of one claim. The first to insert a row has the day.

A transaction that takes days locks the socket first, so that two buyers of one socket queue up instead of failing;
the primary key holds even where the lock was forgotten. A transaction that changes a claim locks the claim.
"""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from app.domain.inventory.errors import DaysTaken, HoldExpired, ListingClosed
from app.domain.inventory.models import CalendarDay, Claim, Hold, Listing, Site, Socket
from app.domain.inventory.queries import (
    free_place,
    keeps_days,
    lock_claim,
    lock_claim_of,
    lock_claim_of_auction,
    own_socket,
    rate_card_of,
)
from app.domain.inventory.rules import (
    HOLD_MINUTES,
    HOLDS_PER_BUYER_MAX,
    cheapest_combination,
    check_blackout,
    check_dates,
)
from app.domain.inventory.states import (
    HOLD_MOVES,
    ClaimKind,
    HoldState,
    ListingKind,
    ListingState,
    SiteState,
    SocketState,
)
from app.foundation.db import constraint_name, db
from app.foundation.errors import InvariantBroken, NotFound, TooMany
from app.foundation.flight import today
from app.foundation.identifiers import new_public_id
from app.foundation.messages import N_

FREED_AT_ONCE_MAX = 200
DAY_KEYS = ("pk_calendar_day", "calendar_day.socket_id")
BLACKOUT_IN_THE_WAY = N_("Some of these days are sold, held or up for auction. Choose days around them.")


def hold_days(account_id: int, listing_id: int, *, starts_on: date, ends_before: date, now: datetime) -> Hold:
    """Keeps a flight of one place for 15 minutes at today's cheapest price; takes the first free place.

    Raises:
        NotFound: there is no such rate card.
        ListingClosed: it is no longer offered, or it is this account's own.
        DaysNotOffered: the dates do not fit the rate card.
        DaysTaken: no place is free on all of the days.
        TooMany: this buyer holds days of five checkouts already.
    """
    listing, socket, site = _locked_offer(listing_id)
    if listing.state is not ListingState.OPEN or socket.state is not SocketState.OPEN:
        raise ListingClosed
    if site.state is not SiteState.PROVED or site.account_id == account_id:
        raise ListingClosed
    card = rate_card_of(listing)
    check_dates(card, starts_on, ends_before, today=today(now, ZoneInfo(site.time_zone)))
    price = cheapest_combination(card, (ends_before - starts_on).days)
    if price is None:
        message = "check_dates let through what has no price"
        raise InvariantBroken(message)
    _limit_holds(account_id, now)
    free_expired_claims(now=now, socket_id=socket.id)
    hold = Hold(
        public_id=new_public_id(),
        account_id=account_id,
        listing_id=listing.id,
        socket_id=socket.id,
        place=free_place(socket, starts_on, ends_before),
        starts_on=starts_on,
        ends_before=ends_before,
        price_minor=price.total_minor,
        currency=listing.currency,
        state=HoldState.HELD,
        created_at=now,
    )
    db.session.add(hold)
    db.session.flush()
    expires_at = now + timedelta(minutes=HOLD_MINUTES)
    claim = _claim(socket.id, ClaimKind.HOLD, hold_id=hold.id, expires_at=expires_at)
    _insert_days(claim, hold.place, starts_on, ends_before)
    return hold


def keep_for_payment(line_item_id: int, *, now: datetime) -> None:
    """Keeps the days of a line item for as long as its payment may take; there is no moment at which they are free.

    What is claimed for a while only is sold already, though unpaid: a lost answer must not let the days go to
    somebody else.

    Raises:
        HoldExpired: the claim ran out; the days may belong to somebody else.
    """
    claim = lock_claim_of(line_item_id)
    if claim is None or claim.has_run_out(now):
        raise HoldExpired
    if claim.expires_at is not None:
        _sell(claim)


def sell_days(line_item_id: int) -> None:
    """Sells the days of a line item that is paid."""
    claim = lock_claim_of(line_item_id)
    if claim is None:
        message = f"line item {line_item_id} is paid, and nobody kept its days"
        raise InvariantBroken(message)
    if claim.kind is not ClaimKind.SALE:
        _sell(claim)


def keep_after_failed_payment(line_item_id: int, *, expires_at: datetime) -> None:
    """Keeps the days of a line item whose payment failed for another try: for a while, as a hold does.

    An auction keeps its days itself.
    """
    claim = lock_claim_of(line_item_id)
    if claim is not None and claim.hold_id is not None:
        claim.kind = ClaimKind.HOLD
        claim.expires_at = expires_at
        _move_hold(claim, HoldState.HELD)
        db.session.flush()


def free_sold_days(line_item_id: int, *, after: date) -> None:
    """Frees the days of a line item that will not run any more: those after a day of the site."""
    claims = sa.select(Claim.id).where(Claim.line_item_id == line_item_id)
    db.session.execute(sa.delete(CalendarDay).where(CalendarDay.claim_id.in_(claims), CalendarDay.day > after))


def release_days(line_item_id: int) -> None:
    """Frees the days of a checkout that is over; what was sold or released stays as it is."""
    claim = lock_claim_of(line_item_id)
    if claim is not None and claim.kind is ClaimKind.HOLD:
        _free(claim)


def free_expired_claims(*, now: datetime, socket_id: int) -> int:
    """Frees the days of a socket that were claimed for a while and ran out; returns how many claims."""
    query = sa.select(Claim).where(Claim.expires_at.is_not(None), ~keeps_days(now), Claim.socket_id == socket_id)
    # PostgreSQL looks again at what it has locked, so nobody's claim is freed who was given more time meanwhile.
    query = query.order_by(Claim.id).limit(FREED_AT_ONCE_MAX).with_for_update(skip_locked=True)
    expired = db.session.scalars(query.execution_options(populate_existing=True)).all()
    for claim in expired:
        _free(claim)
    return len(expired)


def free_expired_claim(claim_id: int, *, now: datetime) -> bool:
    """Frees the days of a claim if it has run out; says whether it had."""
    claim = lock_claim(claim_id)
    if claim is None or not claim.has_run_out(now):
        return False
    _free(claim)
    return True


def take_auction_days(listing: Listing, socket: Socket, *, starts_on: date, ends_before: date, now: datetime) -> int:
    """Takes a flight of the first free place for an auction; returns the place. A hold that ran out is freed first.

    Raises:
        DaysTaken: no place is free on all of the days.
    """
    lock_socket(socket.id)
    keep_site(socket)
    free_expired_claims(now=now, socket_id=socket.id)
    place = free_place(socket, starts_on, ends_before)
    _insert_days(_claim(socket.id, ClaimKind.AUCTION, listing_id=listing.id), place, starts_on, ends_before)
    return place


def free_auction_days(listing_id: int) -> None:
    """Frees an auction's days: it ended without a sale."""
    claim = lock_claim_of_auction(listing_id)
    if claim is not None:
        _free(claim)


def black_out(account_id: int, socket_id: int, *, starts_on: date, ends_before: date, now: datetime) -> None:
    """Takes every place of a socket off the market on these days.

    Raises:
        NotFound: it is not this account's socket.
        DaysNotOffered: the days are over, or further away than a year.
        DaysTaken: one of the days is held, sold or in an auction.
    """
    _socket, site = own_socket(account_id, socket_id)
    check_blackout(starts_on, ends_before, today=today(now, ZoneInfo(site.time_zone)))
    socket = lock_socket(socket_id)
    free_expired_claims(now=now, socket_id=socket.id)
    lift_blackout(account_id, socket_id, starts_on=starts_on, ends_before=ends_before)
    try:
        for place in range(1, socket.places + 1):
            _insert_days(_house_claim(socket.id), place, starts_on, ends_before)
    except DaysTaken as taken:
        raise DaysTaken(BLACKOUT_IN_THE_WAY) from taken


def lift_blackout(account_id: int, socket_id: int, *, starts_on: date, ends_before: date) -> None:
    """Brings blacked-out days back to the market.

    Raises:
        NotFound: it is not this account's socket.
    """
    socket, _site = own_socket(account_id, socket_id)
    days = _house_days(socket.id).where(CalendarDay.day >= starts_on, CalendarDay.day < ends_before)
    db.session.execute(days)


def spread_blackouts(socket: Socket) -> None:
    """Makes blacked-out days cover every place again, after a change of how many there are."""
    query = sa.select(CalendarDay.day, CalendarDay.place, Claim.kind).join(Claim, Claim.id == CalendarDay.claim_id)
    found = db.session.execute(query.where(CalendarDay.socket_id == socket.id)).all()
    closed = {row.day for row in found if row.kind is ClaimKind.HOUSE}
    taken = {(row.day, row.place) for row in found if row.kind is not ClaimKind.HOUSE}
    if not closed:
        return
    claim = _house_claim(socket.id)
    db.session.execute(_house_days(socket.id))
    rest = [
        {"socket_id": socket.id, "day": day, "place": place, "claim_id": claim.id}
        for day in sorted(closed)
        for place in range(1, socket.places + 1)
        if (day, place) not in taken
    ]
    if rest:
        db.session.execute(sa.insert(CalendarDay), rest)


def lock_socket(socket_id: int) -> Socket:
    """A socket, locked; every transaction that takes days of it locks it first."""
    query = sa.select(Socket).where(Socket.id == socket_id).with_for_update()
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def keep_site(socket: Socket) -> Site:
    """The site of a locked socket as it is now, locked against changes until this transaction ends.

    Transactions that take days share this lock, so that buyers of one site's sockets do not wait for each other.
    """
    query = sa.select(Site).where(Site.id == socket.site_id).with_for_update(read=True)
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def has_days_taken(site: Site, *, now: datetime) -> bool:
    """Whether a day of a locked site, today or later, is sold, up for auction or held; what ran out is freed first."""
    for socket_id in db.session.scalars(sa.select(Socket.id).where(Socket.site_id == site.id).order_by(Socket.id)):
        free_expired_claims(now=now, socket_id=socket_id)
    query = (
        sa.select(CalendarDay.day)
        .join(Socket, Socket.id == CalendarDay.socket_id)
        .join(Claim, Claim.id == CalendarDay.claim_id)
        .where(
            Socket.site_id == site.id,
            Claim.kind != ClaimKind.HOUSE,
            CalendarDay.day >= today(now, ZoneInfo(site.time_zone)),
        )
    )
    return db.session.scalars(query.limit(1)).first() is not None


def _locked_offer(listing_id: int) -> tuple[Listing, Socket, Site]:
    found = db.session.get(Listing, listing_id)
    if found is None or found.kind is not ListingKind.RATE_CARD:
        raise NotFound
    socket = lock_socket(found.socket_id)
    # Read again behind the lock: it may have been withdrawn while we stood in the queue.
    db.session.refresh(found)
    return found, socket, keep_site(socket)


def _limit_holds(account_id: int, now: datetime) -> None:
    query = sa.select(sa.func.count()).select_from(Claim).join(Hold, Hold.id == Claim.hold_id)
    running = query.where(Hold.account_id == account_id, Claim.kind == ClaimKind.HOLD, keeps_days(now))
    if db.session.scalars(running).one() >= HOLDS_PER_BUYER_MAX:
        message = N_("You hold days in %(holds)s checkouts already. Finish or leave one of them first.")
        raise TooMany(message, retry_after_s=HOLD_MINUTES * 60, holds=HOLDS_PER_BUYER_MAX)


def _claim(socket_id: int, kind: ClaimKind, **owner: Any) -> Claim:  # noqa: ANN401 - any of its columns
    claim = Claim(socket_id=socket_id, kind=kind, **owner)
    db.session.add(claim)
    db.session.flush()
    return claim


def _house_claim(socket_id: int) -> Claim:
    """The one claim under which the publisher of a locked socket keeps days."""
    query = sa.select(Claim).where(Claim.socket_id == socket_id, Claim.kind == ClaimKind.HOUSE)
    return db.session.scalars(query).one_or_none() or _claim(socket_id, ClaimKind.HOUSE)


def _house_days(socket_id: int) -> sa.Delete:
    claims = sa.select(Claim.id).where(Claim.socket_id == socket_id, Claim.kind == ClaimKind.HOUSE)
    return sa.delete(CalendarDay).where(CalendarDay.socket_id == socket_id, CalendarDay.claim_id.in_(claims))


def _sell(claim: Claim) -> None:
    claim.kind = ClaimKind.SALE
    claim.expires_at = None
    _move_hold(claim, HoldState.USED)
    db.session.flush()


def _free(claim: Claim) -> None:
    _move_hold(claim, HoldState.RELEASED)
    db.session.execute(sa.delete(CalendarDay).where(CalendarDay.claim_id == claim.id))
    db.session.delete(claim)
    db.session.flush()


def _move_hold(claim: Claim, to: HoldState) -> None:
    if claim.hold_id is not None:
        hold = db.session.get_one(Hold, claim.hold_id)
        hold.state = HOLD_MOVES.advance(hold.state, to)


def _insert_days(claim: Claim, place: int, starts_on: date, ends_before: date) -> None:
    days = [starts_on + timedelta(days=number) for number in range((ends_before - starts_on).days)]
    rows = [{"socket_id": claim.socket_id, "day": day, "place": place, "claim_id": claim.id} for day in days]
    try:
        db.session.execute(sa.insert(CalendarDay), rows)
    except IntegrityError as error:
        if not constraint_name(error).startswith(DAY_KEYS):
            raise
        raise DaysTaken from error
