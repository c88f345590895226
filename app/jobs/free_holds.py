"""Frees the days of checkouts that nobody finished."""

from app.domain.inventory.queries import claims_to_free
from app.domain.inventory.service.calendar import free_expired_claim
from app.foundation.clock import database_now
from app.jobs.context import JobContext
from app.jobs.each import each_in_own_transaction, retries_of

JOB = "free_holds"
HOLDS_A_RUN_MAX = 2_000


def run(context: JobContext) -> int:
    """Frees what has expired, the oldest first, each claim in a transaction of its own; returns how many.

    Raises:
        WorkFailedError: at least one could not be freed; the others were.
    """
    expired = claims_to_free(HOLDS_A_RUN_MAX, retries=retries_of(JOB, context))
    return each_in_own_transaction(context, expired, _free, job=JOB)


def _free(claim_id: int) -> bool:
    return free_expired_claim(claim_id, now=database_now())
