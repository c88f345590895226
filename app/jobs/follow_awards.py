"""Looks after open awards: what was paid is done, what was not is reminded, lapses, and goes to the next in line."""

from functools import partial

from app.domain.auctions.queries import awards_to_follow
from app.domain.auctions.service.awards import follow_award
from app.domain.auctions.states import OPEN_AWARDS
from app.foundation.db import db, in_transaction
from app.foundation.log import get_logger
from app.jobs.context import JobContext

AWARDS_A_STEP = 200

log = get_logger(__name__)


class AwardsNotFollowed(Exception):  # noqa: N818 - named after what happened
    """Some awards could not be looked after; each is in the log with its reason, and comes again in the next run."""


def run(context: JobContext) -> int:
    """Looks at every open award, each in a transaction of its own; returns how many came to their end.

    Raises:
        AwardsNotFollowed: at least one could not be looked after; the others were.
    """
    ended, broken, last_id = 0, 0, 0
    while not context.should_stop():
        found = awards_to_follow(last_id, AWARDS_A_STEP)
        db.session.remove()
        for award_id in found:
            if context.should_stop():
                break
            try:
                state = in_transaction(partial(follow_award, award_id))
                ended += state not in OPEN_AWARDS
            except Exception:
                log.exception("award_not_followed", award_id=award_id)
                broken += 1
            context.renew()
        if len(found) < AWARDS_A_STEP:
            break
        last_id = found[-1]
    if broken:
        raise AwardsNotFollowed
    return ended
