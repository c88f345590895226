"""``flask jobs``, ``flask clock`` and ``flask audit`` as an operator uses them."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskCliRunner

from app.domain.audit.models import AuditHead
from app.domain.audit.service import record_audit
from app.foundation.clock import database_now
from app.foundation.db import db, in_transaction
from app.foundation.leases import JobLease, beat, take_lease
from app.jobs.leased_run import read_now
from app.jobs.table import JOBS


def run(cli: FlaskCliRunner, *arguments: str) -> tuple[int, str]:
    result = cli.invoke(args=arguments)
    return result.exit_code, result.output


def now_of(app: Flask) -> datetime:
    with app.app_context():
        return read_now()


def write(app: Flask, statement: sa.Executable) -> None:
    with app.app_context():
        in_transaction(lambda: db.session.execute(statement))


def record(app: Flask, times: int) -> None:
    def work() -> None:
        for number in range(times):
            record_audit("tried", actor="command", subject=f"try:{number}", now=database_now())

    with app.app_context():
        in_transaction(work)


@pytest.mark.parametrize("name", [job.name for job in JOBS])
def test_each_job_can_be_run_by_hand(cli: FlaskCliRunner, app: Flask, name: str) -> None:
    assert run(cli, "jobs", name) == (0, f"{name}: done, 0 handled.\n")
    with app.app_context():
        lease = db.session.get_one(JobLease, name)
    assert (lease.runs, lease.failures, lease.holder) == (1, 0, None)


def test_a_job_by_hand_waits_for_nobody(cli: FlaskCliRunner, app: Flask) -> None:
    with app.app_context():
        in_transaction(lambda: take_lease("purge", holder="somebody", now=database_now()))
    code, said = run(cli, "jobs", "purge")
    assert code == 1
    assert "another process is running it" in said


def test_the_list_names_every_job_and_says_whether_the_runner_lives(cli: FlaskCliRunner, app: Flask) -> None:
    code, said = run(cli, "jobs", "list")
    assert code == 0
    assert "not running" in said
    assert all(job.name in said for job in JOBS)
    assert said.count("has not run yet") == len(JOBS)
    run(cli, "jobs", "purge")
    with app.app_context():
        in_transaction(lambda: beat(now=database_now()))
    said = run(cli, "jobs", "list")[1]
    assert "The job runner is running." in said
    assert "runs 1, failures 0" in said


def test_the_clock_advances_and_is_set_right(cli: FlaskCliRunner, app: Flask) -> None:
    real = now_of(app)
    assert "266400 s ahead of real time" in run(cli, "clock", "advance", "3d 2h")[1]
    assert "270000 s ahead" in run(cli, "clock", "advance", "1h")[1]
    assert timedelta(seconds=270_000) <= now_of(app) - real < timedelta(seconds=270_060)
    assert "60 s behind" in run(cli, "clock", "offset", "-60")[1]
    assert "60 s behind" in run(cli, "clock", "show")[1]
    assert run(cli, "clock", "offset", "0")[0] == 0
    assert now_of(app) - real < timedelta(seconds=60)


@pytest.mark.parametrize("span", ["soon", "", "3", "2d tomorrow"])
def test_what_is_no_span_of_time_moves_nothing(cli: FlaskCliRunner, span: str) -> None:
    code, said = run(cli, "clock", "advance", span)
    assert code == 2
    assert "is not a span of time" in said
    assert " 0 s ahead" in run(cli, "clock", "show")[1]


def test_the_clock_has_a_limit(cli: FlaskCliRunner) -> None:
    assert run(cli, "clock", "advance", "1000w")[0] == 0
    code, said = run(cli, "clock", "advance", "1000w")
    assert code == 2
    assert "20 years" in said


@pytest.mark.parametrize("arguments", [("show",), ("offset", "60"), ("advance", "1d")])
def test_production_has_no_movable_clock(
    cli: FlaskCliRunner, app: Flask, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    monkeypatch.setitem(app.config, "ISOCKET", replace(app.config["ISOCKET"], environment="production"))
    code, said = run(cli, "clock", *arguments)
    assert code == 1
    assert "local mode only" in said


def test_a_whole_audit_chain_is_said_to_be_whole(cli: FlaskCliRunner, app: Flask) -> None:
    assert run(cli, "audit", "verify") == (0, "The audit chain is whole.\n")
    record(app, 3)
    assert run(cli, "audit", "verify")[0] == 0


def test_a_broken_audit_chain_is_an_error_with_its_place(cli: FlaskCliRunner, app: Flask) -> None:
    record(app, 3)
    write(app, sa.update(AuditHead).values(sequence=2))
    code, said = run(cli, "audit", "verify")
    assert code == 1
    assert "broken at sequence number 4" in said
