"""Asking the imaginary bank whether a card is good before it is kept."""

from typing import cast

import sqlalchemy as sa

from local_braintree.amounts import amount_text, minor_units
from local_braintree.answers import Answer, Missing, declined_answer, refuse
from local_braintree.call import Call, new_id
from local_braintree.card_data import CardBody, TypedCard, accepted, card_node
from local_braintree.cards import card_of_key
from local_braintree.nonces import Codes, spend
from local_braintree.processor import Ruling, rejection, ruling_of_amount, ruling_of_code
from local_braintree.search import Criteria, matching_ids, page_of, results
from local_braintree.store import moment, stamp
from local_braintree.tables import VERIFICATIONS
from local_braintree.wire import Node

VERIFIED = "verified"
NONCE_CODES = Codes("verification", consumed="91564", unknown="91565")
CRITERIA = Criteria(
    texts={"id": VERIFICATIONS.c.id, "payment_method_token": VERIFICATIONS.c.token},
    lists={"ids": VERIFICATIONS.c.id, "status": VERIFICATIONS.c.status},
    ranges={"created_at": VERIFICATIONS.c.created_at},
    skipped=frozenset({"verification_type"}),  # there are only cards here
)


def verify(call: Call, card: CardBody, amount: str | None, *, token: str | None = None) -> dict[str, Node]:
    """Verifies a card and keeps what came of it; a good one has the status ``verified``.

    Raises:
        Invalid: the amount is not one.
    """
    amount_minor = minor_units(amount or "0.00")
    if amount_minor is None or amount_minor < 0:
        refuse("verification.options", "amount", code="93534", message="Amount is an invalid format.")
    ruling = ruling_of_card(card) or ruling_of_amount(amount_minor)
    body = {
        "card": card,
        "amount_minor": amount_minor,
        "code": ruling.code,
        "text": ruling.text,
        "kind": ruling.kind,
        "rejection_reason": ruling.rejection_reason,
    }
    row = {
        "id": new_id(),
        "created_at": stamp(call.now),
        "token": token,
        "status": VERIFIED if ruling.is_approved else ruling.status,
        "body": body,
    }
    call.connection.execute(VERIFICATIONS.insert().values(row))
    return node_of(call, str(row["id"]))


def ruling_of_card(card: CardBody) -> Ruling | None:
    """What the card itself is answered with when it is verified; None when it is good."""
    code = card["declines_with"] or card_of_key(card["number_key"]).verification_code
    if code == "1000":
        return None
    return ruling_of_code(code) if code.isdigit() else rejection(code)


def is_verified(node: dict[str, Node]) -> bool:
    """Whether the bank knows the card."""
    return node["status"] == VERIFIED


def refused(node: dict[str, Node]) -> Answer:
    """The answer for a card that failed."""
    reason = node["gateway_rejection_reason"]
    message = f"Gateway Rejected: {reason}" if reason else str(node["processor_response_text"])
    return declined_answer(message, "verification", node)


def create(call: Call) -> Answer:
    """POST /verifications: verifies a card without keeping it."""
    nonce = call.fields.text("payment_method_nonce")
    if nonce is not None:
        card = spend(call, nonce, NONCE_CODES).card
    else:
        card = accepted(TypedCard.of(call.fields.part("credit_card")), "verification.credit_card")
    node = verify(call, card, call.fields.text("options", "amount"))
    return Answer(201, "verification", node) if is_verified(node) else refused(node)


def find(call: Call) -> Answer:
    """GET /verifications/V."""
    return Answer(200, "verification", node_of(call, call.arguments[0]))


def search_ids(call: Call) -> Answer:
    """POST /verifications/advanced_search_ids."""
    return results(_matching(call))


def search_page(call: Call) -> Answer:
    """POST /verifications/advanced_search."""
    nodes = [node_of(call, id_) for id_ in _matching(call)]
    return page_of("credit_card_verifications", "verification", nodes)


def nodes_of_card(call: Call, token: str) -> list[dict[str, Node]]:
    """The verifications of a kept card, oldest first."""
    query = sa.select(VERIFICATIONS.c.id).where(VERIFICATIONS.c.token == token).order_by(VERIFICATIONS.c.created_at)
    return [node_of(call, id_) for id_ in call.connection.execute(query).scalars()]


def node_of(call: Call, verification_id: str) -> dict[str, Node]:
    """What answers say about one verification.

    Raises:
        Missing: there is none.
    """
    query = sa.select(VERIFICATIONS).where(VERIFICATIONS.c.id == verification_id)
    row = call.connection.execute(query).one_or_none()
    if row is None:
        raise Missing
    body = row.body
    card = cast("CardBody", body["card"])
    created_at = moment(row.created_at)
    return {
        "id": row.id,
        "status": row.status,
        "amount": amount_text(body["amount_minor"]),
        "currency_iso_code": call.settings.currency,
        "merchant_account_id": call.settings.merchant_account_id,
        "processor_response_code": body["code"],
        "processor_response_text": body["text"],
        "processor_response_type": body["kind"],
        "gateway_rejection_reason": body["rejection_reason"],
        "cvv_response_code": card["cvv_response"],
        "avs_error_response_code": None,
        "avs_postal_code_response_code": "I",
        "avs_street_address_response_code": "I",
        "network_response_code": "XX",
        "network_response_text": "sample network response text",
        "network_transaction_id": f"02{row.id}",
        "credit_card": {**card_node(card, call.now.date()), "token": row.token},
        "created_at": created_at,
        "updated_at": created_at,
    }


def _matching(call: Call) -> list[str]:
    return matching_ids(call, VERIFICATIONS, CRITERIA, newest_first=VERIFICATIONS.c.created_at)
