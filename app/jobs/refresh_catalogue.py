"""Keeps what is found up to date: looks again at each socket that changed, and counts the market."""

from datetime import timedelta
from functools import partial

from app.domain.catalogue.queries import count_market, count_times, has_waiting_events
from app.domain.catalogue.service import follow_events, record_figures
from app.foundation.clock import database_now
from app.foundation.db import in_transaction, reading_connection
from app.foundation.log import get_logger
from app.jobs.context import JobContext

FACTS_A_STEP_MAX = 200
FACTS_A_RUN_MAX = 5_000
COUNT_CHANGES_EVERY = timedelta(seconds=4)
COUNT_ANYWAY_EVERY = timedelta(minutes=1)

log = get_logger(__name__)


class FactsNotFollowed(Exception):  # noqa: N818 - named after what happened
    """Some facts could not be followed; each is in the log with its reason, and is tried again in the next run."""


def run(context: JobContext) -> int:
    """Follows the waiting facts in steps, then counts the market if that is due; returns how many facts.

    A fact that cannot be followed is a bug: it is logged, the ones behind it are followed all the same,
    and the run fails at its end.

    Raises:
        FactsNotFollowed: at least one fact could not be followed.
    """
    followed, broken, size = 0, 0, FACTS_A_STEP_MAX
    while followed < FACTS_A_RUN_MAX and not context.should_stop() and _is_waiting(broken):
        try:
            step = in_transaction(partial(_follow, size, broken))
        except Exception:
            log.exception("facts_not_followed", facts=size)
            # One of them is broken: from here on one at a time, to find it.
            broken, size = broken + (size == 1), 1
        else:
            followed += step
            if step == 0:
                break
        context.renew()
    count_if_due()
    if broken:
        raise FactsNotFollowed
    return followed


def count_if_due() -> bool:
    """Counts the market when it changed, or when that was long ago; reads before it takes the write lock."""
    with reading_connection() as connection:
        now = database_now(connection)
        times = count_times(connection)
        if times is not None:
            counted_at, changed_at = times
            age = now - counted_at
            if age < (COUNT_CHANGES_EVERY if changed_at >= counted_at else COUNT_ANYWAY_EVERY):
                return False
        figures = count_market(connection)
    in_transaction(lambda: record_figures(figures, now=now))
    return True


def _is_waiting(broken: int) -> bool:
    if broken:
        return True
    with reading_connection() as connection:
        return has_waiting_events(connection)


def _follow(size: int, broken: int) -> int:
    return follow_events(size, skipped=broken, now=database_now())
