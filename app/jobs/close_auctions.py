"""Ends auctions whose time is up: each in a transaction of its own, each once."""

from app.domain.auctions.queries import auctions_to_close
from app.domain.auctions.service.closing import close_auction
from app.jobs.context import JobContext
from app.jobs.each import each_in_own_transaction, retries_of

JOB = "close_auctions"
AUCTIONS_A_RUN_MAX = 200


def run(context: JobContext) -> int:
    """Closes what has ended, the oldest end first; returns how many.

    Raises:
        WorkFailedError: at least one could not be closed; the others were.
    """
    ended = auctions_to_close(AUCTIONS_A_RUN_MAX, retries=retries_of(JOB, context))
    return each_in_own_transaction(context, ended, _close, job=JOB)


def _close(auction_id: int) -> bool:
    close_auction(auction_id)
    return True
