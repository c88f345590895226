"""Writing down what happened, and handing it on exactly once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from app.domain.events.models import DeliveryVersion, Event, EventDelivery
from app.domain.events.rules import EventData
from app.foundation.db import acting_user, check_writing, db

EVENT_ROWS = Event.metadata.tables[Event.__tablename__]
DELIVERIES = EventDelivery.metadata.tables[EventDelivery.__tablename__]
# Made once: every bid writes events, and putting the statements together takes longer than running them.
_WRITE_EVENTS = sa.insert(EVENT_ROWS).returning(EVENT_ROWS.c.id, sort_by_parameter_order=True)
_WRITE_DELIVERIES = sa.insert(DELIVERIES)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEvent:
    """An event to write down: its data, the account that it concerns first of all, and who did it.

    Without an actor it is whoever acts in the transaction.
    """

    data: EventData
    account_id: int | None
    actor_user_id: int | None = None


def record(data: EventData, *, account_id: int | None, now: datetime, actor_user_id: int | None = None) -> int:
    """Writes an event into the caller's transaction, with one delivery waiting for each consumer; gives its id.

    Args:
        data: what happened, with everything that may ever be told of it; never a secret.
        account_id: the account that it concerns first of all, if there is one.
        now: UTC.
        actor_user_id: who did it, where that is not whoever acts in the transaction.
    """
    return record_all([NewEvent(data=data, account_id=account_id, actor_user_id=actor_user_id)], now=now)[0]


def record_all(events: Sequence[NewEvent], *, now: datetime) -> Sequence[int]:
    """Writes many events at once as ``record`` does one; in two statements, however many. Gives their ids."""
    check_writing(db.session())
    db.session.flush()
    connection = db.session.connection()
    ids = connection.scalars(_WRITE_EVENTS, [_row(event, now) for event in events]).all() if events else []
    waiting = [
        {"event_id": event_id, "consumer": consumer}
        for event_id, event in zip(ids, events, strict=True)
        for consumer in event.data.consumers
    ]
    if waiting:
        connection.execute(_WRITE_DELIVERIES, waiting)
    if any(event.data.changes_delivery for event in events):
        _bump_delivery_version()
    return ids


def mark_delivered(delivery: EventDelivery, *, now: datetime) -> None:
    """Notes, in the consumer's own transaction, that it has acted on the event."""
    delivery.delivered_at = now
    db.session.flush()


def _row(event: NewEvent, now: datetime) -> dict[str, object]:
    return {
        "kind": event.data.kind,
        "occurred_at": now,
        "actor_user_id": event.actor_user_id if event.actor_user_id is not None else acting_user(),
        "account_id": event.account_id,
        "subject_kind": event.data.subject,
        "subject_id": event.data.subject_id,
        "payload": event.data.to_json(),
    }


def _bump_delivery_version() -> None:
    """Tells the ad server that something changed; another transaction that does so waits here for the commit."""
    db.session.execute(sa.update(DeliveryVersion).values(version=DeliveryVersion.version + 1))
