"""Settles the days that are over and counted: what was delivered is earned, and in the end the rest goes back."""

from datetime import datetime
from functools import partial

from app.domain.measurement.queries import counted_until
from app.domain.settlement.queries.days import line_items_to_settle
from app.domain.settlement.service.days import settle_next_day
from app.foundation.clock import database_now
from app.foundation.db import in_transaction
from app.jobs.context import JobContext
from app.jobs.each import each_by_itself, retries_of

JOB = "settle_days"
LINE_ITEMS_A_RUN_MAX = 500


def run(context: JobContext) -> int:
    """Settles every day that is due, each in a transaction of its own; returns how many.

    Raises:
        WorkFailedError: at least one line item could not be settled; the others were.
    """
    counted = counted_until()
    due = line_items_to_settle(LINE_ITEMS_A_RUN_MAX, counted_until=counted, retries=retries_of(JOB, context))
    return each_by_itself(context, due, partial(_settle_all, context, counted), job=JOB)


def _settle_all(context: JobContext, counted: datetime | None, line_item_id: int) -> int:
    """One day after the other: after a standstill there may be many."""
    settled = 0
    while not context.should_stop() and in_transaction(partial(_settle, line_item_id, counted)):
        settled += 1
        context.renew()
    return settled


def _settle(line_item_id: int, counted: datetime | None) -> bool:
    return settle_next_day(line_item_id, now=database_now(), counted_until=counted)
