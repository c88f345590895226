"""Tables of the outbox: facts, deliveries still to be made, and the number of changes that the ad server follows."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.domain.events.kinds import Consumer, EventKind
from app.foundation.db import INTERNAL, PERSONAL, Id, Model, UtcDateTime, enum_type


class Event(Model):
    """One thing that happened, written in the transaction that made it happen; never changed."""

    __tablename__ = "fact"

    id: Mapped[int] = mapped_column(Id, primary_key=True, info=INTERNAL)
    kind: Mapped[EventKind] = mapped_column(enum_type(EventKind, "kind"), info=INTERNAL)
    occurred_at: Mapped[datetime] = mapped_column(UtcDateTime, info=INTERNAL)
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("app_user.id"), index=True, info=INTERNAL)
    payload: Mapped[dict[str, Any]] = mapped_column(sa.JSON, info=PERSONAL)


class EventDelivery(Model):
    """A consumer that has still to read a fact (``delivered_at`` empty), or has read it."""

    __tablename__ = "fact_delivery"

    fact_id: Mapped[int] = mapped_column(sa.ForeignKey("fact.id"), primary_key=True, info=INTERNAL)
    consumer: Mapped[Consumer] = mapped_column(enum_type(Consumer, "consumer"), primary_key=True, info=INTERNAL)
    delivered_at: Mapped[datetime | None] = mapped_column(UtcDateTime, info=INTERNAL)

    fact: Mapped[Event] = relationship(lazy="joined", innerjoin=True)

    __table_args__ = (
        sa.Index(
            "ix_fact_delivery_waiting",
            "consumer",
            "fact_id",
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
