"""One run of one job under its lease: taken, kept while it works, given back with how it ended."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial

from flask import Flask
from structlog.contextvars import bound_contextvars

from app.foundation.clock import database_now
from app.foundation.db import db, in_transaction, only_reading, reading_connection
from app.foundation.leases import LeaseLost, lock_lease, release_lease, renew_lease, take_lease
from app.foundation.log import get_logger
from app.jobs.context import JobContext, nothing_to_prepare
from app.jobs.stopping import StopRequest

RENEWED_AFTER_S = 5

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """Something the clock starts: what, how often, and the work, which returns how much it did."""

    name: str
    every: timedelta
    run: Callable[[JobContext], int]
    asks_first: bool = False
    """Whether it calls ``begin`` of its context before it does anything, and so can be asked whether it has to."""


class RunOutcome(StrEnum):
    """How an attempt to run a job ended."""

    DONE = "done"
    """It ran to its end, or to the end of the step at which it was asked to stop."""
    FAILED = "failed"
    """It raised; it is tried again when it is next due."""
    LOST = "lost"
    """Its lease ran out while it worked and somebody else holds it now."""
    NOT_RUN = "not_run"
    """Somebody else is at it, or has just been."""


@dataclass(frozen=True, slots=True)
class RunResult:
    """An outcome, and how much was done or which kind of error it was."""

    outcome: RunOutcome
    count: int = 0
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Runner:
    """Who runs jobs: on which app, under which name, until when."""

    app: Flask
    holder: str
    stop: StopRequest
    on_renewal: Callable[[datetime], None] | None = None
    """What else to write when a lease is renewed: the runner's heartbeat."""


def read_now() -> datetime:
    """The database's time at this moment, on a connection of its own."""
    with reading_connection() as connection:
        return database_now(connection)


def is_due(last_started_at: datetime | None, every: timedelta, now: datetime) -> bool:
    """Whether a job should start.

    A start in the future means that local mode's clock was moved back: waiting for that moment could
    take days, so the job is due.
    """
    return last_started_at is None or last_started_at > now or now - last_started_at >= every


class _WorkFound(Exception):  # noqa: N818 - it is an answer
    """The job would do something now."""


def has_something_to_do(job: Job, runner: Runner, now: datetime) -> bool:
    """Whether a job that asks first would do anything; reads only, and needs no lease.

    What is found may be done by somebody else before the lease is taken: the run looks again.
    """
    with runner.app.app_context(), bound_contextvars(job=job.name), only_reading():
        context = JobContext(
            holder=runner.holder,
            mailer=runner.app.extensions["isocket_mailer"],
            render_mail=runner.app.extensions["isocket_render_mail"],
            now=lambda: now,
            renew=nothing_to_prepare,
            should_stop=runner.stop.is_asked,
            begin=_say_that_there_is,
        )
        try:
            job.run(context)
        except _WorkFound:
            return True
        except Exception:
            # What is wrong is met again in the run, and noted there.
            log.exception("job_not_asked")
            return True
        finally:
            db.session.remove()
    return False


def _say_that_there_is() -> None:
    raise _WorkFound


def run_if_due(job: Job, runner: Runner) -> RunResult:
    """Runs a job under its lease unless it is held, or was started by somebody since we looked."""
    return _run(job, runner, partial(_take_if_due, job, runner.holder))


def run_now(job: Job, runner: Runner) -> RunResult:
    """Runs a job under its lease even though it may not be due, unless the lease is held."""
    return _run(job, runner, partial(_take, job, runner.holder))


def _run(job: Job, runner: Runner, take: Callable[[], int | None]) -> RunResult:
    with runner.app.app_context(), bound_contextvars(job=job.name):
        generation = in_transaction(take)
        if generation is None:
            return RunResult(RunOutcome.NOT_RUN)
        try:
            ended = _work(job, runner, generation)
            in_transaction(
                lambda: release_lease(job.name, generation=generation, now=database_now(), error=ended.error)
            )
        except LeaseLost:
            log.warning("job_lease_lost")
            return RunResult(RunOutcome.LOST, error=LeaseLost.__name__)
        finally:
            db.session.remove()
        return ended


def _work(job: Job, runner: Runner, generation: int) -> RunResult:
    context = JobContext(
        holder=runner.holder,
        mailer=runner.app.extensions["isocket_mailer"],
        render_mail=runner.app.extensions["isocket_render_mail"],
        now=read_now,
        renew=_Renewal(job.name, generation, runner.on_renewal),
        should_stop=runner.stop.is_asked,
    )
    try:
        return RunResult(RunOutcome.DONE, count=job.run(context))
    except LeaseLost:
        raise
    except Exception as error:
        # One broken job must not stop the others. Only the error's kind is stored: its text may hold
        # what a person wrote.
        log.exception("job_failed")
        return RunResult(RunOutcome.FAILED, error=type(error).__name__)
    finally:
        # Whatever the job left open must not be mistaken for the transaction that gives the lease back.
        db.session.remove()


class _Renewal:
    """Keeps a lease; asks the database only every few seconds, so that it is cheap after each step."""

    def __init__(self, name: str, generation: int, on_renewal: Callable[[datetime], None] | None) -> None:
        self._name = name
        self._generation = generation
        self._on_renewal = on_renewal
        self._renewed_at_s = time.monotonic()

    def __call__(self) -> None:
        if time.monotonic() - self._renewed_at_s < RENEWED_AFTER_S:
            return
        in_transaction(self._renew)
        db.session.remove()
        self._renewed_at_s = time.monotonic()

    def _renew(self) -> None:
        now = database_now()
        renew_lease(self._name, generation=self._generation, now=now)
        if self._on_renewal is not None:
            self._on_renewal(now)


def _take(job: Job, holder: str) -> int | None:
    return take_lease(job.name, holder=holder, now=database_now())


def _take_if_due(job: Job, holder: str) -> int | None:
    # Two runners may both have found the job due; the second sees here, with the row locked (and made, at
    # the very first run), that the first has run it. The clock is read behind the lock.
    lease = lock_lease(job.name)
    now = database_now()
    if not is_due(lease.last_started_at, job.every, now):
        return None
    return take_lease(job.name, holder=holder, now=now)
