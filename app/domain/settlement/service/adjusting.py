"""Correcting settled days: by a row with its reason and an entry, never by changing what was settled."""

from dataclasses import dataclass
from datetime import date, datetime

from app.domain.audit.service import record_audit
from app.domain.ledger.service import EntryReason, release_more, take_back_earned
from app.domain.orders.models import LineItem, Order
from app.domain.orders.queries import lock_line_item
from app.domain.settlement.errors import DayNotSettled, MoreThanEarned, MoreThanKept, NothingToCorrect
from app.domain.settlement.models import Adjustment
from app.domain.settlement.queries.adjustments import adjustment_called, day_so_far, left_to_earn
from app.domain.settlement.rules.adjusting import corrected_by
from app.domain.settlement.rules.pricing import DueAmounts
from app.domain.settlement.states import AdjustmentReason
from app.foundation.db import db
from app.foundation.errors import InvariantBroken


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What shall be corrected of a settled day."""

    reference: str
    """What it is decided on, at most 60 characters: one correction for each."""
    reason: AdjustmentReason
    note: str
    """A sentence that both parties read, at most 200 characters; nothing personal."""
    price_minor: int
    """What the day's price shall change by; below zero it goes to the buyer's credit."""


def adjust_day(line_item_id: int, day: date, correction: Correction, *, user_id: int, now: datetime) -> Adjustment:
    """Corrects a settled day, once for each reference; the same again gives the correction that was made.

    In the buyer's favour the publisher's earnings and our commission become credit. In the publisher's favour it
    is taken from what is still kept for the line item and not needed for days to come. Locks order and line item.

    Args:
        line_item_id: a line item of which the day was settled.
        day: the day.
        correction: by how much, and why.
        user_id: who decided it.
        now: UTC.

    Raises:
        DayNotSettled: nothing was settled for this day yet.
        NothingToCorrect: the price shall not change.
        MoreThanEarned: less is left of what was earned for the day.
        MoreThanKept: less is left in escrow, or it is needed for days to come, or on its way back.
    """
    line_item = lock_line_item(line_item_id)
    made = adjustment_called(correction.reference)
    if made is not None:
        return _same(made, line_item_id, day, correction)
    so_far = day_so_far(line_item_id, day)
    if so_far is None:
        raise DayNotSettled
    _check(line_item, so_far, correction.price_minor)
    order = db.session.get_one(Order, line_item.order_id)
    change = corrected_by(so_far, correction.price_minor, order.commission_bps)
    adjustment = Adjustment(
        reference=correction.reference,
        line_item_id=line_item_id,
        day=day,
        reason=correction.reason,
        note=correction.note,
        price_minor=change.price_minor,
        commission_minor=change.commission_minor,
        currency=line_item.currency,
        entry_id=_post(line_item, order, day, change, correction.reference, now),
        decided_by_user_id=user_id,
        decided_at=now,
    )
    db.session.add(adjustment)
    db.session.flush()
    subject = f"line_item:{line_item.public_id}"
    record_audit("day_adjusted", actor=f"staff:{user_id}", subject=subject, now=now, adjustment=adjustment.id)
    return adjustment


def _same(made: Adjustment, line_item_id: int, day: date, correction: Correction) -> Adjustment:
    wanted = (line_item_id, day, correction.reason, correction.price_minor)
    if (made.line_item_id, made.day, made.reason, made.price_minor) != wanted:
        message = f"{correction.reference} corrected something else before"
        raise InvariantBroken(message)
    return made


def _check(line_item: LineItem, so_far: DueAmounts, price_minor: int) -> None:
    if price_minor == 0:
        raise NothingToCorrect
    if so_far.price_minor + price_minor < 0:
        raise MoreThanEarned
    if price_minor > left_to_earn(line_item):
        raise MoreThanKept


def _post(line_item: LineItem, order: Order, day: date, change: DueAmounts, reference: str, now: datetime) -> int:
    occasion = EntryReason(
        reference=f"adjustment:{reference}",
        reason=f"order {order.id}: {day.isoformat()} of line item {line_item.id} corrected",
        currency=line_item.currency,
    )
    publisher = order.publisher_account_id
    if change.price_minor > 0:
        entry = release_more(
            line_item.id,
            change.price_minor,
            commission_minor=change.commission_minor,
            account_id=publisher,
            occasion=occasion,
            now=now,
        )
    else:
        entry = take_back_earned(
            order.buyer_account_id,
            -change.price_minor,
            commission_minor=-change.commission_minor,
            publisher_id=publisher,
            occasion=occasion,
            now=now,
        )
    return entry.id
