"""The database: the model base, column types, and the one way to change anything.

``in_transaction`` is the only place that commits. SQLite transactions are begun here explicitly,
because the driver's own deferred begin makes read-then-write fail with "database is locked" however
long the timeout (a read snapshot cannot be upgraded once somebody else has written).
"""

import random
import sqlite3
import threading
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar

import sqlalchemy as sa
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy import event
from sqlalchemy.engine import Connection, Dialect, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import DeclarativeBase, Session

from app.foundation.errors import InvariantBroken

T = TypeVar("T")

BUSY_TIMEOUT_S = 15
POOL_SIZE = 10
POOL_OVERFLOW = 4
POOL_WAIT_S = 5
ATTEMPTS = 3
RETRY_PAUSE_S = 0.05
RETRYABLE_SQLSTATES = frozenset({"40001", "40P01"})
WRITES = "isocket_writes"
ACTOR = "isocket_actor"
POSTGRESQL_OPTIONS = "-c timezone=utc -c lock_timeout=10s -c statement_timeout=20s"

_reading_on: ContextVar[Connection | None] = ContextVar("isocket_reading_on", default=None)

# The turn of the threads of this process to write to SQLite.
_sqlite_turn = threading.Lock()

# What kind of data a column holds; an architecture test refuses a column that does not say.
PUBLIC = {"data_class": "public"}
INTERNAL = {"data_class": "internal"}
PERSONAL = {"data_class": "personal"}
SECRET = {"data_class": "secret"}

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """The declarative base of every table; constraints get names that migrations and errors can use."""

    metadata = sa.MetaData(naming_convention=NAMING)


class _Session(FlaskSession):
    """The session of a request or a job: on a connection of its own, or on the one that only reads."""

    def get_bind(self, *args: Any, **named: Any) -> Engine | Connection:  # noqa: ANN401 - handed on as they come
        """Where its statements go."""
        shared = _reading_on.get()
        return super().get_bind(*args, **named) if shared is None else shared


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False, "class_": _Session})

if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """An instant in UTC. The only datetime column type: SQLite would give naive values back."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - fixed by SQLAlchemy
        """Turns an aware datetime into UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            message = "a time without a zone reached the database"
            raise InvariantBroken(message)
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - fixed by SQLAlchemy
        """Gives an aware datetime in UTC, on both databases."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def enum_type(members: type[StrEnum], name: str) -> sa.Enum:
    """A text column with a CHECK made from the enum, the same on both databases."""
    return sa.Enum(
        members,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=40,
        values_callable=lambda enum: [member.value for member in enum],
    )


class OpenWord(sa.types.TypeDecorator[str]):
    """A word of a vocabulary that grows: text to the database, checked here when it is written.

    A new word takes no migration. What has a fixed set of states has ``enum_type`` and its CHECK.
    """

    impl = sa.String(40)
    cache_ok = True

    def __init__(self, known: Collection[str]) -> None:
        """Keeps the words that may be written; the collection may still grow."""
        super().__init__(40)
        self._known = known

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - fixed by SQLAlchemy
        """The word as it is stored; raises if it is unknown.

        Raises:
            InvariantBroken: nobody knows the word.
        """
        if value is not None and value not in self._known:
            message = f"{value!r} is not one of the words of this column"
            raise InvariantBroken(message)
        return value


def open_enum(members: type[StrEnum]) -> sa.Enum:
    """A text column whose words are those of an enum, checked here and not by the database: a vocabulary that grows."""
    return sa.Enum(
        members,
        native_enum=False,
        create_constraint=False,
        length=40,
        values_callable=lambda enum: [member.value for member in enum],
    )


def engine_options(database_url: str) -> dict[str, Any]:
    """How to connect: a pool not smaller than a worker's threads, and bounded waiting everywhere."""
    options: dict[str, Any] = {
        "pool_size": POOL_SIZE,
        "max_overflow": POOL_OVERFLOW,
        "pool_timeout": POOL_WAIT_S,
        "hide_parameters": True,  # values of a failed statement would reach the log
    }
    if database_url.startswith("sqlite"):
        return options | {"connect_args": {"timeout": BUSY_TIMEOUT_S}}
    return options | {"pool_pre_ping": True, "connect_args": {"options": POSTGRESQL_OPTIONS, "connect_timeout": 5}}


def initialize_database(app: Flask) -> None:
    """Binds the database to the app and makes every connection follow the transaction rules."""
    db.init_app(app)
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            _prepare_sqlite(db.engine)


def _prepare_sqlite(engine: Engine) -> None:
    event.listen(engine, "connect", _set_sqlite_pragmas)
    event.listen(engine, "begin", _begin_sqlite)


def _set_sqlite_pragmas(dbapi_connection: sqlite3.Connection, _record: object) -> None:
    dbapi_connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "recursive_triggers=ON"):
        dbapi_connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def in_transaction(work: Callable[[], T], *, actor_user_id: int | None = None) -> T:
    """Runs ``work`` in one write transaction and commits it: all of it happens, or nothing.

    The write lock is taken at the start (BEGIN IMMEDIATE on SQLite). When PostgreSQL gives up on a
    serialization failure or a deadlock (40001, 40P01) the whole of ``work`` runs again, three times
    in all with a random pause; so ``work`` has no outside effect: no network, no password hash.

    Args:
        work: what to do.
        actor_user_id: the person who does it, for the events that are recorded in it; None when the clock does.

    Raises:
        InvariantBroken: a transaction is already open on this session, or nothing but reads was promised.
    """
    if _reading_on.get() is not None:
        message = "a write transaction was begun where only reads were promised"
        raise InvariantBroken(message)
    if db.session().in_transaction():
        message = "a write transaction was begun inside another transaction"
        raise InvariantBroken(message)
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return _attempt(work, actor_user_id)
        except DBAPIError as error:
            if attempt == ATTEMPTS or not is_retryable(error):
                raise
        time.sleep(random.uniform(RETRY_PAUSE_S / 2, RETRY_PAUSE_S) * attempt)  # noqa: S311 - jitter, not a secret
    message = "unreachable"
    raise InvariantBroken(message)


def acting_user() -> int | None:
    """The person who does what this transaction does; None when the clock does."""
    actor_user_id: int | None = db.session().info.get(ACTOR)
    return actor_user_id


def _attempt(work: Callable[[], T], actor_user_id: int | None) -> T:
    # A fresh session for each attempt: nothing read earlier can be mistaken for the locked state.
    db.session.remove()
    session = db.session()
    session.info[WRITES], session.info[ACTOR] = True, actor_user_id
    try:
        with _turn_to_write(session.get_bind().dialect.name):
            return _committed(session, work)
    finally:
        session.info[WRITES], session.info[ACTOR] = False, None


def _committed(session: Session, work: Callable[[], T]) -> T:
    try:
        session.connection(execution_options={WRITES: True})
        result = work()
        session.commit()
    except BaseException:
        session.rollback()
        raise
    return result


@contextmanager
def _turn_to_write(dialect_name: str) -> Iterator[None]:
    """Makes the threads of a process write to SQLite one after the other.

    Its busy handler is a lottery: of sixteen threads that wait for the file, one may lose for 15 s. With
    one of each process waiting there, nobody does.
    """
    if dialect_name != "sqlite":
        yield
        return
    if not _sqlite_turn.acquire(timeout=BUSY_TIMEOUT_S):
        message = "no turn to write to SQLite within its time"
        raise PoolTimeout(message)
    try:
        yield
    finally:
        _sqlite_turn.release()


@contextmanager
def only_reading() -> Iterator[Connection]:
    """Refuses every write transaction while the block runs; all reads in it go over one connection.

    On PostgreSQL each read stands alone, without the two statements that would make a transaction of it.
    """
    shared = _reading_on.get()
    if shared is not None:
        yield shared
        return
    with db.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execution_options(isolation_level="AUTOCOMMIT")
        before = _reading_on.set(connection)
        try:
            yield connection
        finally:
            _reading_on.reset(before)


def is_retryable(error: DBAPIError) -> bool:
    """Whether the database asked to run the transaction again (serialization failure, deadlock)."""
    return getattr(error.orig, "sqlstate", None) in RETRYABLE_SQLSTATES


def constraint_name(error: sa.exc.IntegrityError) -> str:
    """The violated constraint's name on PostgreSQL; on SQLite the columns as "table.a, table.b"."""
    diagnostics = getattr(error.orig, "diag", None)
    if diagnostics is not None:
        return str(diagnostics.constraint_name)
    return str(error.orig).partition("failed: ")[2]


@event.listens_for(Session, "before_flush")
def _refuse_stray_writes(session: Session, *_: object) -> None:
    """Nothing is written outside ``in_transaction``: a stray change in a page would never commit."""
    check_writing(session)


def check_writing(session: Session) -> None:
    """Asked by whoever writes past the session's objects, as it is asked of these by itself.

    Raises:
        InvariantBroken: this is no transaction of ``in_transaction``.
    """
    if not session.info.get(WRITES, False):
        message = "a change was flushed outside in_transaction"
        raise InvariantBroken(message)


@contextmanager
def reading_connection() -> Iterator[Connection]:
    """A short connection of its own for a read that must not open the session's transaction."""
    shared = _reading_on.get()
    if shared is None:
        with db.engine.connect() as connection:
            yield connection
        return
    try:
        yield shared
    finally:
        shared.rollback()
