"""Tables of the orders room."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.orders.states import LineItemState, OrderSource, OrderState, Party, SaleTerms, sale_terms_from
from app.foundation.db import INTERNAL, PERSONAL, PUBLIC, Id, Model, UtcDateTime, enum_type


class FrozenTerms(sa.types.TypeDecorator[SaleTerms]):
    """The terms of a sale, as JSON."""

    impl = sa.JSON
    cache_ok = True

    def process_bind_param(self, value: SaleTerms | None, dialect: Dialect) -> dict[str, Any] | None:  # noqa: ARG002 - fixed by SQLAlchemy
        """Turns terms into what JSON has."""
        return None if value is None else value.as_stored()

    def process_result_value(self, value: dict[str, Any] | None, dialect: Dialect) -> SaleTerms | None:  # noqa: ARG002 - fixed by SQLAlchemy
        """Gives the terms back."""
        return None if value is None else sale_terms_from(value)


class Order(Model):
    """One agreement between a buyer and a publisher."""

    __tablename__ = "ad_order"

    id: Mapped[int] = mapped_column(Id, primary_key=True, info=INTERNAL)
    public_id: Mapped[str] = mapped_column(sa.String(40), unique=True, info=INTERNAL)
    buyer_account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), index=True, info=INTERNAL)
    publisher_account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), index=True, info=INTERNAL)
    source: Mapped[OrderSource] = mapped_column(enum_type(OrderSource, "source"), info=INTERNAL)
    state: Mapped[OrderState] = mapped_column(enum_type(OrderState, "state"), info=INTERNAL)
    currency: Mapped[str] = mapped_column(sa.String(3), info=INTERNAL)
    total_minor: Mapped[int] = mapped_column(sa.BigInteger, info=INTERNAL)
    credit_minor: Mapped[int] = mapped_column(sa.BigInteger, default=0, info=INTERNAL)
    commission_bps: Mapped[int] = mapped_column(sa.Integer, info=INTERNAL)
    billing: Mapped[dict[str, Any]] = mapped_column(sa.JSON, info=PERSONAL)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, info=INTERNAL)
    paid_at: Mapped[datetime | None] = mapped_column(UtcDateTime, info=INTERNAL)

    __table_args__ = (
        sa.CheckConstraint("total_minor > 0", name="total_positive"),
        sa.CheckConstraint("credit_minor BETWEEN 0 AND total_minor", name="credit_in_range"),
        sa.CheckConstraint("commission_bps BETWEEN 0 AND 10000", name="commission_in_range"),
        sa.CheckConstraint("(state = 'paid') = (paid_at IS NOT NULL)", name="paid_at_when_paid"),
        sa.Index(
            "ix_ad_order_unpaid",
            "id",
            sqlite_where=sa.text("state = 'unpaid'"),
            postgresql_where=sa.text("state = 'unpaid'"),
        ),
    )


class LineItem(Model):
    """One socket place, one flight, one price; what was agreed and its site's time zone are frozen on it."""

    __tablename__ = "line_item"

    id: Mapped[int] = mapped_column(Id, primary_key=True, info=INTERNAL)
    public_id: Mapped[str] = mapped_column(sa.String(40), unique=True, info=INTERNAL)
    order_id: Mapped[int] = mapped_column(sa.ForeignKey("ad_order.id"), unique=True, info=INTERNAL)
    socket_id: Mapped[int] = mapped_column(sa.ForeignKey("socket.id"), index=True, info=INTERNAL)
    place: Mapped[int] = mapped_column(sa.SmallInteger, info=INTERNAL)
    starts_on: Mapped[date] = mapped_column(sa.Date, info=PUBLIC)
    ends_before: Mapped[date] = mapped_column(sa.Date, info=PUBLIC)
    time_zone: Mapped[str] = mapped_column(sa.String(60), info=PUBLIC)
    terms: Mapped[SaleTerms] = mapped_column(FrozenTerms, info=PUBLIC)
    price_minor: Mapped[int] = mapped_column(sa.BigInteger, info=INTERNAL)
    currency: Mapped[str] = mapped_column(sa.String(3), info=INTERNAL)
    state: Mapped[LineItemState] = mapped_column(enum_type(LineItemState, "state"), info=INTERNAL)
    hold_id: Mapped[int | None] = mapped_column(sa.ForeignKey("hold.id"), unique=True, info=INTERNAL)
    listing_id: Mapped[int] = mapped_column(sa.ForeignKey("listing.id"), index=True, info=INTERNAL)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, info=INTERNAL)
    # When the next day that is still to be settled is over: set when the flight begins, at once when it is ended
    # early, and empty again when every day is settled and nothing is left in escrow.
    settle_after: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True, info=INTERNAL)

    __table_args__ = (
        sa.CheckConstraint("ends_before > starts_on", name="flight_not_empty"),
        sa.CheckConstraint("price_minor > 0", name="price_positive"),
        sa.Index("ix_line_item_state_flight", "state", "starts_on", "ends_before"),
    )


class LineItemMove(Model):
    """One change of a line item's state: from what, to what, when and why."""

    __tablename__ = "line_item_move"

    id: Mapped[int] = mapped_column(Id, primary_key=True, info=INTERNAL)
    line_item_id: Mapped[int] = mapped_column(sa.ForeignKey("line_item.id"), index=True, info=INTERNAL)
    from_state: Mapped[LineItemState | None] = mapped_column(enum_type(LineItemState, "from_state"), info=INTERNAL)
    to_state: Mapped[LineItemState] = mapped_column(enum_type(LineItemState, "to_state"), info=INTERNAL)
    party: Mapped[Party] = mapped_column(
        enum_type(Party, "party"), default=Party.PLATFORM, server_default=Party.PLATFORM.value, info=INTERNAL
    )
    reason: Mapped[str] = mapped_column(sa.String(200), info=INTERNAL)
    moved_at: Mapped[datetime] = mapped_column(UtcDateTime, info=INTERNAL)
