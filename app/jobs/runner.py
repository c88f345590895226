"""The loop that looks at the clock once a second and runs what is due, until it is asked to stop.

A job that can be asked is run, and takes its lease, only when there is something for it to do. So a market in which
nothing happens costs reads, and every ten seconds one write: the heartbeat, and with it when each job was looked at.
"""

import os
import secrets
import socket
from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask import Flask

from app.foundation.clock import database_now
from app.foundation.db import db, in_transaction, reading_connection
from app.foundation.leases import HEARTBEAT, JobLease, beat, note_looked_at
from app.foundation.log import get_logger
from app.jobs.leased_run import Job, Runner, has_something_to_do, is_due, read_now, run_if_due
from app.jobs.stopping import StopRequest

TICK_S = 1.0
TICK_AFTER_TROUBLE_S = 5.0
BEAT_EVERY = timedelta(seconds=10)
HOLDER_CHARACTERS_MAX = 80

log = get_logger(__name__)


def new_holder() -> str:
    """A name under which this process holds leases, unlike any other's."""
    ending = f":{os.getpid()}:{secrets.token_hex(4)}"
    return socket.gethostname()[: HOLDER_CHARACTERS_MAX - len(ending)] + ending


class JobRunner:
    """Runs the jobs of a table, one after the other, each when the database's clock says it is due."""

    def __init__(self, app: Flask, jobs: Sequence[Job], *, stop: StopRequest) -> None:
        self._jobs = jobs
        self._stop = stop
        self._runner = Runner(app=app, holder=new_holder(), stop=stop, on_renewal=lambda now: beat(now=now))
        self._looked_at: dict[str, datetime] = {}
        self._unnoted: dict[str, datetime] = {}

    def run_until_stopped(self) -> None:
        """Ticks until somebody asks it to stop; then the job at work ends its step and gives its lease back."""
        log.info("jobs_started", jobs=[job.name for job in self._jobs])
        pause_s = 0.0
        while not self._stop.wait(pause_s):
            pause_s = TICK_S if self.tick() else TICK_AFTER_TROUBLE_S
        log.info("jobs_stopped")

    def tick(self) -> bool:
        """Runs everything that is due now, once; says whether the database could be asked."""
        try:
            now, due = self._look_at_clock()
        except Exception:
            # Without its database the runner has nothing to do; it must be there when the database is back.
            log.exception("jobs_cannot_look_at_clock")
            return False
        for job in due:
            if self._stop.is_asked():
                break
            now = self._take_up(job, now)
        return True

    def _look_at_clock(self) -> tuple[datetime, list[Job]]:
        with self._runner.app.app_context():
            with reading_connection() as connection:
                now = database_now(connection)
                rows = connection.execute(
                    sa.select(JobLease.name, JobLease.last_started_at, JobLease.last_finished_at)
                ).all()
            last_beat = next((row.last_finished_at for row in rows if row.name == HEARTBEAT), None)
            if is_due(last_beat, BEAT_EVERY, now):
                in_transaction(self._beat)
                self._unnoted.clear()
                db.session.remove()
        started: dict[str, datetime | None] = {row.name: row.last_started_at for row in rows}
        return now, [
            job
            for job in self._jobs
            if is_due(started.get(job.name), job.every, now) and is_due(self._looked_at.get(job.name), job.every, now)
        ]

    def _take_up(self, job: Job, now: datetime) -> datetime:
        """Runs a job if it has something to do; gives the time at which the next one is asked."""
        if job.asks_first and not has_something_to_do(job, self._runner, now):
            self._looked_at[job.name] = self._unnoted[job.name] = now
            return now
        self._run(job)
        try:
            with self._runner.app.app_context():
                return read_now()
        except sa.exc.SQLAlchemyError:
            return now

    def _run(self, job: Job) -> None:
        self._looked_at.pop(job.name, None)
        self._unnoted.pop(job.name, None)
        try:
            ended = run_if_due(job, self._runner)
        except Exception:
            # Taking or giving back the lease failed; the others have leases of their own.
            log.exception("job_not_run", job=job.name)
            return
        if ended.count:
            log.info("job_done", job=job.name, count=ended.count)

    def _beat(self) -> None:
        note_looked_at(self._unnoted)
        beat(now=database_now())
