"""Which address leads to which operation, under which name drills know it, and whether it writes."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from local_braintree import (
    client_api,
    client_tokens,
    customers,
    nonces,
    payment_methods,
    sales,
    settlements,
    verifications,
)
from local_braintree.answers import Answer
from local_braintree.call import Call
from local_braintree.client_api import Json

Operation = Callable[[Call], Answer]
ID = "([A-Za-z0-9_-]+)"


@dataclass(frozen=True)
class ApiRoute:
    """An operation of the SDK's."""

    method: str
    pattern: re.Pattern[str]
    name: str
    operate: Operation
    is_write: bool


@dataclass(frozen=True)
class BrowserRoute:
    """An operation of the client API's."""

    method: str
    pattern: re.Pattern[str]
    name: str
    operate: Callable[[Call], tuple[int, dict[str, Json]]]
    is_write: bool


def api_route(method: str, path: str) -> tuple[ApiRoute, tuple[str, ...]] | None:
    """The operation for a request of the SDK's, and the parts of its path, the merchant first."""
    for route in API:
        if route.method == method and (match := route.pattern.fullmatch(path)):
            return route, match.groups()
    return None


def browser_route(method: str, path: str) -> tuple[BrowserRoute, tuple[str, ...]] | None:
    """The operation for a request of a browser's, and the merchant."""
    for route in BROWSER:
        if route.method == method and (match := route.pattern.fullmatch(path)):
            return route, match.groups()
    return None


def _write(method: str, path: str, name: str, operate: Operation) -> ApiRoute:
    return ApiRoute(method, _pattern(path), name, operate, is_write=True)


def _read(method: str, path: str, name: str, operate: Operation) -> ApiRoute:
    return ApiRoute(method, _pattern(path), name, operate, is_write=False)


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(f"/merchants/{ID}" + path.replace("ID", ID))


API: tuple[ApiRoute, ...] = (
    _read("POST", "/client_token", "client_token", client_tokens.generate),
    _write("POST", "/customers", "customer", customers.create),
    _read("GET", "/customers/ID", "customer", customers.find),
    _write("PUT", "/customers/ID", "customer", customers.update),
    _write("DELETE", "/customers/ID", "customer", customers.delete),
    _write("POST", "/payment_methods", "store_card", payment_methods.create),
    _read("GET", "/payment_methods/from_nonce/ID", "card", payment_methods.find_by_nonce),
    _read("GET", "/payment_methods/(?:any|credit_card)/ID", "card", payment_methods.find),
    _write("PUT", "/payment_methods/(?:any|credit_card)/ID", "store_card", payment_methods.update),
    _write("DELETE", "/payment_methods/(?:any|credit_card)/ID", "remove_card", payment_methods.delete),
    _write("POST", "/payment_methods/ID/nonces", "nonce", nonces.create_for_card),
    _read("GET", "/payment_method_nonces/ID", "nonce", nonces.find),
    _write("POST", "/verifications", "verification", verifications.create),
    _read("POST", "/verifications/advanced_search_ids", "verification", verifications.search_ids),
    _read("POST", "/verifications/advanced_search", "verification", verifications.search_page),
    _read("GET", "/verifications/ID", "verification", verifications.find),
    _write("POST", "/transactions", "capture", sales.create),
    _read("POST", "/transactions/advanced_search_ids", "search", settlements.search_ids),
    _read("POST", "/transactions/advanced_search", "search", settlements.search_page),
    _read("GET", "/transactions/ID", "find", settlements.find),
    _write("PUT", "/transactions/ID/submit_for_settlement", "submit", settlements.submit),
    _write("PUT", "/transactions/ID/void", "void", settlements.void),
    _write("POST", "/transactions/ID/refund", "refund", settlements.refund),
    _write("POST", "/transactions/ID/reverse", "refund", settlements.reverse),
    _write("PUT", "/transactions/ID/settle", "settle", settlements.settle),
)
BROWSER: tuple[BrowserRoute, ...] = (
    BrowserRoute(
        "GET",
        _pattern("/client_api/v1/configuration"),
        "client_token",
        client_api.configuration,
        is_write=False,
    ),
    BrowserRoute(
        "POST",
        _pattern("/client_api/v1/payment_methods/credit_cards"),
        "tokenize",
        client_api.tokenize,
        is_write=True,
    ),
)
