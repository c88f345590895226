"""How far the event log is moved: positions in files, what could not be read, and the marks of each machine."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from app.domain.measurement.models import EventFile, EventWatermark
from app.foundation.db import db

NAMES_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class FilePosition:
    """How far one file is counted."""

    offset_bytes: int
    is_finished: bool


@dataclass(frozen=True, slots=True)
class MovedTotals:
    """What became of the lines of the files that are still on record: those of the last week, and unfinished ones."""

    files: int
    lines: int
    unreadable: int
    strays: int
    torn: int
    last_moved_at: datetime | None


def positions(connection: Connection, names: Collection[str]) -> dict[str, FilePosition]:
    """How far these files are counted; those nothing was counted of are left out."""
    found: dict[str, FilePosition] = {}
    ordered = sorted(names)
    for start in range(0, len(ordered), NAMES_AT_ONCE):
        query = sa.select(EventFile.name, EventFile.offset_bytes, EventFile.finished_at)
        rows = connection.execute(query.where(EventFile.name.in_(ordered[start : start + NAMES_AT_ONCE])))
        found.update((name, FilePosition(offset, finished_at is not None)) for name, offset, finished_at in rows)
    return found


def moved_totals() -> MovedTotals:
    """What was read in the last week, and what of it could not be counted for anybody."""
    sums = [
        sa.func.coalesce(sa.func.sum(column), 0)
        for column in (EventFile.lines, EventFile.unreadable, EventFile.strays, EventFile.torn)
    ]
    query = sa.select(sa.func.count(), sa.func.max(EventFile.moved_at), *sums).select_from(EventFile)
    files, last_moved_at, *numbers = db.session.execute(query).one()
    lines, unreadable, strays, torn = map(int, numbers)
    return MovedTotals(
        files=files, lines=lines, unreadable=unreadable, strays=strays, torn=torn, last_moved_at=last_moved_at
    )


def watermarks() -> list[tuple[str, datetime]]:
    """Each machine, and until when its events are counted."""
    query = sa.select(EventWatermark.source, EventWatermark.counted_until).order_by(EventWatermark.source)
    return [(source, mark) for source, mark in db.session.execute(query)]
