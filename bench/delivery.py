"""Requests per second of the ad server, beside a bare WSGI hello and a Flask hello on the same server.

Run it with ``.venv/bin/python -m bench.delivery [--rounds N] [--seconds S]``. Two workers of the shipped server
answer from markets with 10 and with 10,000 live line items; every request is another reader's, and every view and
click has a token of its own. The rounds of all cases are interleaved, and the figures are medians.

The load shares the machine with the server. Where the load is the slower of the two, rates come closer together than
servers are; the processor time a request takes (``server ms``) does not.
"""

import argparse
import multiprocessing
import statistics
import tempfile
import zlib
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from app.delivery.tag import tag_source
from bench.delivery_ground import WORKERS, Asker, Server, make_market, serving, settings
from bench.load import Found, Load, drive
from bench.report import Cell, Row, print_report
from tests.support.run_directory import close_run, open_run

FEW, MANY = 10, 10_000
ROUNDS = 5
SECONDS = 2.0
WARM_UP_SECONDS = 1.0
MS_PER_S = 1000
OK, NOTED, MOVED = b"HTTP/1.1 200", b"HTTP/1.1 204", b"HTTP/1.1 302"
WSGI, FLASK = "bare WSGI hello", "Flask hello"


@dataclass(slots=True)
class Case:
    """One thing that is measured, and what each round found."""

    server: Server
    requests: Sequence[bytes]
    status: bytes
    rounds: list[Found] = field(default_factory=list)
    server_ms: list[float] = field(default_factory=list)

    @property
    def per_s(self) -> float:
        """Requests per second."""
        return statistics.median(found.per_s for found in self.rounds)

    def row(self, name: str, yardstick: "Case") -> Row:
        """A line of the table."""
        return {
            "case": name,
            "requests/s": round(self.per_s),
            "times WSGI": self.per_s / yardstick.per_s,
            "p50 ms": statistics.median(found.p50_ms for found in self.rounds),
            "p99 ms": statistics.median(found.p99_ms for found in self.rounds),
            "server ms": statistics.median(self.server_ms),
        }


def main(arguments: Sequence[str] | None = None) -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(prog="python -m bench.delivery", description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--seconds", type=float, default=SECONDS, help="of one round of one case")
    parser.add_argument("--many", type=int, default=MANY, help="live line items of the larger market")
    options = parser.parse_args(arguments)
    run = open_run()
    try:
        with ExitStack() as stack:
            cases = make_cases(stack, Path(stack.enter_context(tempfile.TemporaryDirectory())), options.many)
            measure(stack, cases, rounds=options.rounds, seconds=options.seconds)
            report(cases, rounds=options.rounds, many=options.many)
    finally:
        close_run(run)


def make_cases(stack: ExitStack, folder: Path, many: int) -> dict[str, Case]:
    """Starts the servers and writes the requests."""
    yardsticks = {name: serving(f"bench.hello:{app}", settings(folder), "/") for name, app in HELLOS.items()}
    cases = {name: Case(stack.enter_context(server), Asker(FEW).hello(), OK) for name, server in yardsticks.items()}
    for line_items in (FEW, many):
        market = folder / str(line_items)
        make_market(market, line_items)
        server = stack.enter_context(serving("wsgi:app", settings(market), "/healthz"))
        asker = Asker(line_items)
        cases[f"decision, 1 socket, {line_items:,} live"] = Case(server, asker.decisions(1), OK)
        cases[f"decision, 4 sockets, {line_items:,} live"] = Case(server, asker.decisions(4), OK)
        cases[f"view, {line_items:,} live"] = Case(server, asker.views(), NOTED)
        cases[f"click, {line_items:,} live"] = Case(server, asker.clicks(), MOVED)
    return cases


HELLOS = {WSGI: "wsgi_hello", FLASK: "flask_hello"}


def measure(stack: ExitStack, cases: dict[str, Case], *, rounds: int, seconds: float) -> None:
    """Runs every case in turn, again and again, under load from another process."""
    pool = ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"))
    clients = stack.enter_context(pool)
    for number in range(rounds + 1):
        for case in cases.values():
            load = Load(case.server.port, case.requests, case.status, seconds if number else WARM_UP_SECONDS)
            before_s = case.server.cpu_s()
            found = clients.submit(drive, load).result()
            if number:
                answered = found.per_s * load.seconds
                case.rounds.append(found)
                case.server_ms.append((case.server.cpu_s() - before_s) * MS_PER_S / answered)


def report(cases: dict[str, Case], *, rounds: int, many: int) -> None:
    """Prints the table and the figures."""
    hello = cases[WSGI]
    one, few = cases[f"decision, 1 socket, {many:,} live"], cases[f"decision, 1 socket, {FEW:,} live"]
    servers = {case.server.pid: case.server for name, case in cases.items() if name not in HELLOS}
    script = tag_source("https://ads.example.com").encode()
    compressor = zlib.compressobj(9, zlib.DEFLATED, 31)
    figures: dict[str, Cell] = {
        "decision_vs_wsgi": round(one.per_s / hello.per_s, 3),
        "decision4_vs_wsgi": round(cases[f"decision, 4 sockets, {many:,} live"].per_s / hello.per_s, 3),
        "decision_10000_vs_10": round(one.per_s / few.per_s, 3),
        "view_vs_wsgi": round(cases[f"view, {many:,} live"].per_s / hello.per_s, 3),
        "click_vs_wsgi": round(cases[f"click, {many:,} live"].per_s / hello.per_s, 3),
        "tag_bytes_gzip": len(compressor.compress(script) + compressor.flush()),
        "worker_peak_rss_mib": round(max(server.peak_rss_mib() for server in servers.values()), 1),
    }
    print_report(
        f"Delivery: {WORKERS} workers, 16 connections, medians of {rounds} interleaved rounds",
        [case.row(name, hello) for name, case in cases.items()],
        figures=figures,
    )


if __name__ == "__main__":
    main()
