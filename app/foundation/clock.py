"""The one clock: the database's, so that every process agrees; local mode can move it.

Bids and deadlines are judged by the database's time read *after* the row is locked. Local mode adds
the stored offset to every reading in every process, which is how tests and demos move time.
"""

from datetime import UTC, datetime, timedelta
from functools import cache

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.foundation.db import INTERNAL, Model, db

OFFSET_ROW = 1


class ClockOffset(Model):
    """How far local mode's clock is ahead of the real one; one row."""

    __tablename__ = "clock_offset"

    id: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=False, info=INTERNAL)
    seconds: Mapped[int] = mapped_column(sa.BigInteger, info=INTERNAL)

    __table_args__ = (sa.CheckConstraint("id = 1", name="one_row"),)


def database_now(connection: Connection | Session | None = None) -> datetime:
    """The time now in UTC, read from the database at this very moment (not at the transaction's start)."""
    source = db.session.connection() if connection is None else connection
    row = source.execute(_query(_dialect(source), _is_movable())).one()
    return resolve_now(row[0], row[1])


def now_columns(dialect_name: str) -> tuple[sa.ColumnElement[object], sa.ColumnElement[int]]:
    """Two columns to add to a read that wants the time along with it; give them to ``resolve_now``."""
    return _columns(dialect_name, _is_movable())


@cache
def _query(dialect_name: str, is_movable: bool) -> sa.Select[object, int]:  # noqa: FBT001 - a cache's key
    # Built once: every bid reads the clock, and building the expression costs more than asking.
    return sa.select(*_columns(dialect_name, is_movable))


def _columns(
    dialect_name: str,
    is_movable: bool,  # noqa: FBT001 - a cache's key
) -> tuple[sa.ColumnElement[object], sa.ColumnElement[int]]:
    on_sqlite = sa.func.strftime("%Y-%m-%dT%H:%M:%fZ", "now")
    reading = on_sqlite if dialect_name == "sqlite" else sa.func.clock_timestamp()
    return reading.label("clock_reading"), _offset_column(is_movable).label("clock_offset_s")


def resolve_now(reading: object, offset_s: int) -> datetime:
    """The aware UTC time from the two columns of ``now_columns``."""
    moment = reading if isinstance(reading, datetime) else datetime.fromisoformat(str(reading))
    return moment.astimezone(UTC) + timedelta(seconds=offset_s)


def set_offset(seconds: int) -> None:
    """Moves local mode's clock to the real time plus ``seconds``. Call inside a transaction."""
    row = db.session.get(ClockOffset, OFFSET_ROW)
    if row is None:
        db.session.add(ClockOffset(id=OFFSET_ROW, seconds=seconds))
    else:
        row.seconds = seconds
    db.session.flush()


def _offset_column(is_movable: bool) -> sa.ColumnElement[int]:  # noqa: FBT001 - a cache's key
    if not is_movable:
        return sa.literal(0)
    stored = sa.select(ClockOffset.seconds).where(ClockOffset.id == OFFSET_ROW).scalar_subquery()
    return sa.func.coalesce(stored, 0)


def _is_movable() -> bool:
    is_local: bool = current_app.config["ISOCKET"].is_local
    return is_local


def _dialect(source: Connection | Session) -> str:
    return source.dialect.name if isinstance(source, Connection) else source.get_bind().dialect.name
