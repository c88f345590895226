"""Moves the market's clock through the demo's days, and runs the jobs that the time brings."""

import socket
from collections.abc import Callable, Collection
from datetime import UTC, datetime
from typing import TypeVar

from app.adapters.mail.port import Mailer, OutgoingMail
from app.foundation.clock import OFFSET_ROW, ClockOffset, database_now, set_offset
from app.foundation.db import db, in_transaction, reading_connection
from app.jobs.context import JobContext
from app.jobs.leased_run import Job
from app.jobs.table import JOBS

T = TypeVar("T")

# The demo's sites stand on no server that could be asked; `demo_market.page` vouches for them.
LEFT_OUT = frozenset({"check_sites"})
# What a payment, an award or a close leads to, in this order.
MONEY = ("close_auctions", "settle_intents", "follow_awards", "issue_invoices", "end_checkouts")


class JobBroke(Exception):  # noqa: N818 - named after what happened
    """A job failed while the demo was played; the log has the reason."""


class QuietMailer:
    """Takes every mail and hands on those that are young: nobody reads a month of mails."""

    def __init__(self, mailer: Mailer) -> None:
        """All mails are young until ``since`` is set."""
        self._mailer = mailer
        self.since = datetime.min.replace(tzinfo=UTC)

    def send(self, mail: OutgoingMail) -> None:
        """See ``Mailer``."""
        if mail.sent_at >= self.since:
            self._mailer.send(mail)


class Clockwork:
    """The clock of the demo's app, and its jobs. All of it wants the app's context pushed."""

    def __init__(self, mailer: Mailer) -> None:
        self._jobs = {job.name: job for job in JOBS if job.name not in LEFT_OUT}
        self._context = JobContext(
            holder=f"demo on {socket.gethostname()}"[:80],
            mailer=mailer,
            now=read_now,
            renew=lambda: None,
            should_stop=lambda: False,
        )

    def turn_to(self, moment: datetime) -> None:
        """Sets the clock to a moment; it runs on from there."""
        committed(lambda: set_offset(_offset_to(moment)))

    def set_right(self) -> None:
        """Sets the clock to the real time."""
        committed(lambda: set_offset(0))

    def run_jobs(self, names: Collection[str] | None = None) -> None:
        """Runs these jobs, or all, each once; without leases, for nobody else is at work.

        Raises:
            JobBroke: one of them failed.
        """
        for name in self._jobs if names is None else names:
            if name in self._jobs:
                self._run(self._jobs[name])

    def _run(self, job: Job) -> None:
        db.session.remove()
        try:
            job.run(self._context)
        except Exception as error:
            message = f"The job {job.name} failed while the demo was played."
            raise JobBroke(message) from error
        finally:
            db.session.remove()


def read_now() -> datetime:
    """The market's time."""
    with reading_connection() as connection:
        return database_now(connection)


def committed(work: Callable[[], T]) -> T:
    """Does it in a transaction of its own and leaves the session ready for the next."""
    done = in_transaction(work)
    db.session.remove()
    return done


def found(work: Callable[[], T]) -> T:
    """Reads something and lets go of the session."""
    answer = work()
    db.session.remove()
    return answer


def _offset_to(moment: datetime) -> int:
    row = db.session.get(ClockOffset, OFFSET_ROW)
    offset_s = 0 if row is None else row.seconds
    return offset_s + round((moment.astimezone(UTC) - database_now()).total_seconds())
