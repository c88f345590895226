"""What happens to a line item after it is paid: its flight begins and ends, is paused, runs again, or is declined."""

from datetime import datetime
from zoneinfo import ZoneInfo

from app.domain.events.kinds.orders import FlightFinished, FlightPaused, FlightResumed, FlightStarted
from app.domain.events.service import record
from app.domain.inventory.service.calendar import free_sold_days
from app.domain.orders.errors import LineItemOver, NotPaused, NotRunning, PausedByOther
from app.domain.orders.models import LineItem, Order
from app.domain.orders.queries import flight_of, line_item_visible_to, lock_line_item, moves_of
from app.domain.orders.service.noting import line_item_as_it_is
from app.domain.orders.service.ordering import advance_line_item
from app.domain.orders.states import LineItemState, Party
from app.foundation.db import db
from app.foundation.flight import day_bounds, today

DECLINED_FROM = {
    LineItemState.BOOKED: LineItemState.DECLINED,
    LineItemState.IN_FLIGHT: LineItemState.STOPPED,
    LineItemState.PAUSED: LineItemState.STOPPED,
}


def decline_line_item(line_item_id: int, *, reason: str, now: datetime) -> LineItem:
    """Ends a line item because its creative was refused; days that lie ahead can be sold again.

    Before its flight it is declined, in flight it is stopped. The money still in escrow goes back by
    itself within a minute. Locks the order and the line item.

    Args:
        line_item_id: a paid line item's row number.
        reason: for the history, at most 200 characters; nothing personal.
        now: UTC.

    Raises:
        LineItemOver: it has finished, or ended before.
    """
    line_item = lock_line_item(line_item_id)
    to = DECLINED_FROM.get(line_item.state)
    if to is None:
        raise LineItemOver
    free_sold_days(line_item.id, after=today(now, ZoneInfo(line_item.time_zone)))
    line_item.settle_after = now
    advance_line_item(line_item, to, reason=reason, now=now, party=Party.PUBLISHER)
    return line_item


def pause_line_item(account_id: int, public_id: str, *, now: datetime) -> LineItem:
    """Takes a running line item off the page for a while; the other party is told.

    Raises:
        NotFound: this account is no party of it, or it was never paid.
        NotRunning: it is not in flight.
    """
    line_item, order = _locked(account_id, public_id)
    if line_item.state is not LineItemState.IN_FLIGHT:
        raise NotRunning
    party = party_of(order, account_id)
    advance_line_item(line_item, LineItemState.PAUSED, reason=f"paused by the {party}", now=now, party=party)
    paused = FlightPaused(by_account_id=account_id, **line_item_as_it_is(line_item, order))
    record(paused, account_id=account_id, now=now)
    return line_item


def resume_line_item(account_id: int, public_id: str, *, now: datetime) -> LineItem:
    """Resumes a paused line item; only the party that paused it may.

    Raises:
        NotFound: this account is no party of it, or it was never paid.
        NotPaused: it is not paused.
        PausedByOther: the other party paused it.
    """
    line_item, order = _locked(account_id, public_id)
    if line_item.state is not LineItemState.PAUSED:
        raise NotPaused
    party = party_of(order, account_id)
    if moves_of(line_item.id)[-1].party is not party:
        raise PausedByOther
    advance_line_item(line_item, LineItemState.IN_FLIGHT, reason=f"resumed by the {party}", now=now, party=party)
    resumed = FlightResumed(by_account_id=account_id, **line_item_as_it_is(line_item, order))
    record(resumed, account_id=account_id, now=now)
    return line_item


def follow_flight(line_item_id: int, *, now: datetime) -> bool:
    """Begins or ends a line item's flight when its moment in the frozen zone has come; both parties are told.

    Returns:
        Whether it moved; False when it is too early or somebody else has moved it.
    """
    line_item = lock_line_item(line_item_id)
    zone, flight = ZoneInfo(line_item.time_zone), flight_of(line_item)
    if line_item.state is LineItemState.BOOKED and now >= flight.starts_at(zone):
        to, reason = LineItemState.IN_FLIGHT, "first day begun"
        line_item.settle_after = day_bounds(flight.starts_on, zone)[1]
    elif line_item.state in {LineItemState.IN_FLIGHT, LineItemState.PAUSED} and now >= flight.ends_at(zone):
        to, reason = LineItemState.FINISHED, "last day over"
    else:
        return False
    order = db.session.get_one(Order, line_item.order_id)
    advance_line_item(line_item, to, reason=reason, now=now)
    happened = FlightStarted if to is LineItemState.IN_FLIGHT else FlightFinished
    record(happened(**line_item_as_it_is(line_item, order)), account_id=order.publisher_account_id, now=now)
    return True


def party_of(order: Order, account_id: int) -> Party:
    """Which side of an order an account is on."""
    return Party.BUYER if order.buyer_account_id == account_id else Party.PUBLISHER


def _locked(account_id: int, public_id: str) -> tuple[LineItem, Order]:
    line_item, order = line_item_visible_to(account_id, public_id)
    return lock_line_item(line_item.id), order
