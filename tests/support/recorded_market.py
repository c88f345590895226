"""A market that an earlier version of the application left, row by row, and the tables it left it in."""

import base64
import gzip
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import flask_migrate
import sqlalchemy as sa
from flask import Flask

from app import create_app
from app.foundation.clock import database_now, set_offset
from app.foundation.db import db, in_transaction
from config import Config
from tests.support.databases import disconnect
from tests.support.run_directory import REPOSITORY

REVISION = "0010"
FILE = REPOSITORY / "tests" / "data" / f"market_at_{REVISION}.json.gz"
MIGRATIONS = str(REPOSITORY / "migrations")
# Timestamps are kept as SQLite has them: in UTC, without saying so.
UTC = "+00"


@dataclass(frozen=True, slots=True)
class RecordedMarket:
    """What stands in the file."""

    moment: datetime
    """When it was recorded; for its auctions and flights it is always then."""
    keys: dict[str, str]
    """What its passwords and sealed values were made with."""
    notices: dict[str, list[list[Any]]]
    """By address of the person: title, text, link, its words, and whether unread, as the version of then wrote them."""
    told_next: dict[str, list[list[Any]]]
    """The notices that the version of then wrote about what nobody had been told of yet."""
    tables: dict[str, dict[str, list[Any]]]
    """By name, in the order in which they can be filled, each column with its values."""

    def rows(self, table: str, *columns: str) -> list[tuple[Any, ...]]:
        """The values of these columns, row by row, in order."""
        return sorted(zip(*(self.tables[table][column] for column in columns), strict=True), key=repr)


@cache
def recorded_market() -> RecordedMarket:
    """Reads the file."""
    content: dict[str, Any] = json.loads(gzip.decompress(FILE.read_bytes()))
    return RecordedMarket(moment=datetime.fromisoformat(content.pop("moment")), **content)


@contextmanager
def market_of_then(address: str, data_dir: Path) -> Iterator[Flask]:
    """An app of today on the database of then: its tables at the old revision, and its rows."""
    market = recorded_market()
    settings = {"ISOCKET_ENV": "test", "ISOCKET_DATA": str(data_dir), "DATABASE_URL": address, **market.keys}
    app = create_app(Config.from_environment({**settings, "BCRYPT_COST": "4", "LOG_LEVEL": "WARNING"}))
    app.testing = True
    try:
        move_to(app, REVISION)
        with app.app_context():
            _fill(market)
        yield app
    finally:
        disconnect(app)


def move_to(app: Flask, revision: str) -> None:
    """Migrates up or down to a revision; ``head`` is the newest."""
    with app.app_context():
        newer = flask_migrate.upgrade if revision == "head" or _current() is None else flask_migrate.downgrade
        newer(directory=MIGRATIONS, revision=revision)
    disconnect(app)


def set_clock_back(app: Flask) -> None:
    """Lets it be the moment of the recording, from now on."""
    with app.app_context():
        in_transaction(lambda: set_offset(0))
        seconds = (recorded_market().moment - database_now()).total_seconds()
        db.session.rollback()
        in_transaction(lambda: set_offset(round(seconds)))
        db.session.remove()


def _current() -> str | None:
    if "alembic_version" not in sa.inspect(db.engine).get_table_names():
        return None
    with db.engine.connect() as connection:
        return connection.scalars(sa.text("SELECT version_num FROM alembic_version")).first()


def _fill(market: RecordedMarket) -> None:
    with db.engine.begin() as connection:
        for name in market.tables:
            if connection.scalars(sa.text(f'SELECT 1 FROM "{name}" LIMIT 1')).first():  # noqa: S608 - names of the file
                # What the migrations put there.
                connection.execute(sa.text(f'DELETE FROM "{name}"'))  # noqa: S608 - names of the file
        for name, columns in market.tables.items():
            table = sa.Table(name, sa.MetaData(), autoload_with=connection, resolve_fks=False)
            rows = zip(*(_values(table.c[column], values) for column, values in columns.items()), strict=True)
            names = ", ".join(f'"{column}"' for column in columns)
            marks = ", ".join(f":{column}" for column in columns)
            statement = sa.text(f'INSERT INTO "{name}" ({names}) VALUES ({marks})')  # noqa: S608 - names of the file
            connection.execute(statement, [dict(zip(columns, row, strict=True)) for row in rows])
            if connection.dialect.name == "postgresql" and "id" in columns:
                _count_on(connection, name)


def _values(column: sa.Column[Any], values: list[Any]) -> list[Any]:
    """The values of a column as its database takes them; SQLite's own forms stand in the file."""
    if isinstance(column.type, sa.LargeBinary):
        return [base64.b64decode(value["b64"]) for value in values]
    if isinstance(column.type, sa.Boolean):
        return [None if value is None else bool(value) for value in values]
    if getattr(column.type, "timezone", False):
        return [value if value is None else value + UTC for value in values]
    return values


def _count_on(connection: sa.Connection, name: str) -> None:
    sequence = connection.scalars(sa.text(f"SELECT pg_get_serial_sequence('{name}', 'id')")).one()
    if sequence is not None:
        connection.execute(sa.text(f"SELECT setval('{sequence}', (SELECT max(id) FROM \"{name}\"))"))  # noqa: S608
