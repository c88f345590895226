"""Settles the days that are over and counted: what was delivered is earned, and in the end the rest goes back."""

from datetime import datetime
from functools import partial

from app.domain.measurement.queries import counted_until
from app.domain.settlement.queries.days import line_items_to_settle
from app.domain.settlement.service.days import settle_next_day
from app.foundation.clock import database_now
from app.foundation.db import db, in_transaction
from app.foundation.log import get_logger
from app.jobs.context import JobContext

LINE_ITEMS_A_RUN_MAX = 500

log = get_logger(__name__)


class DaysNotSettled(Exception):  # noqa: N818 - named after what happened
    """Some days could not be settled; each is in the log with its reason, and comes again in the next run."""


def run(context: JobContext) -> int:
    """Settles every day that is due, each in a transaction of its own; returns how many.

    Raises:
        DaysNotSettled: at least one line item could not be settled; the others were.
    """
    settled, broken = 0, 0
    counted, now = counted_until(), context.now()
    due = list(line_items_to_settle(LINE_ITEMS_A_RUN_MAX, now=now, counted_until=counted))
    db.session.remove()
    for line_item_id in due:
        if context.should_stop():
            break
        try:
            settled += _settle_all(line_item_id, counted, context)
        except Exception:
            log.exception("day_not_settled", line_item_id=line_item_id)
            broken += 1
        context.renew()
    if broken:
        raise DaysNotSettled
    return settled


def _settle_all(line_item_id: int, counted: datetime | None, context: JobContext) -> int:
    """One day after the other: after a standstill there may be many."""
    settled = 0
    while not context.should_stop() and in_transaction(partial(_settle, line_item_id, counted)):
        settled += 1
        context.renew()
    return settled


def _settle(line_item_id: int, counted: datetime | None) -> bool:
    return settle_next_day(line_item_id, now=database_now(), counted_until=counted)
