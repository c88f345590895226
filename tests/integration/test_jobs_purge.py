"""The purge deletes what is past its time and nothing else."""

import time
from datetime import timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskCliRunner

from app.domain.accounts.models import RequestKey
from app.domain.accounts.service.request_keys import claim_request_key
from app.foundation.clock import database_now
from app.foundation.db import db, in_transaction
from app.foundation.work_failures import failed_subjects, note_failure
from app.jobs import purge
from app.jobs.context import JobContext
from app.jobs.leased_run import read_now

if TYPE_CHECKING:
    from app.foundation.rate_counters import SharedCounters


def keep_keys(app: Flask, *ages_in_days: int) -> None:
    def work() -> None:
        for age in ages_in_days:
            claim_request_key("visitor", f"key {age}", "hash", now=database_now() - timedelta(days=age))

    with app.app_context():
        in_transaction(work)


def keys(app: Flask) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(sa.select(RequestKey.key).order_by(RequestKey.key)))


def test_old_keys_go_and_young_ones_stay(app: Flask, cli: FlaskCliRunner) -> None:
    keep_keys(app, 0, 29, 31, 365)
    assert cli.invoke(args=["jobs", "purge"]).output == "purge: done, 2 handled.\n"
    assert keys(app) == ["key 0", "key 29"]


def test_counters_that_are_over_go(app: Flask, cli: FlaskCliRunner) -> None:
    counters: SharedCounters = app.extensions["isocket_limiter"].storage
    counters.reset()
    counters.incr("short", 1)
    counters.incr("long", 3600)
    time.sleep(1.1)
    assert cli.invoke(args=["jobs", "purge"]).output == "purge: done, 1 handled.\n"
    assert counters.get("long") == 1
    counters.reset()


def test_notes_about_work_that_is_no_longer_there_go(app: Flask, cli: FlaskCliRunner) -> None:
    def work() -> None:
        for subject, hours in (("gone", 26), ("still due", 24)):
            note_failure("issue_invoices", subject, error="KeyError", now=database_now() - timedelta(hours=hours))

    with app.app_context():
        in_transaction(work)
    assert cli.invoke(args=["jobs", "purge"]).output == "purge: done, 1 handled.\n"
    with app.app_context():
        assert failed_subjects("issue_invoices") == {"still due"}


def test_a_stop_leaves_the_rest_for_the_next_run(app: Flask) -> None:
    keep_keys(app, 31)
    asked = iter([False, True])
    with app.app_context():
        context = JobContext(
            holder="test",
            mailer=app.extensions["isocket_mailer"],
            render_mail=app.extensions["isocket_render_mail"],
            now=read_now,
            renew=lambda: None,
            should_stop=lambda: next(asked),
        )
        assert purge.run(context) == 0
    assert keys(app) == ["key 31"]
