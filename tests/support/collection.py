"""What pytest would run: a plug-in for a run that only collects, and notes what it found as JSON.

Used by tests of the tests themselves::

    ISOCKET_COLLECTED=<file> python -m pytest --collect-only -p tests.support.collection
"""

import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

VARIABLE = "ISOCKET_COLLECTED"
LEFT_OUT = pytest.StashKey[list[str]]()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> Iterator[None]:
    """Notes every test with the fixtures it needs, and which of them the run leaves out."""
    config.stash[LEFT_OUT] = []
    found = {item.nodeid: fixtures_of(item) for item in items}
    yield
    Path(os.environ[VARIABLE]).write_text(json.dumps({"fixtures": found, "left_out": config.stash[LEFT_OUT]}))


def pytest_deselected(items: Sequence[pytest.Item]) -> None:
    """Notes what is left out."""
    for item in items:
        item.config.stash[LEFT_OUT].append(item.nodeid)


def fixtures_of(item: pytest.Item) -> list[str]:
    """The fixtures of a test, each with the module that defines it: ``tests.conftest:app``."""
    if not isinstance(item, pytest.Function):
        return []
    known = item._fixtureinfo.name2fixturedefs
    return [f"{known[name][-1].func.__module__}:{name}" for name in item.fixturenames if name in known]
