"""Several at the same thing at the same moment, each in a thread and with a connection of their own."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

import sqlalchemy as sa
from flask import Flask

from app.foundation.db import db, in_transaction

T = TypeVar("T")
Work = Callable[[], object]
# The slowest to stand at the start, and the slowest to arrive; long, since a busy machine is no failure.
START_S = 30
END_S = 90
LOOK_EVERY_S = 0.02
WAITING = sa.text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


def at_the_same_moment(works: Iterable[Callable[[], T]]) -> list[T]:
    """Runs each in a thread of its own, all let loose together; gives what they returned, in their order."""
    waiting = list(works)
    start = threading.Barrier(len(waiting), timeout=START_S)
    results: dict[int, T] = {}

    def run(number: int, work: Callable[[], T]) -> None:
        start.wait()
        results[number] = work()

    threads = [threading.Thread(target=run, args=numbered, daemon=True) for numbered in enumerate(waiting)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(END_S)
    assert len(results) == len(waiting), "a thread failed or hangs"
    return [results[number] for number in range(len(waiting))]


def race(app: Flask, works: Sequence[Work]) -> list[Exception]:
    """Runs each work in a transaction of its own, all at once; gives what was raised, in the order of the works."""

    def ending(work: Work) -> Exception | None:
        with app.app_context():
            try:
                in_transaction(work)
            except Exception as error:  # noqa: BLE001 - whatever it is, the test shows it
                return error
        return None

    ends = at_the_same_moment([lambda work=work: ending(work) for work in works])  # type: ignore[misc]  # a default
    return [end for end in ends if end is not None]


def ends_of_race(app: Flask, works: Sequence[Work]) -> Counter[str]:
    """How a race ended for those in it: ``won``, or the name of what was raised, each with how many."""
    raised = race(app, works)
    return Counter(won=len(works) - len(raised)) + Counter(type(error).__name__ for error in raised)


def until_somebody_waits() -> None:
    """Returns when another transaction waits for what this one holds; to be called inside a transaction.

    PostgreSQL tells. On SQLite whoever wants to write waits from the beginning: there is nothing to see and no need to.
    """
    connection = db.session.connection()
    if connection.dialect.name == "sqlite":
        return
    with db.engine.connect() as looking:
        for _ in range(int(START_S / LOOK_EVERY_S)):
            if looking.scalar(WAITING):
                return
            looking.rollback()  # each look is a new one
            time.sleep(LOOK_EVERY_S)
    message = f"nobody waited within {START_S} s"
    raise AssertionError(message)
