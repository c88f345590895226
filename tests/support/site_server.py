"""Somebody's web site on this machine, for tests that fetch: it answers as well or as badly as it is told to."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Behaviour = Callable[[BaseHTTPRequestHandler], None]


@dataclass(frozen=True)
class Reply:
    """One answer."""

    body: str | bytes = ""
    status: int = 200
    content_type: str = "text/plain; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)


class SiteServer:
    """A site whose pages a test puts up and takes down while it runs."""

    def __init__(self, host: str = "127.0.0.1") -> None:
        self.pages: dict[str, Reply | Behaviour] = {}
        self.requests: list[tuple[str, dict[str, str]]] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.requests.append((self.path, dict(self.headers)))
                site._answer(self)

            def log_message(self, *_parts: Any) -> None:  # noqa: ANN401 - nobody reads it
                pass

        self._server = ThreadingHTTPServer((host, 0), Handler)
        self._server.daemon_threads = True
        self.host, self.port = host, self._server.server_port
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        """The address of its home page."""
        return f"http://{self.host}:{self.port}"

    def close(self) -> None:
        """Stops serving."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _answer(self, handler: BaseHTTPRequestHandler) -> None:
        page = self.pages.get(handler.path, Reply("nothing here", status=404))
        if not isinstance(page, Reply):
            page(handler)
            return
        body = page.body.encode() if isinstance(page.body, str) else page.body
        handler.send_response(page.status)
        handler.send_header("Content-Type", page.content_type)
        handler.send_header("Content-Length", str(len(body)))
        for name, value in page.headers.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)


@contextmanager
def site_server() -> Iterator[SiteServer]:
    """A site on 127.0.0.1 at a free port."""
    server = SiteServer()
    try:
        yield server
    finally:
        server.close()
