"""A freshly migrated database for each test, on SQLite and on PostgreSQL.

Migrations run once a run into a template. A test then gets a copy of it: the file copied on SQLite, a
database made from the template on PostgreSQL (some 30 ms, and triggers, sequences and seeded rows are
as the migrations left them, which emptying tables would not promise).
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import flask_migrate
import psycopg
from flask import Flask
from psycopg import sql
from sqlalchemy.engine import URL, make_url

from app import create_app
from app.foundation.db import db
from app.web.shell.rate_limits import LIMITER
from config import Config
from tests.support import postgresql
from tests.support.run_directory import REPOSITORY, once_a_run, run_directory, worker_name

KINDS = ("sqlite", "postgresql")
TEMPLATE = "isocket_test_template"


def make_config(database_url: str, data_dir: Path) -> Config:
    """The settings of an app under test: cheap password hashes, mail into the local mailbox."""
    return Config.from_environment(
        {
            "ISOCKET_ENV": "test",
            "ISOCKET_DATA": str(data_dir),
            "DATABASE_URL": database_url,
            "BASE_URL": "http://localhost",
            "BCRYPT_COST": "4",
            "LOG_LEVEL": "WARNING",
        }
    )


def migrate(app: Flask) -> None:
    """Brings the app's database to the newest migration, as ``flask db upgrade`` does."""
    with app.app_context():
        flask_migrate.upgrade(directory=str(REPOSITORY / "migrations"))
    disconnect(app)


def disconnect(app: Flask) -> None:
    """Closes every connection an app keeps, so that its database can be replaced."""
    with app.app_context():
        db.session.remove()
        for engine in (*db.engines.values(), app.extensions[LIMITER].storage._engine):
            engine.dispose()


class Databases:
    """The databases and apps of one worker."""

    def __init__(self) -> None:
        """Nothing is made before somebody asks."""
        self._home = run_directory() / worker_name()
        self._home.mkdir(exist_ok=True)
        self._apps: dict[str, Flask] = {}
        self._numbers = count(1)

    def fresh(self, kind: str) -> str:
        """The address of this worker's database of a kind, as the migrations left it."""
        if kind in self._apps:
            disconnect(self._apps[kind])
        address = self._copy_template(kind, "current")
        if kind in self._apps:
            # On SQLite the counters live in a file of their own, which the app keeps open.
            self._apps[kind].extensions[LIMITER].storage.reset()
        shutil.rmtree(self.data_dir(kind) / "mailbox", ignore_errors=True)
        return address

    def app(self, kind: str) -> Flask:
        """The app on this worker's database of a kind; made once a worker."""
        if kind not in self._apps:
            self._apps[kind] = create_app(make_config(self._address(kind, "current"), self.data_dir(kind)))
            self._apps[kind].testing = True
        forget_events(self._apps[kind], self.data_dir(kind))
        return self._apps[kind]

    def close(self) -> None:
        """Closes what the apps of this worker keep open."""
        for app in self._apps.values():
            disconnect(app)

    def data_dir(self, kind: str) -> Path:
        """Where the app of a kind keeps its files; the same during the whole run of a worker."""
        path = self._home / f"data-{kind}"
        path.mkdir(exist_ok=True)
        return path

    @contextmanager
    def another(self, kind: str) -> Iterator[str]:
        """One more migrated database, for a server of its own; taken away afterwards."""
        name = f"extra{next(self._numbers)}"
        address = self._copy_template(kind, name)
        try:
            yield address
        finally:
            self._drop(kind, name)

    def empty(self, kind: str, name: str = "empty") -> str:
        """A database with nothing in it, not even migrated: for tests of the migrations themselves."""
        self._drop(kind, name)
        if kind == "postgresql":
            _execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(_database_name(name))))
        return self._address(kind, name)

    def _copy_template(self, kind: str, name: str) -> str:
        template = once_a_run(f"template-{kind}", lambda: _make_template(kind))
        self._drop(kind, name)
        if kind == "sqlite":
            shutil.copyfile(template, self._file(name))
        else:
            statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY")
            _execute(statement.format(sql.Identifier(_database_name(name)), sql.Identifier(template)))
        return self._address(kind, name)

    def _drop(self, kind: str, name: str) -> None:
        if kind == "sqlite":
            for suffix in ("", "-wal", "-shm"):
                self._file(name).with_name(f"{name}.sqlite{suffix}").unlink(missing_ok=True)
        else:
            _execute(_drop_statement(_database_name(name)))

    def _address(self, kind: str, name: str) -> str:
        if kind == "sqlite":
            return f"sqlite:///{self._file(name)}"
        return _postgresql_address(_database_name(name))

    def _file(self, name: str) -> Path:
        return self._home / f"{name}.sqlite"


def _make_template(kind: str) -> str:
    place = run_directory() / f"template-{kind}"
    place.mkdir()
    if kind == "sqlite":
        template = str(place / "template.sqlite")
        migrate(create_app(make_config(f"sqlite:///{template}", place)))
        return template
    _execute(_drop_statement(TEMPLATE))
    _execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(TEMPLATE)))
    migrate(create_app(make_config(_postgresql_address(TEMPLATE), place)))
    return TEMPLATE


def _database_name(name: str) -> str:
    return f"isocket_test_{worker_name()}_{name}"


def _postgresql_address(database: str) -> str:
    return postgresql.server_url().set(database=database).render_as_string(hide_password=False)


def _drop_statement(database: str) -> sql.Composed:
    return sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database))


def _execute(statement: sql.Composed) -> None:
    server: URL = make_url(postgresql.server_url())
    conninfo = server.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(conninfo, autocommit=True) as connection:
        connection.execute(statement)


def forget_events(app: Flask, data_dir: Path) -> None:
    """Takes away what an earlier test wrote to the event log: it belongs to a database that is gone."""
    gate: Any = app.wsgi_app
    gate._log.close()
    for path in (data_dir / "events").glob("*.log"):
        path.unlink()
