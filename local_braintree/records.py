"""Transactions as they are kept, moved from status to status, and shown."""

from datetime import datetime, timedelta
from typing import TypedDict, cast

import sqlalchemy as sa

from local_braintree.amounts import amount_text
from local_braintree.answers import Answer, Missing, declined_answer
from local_braintree.call import Call, new_id
from local_braintree.card_data import CardBody, card_node
from local_braintree.cards import card_of_key
from local_braintree.processor import Ruling
from local_braintree.store import moment, stamp
from local_braintree.tables import TRANSACTIONS
from local_braintree.wire import Node

DECLINED = frozenset({"processor_declined", "failed", "gateway_rejected"})
AUTHORIZATION_LIFE = {"Visa": timedelta(days=8), "MasterCard": timedelta(days=7), "American Express": timedelta(days=7)}
OTHER_AUTHORIZATION_LIFE = timedelta(days=30)

Row = sa.Row[tuple[object, ...]]


class StatusEvent(TypedDict):
    """One step of a transaction's life."""

    status: str
    amount_minor: int
    at: str


class TransactionBody(TypedDict):
    """What is kept of a transaction beside its columns."""

    card: CardBody
    customer: dict[str, str]
    billing: dict[str, str]
    descriptor: dict[str, str]
    code: str | None
    text: str | None
    kind: str | None
    additional: str | None
    rejection_reason: str | None
    source: str | None
    history: list[StatusEvent]


class Draft(TypedDict):
    """A transaction about to be kept."""

    type: str
    amount_minor: int
    order_id: str | None
    customer_id: str | None
    token: str | None
    refunded_transaction_id: str | None


def insert(call: Call, draft: Draft, body: TransactionBody, *, ruling: Ruling) -> str:
    """Keeps a new transaction with the bank's answer. Returns its id."""
    at = stamp(call.now)
    body["history"] = [{"status": ruling.status, "amount_minor": draft["amount_minor"], "at": at}]
    row = {"id": new_id(), "status": ruling.status, "created_at": at, "status_at": at}
    call.connection.execute(TRANSACTIONS.insert().values(**row, **draft, body=body))
    return row["id"]


def advance(call: Call, row: Row, *statuses: str, **changes: object) -> None:
    """Moves a transaction through these statuses, and changes columns on the way."""
    body = cast("TransactionBody", dict(row.body))
    amount_minor = cast("int", changes.get("amount_minor", row.amount_minor))
    at = stamp(call.now)
    body["history"] = [
        *body["history"],
        *(StatusEvent(status=status, amount_minor=amount_minor, at=at) for status in statuses),
    ]
    values = {**changes, "status": statuses[-1], "status_at": at, "body": body}
    call.connection.execute(TRANSACTIONS.update().where(TRANSACTIONS.c.id == row.id).values(values))


def row_of(call: Call, transaction_id: str) -> Row:
    """A transaction.

    Raises:
        Missing: there is none.
    """
    query = sa.select(TRANSACTIONS).where(TRANSACTIONS.c.id == transaction_id)
    row = call.connection.execute(query).one_or_none()
    if row is None:
        raise Missing
    return row


def refunds_of(call: Call, transaction_id: str) -> list[Row]:
    """The refunds of a transaction that were not declined or voided, oldest first."""
    query = (
        sa.select(TRANSACTIONS)
        .where(TRANSACTIONS.c.refunded_transaction_id == transaction_id)
        .where(TRANSACTIONS.c.status.not_in([*DECLINED, "voided"]))
        .order_by(TRANSACTIONS.c.number)
    )
    return list(call.connection.execute(query))


def answer(call: Call, transaction_id: str, *, status: int = 200) -> Answer:
    """The answer that shows a transaction: 422 when it was declined."""
    row = row_of(call, transaction_id)
    node = node_of(call, row)
    if row.status in DECLINED:
        reason = row.body["rejection_reason"]
        message = f"Gateway Rejected: {reason}" if reason else row.body["text"] or ""
        return declined_answer(message, "transaction", node)
    return Answer(status, "transaction", node)


def node_of(call: Call, row: Row) -> dict[str, Node]:
    """What answers say about a transaction."""
    body = cast("TransactionBody", row.body)
    refunds: list[Node] = [refund.id for refund in refunds_of(call, row.id)]
    created_at = moment(row.created_at)
    node: dict[str, Node] = {
        "id": row.id,
        "global_id": f"transaction_{row.id}",
        "type": row.type,
        "status": row.status,
        "amount": amount_text(row.amount_minor),
        "currency_iso_code": call.settings.currency,
        "merchant_account_id": call.settings.merchant_account_id,
        "order_id": row.order_id,
        "created_at": created_at,
        "updated_at": moment(row.status_at),
        "payment_instrument_type": "credit_card",
        "refunded_transaction_id": row.refunded_transaction_id,
        "refund_id": refunds[-1] if refunds else None,
        "refund_ids": refunds,
        "recurring": body["source"] == "recurring",
        "status_history": [_event_node(event) for event in body["history"]],
        "customer": {"id": row.customer_id, **_texts(body["customer"])},
        "credit_card": {**card_node(body["card"], call.now.date()), "token": row.token},
        "disbursement_details": {"disbursement_date": None, "funds_held": None, "success": None},
    }
    return {**node, **_bank_nodes(row, body, created_at), **_addresses(body), **_empty_lists()}


def _bank_nodes(row: Row, body: TransactionBody, created_at: datetime) -> dict[str, Node]:
    is_approved = body["code"] == "1000"
    life = AUTHORIZATION_LIFE.get(card_of_key(body["card"]["number_key"]).brand, OTHER_AUTHORIZATION_LIFE)
    nodes: dict[str, Node] = {
        "processor_authorization_code": row.id[:6].upper() if is_approved else None,
        "processor_response_code": body["code"],
        "processor_response_text": body["text"],
        "processor_response_type": body["kind"],
        "additional_processor_response": body["additional"],
        "gateway_rejection_reason": body["rejection_reason"],
        "network_response_code": "XX",
        "network_response_text": "sample network response text",
        "network_transaction_id": f"02{row.id}",
        "retrieval_reference_number": f"{row.number:012}",
        "cvv_response_code": body["card"]["cvv_response"],
        "avs_error_response_code": None,
        "avs_postal_code_response_code": "I",
        "avs_street_address_response_code": "I",
    }
    if is_approved:
        nodes["authorization_expires_at"] = created_at + life
    if row.status == "settled":
        nodes["settlement_batch_id"] = f"{row.status_at[:10]}_local"
    return nodes


def _addresses(body: TransactionBody) -> dict[str, Node]:
    # An empty one would crash the SDK, so it is left out.
    return {name: _texts(part) for name in ("billing", "descriptor") if (part := _part(body, name))}


def _part(body: TransactionBody, name: str) -> dict[str, str]:
    return body["billing"] if name == "billing" else body["descriptor"]


def _texts(texts: dict[str, str]) -> dict[str, Node]:
    return dict(texts)


def _empty_lists() -> dict[str, Node]:
    names = ("add_ons", "discounts", "disputes", "authorization_adjustments", "partial_settlement_transaction_ids")
    return {name: [] for name in names}


def _event_node(event: StatusEvent) -> dict[str, Node]:
    return {
        "status": event["status"],
        "amount": amount_text(event["amount_minor"]),
        "timestamp": moment(event["at"]),
        "user": "local",
        "transaction_source": "api",
    }
