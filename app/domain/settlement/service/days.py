"""Settling days: each is judged once, what it earned is posted, and at the end the rest goes back."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from app.domain.events.kinds.delivery import TagMissing
from app.domain.events.service import record
from app.domain.ledger.service import EntryReason, release_day
from app.domain.measurement.queries import day_figures
from app.domain.measurement.service.days import close_day
from app.domain.orders.models import LineItem, Order
from app.domain.orders.queries import flight_of, lock_line_item
from app.domain.orders.service.noting import line_item_as_it_is
from app.domain.orders.service.running import follow_flight
from app.domain.settlement.models import SettledDay
from app.domain.settlement.queries.days import (
    ended_at,
    facts_of,
    next_day,
    settled_so_far,
    was_tag_missing,
)
from app.domain.settlement.rules.days import AVAILABLE_AFTER, judge, may_settle
from app.domain.settlement.rules.pricing import DeliveryProgress, DueAmounts, due_now, earned_by_now
from app.domain.settlement.service.returning import return_rest
from app.domain.settlement.states import EARNED, DayOutcome
from app.foundation.db import db
from app.foundation.flight import day_bounds


def settle_next_day(line_item_id: int, *, now: datetime, counted_until: datetime | None) -> bool:
    """Settles a line item's next day, or all that an early end has taken away; the rest goes back after the last.

    Locks the order and the line item, so that two runs settle a day once. Closes the day before it reads
    the figures: what is counted later is marked late and moves no money.

    Args:
        line_item_id: a line item that was paid.
        now: UTC.
        counted_until: everything that happened before is counted.

    Returns:
        Whether a day was settled; False when it is too early, or nothing is left to settle.
    """
    # Whether the flight is over decides about the rest, so the clock's own move comes first.
    follow_flight(line_item_id, now=now)
    line_item = lock_line_item(line_item_id)
    if line_item.settle_after is None:
        return False
    order = db.session.get_one(Order, line_item.order_id)
    day, ended = next_day(line_item, settled_so_far(line_item.id).days), ended_at(line_item)
    if day is not None:
        day_ends_at = day_bounds(day, ZoneInfo(line_item.time_zone))[1]
        if ended is not None and ended < day_ends_at:
            _settle_ended_days(line_item, order, day, now)
        elif may_settle(day_ends_at, now=now, counted_until=counted_until):
            _settle(line_item, order, day, now)
        else:
            return False
    _schedule_next_day(line_item, order, now)
    return True


@dataclass(frozen=True, slots=True)
class _JudgedDay:
    day: date
    outcome: DayOutcome
    ends_at: datetime
    requests: int = 0
    filled: int = 0


def _settle(line_item: LineItem, order: Order, day: date, now: datetime) -> None:
    close_day(line_item.id, day, now=now)
    facts = facts_of(line_item, day)
    judged = _JudgedDay(day, judge(facts), facts.ends_at, facts.requests, facts.filled)
    if judged.outcome is DayOutcome.NO_REQUESTS and not was_tag_missing(line_item.id):
        _note_missing_tag(line_item, order, now)
    _write(line_item, order, judged, now)


def _write(line_item: LineItem, order: Order, judged: _JudgedDay, now: datetime) -> None:
    due = _due(line_item, order) if judged.outcome in EARNED else DueAmounts(0, 0)
    entry_id = _release(line_item, order, judged.day, due, now) if due.price_minor else None
    db.session.add(
        SettledDay(
            line_item_id=line_item.id,
            day=judged.day,
            publisher_account_id=order.publisher_account_id,
            outcome=judged.outcome,
            requests=judged.requests,
            filled=judged.filled,
            price_minor=due.price_minor,
            commission_minor=due.commission_minor,
            currency=line_item.currency,
            entry_id=entry_id,
            settled_at=now,
            available_at=judged.ends_at + AVAILABLE_AFTER,
        )
    )
    db.session.flush()


def _due(line_item: LineItem, order: Order) -> DueAmounts:
    """What this earned day adds: what is due with it, less what was posted before it."""
    so_far = settled_so_far(line_item.id)
    progress = DeliveryProgress(days=flight_of(line_item).length, days_earned=so_far.earned + 1)
    earned = earned_by_now(line_item.terms.pricing, line_item.price_minor, progress)
    return due_now(earned, order.commission_bps, posted=so_far.posted)


def _release(line_item: LineItem, order: Order, day: date, due: DueAmounts, now: datetime) -> int:
    occasion = EntryReason(
        reference=f"line_item:{line_item.id}/day:{day.isoformat()}",
        reason=f"order {order.id}: {day.isoformat()} of line item {line_item.id} delivered",
        currency=line_item.currency,
    )
    entry = release_day(
        line_item.id,
        due.price_minor,
        commission_minor=due.commission_minor,
        account_id=order.publisher_account_id,
        occasion=occasion,
        now=now,
    )
    return entry.id


def _settle_ended_days(line_item: LineItem, order: Order, first: date, now: datetime) -> None:
    """Marks every day from the first one on as ended: it was declined or stopped before they were over."""
    zone = ZoneInfo(line_item.time_zone)
    for day in (day for day in flight_of(line_item) if day >= first):
        begins_at, ends_at = day_bounds(day, zone)
        judged = _JudgedDay(day, DayOutcome.ENDED, ends_at)
        if begins_at <= now:
            # It had begun: what was served of it can still be seen.
            close_day(line_item.id, day, now=now)
            figures = day_figures(line_item.id, line_item.socket_id, day, zone=zone)
            judged = _JudgedDay(day, DayOutcome.ENDED, ends_at, figures.requests, figures.filled)
        _write(line_item, order, judged, now)


def _schedule_next_day(line_item: LineItem, order: Order, now: datetime) -> None:
    """Notes when the next day is over; after the last one the rest of the money goes back."""
    day = next_day(line_item, settled_so_far(line_item.id).days)
    if day is None:
        line_item.settle_after = None
        db.session.flush()
        return_rest(line_item, order, now=now)
        return
    day_ends_at = day_bounds(day, ZoneInfo(line_item.time_zone))[1]
    ended = ended_at(line_item)
    line_item.settle_after = day_ends_at if ended is None else min(ended, day_ends_at)
    db.session.flush()


def _note_missing_tag(line_item: LineItem, order: Order, now: datetime) -> None:
    missing = TagMissing(**line_item_as_it_is(line_item, order))
    record(missing, account_id=order.publisher_account_id, now=now)
