"""Deletes what nobody needs any more: old sessions, form keys, counters, unused uploads, traces of counting."""

from datetime import datetime
from functools import partial
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
from app.foundation.db import in_transaction
from app.jobs.context import JobContext

if TYPE_CHECKING:
    from app.foundation.rate_counters import SharedCounters


class _Step(Protocol):
    def __call__(self, *, now: datetime) -> int: ...


STEPS: tuple[_Step, ...] = (
    purge_sessions,
    purge_request_keys,
    forget_old_attempts,
    drop_unused_files,
    forget_counted_tokens,
    forget_viewers,
    forget_event_files,
    forget_sightings,
)


def run(context: JobContext) -> int:
    """Deletes what is past its time, each kind in a transaction of its own; returns how many rows."""
    deleted = 0
    for step in STEPS:
        if context.should_stop():
            return deleted
        deleted += in_transaction(partial(_purge, step))
        context.renew()
    counters: SharedCounters = current_app.extensions["isocket_limiter"].storage
    return deleted + counters.purge()


def _purge(step: _Step) -> int:
    return step(now=database_now())
