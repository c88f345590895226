"""What tests may take from each other: what several need lives in ``tests/support`` or ``tests/factories``."""

import ast
from pathlib import Path

from tests.architecture.tree import parsed, python_files, relative


def test_nothing_is_imported_from_a_test_module() -> None:
    assert [line for path in python_files("tests", "bench", "app") for line in taken_from_tests(path)] == []


def test_a_race_is_run_in_one_place() -> None:
    """Where threads wait for each other to begin at once, and not for something of their own."""
    racing = [relative(path) for path in python_files("tests") if any(is_race(node) for node in ast.walk(parsed(path)))]
    assert racing == []


def taken_from_tests(path: Path) -> list[str]:
    """What a file imports of test modules."""
    return [
        f"{relative(path)}: {module}"
        for node in ast.walk(parsed(path))
        for module in imported(node)
        if any(part.startswith("test_") for part in module.split("."))
    ]


def imported(node: ast.AST) -> list[str]:
    """The modules that a statement may import."""
    if isinstance(node, ast.Import):
        return [name.name for name in node.names]
    if isinstance(node, ast.ImportFrom):
        return [f"{node.module}.{name.name}" for name in node.names]
    return []


def is_race(node: ast.AST) -> bool:
    """A function called ``race`` that makes threads of its own."""
    if not isinstance(node, ast.FunctionDef) or node.name != "race":
        return False
    return any(isinstance(part, ast.Attribute) and part.attr == "Thread" for part in ast.walk(node))
