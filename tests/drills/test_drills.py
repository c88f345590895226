"""The drills in short form, on both databases; ``python -m bench.drills`` runs them whole."""

import pytest
from playwright.sync_api import Browser

from bench.drills.browser import impatience
from bench.drills.ground import prepared_ground
from bench.drills.run import DRILLS, run_drills
from tests.support.databases import Databases

TIMEOUT_S = 600
NEEDS_CHROMIUM = "R6"


@pytest.mark.timeout(TIMEOUT_S)
def test_the_drills_hold(database_kind: str, databases: Databases) -> None:
    names = [name for name in DRILLS if name != NEEDS_CHROMIUM]
    results = list(run_drills(names, database_kind, databases, is_short=True))
    print("\n".join(result.line for result in results))  # noqa: T201 - the figures, shown when something failed
    assert [result.name for result in results] == names
    assert [result.line for result in results if result.problems] == []


@pytest.mark.timeout(TIMEOUT_S)
def test_impatience_changes_nothing(database_kind: str, databases: Databases, browser: Browser) -> None:
    with prepared_ground(database_kind, databases, clients=2, is_short=True) as ground:
        assert list(impatience(ground, browser).problems) == []
