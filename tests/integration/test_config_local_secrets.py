"""Local mode's own secrets: random, private, made once, whoever starts first."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import TextIO

import pytest

from config import Config
from tests.support.run_directory import REPOSITORY

STARTS = 6
PRINT_SECRETS = (
    "import os, config; c = config.Config.from_environment(os.environ); print(c.secret_key, c.password_pepper)"
)


def start(data_dir: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-c", PRINT_SECRETS],
        cwd=REPOSITORY,
        env={"PATH": os.environ["PATH"], "ISOCKET_DATA": str(data_dir)},
        stdout=subprocess.PIPE,
        text=True,
    )


def test_the_secrets_stay_the_same_over_two_starts(tmp_path: Path) -> None:
    first, second = (Config.from_environment({"ISOCKET_DATA": str(tmp_path)}) for _ in range(2))
    assert first.secret_key == second.secret_key
    assert first.password_pepper == second.password_pepper
    assert first.field_keys == second.field_keys
    assert first.field_keys
    assert first.secret_key != first.password_pepper


def test_two_installations_share_no_secret(tmp_path: Path) -> None:
    one, other = (Config.from_environment({"ISOCKET_DATA": str(tmp_path / name)}) for name in ("one", "other"))
    assert one.secret_key != other.secret_key
    assert one.password_pepper != other.password_pepper
    assert one.field_keys != other.field_keys


def test_only_the_owner_may_read_them(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        Config.from_environment({"ISOCKET_DATA": str(tmp_path)})
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "local-secrets.json").stat().st_mode) == 0o600


def test_processes_that_start_at_once_agree(tmp_path: Path) -> None:
    said = [process.communicate(timeout=60)[0] for process in [start(tmp_path) for _ in range(STARTS)]]
    assert len(set(said)) == 1
    assert said[0].strip()
    assert [path.name for path in tmp_path.iterdir()] == ["local-secrets.json"]


def test_a_start_that_is_overtaken_takes_the_others_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    environ, write = {"ISOCKET_DATA": str(tmp_path)}, json.dump
    overtaking: list[Config] = []

    def write_too_late(made: object, file: TextIO) -> None:
        monkeypatch.setattr(json, "dump", write)
        overtaking.append(Config.from_environment(environ))
        write(made, file)

    monkeypatch.setattr(json, "dump", write_too_late)
    overtaken = Config.from_environment(environ)
    assert overtaken.secret_key == overtaking[0].secret_key
    assert overtaken.field_keys == overtaking[0].field_keys


def test_a_given_secret_is_used_instead(tmp_path: Path) -> None:
    config = Config.from_environment({"ISOCKET_DATA": str(tmp_path), "SECRET_KEY": "given"})
    assert config.secret_key == "given"


def test_production_makes_no_secrets(tmp_path: Path) -> None:
    process = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-c", PRINT_SECRETS],
        cwd=REPOSITORY,
        env={"PATH": os.environ["PATH"], "ISOCKET_DATA": str(tmp_path), "ISOCKET_ENV": "production"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode != 0
    assert "SECRET_KEY is missing or weak" in process.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_stored_form_is_plain_json(tmp_path: Path) -> None:
    Config.from_environment({"ISOCKET_DATA": str(tmp_path)})
    stored = json.loads((tmp_path / "local-secrets.json").read_text())
    assert set(stored) == {"SECRET_KEY", "PASSWORD_PEPPER", "FIELD_KEYS"}
