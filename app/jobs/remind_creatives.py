"""Reminds buyers whose flight begins within 72 hours and has no creative."""

from app.domain.creatives.queries import flights_without_creative
from app.domain.creatives.service.reminding import remind_buyer
from app.foundation.clock import database_now
from app.jobs.context import JobContext
from app.jobs.each import each_in_own_transaction, retries_of

JOB = "remind_creatives"
FLIGHTS_A_RUN_MAX = 200


def run(context: JobContext) -> int:
    """Reminds each buyer once for each line item; returns how many were reminded.

    Raises:
        WorkFailedError: at least one could not be reminded; the others were.
    """
    near = flights_without_creative(FLIGHTS_A_RUN_MAX, retries=retries_of(JOB, context))
    return each_in_own_transaction(context, near, _remind, job=JOB)


def _remind(line_item_id: int) -> bool:
    return remind_buyer(line_item_id, now=database_now())
