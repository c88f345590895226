"""Payment method nonces: single use, a few hours long; and the documented ones that never wear out."""

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import cast

import sqlalchemy as sa

from local_braintree.answers import Answer, Missing, refuse
from local_braintree.call import Call
from local_braintree.card_data import FACTS, CardBody, card_node
from local_braintree.cards import card_of_key
from local_braintree.store import moment, stamp
from local_braintree.tables import CARDS, NONCES
from local_braintree.wire import Node

NONCE_LIFE = timedelta(hours=3)
CONSUMED = "fake-consumed-nonce"
LUHN_INVALID = "fake-luhn-invalid-nonce"

# The nonce, the card behind it, and what both a verification and a sale with it are answered with.
FAKE_NONCES: dict[str, tuple[str, str | None]] = {
    "fake-valid-nonce": ("visa_1", None),
    "fake-valid-no-billing-address-nonce": ("visa_1", None),
    "fake-valid-visa-nonce": ("visa_6", None),
    "fake-valid-mastercard-nonce": ("mastercard_1", None),
    "fake-valid-amex-nonce": ("amex_1", None),
    "fake-valid-discover-nonce": ("discover_1", None),
    "fake-valid-jcb-nonce": ("jcb_1", None),
    "fake-valid-maestro-nonce": ("maestro_1", None),
    "fake-valid-dinersclub-nonce": ("diners_1", None),
    **{f"fake-valid-{fact.replace('_', '-')}-nonce": (f"visa_{fact}", None) for fact in FACTS},
    "fake-processor-declined-visa-nonce": ("visa_fails_verification", "2000"),
    "fake-processor-declined-mastercard-nonce": ("mastercard_fails_verification", "2000"),
    "fake-processor-declined-amex-nonce": ("amex_fails_verification", "2000"),
    "fake-processor-declined-discover-nonce": ("discover_fails_verification", "2000"),
    "fake-processor-failure-jcb-nonce": ("jcb_fails_verification", "3000"),
    "fake-gateway-rejected-fraud-nonce": ("visa_1", "fraud"),
    "fake-gateway-rejected-risk-thresholds-nonce": ("visa_1", "risk_threshold"),
}


@dataclass(frozen=True)
class Spent:
    """What a nonce stood for: a new card, or one that is already kept."""

    card: CardBody
    token: str | None


@dataclass(frozen=True)
class Codes:
    """The error codes of a place where a nonce can be sent; a consumed and an unknown one differ."""

    path: str
    consumed: str
    unknown: str


def issue(call: Call, card: CardBody, token: str | None = None) -> str:
    """Makes a nonce for a card that was just typed, or for one that is kept."""
    nonce = f"tokencc_local_{uuid.uuid4()}".replace("-", "_")
    row = {"nonce": nonce, "expires_at": stamp(call.now + NONCE_LIFE), "token": token, "body": card}
    call.connection.execute(NONCES.insert().values(row))
    return nonce


def spend(call: Call, nonce: str, codes: Codes) -> Spent:
    """Uses up a nonce.

    Raises:
        Invalid: it was used before, or there is none like it, or it is too old.
    """
    fake = _fake(nonce)
    if fake is not None:
        return fake
    row = _row(call, nonce)
    if nonce == CONSUMED or (row is not None and row.used_at is not None):
        refuse(codes.path, "payment_method_nonce", code=codes.consumed, message="Nonce was used before.")
    if nonce == LUHN_INVALID:
        refuse(f"{codes.path}.credit_card", "number", code="81715", message="Credit card number is invalid.")
    if row is None or moment(row.expires_at) <= call.now:
        refuse(codes.path, "payment_method_nonce", code=codes.unknown, message="Unknown nonce.")
    call.connection.execute(NONCES.update().where(NONCES.c.nonce == nonce).values(used_at=stamp(call.now)))
    return Spent(cast("CardBody", row.body), row.token)


def create_for_card(call: Call) -> Answer:
    """POST /payment_methods/T/nonces: a nonce for a kept card."""
    card = call.connection.execute(sa.select(CARDS).where(CARDS.c.token == call.arguments[0])).one_or_none()
    if card is None:
        raise Missing
    nonce = issue(call, cast("CardBody", card.body["card"]), card.token)
    return Answer(201, "payment_method_nonce", _node(call, nonce, cast("CardBody", card.body["card"]), is_used=False))


def find(call: Call) -> Answer:
    """GET /payment_method_nonces/N: what a nonce stands for."""
    nonce = call.arguments[0]
    fake = _fake(nonce)
    if fake is not None:
        return Answer(200, "payment_method_nonce", _node(call, nonce, fake.card, is_used=False))
    row = _row(call, nonce)
    if row is None:
        raise Missing
    body = cast("CardBody", row.body)
    return Answer(200, "payment_method_nonce", _node(call, nonce, body, is_used=row.used_at is not None))


def _row(call: Call, nonce: str) -> sa.Row[tuple[object, ...]] | None:
    return call.connection.execute(sa.select(NONCES).where(NONCES.c.nonce == nonce)).one_or_none()


def _fake(nonce: str) -> Spent | None:
    if nonce not in FAKE_NONCES:
        return None
    key, declines_with = FAKE_NONCES[nonce]
    card: CardBody = {
        "number_key": key,
        "month": "12",
        "year": "2030",
        "cardholder_name": None,
        "cvv_response": "M",
        "declines_with": declines_with,
    }
    return Spent(card, None)


def _node(call: Call, nonce: str, card: CardBody, *, is_used: bool) -> dict[str, Node]:
    known = card_of_key(card["number_key"])
    facts = card_node(card, call.now.date())
    details: dict[str, Node] = {
        "bin": known.bin,
        "card_type": known.brand,
        "last_two": known.last_4[2:],
        "last_four": known.last_4,
        "expiration_month": card["month"],
        "expiration_year": card["year"],
        "cardholder_name": card["cardholder_name"],
    }
    bin_data = {name: facts[name] for name in (*FACTS, "country_of_issuance", "issuing_bank", "product_id")}
    return {
        "nonce": nonce,
        "type": "CreditCard",
        "description": f"ending in {known.last_4[2:]}",
        "consumed": is_used,
        "details": details,
        "bin_data": bin_data,
    }
