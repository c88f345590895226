"""Writing down what happened, and handing it on exactly once."""

from datetime import datetime

from app.domain.outbox.facts import FactKind, listeners
from app.domain.outbox.models import Fact, FactDelivery
from app.foundation.db import db


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


def mark_delivered(delivery: FactDelivery, *, now: datetime) -> None:
    """Notes, in the consumer's own transaction, that it has acted on the fact."""
    delivery.delivered_at = now
    db.session.flush()
