"""Deletes what nobody needs any more: old sessions, form keys, counters, unused uploads, traces of counting."""

from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from flask import current_app

from app.domain.accounts.service.request_keys import purge_request_keys
from app.domain.accounts.service.sessions import purge_sessions
from app.domain.accounts.service.signing_in import forget_old_attempts
from app.domain.creatives.service.keeping import drop_unused_files
from app.domain.measurement.service.purging import (
    forget_counted_tokens,
    forget_event_files,
    forget_sightings,
    forget_viewers,
)
from app.foundation.clock import database_now
from app.foundation.work_failures import forget_failures
from app.jobs.context import JobContext
from app.jobs.each import each_in_own_transaction, retries_of

if TYPE_CHECKING:
    from app.foundation.rate_counters import SharedCounters


class _Step(Protocol):
    def __call__(self, *, now: datetime) -> int: ...


JOB = "purge"
STEPS: dict[str, _Step] = {
    "sessions": purge_sessions,
    "request_keys": purge_request_keys,
    "attempts": forget_old_attempts,
    "unused_files": drop_unused_files,
    "counted_tokens": forget_counted_tokens,
    "viewers": forget_viewers,
    "event_files": forget_event_files,
    "sightings": forget_sightings,
    "failures": forget_failures,
}


def run(context: JobContext) -> int:
    """Deletes what is past its time, each kind in a transaction of its own; returns how many rows.

    Raises:
        WorkFailedError: at least one kind could not be deleted; the others were.
    """
    counters: SharedCounters = current_app.extensions["isocket_limiter"].storage
    counted = counters.purge()
    waiting = retries_of(JOB, context).waiting()
    kinds = [kind for kind in STEPS if kind not in waiting]
    return counted + each_in_own_transaction(context, kinds, _delete, job=JOB)


def _delete(kind: str) -> int:
    return STEPS[kind](now=database_now())
