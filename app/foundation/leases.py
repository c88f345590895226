"""Leases: at most one process runs a job at a time, and a dead one's job is taken over.

A holder renews while it works. Whoever finds the lease run out takes it with a new generation; the
old holder, should it wake up, fails at its next renewal.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.db import INTERNAL, Id, Model, UtcDateTime, db
from app.foundation.errors import InvariantBroken

LEASE_S = 60
HEARTBEAT = "heartbeat"
HEARTBEAT_FRESH_FOR = timedelta(seconds=60)


class LeaseLost(InvariantBroken):
    """The lease ran out and somebody else holds it now."""


class JobLease(Model):
    """Who runs a job now, until when, and when it is due again."""

    __tablename__ = "job_lease"

    name: Mapped[str] = mapped_column(sa.String(60), primary_key=True, info=INTERNAL)
    holder: Mapped[str | None] = mapped_column(sa.String(80), info=INTERNAL)
    generation: Mapped[int] = mapped_column(sa.BigInteger, default=0, info=INTERNAL)
    leased_until: Mapped[datetime | None] = mapped_column(UtcDateTime, info=INTERNAL)
    last_started_at: Mapped[datetime | None] = mapped_column(UtcDateTime, info=INTERNAL)
    last_finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime, info=INTERNAL)
    last_error: Mapped[str | None] = mapped_column(sa.String(200), info=INTERNAL)
    runs: Mapped[int] = mapped_column(Id, default=0, info=INTERNAL)
    failures: Mapped[int] = mapped_column(Id, default=0, info=INTERNAL)


def take_lease(name: str, *, holder: str, now: datetime) -> int | None:
    """Takes a job's lease for 60 s when nobody holds it; locks the lease row.

    Returns:
        The generation to renew and release with, or None when somebody else is at it.
    """
    lease = lock_lease(name)
    # A lease that runs longer than any can was taken before local mode's clock was moved back.
    if lease.leased_until is not None and now < lease.leased_until <= now + timedelta(seconds=LEASE_S):
        return None
    lease.holder = holder
    lease.generation += 1
    lease.leased_until = now + timedelta(seconds=LEASE_S)
    lease.last_started_at = now
    db.session.flush()
    return lease.generation


def renew_lease(name: str, *, generation: int, now: datetime) -> None:
    """Keeps a lease for another 60 s.

    Raises:
        LeaseLost: somebody else took it; stop at once.
    """
    lease = _held(name, generation)
    lease.leased_until = now + timedelta(seconds=LEASE_S)
    db.session.flush()


def release_lease(name: str, *, generation: int, now: datetime, error: str | None = None) -> None:
    """Gives a lease back and notes how the run ended.

    Raises:
        LeaseLost: somebody else took it in the meantime.
    """
    lease = _held(name, generation)
    lease.holder = None
    lease.leased_until = None
    lease.last_finished_at = now
    lease.last_error = error
    lease.runs += 1
    lease.failures += 0 if error is None else 1
    db.session.flush()


def _held(name: str, generation: int) -> JobLease:
    lease = _locked(name)
    if lease is None or lease.generation != generation:
        raise LeaseLost(name)
    return lease


def lock_lease(name: str) -> JobLease:
    """The lease row of a job, locked; made at the job's very first run."""
    lease = _locked(name)
    if lease is None:
        # Two processes may find the row missing at once; the second waits here and then locks the first's.
        dialect = sqlite if db.session.get_bind().dialect.name == "sqlite" else postgresql
        row = dialect.insert(JobLease).values(name=name, generation=0, runs=0, failures=0)
        db.session.execute(row.on_conflict_do_nothing())
        lease = _locked(name)
    if lease is None:
        message = f"the lease row of {name} vanished"
        raise InvariantBroken(message)
    return lease


def _locked(name: str) -> JobLease | None:
    query = sa.select(JobLease).where(JobLease.name == name).with_for_update()
    return db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()


def note_looked_at(names: Mapping[str, datetime]) -> None:
    """Notes when somebody looked whether a job has something to do and found nothing: a run that ended well.

    A job that is being run is left alone. Locks the rows, in the order of their names.
    """
    for name, looked_at in sorted(names.items()):
        lease = lock_lease(name)
        if lease.holder is None:
            lease.last_started_at = lease.last_finished_at = looked_at
            lease.last_error = None
    db.session.flush()


def beat(*, now: datetime) -> None:
    """Notes that the job runner is alive; the readiness probe looks for it. Locks its row, after those of jobs."""
    lease = lock_lease(HEARTBEAT)
    lease.last_finished_at = now
    lease.runs += 1
    db.session.flush()
