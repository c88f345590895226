"""Mailed links: made with a life of their own, used once."""

from datetime import datetime

import sqlalchemy as sa

from app.domain.accounts.errors import LinkNotValid
from app.domain.accounts.models import EmailLink
from app.domain.accounts.rules import LINK_LIFE
from app.domain.accounts.states import LinkPurpose
from app.foundation.db import db
from app.foundation.identifiers import new_public_id


def make_link(
    purpose: LinkPurpose, *, user_id: int, email: str, now: datetime, browser_hash: str | None = None
) -> EmailLink:
    """Makes a link that replaces the person's earlier ones for the same purpose."""
    earlier = sa.update(EmailLink).where(
        EmailLink.user_id == user_id, EmailLink.purpose == purpose, EmailLink.used_at.is_(None)
    )
    db.session.execute(earlier.values(expires_at=now))
    link = EmailLink(
        public_id=new_public_id(),
        purpose=purpose,
        user_id=user_id,
        email=email,
        browser_hash=browser_hash,
        created_at=now,
        expires_at=now + LINK_LIFE[purpose],
    )
    db.session.add(link)
    db.session.flush()
    return link


def use_link(public_id: str, purpose: LinkPurpose, *, now: datetime) -> EmailLink:
    """Uses a link up, locking it, so that two clicks at once use it once.

    Raises:
        LinkNotValid: unknown, meant for something else, used already or too old.
    """
    query = sa.select(EmailLink).where(EmailLink.public_id == public_id, EmailLink.purpose == purpose)
    link = db.session.scalars(query.with_for_update()).one_or_none()
    if link is None or link.used_at is not None or link.expires_at <= now:
        raise LinkNotValid
    link.used_at = now
    db.session.flush()
    return link
