"""Answers creatives whose publisher was silent, as the sale says."""

from app.domain.creatives.queries import reviews_overdue
from app.domain.creatives.service.reviewing import answer_for_silence
from app.foundation.clock import database_now
from app.jobs.context import JobContext
from app.jobs.each import each_in_own_transaction, retries_of

JOB = "answer_creatives"
REVIEWS_A_RUN_MAX = 200


def run(context: JobContext) -> int:
    """Answers what is overdue, the longest overdue first, each in a transaction of its own; returns how many.

    Raises:
        WorkFailedError: at least one could not be answered; the others were.
    """
    overdue = reviews_overdue(REVIEWS_A_RUN_MAX, retries=retries_of(JOB, context))
    return each_in_own_transaction(context, overdue, _answer, job=JOB)


def _answer(public_id: str) -> bool:
    return answer_for_silence(public_id, now=database_now())
