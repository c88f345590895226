"""Closed days: a site day of a line item that is settled takes no more events."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from app.domain.measurement.models import ClosedDay, EventWatermark
from app.foundation.db import db


def close_day(line_item_id: int, day: date, *, now: datetime) -> None:
    """Closes a day of a line item: later events of it are marked late. Closing it again changes nothing.

    Call this before the day's figures are read, in the same transaction: the mover is kept from counting old events
    in the meantime, so whatever it counted before is in the figures and whatever comes after is late.
    """
    lock_old_days()
    dialect = sqlite if db.session.get_bind().dialect.name == "sqlite" else postgresql
    row = dialect.insert(ClosedDay).values(line_item_id=line_item_id, day=day, closed_at=now)
    db.session.execute(row.on_conflict_do_nothing())


def lock_old_days() -> None:
    """Waits until nobody else closes a day or counts an event that may belong to a closed one."""
    query = sa.select(EventWatermark.source).order_by(EventWatermark.source).with_for_update()
    db.session.execute(query).all()
