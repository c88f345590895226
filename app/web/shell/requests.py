"""Each request has an id: in its log line, its answer and its error page."""

import re
import time
from typing import Any

import structlog
from flask import Flask, Response, g, request
from werkzeug.routing import IntegerConverter, Map

from app.foundation.errors import NotFound
from app.foundation.identifiers import new_public_id
from app.foundation.log import get_logger
from app.web.shell.client import coarse_client_network

REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
AGENT_CHARACTERS_MAX = 200
ROW_NUMBER_MAX = 2**63 - 1
QUIET = frozenset({"health.healthz", "health.readyz", "static", "bootstrap.static"})

log = get_logger("app.request")


class RowNumber(IntegerConverter):
    """A number in an address: none is larger than a row's number can be, so neither database ever sees one."""

    def __init__(self, url_map: Map, **limits: Any) -> None:  # noqa: ANN401 - werkzeug's own arguments
        super().__init__(url_map, **({"max": ROW_NUMBER_MAX} | limits))


def initialize_requests(app: Flask) -> None:
    """Gives every request its id and writes its line when it is answered."""
    app.url_map.converters["int"] = RowNumber
    app.before_request(start_request)
    app.after_request(finish_request)


def start_request() -> None:
    """Binds the id to every log line of this request; a router's own id is kept when it looks like one."""
    given = request.headers.get("X-Request-ID", "")
    g.request_id = given if REQUEST_ID.fullmatch(given) else new_public_id()
    g.started_s = time.perf_counter()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)
    if any("\x00" in text for text in (request.path, *request.args.keys(), *request.args.values())):
        # No address of ours has a NUL, and PostgreSQL takes no text with one.
        raise NotFound


def finish_request(response: Response) -> Response:
    """Writes the request's line: the path without its query, which may hold a token."""
    response.headers["X-Request-ID"] = g.get("request_id", "")
    if request.endpoint not in QUIET:
        log.info(
            "request",
            method=request.method,
            path=_path_without_tokens(),
            endpoint=request.endpoint,
            status=response.status_code,
            duration_ms=round((time.perf_counter() - g.get("started_s", time.perf_counter())) * 1000, 1),
            client_network=coarse_client_network(),
            user_agent=request.user_agent.string[:AGENT_CHARACTERS_MAX],
        )
    return response


def _path_without_tokens() -> str:
    secret = (request.view_args or {}).get("token")
    return request.path.replace(str(secret), "[token]") if secret else request.path
