"""A benchmark's last line is its figures as one JSON object."""

import json

import pytest

from bench.report import print_report, table_lines


def test_the_last_line_is_json(capsys: pytest.CaptureFixture[str]) -> None:
    print_report("Pages", [{"page": "home", "median ms": 1.5}], figures={"home_ms": 1.5})
    assert json.loads(capsys.readouterr().out.splitlines()[-1]) == {"home_ms": 1.5}


def test_numbers_stand_to_the_right() -> None:
    assert table_lines([{"page": "home", "n": 5}, {"page": "sign in", "n": 1200}]) == [
        "page         n",
        "home         5",
        "sign in  1,200",
    ]


def test_no_rows_make_no_table() -> None:
    assert table_lines([]) == []
