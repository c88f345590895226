"""``flask serve``: the whole market from one command."""

import os
from functools import partial

import click
from flask import Flask

from app.commands.demo import DemoShown, demo_shown
from app.commands.ports import port_problem
from app.commands.supervisor import Plan, Supervisor, jobs_command, mover_command, page_command, web_command
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
        at = host or default_host(config), port or config.port
        shown = demo_shown(app, at[1])
        serve_market(config, host=at[0], port=at[1], with_jobs=with_jobs, demo=shown)

    app.cli.add_command(serve)


def default_host(config: Config) -> str:
    """Where to listen: in local mode nobody but this machine gets in."""
    return LOOPBACK if config.is_local else EVERYWHERE


def near(host: str) -> str:
    """Under which address this machine itself reaches a server that listens on ``host``."""
    return LOOPBACK if host == EVERYWHERE else host


def serve_market(config: Config, *, host: str, port: int, with_jobs: bool, demo: DemoShown | None = None) -> None:
    """Starts the web server, its mover and, with jobs, the job runner; returns when all of it has ended."""
    problem = port_problem(host, port)
    if problem is not None:
        raise click.ClickException(problem)
    stop = StopRequest()
    has_page = demo is not None and demo.page_problem is None
    plan = Plan(
        web=web_command(host=host, port=port, workers=config.web_workers),
        jobs=jobs_command() if with_jobs else None,
        mover=mover_command(),
        page=page_command() if has_page else None,
        page_port=demo.page_port if demo is not None else None,
        environment=os.environ | {"PORT": str(port), "ISOCKET_DATA": str(config.data_dir)},
        host=near(host),
        port=port,
        announce=partial(_announce, config, near(host), port, demo),
    )
    with stop.listening():
        code = Supervisor(plan, stop).run()
    raise SystemExit(code)


def _announce(config: Config, host: str, port: int, demo: DemoShown | None) -> None:
    address = f"http://{host}:{port}"
    click.echo(f"isocket is ready: {address}")
    if config.is_local and config.smtp_url is None:
        click.echo(f"Mail stays here:  {address}/local/mailbox")
    if demo is not None:
        demo.tell()
