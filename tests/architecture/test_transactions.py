"""Who may commit, and what money is made of."""

import ast
from pathlib import Path

import pytest

from tests.architecture.tree import parsed, python_files, relative

MAY_COMMIT = frozenset({"app/foundation/db.py"})
MONEY_ROOMS = (
    "app/foundation/money.py",
    *(f"app/domain/{room}" for room in ("auctions", "documents", "ledger", "orders", "payments", "settlement")),
    "app/adapters/braintree",
    "app/adapters/payouts",
)


def test_only_the_transaction_function_commits() -> None:
    wrong = [
        f"{relative(path)}:{line}"
        for path in python_files("app", "demo")
        if relative(path) not in MAY_COMMIT
        for line in calls_of(path, "commit")
    ]
    assert not wrong


def test_no_money_is_a_float() -> None:
    wrong = [
        f"{relative(path)}:{node.lineno}"
        for path in python_files(*MONEY_ROOMS)
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Name) and node.id == "float"
    ]
    assert not wrong


def test_nobody_imports_the_package_root() -> None:
    wrong = [
        f"{relative(path)}:{node.lineno}"
        for path in python_files("app", "demo")
        for node in ast.walk(parsed(path))
        if (isinstance(node, ast.ImportFrom) and node.module == "app")
        or (isinstance(node, ast.Import) and any(alias.name == "app" for alias in node.names))
    ]
    assert not wrong


@pytest.mark.parametrize("source", ["session.commit()", "db.session().commit()", "connection.commit()"])
def test_a_commit_is_seen(tmp_path: Path, source: str) -> None:
    path = tmp_path / "code.py"
    path.write_text(source)
    assert calls_of(path, "commit") == [1]


def calls_of(path: Path, method: str) -> list[int]:
    """The lines that call a method of this name."""
    return [
        node.lineno
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == method
    ]
