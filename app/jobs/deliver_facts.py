"""Tells people what happened: turns each waiting fact into notices and mails to send."""

from app.domain.events.kinds import Consumer
from app.domain.events.queries import lock_waiting, waiting_events
from app.domain.notifications.service.telling import tell
from app.foundation.clock import database_now
from app.jobs.context import JobContext
from app.jobs.each import each_in_own_transaction, retries_of

JOB = "deliver_facts"
FACTS_A_RUN_MAX = 500


def run(context: JobContext) -> int:
    """Tells the waiting facts, oldest first, each in a transaction of its own; returns how many.

    Raises:
        WorkFailedError: at least one fact could not be told; the others were.
    """
    waiting = waiting_events(Consumer.NOTIFICATIONS, FACTS_A_RUN_MAX, retries=retries_of(JOB, context))
    return each_in_own_transaction(context, waiting, _tell, job=JOB)


def _tell(fact_id: int) -> int:
    waiting = lock_waiting(Consumer.NOTIFICATIONS, [fact_id])
    for delivery in waiting:
        tell(delivery, now=database_now())
    return len(waiting)
