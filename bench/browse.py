"""What finding costs as the market grows: statements and median time of the public pages, beside a reference page.

Run it with ``.venv/bin/python -m bench.browse [--database sqlite|postgresql] [--sizes 1000,10000,100000]``. Every
market is made anew by bulk insert (ten bids a socket) and has its catalogue built by the shipped command. The
reference is a page of the same app with one query and 50 rows. The rounds go through all sizes and pages in turn,
so that whatever else the machine does falls on every case alike.
"""

import argparse
import json
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import cycle
from typing import TypeVar

import sqlalchemy as sa
from flask import Flask, make_response, render_template_string
from sqlalchemy import event
from werkzeug.wrappers import Response

from app import create_app
from app.commands.catalogue import rebuild_catalogue
from app.domain.catalogue.models import SearchRow
from app.foundation.clock import database_now
from app.foundation.db import db, in_transaction
from app.web.shell.access import public
from bench.pages import count_statements, fetch, measure
from bench.report import Cell, Row, print_report
from tests.factories.market import Mix, fill_market, fill_traffic
from tests.support import postgresql
from tests.support.databases import KINDS, Databases, disconnect, make_config
from tests.support.run_directory import close_run, open_run

T = TypeVar("T")
SIZES = (1_000, 10_000, 100_000)
ROUNDS = 40
REFERENCE = "reference"
REFERENCE_ROWS = 50
SOCKETS_SHOWN = 20
MAIN = ("home", "browse", "search", "socket")
# What a figure may come to at most.
LIMITS = {"max_statements": 6.0, "growth": 1.5, "site_vs_reference": 3.0, "socket_vs_reference": 2.0}
PATHS = {
    "home": "/",
    "browse": "/sockets",
    "search": "/sockets?q=garden",
    "filters": "/sockets?country=DE&size=300x250&sort=newest",
    "price": "/sockets?price_min=20&price_max=90&sort=price_low",
    "days": "/sockets?way=rate_card&free_from={day}",
    "site": "/sites/site-7",
    REFERENCE: "/reference",
}
TEMPLATE = """
{% extends "_layout/page.html" %}
{% from "_macros/display.html" import table %}
{% block title %}Fifty sockets{% endblock %}
{% block content %}
  {% call table("Sockets", ["Name", "Site", "Size", "Price"]) %}
    {% for row in rows %}
      <tr><td>{{ row.socket_name }}</td><td>{{ row.site_name }}</td><td>{{ row.size }}</td><td>{{ row.price }}</td></tr>
    {% endfor %}
  {% endcall %}
{% endblock %}
"""


@dataclass(frozen=True, slots=True)
class Market:
    """An app on a market of one size, and what is visited there."""

    app: Flask
    visits: dict[str, Callable[[], None]]
    statements: dict[str, int]
    built_s: float


def main(arguments: Sequence[str] | None = None) -> None:
    """Builds the markets, measures and prints."""
    parser = argparse.ArgumentParser(prog="python -m bench.browse", description=__doc__)
    parser.add_argument("--database", choices=KINDS, help="one database only (default: both)")
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)), help="numbers of sockets, by comma")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    options = parser.parse_args(arguments)
    sizes = [int(size) for size in options.sizes.split(",")]
    run = open_run()
    try:
        compare([options.database] if options.database else KINDS, sizes, options.rounds)
    finally:
        postgresql.stop_server()
        close_run(run)


def compare(kinds: Sequence[str], sizes: Sequence[int], rounds: int) -> None:
    """Measures on each database in turn; the last line has the worst of all, the one before what is over a limit."""
    found = [_measured(kind, sizes, rounds) for kind in kinds]
    worst = {name: max(figures[name] for figures in found) for name in found[0]}
    over = [f"{name} {worst[name]} (at most {most:g})" for name, most in LIMITS.items() if float(worst[name]) > most]
    print("Over their limits: " + ", ".join(over) if over else "All within their limits.")
    print(json.dumps(worst, sort_keys=True))


def _measured(kind: str, sizes: Sequence[int], rounds: int) -> dict[str, Cell]:
    with ExitStack() as stack:
        databases = Databases()
        stack.callback(databases.close)
        markets = {size: _market(databases, stack, kind, size) for size in sizes}
        times = _times(markets, rounds)
        for market in markets.values():
            disconnect(market.app)
    return _report(kind, markets, times, rounds)


def _market(databases: Databases, stack: ExitStack, kind: str, size: int) -> Market:
    address = stack.enter_context(databases.another(kind))
    app = create_app(make_config(address, databases.data_dir(kind)))
    app.add_url_rule("/reference", "reference", public(_reference))
    started = time.perf_counter()
    with app.app_context():
        _hurry(kind)
        in_transaction(lambda: fill_market(db.session.connection(), Mix(size), now=database_now()))
        rebuild_catalogue()
        in_transaction(_fill_traffic)
        _settle(kind)
        slugs = _slugs()
        day = database_now().date().replace(day=28).isoformat()
        db.session.remove()
    client = app.test_client()
    paths = {name: path.format(day=day) for name, path in PATHS.items()}
    visits = {name: fetch(client, path) for name, path in paths.items()}
    visits["socket"] = _in_turn([fetch(client, f"/sockets/{slug}") for slug in slugs])
    statements = {name: count_statements(client, path) for name, path in paths.items()}
    statements["socket"] = max(count_statements(client, f"/sockets/{slug}") for slug in slugs)
    return Market(app, visits, statements, time.perf_counter() - started)


def _in_turn(visits: Sequence[Callable[[], None]]) -> Callable[[], None]:
    turns = cycle(visits)

    def visit() -> None:
        next(turns)()

    return visit


def _hurry(kind: str) -> None:
    """Nothing of this outlives the run, so nothing needs to reach the disk while it is made."""
    if kind == "sqlite":
        event.listen(db.engine, "connect", lambda connection, _record: connection.execute("PRAGMA synchronous=OFF"))


def _settle(kind: str) -> None:
    """Has PostgreSQL do at once what its own housekeeping does within minutes."""
    if kind == "postgresql":
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(sa.text("SET statement_timeout = 0"))
            connection.execute(sa.text("VACUUM ANALYZE"))


def _fill_traffic() -> None:
    """Everything whose page is visited has been measured for a month: the sockets, and those of the site."""
    ids = sa.select(SearchRow.socket_id)
    shown = _shown(SearchRow.socket_id)
    on_site = ids.where(SearchRow.site_slug == PATHS["site"].rpartition("/")[2])
    socket_ids = {*db.session.scalars(shown), *db.session.scalars(on_site)}
    fill_traffic(db.session.connection(), sorted(socket_ids), now=database_now())


def _slugs() -> list[str]:
    """Sockets that have everything on their page."""
    return list(db.session.scalars(_shown(SearchRow.socket_slug)))


def _shown(column: sa.orm.InstrumentedAttribute[T]) -> sa.Select[T]:
    query = sa.select(column).where(SearchRow.has_auction, SearchRow.has_rate_card)
    return query.order_by(SearchRow.socket_id).limit(SOCKETS_SHOWN)


def _reference() -> Response:
    """One query, fifty rows, our layout."""
    query = sa.select(
        SearchRow.socket_name, SearchRow.site_name, SearchRow.size, SearchRow.price_from_minor.label("price")
    )
    rows = db.session.execute(query.order_by(SearchRow.socket_id).limit(REFERENCE_ROWS)).all()
    return make_response(render_template_string(TEMPLATE, rows=rows))


def _times(markets: dict[int, Market], rounds: int) -> dict[tuple[int, str], float]:
    """The median milliseconds of each page at each size."""
    visits = {f"{size} {name}": visit for size, market in markets.items() for name, visit in market.visits.items()}
    measured = measure(visits, rounds=rounds)
    split = ((case.partition(" "), taken) for case, taken in measured.items())
    return {(int(size), name): taken for (size, _, name), taken in split}


def _report(kind: str, markets: dict[int, Market], times: dict[tuple[int, str], float], rounds: int) -> dict[str, Cell]:
    small, large = min(markets), max(markets)
    names = list(markets[large].visits)
    growth = {name: times[large, name] / times[small, name] for name in names}
    beside = {name: times[large, name] / times[large, REFERENCE] for name in names}
    rows: list[Row] = [
        {
            "page": name,
            **{f"{size:,}: ms": times[size, name] for size in markets},
            "growth": growth[name],
            "times reference": beside[name],
            "statements": max(market.statements[name] for market in markets.values()),
        }
        for name in names
    ]
    built = ", ".join(f"{size:,} in {market.built_s:.0f} s" for size, market in markets.items())
    growth_of_main = round(max(growth[name] for name in MAIN), 2)
    figures: dict[str, Cell] = {
        "max_statements": max(market.statements[name] for market in markets.values() for name in names),
        "growth": growth_of_main,
        f"growth_{small}_to_{large}": growth_of_main,
        "vs_reference_page": round(max(beside[name] for name in MAIN), 2),
        **{f"{name}_vs_reference": round(beside[name], 2) for name in ("site", "socket")},
        "reference_ms": round(times[large, REFERENCE], 3),
        **{f"{name}_growth": round(growth[name], 2) for name in names},
        **{f"{name}_ms": round(times[large, name], 3) for name in names if name != REFERENCE},
    }
    print_report(
        f"Finding on {kind}: median of {rounds} interleaved rounds, one thread, no server in front (built {built})",
        rows,
        figures=figures,
    )
    return figures


if __name__ == "__main__":
    main()
