"""What a browser may ask: how this gateway is set up, and a nonce for a test card."""

from typing import TypeAlias

from local_braintree.answers import Invalid
from local_braintree.call import Call
from local_braintree.card_data import TypedCard, accepted, fact_nodes
from local_braintree.cards import card_of_key
from local_braintree.client_tokens import check_fingerprint
from local_braintree.fields import Fields
from local_braintree.nonces import issue

Json: TypeAlias = "str | bool | int | list[Json] | dict[str, Json] | None"

CAMEL = {
    "expirationMonth": "expiration_month",
    "expirationYear": "expiration_year",
    "expirationDate": "expiration_date",
    "cardholderName": "cardholder_name",
}
# Braintree's JSON spells these facts its own way.
BIN_FACTS = {"durbin_regulated": "durbinRegulated"}
BIN_FIELDS = {"country_of_issuance": "countryOfIssuance", "issuing_bank": "issuingBank", "product_id": "productId"}


def configuration(call: Call) -> tuple[int, dict[str, Json]]:
    """GET …/client_api/v1/configuration."""
    _check_fingerprint(call)
    settings = call.settings
    client_api = f"{settings.public_path}/merchants/{settings.merchant_id}/client_api"
    return 200, {
        "environment": "local",
        "merchantId": settings.merchant_id,
        "assetsUrl": settings.public_path,
        "clientApiUrl": client_api,
        "challenges": ["cvv"],
        "creditCards": {"supportedCardTypes": ["Visa", "MasterCard", "American Express", "Discover", "JCB"]},
    }


def tokenize(call: Call) -> tuple[int, dict[str, Json]]:
    """POST …/client_api/v1/payment_methods/credit_cards: a single-use nonce for a test card."""
    _check_fingerprint(call)
    sent = call.fields.part("creditCard").values or call.fields.part("credit_card").values
    fields = Fields({CAMEL.get(name, name): value for name, value in sent.items()})
    try:
        card = accepted(TypedCard.of(fields), "credit_card")
    except Invalid as invalid:
        return 422, _invalid(invalid)
    known = card_of_key(card["number_key"])
    details: dict[str, Json] = {
        "bin": known.bin,
        "lastTwo": known.last_4[2:],
        "lastFour": known.last_4,
        "cardType": known.brand,
        "cardholderName": card["cardholder_name"],
        "expirationMonth": card["month"],
        "expirationYear": card["year"],
    }
    facts = {**BIN_FACTS, **BIN_FIELDS}
    made: dict[str, Json] = {
        "type": "CreditCard",
        "nonce": issue(call, card),
        "description": f"ending in {known.last_4[2:]}",
        "consumed": False,
        "threeDSecureInfo": None,
        "details": details,
        "binData": {facts.get(name, name): str(value) for name, value in fact_nodes(known).items()},
    }
    return 202, {"creditCards": [made]}


def _check_fingerprint(call: Call) -> None:
    sent = call.fields.text("authorizationFingerprint") or call.fields.text("authorization_fingerprint")
    check_fingerprint(call.settings, call.now, sent or "")


def _invalid(invalid: Invalid) -> dict[str, Json]:
    found: list[Json] = [
        {"field": _camel(problem.attribute), "code": problem.code, "message": problem.message}
        for problem in invalid.problems
    ]
    return {
        "error": {"message": "Credit card is invalid"},
        "fieldErrors": [{"field": "creditCard", "fieldErrors": found}],
    }


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)
