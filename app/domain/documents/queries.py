"""Reads of the documents room."""

from collections.abc import Sequence

import sqlalchemy as sa

from app.domain.documents.models import Invoice
from app.domain.orders.models import Order
from app.domain.orders.states import OrderState
from app.foundation.db import db
from app.foundation.work_failures import Retries


def invoice_of(order_id: int) -> Invoice | None:
    """An order's invoice; None until it is written."""
    return db.session.scalars(sa.select(Invoice).where(Invoice.order_id == order_id)).one_or_none()


def orders_to_invoice(limit: int, *, retries: Retries) -> Sequence[int]:
    """Paid orders without an invoice, in the order in which they were paid."""
    has_one = sa.select(Invoice.id).where(Invoice.order_id == Order.id).exists()
    query = sa.select(Order.id).where(Order.state == OrderState.PAID, ~has_one, retries.allow(Order.id))
    return db.session.scalars(query.order_by(Order.paid_at, Order.id).limit(limit)).all()
