"""The loop: what is due runs, one broken job stops nobody, and a stop is heeded after the step at work."""

import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from app.foundation.clock import set_offset
from app.foundation.db import db, in_transaction
from app.foundation.leases import HEARTBEAT, JobLease, take_lease
from app.jobs import leased_run
from app.jobs.context import JobContext
from app.jobs.leased_run import Job, Runner, RunOutcome, read_now, run_if_due, run_now
from app.jobs.runner import JobRunner, new_holder
from app.jobs.stopping import StopRequest
from tests.support.statements import statements

HOUR = timedelta(hours=1)
NO_PAUSE = timedelta(0)
Work = Callable[[JobContext], int]


def nothing(_context: JobContext) -> int:
    return 0


def broken(_context: JobContext) -> int:
    message = "this must not reach the database"
    raise ValueError(message)


def counting(done: list[str], name: str) -> Work:
    def run(_context: JobContext) -> int:
        done.append(name)
        return 1

    return run


def make_runner(app: Flask, stop: StopRequest | None = None) -> Runner:
    return Runner(app=app, holder=new_holder(), stop=stop or StopRequest())


def lease(app: Flask, name: str) -> JobLease:
    with app.app_context():
        return db.session.get_one(JobLease, name)


def move_clock(app: Flask, seconds: int) -> None:
    with app.app_context():
        in_transaction(lambda: set_offset(seconds))


def in_thread(work: Callable[[], object]) -> threading.Thread:
    thread = threading.Thread(target=work)
    thread.start()
    return thread


def test_of_two_runners_one_runs(app: Flask) -> None:
    working, may_end, done = threading.Event(), threading.Event(), []

    def slow(_context: JobContext) -> int:
        done.append("slow")
        working.set()
        may_end.wait(30)
        return 1

    job = Job("slow", every=NO_PAUSE, run=slow)
    first = in_thread(lambda: run_if_due(job, make_runner(app)))
    assert working.wait(30)
    assert run_if_due(job, make_runner(app)).outcome is RunOutcome.NOT_RUN
    assert run_now(job, make_runner(app)).outcome is RunOutcome.NOT_RUN
    may_end.set()
    first.join(30)
    assert done == ["slow"]
    assert lease(app, "slow").holder is None


def test_runners_that_all_found_a_job_due_run_it_once(app: Flask) -> None:
    done: list[str] = []
    job = Job("hourly", every=HOUR, run=counting(done, "hourly"))
    start = threading.Barrier(4)

    def run() -> None:
        start.wait()
        run_if_due(job, make_runner(app))

    for thread in [in_thread(run) for _ in range(4)]:
        thread.join(60)
    assert run_if_due(job, make_runner(app)).outcome is RunOutcome.NOT_RUN
    assert done == ["hourly"]


def test_a_job_that_raises_stops_no_other_and_is_counted(app: Flask) -> None:
    done: list[str] = []
    jobs = [Job("broken", every=HOUR, run=broken), Job("sound", every=HOUR, run=counting(done, "sound"))]
    assert JobRunner(app, jobs, stop=StopRequest()).tick()
    assert done == ["sound"]
    row = lease(app, "broken")
    assert (row.runs, row.failures, row.last_error, row.holder) == (1, 1, "ValueError", None)


def test_a_job_that_raised_is_tried_again_when_it_is_next_due(app: Flask) -> None:
    runner = JobRunner(app, [Job("broken", every=HOUR, run=broken)], stop=StopRequest())
    runner.tick()
    runner.tick()
    assert lease(app, "broken").failures == 1
    move_clock(app, 3600)
    runner.tick()
    assert lease(app, "broken").failures == 2


def test_a_job_that_leaves_its_transaction_open_still_gives_its_lease_back(app: Flask) -> None:
    def careless(_context: JobContext) -> int:
        db.session.scalars(sa.select(JobLease)).all()
        return 1

    assert run_now(Job("careless", every=HOUR, run=careless), make_runner(app)).outcome is RunOutcome.DONE
    assert lease(app, "careless").holder is None


def test_what_a_failed_job_wrote_last_is_rolled_back(app: Flask) -> None:
    def half(_context: JobContext) -> int:
        def work() -> int:
            db.session.add(JobLease(name="half done", generation=0, runs=0, failures=0))
            db.session.flush()
            raise ValueError

        return in_transaction(work)

    assert run_now(Job("half", every=HOUR, run=half), make_runner(app)).outcome is RunOutcome.FAILED
    with app.app_context():
        assert db.session.get(JobLease, "half done") is None


def test_the_databases_clock_decides_what_is_due(app: Flask) -> None:
    done: list[str] = []
    runner = JobRunner(app, [Job("hourly", every=HOUR, run=counting(done, "hourly"))], stop=StopRequest())
    runner.tick()
    runner.tick()
    assert len(done) == 1
    move_clock(app, 3599)
    runner.tick()
    assert len(done) == 1
    move_clock(app, 3 * 86_400)
    runner.tick()
    assert len(done) == 2
    move_clock(app, 0)
    runner.tick()
    assert len(done) == 3


def test_every_tick_after_a_while_beats(app: Flask) -> None:
    runner = JobRunner(app, [], stop=StopRequest())
    runner.tick()
    first = lease(app, HEARTBEAT).last_finished_at
    assert first is not None
    runner.tick()
    assert lease(app, HEARTBEAT).last_finished_at == first
    move_clock(app, 10)
    runner.tick()
    second = lease(app, HEARTBEAT).last_finished_at
    assert second is not None
    assert second - first >= timedelta(seconds=10)


def test_long_work_keeps_its_lease_and_the_heartbeat(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leased_run, "RENEWED_AFTER_S", 0)
    seen: list[datetime | None] = []

    def long(context: JobContext) -> int:
        for _ in range(3):
            in_transaction(lambda: set_offset(len(seen) * 50))
            context.renew()
            seen.append(lease(app, "long").leased_until)
        return len(seen)

    runner = JobRunner(app, [Job("long", every=HOUR, run=long)], stop=StopRequest())
    runner.tick()
    untils = [until for until in seen if until is not None]
    assert len(untils) == 3
    assert untils == sorted(set(untils))
    beaten_at = lease(app, HEARTBEAT).last_finished_at
    assert beaten_at is not None
    assert untils[-1] - beaten_at <= timedelta(seconds=60)


def test_an_old_holder_that_wakes_up_stops_at_its_next_renewal(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leased_run, "RENEWED_AFTER_S", 0)
    steps: list[int] = []

    def asleep(context: JobContext) -> int:
        in_transaction(lambda: set_offset(61))
        in_transaction(lambda: take_lease("asleep", holder="somebody else", now=read_now()))
        db.session.remove()
        context.renew()
        steps.append(1)
        return 1

    assert run_now(Job("asleep", every=HOUR, run=asleep), make_runner(app)).outcome is RunOutcome.LOST
    assert steps == []
    row = lease(app, "asleep")
    assert (row.holder, row.runs) == ("somebody else", 0)


def test_renewing_is_cheap(app: Flask) -> None:
    asked: list[int] = []

    def quick(context: JobContext) -> int:
        with statements() as sent:
            for _ in range(1000):
                context.renew()
        asked.append(len(sent))
        return 1

    run_now(Job("quick", every=HOUR, run=quick), make_runner(app))
    assert asked[0] < 100


def test_a_stop_lets_the_step_end_gives_the_lease_back_and_begins_nothing_new(app: Flask) -> None:
    stop, working = StopRequest(), threading.Event()
    done: list[str] = []

    def endless(context: JobContext) -> int:
        steps = 0
        while not context.should_stop():
            working.set()
            time.sleep(0.05)
            steps += 1
        return steps

    jobs = [Job("endless", every=NO_PAUSE, run=endless), Job("next", every=NO_PAUSE, run=counting(done, "next"))]
    thread = in_thread(JobRunner(app, jobs, stop=stop).run_until_stopped)
    assert working.wait(30)
    stop.ask()
    thread.join(30)
    assert not thread.is_alive()
    assert done == []
    row = lease(app, "endless")
    assert (row.holder, row.runs, row.failures) == (None, 1, 0)


def test_a_stop_ends_the_pause_at_once(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.jobs.runner.TICK_S", 60.0)
    stop, ticked = StopRequest(), threading.Event()

    def mark(_context: JobContext) -> int:
        ticked.set()
        return 0

    thread = in_thread(JobRunner(app, [Job("mark", every=HOUR, run=mark)], stop=stop).run_until_stopped)
    assert ticked.wait(30)
    time.sleep(0.2)
    stop.ask()
    thread.join(30)  # half of the pause
    assert not thread.is_alive()


def test_a_database_that_is_away_does_not_end_the_loop(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    runner = JobRunner(app, [Job("quiet", every=HOUR, run=nothing)], stop=StopRequest())

    def away(_connection: object) -> datetime:
        message = "away"
        raise sa.exc.OperationalError(message, None, Exception())

    with monkeypatch.context() as broken_clock:
        broken_clock.setattr("app.jobs.runner.database_now", away)
        assert not runner.tick()
    assert runner.tick()
    assert lease(app, "quiet").runs == 1
