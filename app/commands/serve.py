"""``flask serve``: the whole market from one command."""

import os
import sys
from collections.abc import Callable
from functools import partial
from typing import NoReturn

import click
from flask import Flask

from app.commands.demo import DemoShown, demo_shown, serve_demo_page
from app.commands.events import move
from app.commands.forking import show_as
from app.commands.jobs import run_all
from app.commands.ports import port_problem
from app.commands.supervisor import ServePlan, Supervisor
from app.commands.web_server import serve_web
from app.jobs.stopping import StopRequest
from config import Config

LOOPBACK = "127.0.0.1"
EVERYWHERE = "0.0.0.0"  # noqa: S104 - a dyno's router comes from outside


def register(app: Flask) -> None:
    """Puts ``flask serve`` on the app."""

    @click.command("serve")
    @click.option(
        "--with-jobs/--without-jobs", default=True, help="Whether to run the job runner beside the web server."
    )
    @click.option("--host", help="Address to listen on; by default this machine only, and everywhere in production.")
    @click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on; by default PORT.")
    def serve(*, with_jobs: bool, host: str | None, port: int | None) -> None:
        """Serve the market until SIGTERM or Ctrl-C."""
        config: Config = app.config["ISOCKET"]
        if port is not None and port != config.port:
            # The application is loaded with the other port in its addresses: once more, from the start.
            os.execve(sys.executable, sys.orig_argv, os.environ | {"PORT": str(port)})  # noqa: S606 - ourselves
        shown = demo_shown(app, config.port)
        serve_market(app, host=host or default_host(config), with_jobs=with_jobs, demo=shown)

    app.cli.add_command(serve)


def default_host(config: Config) -> str:
    """Where to listen: in local mode nobody but this machine gets in."""
    return LOOPBACK if config.is_local else EVERYWHERE


def near(host: str) -> str:
    """Under which address this machine itself reaches a server that listens on ``host``."""
    return LOOPBACK if host == EVERYWHERE else host


def serve_market(app: Flask, *, host: str, with_jobs: bool, demo: DemoShown | None = None) -> None:
    """Starts the web server, its mover and, with jobs, the job runner; returns when all of it has ended."""
    config: Config = app.config["ISOCKET"]
    problem = port_problem(host, config.port)
    if problem is not None:
        raise click.ClickException(problem)
    stop = StopRequest()
    has_page = demo is not None and demo.page_problem is None
    plan = ServePlan(
        web=partial(_serve_web, app, host),
        jobs=partial(_in_command, run_all, app, "jobs", "run") if with_jobs else None,
        mover=partial(_in_command, move, app, "events", "move"),
        page=partial(_in_command, serve_demo_page, app, "demo", "page") if has_page else None,
        page_port=demo.page_port if demo is not None else None,
        host=near(host),
        port=config.port,
        announce=partial(_announce, config, near(host), demo),
    )
    with stop.listening():
        code = Supervisor(plan, stop).run()
    raise SystemExit(code)


def _serve_web(app: Flask, host: str) -> NoReturn:
    config: Config = app.config["ISOCKET"]
    show_as(sys.executable, "-m", "app.commands.web_server")
    serve_web(app, host=host, port=config.port, workers=config.web_workers)


def _in_command(run: Callable[[Flask], None], app: Flask, *words: str) -> None:
    """Does what one of our commands does, and shows itself as if it had been started by it."""
    show_as(sys.executable, "-m", "flask", "--app", "wsgi", *words)
    run(app)


def _announce(config: Config, host: str, demo: DemoShown | None) -> None:
    address = f"http://{host}:{config.port}"
    click.echo(f"isocket is ready: {address}")
    if config.is_local and config.smtp_url is None:
        click.echo(f"Mail stays here:  {address}/local/mailbox")
    if demo is not None:
        demo.tell()
