"""The benchmark of finding runs on both databases, and no page of a small market asks more than it may."""

import json

import pytest

from bench.browse import compare
from tests.support.databases import KINDS


def test_it_measures_every_page_on_both_databases(capsys: pytest.CaptureFixture[str]) -> None:
    compare(KINDS, [40, 80], rounds=1)
    *_, verdict, last = capsys.readouterr().out.splitlines()
    figures = json.loads(last)
    assert verdict.startswith(("All within their limits.", "Over their limits: "))
    assert figures["max_statements"] <= 6
    pages = {"home_ms", "socket_ms", "search_growth", "site_vs_reference", "socket_vs_reference"}
    assert {"growth_40_to_80", "vs_reference_page", *pages} <= figures.keys()
