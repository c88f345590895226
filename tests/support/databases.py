"""A freshly migrated database for each test, on SQLite and on PostgreSQL, empty or with a market in it.

Migrations run once a run into a template. A test then gets a copy of it: the file copied on SQLite, a
database made from the template on PostgreSQL (some 30 ms, and triggers, sequences and seeded rows are
as the migrations left them, which emptying tables would not promise). Other templates are filled once a
run as well, from a copy of the first one: see ``Template``.
"""

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
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
SECRETS = "local-secrets.json"
GATEWAY = "local_braintree.sqlite"


@dataclass(frozen=True)
class Template:
    """What a database has in it when a test gets its copy.

    ``fill`` puts it there through the services, once a run, and gives what tests have to know of it, as JSON can say
    it. What the local gateway knows by then is copied too; every app of a run has the same secrets, so that what one
    has sealed the others can read.
    """

    name: str
    fill: Callable[[Flask], object] | None = None


EMPTY = Template("empty")


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

    def fresh(self, kind: str, template: Template = EMPTY) -> str:
        """The address of this worker's database of a kind, as the template has it."""
        if kind in self._apps:
            disconnect(self._apps[kind])
        address = self.copy(kind, "current", template)
        if template.fill is not None:
            self._copy_gateway(kind, template)
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
        if not path.exists():
            make_data_dir(path)
        return path

    def told(self, kind: str, template: Template) -> Any:  # noqa: ANN401 - whatever JSON can say
        """What there is to know of a template that was filled."""
        return json.loads((_place(kind, template) / "told.json").read_text())

    @contextmanager
    def another(self, kind: str) -> Iterator[str]:
        """One more migrated database, for a server of its own; taken away afterwards."""
        name = f"extra{next(self._numbers)}"
        address = self.copy(kind, name)
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

    def copy(self, kind: str, name: str, template: Template = EMPTY) -> str:
        """The address of this worker's database of this name, made as the template has it."""
        made = once_a_run(_place(kind, template).name, lambda: _make_template(kind, template))
        self._drop(kind, name)
        if kind == "sqlite":
            shutil.copyfile(made, self._file(name))
        else:
            _copy_postgresql(made, _database_name(name))
        return self._address(kind, name)

    def _copy_gateway(self, kind: str, template: Template) -> None:
        if kind in self._apps:
            self._apps[kind].extensions["isocket_gateway"].local.store.close()
        for suffix in ("", "-wal", "-shm"):
            (self.data_dir(kind) / f"{GATEWAY}{suffix}").unlink(missing_ok=True)
        if (_place(kind, template) / GATEWAY).exists():
            shutil.copyfile(_place(kind, template) / GATEWAY, self.data_dir(kind) / GATEWAY)

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


def make_data_dir(path: Path) -> None:
    """Makes a directory for an app's files, with the secrets of the run."""
    path.mkdir()
    (path / SECRETS).write_text(once_a_run("secrets", _make_secrets))


def _make_secrets() -> str:
    path = run_directory() / "secrets"
    path.mkdir()
    make_config("sqlite://", path)
    return (path / SECRETS).read_text()


def _place(kind: str, template: Template) -> Path:
    return run_directory() / f"template-{kind}-{template.name}"


def _make_template(kind: str, template: Template) -> str:
    """Makes a template; gives the SQLite file or the name of the PostgreSQL database."""
    place = _place(kind, template)
    shutil.rmtree(place, ignore_errors=True)  # what an attempt that failed left
    make_data_dir(place)
    made = str(place / "template.sqlite") if kind == "sqlite" else f"isocket_test_template_{template.name}"
    address = f"sqlite:///{made}" if kind == "sqlite" else _postgresql_address(made)
    if template.fill is None:
        if kind == "postgresql":
            _execute(_drop_statement(made))
            _execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(made)))
        migrate(create_app(make_config(address, place)))
        return made
    empty = once_a_run(_place(kind, EMPTY).name, lambda: _make_template(kind, EMPTY))
    if kind == "sqlite":
        shutil.copyfile(empty, made)
    else:
        _execute(_drop_statement(made))
        _copy_postgresql(empty, made)
    app = create_app(make_config(address, place))
    (place / "told.json").write_text(json.dumps(template.fill(app)))
    app.extensions["isocket_gateway"].local.store.close()
    disconnect(app)
    return made


def _copy_postgresql(template: str, name: str) -> None:
    statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY")
    _execute(statement.format(sql.Identifier(name), sql.Identifier(template)))


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
