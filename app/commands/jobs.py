"""``flask jobs``: the process that runs what the clock starts, and single runs by hand."""

from functools import partial

import click
import sqlalchemy as sa
from flask import Flask
from flask.cli import AppGroup, with_appcontext

from app.foundation.clock import database_now
from app.foundation.db import reading_connection
from app.foundation.leases import HEARTBEAT, HEARTBEAT_FRESH_FOR, JobLease
from app.jobs.leased_run import Job, Runner, RunOutcome, RunResult, run_now
from app.jobs.runner import JobRunner, new_holder
from app.jobs.stopping import StopRequest
from app.jobs.table import JOBS

# After this long the system ends the process even inside a step that hangs; the lease then runs out by itself.
STOP_LIMIT_S = 14


def register(app: Flask) -> None:
    """Puts ``flask jobs`` on the app, with one command for each job of the table."""
    group = AppGroup("jobs", help="Run what the clock starts.")
    group.add_command(
        click.Command(
            "run", callback=partial(run_all, app), help="Run every job when it is due, until SIGTERM or Ctrl-C."
        )
    )
    group.add_command(
        click.Command(
            "list", callback=with_appcontext(show_jobs), help="Show each job, how often it runs and how it went last."
        )
    )
    for job in JOBS:
        group.add_command(
            click.Command(job.name, callback=partial(run_one, app, job), help=f"Run {job.name} once now.")
        )
    app.cli.add_command(group)


def run_all(app: Flask) -> None:
    """Runs every job when it is due, until somebody asks the process to end."""
    stop = StopRequest()
    with stop.listening(limit_s=STOP_LIMIT_S):
        JobRunner(app, JOBS, stop=stop).run_until_stopped()


def run_one(app: Flask, job: Job) -> None:
    """Runs one job once now, under its lease, and says what it did; exit code 1 when it did not end well."""
    stop = StopRequest()
    with stop.listening(limit_s=STOP_LIMIT_S):
        ended = run_now(job, Runner(app=app, holder=new_holder(), stop=stop))
    click.echo(_say(job, ended))
    if ended.outcome is not RunOutcome.DONE:
        raise SystemExit(1)


def show_jobs() -> None:
    """Shows each job, how often it runs and how it went last."""
    with reading_connection() as connection:
        now = database_now(connection)
        query = sa.select(JobLease.name, JobLease.last_started_at, JobLease.last_finished_at, JobLease.runs)
        rows = connection.execute(query.add_columns(JobLease.failures, JobLease.last_error))
        leases = {row.name: row for row in rows}
    beat = leases.get(HEARTBEAT)
    is_alive = beat is not None and now - beat.last_finished_at < HEARTBEAT_FRESH_FOR
    click.echo(f"The job runner is {'running' if is_alive else 'not running'}.")
    for job in JOBS:
        line = f"{job.name:<16} every {job.every}"
        lease = leases.get(job.name)
        if lease is None:
            click.echo(f"{line}, has not run yet")
            continue
        line += f", last started {lease.last_started_at:%Y-%m-%d %H:%M:%S} UTC, runs {lease.runs}"
        click.echo(f"{line}, failures {lease.failures}" + (f", last error {lease.last_error}" * bool(lease.last_error)))


def _say(job: Job, ended: RunResult) -> str:
    return {
        RunOutcome.DONE: f"{job.name}: done, {ended.count} handled.",
        RunOutcome.FAILED: f"{job.name}: failed with {ended.error}. The log line above says more.",
        RunOutcome.LOST: f"{job.name}: stopped, because another process took over.",
        RunOutcome.NOT_RUN: f"{job.name}: not run, because another process is running it.",
    }[ended.outcome]
