"""The least a server can be asked for: what ``bench.delivery`` is measured beside."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Flask

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

WORDS = b"hello"
HEADERS = [("Content-Type", "text/plain"), ("Content-Length", str(len(WORDS)))]

flask_hello = Flask("hello")
flask_hello.add_url_rule("/", "hello", lambda: "hello")


def wsgi_hello(_environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    """Says hello."""
    start_response("200 OK", HEADERS)
    return [WORDS]
