"""What the journeys share."""

from collections.abc import Iterator, Sequence

import pytest

from tests.journeys.crawl import EVERY_VIEW, VIEWS, View
from tests.support.databases import Databases
from tests.support.length import is_full
from tests.support.server import LiveServer, serving


@pytest.fixture(scope="session")
def views() -> Sequence[View]:
    """How each page is looked at: in each size and each colour scheme, and by night in every pair of them."""
    return EVERY_VIEW if is_full() else VIEWS


@pytest.fixture(scope="module")
def market(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """One server for the tests of a file whose subject is the browser: on SQLite only, and started once."""
    with serving("sqlite", databases, tmp_path_factory.mktemp("market")) as server:
        yield server
