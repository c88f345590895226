"""Tables of the notifications room: notices in the product, mails to send, and what people switched."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.notifications.kinds import NOTICES
from app.domain.notifications.states import Channel, MailState
from app.foundation.db import INTERNAL, PERSONAL, SECRET, Id, Model, OpenWord, UtcDateTime, enum_type


class Notification(Model):
    """One notice on a person's notices page; an event gives a person at most one of a kind.

    ``params`` is what it names of the event, as it was: typed values as JSON, or words in rows of an earlier time.
    """

    __tablename__ = "notification"

    id: Mapped[int] = mapped_column(Id, primary_key=True, info=INTERNAL)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("app_user.id"), info=INTERNAL)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id"), info=INTERNAL)
    kind: Mapped[str] = mapped_column(OpenWord(NOTICES), info=INTERNAL)
    params: Mapped[dict[str, Any]] = mapped_column(sa.JSON, info=PERSONAL)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, info=INTERNAL)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime, info=PERSONAL)

    __table_args__ = (
        sa.UniqueConstraint("event_id", "user_id", "kind"),
        sa.Index("ix_notification_user_id", "user_id", "id"),
        sa.Index(
            "ix_notification_unread",
            "user_id",
            sqlite_where=sa.text("read_at IS NULL"),
            postgresql_where=sa.text("read_at IS NULL"),
        ),
    )


class MailMessage(Model):
    """The intent to send one mail, written before anything is sent; an event gives a person at most one of a kind.

    The text is made when it is sent, from the template and ``params``. ``message_id`` is fixed here, so
    that a mail sent twice because a job died can be recognised as one.
    """

    __tablename__ = "mail_message"

    id: Mapped[int] = mapped_column(Id, primary_key=True, info=INTERNAL)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("app_user.id"), index=True, info=INTERNAL)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id"), info=INTERNAL)
    kind: Mapped[str] = mapped_column(OpenWord(NOTICES), info=INTERNAL)
    to_address: Mapped[str | None] = mapped_column(sa.String(254), info=PERSONAL)
    """Set when the mail belongs to an address, not to whatever address the person has when it is sent."""
    link_public_id: Mapped[str | None] = mapped_column(sa.String(40), info=SECRET)
    params: Mapped[dict[str, Any]] = mapped_column(sa.JSON, info=PERSONAL)
    message_id: Mapped[str] = mapped_column(sa.String(40), unique=True, info=INTERNAL)
    state: Mapped[MailState] = mapped_column(enum_type(MailState, "state"), info=INTERNAL)
    attempts: Mapped[int] = mapped_column(default=0, info=INTERNAL)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, info=INTERNAL)
    next_attempt_at: Mapped[datetime | None] = mapped_column(UtcDateTime, info=INTERNAL)
    """When a job may take it: the next try, or when a job that is at it counts as dead; empty at the end."""
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime, info=INTERNAL)
    last_error: Mapped[str | None] = mapped_column(sa.String(60), info=INTERNAL)

    __table_args__ = (
        sa.UniqueConstraint("event_id", "user_id", "kind"),
        sa.CheckConstraint("(state IN ('queued', 'sending')) = (next_attempt_at IS NOT NULL)", name="due_while_open"),
        sa.CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent_at_when_sent"),
        sa.CheckConstraint("attempts >= 0", name="attempts_not_negative"),
        sa.Index(
            "ix_mail_message_due",
            "next_attempt_at",
            "id",
            sqlite_where=sa.text("next_attempt_at IS NOT NULL"),
            postgresql_where=sa.text("next_attempt_at IS NOT NULL"),
        ),
    )


class NotificationPreference(Model):
    """What a person chose for one kind and channel; without a row the kind's default holds."""

    __tablename__ = "notification_preference"

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("app_user.id"), primary_key=True, info=INTERNAL)
    kind: Mapped[str] = mapped_column(OpenWord(NOTICES), primary_key=True, info=INTERNAL)
    channel: Mapped[Channel] = mapped_column(enum_type(Channel, "channel"), primary_key=True, info=INTERNAL)
    is_on: Mapped[bool] = mapped_column(info=PERSONAL)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime, info=INTERNAL)
