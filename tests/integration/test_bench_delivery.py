"""The benchmark of delivery runs: its markets can be made, and its requests are answered as it expects."""

import json

import pytest

from bench.delivery import main


@pytest.mark.databases("sqlite")  # the ad server asks no database when it answers
@pytest.mark.usefixtures("database_kind")
def test_it_measures_decisions_views_and_clicks(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bench.delivery.open_run", lambda: None)  # the run of the tests goes on after it
    monkeypatch.setattr("bench.delivery.close_run", lambda _: None)
    main(["--rounds", "1", "--seconds", "0.3", "--many", "20"])
    figures = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert all(figures[f"{name}_vs_wsgi"] > 0 for name in ("decision", "decision4", "view", "click"))
    assert 0 < figures["tag_bytes_gzip"] <= 3_000
