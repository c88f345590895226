"""Counts what a request asks of the database."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

# Beginnings of statements that manage a transaction rather than ask something.
UNCOUNTED = ("BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK", "PRAGMA", "SET ")

_listening: dict[int, list[str]] = {}


@contextmanager
def statements() -> Iterator[list[str]]:
    """Collects the statements this thread sends to any database while the block runs."""
    thread = threading.get_ident()
    before = _listening.get(thread)
    collected: list[str] = []
    _listening[thread] = collected
    try:
        yield collected
    finally:
        if before is None:
            del _listening[thread]
        else:
            _listening[thread] = before


@event.listens_for(Engine, "before_cursor_execute")
def _note(*arguments: Any) -> None:  # noqa: ANN401 - the signature is SQLAlchemy's; only the statement counts
    statement = str(arguments[2])
    collected = _listening.get(threading.get_ident())
    if collected is not None and not statement.lstrip().upper().startswith(UNCOUNTED):
        collected.append(statement)
