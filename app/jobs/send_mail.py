"""Sends the waiting mails: claims each in one transaction, sends it outside any, records the result in another."""

from dataclasses import replace
from datetime import datetime
from functools import partial

from app.adapters.mail.port import Mailer, MailRefused, MailUnavailable, OutgoingMail
from app.domain.notifications.queries import mails_due
from app.domain.notifications.service.sending import ClaimedMail, claim_mail, record_mail_result
from app.domain.notifications.states import MailResult
from app.foundation.db import db, in_transaction
from app.foundation.log import get_logger
from app.jobs.context import JobContext
from app.jobs.each import each_by_itself, retries_of

JOB = "send_mail"
MAILS_A_RUN_MAX = 200
# When the server is away, a few tries show it; the rest keep their tries for later.
UNAVAILABLE_IN_A_ROW_MAX = 3

log = get_logger(__name__)


def run(context: JobContext) -> int:
    """Sends what is due, the longest waiting first; returns how many mails the server took.

    Raises:
        WorkFailedError: something broke on at least one mail; the others were sent.
    """
    sender = _MailSender(context)
    due = mails_due(MAILS_A_RUN_MAX, retries=retries_of(JOB, context))
    return each_by_itself(replace(context, should_stop=sender.should_stop), due, sender.send, job=JOB)


class _MailSender:
    """Sends one mail after the other, until the server is found to be away."""

    def __init__(self, context: JobContext) -> None:
        self._context = context
        self._unavailable = 0

    def should_stop(self) -> bool:
        return self._unavailable >= UNAVAILABLE_IN_A_ROW_MAX or self._context.should_stop()

    def send(self, mail_id: int) -> bool:
        """Sends a mail if it is still due; says whether the server took it."""
        now = self._context.now()
        mail = in_transaction(lambda: claim_mail(mail_id, now=now))
        if mail is None:
            return False
        db.session.remove()
        result, reason = _hand_over(self._context.mailer, self._context.render_mail(mail, now))
        in_transaction(partial(_record, mail, result, reason, self._context.now()))
        log.info("mail_tried", mail_id=mail.mail_id, kind=mail.kind, attempt=mail.attempt, result=result, reason=reason)
        self._unavailable = self._unavailable + 1 if result is MailResult.UNAVAILABLE else 0
        return result is MailResult.TAKEN


def _hand_over(mailer: Mailer, outgoing: OutgoingMail) -> tuple[MailResult, str | None]:
    try:
        mailer.send(outgoing)
    except MailRefused as error:
        return MailResult.REFUSED, str(error)
    except MailUnavailable as error:
        return MailResult.UNAVAILABLE, str(error)
    return MailResult.TAKEN, None


def _record(mail: ClaimedMail, result: MailResult, reason: str | None, now: datetime) -> None:
    record_mail_result(mail, result, now=now, reason=reason)
