"""Cancels the orders of checkouts that nobody finished; their days are free."""

from app.domain.orders.queries import abandoned_checkouts
from app.domain.orders.service.ordering import end_abandoned_checkout
from app.foundation.clock import database_now
from app.jobs.context import JobContext
from app.jobs.each import each_in_own_transaction, retries_of

JOB = "end_checkouts"
CHECKOUTS_A_RUN_MAX = 200


def run(context: JobContext) -> int:
    """Ends what was abandoned, each checkout in a transaction of its own; returns how many.

    Raises:
        WorkFailedError: at least one could not be ended; the others were.
    """
    abandoned = abandoned_checkouts(CHECKOUTS_A_RUN_MAX, retries=retries_of(JOB, context))
    return each_in_own_transaction(context, abandoned, _end, job=JOB)


def _end(order_id: int) -> bool:
    return end_abandoned_checkout(order_id, now=database_now())
