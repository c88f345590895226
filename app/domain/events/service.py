"""Writing down what happened, and handing it on exactly once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from app.domain.events.kinds import CHANGES_DELIVERY, EventKind, listeners
from app.domain.events.models import DeliveryVersion, Event, EventDelivery
from app.foundation.db import db

FACTS = Event.metadata.tables[Event.__tablename__]
DELIVERIES = EventDelivery.metadata.tables[EventDelivery.__tablename__]
# Made once: every bid writes facts, and putting the statements together takes longer than running them.
_WRITE_FACTS = sa.insert(FACTS).returning(FACTS.c.id, sort_by_parameter_order=True)
_WRITE_DELIVERIES = sa.insert(DELIVERIES)


def record_event(
    kind: EventKind, *, now: datetime, user_id: int | None = None, **payload: str | int | bool | None
) -> Event:
    """Writes a fact into the caller's transaction, with one delivery waiting for each consumer.

    Args:
        kind: what happened.
        now: UTC.
        user_id: the person it happened to, when there is one.
        payload: what consumers need to know of it: identifiers and plain values, never a secret.
    """
    fact = Event(kind=kind, occurred_at=now, user_id=user_id, payload=payload)
    db.session.add(fact)
    db.session.flush()
    db.session.add_all(EventDelivery(fact_id=fact.id, consumer=consumer) for consumer in listeners(kind))
    db.session.flush()
    if kind in CHANGES_DELIVERY:
        _bump_delivery_version()
    return fact


@dataclass(frozen=True, slots=True)
class News:
    """One thing that happened to one person."""

    kind: EventKind
    user_id: int
    payload: Mapping[str, str | int | bool | None]


def record_events(news: Sequence[News], *, now: datetime) -> None:
    """Writes many facts at once as ``record_event`` does one; in two statements, however many."""
    db.session.flush()
    connection = db.session.connection()
    rows = [
        {"kind": one.kind, "occurred_at": now, "user_id": one.user_id, "payload": dict(one.payload)} for one in news
    ]
    ids = connection.scalars(_WRITE_FACTS, rows).all()
    waiting = [
        {"fact_id": fact_id, "consumer": consumer}
        for fact_id, one in zip(ids, news, strict=True)
        for consumer in listeners(one.kind)
    ]
    if waiting:
        connection.execute(_WRITE_DELIVERIES, waiting)
    if any(one.kind in CHANGES_DELIVERY for one in news):
        _bump_delivery_version()


def _bump_delivery_version() -> None:
    """Lets the ad server see that there is something new; whoever changes the same waits here for the commit."""
    db.session.execute(sa.update(DeliveryVersion).values(version=DeliveryVersion.version + 1))


def mark_delivered(delivery: EventDelivery, *, now: datetime) -> None:
    """Notes, in the consumer's own transaction, that it has acted on the fact."""
    delivery.delivered_at = now
    db.session.flush()
