"""``flask clock``: shows local mode's clock and moves it, so that deadlines can be reached today."""

import re

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from app.foundation.clock import OFFSET_ROW, ClockOffset, database_now, set_offset
from app.foundation.db import db, in_transaction

clock_group = AppGroup("clock", help="Show and move the clock of local mode.")

UNIT_S = {"w": 604_800, "d": 86_400, "h": 3_600, "m": 60, "s": 1}
OFFSET_S_MAX = 20 * 366 * UNIT_S["d"]
SPAN = re.compile(r"(\d{1,9})\s*([wdhms])")


def register(app: Flask) -> None:
    """Puts ``flask clock`` on the app."""
    app.cli.add_command(clock_group)


@clock_group.command("show")
def show() -> None:
    """Show the time everybody sees, and how far it is from the real one."""
    _require_local_mode()
    _report(_offset_s())


@clock_group.command("offset", context_settings={"ignore_unknown_options": True})
@click.argument("seconds", type=click.IntRange(-OFFSET_S_MAX, OFFSET_S_MAX))
def offset(seconds: int) -> None:
    """Set the clock to the real time plus SECONDS; 0 sets it right again."""
    _require_local_mode()
    in_transaction(lambda: set_offset(seconds))
    _report(seconds)


@clock_group.command("advance")
@click.argument("span")
def advance(span: str) -> None:
    """Move the clock forward by SPAN, for example "3d 2h"."""
    _require_local_mode()
    seconds = span_s(span)
    if seconds is None:
        message = f'"{span}" is not a span of time. Write it like "3d 2h 30m": w, d, h, m and s are known.'
        raise click.BadParameter(message)
    _report(in_transaction(lambda: _move_by(seconds)))


def span_s(text: str) -> int | None:
    """The seconds in a span such as "3d 2h", or None when it is not one.

    >>> span_s("3d 2h"), span_s("90 s"), span_s("soon")
    (266400, 90, None)
    """
    spans = SPAN.findall(text)
    if not spans or SPAN.sub("", text).strip():
        return None
    return sum(int(number) * UNIT_S[unit] for number, unit in spans)


def _move_by(seconds: int) -> int:
    moved = _offset_s() + seconds
    if moved > OFFSET_S_MAX:
        message = "that is more than 20 years ahead"
        raise click.BadParameter(message)
    set_offset(moved)
    return moved


def _offset_s() -> int:
    row = db.session.get(ClockOffset, OFFSET_ROW)
    return 0 if row is None else row.seconds


def _report(offset_s: int) -> None:
    now = database_now()
    click.echo(
        f"It is {now:%Y-%m-%d %H:%M:%S} UTC, {abs(offset_s)} s {'behind' if offset_s < 0 else 'ahead of'} real time."
    )


def _require_local_mode() -> None:
    if not current_app.config["ISOCKET"].is_local:
        message = "The clock can be moved in local mode only."
        raise click.ClickException(message)
