"""Begins flights at their first moment and ends them after their last, each in the zone of its site."""

from functools import partial

from app.domain.orders.queries import flights_to_follow
from app.domain.orders.service.running import follow_flight
from app.foundation.clock import database_now
from app.foundation.db import db, in_transaction
from app.foundation.log import get_logger
from app.jobs.context import JobContext

FLIGHTS_A_RUN_MAX = 500

log = get_logger(__name__)


class FlightsNotFollowed(Exception):  # noqa: N818 - named after what happened
    """Some flights could not be moved; each is in the log with its reason, and comes again in the next run."""


def run(context: JobContext) -> int:
    """Moves every line item whose moment has come, each in a transaction of its own; returns how many moved.

    Raises:
        FlightsNotFollowed: at least one could not be moved; the others were.
    """
    moved, broken = 0, 0
    due = flights_to_follow(context.now(), FLIGHTS_A_RUN_MAX)
    db.session.remove()
    for line_item_id in due:
        if context.should_stop():
            break
        try:
            moved += in_transaction(partial(_follow, line_item_id))
        except Exception:
            log.exception("flight_not_followed", line_item_id=line_item_id)
            broken += 1
        context.renew()
    if broken:
        raise FlightsNotFollowed
    return moved


def _follow(line_item_id: int) -> bool:
    return follow_flight(line_item_id, now=database_now())
