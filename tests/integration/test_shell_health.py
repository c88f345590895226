"""The probes: alive is one thing, ready another."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from app.foundation.clock import database_now
from app.foundation.db import db, in_transaction
from app.foundation.leases import beat
from tests.support.mail_jobs import advance
from tests.support.raw_browser import RawBrowser
from tests.support.stored_state import stored_state


@pytest.fixture
def beating(app: Flask) -> Flask:
    """An app whose job runner has just given a sign of life."""

    def work() -> None:
        beat(now=database_now())

    with app.app_context():
        in_transaction(work)
    return app


def checks(app: Flask, status: int) -> dict[str, str]:
    answer = RawBrowser(app).get("/readyz")
    assert answer.status_code == status
    assert answer.mimetype == "application/json"
    assert answer.json is not None
    assert answer.json["status"] == ("ok" if status == 200 else "not ready")
    found: dict[str, str] = answer.json["checks"]
    return found


def test_ready_means_database_migrations_and_jobs(beating: Flask) -> None:
    before = stored_state(beating)
    assert checks(beating, 200) == {"database": "ok", "migrations": "ok", "jobs": "ok"}
    assert before.changed_tables(stored_state(beating)) == set()


def test_without_a_sign_of_life_from_the_jobs_it_is_not_ready(app: Flask) -> None:
    assert checks(app, 503) == {"database": "ok", "migrations": "ok", "jobs": "no heartbeat for a minute"}
    assert RawBrowser(app).get("/healthz").json == {"status": "ok"}


def test_a_sign_of_life_goes_stale_after_a_minute(beating: Flask) -> None:
    advance(beating, timedelta(seconds=61))
    assert checks(beating, 503)["jobs"] == "no heartbeat for a minute"


@pytest.mark.parametrize(
    "statement", ["UPDATE alembic_version SET version_num = '0000'", "DELETE FROM alembic_version"]
)
def test_with_the_tables_of_another_release_it_is_not_ready(beating: Flask, statement: str) -> None:
    with beating.app_context():
        in_transaction(lambda: db.session.execute(sa.text(statement)))
    assert checks(beating, 503) == {"database": "ok", "migrations": "not at this release", "jobs": "ok"}


def test_without_the_tables_it_is_not_ready_and_says_nothing_else(beating: Flask) -> None:
    with beating.app_context():
        in_transaction(lambda: db.session.execute(sa.text("DROP TABLE alembic_version")))
    assert checks(beating, 503)["database"] == "does not take writes"


@pytest.mark.databases("sqlite")  # PostgreSQL locks rows, so one writer does not keep the probe from writing
def test_a_long_writer_makes_it_wait_not_lie(beating: Flask) -> None:
    with beating.app_context(), db.engine.connect() as reader:
        reader.execute(sa.text("SELECT 1"))
        assert checks(beating, 200)["database"] == "ok"
