"""What the journeys share."""

from collections.abc import Iterator

import pytest

from tests.support.databases import Databases
from tests.support.server import LiveServer, serving


@pytest.fixture(scope="module")
def market(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """One server for the tests of a file whose subject is the browser: on SQLite only, and started once."""
    with serving("sqlite", databases, tmp_path_factory.mktemp("market")) as server:
        yield server
