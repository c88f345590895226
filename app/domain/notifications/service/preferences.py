"""What people switch on and off."""

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa

from app.domain.accounts.models import User
from app.domain.audit.service import record_audit
from app.domain.notifications.errors import NotSwitchable
from app.domain.notifications.kinds import NOTICES
from app.domain.notifications.models import NotificationPreference
from app.domain.notifications.queries import wants
from app.domain.notifications.rules import can_switch
from app.domain.notifications.states import Channel
from app.foundation.db import db

PRODUCT_NEWS = "product_news"


def set_preferences(user_id: int, choices: Mapping[tuple[str, Channel], bool], *, now: datetime) -> None:
    """Keeps what a person chose; it holds for the next message, those already waiting included.

    Raises:
        NotSwitchable: a choice is about something that is always sent, or never.
    """
    _lock(user_id)
    changed = {}
    for (kind, channel), is_on in choices.items():
        if not can_switch(NOTICES[kind], channel):
            raise NotSwitchable
        if wants(user_id, kind, channel) != is_on:
            _choose(user_id, kind, channel, is_on=is_on, now=now)
            changed[f"{kind}.{channel}"] = is_on
    if changed:
        _audit(user_id, now=now, source="preferences", **changed)


def switch_off(user_id: int, kind: str, *, now: datetime) -> None:
    """Stops one kind of mail for a person, as the link in such a mail asks; twice is as good as once.

    Raises:
        NotSwitchable: this kind of mail is always sent.
    """
    if not can_switch(NOTICES[kind], Channel.MAIL):
        raise NotSwitchable
    if _lock(user_id) and wants(user_id, kind, Channel.MAIL):
        _choose(user_id, kind, Channel.MAIL, is_on=False, now=now)
        _audit(user_id, now=now, source="unsubscribe", **{f"{kind}.{Channel.MAIL}": False})


def ask_for_marketing(user_id: int, *, now: datetime) -> None:
    """Switches tips and news by mail on for somebody who ticked the box at sign-up; a later choice stays."""
    _lock(user_id)
    key = (user_id, PRODUCT_NEWS, Channel.MAIL)
    if db.session.get(NotificationPreference, key) is None:
        _choose(user_id, PRODUCT_NEWS, Channel.MAIL, is_on=True, now=now)
        _audit(user_id, now=now, source="sign_up", **{f"{key[1]}.{key[2]}": True})


def _lock(user_id: int) -> bool:
    """Locks the person, so that two choices at once follow each other; says whether there is one."""
    query = sa.select(User.id).where(User.id == user_id).with_for_update(key_share=True)
    return db.session.scalars(query).one_or_none() is not None


def _choose(user_id: int, kind: str, channel: Channel, *, is_on: bool, now: datetime) -> None:
    row = db.session.get(NotificationPreference, (user_id, kind, channel))
    if row is None:
        row = NotificationPreference(user_id=user_id, kind=kind, channel=channel)
        db.session.add(row)
    row.is_on = is_on
    row.changed_at = now
    db.session.flush()


def _audit(user_id: int, *, now: datetime, source: str, **changed: bool) -> None:
    subject = f"user:{user_id}"
    record_audit("notification_preferences_changed", actor=subject, subject=subject, now=now, source=source, **changed)
