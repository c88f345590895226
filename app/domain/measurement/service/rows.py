"""Rows that are written many at once, and added to where they are there already."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from app.foundation.db import Model, db


def insert_into(model: type[Model]) -> sqlite.Insert | postgresql.Insert:
    """An insert that can say what happens to a row that is there already, on either database."""
    table = model.metadata.tables[model.__tablename__]
    return sqlite.insert(table) if db.session.get_bind().dialect.name == "sqlite" else postgresql.insert(table)


def execute(statement: sa.sql.dml.Insert, rows: list[dict[str, Any]]) -> None:
    """Writes these rows; nothing when there is none."""
    if rows:
        db.session.connection().execute(statement, rows)
