"""Writing documents: once for each order, numbered without a gap."""

from datetime import datetime

import sqlalchemy as sa

from app.domain.accounts.queries import get_account, get_address
from app.domain.documents.models import DocumentSeries, Invoice
from app.domain.documents.queries import invoice_of
from app.domain.documents.rules import days_text, number_text
from app.domain.documents.states import DocumentKind
from app.domain.inventory.states import SocketTerms
from app.domain.orders.models import Order
from app.domain.orders.queries import full_name_of, line_item_with_socket, lock_order
from app.domain.payments.models import StoredCard
from app.domain.payments.queries import successful_charge_of
from app.foundation.db import db

__all__ = ["issue_invoice", "number_text"]

NO_TAX_MINOR = 0


def issue_invoice(order_id: int, *, now: datetime) -> Invoice | None:
    """Writes a paid order's invoice under the next number; the one there is, when it was written before.

    Returns:
        None when the order is not paid.
    """
    order = lock_order(order_id)
    if order.paid_at is None:
        return None
    return invoice_of(order.id) or _write(order, order.paid_at, now)


def _write(order: Order, paid_at: datetime, now: datetime) -> Invoice:
    invoice = Invoice(
        kind=DocumentKind.INVOICE,
        number=_next_number(DocumentKind.INVOICE),
        order_id=order.id,
        issued_at=now,
        paid_at=paid_at,
        currency=order.currency,
        total_minor=order.total_minor,
        tax_minor=NO_TAX_MINOR,
        buyer=order.billing,
        publisher=_publisher(order.publisher_account_id),
        lines=[_line(order.id)],
        paid_with=_paid_with(order),
    )
    db.session.add(invoice)
    db.session.flush()
    return invoice


def _line(order_id: int) -> dict[str, str | int]:
    line_item, socket, site = line_item_with_socket(order_id)
    return {
        "line_item": line_item.public_id,
        "text": f"{socket.name} on {site.name}, {_size(line_item.terms)} pixels",
        "days": days_text(line_item.starts_on, line_item.ends_before),
        "time_zone": line_item.time_zone,
        "price_minor": line_item.price_minor,
    }


def _size(terms: SocketTerms) -> str:
    return f"{terms.width_px} x {terms.height_px}"


def _next_number(kind: DocumentKind) -> int:
    # The row stays locked until the commit: a number is given again when its document was not written after all.
    query = sa.select(DocumentSeries).where(DocumentSeries.kind == kind).with_for_update()
    series = db.session.scalars(query.execution_options(populate_existing=True)).one()
    series.last_number += 1
    db.session.flush()
    return series.last_number


def _publisher(account_id: int) -> dict[str, str]:
    account, address = get_account(account_id), get_address(account_id)
    return {"name": account.company_name or full_name_of(account_id), "country_code": address.country_code}


def _paid_with(order: Order) -> str:
    means = ["your credit"] if order.credit_minor else []
    if order.credit_minor < order.total_minor:
        means.append(_card_of(order.id))
    return " and ".join(means)


def _card_of(order_id: int) -> str:
    charge = successful_charge_of(order_id)
    card = db.session.get(StoredCard, charge.card_id) if charge is not None and charge.card_id is not None else None
    return f"{card.brand} ending in {card.last_four}" if card is not None else "card"
