"""Where the local gateway remembers: a database of its own that several processes share."""

import re
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection, make_url

from local_braintree.tables import METADATA, REQUESTS

LOCK_WAIT_S = 30
LOGGED_MAX = 500
PATH_CHARACTERS_MAX = 200
ADVISORY_LOCK = 0x62747265
WRITES = "bt_writes"
LONG_NUMBER = re.compile(r"\d{12,}")  # whoever puts a card number into an address does not get it kept


class Store:
    """The local gateway's database; it is opened, and its tables are made, with the first use."""

    def __init__(self, url: str) -> None:
        """An SQLite file or a PostgreSQL database, by its SQLAlchemy address."""
        self._url = make_url(url)
        self._is_sqlite = self._url.get_backend_name() == "sqlite"
        self._opening = threading.Lock()
        self._opened: sa.Engine | None = None

    @property
    def _engine(self) -> sa.Engine:
        with self._opening:
            if self._opened is None:
                self._opened = self._open()
            return self._opened

    def _open(self) -> sa.Engine:
        arguments = {"timeout": LOCK_WAIT_S, "isolation_level": None} if self._is_sqlite else {}
        if self._is_sqlite and self._url.database:
            Path(self._url.database).parent.mkdir(parents=True, exist_ok=True)
        engine = sa.create_engine(self._url, connect_args=arguments)
        if self._is_sqlite:
            sa.event.listen(engine, "connect", _set_pragmas)
            sa.event.listen(engine, "begin", _begin)
        with self._writing(engine) as connection:
            METADATA.create_all(connection)
        return engine

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection for reads."""
        with self._engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One write transaction; others wait until it is over, so that none decides on what is changing."""
        with self._writing(self._engine) as connection:
            yield connection

    @contextmanager
    def _writing(self, engine: sa.Engine) -> Iterator[Connection]:
        with engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
            if not self._is_sqlite:
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(ADVISORY_LOCK)))
            yield connection

    def close(self) -> None:
        """Closes every connection; the next use opens it again."""
        with self._opening:
            if self._opened is not None:
                self._opened.dispose()
            self._opened = None

    def log(self, at: datetime, method: str, path: str, *, status: int) -> None:
        """Notes that a request came: never what was in it. Keeps the newest 500."""
        row = {
            "at": stamp(at),
            "method": method[:8],
            "path": LONG_NUMBER.sub("...", path)[:PATH_CHARACTERS_MAX],
            "status": status,
        }
        with self.writing() as connection:
            number = connection.execute(REQUESTS.insert().values(row)).inserted_primary_key
            oldest = (number[0] if number else 0) - LOGGED_MAX
            connection.execute(REQUESTS.delete().where(REQUESTS.c.number <= oldest))

    def requests(self, limit: int = 100) -> list[dict[str, object]]:
        """The newest requests: when, method, path and status."""
        query = sa.select(REQUESTS).order_by(REQUESTS.c.number.desc()).limit(limit)
        with self.reading() as connection:
            return [dict(row._mapping) for row in connection.execute(query)]  # noqa: SLF001 - SQLAlchemy's public name


def stamp(moment: datetime) -> str:
    """A moment as the tables keep it; sorts as text."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"


def moment(text: str) -> datetime:
    """A moment read back."""
    return datetime.fromisoformat(text)


def _set_pragmas(connection: sqlite3.Connection, _record: object) -> None:
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    # A transaction that reads first and writes later would fail under load: writers take the lock at once.
    writes = connection.get_execution_options().get(WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
