"""Changing the password and the e-mail address. Hashes are made and checked by the caller, outside."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from app.domain.accounts.errors import EmailTaken, LinkNotValid, SameEmail
from app.domain.accounts.models import EmailLink, User
from app.domain.accounts.queries import account_of
from app.domain.accounts.rules import fold_email
from app.domain.accounts.service.links import make_link, use_link
from app.domain.accounts.service.sessions import end_all_sessions
from app.domain.accounts.states import LinkPurpose, SessionEnd
from app.domain.audit.service import record_audit
from app.domain.events.kinds.accounts import EmailChangeAsked, EmailChanged, PasswordChanged, PasswordResetAsked
from app.domain.events.service import record
from app.foundation.db import db


def change_password(user_id: int, password_hash: str, *, now: datetime) -> None:
    """Sets a new password and ends every session, this one too; the owner is told by mail."""
    user = db.session.get_one(User, user_id, with_for_update=True)
    user.password_hash = password_hash
    user.password_changed_at = now
    db.session.flush()
    end_all_sessions(user_id, reason=SessionEnd.PASSWORD_CHANGED, now=now)
    record(PasswordChanged(user_id=user_id), account_id=account_of(user_id), actor_user_id=user_id, now=now)
    record_audit("password_changed", actor=f"user:{user_id}", subject=f"user:{user_id}", now=now)


def refresh_password_hash(user_id: int, password_hash: str) -> None:
    """Stores the same password hashed at today's cost; no sessions end and nobody is told."""
    db.session.get_one(User, user_id, with_for_update=True).password_hash = password_hash
    db.session.flush()


def ask_password_reset(email: str, *, now: datetime) -> None:
    """Mails a reset link when the address is known; the caller answers the same either way."""
    user = db.session.scalars(sa.select(User).where(User.email_folded == fold_email(email))).one_or_none()
    if user is not None:
        link = make_link(LinkPurpose.RESET_PASSWORD, user_id=user.id, email=user.email, now=now)
        event = PasswordResetAsked(user_id=user.id, link=link.public_id)
        record(event, account_id=account_of(user.id), now=now)


def reset_password(public_id: str, password_hash: str, *, now: datetime) -> int:
    """Sets a new password with a mailed link; opening the link also confirms the address it went to.

    Returns:
        The person's id.

    Raises:
        LinkNotValid: the link is used, too old or unknown.
    """
    link = use_link(public_id, LinkPurpose.RESET_PASSWORD, now=now)
    user = db.session.get_one(User, link.user_id)
    if user.email_folded == fold_email(link.email) and user.email_confirmed_at is None:
        user.email_confirmed_at = now
    change_password(link.user_id, password_hash, now=now)
    return link.user_id


def ask_email_change(user_id: int, new_email: str, *, now: datetime) -> None:
    """Mails a link to the new address; nothing changes until it is opened.

    An address that belongs to somebody else is answered the same, so that nobody can find out who has
    an account; its link would be refused when opened.

    Raises:
        SameEmail: the address is the present one.
    """
    user = db.session.get_one(User, user_id)
    if fold_email(new_email) == user.email_folded:
        raise SameEmail
    link = make_link(LinkPurpose.CHANGE_EMAIL, user_id=user_id, email=new_email, now=now)
    event = EmailChangeAsked(user_id=user_id, link=link.public_id)
    record(event, account_id=account_of(user_id), actor_user_id=user_id, now=now)
    record_audit("email_change_asked", actor=f"user:{user_id}", subject=f"user:{user_id}", now=now)


def change_email(public_id: str, *, user_id: int, now: datetime) -> EmailLink:
    """Puts the new address in place of the old one, which is told.

    Raises:
        LinkNotValid: the link is used, too old, unknown, or another person's.
        EmailTaken: the address came to belong to another account in the meantime.
    """
    link = use_link(public_id, LinkPurpose.CHANGE_EMAIL, now=now)
    if link.user_id != user_id:
        raise LinkNotValid
    user = db.session.get_one(User, user_id, with_for_update=True)
    old_email = user.email
    user.email = link.email
    user.email_folded = fold_email(link.email)
    user.email_confirmed_at = now
    try:
        db.session.flush()
    except IntegrityError as error:
        # The only unique key written here is the folded address.
        raise EmailTaken from error
    changed = EmailChanged(user_id=user_id, old_email=old_email)
    record(changed, account_id=account_of(user_id), actor_user_id=user_id, now=now)
    record_audit("email_changed", actor=f"user:{user_id}", subject=f"user:{user_id}", now=now)
    return link
