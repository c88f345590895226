"""Notes what a person has read."""

from datetime import datetime

import sqlalchemy as sa

from app.domain.notifications.models import Notification
from app.foundation.db import db
from app.foundation.errors import NotFound


def mark_read(user_id: int, notification_id: int, *, now: datetime) -> None:
    """Notes that a person has read one of their notices; the first time counts.

    Raises:
        NotFound: there is no such notice, or it is somebody else's.
    """
    query = sa.select(Notification).where(Notification.id == notification_id, Notification.user_id == user_id)
    notice = db.session.scalars(query.with_for_update()).one_or_none()
    if notice is None:
        raise NotFound
    notice.read_at = notice.read_at or now
    db.session.flush()


def mark_all_read(user_id: int, *, newest_id: int, now: datetime) -> None:
    """Notes that a person has read all notices up to the newest one they saw; later ones stay unread."""
    unread = sa.update(Notification).where(
        Notification.user_id == user_id, Notification.id <= newest_id, Notification.read_at.is_(None)
    )
    db.session.execute(unread.values(read_at=now))
