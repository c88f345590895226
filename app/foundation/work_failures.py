"""Rows on which a job failed: noted with a wait that grows, so that they keep no other row from being worked on.

A row is never given up: after its wait it is tried again, and the note goes when its work succeeds.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Mapped, mapped_column

from app.foundation.db import INTERNAL, Model, UtcDateTime, db
from app.foundation.paging import PAGE_SIZE, RowsPage

FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)
# A job tries what is due within an hour or two of its wait; a note that old is about work that is no longer there.
FORGOTTEN_AFTER = timedelta(days=1)


class WorkFailure(Model):
    """A row on which a job failed the last time it tried. Only the error's kind is kept: its text may be personal."""

    __tablename__ = "work_failure"

    job: Mapped[str] = mapped_column(sa.String(60), primary_key=True, info=INTERNAL)
    subject: Mapped[str] = mapped_column(sa.String(60), primary_key=True, info=INTERNAL)
    failures: Mapped[int] = mapped_column(sa.Integer, info=INTERNAL)
    first_failed_at: Mapped[datetime] = mapped_column(UtcDateTime, info=INTERNAL)
    last_failed_at: Mapped[datetime] = mapped_column(UtcDateTime, info=INTERNAL)
    next_attempt_at: Mapped[datetime] = mapped_column(UtcDateTime, info=INTERNAL)
    error: Mapped[str] = mapped_column(sa.String(200), info=INTERNAL)

    __table_args__ = (
        sa.CheckConstraint("failures > 0", name="failures_positive"),
        sa.Index("ix_work_failure_last_failed_at", "last_failed_at"),
    )


@dataclass(frozen=True, slots=True)
class Retries:
    """Which rows a job may try at a moment: all but those that wait after a failure."""

    job: str
    now: datetime

    def allow(self, subject: InstrumentedAttribute[int] | InstrumentedAttribute[str]) -> sa.ColumnElement[bool]:
        """The condition for a query: whether the row of this id may be tried."""
        return sa.cast(subject, sa.String(60)).not_in(sa.select(WorkFailure.subject).where(*self._waits()))

    def waiting(self) -> frozenset[str]:
        """The ids that wait, for a job that knows its rows without a query."""
        return frozenset(db.session.scalars(sa.select(WorkFailure.subject).where(*self._waits())))

    def _waits(self) -> tuple[sa.ColumnElement[bool], ...]:
        # A wait longer than any can be was noted before local mode's clock was moved back.
        return (
            WorkFailure.job == self.job,
            WorkFailure.next_attempt_at > self.now,
            WorkFailure.next_attempt_at <= self.now + LONGEST_WAIT,
        )


def retry_wait(failures: int) -> timedelta:
    """How long a row waits after so many failures in a row.

    >>> [str(retry_wait(failures)) for failures in (1, 2, 3, 9, 10, 2_000)]
    ['0:01:00', '0:02:00', '0:04:00', '4:16:00', '6:00:00', '6:00:00']
    """
    doublings = min(failures - 1, (LONGEST_WAIT // FIRST_WAIT).bit_length())
    longer: timedelta = FIRST_WAIT * 2**doublings
    return min(longer, LONGEST_WAIT)


def failed_subjects(job: str) -> frozenset[str]:
    """The ids of all rows on which a job failed and has not succeeded since."""
    return frozenset(db.session.scalars(sa.select(WorkFailure.subject).where(WorkFailure.job == job)))


def recent_failures(number: int) -> RowsPage[WorkFailure]:
    """Every row whose work failed and has not succeeded since, the last failure first; for staff."""
    total = db.session.scalars(sa.select(sa.func.count()).select_from(WorkFailure)).one()
    newest = sa.select(WorkFailure).order_by(WorkFailure.last_failed_at.desc(), WorkFailure.job, WorkFailure.subject)
    rows = db.session.scalars(newest.limit(PAGE_SIZE).offset((number - 1) * PAGE_SIZE)).all()
    return RowsPage(rows=rows, number=number, total=total)


def failures_counted(job: InstrumentedAttribute[str]) -> sa.ScalarSelect[int]:
    """How many such rows a job has, as a column for a query of jobs by name."""
    return sa.select(sa.func.count()).where(WorkFailure.job == job).scalar_subquery()


def note_failure(job: str, subject: str, *, error: str, now: datetime) -> WorkFailure:
    """Notes that the work on a row failed, and when it is tried again; locks the note."""
    note = db.session.get(WorkFailure, (job, subject), with_for_update=True)
    if note is None:
        note = WorkFailure(job=job, subject=subject, failures=0, first_failed_at=now)
        db.session.add(note)
    note.failures += 1
    note.last_failed_at = now
    note.next_attempt_at = now + retry_wait(note.failures)
    note.error = error
    db.session.flush()
    return note


def clear_failure(job: str, subject: str) -> None:
    """Takes a row's note away: its work succeeded."""
    db.session.execute(sa.delete(WorkFailure).where(WorkFailure.job == job, WorkFailure.subject == subject))


def forget_failures(*, now: datetime) -> int:
    """Deletes notes about work that is no longer there: nobody tried it again long after its wait; returns how many."""
    is_stale = WorkFailure.next_attempt_at <= now - FORGOTTEN_AFTER
    deleted = db.session.execute(sa.delete(WorkFailure).where(is_stale))
    return int(deleted.rowcount)  # type: ignore[attr-defined]  # a CursorResult for a DELETE
