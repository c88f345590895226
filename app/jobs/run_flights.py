"""Begins flights at their first moment and ends them after their last, each in the zone of its site."""

from app.domain.orders.queries import flights_to_follow
from app.domain.orders.service.running import follow_flight
from app.foundation.clock import database_now
from app.jobs.context import JobContext
from app.jobs.each import each_in_own_transaction, retries_of

JOB = "run_flights"
FLIGHTS_A_RUN_MAX = 500


def run(context: JobContext) -> int:
    """Moves every line item whose moment has come, each in a transaction of its own; returns how many moved.

    Raises:
        WorkFailedError: at least one could not be moved; the others were.
    """
    due = flights_to_follow(FLIGHTS_A_RUN_MAX, retries=retries_of(JOB, context))
    return each_in_own_transaction(context, due, _follow, job=JOB)


def _follow(line_item_id: int) -> bool:
    return follow_flight(line_item_id, now=database_now())
