"""Runs migrations with short lock and statement timeouts, one process at a time."""

from typing import Literal

import sqlalchemy as sa
from alembic import context
from flask import current_app

from app.domain.catalogue.models import SEARCH_TEXT_TABLES

LOCK_TIMEOUT = "4s"
STATEMENT_TIMEOUT = "60s"
ADVISORY_LOCK = 7_203_114


NO_MODELS = frozenset({"rate_counter", *SEARCH_TEXT_TABLES})


def include_object(_item: object, name: str | None, kind: str, *_rest: object) -> bool:
    """Leaves out what differs between the databases: rate counters and the words that sockets are found by."""
    return not (kind == "table" and name in NO_MODELS)


def render_item(kind: str, item: object, _autogen_context: object) -> str | Literal[False]:
    """Writes our own column types into migrations as what they are underneath."""
    if kind == "type" and type(item).__name__ == "UtcDateTime":
        return "sa.DateTime(timezone=True)"
    if kind == "type" and type(item).__name__ == "OpenWord":
        return "sa.String(length=40)"
    if kind == "type" and type(item).__name__ == "FrozenTerms":
        return "sa.JSON()"
    return False


def run() -> None:
    """Brings the database to the revision asked for."""
    database = current_app.extensions["migrate"].db
    with database.engine.connect() as connection:
        is_postgresql = connection.dialect.name == "postgresql"
        if is_postgresql:
            connection.execute(sa.text(f"SET lock_timeout = '{LOCK_TIMEOUT}'"))
            connection.execute(sa.text(f"SET statement_timeout = '{STATEMENT_TIMEOUT}'"))
            connection.execute(sa.text(f"SELECT pg_advisory_lock({ADVISORY_LOCK})"))
            connection.commit()
        else:
            # A table that others point at can only be rebuilt so; inside a transaction the switch does nothing.
            _switch_foreign_keys(connection, "OFF")
        context.configure(
            connection=connection,
            target_metadata=database.metadata,
            include_object=include_object,
            render_item=render_item,
            render_as_batch=not is_postgresql,
            compare_server_default=True,
            transaction_per_migration=True,
        )
        try:
            with context.begin_transaction():
                context.run_migrations()
        finally:
            if is_postgresql:
                connection.rollback()
                connection.execute(sa.text(f"SELECT pg_advisory_unlock({ADVISORY_LOCK})"))
                connection.commit()
            else:
                _switch_foreign_keys(connection, "ON")
        if not is_postgresql:
            _look_for_dangling_rows(connection)


def _switch_foreign_keys(connection: sa.Connection, state: Literal["ON", "OFF"]) -> None:
    cursor = connection.connection.cursor()
    cursor.execute(f"PRAGMA foreign_keys={state}")
    cursor.close()


def _look_for_dangling_rows(connection: sa.Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchmany(5)
    if broken:
        message = f"a migration left rows that point at nothing: {broken}"
        raise ValueError(message)


run()
