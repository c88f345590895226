"""Looks after open awards: what was paid is done, what was not is reminded, lapses, and goes to the next in line."""

from collections.abc import Iterator

from app.domain.auctions.queries import awards_to_follow
from app.domain.auctions.service.awards import follow_award
from app.domain.auctions.states import OPEN_AWARDS
from app.foundation.db import db
from app.foundation.work_failures import Retries
from app.jobs.context import JobContext
from app.jobs.each import each_in_own_transaction, retries_of

JOB = "follow_awards"
AWARDS_A_STEP = 200


def run(context: JobContext) -> int:
    """Looks at every open award, each in a transaction of its own; returns how many came to their end.

    Raises:
        WorkFailedError: at least one could not be looked after; the others were.
    """
    return each_in_own_transaction(context, _open_awards(retries_of(JOB, context)), _follow, job=JOB)


def _open_awards(retries: Retries) -> Iterator[int]:
    last_id = 0
    while found := awards_to_follow(last_id, AWARDS_A_STEP, retries=retries):
        db.session.remove()
        yield from found
        last_id = found[-1]


def _follow(award_id: int) -> bool:
    return follow_award(award_id) not in OPEN_AWARDS
