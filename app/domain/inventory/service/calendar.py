"""The one calendar: rows of (socket, day, place). Whoever inserts a row first has the day.

Every verb locks the socket first, so that two buyers of one socket queue up instead of failing; the
primary key holds even if somebody forgets the lock.
"""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from app.domain.inventory.errors import DaysTaken, HoldExpired, ListingClosed
from app.domain.inventory.models import CalendarDay, Hold, Listing, Site, Socket
from app.domain.inventory.queries import free_place, own_socket, rate_card_of
from app.domain.inventory.rules import (
    HOLD_MINUTES,
    HOLDS_PER_BUYER_MAX,
    cheapest_combination,
    check_blackout,
    check_dates,
)
from app.domain.inventory.states import (
    HOLD_MOVES,
    DayKind,
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

FREED_AT_ONCE_MAX = 200
DAY_KEYS = ("pk_calendar_day", "calendar_day.socket_id")
BLACKOUT_IN_THE_WAY = "Some of these days are sold, held or up for auction. Choose days around them."


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
    free_expired_holds(now=now, socket_id=socket.id)
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
        expires_at=now + timedelta(minutes=HOLD_MINUTES),
    )
    db.session.add(hold)
    db.session.flush()
    _insert_days(socket.id, hold.place, starts_on, ends_before, kind=DayKind.HELD, hold_id=hold.id)
    return hold


def use_hold(hold_id: int, line_item_id: int) -> None:
    """Turns held days into sold ones; the rows stay, so there is no moment at which they are free.

    Raises:
        HoldExpired: the hold was released; the days may belong to somebody else.
    """
    hold = lock_hold(hold_id)
    if hold.state is not HoldState.HELD:
        raise HoldExpired
    hold.state = HOLD_MOVES.advance(hold.state, HoldState.USED)
    days = sa.update(CalendarDay).where(CalendarDay.hold_id == hold.id)
    db.session.execute(days.values(kind=DayKind.SOLD, line_item_id=line_item_id, hold_id=None))


def return_days_to_hold(line_item_id: int, hold_id: int, *, expires_at: datetime) -> None:
    """Turns days back into held ones after a payment that failed, so that the buyer can try another card."""
    hold = lock_hold(hold_id)
    hold.state = HOLD_MOVES.advance(hold.state, HoldState.HELD)
    hold.expires_at = expires_at
    db.session.flush()
    days = sa.update(CalendarDay).where(CalendarDay.line_item_id == line_item_id)
    db.session.execute(days.values(kind=DayKind.HELD, hold_id=hold.id, line_item_id=None))


def free_sold_days(line_item_id: int, *, after: date) -> None:
    """Frees the days of a line item that will not run any more: those after a day of the site."""
    days = sa.delete(CalendarDay).where(CalendarDay.line_item_id == line_item_id, CalendarDay.day > after)
    db.session.execute(days)


def release_hold(hold_id: int) -> None:
    """Frees held days; a hold that was used or released stays as it is."""
    hold = lock_hold(hold_id)
    if hold.state is HoldState.HELD:
        hold.state = HOLD_MOVES.advance(hold.state, HoldState.RELEASED)
        db.session.execute(sa.delete(CalendarDay).where(CalendarDay.hold_id == hold.id))
    db.session.flush()


def free_expired_holds(*, now: datetime, socket_id: int) -> int:
    """Frees the days of a socket's holds that ran out; returns how many holds."""
    query = sa.select(Hold.id).where(Hold.state == HoldState.HELD, Hold.expires_at <= now, Hold.socket_id == socket_id)
    query = query.order_by(Hold.id).limit(FREED_AT_ONCE_MAX).with_for_update(skip_locked=True)
    expired = db.session.scalars(query).all()
    for hold_id in expired:
        release_hold(hold_id)
    return len(expired)


def free_expired_hold(hold_id: int, *, now: datetime) -> bool:
    """Frees the days of a hold if it has run out; says whether it had."""
    hold = lock_hold(hold_id)
    if hold.state is not HoldState.HELD or hold.expires_at > now:
        return False
    release_hold(hold_id)
    return True


def lock_hold(hold_id: int) -> Hold:
    """A hold, locked."""
    query = sa.select(Hold).where(Hold.id == hold_id).with_for_update()
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def take_auction_days(listing: Listing, socket: Socket, *, starts_on: date, ends_before: date, now: datetime) -> int:
    """Takes a flight of the first free place for an auction; returns the place. A hold that ran out is freed first.

    Raises:
        DaysTaken: no place is free on all of the days.
    """
    lock_socket(socket.id)
    keep_site(socket)
    free_expired_holds(now=now, socket_id=socket.id)
    place = free_place(socket, starts_on, ends_before)
    _insert_days(socket.id, place, starts_on, ends_before, kind=DayKind.AUCTION, listing_id=listing.id)
    return place


def sell_auction_days(listing_id: int, line_item_id: int) -> None:
    """Turns an auction's days into sold ones."""
    days = sa.update(CalendarDay).where(CalendarDay.listing_id == listing_id)
    db.session.execute(days.values(kind=DayKind.SOLD, line_item_id=line_item_id, listing_id=None))


def free_auction_days(listing_id: int) -> None:
    """Frees an auction's days: it ended without a sale."""
    db.session.execute(sa.delete(CalendarDay).where(CalendarDay.listing_id == listing_id))


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
    free_expired_holds(now=now, socket_id=socket.id)
    lift_blackout(account_id, socket_id, starts_on=starts_on, ends_before=ends_before)
    try:
        for place in range(1, socket.places + 1):
            _insert_days(socket.id, place, starts_on, ends_before, kind=DayKind.BLACKOUT)
    except DaysTaken as taken:
        raise DaysTaken(BLACKOUT_IN_THE_WAY) from taken


def lift_blackout(account_id: int, socket_id: int, *, starts_on: date, ends_before: date) -> None:
    """Brings blacked-out days back to the market.

    Raises:
        NotFound: it is not this account's socket.
    """
    socket, _site = own_socket(account_id, socket_id)
    days = sa.delete(CalendarDay).where(
        CalendarDay.socket_id == socket.id,
        CalendarDay.kind == DayKind.BLACKOUT,
        CalendarDay.day >= starts_on,
        CalendarDay.day < ends_before,
    )
    db.session.execute(days)


def spread_blackouts(socket: Socket) -> None:
    """Makes blacked-out days cover every place again, after a change of how many there are."""
    rows = sa.select(CalendarDay.day, CalendarDay.place, CalendarDay.kind).where(CalendarDay.socket_id == socket.id)
    found = db.session.execute(rows).all()
    closed = {row.day for row in found if row.kind is DayKind.BLACKOUT}
    taken = {(row.day, row.place) for row in found if row.kind is not DayKind.BLACKOUT}
    blackouts = sa.delete(CalendarDay).where(CalendarDay.socket_id == socket.id, CalendarDay.kind == DayKind.BLACKOUT)
    db.session.execute(blackouts)
    rest = [
        {"socket_id": socket.id, "day": day, "place": place, "kind": DayKind.BLACKOUT}
        for day in sorted(closed)
        for place in range(1, socket.places + 1)
        if (day, place) not in taken
    ]
    if rest:
        db.session.execute(sa.insert(CalendarDay), rest)


def lock_socket(socket_id: int) -> Socket:
    """A socket, locked: the queue in which everybody stands who wants days of it."""
    query = sa.select(Socket).where(Socket.id == socket_id).with_for_update()
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def keep_site(socket: Socket) -> Site:
    """The site of a locked socket as it is now; nobody moves it before this transaction ends.

    Who takes days shares this lock, so that buyers of one site's sockets do not wait for each other.
    """
    query = sa.select(Site).where(Site.id == socket.site_id).with_for_update(read=True)
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def has_days_taken(site: Site, *, now: datetime) -> bool:
    """Whether a day of a locked site, today or later, is sold, up for auction or held; what ran out is freed first."""
    for socket_id in db.session.scalars(sa.select(Socket.id).where(Socket.site_id == site.id).order_by(Socket.id)):
        free_expired_holds(now=now, socket_id=socket_id)
    query = (
        sa.select(CalendarDay.day)
        .join(Socket, Socket.id == CalendarDay.socket_id)
        .where(
            Socket.site_id == site.id,
            CalendarDay.kind != DayKind.BLACKOUT,
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
    query = sa.select(sa.func.count()).select_from(Hold)
    running = query.where(Hold.account_id == account_id, Hold.state == HoldState.HELD, Hold.expires_at > now)
    if db.session.scalars(running).one() >= HOLDS_PER_BUYER_MAX:
        message = f"You hold days in {HOLDS_PER_BUYER_MAX} checkouts already. Finish or leave one of them first."
        raise TooMany(retry_after_s=HOLD_MINUTES * 60, message_id=message)


def _insert_days(
    socket_id: int, place: int, starts_on: date, ends_before: date, *, kind: DayKind, **owner: int
) -> None:
    days = [starts_on + timedelta(days=number) for number in range((ends_before - starts_on).days)]
    rows = [{"socket_id": socket_id, "day": day, "place": place, "kind": kind, **owner} for day in days]
    try:
        db.session.execute(sa.insert(CalendarDay), rows)
    except IntegrityError as error:
        if not constraint_name(error).startswith(DAY_KEYS):
            raise
        raise DaysTaken from error
