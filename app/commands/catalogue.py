"""``flask catalogue``: makes what visitors find again from what the other rooms know."""

from collections.abc import Sequence
from functools import partial

import click
from flask import Flask
from flask.cli import AppGroup

from app.domain.catalogue.queries import count_market
from app.domain.catalogue.queries.zones import zones_of
from app.domain.catalogue.service import measure_rows, next_sockets, record_figures, refresh_sockets
from app.domain.measurement.service.traffic import sum_traffic
from app.foundation.clock import database_now
from app.foundation.db import in_transaction, reading_connection

SOCKETS_A_STEP = 500
# Of these every hour that was ever counted is read.
SUMMED_A_STEP = 20

catalogue_group = AppGroup("catalogue", help="Keep what visitors find.")


def register(app: Flask) -> None:
    """Puts ``flask catalogue`` on the app."""
    app.cli.add_command(catalogue_group)


@catalogue_group.command("rebuild")
def rebuild_command() -> None:
    """Look at every socket again, in steps, while the market goes on; harmless at any time."""
    click.echo(f"{rebuild_catalogue():,} sockets looked at.")


@catalogue_group.command("sum-traffic")
def sum_traffic_command() -> None:
    """Make the daily sums of traffic anew from the hours, in steps, while events are counted; harmless at any time."""
    summed, last = 0, 0
    while step := in_transaction(partial(_sum_next, last)):
        summed += len(step)
        last = step[-1]
    click.echo(f"{summed:,} sockets summed.")


def rebuild_catalogue() -> int:
    """Looks at every socket again and counts the market; returns how many sockets there are."""
    looked, last = 0, 0
    while step := in_transaction(partial(_look_at_next, last)):
        looked += len(step)
        last = step[-1]
    with reading_connection() as connection:
        now = database_now(connection)
        figures = count_market(connection)
    in_transaction(lambda: record_figures(figures, now=now))
    in_transaction(measure_rows)
    return looked


def _look_at_next(last: int) -> Sequence[int]:
    step = next_sockets(last, SOCKETS_A_STEP)
    refresh_sockets(step, now=database_now())
    return step


def _sum_next(last: int) -> Sequence[int]:
    step = next_sockets(last, SUMMED_A_STEP)
    sum_traffic(zones_of(step))
    return step
