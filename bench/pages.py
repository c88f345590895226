"""What a page costs: statements and median time, beside a bare Flask hello in the same process.

Run it with ``.venv/bin/python -m bench.pages``. The rounds are interleaved, so that whatever else the
machine does falls on every case alike.
"""

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from bench.report import Row, print_report
from tests.support.databases import disconnect, make_config, migrate
from tests.support.statements import statements

WARM_UP_ROUNDS = 5
ROUNDS = 60
PAGES = {"home": "/", "sign_in": "/sign-in"}
OK = 200
MS_PER_S = 1000


def main() -> None:
    """Measures and prints."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(make_config(f"sqlite:///{folder}/bench.sqlite", Path(folder)))
        migrate(app)
        cases = {"hello": (hello_app().test_client(), "/")}
        cases |= {name: (app.test_client(), path) for name, path in PAGES.items()}
        times = measure({name: fetch(client, path) for name, (client, path) in cases.items()})
        counts = {name: count_statements(client, path) for name, (client, path) in cases.items()}
        disconnect(app)
    print_report(
        f"Pages: median of {ROUNDS} interleaved rounds, SQLite, one thread, no server in front",
        [row_for(name, times, counts) for name in cases],
        figures={f"{name}_ms": round(times[name], 3) for name in cases}
        | {f"{name}_statements": counts[name] for name in cases},
    )


def hello_app() -> Flask:
    """The least a Flask page can be."""
    app = Flask("hello")
    app.add_url_rule("/", "hello", lambda: "hello")
    return app


def fetch(client: FlaskClient, path: str) -> Callable[[], None]:
    """One visit, which must succeed."""

    def visit() -> None:
        response = client.get(path)
        if response.status_code != OK:
            message = f"{path} answered {response.status}"
            raise RuntimeError(message)

    return visit


def measure(visits: dict[str, Callable[[], None]], *, rounds: int = ROUNDS) -> dict[str, float]:
    """The median milliseconds of each visit."""
    times: dict[str, list[float]] = {name: [] for name in visits}
    for number in range(WARM_UP_ROUNDS + rounds):
        for name, visit in visits.items():
            started = time.perf_counter()
            visit()
            if number >= WARM_UP_ROUNDS:
                times[name].append((time.perf_counter() - started) * MS_PER_S)
    return {name: statistics.median(taken) for name, taken in times.items()}


def count_statements(client: FlaskClient, path: str) -> int:
    """How often one visit asks the database."""
    with statements() as seen:
        client.get(path)
    return len(seen)


def row_for(name: str, times: dict[str, float], counts: dict[str, int]) -> Row:
    """A line of the table."""
    return {
        "page": name,
        "median ms": times[name],
        "times hello": times[name] / times["hello"],
        "statements": counts[name],
    }


if __name__ == "__main__":
    main()
