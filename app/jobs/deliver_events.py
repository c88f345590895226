"""Tells people what happened: turns each waiting event into notices and mails to send."""

from app.domain.events.queries import lock_waiting, waiting_events
from app.domain.events.states import Consumer
from app.domain.notifications.service.telling import tell
from app.foundation.clock import database_now
from app.jobs.context import JobContext
from app.jobs.each import each_in_own_transaction, retries_of

JOB = "deliver_events"
EVENTS_A_RUN_MAX = 500


def run(context: JobContext) -> int:
    """Tells the waiting events, oldest first, each in a transaction of its own; returns how many.

    Raises:
        WorkFailedError: at least one event could not be told; the others were.
    """
    waiting = waiting_events(Consumer.NOTIFICATIONS, EVENTS_A_RUN_MAX, retries=retries_of(JOB, context))
    return each_in_own_transaction(context, waiting, _tell, job=JOB)


def _tell(event_id: int) -> int:
    waiting = lock_waiting(Consumer.NOTIFICATIONS, [event_id])
    for delivery in waiting:
        tell(delivery, now=database_now())
    return len(waiting)
