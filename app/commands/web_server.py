"""The web server as a process of its own: ``python -m app.commands.web_server``, started by ``flask serve``."""

import gc
import os
import signal
from typing import NoReturn

import click
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

# Fewer threads than a worker has database connections: no request waits for another one's.
BLOCKING_THREADS = 8
WAITING_REQUESTS_MAX = 64
WORKERS_END_WITHIN_S = 15


@click.command()
@click.option("--host", required=True)
@click.option("--port", required=True, type=int)
@click.option("--workers", required=True, type=int)
@click.option("--app", "target", default="wsgi:app", help="Another app, for benchmarks.")
def main(*, host: str, port: int, workers: int, target: str) -> NoReturn:
    """Serves the app until SIGTERM; requests being worked on are answered first."""
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=die_at_sigterm)
    server = Granian(
        target,
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
    server.serve()
    raise SystemExit(0)


def die_at_sigterm() -> None:
    """Lets a worker that has nothing to lose yet end at SIGTERM.

    Until it has imported the app and puts its own handler in place, a worker has its parent's, which
    does nothing there: the signal would be lost, and the end of the server would take 15 s.
    """
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


if __name__ == "__main__":
    main()
