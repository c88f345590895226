"""Every column says what kind of data it holds: exports, erasure and logs depend on it."""

import importlib

from flask import Flask

from app.foundation.access import PERMISSIONS, Permission
from app.foundation.db import db
from tests.architecture.tree import python_files, relative

DATA_CLASSES = frozenset({"public", "personal", "secret", "restricted", "internal"})


def test_every_column_has_a_data_class(looked_at: Flask) -> None:
    del looked_at  # making the app imports every model
    unclassed = [
        f"{table.name}.{column.name}: {column.info.get('data_class')}"
        for table in db.metadata.sorted_tables
        for column in table.columns
        if column.info.get("data_class") not in DATA_CLASSES
    ]
    assert not unclassed
    assert db.metadata.tables


def test_every_constraint_has_a_name(looked_at: Flask) -> None:
    del looked_at
    unnamed = [
        f"{table.name}: {constraint!r}"
        for table in db.metadata.sorted_tables
        for constraint in table.constraints
        if constraint.name is None
    ]
    assert not unnamed


def test_every_transition_table_names_every_state() -> None:
    incomplete = []
    for path in python_files("app/domain"):
        if path.name != "states.py":
            continue
        module = importlib.import_module(relative(path).removesuffix(".py").replace("/", "."))
        for name, table in vars(module).items():
            if name.endswith("TRANSITIONS") and isinstance(table, dict):
                states = next(iter(table)).__class__.__members__.values()
                incomplete += [f"{module.__name__}.{name} lacks {state}" for state in states if state not in table]
    assert not incomplete


def test_every_permission_stands_in_the_table() -> None:
    assert set(PERMISSIONS) == set(Permission)
