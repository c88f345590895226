"""Reads of the notifications room."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from app.domain.accounts.models import User
from app.domain.notifications.kinds import NOTICES
from app.domain.notifications.models import MailMessage, Notification, NotificationPreference
from app.domain.notifications.rules import can_switch, is_wanted
from app.domain.notifications.states import Channel, Delivery, MailState, NoticeCategory
from app.foundation.db import db
from app.foundation.paging import PAGE_SIZE, RowsPage
from app.foundation.work_failures import Retries


@dataclass(frozen=True, slots=True)
class ChannelPreference:
    """One kind on one channel, as it stands for a person."""

    kind: str
    channel: Channel
    category: NoticeCategory
    title: str
    explanation: str
    can_switch: bool
    is_on: bool


def unread_count(user_id: int) -> int:
    """How many notices a person has not read."""
    query = sa.select(sa.func.count()).select_from(Notification)
    return db.session.scalars(query.where(Notification.user_id == user_id, Notification.read_at.is_(None))).one()


def notices(user_id: int, number: int) -> RowsPage[Notification]:
    """A person's notices, newest first."""
    own = Notification.user_id == user_id
    total = db.session.scalars(sa.select(sa.func.count()).select_from(Notification).where(own)).one()
    query = (
        sa.select(Notification)
        .where(own)
        .order_by(Notification.id.desc())
        .limit(PAGE_SIZE)
        .offset((number - 1) * PAGE_SIZE)
    )
    return RowsPage(rows=db.session.scalars(query).all(), number=number, total=total)


def switches(user_id: int) -> list[ChannelPreference]:
    """Every kind and channel in use, with what holds for a person now; security first, marketing last."""
    query = sa.select(NotificationPreference).where(NotificationPreference.user_id == user_id)
    chosen = {(row.kind, row.channel): row.is_on for row in db.session.scalars(query)}
    return [
        ChannelPreference(
            kind=kind,
            channel=channel,
            category=notice.category,
            title=notice.title,
            explanation=notice.explanation,
            can_switch=can_switch(notice, channel),
            is_on=is_wanted(notice, channel, choice=chosen.get((kind, channel))),
        )
        for kind, notice in NOTICES.items()
        for channel in Channel
        if notice.delivery(channel) is not Delivery.NEVER
    ]


def switchable() -> list[tuple[str, Channel, str]]:
    """What a person decides about: kind, channel and the kind's title."""
    return [
        (kind, channel, notice.title)
        for kind, notice in NOTICES.items()
        for channel in Channel
        if can_switch(notice, channel)
    ]


def title_of(kind: str) -> str:
    """What pages call a kind."""
    return NOTICES[kind].title


def wants(user_id: int, kind: str, channel: Channel) -> bool:
    """Whether a message of this kind goes to a person by this channel, as they chose it up to now."""
    chosen = db.session.get(NotificationPreference, (user_id, kind, channel), populate_existing=True)
    return is_wanted(NOTICES[kind], channel, choice=chosen.is_on if chosen else None)


def can_unsubscribe(kind: str) -> bool:
    """Whether there is mail of this kind that can be switched off."""
    return kind in NOTICES and can_switch(NOTICES[kind], Channel.MAIL)


@dataclass(frozen=True, slots=True)
class MailRow:
    """One mail in the staff list; the page masks the address."""

    mail_id: int
    kind: str
    address: str
    state: MailState
    attempts: int
    created_at: datetime
    sent_at: datetime | None
    last_error: str | None


def mail_counts() -> dict[MailState, int]:
    """How many mails are in each state; every state is there."""
    query = sa.select(MailMessage.state, sa.func.count()).group_by(MailMessage.state)
    counted = dict(iter(db.session.execute(query)))
    return {state: counted.get(state, 0) for state in MailState}


def mails_due(limit: int, *, retries: Retries) -> Sequence[int]:
    """Mails to be sent now, the longest waiting first."""
    query = sa.select(MailMessage.id).where(MailMessage.next_attempt_at <= retries.now, retries.allow(MailMessage.id))
    return db.session.scalars(query.order_by(MailMessage.next_attempt_at, MailMessage.id).limit(limit)).all()


def recent_mail(number: int) -> RowsPage[MailRow]:
    """Mails, newest first, each with the address it goes to."""
    total = db.session.scalars(sa.select(sa.func.count()).select_from(MailMessage)).one()
    query = (
        sa.select(
            MailMessage.id,
            MailMessage.kind,
            sa.func.coalesce(MailMessage.to_address, User.email),
            MailMessage.state,
            MailMessage.attempts,
            MailMessage.created_at,
            MailMessage.sent_at,
            MailMessage.last_error,
        )
        .join(User, User.id == MailMessage.user_id)
        .order_by(MailMessage.id.desc())
        .limit(PAGE_SIZE)
        .offset((number - 1) * PAGE_SIZE)
    )
    return RowsPage(rows=[MailRow(*row) for row in db.session.execute(query)], number=number, total=total)
