"""The memory of everything ``flask serve --with-jobs`` starts: after the start, and under load.

Run it with ``.venv/bin/python -m bench.memory [--database postgresql|sqlite] [--rounds N] [--seconds S]``. Two workers
answer from a market in which 10,000 line items run. Memory is the sum over the process group of each process's
proportional set size: a page that several processes share counts once in all. It is read when the first page has been
served and the processes have settled, and again and again while decisions, views and clicks are asked for and pages
are visited beside them; the figure under load is the median over the rounds of each round's highest sum.

Files that other programs of this machine have mapped, too, make the sums smaller; anonymous memory is not shared with
strangers and stands in a column of its own.
"""

import argparse
import multiprocessing
import statistics
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, wait
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from app import create_app
from app.commands.catalogue import rebuild_catalogue
from bench.delivery import MANY, MOVED, NOTED, OK
from bench.delivery_ground import KIB_A_MIB, SECRET_KEY, Asker, put_on_air
from bench.load import Load, drive
from bench.report import Cell, Row, print_report
from tests.support import postgresql
from tests.support.databases import KINDS, Databases, disconnect, make_config
from tests.support.run_directory import close_run, open_run
from tests.support.server import LiveServer

ROUNDS = 5
SECONDS = 5.0
SETTLED_AFTER_S = 6.0
LOOK_EVERY_S = 0.25
PAGE_CONNECTIONS = 4
SETTINGS = {"SECRET_KEY": SECRET_KEY, "TRUSTED_HOPS": "1", "LOG_LEVEL": "WARNING", "WEB_CONCURRENCY": "2"}
PAGES = ("/", "/sockets", "/sockets?q=garden", "/sites/site-7", "/sockets/socket-7", "/sign-in", "/sign-up")


@dataclass(frozen=True, slots=True)
class Memory:
    """What one process holds, in MiB: its proportional share, and what of it is its own and no file."""

    pss_mib: float
    anonymous_mib: float


@dataclass(frozen=True, slots=True)
class Held:
    """What was found on one database: by process after the start and at the highest moment under load."""

    start: dict[int, Memory]
    load: dict[int, Memory]
    names: dict[int, str]
    peaks_mib: list[float]


def main(arguments: Sequence[str] | None = None) -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(prog="python -m bench.memory", description=__doc__)
    parser.add_argument("--database", choices=KINDS, default="postgresql")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--seconds", type=float, default=SECONDS, help="of one round")
    parser.add_argument("--settled-after", type=float, default=SETTLED_AFTER_S, help="seconds after the first page")
    parser.add_argument("--many", type=int, default=MANY, help="live line items of the market")
    options = parser.parse_args(arguments)
    run = open_run()
    try:
        with ExitStack() as stack:
            server = stack.enter_context(serving(options.database, options.many))
            held = measure(stack, server, options)
    finally:
        postgresql.stop_server()
        close_run(run)
    report(held, options)


@contextmanager
def serving(kind: str, line_items: int) -> Iterator[LiveServer]:
    """The shipped server, with its jobs, on a market in which so many line items run."""
    databases = Databases()
    with databases.another(kind) as url, TemporaryDirectory() as folder:
        app = create_app(make_config(url, Path(folder)))
        put_on_air(app, line_items)
        with app.app_context():
            rebuild_catalogue()
        disconnect(app)
        server = LiveServer(data_dir=Path(folder), database_url=url, settings=SETTINGS)
        server.start()
        try:
            yield server
        finally:
            server.stop()
            databases.close()


def measure(stack: ExitStack, server: LiveServer, options: argparse.Namespace) -> Held:
    """Looks at the group after its start and during every round of load."""
    assert server.process is not None  # noqa: S101 - it was started
    group, asker = server.process.pid, Asker(options.many)
    pool = stack.enter_context(ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")))
    pool.submit(drive, Load(server.port, asker.pages(["/"])[:1], OK, 0.01, connections=1)).result()
    time.sleep(options.settled_after)
    start = memory_of(group)
    sockets = (asker.decisions(1), OK), (asker.decisions(4), OK), (asker.views(), NOTED), (asker.clicks(), MOVED)
    loads = [Load(server.port, requests, status, options.seconds / len(sockets)) for requests, status in sockets]
    visits = [Load(server.port, asker.pages(PAGES), OK, options.seconds, connections=PAGE_CONNECTIONS)]
    highest: list[dict[int, Memory]] = []
    for _ in range(options.rounds):
        rounds = [pool.submit(drive_all, one) for one in (loads, visits)]
        highest.append(max(_looks(group, rounds), key=total_mib))
        for done in rounds:
            done.result()
    names = {pid: name_of(pid) for pid in highest[-1]}
    return Held(start, max(highest, key=total_mib), names, [total_mib(one) for one in highest])


def drive_all(loads: Sequence[Load]) -> None:
    """One load after the other, in the process of the load."""
    for load in loads:
        drive(load)


def _looks(group: int, rounds: Sequence["Future[None]"]) -> Iterator[dict[int, Memory]]:
    """What the group holds, again and again until the load is over; once more then."""
    while wait(rounds, LOOK_EVERY_S).not_done:
        yield memory_of(group)
    yield memory_of(group)


def memory_of(group: int) -> dict[int, Memory]:
    """What each process of a process group holds at this moment."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if int((folder / "stat").read_text().rpartition(")")[2].split()[2]) != group:
                continue
            lines = (folder / "smaps_rollup").read_text().splitlines()
        except OSError:
            continue  # it ended while we looked
        sizes = {line.split(":")[0]: int(line.split()[1]) for line in lines[1:]}
        found[int(folder.name)] = Memory(sizes["Pss"] / KIB_A_MIB, sizes["Pss_Anon"] / KIB_A_MIB)
    return found


def total_mib(processes: dict[int, Memory]) -> float:
    """The sum over all of them."""
    return sum(one.pss_mib for one in processes.values())


def name_of(pid: int) -> str:
    """What a process says it is, without where its Python is."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_text().split("\0")[1:]
    except OSError:
        return "ended"
    return " ".join(word for word in words if word)[:60]


def report(held: Held, options: argparse.Namespace) -> None:
    """Prints the table and the figures."""
    rows: list[Row] = [
        {
            "process": held.names.get(pid, "ended"),
            "PSS MiB at start": held.start[pid].pss_mib if pid in held.start else 0.0,
            "anonymous": held.start[pid].anonymous_mib if pid in held.start else 0.0,
            "PSS MiB under load": one.pss_mib,
            "anonymous under load": one.anonymous_mib,
        }
        for pid, one in sorted(held.load.items())
    ]
    figures: dict[str, Cell] = {
        "group_pss_mib_start": round(total_mib(held.start), 1),
        "group_pss_mib_load": round(statistics.median(held.peaks_mib), 1),
        "group_pss_mib_load_max": round(max(held.peaks_mib), 1),
        "processes": len(held.start),
    }
    print_report(
        f"Memory on {options.database}: 2 workers with jobs, {options.many:,} live line items, {options.rounds} rounds",
        rows,
        figures=figures,
    )


if __name__ == "__main__":
    main()
