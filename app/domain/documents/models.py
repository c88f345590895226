"""Tables of the documents room. A document keeps a copy of everything printed on it."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.documents.states import DocumentKind
from app.foundation.db import INTERNAL, PERSONAL, Id, Model, UtcDateTime, enum_type


class DocumentSeries(Model):
    """The last number given in a series; its row is locked by the transaction that takes the next one."""

    __tablename__ = "document_series"

    kind: Mapped[DocumentKind] = mapped_column(enum_type(DocumentKind, "kind"), primary_key=True, info=INTERNAL)
    last_number: Mapped[int] = mapped_column(sa.BigInteger, info=INTERNAL)

    __table_args__ = (sa.CheckConstraint("last_number >= 0", name="last_number_not_negative"),)


class Invoice(Model):
    """What a buyer paid for an order, as it was printed first: later changes of names or addresses change nothing."""

    __tablename__ = "invoice"

    id: Mapped[int] = mapped_column(Id, primary_key=True, info=INTERNAL)
    kind: Mapped[DocumentKind] = mapped_column(enum_type(DocumentKind, "kind"), info=INTERNAL)
    number: Mapped[int] = mapped_column(sa.BigInteger, info=INTERNAL)
    order_id: Mapped[int] = mapped_column(sa.ForeignKey("ad_order.id"), unique=True, info=INTERNAL)
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime, info=INTERNAL)
    paid_at: Mapped[datetime] = mapped_column(UtcDateTime, info=INTERNAL)
    currency: Mapped[str] = mapped_column(sa.String(3), info=INTERNAL)
    total_minor: Mapped[int] = mapped_column(sa.BigInteger, info=INTERNAL)
    tax_minor: Mapped[int] = mapped_column(sa.BigInteger, info=INTERNAL)
    buyer: Mapped[dict[str, Any]] = mapped_column(sa.JSON, info=PERSONAL)
    publisher: Mapped[dict[str, Any]] = mapped_column(sa.JSON, info=PERSONAL)
    lines: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON, info=INTERNAL)
    paid_with: Mapped[str] = mapped_column(sa.String(80), info=PERSONAL)

    __table_args__ = (
        sa.UniqueConstraint("kind", "number"),
        sa.CheckConstraint("number > 0", name="number_positive"),
        sa.CheckConstraint("total_minor > 0", name="total_positive"),
        sa.CheckConstraint("tax_minor >= 0", name="tax_not_negative"),
    )
