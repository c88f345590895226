"""No job is blocked by rows that are broken: they wait, longer each time, and the others are done."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from app.foundation.db import db
from app.foundation.work_failures import WorkFailure
from app.jobs import leased_run
from app.jobs.leased_run import Job, Runner, RunOutcome, RunResult, has_something_to_do, read_now, run_now
from app.jobs.stopping import StopRequest
from app.jobs.table import JOBS
from tests.support.due_work import DUE_WORK, DueWork
from tests.support.mail_jobs import advance

MINUTE = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)
ONLY_ITS_KIND = "RuntimeError"


class Breakage:
    """The rows that are broken, and those whose work was done."""

    def __init__(self, work: DueWork) -> None:
        self.broken: set[int | str] = set()
        self.done: set[int | str] = set()
        self._about = work.about
        self._verb = work.stands_in or getattr(work.module, work.verb)

    def __call__(self, *args: object, **named: object) -> object:
        rows = self._about(*args, **named)
        if self.broken.intersection(rows):
            message = "what a person wrote must not be stored"
            raise RuntimeError(message)
        answer = self._verb(*args, **named)
        self.done.update(rows)
        return answer


def run(app: Flask, job: Job) -> RunResult:
    return run_now(job, Runner(app=app, holder="test", stop=StopRequest()))


def notes(app: Flask, job: Job) -> dict[str, WorkFailure]:
    with app.app_context():
        found = db.session.scalars(sa.select(WorkFailure).where(WorkFailure.job == job.name))
        return {note.subject: note for note in found}


def knows_that_it_is_due(app: Flask, monkeypatch: pytest.MonkeyPatch, job: Job) -> bool:
    """Asked without a lease, and by reads alone, it finds what there is to do."""
    with monkeypatch.context() as patch:
        patch.setattr(leased_run.log, "exception", pytest.fail)
        with app.app_context():
            now = read_now()
        return not job.asks_first or has_something_to_do(job, Runner(app=app, holder="test", stop=StopRequest()), now)


def test_every_job_is_tried() -> None:
    assert {job.name for job in JOBS} == set(DUE_WORK)


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.name)
def test_broken_rows_keep_no_other_waiting(app: Flask, monkeypatch: pytest.MonkeyPatch, job: Job) -> None:
    work = DUE_WORK[job.name]
    first, second, third, fourth = work.make(app)
    assert knows_that_it_is_due(app, monkeypatch, job)
    breakage = Breakage(work)
    monkeypatch.setattr(work.module, work.verb, breakage)
    for name, limit in work.small.items():
        monkeypatch.setattr(work.module, name, limit)

    breakage.broken = {first}
    ended = run(app, job)
    assert (ended.outcome, ended.error) == (RunOutcome.FAILED, "WorkFailedError")
    assert second in breakage.done
    note = notes(app, job)[str(first)]
    assert (note.failures, note.error) == (1, ONLY_ITS_KIND)
    assert note.next_attempt_at - note.last_failed_at == MINUTE

    # A whole batch is broken: the one that was broken before, due again, and the next.
    advance(app, MINUTE)
    breakage.broken = {first, third}
    assert run(app, job).outcome is RunOutcome.FAILED
    assert run(app, job).outcome is RunOutcome.DONE, "they were not left alone, or somebody else broke"
    assert fourth in breakage.done
    note = notes(app, job)[str(first)]
    assert (note.failures, note.next_attempt_at - note.last_failed_at) == (2, 2 * MINUTE)

    breakage.broken.clear()
    breakage.done.clear()
    advance(app, LONGEST_WAIT)
    for _ in range(2):
        assert run(app, job).outcome is RunOutcome.DONE
    assert breakage.done >= {first, third}
    assert notes(app, job) == {}
