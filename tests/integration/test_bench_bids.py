"""The benchmark of bids runs, and its yardstick sends what the service sends."""

import json

import pytest

from bench.bids import WAYS, Sizes, check_same, rates_on, report
from bench.bids_ground import Call
from tests.support.databases import Databases

SMALL = Sizes(auctions=4, rounds=2, bids_a_round=3)


def test_it_measures_both_kinds_of_auctions(
    database_kind: str, databases: Databases, capsys: pytest.CaptureFixture[str]
) -> None:
    rates = rates_on(databases, database_kind, SMALL)
    report({database_kind: rates}, SMALL)
    figures = json.loads(capsys.readouterr().out.splitlines()[-1])
    cases = [f"{database_kind}_hot", f"{database_kind}_4"]
    assert [name for name in figures if name.startswith("ratio")] == sorted(f"ratio_{case}" for case in cases)
    assert all(figures[f"{way}_{case}_per_s"] > 0 for way in WAYS for case in cases)
    assert max(found.statements for found in rates.values()) <= 9


def test_a_yardstick_that_leaves_something_out_is_refused() -> None:
    lock, write = Call("SELECT 1", (), is_many=False), Call("INSERT INTO bid VALUES (1)", (), is_many=False)
    assert check_same({"service": [[lock, write]], "core": [[lock, write]]}) == 2
    with pytest.raises(RuntimeError, match="do not send the same"):
        check_same({"service": [[lock, write]], "core": [[write]]})
