"""The benchmark of memory runs, and what it finds in a small market fits the dyno."""

import json

import pytest

from bench.memory import main

START_MIB_MAX, LOAD_MIB_MAX = 340, 440


def test_everything_that_serve_starts_fits_a_small_dyno(
    database_kind: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bench.memory.open_run", lambda: None)  # the run of the tests goes on after it
    monkeypatch.setattr("bench.memory.close_run", lambda _: None)
    monkeypatch.setattr("bench.memory.postgresql.stop_server", lambda: None)
    main(["--database", database_kind, "--rounds", "1", "--seconds", "1", "--settled-after", "1", "--many", "50"])
    figures = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert figures["processes"] == 6  # the supervisor, the web server and its two workers, the mover, the job runner
    assert 0 < figures["group_pss_mib_start"] <= START_MIB_MAX
    assert 0 < figures["group_pss_mib_load"] <= LOAD_MIB_MAX
