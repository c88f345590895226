"""What happens to a transaction after it was authorized: settled, voided, refunded, found again."""

from datetime import timedelta
from typing import cast

import sqlalchemy as sa

from local_braintree import records
from local_braintree.answers import Answer, refuse
from local_braintree.call import Call
from local_braintree.processor import APPROVED, HARD, Ruling, ruling_of_amount, ruling_of_code
from local_braintree.request_keys import once
from local_braintree.sales import check_order_id, checked_amount
from local_braintree.search import Criteria, matching_ids, page_of, results
from local_braintree.store import stamp
from local_braintree.tables import TRANSACTIONS

VOIDABLE = frozenset({"authorized", "submitted_for_settlement"})
REFUNDABLE = frozenset({"settling", "settled"})
SETTLES_AFTER = timedelta(hours=24)
COLUMNS = TRANSACTIONS.c
CRITERIA = Criteria(
    texts={
        "id": COLUMNS.id,
        "order_id": COLUMNS.order_id,
        "customer_id": COLUMNS.customer_id,
        "payment_method_token": COLUMNS.token,
    },
    lists={"ids": COLUMNS.id, "status": COLUMNS.status, "type": COLUMNS.type},
    ranges={"amount": COLUMNS.amount_minor, "created_at": COLUMNS.created_at},
    presences={"refund": COLUMNS.refunded_transaction_id},
)


def find(call: Call) -> Answer:
    """GET /transactions/ID; a declined one is found like any other."""
    return Answer(200, "transaction", records.node_of(call, records.row_of(call, call.arguments[0])))


def search_ids(call: Call) -> Answer:
    """POST /transactions/advanced_search_ids."""
    return results(_matching(call))


def search_page(call: Call) -> Answer:
    """POST /transactions/advanced_search."""
    nodes = [records.node_of(call, records.row_of(call, id_)) for id_ in _matching(call)]
    return page_of("credit_card_transactions", "transaction", nodes)


def submit(call: Call) -> Answer:
    """PUT /transactions/ID/submit_for_settlement, in full or for less."""
    return once(call, lambda: _submit(call), lambda id_: records.answer(call, id_))


def void(call: Call) -> Answer:
    """PUT /transactions/ID/void."""
    return once(call, lambda: _void(call), lambda id_: records.answer(call, id_))


def refund(call: Call) -> Answer:
    """POST /transactions/ID/refund: answers with the refund, a transaction of its own."""
    return once(call, lambda: _refund(call), lambda id_: records.answer(call, id_, status=201))


def reverse(call: Call) -> Answer:
    """POST /transactions/ID/reverse: voids while that is possible, refunds in full afterwards."""
    is_open = records.row_of(call, call.arguments[0]).status in VOIDABLE
    return void(call) if is_open else refund(call)


def settle(call: Call) -> Answer:
    """PUT /transactions/ID/settle: what the nightly batch would do, now."""
    row = records.row_of(call, call.arguments[0])
    if row.status != "submitted_for_settlement":
        message = "Cannot simulate settlement of a transaction that is not submitted for settlement."
        refuse("transaction", "base", code="91575", message=message)
    records.advance(call, row, "settling", "settled")
    return records.answer(call, row.id)


def settle_due(call: Call) -> None:
    """The nightly batch: settles what was submitted a day ago or longer."""
    query = (
        sa.select(TRANSACTIONS)
        .where(COLUMNS.status == "submitted_for_settlement")
        .where(COLUMNS.status_at <= stamp(call.now - SETTLES_AFTER))
    )
    for row in list(call.connection.execute(query)):
        records.advance(call, row, "settling", "settled")


def _matching(call: Call) -> list[str]:
    return matching_ids(call, TRANSACTIONS, CRITERIA, newest_first=COLUMNS.number)


def _submit(call: Call) -> str:
    row = records.row_of(call, call.arguments[0])
    if row.status != "authorized":
        message = "Cannot submit for settlement unless status is authorized."
        refuse("transaction", "base", code="91507", message=message)
    text = call.fields.text("amount")
    amount_minor = row.amount_minor if text is None else checked_amount(text)
    if amount_minor > row.amount_minor:
        refuse("transaction", "amount", code="91522", message="Settlement amount is too large.")
    order_id = call.fields.text("order_id")
    check_order_id(order_id)
    changes = {"amount_minor": amount_minor, "order_id": order_id or row.order_id}
    records.advance(call, row, "submitted_for_settlement", **changes)
    return cast("str", row.id)


def _void(call: Call) -> str:
    row = records.row_of(call, call.arguments[0])
    if row.status not in VOIDABLE:
        message = "Transaction can only be voided if status is authorized or submitted_for_settlement."
        refuse("transaction", "base", code="91504", message=message)
    records.advance(call, row, "voided")
    return cast("str", row.id)


def _refund(call: Call) -> str:
    row = records.row_of(call, call.arguments[0])
    amount_minor = _refund_amount(call, row)
    order_id = call.fields.text("order_id")
    check_order_id(order_id)
    ruling = ruling_of_amount(amount_minor)
    is_refused = ruling.kind == HARD or ruling.status not in {"authorized", "processor_declined"}
    # A bank that only hesitates lets the refund through and says so beside it.
    remark = f"{ruling.code} : {ruling.text}" if ruling.code and ruling.kind != APPROVED else None
    ruling = ruling if is_refused else ruling_of_code("1000")
    draft: records.Draft = {
        "type": "credit",
        "amount_minor": amount_minor,
        "order_id": order_id,
        "customer_id": row.customer_id,
        "token": row.token,
        "refunded_transaction_id": row.id,
    }
    refund_id = records.insert(call, draft, _refund_body(row, ruling, remark), ruling=ruling)
    if ruling.is_approved:
        records.advance(call, records.row_of(call, refund_id), "submitted_for_settlement")
    return refund_id


def _refund_amount(call: Call, row: records.Row) -> int:
    if row.type == "credit":
        refuse("transaction", "base", code="91505", message="Cannot refund a credit.")
    if row.status not in REFUNDABLE:
        refuse("transaction", "base", code="91506", message="Cannot refund a transaction unless it is settled.")
    left = row.amount_minor - sum(refund.amount_minor for refund in records.refunds_of(call, row.id))
    if left <= 0:
        refuse("transaction", "base", code="91512", message="Transaction has already been fully refunded.")
    text = call.fields.text("amount")
    amount_minor = left if text is None else checked_amount(text)
    if amount_minor > left:
        refuse("transaction", "amount", code="91521", message="Refund amount is too large.")
    return cast("int", amount_minor)


def _refund_body(row: records.Row, ruling: Ruling, remark: str | None) -> records.TransactionBody:
    body = cast("records.TransactionBody", dict(row.body))
    body["code"], body["text"], body["kind"] = ruling.code, ruling.text, ruling.kind
    body["rejection_reason"], body["additional"] = ruling.rejection_reason, remark
    return body
