"""Reminding buyers whose flight is near and has no creative."""

from datetime import datetime

from app.domain.creatives.models import CreativeReminder
from app.domain.creatives.queries.line_items import LIVE, running_assignment, waiting_review
from app.domain.events.kinds.creatives import CreativeNeeded
from app.domain.events.service import record
from app.domain.orders.models import Order
from app.domain.orders.queries import lock_line_item
from app.domain.orders.service.noting import line_item_as_it_is
from app.foundation.db import db


def remind_buyer(line_item_id: int, *, now: datetime) -> bool:
    """Tells a buyer, once for each line item, that its flight is near and no creative is there. Locks the line item.

    Returns:
        Whether somebody was told; False when a creative came meanwhile, or they were told before.
    """
    line_item = lock_line_item(line_item_id)
    if line_item.state not in LIVE or db.session.get(CreativeReminder, line_item_id) is not None:
        return False
    if running_assignment(line_item.id) is not None or waiting_review(line_item.id) is not None:
        return False
    db.session.add(CreativeReminder(line_item_id=line_item.id, reminded_at=now))
    db.session.flush()
    order = db.session.get_one(Order, line_item.order_id)
    record(CreativeNeeded(**line_item_as_it_is(line_item, order)), account_id=order.buyer_account_id, now=now)
    return True
