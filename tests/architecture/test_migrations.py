"""The migrations stand in one row: each file's number is its revision, and follows the one before."""

import ast
import re

from tests.architecture.tree import parsed, python_files


def test_each_migration_follows_the_one_before() -> None:
    files = python_files("migrations/versions")
    assert all(re.fullmatch(r"\d{4}_[a-z0-9_]+\.py", path.name) for path in files)
    numbers = [path.name[:4] for path in files]
    assert numbers == [f"{number:04}" for number in range(1, len(numbers) + 1)]
    named = [_named(parsed(path)) for path in files]
    assert named == list(zip(numbers, [None, *numbers[:-1]], strict=True))


def _named(module: ast.Module) -> tuple[object, object]:
    """The revision and the one below it."""
    values = {
        node.targets[0].id: node.value.value
        for node in module.body
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and isinstance(node.value, ast.Constant)
    }
    return values["revision"], values["down_revision"]
