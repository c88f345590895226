"""Keeps what is found up to date: looks again at each socket that changed, and counts the market."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from app.domain.catalogue.queries import count_market, count_times
from app.domain.catalogue.service import follow_events, record_figures
from app.domain.events.queries import waiting_events
from app.domain.events.states import Consumer
from app.foundation.clock import database_now
from app.foundation.db import db, in_transaction, reading_connection
from app.foundation.work_failures import Retries
from app.jobs.context import JobContext
from app.jobs.each import each_batch_in_own_transaction, retries_of

JOB = "refresh_catalogue"
EVENTS_A_STEP_MAX = 200
STEPS_A_RUN_MAX = 25
COUNT_CHANGES_EVERY = timedelta(seconds=4)
COUNT_ANYWAY_EVERY = timedelta(minutes=1)


def run(context: JobContext) -> int:
    """Follows the waiting events in steps, then counts the market if that is due; returns how many events.

    Raises:
        WorkFailedError: at least one event could not be followed; the ones behind it were.
    """
    try:
        return each_batch_in_own_transaction(context, _waiting(retries_of(JOB, context)), _follow, job=JOB)
    finally:
        _count_if_due(context)


def _count_if_due(context: JobContext) -> None:
    """Counts the market when it changed, or when that was long ago; reads before it takes the write lock."""
    now = context.now()
    with reading_connection() as connection:
        times = count_times(connection)
        if times is not None:
            counted_at, changed_at = times
            age = now - counted_at
            if age < (COUNT_CHANGES_EVERY if changed_at >= counted_at else COUNT_ANYWAY_EVERY):
                return
        context.begin()
        figures = count_market(connection)
    in_transaction(lambda: record_figures(figures, now=now))


def _waiting(retries: Retries) -> Iterator[Sequence[int]]:
    for _ in range(STEPS_A_RUN_MAX):
        found = waiting_events(Consumer.CATALOGUE, EVENTS_A_STEP_MAX, retries=retries)
        db.session.remove()
        if not found:
            return
        yield found


def _follow(event_ids: Sequence[int]) -> int:
    return follow_events(event_ids, now=database_now())
