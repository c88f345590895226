"""``flask demo``: loads the demo market, checks that all of it agrees, and serves its publisher's pages."""

from functools import partial
from typing import TYPE_CHECKING

import click
import flask_migrate
import sqlalchemy as sa
from flask import Flask
from flask.cli import with_appcontext

from app.foundation.db import db, reading_connection
from app.foundation.log import only_warnings
from app.jobs.stopping import StopRequest
from demo.checks import problems_of_books
from demo.front_page import front_site
from demo.front_server import serve_front_page
from demo.loading import DAYS, DemoBroken, DemoRefused, Size, has_demo, load_demo
from demo.promises import missing_promises
from demo.sites import FRONT_HOST

if TYPE_CHECKING:
    from config import Config

DAYS_MIN, DAYS_MAX = 3, 60
HIGHEST_PORT = 65535
STOP_LIMIT_S = 14


def commands_of(app: Flask) -> list[click.Command]:
    """The commands of ``flask demo``."""
    days = click.Option(
        ["--days"],
        type=click.IntRange(DAYS_MIN, DAYS_MAX),
        default=DAYS,
        show_default=True,
        help="How many days are played before this moment.",
    )
    port = click.Option(
        ["--page-port"],
        type=click.IntRange(1, HIGHEST_PORT),
        help="Where its publisher's page will answer; by default the port beside PORT.",
    )
    loading = with_appcontext(partial(load, app))
    preparing = with_appcontext(partial(prepare, app))
    checking = with_appcontext(partial(check, app))
    words = {
        "load": "Play a month of a small market into an empty database.",
        "prepare": "Bring the database up to date; put the demo into it if there was none before.",
        "check": "Check that books, counters, statements and everything promised of the demo agree.",
        "page": "Serve the demo publisher's pages, until SIGTERM or Ctrl-C.",
    }
    return [
        click.Command("load", params=[days, port], callback=loading, help=words["load"]),
        click.Command("prepare", params=[days, port], callback=preparing, help=words["prepare"]),
        click.Command("check", callback=checking, help=words["check"]),
        click.Command("page", callback=partial(page, app), help=words["page"]),
    ]


def load(app: Flask, *, days: int, page_port: int | None) -> None:
    """Loads the demo, which checks itself in the end."""
    config: Config = app.config["ISOCKET"]
    port = page_port or (config.port + 1 if config.port < HIGHEST_PORT else config.port - 1)
    try:
        load_demo(app, Size(days=days), front_address=f"http://{FRONT_HOST}:{port}", say=click.echo)
    except (DemoRefused, DemoBroken) as problem:
        raise click.ClickException(str(problem)) from None


def prepare(app: Flask, *, days: int, page_port: int | None) -> None:
    """What a first start does. A database that was there already is brought up to date and left as it is."""
    config: Config = app.config["ISOCKET"]
    with reading_connection() as connection:
        is_new = not sa.inspect(connection).get_table_names()
    db.engine.dispose()
    with only_warnings():
        flask_migrate.upgrade()
    if is_new and config.is_local:
        load(app, days=days, page_port=page_port)


def check(app: Flask) -> None:
    """Checks the market as it is; of a demo in which time has passed, some of the promises are over."""
    if not has_demo():
        message = "The demo market is not loaded here. Load it into an empty database: flask demo load"
        raise click.ClickException(message)
    config: Config = app.config["ISOCKET"]
    problems = [*problems_of_books(config.currency), *missing_promises()]
    for problem in problems:
        click.echo(problem, err=True)
    if problems:
        message = f"{len(problems)} things are not as they should be."
        raise click.ClickException(message)
    click.echo("Everything agrees: books, counters, statements, what both sides see, and what the demo promises.")


def page(app: Flask) -> None:
    """Serves the pages of the demo's site that stands on this machine."""
    with app.app_context():
        site = front_site()
    if site is None or site.port is None:
        message = "There is no demo site that would answer on this machine."
        raise click.ClickException(message)
    stop = StopRequest()
    with stop.listening(limit_s=STOP_LIMIT_S):
        serve_front_page(app, site.port, stop.wait)
