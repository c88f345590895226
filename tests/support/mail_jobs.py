"""Runs the jobs that tell people things, with a mailer that remembers."""

from collections.abc import Callable
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask import Flask

from app.adapters.mail import Mailer
from app.adapters.mail.local_mailbox import LocalMailbox
from app.adapters.mail.port import OutgoingMail
from app.domain.events.rules import EventData
from app.domain.events.service import record as record_event
from app.domain.notifications.kinds import NOTICES
from app.domain.notifications.models import MailMessage
from app.foundation.clock import OFFSET_ROW, ClockOffset, database_now, set_offset
from app.foundation.db import db, in_transaction, reading_connection
from app.jobs import deliver_events, send_mail
from app.jobs.context import JobContext
from app.web.mails import render_mail
from tests.support.races import at_the_same_moment


class RecordingMailer:
    """Takes every mail, or raises what it was told to."""

    def __init__(self, trouble: BaseException | None = None) -> None:
        self.trouble = trouble
        self.tried: list[OutgoingMail] = []

    def send(self, mail: OutgoingMail) -> None:
        self.tried.append(mail)
        if self.trouble is not None:
            raise self.trouble

    def about(self, template: str) -> list[OutgoingMail]:
        """The mails made from one template."""
        own = [notice.mail_words for notice in NOTICES.values() if notice.mail_words is not None]
        subjects = {words.subject for words in own if words.template == template}
        return [mail for mail in self.tried if mail.subject in subjects]


def job_context(mailer: Mailer) -> JobContext:
    return JobContext(
        holder="test",
        mailer=mailer,
        render_mail=render_mail,
        now=_now,
        renew=lambda: None,
        should_stop=lambda: False,
    )


def tell_all(app: Flask) -> int:
    with app.app_context():
        return deliver_events.run(job_context(RecordingMailer()))


def send_all(app: Flask, mailer: Mailer) -> int:
    with app.app_context():
        return send_mail.run(job_context(mailer))


def post(app: Flask) -> RecordingMailer:
    """Tells everything and sends every mail that is due."""
    mailer = RecordingMailer()
    tell_all(app)
    send_all(app, mailer)
    return mailer


def record(app: Flask, data: EventData) -> int:
    """Writes one event as a room would; gives its id."""
    with app.app_context():
        return in_transaction(lambda: record_event(data, account_id=None, now=database_now()))


def emptied_mailbox(app: Flask) -> LocalMailbox:
    """The local mailbox of this worker, without what earlier tests left in it."""
    box: LocalMailbox = app.extensions["isocket_mailer"]
    for name in box.names():
        box._file(name).unlink()
    return box


def mails(app: Flask) -> list[MailMessage]:
    """Every mail there is, oldest first."""
    with app.app_context():
        return list(db.session.scalars(sa.select(MailMessage).order_by(MailMessage.id)))


def advance(app: Flask, by: timedelta) -> None:
    """Moves the clock forward."""
    with app.app_context():
        in_transaction(lambda: set_offset(_offset_s() + int(by.total_seconds())))


def at_once(app: Flask, work: Callable[[], int], *, threads: int = 2) -> list[int]:
    """Runs the same work in several threads at the same moment; gives what each returned."""

    def run() -> int:
        with app.app_context():
            return work()

    return at_the_same_moment([run] * threads)


def _now() -> datetime:
    with reading_connection() as connection:
        return database_now(connection)


def _offset_s() -> int:
    row = db.session.get(ClockOffset, OFFSET_ROW)
    return row.seconds if row else 0
