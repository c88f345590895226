"""Accepted bids per second through the service, beside the same reads and writes through SQLAlchemy Core.

Run it with ``.venv/bin/python -m bench.bids [--database sqlite|postgresql] [--rounds N]``: on one auction that
everybody bids on, and on 1,000 auctions in turn. One thread and one connection, so that the ratio is the cost of
the service's code and not of waiting for locks. Every bid takes the lead: it writes the bid, the auction and an
event with its deliveries.

Service and Core take turns, round by round, on the same engine and the same auctions; a first round, not counted,
shows that they send the same statements. The raw rate is the driver's (``sqlite3``, ``psycopg``): it is given, on a
twin of the database, exactly what Core sent, and does nothing else.
"""

import argparse
import re
import sqlite3
import statistics
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from sqlalchemy.engine import Engine

from app.domain.auctions.service.placing import place_bid
from app.foundation.clock import database_now
from app.foundation.db import db, in_transaction
from bench.bids_core import Offer, bid_by_core
from bench.bids_ground import Call, Course, Tape, Taped, courses_on, fill, open_app
from bench.report import Cell, Row, print_report
from tests.support import postgresql
from tests.support.databases import KINDS, Databases
from tests.support.run_directory import close_run, open_run

AUCTIONS = 1_000
ROUNDS = 15
BIDS_A_ROUND = 25
WAYS = ("service", "core", "raw")
VERB = re.compile(r"SELECT|INSERT INTO \w+|UPDATE \w+|DELETE FROM \w+")


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much is measured: auctions beside the hot one, rounds, and bids in each."""

    auctions: int
    rounds: int
    bids_a_round: int


@dataclass(slots=True)
class Rates:
    """Bids per second of each round, by way, and how many statements one bid takes."""

    by_way: dict[str, list[float]] = field(default_factory=lambda: {way: [] for way in WAYS})
    statements: int = 0

    def median(self, way: str) -> float:
        """The rate of a way."""
        return statistics.median(self.by_way[way])

    @property
    def ratio(self) -> float:
        """How much of Core's rate the service reaches."""
        return self.median("service") / self.median("core")


@dataclass(frozen=True, slots=True)
class Track:
    """A database to bid on, what is sent to it, and the driver's connection to its twin."""

    engine: Engine
    tape: Tape
    raw: Any
    bids_a_round: int


def main(arguments: Sequence[str] | None = None) -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(prog="python -m bench.bids", description=__doc__)
    parser.add_argument("--database", choices=KINDS, help="one of them only (default: both)")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--bids", type=int, default=BIDS_A_ROUND, help="bids a round")
    parser.add_argument("--auctions", type=int, default=AUCTIONS, help="auctions beside the hot one")
    options = parser.parse_args(arguments)
    sizes = Sizes(options.auctions, options.rounds, options.bids)
    run = open_run()
    try:
        databases = Databases()
        kinds = [options.database] if options.database else KINDS
        rates = {kind: rates_on(databases, kind, sizes) for kind in kinds}
        databases.close()
    finally:
        postgresql.stop_server()
        close_run(run)
    report(rates, sizes)


def rates_on(databases: Databases, kind: str, sizes: Sizes) -> dict[str, Rates]:
    """The rates on one kind of database: on the hot auction, and on the others."""
    with ExitStack() as stack:
        app, twin = (open_app(databases, stack, kind) for _ in range(2))
        with app.app_context():
            now = database_now()
            db.session.remove()
        fill(app, sizes.auctions, now)
        fill(twin, sizes.auctions, now)
        with twin.app_context():
            raw = stack.enter_context(closing(db.engine.raw_connection())).driver_connection
        with app.app_context():
            courses = courses_on(db.engine, sizes.auctions)
            track = Track(db.engine, Tape(), raw, sizes.bids_a_round)
            track.tape.listen(db.engine)
            return {name: measure(track, course, sizes.rounds) for name, course in courses.items()}


def measure(track: Track, course: Course, rounds: int) -> Rates:
    """The rates of a course; who begins a round changes from round to round."""
    rates = Rates()
    ways: list[tuple[str, Callable[[Offer], None]]] = [
        ("service", bid_by_service),
        ("core", partial(bid_by_core, track.engine)),
    ]
    for number in range(rounds + 1):
        taped = {}
        for way, place in ways if number % 2 else reversed(ways):
            offers = list(course.offers(track.bids_a_round))
            spent = seconds(partial(take, place, offers))
            taped[way] = track.tape.cut()
            replayed = seconds(partial(replay, track.raw, taped[way]))
            if number:
                rates.by_way[way].append(len(offers) / spent)
            if number and way == "core":
                rates.by_way["raw"].append(len(offers) / replayed)
        rates.statements = check_same(taped)
    return rates


def take(place: Callable[[Offer], None], offers: Iterable[Offer]) -> None:
    """Places one bid after the other."""
    for offer in offers:
        place(offer)


def bid_by_service(offer: Offer) -> None:
    """Takes a bid as the page does."""
    in_transaction(lambda: place_bid(offer.auction_id, offer.account_id, offer.ceiling_minor))


def replay(raw: Any, transactions: Iterable[Taped]) -> None:  # noqa: ANN401 - one of two drivers' connections
    """Gives the driver what was sent before."""
    cursor = raw.cursor()
    for calls in transactions:
        if isinstance(raw, sqlite3.Connection):
            cursor.execute("BEGIN IMMEDIATE")
        for call in calls:
            (cursor.executemany if call.is_many else cursor.execute)(call.statement, call.parameters)
            if cursor.description:
                cursor.fetchall()
        raw.commit()


def check_same(taped: Mapping[str, Sequence[Taped]]) -> int:
    """How many statements a bid takes, the same by the service as by Core.

    Raises:
        RuntimeError: the service sends others, so the yardstick measures something else.
    """
    kinds = {way: {tuple(_kind(call) for call in calls) for calls in sent} for way, sent in taped.items()}
    if kinds["service"] != kinds["core"] or len(kinds["core"]) != 1:
        message = f"the service and the yardstick do not send the same: {kinds}"
        raise RuntimeError(message)
    return len(kinds["core"].pop())


def _kind(call: Call) -> str:
    found = VERB.match(call.statement)
    return found[0] if found else call.statement


def seconds(work: Callable[[], object]) -> float:
    """How long something takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def report(found: Mapping[str, Mapping[str, Rates]], sizes: Sizes) -> None:
    """Prints the table and the figures."""
    cases = [(kind, name, rates) for kind, by_name in found.items() for name, rates in by_name.items()]
    rows: list[Row] = [
        {
            "database": kind,
            "auctions": name,
            **{f"{way}: bids/s": rates.median(way) for way in WAYS},
            "service/core": rates.ratio,
            "core/raw": rates.median("core") / rates.median("raw"),
            "statements": rates.statements,
        }
        for kind, name, rates in cases
    ]
    figures: dict[str, Cell] = {f"ratio_{kind}_{name}": round(rates.ratio, 2) for kind, name, rates in cases}
    for kind, name, rates in cases:
        figures |= {f"{way}_{kind}_{name}_per_s": round(rates.median(way)) for way in WAYS}
    measured = f"medians of {sizes.rounds} interleaved rounds of {sizes.bids_a_round} bids"
    print_report(f"Accepted bids: {measured}, one thread, one connection", rows, figures=figures)


if __name__ == "__main__":
    main()
