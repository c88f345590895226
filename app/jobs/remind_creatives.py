"""Reminds buyers whose flight begins within 72 hours and has no creative."""

from functools import partial

from app.domain.creatives.queries import flights_without_creative
from app.domain.creatives.service.reminding import remind_buyer
from app.foundation.clock import database_now
from app.foundation.db import db, in_transaction
from app.jobs.context import JobContext

FLIGHTS_A_RUN_MAX = 200


def run(context: JobContext) -> int:
    """Reminds each buyer once for each line item; returns how many were reminded."""
    reminded = 0
    near = flights_without_creative(context.now(), FLIGHTS_A_RUN_MAX)
    db.session.remove()
    for line_item_id in near:
        if context.should_stop():
            break
        reminded += in_transaction(partial(_reminded, line_item_id))
        context.renew()
    return reminded


def _reminded(line_item_id: int) -> bool:
    return remind_buyer(line_item_id, now=database_now())
