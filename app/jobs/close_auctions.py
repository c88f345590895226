"""Ends auctions whose time is up: each in a transaction of its own, each once."""

from functools import partial

from app.domain.auctions.queries import auctions_to_close
from app.domain.auctions.service.closing import close_auction
from app.foundation.db import db, in_transaction
from app.foundation.log import get_logger
from app.jobs.context import JobContext

AUCTIONS_A_RUN_MAX = 200

log = get_logger(__name__)


class AuctionsNotClosed(Exception):  # noqa: N818 - named after what happened
    """Some auctions could not be closed; each is in the log with its reason, and is tried again in the next run."""


def run(context: JobContext) -> int:
    """Closes what has ended, the oldest end first; returns how many.

    An auction that cannot be closed is a bug: it is logged, the others are closed all the same, and the
    run fails at its end.

    Raises:
        AuctionsNotClosed: at least one could not be closed.
    """
    ended = auctions_to_close(context.now(), AUCTIONS_A_RUN_MAX)
    db.session.remove()
    closed, broken = 0, 0
    for auction_id in ended:
        if context.should_stop():
            break
        try:
            in_transaction(partial(close_auction, auction_id))
            closed += 1
        except Exception:
            log.exception("auction_not_closed", auction_id=auction_id)
            broken += 1
        context.renew()
    if broken:
        raise AuctionsNotClosed
    return closed
