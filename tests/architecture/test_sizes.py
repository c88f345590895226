"""Small is enforced: only the maximum goes wrong, and only unguarded."""

import ast

from tests.architecture.tree import CODE, TEMPLATES, parsed, python_files, relative

FUNCTION_LINES = 50
FILE_LINES = 400
TEMPLATE_LINES = 150
CONFTEST_LINES = 150


def test_functions_stay_within_their_budget() -> None:
    too_long = [
        f"{relative(path)}:{node.lineno} {node.name} has {length} lines"
        for path in python_files(*CODE)
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or node.lineno) - node.lineno + 1) > FUNCTION_LINES
    ]
    assert not too_long


def test_files_stay_within_their_budget() -> None:
    too_long = [
        f"{relative(path)} has {length} lines"
        for path in python_files(*CODE, "tests")
        if (length := len(path.read_text().splitlines())) > FILE_LINES
    ]
    assert not too_long


def test_conftest_files_stay_small() -> None:
    too_long = [
        f"{relative(path)} has {length} lines"
        for path in python_files("tests")
        if path.name == "conftest.py" and (length := len(path.read_text().splitlines())) >= CONFTEST_LINES
    ]
    assert not too_long


def test_templates_stay_within_their_budget() -> None:
    too_long = [
        f"{relative(path)} has {length} lines"
        for path in sorted(TEMPLATES.rglob("*"))
        if path.is_file() and (length := len(path.read_text().splitlines())) > TEMPLATE_LINES
    ]
    assert not too_long
