"""What a running job may use: the clock, the post, its lease, and the wish of others that it stop."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from app.adapters.mail.port import Mailer, OutgoingMail
from app.domain.notifications.service.sending import ClaimedMail


def nothing_to_prepare() -> None:
    """What ``begin`` is in a run that has its lease."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobContext:
    """One run of one job.

    A job works in small steps, each in a transaction of its own. Between two steps it calls
    ``renew`` and then ends early when ``should_stop`` says so; what is left waits for the next run.

    A job that ``asks_first`` reads what is due, and before it does the first of it calls ``begin``. So the runner can
    ask it whether anything is due, without a lease and without a write: it calls the job with a ``begin`` that raises.
    """

    holder: str
    """Who runs it: host, process and a random part."""
    mailer: Mailer
    """Where mail leaves the house."""
    render_mail: Callable[[ClaimedMail, datetime], OutgoingMail]
    """Makes a mail ready to go at a time, UTC; its words and addresses belong to the pages."""
    now: Callable[[], datetime]
    """The database's time at this moment, UTC; call it outside a transaction."""
    renew: Callable[[], None]
    """Keeps the lease; cheap to call after every step. Raises LeaseLost when another runner took over."""
    should_stop: Callable[[], bool]
    """Whether the process was asked to end: finish the step, then return."""
    begin: Callable[[], None] = nothing_to_prepare
    """To be called when there is something to do, before the first of it is done."""

    def stopping_after(self, seconds: float) -> "JobContext":
        """The same run, asked to stop also when that many seconds are over: for work that waits for others."""
        until_s = time.monotonic() + seconds
        return replace(self, should_stop=lambda: self.should_stop() or time.monotonic() >= until_s)
