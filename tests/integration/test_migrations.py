"""The migrations and the models say the same, forwards and backwards, on both databases."""

from collections.abc import Iterator
from pathlib import Path

import flask_migrate
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config as AlembicConfig
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask

from app import create_app
from app.domain.catalogue.models import SEARCH_TEXT_TABLES
from app.foundation.db import db
from app.foundation.rate_counters import RATE_COUNTER
from tests.support.databases import KINDS, Databases, disconnect, make_config, migrate
from tests.support.run_directory import REPOSITORY

MIGRATIONS = REPOSITORY / "migrations"
NO_MODELS = frozenset({RATE_COUNTER.name, *SEARCH_TEXT_TABLES})
COMPARING = {
    "compare_type": True,
    "compare_server_default": True,
    # Made by migrations, but no models' tables: each database has its own kind of counters and of search index.
    "include_name": lambda name, kind, _parents: kind != "table" or name not in NO_MODELS,
}
TRIGGERS = {
    "sqlite": "SELECT tbl_name, name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": """
        SELECT pg_class.relname, pg_trigger.tgname FROM pg_trigger
        JOIN pg_class ON pg_class.oid = pg_trigger.tgrelid WHERE NOT pg_trigger.tgisinternal
    """,
}


@pytest.fixture
def unmigrated(database_kind: str, databases: Databases, tmp_path: Path) -> Iterator[Flask]:
    """An app on a database with nothing in it."""
    app = create_app(make_config(databases.empty(database_kind), tmp_path))
    yield app
    disconnect(app)


def scripts() -> ScriptDirectory:
    settings = AlembicConfig()
    settings.set_main_option("script_location", str(MIGRATIONS))
    return ScriptDirectory.from_config(settings)


def test_there_is_one_head() -> None:
    assert len(scripts().get_heads()) == 1


def test_up_down_and_up_again(unmigrated: Flask) -> None:
    migrate(unmigrated)
    first = schema_of(unmigrated)
    with unmigrated.app_context():
        flask_migrate.downgrade(directory=str(MIGRATIONS), revision="base")
        left = set(sa.inspect(db.engine).get_table_names()) - {"alembic_version"}
    assert not left
    migrate(unmigrated)
    assert schema_of(unmigrated) == first


def test_the_models_equal_the_schema(app: Flask) -> None:
    with app.app_context(), db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts=COMPARING)
        differences = compare_metadata(context, db.metadata)
    assert not differences


def test_both_databases_have_the_same_triggers(databases: Databases) -> None:
    found = {kind: triggers_of(databases, kind) for kind in KINDS}
    assert found["sqlite"] == found["postgresql"]


def triggers_of(databases: Databases, kind: str) -> list[tuple[str, str]]:
    databases.fresh(kind)
    with databases.app(kind).app_context(), db.engine.connect() as connection:
        return sorted((row[0], row[1]) for row in connection.execute(sa.text(TRIGGERS[kind])))


def schema_of(app: Flask) -> dict[str, list[str]]:
    """The columns, constraints and indexes of every table, by name."""
    with app.app_context():
        inspector = sa.inspect(db.engine)
        return {
            table: sorted(
                [column["name"] for column in inspector.get_columns(table)]
                + [str(part["name"]) for part in inspector.get_indexes(table)]
                + [str(part["name"]) for part in inspector.get_check_constraints(table)]
                + [str(part["name"]) for part in inspector.get_unique_constraints(table)]
                + [str(part["name"]) for part in inspector.get_foreign_keys(table)]
            )
            for table in inspector.get_table_names()
        }
