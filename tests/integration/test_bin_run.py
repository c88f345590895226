"""What ``bin/run`` does at a first start and at later ones, with a Python that only notes what it is asked."""

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.run_directory import REPOSITORY

NOTING = f"""#!/bin/sh
if [ "$1" = "-c" ]; then exec {sys.executable} "$@"; fi
echo "$@" >> "$ASKED"
"""


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of the front door, with an environment that is installed already."""
    shutil.copytree(REPOSITORY / "bin", tmp_path / "bin")
    shutil.copy(REPOSITORY / "requirements.txt", tmp_path)
    versions = tmp_path / "migrations" / "versions"
    versions.mkdir(parents=True)
    for migration in (REPOSITORY / "migrations" / "versions").glob("[0-9]*.py"):
        (versions / migration.name).touch()
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(NOTING)
    python.chmod(python.stat().st_mode | stat.S_IXUSR)
    with (tmp_path / "requirements.txt").open("rb") as pins:
        sums = subprocess.run(["/usr/bin/env", "cksum"], stdin=pins, capture_output=True, check=True)
    (tmp_path / ".venv" / ".requirements.txt.installed").write_bytes(sums.stdout)
    return tmp_path


def run(house: Path, **settings: str) -> list[str]:
    """Starts it; gives what Python was asked to do, in order."""
    asked = house / "asked"
    asked.unlink(missing_ok=True)
    environment = {"PATH": os.environ["PATH"], "ISOCKET_DATA": str(house / "data"), "ASKED": str(asked), **settings}
    done = subprocess.run(  # noqa: S603 - our own script
        [house / "bin" / "run"], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return [line.partition("--app wsgi ")[2] for line in asked.read_text().splitlines()]


def make_database(house: Path) -> None:
    """What a start leaves: a database at the newest migration."""
    newest = max(path.name for path in (house / "migrations" / "versions").iterdir())[:4]
    with sqlite3.connect(house / "data" / "isocket.sqlite") as connection:
        connection.execute("CREATE TABLE alembic_version (version_num TEXT)")
        connection.execute("INSERT INTO alembic_version VALUES (?)", (newest,))
    connection.close()


def test_a_first_start_makes_the_demo_and_a_second_one_only_serves(house: Path) -> None:
    assert run(house) == ["demo prepare", "serve --with-jobs"]
    make_database(house)
    assert run(house) == ["serve --with-jobs"]


def test_the_demo_can_be_left_out(house: Path) -> None:
    assert run(house, ISOCKET_DEMO="0") == ["db upgrade", "serve --with-jobs"]


def test_a_demo_that_was_cut_off_begins_anew(house: Path) -> None:
    run(house)
    make_database(house)
    (house / "data" / "demo.loading").touch()
    (house / "data" / "events").mkdir()
    assert run(house) == ["demo prepare", "serve --with-jobs"]
    assert list((house / "data").iterdir()) == []


def test_a_database_of_ones_own_is_never_taken_away(house: Path) -> None:
    run(house)
    make_database(house)
    (house / "data" / "demo.loading").touch()
    assert run(house, DATABASE_URL="sqlite:////nowhere/market.sqlite") == ["demo prepare", "serve --with-jobs"]
    assert (house / "data" / "isocket.sqlite").exists()
