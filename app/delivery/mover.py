"""The mover: reads the event log in its order and has every event counted exactly once.

One process for each directory. It may be killed at any moment: what is counted and how far the file is counted
change in one transaction, and a file is deleted only when its last transaction is through.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from flask import Flask

from app.delivery.log_files import ByteRange, log_files, remove_old_drafts, sole_mover, stretches
from app.delivery.log_lines import as_event, read_line
from app.delivery.places import SocketSites
from app.domain.measurement.queries.moving import FilePosition, positions
from app.domain.measurement.service.counting import CountedSocket, LogBatch, count_batch, note_counted_until
from app.domain.measurement.service.salts import ensure_salts
from app.foundation.clock import database_now
from app.foundation.db import db, in_transaction, only_reading
from app.foundation.log import get_logger

LOOK_EVERY_S = 0.5
LOOK_AFTER_TROUBLE_S = 5.0
MARK_EVERY = timedelta(seconds=5)
# Nothing was written since: nobody waits for the mark to the second.
MARK_ANYWAY_EVERY = timedelta(seconds=20)
# Between taking the time of an event and writing it down, and between the clocks of two machines, less passes.
MARGIN = timedelta(seconds=5)
NO_LINE_ITEM = 0
NOT_BEGUN = FilePosition(0, is_finished=False)

log = get_logger(__name__)

Wait = Callable[[float], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class MoverPass:
    """What one look at the log brought."""

    lines: int
    files_finished: int
    looked_at: datetime
    """Taken before the first file was looked at."""


class Mover:
    """Moves the events of one directory into the counters."""

    def __init__(self, app: Flask, directory: Path, *, source: str) -> None:
        """``source`` names this machine among those that write to the same database."""
        self._app = app
        self._directory = directory
        self._source = source
        self._places = SocketSites()
        self._marked_at: datetime | None = None
        self._has_counted = False

    def run(self, wait: Wait) -> None:
        """Counts until ``wait`` says that the end was asked for; then once more, to the end of the log.

        Args:
            wait: sleeps so many seconds, or less when the end is asked for, and says whether it was.

        Raises:
            AnotherMover: another process counts this directory.
        """
        with sole_mover(self._directory):
            log.info("mover_started")
            pause_s = 0.0
            while not wait(pause_s):
                pause_s = LOOK_EVERY_S if self._look() else LOOK_AFTER_TROUBLE_S
            self._look()
            log.info("mover_stopped")

    def move(self) -> MoverPass:
        """Counts what is in the log at this moment and notes how far everything is counted."""
        with self._app.app_context():
            try:
                moved = self._count_files()
                self._note(moved.looked_at)
            finally:
                db.session.remove()
        return moved

    def _look(self) -> bool:
        try:
            with self._app.app_context():
                try:
                    moved = self._count_files()
                    self._has_counted |= moved.lines > 0
                    if self._is_mark_due(moved.looked_at):
                        self._note(moved.looked_at)
                finally:
                    db.session.remove()
        except Exception:
            # Without its database the mover has nothing to do; it must be there when the database is back. What it
            # could not count stays in the log, and the mark stays where it is.
            log.exception("events_not_moved")
            return False
        return True

    def _is_mark_due(self, now: datetime) -> bool:
        """Whether the mark is old; by the database's clock, which local mode can move in both directions."""
        every = MARK_EVERY if self._has_counted else MARK_ANYWAY_EVERY
        return self._marked_at is None or not self._marked_at <= now < self._marked_at + every

    def _note(self, looked_at: datetime) -> None:
        """Notes how far everything is counted, and sees to it that there are salts for today and tomorrow."""
        in_transaction(partial(_note_mark, self._source, looked_at))
        self._marked_at, self._has_counted = looked_at, False

    def _count_files(self) -> MoverPass:
        with only_reading() as connection:
            looked_at = database_now(connection)
            paths = log_files(self._directory)
            known = positions(connection, [path.name for path in paths])
        lines = finished = 0
        for path in paths:
            position = known.get(path.name, NOT_BEGUN)
            counted, is_finished = 0, position.is_finished
            if not is_finished:
                counted, is_finished = self._count_file(path, position.offset_bytes, looked_at)
            if is_finished:
                path.unlink(missing_ok=True)
            lines, finished = lines + counted, finished + is_finished
        remove_old_drafts(self._directory)
        return MoverPass(lines=lines, files_finished=finished, looked_at=looked_at)

    def _count_file(self, path: Path, begins_at_byte: int, now: datetime) -> tuple[int, bool]:
        lines, is_finished = 0, False
        for stretch in stretches(path, begins_at_byte):
            batch, places = self._batch(path.name, stretch, now)
            in_transaction(partial(count_batch, batch, places, now=now))
            lines, is_finished = lines + batch.lines, batch.is_last
        return lines, is_finished

    def _batch(self, name: str, stretch: ByteRange, now: datetime) -> tuple[LogBatch, dict[int, CountedSocket]]:
        read = [line for line in map(read_line, stretch.lines) if line is not None]
        homes = self._places.of({line.socket_id for line in read}, now=now)
        sold = {NO_LINE_ITEM, *self._places.line_items({line.line_item_id for line in read} - {NO_LINE_ITEM})}
        placed = [(line, homes[line.socket_id]) for line in read if line.line_item_id in sold]
        found = [(line, home) for line, home in placed if home is not None]
        batch = LogBatch(
            name=name,
            begins_at_byte=stretch.begins_at_byte,
            ends_at_byte=stretch.ends_at_byte,
            lines=len(stretch.lines),
            unreadable=len(stretch.lines) - len(read),
            strays=len(read) - len(found),
            is_torn=stretch.is_torn,
            is_last=stretch.is_last,
            events=[as_event(line, home.domain) for line, home in found],
        )
        return batch, {line.socket_id: home.place for line, home in found}


def _note_mark(source: str, looked_at: datetime) -> None:
    ensure_salts(looked_at)
    note_counted_until(source, looked_at - MARGIN)
