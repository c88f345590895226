"""Moves the market's clock through the demo's days, and runs the jobs that the time brings."""

import socket
from collections.abc import Callable, Collection
from datetime import UTC, datetime
from functools import partial
from typing import TypeVar

from app.adapters.mail.port import Mailer
from app.domain.notifications.queries import mails_due
from app.domain.notifications.service.sending import claim_mail, record_mail_result
from app.domain.notifications.states import MailResult
from app.foundation.clock import OFFSET_ROW, ClockOffset, database_now, set_offset
from app.foundation.db import db, in_transaction, reading_connection
from app.foundation.work_failures import Retries
from app.jobs.context import JobContext
from app.jobs.leased_run import Job
from app.jobs.table import JOBS
from app.web.mails import render_mail

T = TypeVar("T")

MAIL = "send_mail"
MAILS_AT_ONCE_MAX = 200
# What a payment, an award or a close leads to, in this order.
MONEY = ("close_auctions", "settle_intents", "follow_awards", "issue_invoices", "end_checkouts")
# The demo's sites stand on no server that could be asked; `market.vouch` says that their proofs were found.
LEFT_OUT = frozenset({"check_sites"})
# Nobody browses while the demo is played: once at its end is enough.
AT_THE_END = frozenset({"refresh_catalogue", "purge"})


class JobBroke(Exception):  # noqa: N818 - named after what happened
    """A job failed while the demo was played; the log has the reason."""


class Clockwork:
    """The clock of the demo's app, and its jobs. All of it wants the app's context pushed."""

    def __init__(self, mailer: Mailer, *, mails_since: datetime) -> None:
        """``mails_since``: mails from before are taken by nobody; a month of them would be read by nobody."""
        self._mails_since = mails_since
        self._jobs = {job.name: job for job in JOBS if job.name not in LEFT_OUT}
        self._context = JobContext(
            holder=f"demo on {socket.gethostname()}"[:80],
            mailer=mailer,
            render_mail=render_mail,
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
        """Runs these jobs, or all that are of use while the demo is played, each once.

        Without leases, for nobody else is at work.

        Raises:
            JobBroke: one of them failed.
        """
        chosen = [name for name in self._jobs if name not in AT_THE_END] if names is None else names
        for name in chosen:
            self._run(self._jobs[name])

    def run_every_job(self) -> None:
        """Runs all of them once, as the job runner would.

        Raises:
            JobBroke: one of them failed.
        """
        for job in self._jobs.values():
            self._run(job)

    def _run(self, job: Job) -> None:
        if job.name == MAIL and read_now() < self._mails_since:
            _drop_mails()
            return
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


def _drop_mails() -> None:
    retries = Retries(MAIL, read_now())
    while due := found(partial(mails_due, MAILS_AT_ONCE_MAX, retries=retries)):
        for mail_id in due:
            committed(partial(_drop_mail, mail_id, retries.now))


def _drop_mail(mail_id: int, now: datetime) -> None:
    mail = claim_mail(mail_id, now=now)
    if mail is not None:
        record_mail_result(mail, MailResult.TAKEN, now=now)


def _offset_to(moment: datetime) -> int:
    row = db.session.get(ClockOffset, OFFSET_ROW)
    offset_s = 0 if row is None else row.seconds
    return offset_s + round((moment.astimezone(UTC) - database_now()).total_seconds())
