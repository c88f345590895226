"""What every table holds, in one value that can be compared: proof that something changed nothing."""

from dataclasses import dataclass
from hashlib import sha256

import sqlalchemy as sa
from flask import Flask

from app.foundation.db import db

SIZE_AND_CHECKSUM = tuple[int, str]


@dataclass(frozen=True)
class StoredState:
    """Each table's number of rows and the checksum of what they say."""

    tables: dict[str, SIZE_AND_CHECKSUM]

    def changed_tables(self, later: "StoredState") -> set[str]:
        """The tables that are not as they were."""
        return {name for name in self.tables if self.tables[name] != later.tables[name]}


def stored_state(app: Flask) -> StoredState:
    """Reads every table on a connection of its own; counters of rate limits and the salts of a day are not state."""
    with app.app_context(), db.engine.connect() as connection:
        names = sorted(set(sa.inspect(connection).get_table_names()) - {"rate_counter", "daily_salt"})
        return StoredState({name: _read(connection, name) for name in names})


def _read(connection: sa.engine.Connection, name: str) -> SIZE_AND_CHECKSUM:
    rows = sorted(repr(tuple(row)) for row in connection.execute(sa.select(sa.text("*")).select_from(sa.table(name))))
    return len(rows), sha256("\n".join(rows).encode()).hexdigest()
