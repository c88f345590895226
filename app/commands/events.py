"""``flask events``: the process that counts the events of the log, and how it stands."""

import os
from functools import partial
from typing import TYPE_CHECKING

import click
from flask import Flask
from flask.cli import AppGroup, with_appcontext

from app.delivery.log_files import EVENTS, AnotherMover
from app.delivery.mover import Mover
from app.delivery.mover_status import log_status
from app.jobs.stopping import StopRequest

if TYPE_CHECKING:
    from config import Config

# After this long the system ends the process even inside a batch; what is not counted stays in the log.
STOP_LIMIT_S = 14
HERE = "this machine"


def register(app: Flask) -> None:
    """Puts ``flask events`` on the app."""
    group = AppGroup("events", help="Count the events of the log.")
    group.add_command(
        click.Command("move", callback=partial(move, app), help="Count events as they come, until SIGTERM or Ctrl-C.")
    )
    group.add_command(
        click.Command("status", callback=partial(with_appcontext(status), app), help="Show how far the log is counted.")
    )
    app.cli.add_command(group)


def move(app: Flask) -> None:
    """Counts events as they come, and at the end once more to the end of the log."""
    config: Config = app.config["ISOCKET"]
    # A dyno keeps its name when it is restarted; elsewhere one machine serves.
    mover = Mover(app, config.data_dir / EVENTS, source=os.environ.get("DYNO", HERE))
    stop = StopRequest()
    with stop.listening(limit_s=STOP_LIMIT_S):
        try:
            mover.run(stop.wait)
        except AnotherMover:
            message = f"Another process is counting the events in {config.data_dir / EVENTS}. There can be one only."
            raise click.ClickException(message) from None


def status(app: Flask) -> None:
    """Shows files, backlog, marks, and what could not be counted in the last week."""
    config: Config = app.config["ISOCKET"]
    seen = log_status(config.data_dir / EVENTS)
    for source, mark in seen.watermarks:
        click.echo(f"Counted until {mark:%Y-%m-%d %H:%M:%S} UTC ({source}).")
    if not seen.watermarks:
        click.echo("Nothing was counted yet.")
    click.echo(f"Files in the log: {seen.files}, not counted yet: {seen.backlog_bytes:,} bytes.")
    lines = f"Of {seen.totals.lines:,} lines of the last week {seen.totals.unreadable:,} could not be read"
    strays = f"{seen.totals.strays:,} belong to no socket or booking"
    click.echo(f"{lines}, {strays}, and {seen.totals.torn:,} files end in a torn line.")
