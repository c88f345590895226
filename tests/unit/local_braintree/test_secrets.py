"""No full card number and no security code is kept anywhere, whatever way it came in."""

import json
import logging
from pathlib import Path

import pytest

from local_braintree.cards import TEST_CARDS
from local_braintree.gateway import LocalBraintree
from tests.unit.local_braintree.calls import CARD, ask, client_token, tokenize
from tests.unit.local_braintree.untyped import Untyped

CVV = "7391"
REAL_LOOKING = "4242424242424242"


def test_no_number_and_no_code_is_kept(
    sdk: Untyped, local: LocalBraintree, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    sdk.customer.create({"id": "ann"})
    for card in TEST_CARDS:
        typed = {"number": card.number, "cvv": CVV, "expiration_date": "05/2030"}
        sdk.credit_card.create({"customer_id": "ann", **typed, "options": {"verify_card": True}})
        sdk.transaction.sale({"amount": "1.00", "credit_card": dict(typed), "api_request_key": card.key})
    for number in (TEST_CARDS[0].number, REAL_LOOKING):
        tokenize(local, client_token(sdk), {**CARD, "number": number, "cvv": CVV})
        sdk.transaction.sale({"amount": "1.00", "credit_card": {"number": number, "cvv": CVV}})
        ask(local, "GET", f"/merchants/isocket/customers/{number}")
        ask(local, "GET", f"/v1/{number}")
    local.store.close()
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    said = kept + caplog.text.encode() + json.dumps(local.store.requests(500)).encode()
    assert b"1111" in kept or b"visa_1" in kept
    for number in (*(card.number for card in TEST_CARDS), REAL_LOOKING):
        assert number.encode() not in said
        assert " ".join(number[start : start + 4] for start in range(0, len(number), 4)).encode() not in said
    assert CVV.encode() not in said


def test_the_log_of_requests_says_when_what_and_how_it_ended(sdk: Untyped, local: LocalBraintree) -> None:
    sdk.customer.create({"id": "ann"})
    assert local.store.requests(1) == [
        {
            "number": 1,
            "at": "2026-11-22T12:00:00.000000Z",
            "method": "POST",
            "path": "/merchants/isocket/customers",
            "status": 201,
        }
    ]


def test_a_card_printed_by_accident_shows_no_number() -> None:
    assert TEST_CARDS[0].number not in repr(TEST_CARDS[0])
