"""Tables of the events room: events, deliveries still to be made, and the number that the ad server follows."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.domain.events.kinds import EVENTS
from app.domain.events.rules import EventData
from app.domain.events.states import Consumer, SubjectKind
from app.foundation.db import INTERNAL, PERSONAL, Id, Model, OpenWord, UtcDateTime, open_enum


class Event(Model):
    """One thing that happened, written in the transaction that made it happen; never changed."""

    __tablename__ = "event"

    id: Mapped[int] = mapped_column(Id, primary_key=True, info=INTERNAL)
    kind: Mapped[str] = mapped_column(OpenWord(EVENTS), info=INTERNAL)
    occurred_at: Mapped[datetime] = mapped_column(UtcDateTime, info=INTERNAL)
    actor_user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("app_user.id"), info=INTERNAL)
    """Who did it; empty when the clock did, or a stranger."""
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), index=True, info=INTERNAL)
    """The account that it concerns first of all."""
    subject_kind: Mapped[SubjectKind] = mapped_column(open_enum(SubjectKind), info=INTERNAL)
    subject_id: Mapped[str] = mapped_column(sa.String(100), info=INTERNAL)
    """The public id of what it is about."""
    payload: Mapped[dict[str, Any]] = mapped_column(sa.JSON, info=PERSONAL)

    @property
    def data(self) -> EventData:
        """What was written down of it, as an object of its kind."""
        return EVENTS[self.kind].from_json(self.payload)


class EventDelivery(Model):
    """A consumer that has still to read an event (``delivered_at`` empty), or has read it."""

    __tablename__ = "event_delivery"

    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id"), primary_key=True, info=INTERNAL)
    consumer: Mapped[Consumer] = mapped_column(open_enum(Consumer), primary_key=True, info=INTERNAL)
    delivered_at: Mapped[datetime | None] = mapped_column(UtcDateTime, info=INTERNAL)

    event: Mapped[Event] = relationship(lazy="joined", innerjoin=True)

    __table_args__ = (
        sa.Index(
            "ix_event_delivery_waiting",
            "consumer",
            "event_id",
            sqlite_where=sa.text("delivered_at IS NULL"),
            postgresql_where=sa.text("delivered_at IS NULL"),
        ),
    )


class DeliveryVersion(Model):
    """Counts the changes that the ad server has to look at; one row, moved in the changes' own transactions."""

    __tablename__ = "delivery_version"

    id: Mapped[int] = mapped_column(sa.SmallInteger, primary_key=True, autoincrement=False, info=INTERNAL)
    version: Mapped[int] = mapped_column(sa.BigInteger, info=INTERNAL)

    __table_args__ = (sa.CheckConstraint("id = 1", name="one_row"),)
