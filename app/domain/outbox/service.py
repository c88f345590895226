"""Writing down what happened, and handing it on exactly once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from app.domain.outbox.facts import FactKind, listeners
from app.domain.outbox.models import Fact, FactDelivery
from app.foundation.db import db

FACTS = Fact.metadata.tables[Fact.__tablename__]
DELIVERIES = FactDelivery.metadata.tables[FactDelivery.__tablename__]


def record_fact(
    kind: FactKind, *, now: datetime, user_id: int | None = None, **payload: str | int | bool | None
) -> Fact:
    """Writes a fact into the caller's transaction, with one delivery waiting for each consumer.

    Args:
        kind: what happened.
        now: UTC.
        user_id: the person it happened to, when there is one.
        payload: what consumers need to know of it: identifiers and plain values, never a secret.
    """
    fact = Fact(kind=kind, occurred_at=now, user_id=user_id, payload=payload)
    db.session.add(fact)
    db.session.flush()
    db.session.add_all(FactDelivery(fact_id=fact.id, consumer=consumer) for consumer in listeners(kind))
    db.session.flush()
    return fact


@dataclass(frozen=True, slots=True)
class News:
    """One thing that happened to one person."""

    kind: FactKind
    user_id: int
    payload: Mapping[str, str | int | bool | None]


def record_facts(news: Sequence[News], *, now: datetime) -> None:
    """Writes many facts at once as ``record_fact`` does one; in two statements, however many."""
    db.session.flush()
    ids = db.session.scalars(
        sa.insert(FACTS).returning(FACTS.c.id, sort_by_parameter_order=True),
        [{"kind": one.kind, "occurred_at": now, "user_id": one.user_id, "payload": dict(one.payload)} for one in news],
    ).all()
    waiting = [
        {"fact_id": fact_id, "consumer": consumer}
        for fact_id, one in zip(ids, news, strict=True)
        for consumer in listeners(one.kind)
    ]
    db.session.execute(sa.insert(DELIVERIES), waiting)


def mark_delivered(delivery: FactDelivery, *, now: datetime) -> None:
    """Notes, in the consumer's own transaction, that it has acted on the fact."""
    delivery.delivered_at = now
    db.session.flush()
