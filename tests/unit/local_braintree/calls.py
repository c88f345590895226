"""What a server and a browser ask of the local Braintree, written short."""

import base64
import io
import json
from typing import Any

from local_braintree.gateway import LocalBraintree
from tests.unit.local_braintree.untyped import Untyped

VISA = {"number": "4111111111111111", "expiration_date": "05/2030", "cvv": "123"}
CARD = {"number": "4111 1111 1111 1111", "cvv": "123", "expirationMonth": "5", "expirationYear": "30"}


def ask(wsgi: Untyped, method: str, path: str, body: bytes = b"", query: str = "") -> tuple[int, dict[str, str], Any]:
    answer: list[Any] = []
    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
    }
    content = b"".join(wsgi(environ, lambda status, headers: answer.extend([status, headers])))
    return int(answer[0][:3]), dict(answer[1]), content


def client_token(sdk: Untyped, **params: Untyped) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(base64.b64decode(sdk.client_token.generate(params)))
    return content


def tokenize(local: LocalBraintree, token: dict[str, Any], card: dict[str, str]) -> tuple[int, Any]:
    path = token["clientApiUrl"].removeprefix(local.settings.public_path) + "/v1/payment_methods/credit_cards"
    body = {"authorizationFingerprint": token["authorizationFingerprint"], "creditCard": card}
    status, _, content = ask(local.browser, "POST", path, json.dumps(body).encode())
    return status, json.loads(content)


def codes(result: Untyped) -> set[str]:
    return {error.code for error in result.errors.deep_errors}
