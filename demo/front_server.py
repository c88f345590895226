"""The process behind the demo publisher's pages: serves them, and vouches for the demo's other sites."""

from collections.abc import Callable
from socketserver import ThreadingMixIn
from threading import Thread
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from flask import Flask

from app.foundation.db import db
from app.foundation.log import get_logger
from demo.front_page import FrontPage
from demo.market import vouch_for_all

LOOPBACK = "127.0.0.1"
# The market looks at a site's proof every week; sites that exist in words only have nothing to look at.
VOUCH_EVERY_S = 3600.0

log = get_logger(__name__)


class _Server(ThreadingMixIn, WSGIServer):
    """One thread a reader; none of them holds up the end."""

    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    """Writes no line for each page."""

    timeout = 10

    def log_message(self, *parts: object) -> None:
        """Nobody reads them."""


def serve_front_page(app: Flask, port: int, wait: Callable[[float], bool]) -> None:
    """Serves the pages on this machine only, until ``wait`` says that the end was asked for.

    Args:
        app: its market knows which sockets the site has.
        port: to listen on.
        wait: sleeps so many seconds, or less when the end is asked for, and says whether it was.
    """
    with make_server(LOOPBACK, port, FrontPage(app), _Server, _Quiet) as server:
        thread = Thread(target=server.serve_forever, args=(0.1,), name="front-page", daemon=True)
        thread.start()
        _vouch(app)
        while not wait(VOUCH_EVERY_S):
            _vouch(app)
        server.shutdown()
        thread.join()


def _vouch(app: Flask) -> None:
    with app.app_context():
        try:
            vouch_for_all()
        except Exception:
            # The pages stand without it, and an hour later it is tried again.
            log.exception("demo_sites_not_vouched_for")
        finally:
            db.session.remove()
