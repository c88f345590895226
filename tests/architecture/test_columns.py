"""Every column says what kind of data it holds: exports, erasure and logs depend on it."""

from flask import Flask

from app.foundation.access import PERMISSIONS, Permission
from app.foundation.db import db

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


def test_every_permission_stands_in_the_table() -> None:
    assert set(PERMISSIONS) == set(Permission)
