"""The transaction rules, each with the failure it prevents, with real connections on both databases."""

import sqlite3
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from functools import partial

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import DBAPIError, IntegrityError

from app.domain.events.kinds.inventory import SocketChanged
from app.domain.events.models import Event
from app.domain.events.service import record
from app.foundation.clock import ClockOffset, database_now, set_offset
from app.foundation.db import ATTEMPTS, constraint_name, db, in_transaction
from app.foundation.errors import InvariantBroken, Refusal
from app.foundation.leases import JobLease
from config import Config

pytestmark = pytest.mark.usefixtures("app_context")

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
HAPPENED = SocketChanged(socket=1, slug="top-banner")


def events() -> int:
    with db.engine.connect() as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(Event)).scalar_one())


def test_what_the_work_did_is_committed_and_its_answer_given() -> None:
    assert in_transaction(lambda: (record(HAPPENED, account_id=None, now=NOW), "answer"))[1] == "answer"
    assert events() == 1


@pytest.mark.parametrize("error", [Refusal("no"), RuntimeError("bug"), KeyboardInterrupt()])
def test_whatever_is_raised_nothing_of_it_stays(error: BaseException) -> None:
    def work() -> None:
        record(HAPPENED, account_id=None, now=NOW)
        raise error

    with pytest.raises(type(error)):
        in_transaction(work)
    assert events() == 0


def test_a_transaction_inside_a_transaction_is_a_bug() -> None:
    with pytest.raises(InvariantBroken):
        in_transaction(lambda: in_transaction(lambda: None))


def test_a_transaction_after_a_read_on_the_same_session_is_a_bug() -> None:
    db.session.scalars(sa.select(Event)).all()
    with pytest.raises(InvariantBroken):
        in_transaction(lambda: record(HAPPENED, account_id=None, now=NOW))


def test_a_change_outside_a_transaction_is_a_bug() -> None:
    with pytest.raises(InvariantBroken):
        record(HAPPENED, account_id=None, now=NOW)


def test_a_time_without_a_zone_is_a_bug() -> None:
    with pytest.raises(sa.exc.StatementError, match="without a zone"):
        in_transaction(lambda: record(HAPPENED, account_id=None, now=NOW.replace(tzinfo=None)))


def test_times_come_back_as_they_went_in_wherever_they_were_written() -> None:
    elsewhere = NOW.astimezone(timezone(timedelta(hours=5.5)))
    in_transaction(lambda: record(HAPPENED, account_id=None, now=elsewhere))
    stored = db.session.scalars(sa.select(Event.occurred_at)).one()
    assert stored == NOW
    assert stored.tzinfo is UTC


def count_up(app: Flask, times: int, barrier: threading.Barrier, failures: list[BaseException]) -> None:
    """Reads a row and writes it one higher, as a bid reads and writes the standing price."""

    def work() -> None:
        query = sa.select(JobLease).where(JobLease.name == "counter").with_for_update()
        lease = db.session.scalars(query).one()
        lease.runs += 1
        db.session.flush()

    with app.app_context():
        barrier.wait()
        for _ in range(times):
            try:
                in_transaction(work)
            except Exception as error:  # noqa: BLE001 - whatever it is, the test shows it
                failures.append(error)


def test_readers_who_then_write_never_fail_and_never_lose_an_update(app: Flask) -> None:
    """Fails without BEGIN IMMEDIATE: a read snapshot cannot be upgraded ("database is locked")."""
    with app.app_context():
        in_transaction(lambda: db.session.add(JobLease(name="counter", generation=0, runs=0, failures=0)))
    barrier = threading.Barrier(8)
    failures: list[BaseException] = []
    threads = [threading.Thread(target=count_up, args=(app, 25, barrier, failures)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with app.app_context():
        assert db.session.scalars(sa.select(JobLease.runs)).one() == 200


@pytest.mark.databases("sqlite")  # PostgreSQL locks rows, not the database
def test_a_write_transaction_on_sqlite_holds_the_write_lock_from_its_start(config: Config) -> None:
    """Fails without BEGIN IMMEDIATE: another process could write between our read and our write."""

    def work() -> str:
        db.session.scalars(sa.select(Event)).all()
        another_process = sqlite3.connect(config.database_url.removeprefix("sqlite:///"), timeout=0)
        try:
            another_process.execute("UPDATE clock_offset SET seconds = 0")
        except sqlite3.OperationalError as error:
            return str(error)
        finally:
            another_process.close()
        return "written"

    assert in_transaction(work) == "database is locked"


class SerializationFailure(Exception):  # noqa: N818 - PostgreSQL's own name
    """What psycopg raises when PostgreSQL gives up on a transaction."""

    sqlstate = "40001"


def failing(times: int, error: Exception) -> tuple[Callable[[], str], list[int]]:
    runs: list[int] = []

    def work() -> str:
        runs.append(1)
        record(HAPPENED, account_id=None, now=NOW)
        if len(runs) <= times:
            statement = "SELECT 1"
            raise DBAPIError(statement, None, error)
        return "done"

    return work, runs


def test_a_serialization_failure_is_tried_again_and_leaves_one_effect() -> None:
    work, runs = failing(ATTEMPTS - 1, SerializationFailure())
    assert in_transaction(work) == "done"
    assert len(runs) == ATTEMPTS
    assert events() == 1


def test_after_three_tries_it_is_given_up() -> None:
    work, runs = failing(ATTEMPTS, SerializationFailure())
    with pytest.raises(DBAPIError):
        in_transaction(work)
    assert len(runs) == ATTEMPTS
    assert events() == 0


def test_other_failures_are_not_tried_again() -> None:
    work, runs = failing(1, ValueError("not the database's wish"))
    with pytest.raises(DBAPIError):
        in_transaction(work)
    assert len(runs) == 1


@pytest.mark.databases("postgresql")  # SQLite has one writer at a time, so two can never wait for each other
def test_two_transactions_that_lock_in_opposite_order_both_come_through(app: Flask) -> None:
    with app.app_context():
        for name in ("a", "b"):
            in_transaction(partial(db.session.add, JobLease(name=name, generation=0, runs=0, failures=0)))
    both_hold_one = threading.Barrier(2, timeout=5)
    errors: list[BaseException] = []

    def swap(first: str, second: str) -> None:
        tries: list[int] = []

        def work() -> None:
            tries.append(1)
            lock(first)
            if len(tries) == 1:
                both_hold_one.wait()
            lock(second)

        with app.app_context():
            try:
                in_transaction(work)
            except BaseException as error:  # noqa: BLE001 - whatever it is, the test shows it
                errors.append(error)

    threads = [threading.Thread(target=swap, args=names) for names in (("a", "b"), ("b", "a"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    with app.app_context():
        assert db.session.scalars(sa.select(JobLease.runs).order_by(JobLease.name)).all() == [2, 2]


def lock(name: str) -> None:
    query = sa.select(JobLease).where(JobLease.name == name).with_for_update()
    db.session.scalars(query).one().runs += 1
    db.session.flush()


def test_a_broken_rule_names_its_constraint() -> None:
    def work() -> None:
        db.session.add(ClockOffset(id=2, seconds=0))
        db.session.flush()

    with pytest.raises(IntegrityError) as broken:
        in_transaction(work)
    assert "one_row" in constraint_name(broken.value)


def test_the_clock_is_the_databases_and_runs_on_inside_a_transaction() -> None:
    def work() -> tuple[datetime, datetime]:
        first = database_now()
        threading.Event().wait(0.05)
        return first, database_now()

    first, second = in_transaction(work)
    assert second - first >= timedelta(milliseconds=40)
    assert first.tzinfo is UTC


def test_local_modes_clock_can_be_moved_and_everybody_reads_it_moved() -> None:
    before = database_now()
    db.session.remove()
    in_transaction(lambda: set_offset(3 * 24 * 3600))
    with db.engine.connect() as another:
        moved = database_now(another)
    assert timedelta(days=3) <= moved - before < timedelta(days=3, minutes=1)
