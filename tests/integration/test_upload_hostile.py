"""Hostile files through the real form: refused or cleaned with a clear sentence, and in little memory."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.hostile_uploads import CLEANED, WORDS
from tests.support.run_directory import REPOSITORY

pytestmark = pytest.mark.databases("sqlite")  # what is tested here happens before any database

SENTENCES = {
    "far too many pixels": "far more pixels than an ad. It has to be exactly 300 by 250 pixels",
    "an SVG": "This is an SVG, which can carry programs, whatever its name says.",
    "an SVG called PNG": "This is an SVG, which can carry programs, whatever its name says.",
    "a PDF called PNG": "This is a PDF, whatever its name says.",
    "half a PNG": "This image is damaged",
    "forty seconds": "This animation runs for 39.9 seconds.",
    "nothing": "This file is empty.",
    "more than a megabyte": "heavier than 1 MB",
}
GROWTH_KIB_MAX = 100 * 1024


@pytest.fixture
def outcome(database_url: str, tmp_path: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.support.hostile_uploads", database_url, str(tmp_path)]
    finished = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, timeout=180, check=False)  # noqa: S603 - our own program
    assert finished.returncode == 0, finished.stderr[-4_000:]
    found: dict[str, Any] = json.loads(finished.stdout)
    return found


def test_hostile_files_are_refused_or_cleaned_in_little_memory(outcome: dict[str, Any]) -> None:
    assert set(SENTENCES) | CLEANED == set(outcome["answers"])
    for name, words in SENTENCES.items():
        answer = outcome["answers"][name]
        assert words in answer["says"], (name, answer)
        assert answer["keeps"] == WORDS, name
    # The first ad, and the two that were cleaned: the GIF with the frame at which it rests.
    assert outcome["files"] == 4
    assert outcome["leftovers"] == []
    # Of the web worker; what the process that meets the file takes is measured by itself, from a small parent.
    assert outcome["growth_kib"] < GROWTH_KIB_MAX, outcome
