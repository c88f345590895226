"""Tells people what happened: turns each waiting fact into notices and mails to send."""

from datetime import datetime
from functools import partial

from app.domain.events.kinds import Consumer
from app.domain.events.queries import lock_waiting
from app.domain.notifications.service.telling import tell
from app.foundation.db import in_transaction
from app.foundation.log import get_logger
from app.jobs.context import JobContext

FACTS_A_RUN_MAX = 500

log = get_logger(__name__)


class FactsNotTold(Exception):  # noqa: N818 - named after what happened
    """Some facts could not be told; each is in the log with its reason, and is tried again in the next run."""


def run(context: JobContext) -> int:
    """Tells the waiting facts, oldest first, each in a transaction of its own; returns how many.

    A fact that cannot be told is a bug: it is logged, the ones behind it are told all the same (somebody
    may be waiting for a link), and the run fails at its end.

    Raises:
        FactsNotTold: at least one fact could not be told.
    """
    told, broken = 0, 0
    while told < FACTS_A_RUN_MAX and not context.should_stop():
        try:
            if not in_transaction(partial(_tell_next, broken, context.now())):
                break
            told += 1
        except Exception:
            log.exception("fact_not_told")
            broken += 1
        context.renew()
    if broken:
        raise FactsNotTold
    return told


def _tell_next(broken: int, now: datetime) -> bool:
    """Tells the oldest waiting fact behind the broken ones, which stay at the front of the queue."""
    waiting = lock_waiting(Consumer.NOTIFICATIONS, broken + 1)
    if len(waiting) <= broken:
        return False
    tell(waiting[broken], now=now)
    return True
