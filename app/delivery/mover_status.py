"""How the counting of events stands: for the operator's command and the staff page."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from app.delivery.log_files import backlog_bytes, log_files
from app.domain.measurement.queries.moving import MovedTotals, moved_totals, positions, watermarks
from app.foundation.db import db


@dataclass(frozen=True, slots=True)
class LogStatus:
    """What waits in this machine's log, and what became of the rest."""

    files: int
    backlog_bytes: int
    watermarks: list[tuple[str, datetime]]
    totals: MovedTotals


def log_status(directory: Path) -> LogStatus:
    """Looks at the directory and at the counters; read only."""
    names = [path.name for path in log_files(directory)]
    known = positions(db.session.connection(), names)
    counted = {name: position.offset_bytes for name, position in known.items()}
    return LogStatus(
        files=len(names),
        backlog_bytes=backlog_bytes(directory, counted),
        watermarks=watermarks(),
        totals=moved_totals(),
    )
