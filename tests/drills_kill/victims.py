"""Processes that are killed on purpose: each works as a web worker or the job runner does, and halts at a chosen step.

A step is anything after which the world is different: a transaction is about to be committed, it is
committed, or the gateway is before or after the work it was asked for. So every place at which a process
can die between gateway and database is one of them, whatever the code in between looks like.
"""

import os
import signal
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import Pipe, get_context
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app import create_app
from app.jobs.runner import JobRunner
from app.jobs.stopping import StopRequest
from app.jobs.table import JOBS
from local_braintree.faults import Fault, Faults
from tests.factories.accounts import Person, sign_in
from tests.support.databases import make_config
from tests.support.page_client import PageClient

COMMITTING, COMMITTED = "committing", "committed"
BEFORE_CHARGE = "before_capture"
ANSWER_S_MAX = 60
AWARD_JOBS = ("close_auctions", "settle_intents", "follow_awards", "issue_invoices")

# Everything is imported once, in the process that all victims are forked from.
FORKS = get_context("forkserver")
FORKS.set_forkserver_preload([__name__])


@dataclass(frozen=True, slots=True)
class Place:
    """The market in which a victim works."""

    database_url: str
    data_dir: Path


class Steps:
    """Counts the steps of a process, and halts it at one of them."""

    def __init__(self, halt_at: int | None, told: Connection) -> None:
        """None halts nowhere."""
        self.names: list[str] = []
        self._halt_at = halt_at
        self._told = told

    def watch(self) -> None:
        """Counts from here on."""
        sa.event.listen(Session, "before_commit", lambda _session: self.happen(COMMITTING))
        sa.event.listen(Session, "after_commit", lambda _session: self.happen(COMMITTED))
        Faults.take = self._take  # type: ignore[method-assign,assignment]  # this process ends with it

    def happen(self, name: str) -> None:
        """One step; this process goes no further when it is the chosen one."""
        self.names.append(name)
        if len(self.names) - 1 == self._halt_at:
            self._told.send(name)
            while True:
                signal.pause()

    def _take(self, point: str) -> Fault | None:
        self.happen(point)
        return None


Deed = Callable[[Flask, Steps], None]


@dataclass(frozen=True, slots=True)
class Purchase:
    """A buyer goes from the choice of days through the checkout, in a web worker."""

    buyer: Person
    offer: str

    def __call__(self, app: Flask, steps: Steps) -> None:
        client = sign_in(PageClient(app), self.buyer)
        client.get(self.offer)
        steps.watch()
        client.submit("Hold the days and go to checkout")
        client.submit("Pay $10.00")


def run_award_jobs(app: Flask, steps: Steps) -> None:
    """The job runner closes auctions, charges the winners and follows the awards."""
    jobs = [job for name in AWARD_JOBS for job in JOBS if job.name == name]
    steps.watch()
    JobRunner(app, jobs, stop=StopRequest()).tick()


def rehearse(place: Place, deed: Deed) -> list[str]:
    """Does it to its end in a process of its own; the names of its steps."""
    told, process = _start(place, deed, None)
    names = told.recv() if told.poll(ANSWER_S_MAX) else "It took too long."
    process.kill()
    process.join()
    assert isinstance(names, list), names
    return names


def kill_at(place: Place, deed: Deed, step: int) -> None:
    """Does it in a process of its own, and ends that with SIGKILL at one of its steps."""
    told, process = _start(place, deed, step)
    name = told.recv() if told.poll(ANSWER_S_MAX) else "It took too long."
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    assert process.exitcode == -signal.SIGKILL
    assert isinstance(name, str), f"it was over before step {step}: {name}"
    assert "\n" not in name, name


def _start(place: Place, deed: Deed, halt_at: int | None) -> tuple[Connection, ForkServerProcess]:
    told, telling = Pipe(duplex=False)
    process = FORKS.Process(target=_live, args=(place, deed, halt_at, telling), daemon=True)
    process.start()
    telling.close()
    return told, process


def _live(place: Place, deed: Deed, halt_at: int | None, telling: Connection) -> None:
    try:
        steps = Steps(halt_at, telling)
        app = create_app(make_config(place.database_url, place.data_dir))
        app.testing = True
        deed(app, steps)
        telling.send(steps.names)
    except BaseException:  # noqa: BLE001 - whatever it is, the test is to show it
        telling.send(traceback.format_exc())
