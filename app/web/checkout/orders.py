"""Orders, for both of their parties, and the buyer's invoice."""

from typing import TYPE_CHECKING

from flask import url_for
from werkzeug.wrappers import Response

from app.domain.creatives.queries.line_items import LIVE
from app.domain.documents.queries import invoice_of
from app.domain.documents.service import number_text
from app.domain.orders.queries import (
    OrderRow,
    bought_by,
    contact_of,
    line_item_with_socket,
    moves_of,
    order_to_pay,
    order_visible_to,
    sold_by,
)
from app.domain.orders.states import OrderState
from app.domain.payments.queries import intents_of
from app.domain.settlement.queries.days import money_of
from app.foundation.errors import NotFound
from app.web.checkout.blueprint import blueprint
from app.web.checkout.pages import (
    address_lines,
    is_being_paid,
    paid_parts,
    tax_note,
    timeline,
)
from app.web.parts.returned import return_in_words
from app.web.shell.access import signed_in
from app.web.shell.answers import render
from app.web.shell.choices import country_name
from app.web.shell.principal import me
from app.web.words.dates import run_words
from app.web.words.states.orders import LINE_ITEM_STATES, ORDER_STATES

if TYPE_CHECKING:
    from app.domain.orders.models import LineItem, Order


@blueprint.get("/orders")
@signed_in
def orders() -> Response:
    """What this account bought and sold, newest first."""
    account_id = me().account_id
    return render(
        "checkout/orders.html",
        bought=[_shown(row) for row in bought_by(account_id)],
        sold=[_shown(row) for row in sold_by(account_id)],
    )


@blueprint.get("/orders/<public_id>")
@signed_in
def order(public_id: str) -> Response:
    """One order: what, when, the money, what happened, and with whom."""
    account_id = me().account_id
    found = order_visible_to(account_id, public_id)
    is_buyer = found.buyer_account_id == account_id
    if not is_buyer and not _concerns_publisher(found):
        raise NotFound
    line_item, socket, site = line_item_with_socket(found.id)
    intents = list(intents_of(found.id)) if is_buyer else []
    is_paid = found.state is OrderState.PAID
    return render(
        "checkout/order.html",
        order=found,
        is_buyer=is_buyer,
        is_paid=is_paid,
        is_being_paid=is_being_paid(intents),
        line_item=line_item,
        socket=socket,
        site=site,
        days=run_words(line_item.starts_on, line_item.ends_before),
        state=LINE_ITEM_STATES[line_item.state].label,
        money_state=ORDER_STATES[found.state].label,
        outcome=_outcome(line_item) if is_paid else "",
        moments=timeline(found, list(moves_of(line_item.id)), intents, is_buyer=is_buyer),
        paid_parts=paid_parts(found) if is_buyer else [],
        contact=contact_of(_counterparty(found, account_id)) if is_paid else None,
        invoice=invoice_of(found.id) if is_paid and is_buyer else None,
    )


@blueprint.get("/orders/<public_id>/invoice")
@signed_in
def invoice(public_id: str) -> Response:
    """The buyer's invoice, for the screen and for paper."""
    found = order_to_pay(me().account_id, public_id)
    document = invoice_of(found.id)
    if document is None:
        raise NotFound
    return render(
        "checkout/invoice.html",
        order=found,
        invoice=document,
        number=number_text(document.number),
        address=address_lines(document.buyer),
        publisher_country=country_name(document.publisher["country_code"]),
        tax_note=tax_note(),
        paid_parts=paid_parts(found),
    )


def _concerns_publisher(found: "Order") -> bool:
    """A checkout that is still open, or was left, is nobody's business but the buyer's."""
    return found.state is OrderState.PAID or found.source.is_binding


def _outcome(line_item: "LineItem") -> str:
    """What became of the money once the flight is over; empty before."""
    return "" if line_item.state in LIVE else return_in_words(money_of(line_item), line_item.currency)


def _counterparty(found: "Order", account_id: int) -> int:
    return found.publisher_account_id if account_id == found.buyer_account_id else found.buyer_account_id


def _shown(row: OrderRow) -> dict[str, object]:
    return {
        "url": url_for("checkout.order", public_id=row.order.public_id),
        "socket": row.socket.name,
        "site": row.site.name,
        "days": run_words(row.line_item.starts_on, row.line_item.ends_before),
        "counterparty": row.counterparty,
        "total_minor": row.order.total_minor,
        "currency": row.order.currency,
        "money_state": ORDER_STATES[row.order.state].label,
        "state": LINE_ITEM_STATES[row.line_item.state].label,
        "is_unpaid": row.order.state is OrderState.UNPAID,
    }
