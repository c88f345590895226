"""Sending mail in three steps: claim it, hand it over outside any transaction, record what became of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.domain.accounts.models import User
from app.domain.accounts.queries import link_is_open
from app.domain.notifications.kinds import NOTICES
from app.domain.notifications.models import MailMessage
from app.domain.notifications.queries import can_unsubscribe, wants
from app.domain.notifications.rules import (
    GIVEN_UP_AFTER,
    HOLDER_IS_DEAD_AFTER,
    wait_before_retry,
)
from app.domain.notifications.states import (
    MAIL_MOVES,
    Channel,
    MailResult,
    MailState,
    NoticeCategory,
)
from app.foundation.db import db

NOT_REACHED = "not reached for a day"


@dataclass(frozen=True, slots=True)
class ClaimedMail:
    """A claimed mail, which only its claimer may send now."""

    mail_id: int
    attempt: int
    kind: str
    user_id: int
    to: str
    first_name: str
    is_address_bound: bool
    can_unsubscribe: bool
    link_public_id: str | None
    params: dict[str, Any]
    message_id: str


def claim_mail(mail_id: int, *, now: datetime) -> ClaimedMail | None:
    """Takes a mail that is due, counting the try; the caller commits before it sends.

    What the person chose, and whether the mail's link still works, is read here and now: a mail that is
    no longer wanted or useful is suppressed. A mail whose holder died is taken again, with the same
    message id; so each mail is sent at least once, and a mailbox can tell a repeat.

    Returns:
        The claimed mail, or None when it is not to be sent, or somebody else has it.
    """
    mail = _lock_due(mail_id, now)
    if mail is None:
        return None
    user = db.session.get_one(User, mail.user_id)
    if mail.attempts and now - mail.created_at >= GIVEN_UP_AFTER:
        _end(mail, MailState.FAILED, error=mail.last_error or NOT_REACHED)
        return None
    if _is_pointless(mail, user, now):
        _end(mail, MailState.SUPPRESSED)
        return None
    return _claimed(mail, user, now)


def record_mail_result(mail: ClaimedMail, result: MailResult, *, now: datetime, reason: str | None = None) -> None:
    """Records what became of a claimed mail; a claim that somebody else took over changes nothing.

    Args:
        mail: as it was claimed.
        result: what the mail server said.
        now: UTC.
        reason: a short code for staff, without anybody's address.
    """
    row = db.session.get_one(MailMessage, mail.mail_id, with_for_update=True, populate_existing=True)
    if row.state is not MailState.SENDING or row.attempts != mail.attempt:
        return
    if result is MailResult.TAKEN:
        row.sent_at = now
        _end(row, MailState.SENT)
    elif result is MailResult.REFUSED or now - row.created_at >= GIVEN_UP_AFTER:
        _end(row, MailState.FAILED, error=reason)
    else:
        row.state = MAIL_MOVES.advance(row.state, MailState.QUEUED)
        row.next_attempt_at = now + wait_before_retry(row.attempts)
        row.last_error = reason
        db.session.flush()


def _lock_due(mail_id: int, now: datetime) -> MailMessage | None:
    query = sa.select(MailMessage).where(MailMessage.id == mail_id, MailMessage.next_attempt_at <= now)
    query = query.with_for_update(skip_locked=True)
    return db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()


def _is_pointless(mail: MailMessage, user: User, now: datetime) -> bool:
    if not wants(mail.user_id, mail.kind, Channel.MAIL):
        return True
    if NOTICES[mail.kind].category is NoticeCategory.MARKETING and user.email_confirmed_at is None:
        return True
    purpose = NOTICES[mail.kind].link_purpose
    return purpose is not None and not link_is_open(mail.link_public_id or "", purpose, now=now)


def _claimed(mail: MailMessage, user: User, now: datetime) -> ClaimedMail:
    mail.state = MAIL_MOVES.advance(mail.state, MailState.SENDING)
    mail.attempts += 1
    mail.next_attempt_at = now + HOLDER_IS_DEAD_AFTER
    db.session.flush()
    return ClaimedMail(
        mail_id=mail.id,
        attempt=mail.attempts,
        kind=mail.kind,
        user_id=user.id,
        to=mail.to_address or user.email,
        first_name=user.first_name,
        is_address_bound=mail.to_address is not None,
        can_unsubscribe=can_unsubscribe(mail.kind),
        link_public_id=mail.link_public_id,
        params=dict(mail.params),
        message_id=mail.message_id,
    )


def _end(mail: MailMessage, state: MailState, *, error: str | None = None) -> None:
    mail.state = MAIL_MOVES.advance(mail.state, state)
    mail.next_attempt_at = None
    mail.last_error = error
    db.session.flush()
