"""Counters for rate limits that all workers share, without Redis.

On SQLite they live in a file of their own (``limits.sqlite``, synchronous=OFF: losing them costs
nothing) so that counting never waits for the market's writers; on PostgreSQL in an UNLOGGED table.
"""

import time
from pathlib import Path

import sqlalchemy as sa
from limits.storage import Storage
from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Engine

KEY_CHARACTERS_MAX = 200
METADATA = sa.MetaData()
RATE_COUNTER = sa.Table(
    "rate_counter",
    METADATA,
    sa.Column("key", sa.String(KEY_CHARACTERS_MAX), primary_key=True),
    sa.Column("hits", sa.BigInteger, nullable=False),
    sa.Column("expires_at", sa.Float, nullable=False),
    prefixes=["UNLOGGED"],
)


class SharedCounters(Storage):
    """Storage for the ``limits`` package: one upsert a hit, atomic across processes."""

    STORAGE_SCHEME = ["isocket"]  # noqa: RUF012 - a class attribute by the base class's contract

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self._engine = engine
        self._insert = sqlite.insert if engine.dialect.name == "sqlite" else postgresql.insert

    @property
    def base_exceptions(self) -> type[Exception]:
        """What the database raises when it cannot count."""
        return sa.exc.SQLAlchemyError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Counts a hit in the key's running window, or starts a window of ``expiry`` seconds."""
        now, table = time.time(), RATE_COUNTER
        query = self._insert(table).values(key=key[:KEY_CHARACTERS_MAX], hits=amount, expires_at=now + expiry)
        is_over = table.c.expires_at <= now
        query = query.on_conflict_do_update(
            index_elements=[table.c.key],
            set_={
                "hits": sa.case((is_over, amount), else_=table.c.hits + amount),
                "expires_at": sa.case((is_over, now + expiry), else_=table.c.expires_at),
            },
        )
        with self._engine.begin() as connection:
            return int(connection.execute(query.returning(table.c.hits)).scalar_one())

    def get(self, key: str) -> int:
        """How many hits the running window has."""
        query = sa.select(RATE_COUNTER.c.hits).where(RATE_COUNTER.c.key == key, RATE_COUNTER.c.expires_at > time.time())
        with self._engine.connect() as connection:
            return int(connection.execute(query).scalar() or 0)

    def get_expiry(self, key: str) -> float:
        """When the running window ends, in seconds since the epoch."""
        query = sa.select(RATE_COUNTER.c.expires_at).where(RATE_COUNTER.c.key == key)
        with self._engine.connect() as connection:
            return float(connection.execute(query).scalar() or time.time())

    def check(self) -> bool:
        """Whether counting works."""
        return self.get("check") >= 0

    def reset(self) -> int:
        """Forgets every counter; returns how many there were."""
        with self._engine.begin() as connection:
            return int(connection.execute(sa.delete(RATE_COUNTER)).rowcount)

    def clear(self, key: str) -> None:
        """Forgets one counter."""
        with self._engine.begin() as connection:
            connection.execute(sa.delete(RATE_COUNTER).where(RATE_COUNTER.c.key == key))

    def purge(self) -> int:
        """Deletes windows that are over; returns how many."""
        over = sa.delete(RATE_COUNTER).where(RATE_COUNTER.c.expires_at < time.time())
        with self._engine.begin() as connection:
            return int(connection.execute(over).rowcount)


def counters_for(engine: Engine, data_dir: Path) -> SharedCounters:
    """The counters beside this database: a file of their own for SQLite, a table for PostgreSQL."""
    if engine.dialect.name != "sqlite":
        return SharedCounters(engine)
    data_dir.mkdir(parents=True, exist_ok=True)
    own = sa.create_engine(f"sqlite:///{data_dir / 'limits.sqlite'}", connect_args={"timeout": 5})
    event.listen(own, "connect", _fast_and_forgetful)
    with own.begin() as connection:
        connection.execute(
            sa.text(
                "CREATE TABLE IF NOT EXISTS rate_counter "
                "(key VARCHAR(200) PRIMARY KEY, hits BIGINT NOT NULL, expires_at FLOAT NOT NULL)"
            )
        )
    own.dispose()  # nothing stays open that a process forked from this one would share with it
    return SharedCounters(own)


def _fast_and_forgetful(dbapi_connection: sa.engine.interfaces.DBAPIConnection, _record: object) -> None:
    cursor = dbapi_connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=OFF"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
