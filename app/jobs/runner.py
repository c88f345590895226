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
from app.foundation.db import db, in_transaction, only_reading
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
        """Runs everything that is due now, once; says whether the database could be asked.

        What a job leaves to another one is done in the same tick: those that had nothing to do are asked again.
        """
        try:
            waiting = self._look_at_clock()
            while busy := self._ask(waiting):
                for job in busy:
                    if self._stop.is_asked():
                        return True
                    self._run(job)
                waiting = [job for job in waiting if job not in busy]
        except Exception:
            # Without its database the runner has nothing to do; it must be there when the database is back.
            log.exception("jobs_cannot_look_at_clock")
            return False
        return True

    def _look_at_clock(self) -> list[Job]:
        with self._runner.app.app_context():
            with only_reading() as connection:
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
        return [
            job
            for job in self._jobs
            if is_due(started.get(job.name), job.every, now) and is_due(self._looked_at.get(job.name), job.every, now)
        ]

    def _ask(self, jobs: Sequence[Job]) -> list[Job]:
        """Those of the jobs that have something to do; of the others it is remembered that they were looked at."""
        with self._runner.app.app_context(), only_reading():
            now = read_now()
            busy = [job for job in jobs if not job.asks_first or has_something_to_do(job, self._runner, now)]
        looked_at = {job.name: now for job in jobs if job not in busy}
        self._looked_at |= looked_at
        self._unnoted |= looked_at
        return busy

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
