"""Documents beside the orders that they are about, and everything beside the clock."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from app.domain.books.queries.comparing import Comparison, differing, or_zero
from app.domain.books.states import BookSection, DifferenceSubject
from app.domain.documents.models import DocumentSeries, Invoice
from app.domain.ledger.models import JournalEntry
from app.domain.measurement.models import AdCount
from app.domain.orders.models import LineItem, Order
from app.domain.orders.states import OrderState
from app.domain.settlement.models import Adjustment, MoneyReturn, Payout, SettledDay
from app.foundation.messages import N_

WRITTEN_WITHIN = timedelta(hours=1)
"""A job writes invoices within seconds; an hour later one is missing."""


def document_comparisons(now: datetime) -> list[Comparison]:
    """What must be the same of documents, and what cannot have happened yet."""
    documents, order, series = BookSection.DOCUMENTS, DifferenceSubject.ORDER, DifferenceSubject.SERIES
    to_come = _to_come(now)
    return [
        Comparison(part=documents, what=N_("sum of its line items"), subject=order, rows=_parts_of_orders()),
        Comparison(part=documents, what=N_("invoices"), subject=order, rows=_invoices(now), is_money=False),
        Comparison(part=documents, what=N_("total of the invoice"), subject=order, rows=_totals()),
        Comparison(part=documents, what=N_("numbers given"), subject=series, rows=_numbers(), is_money=False),
        Comparison(
            part=BookSection.TIME,
            what=N_("newest moment"),
            subject=DifferenceSubject.TABLE,
            rows=to_come,
            is_limit=True,
        ),
    ]


def _parts_of_orders() -> "sa.Select[Any]":
    found = or_zero(sa.func.sum(LineItem.price_minor))
    return (
        differing(Order.id, public_id=Order.public_id, expected=Order.total_minor, found=found)
        .select_from(Order)
        .outerjoin(LineItem, LineItem.order_id == Order.id)
        .group_by(Order.id, Order.public_id, Order.total_minor)
        .having(found != Order.total_minor)
        .order_by(Order.id)
    )


def _invoices(now: datetime) -> "sa.Select[Any]":
    """One for each paid order, and none for others."""
    written = sa.select(sa.func.count(Invoice.id)).where(Invoice.order_id == Order.id).scalar_subquery()
    expected = sa.case((Order.state == OrderState.PAID, 1), else_=0)
    is_due = sa.or_(Order.paid_at.is_(None), Order.paid_at < now - WRITTEN_WITHIN, written > 0)
    query = differing(Order.id, public_id=Order.public_id, expected=expected, found=written).select_from(Order)
    return query.where(expected != written, is_due).order_by(Order.id)


def _totals() -> "sa.Select[Any]":
    return (
        differing(Order.id, public_id=Order.public_id, expected=Order.total_minor, found=Invoice.total_minor)
        .select_from(Invoice)
        .join(Order, Order.id == Invoice.order_id)
        .where(Order.total_minor != Invoice.total_minor)
        .order_by(Order.id)
    )


def _numbers() -> "sa.Select[Any]":
    """As many documents as numbers: none is missing."""
    found = sa.func.count(Invoice.id)
    return (
        differing(DocumentSeries.kind, expected=DocumentSeries.last_number, found=found)
        .select_from(DocumentSeries)
        .outerjoin(Invoice, Invoice.kind == DocumentSeries.kind)
        .group_by(DocumentSeries.kind, DocumentSeries.last_number)
        .having(found != DocumentSeries.last_number)
        .order_by(DocumentSeries.kind)
    )


def _to_come(now: datetime) -> "sa.Select[Any]":
    """Tables in which something happened that is still to come."""
    columns = (
        JournalEntry.occurred_at,
        SettledDay.settled_at,
        Adjustment.decided_at,
        MoneyReturn.planned_at,
        Payout.created_at,
        AdCount.hour_at,
    )
    newest = sa.union_all(
        *(
            sa.select(sa.literal(column.class_.__tablename__).label("name"), sa.func.max(column).label("newest_at"))
            for column in columns
        )
    ).subquery()
    said = sa.cast(newest.c.newest_at, sa.String)
    query = differing(newest.c.name, expected=sa.literal(f"{now:%Y-%m-%d %H:%M:%S}"), found=said)
    return query.where(newest.c.newest_at > now).order_by(newest.c.name)
