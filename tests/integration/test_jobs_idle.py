"""With nothing due, job runner and mover read and hardly ever write; what becomes due is done at the next tick."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app.delivery.mover import Mover
from app.domain.events.kinds.accounts import PasswordChanged
from app.domain.notifications.models import MailMessage
from app.foundation.clock import database_now
from app.foundation.db import db, in_transaction
from app.foundation.leases import JobLease, take_lease
from app.jobs.context import JobContext
from app.jobs.leased_run import Job, Runner, RunOutcome, has_something_to_do, read_now, run_if_due
from app.jobs.runner import JobRunner
from app.jobs.stopping import StopRequest
from app.jobs.table import JOBS
from config import Config
from tests.factories.accounts import make_person
from tests.factories.events import events_directory
from tests.support.mail_jobs import advance, mails, post, record

SECOND = timedelta(seconds=1)
IDLE_S = 60
SECONDS_A_WRITE = 5


@pytest.fixture
def directory(config: Config) -> Iterator[Path]:
    directory = events_directory(config)
    yield directory
    for path in directory.iterdir():
        path.unlink()


@contextmanager
def commits() -> Iterator[list[None]]:
    """Every write transaction that is committed, and every other commit of a session."""
    seen: list[None] = []

    def note(_session: Session) -> None:
        seen.append(None)

    sa.event.listen(Session, "after_commit", note)
    try:
        yield seen
    finally:
        sa.event.remove(Session, "after_commit", note)


def runner_of(app: Flask, *jobs: Job) -> JobRunner:
    return JobRunner(app, jobs, stop=StopRequest())


def settle_down(app: Flask, runner: JobRunner, mover: Mover) -> None:
    """Does what is due after a start: old rows are deleted, the market is counted."""
    for _ in range(3):
        assert runner.tick()
        assert mover._look()
        advance(app, 5 * SECOND)


def now_of(app: Flask) -> datetime:
    with app.app_context():
        return read_now()


def lease(app: Flask, name: str) -> JobLease:
    with app.app_context():
        return db.session.get_one(JobLease, name)


def test_an_idle_minute_has_at_most_one_write_in_five_seconds(app: Flask, directory: Path) -> None:
    runner, mover = runner_of(app, *JOBS), Mover(app, directory, source="test")
    make_person(app)
    post(app)
    settle_down(app, runner, mover)
    written = 0
    for _ in range(IDLE_S):
        with commits() as seen:
            assert runner.tick()
            assert mover._look()
        written += len(seen)
        advance(app, SECOND)
    assert 0 < written <= IDLE_S // SECONDS_A_WRITE


def test_what_becomes_due_is_done_at_the_next_tick(app: Flask, directory: Path) -> None:
    runner, person = runner_of(app, *JOBS), make_person(app)
    settle_down(app, runner, Mover(app, directory, source="test"))
    record(app, PasswordChanged(user_id=person.user_id))
    before = len(mails(app))
    assert runner.tick()
    told = mails(app)[before:]
    assert len(told) == 1
    assert told[0].next_attempt_at is None, "it was told and not sent"


def test_jobs_are_asked_again_after_another_has_worked(app: Flask) -> None:
    """A mail that this tick's telling made is due later than the tick began."""
    telling, sending = (job for job in JOBS if job.name in {"deliver_events", "send_mail"})
    person = make_person(app)
    record(app, PasswordChanged(user_id=person.user_id))
    assert runner_of(app, telling, sending).tick()
    with app.app_context():
        waiting = sa.select(sa.func.count()).where(MailMessage.next_attempt_at.is_not(None))
        assert db.session.scalars(waiting).one() == 0


def test_a_job_with_nothing_to_do_is_noted_as_looked_at_and_counts_as_no_run(app: Flask) -> None:
    runner = runner_of(app, *(job for job in JOBS if job.name == "close_auctions"))
    runner.tick()
    advance(app, 10 * SECOND)
    before = now_of(app)
    runner.tick()
    advance(app, 10 * SECOND)
    runner.tick()
    row = lease(app, "close_auctions")
    assert (row.runs, row.failures, row.holder) == (0, 0, None)
    assert row.last_started_at is not None
    assert row.last_started_at >= before
    assert row.last_finished_at == row.last_started_at


def test_a_job_that_somebody_runs_is_not_noted_over(app: Flask) -> None:
    runner = runner_of(app, *(job for job in JOBS if job.name == "close_auctions"))
    runner.tick()
    with app.app_context():
        in_transaction(lambda: take_lease("close_auctions", holder="somebody", now=database_now()))
    started_at = lease(app, "close_auctions").last_started_at
    advance(app, 10 * SECOND)
    runner.tick()
    row = lease(app, "close_auctions")
    assert (row.holder, row.last_started_at, row.last_finished_at) == ("somebody", started_at, None)


def test_a_job_is_run_when_asking_it_goes_wrong_so_that_the_failure_is_noted(app: Flask) -> None:
    def broken(_context: JobContext) -> int:
        raise ValueError

    runner_of(app, Job("broken", every=SECOND, run=broken, asks_first=True)).tick()
    assert (lease(app, "broken").failures, lease(app, "broken").last_error) == (1, "ValueError")


def test_a_job_that_forgets_to_say_so_writes_nothing_without_its_lease(app: Flask) -> None:
    holders: list[str | None] = []

    def hasty(_context: JobContext) -> int:
        def work() -> None:
            row = db.session.get(JobLease, "hasty")
            holders.append(None if row is None else row.holder)

        in_transaction(work)
        return 1

    runner_of(app, Job("hasty", every=SECOND, run=hasty, asks_first=True)).tick()
    assert len(holders) == 1
    assert holders[0] is not None


def test_between_asking_and_taking_the_lease_somebody_else_may_have_done_it(app: Flask) -> None:
    done: list[str] = []

    def once(context: JobContext) -> int:
        if not done:
            context.begin()
            done.append(context.holder)
        return 1

    job = Job("once", every=timedelta(0), run=once, asks_first=True)
    first, second = (Runner(app=app, holder=name, stop=StopRequest()) for name in ("first", "second"))
    assert all(has_something_to_do(job, runner, now_of(app)) for runner in (first, second))
    assert {run_if_due(job, runner).outcome for runner in (first, second)} == {RunOutcome.DONE}
    assert done == ["first"]


def test_the_mark_follows_soon_when_something_was_counted_and_the_clock_when_it_is_moved(
    app: Flask, directory: Path
) -> None:
    mover, start = Mover(app, directory, source="test"), now_of(app)
    with app.app_context():
        mover._note(start)
    assert not mover._is_mark_due(start + 19 * SECOND)
    assert mover._is_mark_due(start + 20 * SECOND)
    assert mover._is_mark_due(start - SECOND), "local mode's clock was moved back"
    mover._has_counted = True
    assert not mover._is_mark_due(start + 4 * SECOND)
    assert mover._is_mark_due(start + 5 * SECOND)
