"""Reads of the events room."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from app.domain.events.models import Event, EventDelivery
from app.domain.events.states import Consumer
from app.foundation.db import db
from app.foundation.paging import PAGE_SIZE, RowsPage
from app.foundation.work_failures import Retries


def waiting_events(consumer: Consumer, limit: int, *, retries: Retries) -> Sequence[int]:
    """The oldest events this consumer has not read."""
    query = sa.select(EventDelivery.event_id).where(
        EventDelivery.consumer == consumer, EventDelivery.delivered_at.is_(None), retries.allow(EventDelivery.event_id)
    )
    return db.session.scalars(query.order_by(EventDelivery.event_id).limit(limit)).all()


def lock_waiting(consumer: Consumer, event_ids: Sequence[int]) -> Sequence[EventDelivery]:
    """Those of these events that this consumer has not read, locked, oldest first; another worker's are skipped."""
    query = (
        sa.select(EventDelivery)
        .where(
            EventDelivery.consumer == consumer,
            EventDelivery.delivered_at.is_(None),
            EventDelivery.event_id.in_(event_ids),
        )
        .order_by(EventDelivery.event_id)
        .with_for_update(of=EventDelivery, skip_locked=True)
    )
    return db.session.scalars(query).all()


def waiting_delivery_count() -> int:
    """How many deliveries still wait."""
    query = sa.select(sa.func.count()).where(EventDelivery.delivered_at.is_(None))
    return db.session.scalars(query.select_from(EventDelivery)).one()


def recent_events(number: int) -> RowsPage[tuple[Event, datetime | None]]:
    """Events, newest first, each with when the notifications room read it (None: it waits)."""
    total = db.session.scalars(sa.select(sa.func.count()).select_from(Event)).one()
    query = (
        sa.select(Event, EventDelivery.delivered_at)
        .outerjoin(
            EventDelivery,
            sa.and_(EventDelivery.event_id == Event.id, EventDelivery.consumer == Consumer.NOTIFICATIONS),
        )
        .order_by(Event.id.desc())
        .limit(PAGE_SIZE)
        .offset((number - 1) * PAGE_SIZE)
    )
    rows = [(event, delivered_at) for event, delivered_at in db.session.execute(query)]
    return RowsPage(rows=rows, number=number, total=total)
