"""Reads of the outbox."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from app.domain.outbox.facts import Consumer
from app.domain.outbox.models import Fact, FactDelivery
from app.foundation.db import db
from app.foundation.paging import PAGE_SIZE, Page


def lock_waiting(consumer: Consumer, limit: int) -> Sequence[FactDelivery]:
    """The oldest facts this consumer has not read, locked; another worker's rows are skipped."""
    query = (
        sa.select(FactDelivery)
        .where(FactDelivery.consumer == consumer, FactDelivery.delivered_at.is_(None))
        .order_by(FactDelivery.fact_id)
        .limit(limit)
        .with_for_update(of=FactDelivery, skip_locked=True)
    )
    return db.session.scalars(query).all()


def waiting_count() -> int:
    """How many deliveries still wait."""
    query = sa.select(sa.func.count()).where(FactDelivery.delivered_at.is_(None))
    return db.session.scalars(query.select_from(FactDelivery)).one()


def recent_facts(number: int) -> Page[tuple[Fact, datetime | None]]:
    """Facts, newest first, each with when the notifications room read it (None: it waits)."""
    total = db.session.scalars(sa.select(sa.func.count()).select_from(Fact)).one()
    query = (
        sa.select(Fact, FactDelivery.delivered_at)
        .outerjoin(
            FactDelivery,
            sa.and_(FactDelivery.fact_id == Fact.id, FactDelivery.consumer == Consumer.NOTIFICATIONS),
        )
        .order_by(Fact.id.desc())
        .limit(PAGE_SIZE)
        .offset((number - 1) * PAGE_SIZE)
    )
    rows = [(fact, delivered_at) for fact, delivered_at in db.session.execute(query)]
    return Page(rows=rows, number=number, total=total)
