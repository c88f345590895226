"""Reads about corrections of settled days."""

from datetime import date

import sqlalchemy as sa

from app.domain.ledger.queries import balance
from app.domain.ledger.rules import escrow
from app.domain.orders.models import LineItem
from app.domain.orders.queries import flight_of
from app.domain.settlement.models import Adjustment, MoneyReturn, SettledDay
from app.domain.settlement.queries.days import settled_so_far
from app.domain.settlement.rules.adjusting import free_to_earn
from app.domain.settlement.rules.pricing import DeliveryProgress, DueAmounts, earned_by_now
from app.foundation.db import db


def adjustment_called(reference: str) -> Adjustment | None:
    """The correction that was made under this reference."""
    return db.session.scalars(sa.select(Adjustment).where(Adjustment.reference == reference)).one_or_none()


def day_so_far(line_item_id: int, day: date) -> DueAmounts | None:
    """What a settled day has come to with its corrections; None while it is not settled."""
    settled = db.session.get(SettledDay, (line_item_id, day))
    if settled is None:
        return None
    sums = sa.select(*(sa.func.coalesce(sa.func.sum(column), 0) for column in _MOVED))
    row = db.session.execute(sums.where(Adjustment.line_item_id == line_item_id, Adjustment.day == day)).one()
    return DueAmounts(settled.price_minor + int(row[0]), settled.commission_minor + int(row[1]))


def left_to_earn(line_item: LineItem) -> int:
    """How much a correction may still give to the publisher of a locked line item, in minor units."""
    so_far, days = settled_so_far(line_item.id), flight_of(line_item).length
    progress = DeliveryProgress(days=days, days_earned=so_far.earned + days - so_far.days)
    may_come = earned_by_now(line_item.terms.pricing, line_item.price_minor, progress) - so_far.posted.price_minor
    return free_to_earn(
        balance(escrow(line_item.id)),
        may_come_minor=may_come,
        is_returned=db.session.get(MoneyReturn, line_item.id) is not None,
    )


_MOVED = (Adjustment.price_minor, Adjustment.commission_minor)
