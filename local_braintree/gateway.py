"""The WSGI app: finds the operation for a request, runs it in one transaction, writes its answer."""

import base64
import hmac
import json
import time
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from datetime import datetime
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from sqlalchemy.engine import Connection

from local_braintree import settlements
from local_braintree.answers import Answer, Invalid, Missing, NotAuthentic, invalid_answer
from local_braintree.call import Call, Settings
from local_braintree.client_api import Json
from local_braintree.faults import Dropped, Faults, TimedOut
from local_braintree.fields import Fields
from local_braintree.pages import Page, page_at
from local_braintree.routes import ApiRoute, BrowserRoute, api_route, browser_route
from local_braintree.store import Store
from local_braintree.wire import Unreadable, read_xml, write_xml

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

BODY_BYTES_MAX = 256 * 1024
# A caller in the same process says here how long it waits, since no socket will tell it.
PATIENCE = "local_braintree.patience_s"
XML = ("Content-Type", "application/xml; charset=utf-8")
JSON = ("Content-Type", "application/json; charset=utf-8")

Headers = list[tuple[str, str]]
Response = tuple[int, Headers, bytes]


class LocalBraintree:
    """The gateway. Call it as a WSGI app for everything, or its ``browser`` for what pages may reach."""

    def __init__(
        self,
        store: Store,
        settings: Settings,
        *,
        clock: Callable[[], datetime],
        faults: Faults | None = None,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        """The clock says what time it is; a hang waits by ``pause``."""
        self.store = store
        self.settings = settings
        self._clock = clock
        self._faults = faults or Faults(None)
        self._pause = pause

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Every operation: those of the SDK, which need the keys, and those of browsers."""
        found = api_route(environ["REQUEST_METHOD"], environ.get("PATH_INFO", ""))
        if found is None:
            return self.browser(environ, start_response)
        route, arguments = found
        return self._answered(environ, start_response, lambda: self._api(environ, route, arguments))

    def browser(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Card fields, their scripts and the client API: the part to put under a path of the site."""
        page = page_at(environ.get("PATH_INFO", "")) if environ["REQUEST_METHOD"] in {"GET", "HEAD"} else None
        if page is not None:
            return _sent(start_response, _page_response(page), environ["REQUEST_METHOD"])
        found = browser_route(environ["REQUEST_METHOD"], environ.get("PATH_INFO", ""))
        if found is None:
            return _sent(start_response, (404, [JSON], b"{}"), environ["REQUEST_METHOD"])
        route, arguments = found
        return self._answered(environ, start_response, lambda: self._client_api(environ, route, arguments))

    def _answered(
        self, environ: "WSGIEnvironment", start_response: "StartResponse", work: Callable[[], Response]
    ) -> Iterable[bytes]:
        status = 0
        try:
            response = work()
            status = response[0]
        finally:
            # A dropped connection is noted with status 0. Never what was in the request.
            path = environ.get("PATH_INFO", "")
            self.store.log(self._clock(), environ["REQUEST_METHOD"], path, status=status)
        return _sent(start_response, response, environ["REQUEST_METHOD"])

    def _api(self, environ: "WSGIEnvironment", route: ApiRoute, arguments: tuple[str, ...]) -> Response:
        try:
            self._check_keys(environ, arguments[0])
            request = read_xml(_body(environ))
        except NotAuthentic:
            return 401, [XML], b""
        except Unreadable:
            return 400, [XML], b""
        fields = Fields(request[1])

        def run(connection: Connection) -> Answer:
            call = self._call(connection, environ["PATH_INFO"], (request[0], fields), arguments[1:])
            if route.is_write:
                # The nights since the last request have passed here, too: what is settled can no longer be called
                # off, and what is not cannot be refunded in part.
                settlements.settle_due(call)
            return route.operate(call)

        def respond() -> Response:
            try:
                with self._transaction(is_write=route.is_write) as connection:
                    return _xml(run(connection))
            except Invalid as invalid:
                return _xml(invalid_answer(invalid, {request[0]: fields.values}))
            except Missing:
                return 404, [XML], b""

        return self._between_faults(environ, route.name, respond)

    def _client_api(self, environ: "WSGIEnvironment", route: BrowserRoute, arguments: tuple[str, ...]) -> Response:
        if arguments[0] != self.settings.merchant_id:
            return _json(403, {"error": {"message": "Unknown merchant"}})
        try:
            fields = _json_fields(environ)
        except ValueError:
            return _json(400, {"error": {"message": "The body is not JSON"}})

        def respond() -> Response:
            try:
                with self._transaction(is_write=route.is_write) as connection:
                    return _json(*route.operate(self._call(connection, environ["PATH_INFO"], ("", fields), ())))
            except NotAuthentic:
                return _json(401, {"error": {"message": "Authorization fingerprint is invalid"}})

        return self._between_faults(environ, route.name, respond)

    def _between_faults(self, environ: "WSGIEnvironment", name: str, respond: Callable[[], Response]) -> Response:
        before = self._fault(environ, f"before_{name}")
        if before is not None:
            return before
        response = respond()
        return self._fault(environ, f"after_{name}") or response

    def _fault(self, environ: "WSGIEnvironment", point: str) -> Response | None:
        fault = self._faults.take(point)
        if fault is None:
            return None
        if fault.mode == "error":
            return 500, [XML], b""
        if fault.mode == "drop":
            raise Dropped(point)
        patience_s = environ.get(PATIENCE)
        if patience_s is not None and fault.seconds >= patience_s:
            self._pause(patience_s)
            raise TimedOut(point)
        self._pause(fault.seconds)
        return None

    def _transaction(self, *, is_write: bool) -> AbstractContextManager[Connection]:
        return self.store.writing() if is_write else self.store.reading()

    def _call(self, connection: Connection, path: str, request: tuple[str, Fields], arguments: tuple[str, ...]) -> Call:
        return Call(self.settings, connection, self._clock(), path, arguments, *request)

    def _check_keys(self, environ: "WSGIEnvironment", merchant_id: str) -> None:
        pair = f"{self.settings.public_key}:{self.settings.private_key}"
        expected = "Basic " + base64.b64encode(pair.encode()).decode()
        sent = environ.get("HTTP_AUTHORIZATION", "")
        if merchant_id != self.settings.merchant_id or not hmac.compare_digest(sent.encode(), expected.encode()):
            raise NotAuthentic


def _body(environ: "WSGIEnvironment") -> bytes:
    length = environ.get("CONTENT_LENGTH") or "0"
    size = int(length) if length.isdigit() else 0
    if size > BODY_BYTES_MAX:
        message = "The body is too long."
        raise Unreadable(message)
    body: bytes = environ["wsgi.input"].read(size)
    return body


def _json_fields(environ: "WSGIEnvironment") -> Fields:
    if environ["REQUEST_METHOD"] == "GET":
        return Fields(dict(parse_qsl(environ.get("QUERY_STRING", ""))))
    try:
        values = json.loads(_body(environ))
    except (Unreadable, UnicodeDecodeError) as error:
        raise ValueError from error
    return Fields(values if isinstance(values, dict) else {})


def _xml(answer: Answer) -> Response:
    body = write_xml(answer.root, answer.content).encode() if answer.root else b""
    return answer.status, [XML], body


def _json(status: int, content: dict[str, Json]) -> Response:
    return (
        status,
        [JSON, ("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff")],
        json.dumps(content).encode(),
    )


def _page_response(page: Page) -> Response:
    return 200, list(page.headers), page.content


def _sent(start_response: "StartResponse", response: Response, method: str) -> Iterable[bytes]:
    status, headers, body = response
    start_response(f"{status} {HTTPStatus(status).phrase}", [*headers, ("Content-Length", str(len(body)))])
    return [] if method == "HEAD" else [body]
