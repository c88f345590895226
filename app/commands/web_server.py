"""The web server: workers that are forked from a process in which the application is loaded.

``flask serve`` has it as a child; ``python -m app.commands.web_server`` is the same with an app of one's choice.
"""

import gc
import multiprocessing
import os
import signal
from collections.abc import Callable
from typing import Any, NoReturn

import click
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels
from werkzeug.utils import import_string

# Fewer threads than a worker has database connections: no request waits for another one's.
BLOCKING_THREADS = 8
WAITING_REQUESTS_MAX = 64
WORKERS_END_WITHIN_S = 15

WsgiApp = Callable[..., Any]


@click.command()
@click.option("--host", required=True)
@click.option("--port", required=True, type=int)
@click.option("--workers", required=True, type=int)
@click.option("--app", "target", default="wsgi:app", help="Another app, for benchmarks.")
def serve_workers(*, host: str, port: int, workers: int, target: str) -> NoReturn:
    """Serves the app until SIGTERM; requests being worked on are answered first."""
    serve_web(import_string(target), host=host, port=port, workers=workers)


def serve_web(app: WsgiApp, *, host: str, port: int, workers: int) -> NoReturn:
    """Serves until SIGTERM, and ends this process; requests being worked on are answered first."""
    multiprocessing.set_start_method("fork", force=True)  # what is loaded here is not loaded again in each worker
    os.register_at_fork(after_in_child=die_at_sigterm)
    server = Granian(
        "app",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=BLOCKING_THREADS,
        backpressure=WAITING_REQUESTS_MAX,
        workers_kill_timeout=WORKERS_END_WITHIN_S,
        respawn_failed_workers=True,
        websockets=False,
        log_level=LogLevels.error,
    )
    gc.freeze()  # as in wsgi.py: the end of this process is not to take apart what it has imported
    server.serve(target_loader=lambda _: app)
    raise SystemExit(0)


def die_at_sigterm() -> None:
    """Makes SIGTERM end a worker that has nothing to lose yet.

    Until it puts its own handler in place, a worker has its parent's, which does nothing there: the signal would
    be lost, and the end of the server would take 15 s.
    """
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


if __name__ == "__main__":
    serve_workers()
