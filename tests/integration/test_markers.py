"""Which tests ``-m "not browser"`` leaves out: those that start Chromium, and no others."""

import json
import os
import subprocess
import sys
from typing import TypedDict

import pytest

from tests.support.collection import VARIABLE
from tests.support.run_directory import REPOSITORY

CHROMIUM = "tests.support.browser:browser"
GUARDS = ("test_guards_request_key.py", "test_guards_sessions.py", "test_shell_paths.py")
COLLECT = ("-m", "pytest", "--collect-only", "-qq", "-p", "no:randomly", "-p", "tests.support.collection")

# On a machine with other work, finding every test takes a while.
pytestmark = pytest.mark.timeout(300)


class Collected(TypedDict):
    """Every test with the fixtures it needs, and those that the run left out."""

    fixtures: dict[str, list[str]]
    left_out: list[str]


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Collected:
    """What a run without a browser would do."""
    note = tmp_path_factory.mktemp("collected") / "tests.json"
    command = [sys.executable, *COLLECT, "-m", "not browser", "tests"]
    environment = os.environ | {VARIABLE: str(note)}
    finished = subprocess.run(  # noqa: S603 - pytest, on our own tests
        command, cwd=REPOSITORY, env=environment, capture_output=True, text=True, timeout=280, check=False
    )
    assert finished.returncode == 0, finished.stdout[-4_000:] + finished.stderr
    found: Collected = json.loads(note.read_text())
    return found


def test_what_starts_chromium_is_left_out_without_a_browser_and_nothing_else(collected: Collected) -> None:
    starting = {test for test, fixtures in collected["fixtures"].items() if CHROMIUM in fixtures}
    assert starting
    assert set(collected["left_out"]) == starting


@pytest.mark.parametrize("module", GUARDS)
def test_the_guards_need_no_browser(module: str, collected: Collected) -> None:
    guards = {test for test in collected["fixtures"] if f"/{module}::" in test}
    assert guards
    assert not guards & set(collected["left_out"])
