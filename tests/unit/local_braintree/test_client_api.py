import json
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

from local_braintree.gateway import LocalBraintree
from tests.unit.local_braintree.calls import CARD, ask, client_token, codes, tokenize
from tests.unit.local_braintree.conftest import Clock
from tests.unit.local_braintree.untyped import Untyped


def test_a_client_token_is_version_two_unless_asked_otherwise(sdk: Untyped) -> None:
    token = client_token(sdk)
    assert token["version"] == 2
    assert token["clientApiUrl"] == "/local-braintree/merchants/isocket/client_api"
    plain = json.loads(sdk.client_token.generate({"version": 1}))
    assert plain["merchantId"] == "isocket"


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"customer_id": "nobody"}, "Customer specified by customer_id does not exist"),
        ({"version": 9}, "version is unsupported"),
        ({"merchant_account_id": "another"}, "does not exist"),
        ({"domains": ["a.example"] * 6}, "more than 5"),
        ({"domains": ["nothing"]}, "valid domain names"),
    ],
)
def test_a_client_token_that_cannot_be(sdk: Untyped, params: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        sdk.client_token.generate(params)


def test_a_typed_card_becomes_a_nonce_for_one_use(sdk: Untyped, local: LocalBraintree, token: str) -> None:
    del token
    status, answer = tokenize(local, client_token(sdk), CARD)
    (made,) = answer["creditCards"]
    assert status == 202
    assert made["details"] == {
        "bin": "411111",
        "lastTwo": "11",
        "lastFour": "1111",
        "cardType": "Visa",
        "cardholderName": None,
        "expirationMonth": "05",
        "expirationYear": "2030",
    }
    assert not sdk.payment_method_nonce.find(made["nonce"]).consumed
    params = {"customer_id": "ann", "payment_method_nonce": made["nonce"]}
    card = sdk.payment_method.create(dict(params)).payment_method
    assert (card.last_4, card.expiration_date) == ("1111", "05/2030")
    assert codes(sdk.payment_method.create(dict(params))) == {"93107"}
    assert sdk.payment_method_nonce.find(made["nonce"]).consumed


def test_a_nonce_grows_old(sdk: Untyped, local: LocalBraintree, clock: Clock) -> None:
    _, answer = tokenize(local, client_token(sdk), CARD)
    clock.move(timedelta(hours=3))
    result = sdk.transaction.sale({"amount": "1.00", "payment_method_nonce": answer["creditCards"][0]["nonce"]})
    assert codes(result) == {"91565"}


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"number": "4242424242424242"}, "number", "81717"),
        ({"number": "4111111111111112"}, "number", "81715"),
        ({"number": ""}, "number", "81714"),
        ({"cvv": "1"}, "cvv", "81707"),
        ({"expirationMonth": "13"}, "expirationDate", "81710"),
    ],
)
def test_cards_that_are_refused(
    sdk: Untyped, local: LocalBraintree, change: dict[str, str], field: str, code: str
) -> None:
    status, answer = tokenize(local, client_token(sdk), {**CARD, **change})
    assert status == 422
    (problem,) = answer["fieldErrors"][0]["fieldErrors"]
    assert (problem["field"], problem["code"]) == (field, code)


def test_only_a_client_token_of_ours_and_of_today_lets_a_browser_in(
    sdk: Untyped, local: LocalBraintree, clock: Clock
) -> None:
    token = client_token(sdk)
    assert tokenize(local, {**token, "authorizationFingerprint": "0|created_at=2026"}, CARD)[0] == 401
    assert tokenize(local, {**token, "clientApiUrl": "/merchants/another/client_api"}, CARD)[0] == 403
    clock.move(timedelta(hours=25))
    assert tokenize(local, token, CARD)[0] == 401


def test_the_configuration(sdk: Untyped, local: LocalBraintree) -> None:
    path = "/merchants/isocket/client_api/v1/configuration"
    query = urlencode({"authorizationFingerprint": client_token(sdk)["authorizationFingerprint"]})
    status, _, content = ask(local.browser, "GET", path, query=query)
    assert status == 200
    assert json.loads(content)["clientApiUrl"] == "/local-braintree/merchants/isocket/client_api"


def test_browsers_reach_the_card_fields_and_nothing_that_needs_the_keys(local: LocalBraintree) -> None:
    status, headers, content = ask(local.browser, "GET", "/v1/card-frame.html")
    assert status == 200
    assert b"card-frame.js" in content
    assert "frame-ancestors 'self'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert ask(local.browser, "GET", "/v1/card-fields.js")[1]["Content-Type"].startswith("text/javascript")
    for method, path in (
        ("GET", "/v1/../store.py"),
        ("GET", "/v1/nothing.js"),
        ("POST", "/v1/card-fields.js"),
        ("POST", "/merchants/isocket/transactions"),
        ("GET", "/merchants/isocket/customers/ann"),
    ):
        assert ask(local.browser, method, path)[0] == 404
    assert ask(local, "GET", "/merchants/isocket/customers/ann")[0] == 401


@pytest.mark.parametrize("body", [b"not json", b"\xff", b"[]", b"x" * 300_000])
def test_garbage_is_refused_without_an_accident(local: LocalBraintree, body: bytes) -> None:
    path = "/merchants/isocket/client_api/v1/payment_methods/credit_cards"
    assert ask(local.browser, "POST", path, body)[0] in {400, 401}
