"""The demo market stands beside the application, which is complete without it."""

import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask

from tests.support.run_directory import REPOSITORY

LOOK = "import sys, wsgi; print(sorted(name for name in sys.modules if name.split('.')[0] == 'demo'))"


def test_the_application_starts_without_loading_the_demo(tmp_path: Path) -> None:
    environment = {"ISOCKET_ENV": "local", "ISOCKET_DATA": str(tmp_path), "PATH": ""}
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", LOOK], cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout.strip()) == (0, "[]"), done.stderr


@pytest.mark.parametrize(
    ("group", "commands"), [("demo", ["load", "prepare", "check", "page"]), ("traffic", ["simulate"])]
)
def test_its_commands_are_found_by_name(app: Flask, group: str, commands: list[str]) -> None:
    runner = app.test_cli_runner()
    listed = runner.invoke(args=[group, "--help"])
    assert listed.exit_code == 0
    for command in commands:
        assert command in listed.output
        assert runner.invoke(args=[group, command, "--help"]).exit_code == 0
    assert "No such command" in runner.invoke(args=[group, "nothing"]).output
