"""How a job walks its rows: each in a transaction of its own, and one that fails keeps no other from being done."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TypeVar

from app.foundation.clock import database_now
from app.foundation.db import db, in_transaction
from app.foundation.leases import LeaseLost
from app.foundation.log import get_logger
from app.foundation.work_failures import Retries, clear_failure, failed_subjects, note_failure
from app.jobs.context import JobContext

Row = TypeVar("Row", int, str)

log = get_logger(__name__)


class WorkFailedError(Exception):
    """The work on some rows failed; each is in the log, is listed for staff, and is tried again after its wait."""


def retries_of(job: str, context: JobContext) -> Retries:
    """Which rows a job may try now; its query leaves the others out, so that they take nobody's turn."""
    return Retries(job, context.now())


def each_in_own_transaction(context: JobContext, rows: Iterable[Row], work: Callable[[Row], int], *, job: str) -> int:
    """Does the work on each row in a transaction of its own; returns the sum of what it gave.

    A row that fails is noted, with a wait that grows with each failure, and the others are done all the same.

    Args:
        context: of the run.
        rows: the ids, without those that wait; they may be read step by step, each read without leaving a
            transaction open.
        work: what to do inside the transaction; gives how much was done.
        job: the job's name, under which failures are noted.

    Raises:
        WorkFailedError: at least one row failed; the others were done.
    """
    walk = _JobRun(context, job)
    for row in rows:
        if context.should_stop():
            break
        walk.take(row, partial(_cleared_and_done, walk, row, work))
    return walk.end()


def each_by_itself(context: JobContext, rows: Iterable[Row], step: Callable[[Row], int], *, job: str) -> int:
    """As ``each_in_own_transaction``, for rows that need several transactions or an act outside: ``step`` owns them.

    Raises:
        WorkFailedError: at least one row failed; the others were done.
    """
    walk = _JobRun(context, job)
    for row in rows:
        if context.should_stop():
            break
        walk.take(row, partial(_done_and_cleared, walk, row, step))
    return walk.end()


def each_batch_in_own_transaction(
    context: JobContext, batches: Iterable[Sequence[int]], work: Callable[[Sequence[int]], int], *, job: str
) -> int:
    """Does the work on many rows in one transaction; where that fails, on each of them in one of its own.

    Raises:
        WorkFailedError: at least one row failed; the others were done.
    """
    walk = _JobRun(context, job)
    for batch in batches:
        if context.should_stop():
            break
        if walk.take_batch(batch, partial(in_transaction, partial(work, batch))):
            continue
        for row in batch:
            if context.should_stop():
                break
            walk.take(row, partial(_cleared_and_done, walk, row, lambda one: work([one])))
    return walk.end()


def _cleared_and_done(walk: "_JobRun", row: Row, work: Callable[[Row], int]) -> int:
    def cleared_and_done() -> int:
        walk.clear(row)
        return work(row)

    return in_transaction(cleared_and_done)


def _done_and_cleared(walk: "_JobRun", row: Row, step: Callable[[Row], int]) -> int:
    done = step(row)
    if walk.has_note(row):
        db.session.remove()
        in_transaction(partial(walk.clear, row))
    return done


class _JobRun:
    """One run over the rows of a job: what was done, what failed, and which rows have a note from before."""

    def __init__(self, context: JobContext, job: str) -> None:
        self._context = context
        self._job = job
        self._done = 0
        self._failed = 0
        self._noted: frozenset[str] | None = None

    def take(self, row: int | str, step: Callable[[], int]) -> None:
        """Takes a step for one row, and notes it when it fails."""
        self._context.begin()
        self.has_note(row)
        try:
            self._done += step()
        except LeaseLost:
            raise
        except Exception as error:
            # Whatever is broken about this row, the ones behind it are not.
            log.exception("work_failed", work=self._job, subject=row)
            self._failed += 1
            db.session.remove()
            in_transaction(partial(self._note, row, type(error).__name__))
        self._context.renew()

    def take_batch(self, batch: Sequence[int], step: Callable[[], int]) -> bool:
        """Takes one step for many rows; says whether that went well. Rows with a note are not tried with others."""
        self._context.begin()
        if any(self.has_note(row) for row in batch):
            return False
        try:
            self._done += step()
        except Exception:
            log.exception("batch_failed", work=self._job, rows=len(batch))
            return False
        self._context.renew()
        return True

    def has_note(self, row: int | str) -> bool:
        """Whether the work on this row failed the last time."""
        if self._noted is None:
            self._noted = failed_subjects(self._job)
        # What was read, here or by the query for the rows, must not be mistaken for the next transaction.
        db.session.remove()
        return str(row) in self._noted

    def clear(self, row: int | str) -> None:
        """Takes the row's note away, if it has one."""
        if self._noted is not None and str(row) in self._noted:
            clear_failure(self._job, str(row))

    def end(self) -> int:
        """How much was done.

        Raises:
            WorkFailedError: at least one row failed.
        """
        if self._failed:
            raise WorkFailedError
        return self._done

    def _note(self, row: int | str, error: str) -> None:
        note_failure(self._job, str(row), error=error, now=database_now())
