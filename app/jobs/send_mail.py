"""Sends the waiting mails: claims each in one transaction, sends it outside any, records the result in another."""

from datetime import datetime
from functools import partial

from app.adapters.mail.port import Mailer, MailRefused, MailUnavailable, OutgoingMail
from app.domain.notifications.service.sending import ClaimedMail, claim_mail, record_mail_result
from app.domain.notifications.states import MailResult
from app.foundation.db import db, in_transaction
from app.foundation.log import get_logger
from app.jobs.context import JobContext
from app.jobs.mail_rendering import render_mail

MAILS_A_RUN_MAX = 200
# When the server is away, a few tries show it; the rest keep their tries for later.
UNAVAILABLE_IN_A_ROW_MAX = 3

log = get_logger(__name__)


def run(context: JobContext) -> int:
    """Sends what is due, the longest waiting first; returns how many mails the server took."""
    taken, unavailable = 0, 0
    for _ in range(MAILS_A_RUN_MAX):
        if context.should_stop() or unavailable >= UNAVAILABLE_IN_A_ROW_MAX:
            break
        result = _send_next(context)
        if result is None:
            break
        taken += result is MailResult.TAKEN
        unavailable = unavailable + 1 if result is MailResult.UNAVAILABLE else 0
        context.renew()
    return taken


def _send_next(context: JobContext) -> MailResult | None:
    now = context.now()
    mail = in_transaction(lambda: claim_mail(now=now))
    if mail is None:
        return None
    db.session.remove()
    result, reason = _hand_over(context.mailer, render_mail(mail, now=now))
    in_transaction(partial(_record, mail, result, reason, context.now()))
    log.info("mail_tried", mail_id=mail.mail_id, kind=mail.kind, attempt=mail.attempt, result=result, reason=reason)
    return result


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
