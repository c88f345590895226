"""When a job is due, and how a process hears that it should end."""

import os
import signal
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.commands.clock import span_s
from app.jobs.leased_run import is_due
from app.jobs.runner import HOLDER_CHARACTERS_MAX, new_holder
from app.jobs.stopping import StopRequest
from app.jobs.table import JOBS

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_a_job_that_never_ran_is_due() -> None:
    assert is_due(None, HOUR, NOON)


@given(st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=4000)))
def test_a_job_is_due_once_its_time_has_passed(since: timedelta) -> None:
    assert is_due(NOON - since, HOUR, NOON) == (since >= HOUR)


def test_a_start_in_the_future_means_the_clock_was_moved_back() -> None:
    assert is_due(NOON + timedelta(days=3), HOUR, NOON)


def test_every_job_has_a_name_of_its_own_and_comes_again() -> None:
    assert len({job.name for job in JOBS}) == len(JOBS)
    assert all(timedelta(0) < job.every <= timedelta(days=1) for job in JOBS)


def test_holders_differ_and_fit_their_column() -> None:
    assert new_holder() != new_holder()
    assert len(new_holder()) <= HOLDER_CHARACTERS_MAX


def test_nobody_asked() -> None:
    stop = StopRequest()
    assert not stop.is_asked()
    assert not stop.wait(0.01)


def test_asking_ends_a_wait_at_once_and_stays_asked() -> None:
    stop = StopRequest()
    threading.Timer(0.1, stop.ask).start()
    started_s = time.monotonic()
    assert stop.wait(30)
    assert time.monotonic() - started_s < 5
    assert stop.is_asked()
    assert stop.wait(30)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_asks(number: signal.Signals) -> None:
    stop, before = StopRequest(), signal.getsignal(number)
    with stop.listening():
        threading.Timer(0.1, lambda: os.kill(os.getpid(), number)).start()
        assert stop.wait(30)
    assert signal.getsignal(number) == before


def test_asking_endlessly_never_blocks() -> None:
    stop = StopRequest()
    for _ in range(100_000):
        stop.ask()
    assert stop.is_asked()


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("3d 2h", 266_400), ("90s", 90), ("1w", 604_800), ("2h30m", 9_000), ("", None), ("soon", None), ("3", None)],
)
def test_a_span_is_read(text: str, seconds: int | None) -> None:
    assert span_s(text) == seconds
