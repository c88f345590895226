"""Frees the days of checkouts that nobody finished."""

from app.domain.inventory.service.calendar import free_expired_holds
from app.foundation.clock import database_now
from app.foundation.db import in_transaction
from app.jobs.context import JobContext


def run(context: JobContext) -> int:
    """Frees what has expired, a few hundred holds a step; returns how many."""
    freed = 0
    while not context.should_stop():
        step = in_transaction(lambda: free_expired_holds(now=database_now()))
        if step == 0:
            break
        freed += step
        context.renew()
    return freed
