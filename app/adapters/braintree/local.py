"""The local Braintree in place of the real one: the same SDK, answered inside this process."""

import base64
import functools
import hashlib
import hmac
import io
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

import braintree
import requests
from braintree.util.http import Http
from flask import Flask

from app.adapters.braintree.gateway import TIMEOUT_S, SdkGateway
from app.foundation.clock import database_now
from app.foundation.db import reading_connection
from app.foundation.log import get_logger
from config import Config
from local_braintree.call import Settings
from local_braintree.faults import Dropped, Faults, TimedOut
from local_braintree.gateway import PATIENCE, LocalBraintree
from local_braintree.store import Store

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

PUBLIC_PATH = "/local-braintree"
DATABASE = "local_braintree.sqlite"
FAULTS = "faults.json"
HOST = "local-braintree.invalid"

log = get_logger(__name__)


class WsgiApp(Protocol):
    """A WSGI app whose arguments have the names that Flask gives them."""

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> "Iterable[bytes]":
        """Answers one request."""
        ...


class LocalGateway(SdkGateway):
    """Payments that move no money. ``local`` is the gateway behind them."""

    def __init__(self, local: LocalBraintree, *, timeout_s: int = TIMEOUT_S) -> None:
        """Asks this local Braintree, inside this process."""
        self.local = local
        super().__init__(
            braintree.Configuration(
                environment=braintree.Environment("local", HOST, "80", "", False, None),  # noqa: FBT003 - as the SDK takes it
                merchant_id=local.settings.merchant_id,
                public_key=local.settings.public_key,
                private_key=local.settings.private_key,
                timeout=timeout_s,
                wrap_http_exceptions=True,
                http_strategy=functools.partial(_InProcess, local),
            )
        )

    def settle(self, gateway_id: str) -> bool:
        """Settles one charge or refund now, as a night would. False when it is not waiting for that."""
        return bool(self._sdk.testing.settle_transaction(gateway_id).is_success)


class _InProcess:
    """Carries the SDK's requests to the local gateway's WSGI app: no socket, no port, no proxy."""

    def __init__(self, local: LocalBraintree, config: Any, _environment: Any) -> None:
        self._local = local
        self._config = config

    def http_do(self, verb: str, path: str, headers: dict[str, Any], body: str) -> list[Any]:
        """One request and its answer, as the SDK expects them."""
        url, content, authorization = urlsplit(path), body.encode(), headers["Authorization"]
        environ: WSGIEnvironment = {
            "REQUEST_METHOD": verb,
            "PATH_INFO": url.path,
            "QUERY_STRING": url.query,
            "CONTENT_LENGTH": str(len(content)),
            "CONTENT_TYPE": headers.get("Content-type", ""),
            "HTTP_AUTHORIZATION": authorization.decode() if isinstance(authorization, bytes) else authorization,
            "wsgi.input": io.BytesIO(content),
            PATIENCE: self._config.timeout,
        }
        statuses: list[str] = []

        def start_response(status: str, _headers: object, _error: object = None) -> Callable[[bytes], object]:
            statuses.append(status)
            return bytes

        answer = b"".join(self._local(environ, start_response))
        return [int(statuses[0].partition(" ")[0]), answer.decode()]

    def raise_as_network_error(self, error: Exception) -> None:
        """Turns what went wrong into what it would have been over a network."""
        http: Any = Http(self._config)
        if isinstance(error, TimedOut):
            http.handle_exception(requests.exceptions.ReadTimeout(str(error)))
        if isinstance(error, Dropped):
            http.handle_exception(requests.exceptions.ConnectionError(str(error)))
        log.error("local_gateway_broke", exc_info=error)
        http.handle_exception(error)

    handle_exception = raise_as_network_error  # the name by which the SDK calls it

    def close(self) -> None:
        """There is no connection to close."""


def make_local_gateway(config: Config, *, clock: Callable[[], datetime]) -> LocalGateway:
    """The local gateway of one installation; its state and its faults stand beside the other data."""
    keys = [_derived(config.secret_key, part) for part in ("public", "private")]
    settings = Settings("local", keys[0], keys[1], currency=config.currency, public_path=PUBLIC_PATH)
    store = Store(f"sqlite:///{config.data_dir / DATABASE}")
    return LocalGateway(LocalBraintree(store, settings, clock=clock, faults=Faults(config.data_dir / FAULTS)))


def market_clock(app: Flask) -> Callable[[], datetime]:
    """The market's clock, offset included, for calls from inside and outside of requests."""

    def now() -> datetime:
        with app.app_context(), reading_connection() as connection:
            return database_now(connection)

    return now


def mount_card_fields(app: WsgiApp, gateway: object) -> WsgiApp:
    """Puts the local gateway's card fields under ``/local-braintree``; with a real gateway nothing changes."""
    if not isinstance(gateway, LocalGateway):
        return app
    browser = gateway.local.browser

    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if not path.startswith(f"{PUBLIC_PATH}/"):
            return app(environ, start_response)
        return browser({**environ, "PATH_INFO": path.removeprefix(PUBLIC_PATH)}, start_response)

    return answer


def _derived(secret: str, part: str) -> str:
    digest = hmac.new(secret.encode(), f"local_braintree.{part}".encode(), hashlib.sha256).digest()
    return base64.b32encode(digest[:20]).decode().lower()
