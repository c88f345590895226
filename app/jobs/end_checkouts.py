"""Cancels the orders of checkouts that nobody finished; their days are free."""

from functools import partial

from app.domain.orders.queries import abandoned_checkouts
from app.domain.orders.service.ordering import end_abandoned_checkout
from app.foundation.clock import database_now
from app.foundation.db import db, in_transaction
from app.jobs.context import JobContext

CHECKOUTS_A_RUN_MAX = 200


def run(context: JobContext) -> int:
    """Ends what was abandoned, each checkout in a transaction of its own; returns how many."""
    ended = 0
    abandoned = list(abandoned_checkouts(context.now(), CHECKOUTS_A_RUN_MAX))
    db.session.remove()
    for order_id in abandoned:
        if context.should_stop():
            break
        ended += in_transaction(partial(_end, order_id))
        context.renew()
    return ended


def _end(order_id: int) -> bool:
    return end_abandoned_checkout(order_id, now=database_now())
