"""Answers creatives whose publisher was silent, as the sale says."""

from functools import partial

from app.domain.creatives.queries import reviews_overdue
from app.domain.creatives.service.reviewing import answer_for_silence
from app.foundation.clock import database_now
from app.foundation.db import db, in_transaction
from app.foundation.log import get_logger
from app.jobs.context import JobContext

REVIEWS_A_RUN_MAX = 200

log = get_logger(__name__)


class CreativesNotAnswered(Exception):  # noqa: N818 - named after what happened
    """Some creatives could not be answered; each is in the log with its reason, and comes again in the next run."""


def run(context: JobContext) -> int:
    """Answers what is overdue, each in a transaction of its own; returns how many.

    Raises:
        CreativesNotAnswered: at least one could not be answered; the others were.
    """
    answered = broken = 0
    overdue = reviews_overdue(context.now(), REVIEWS_A_RUN_MAX)
    db.session.remove()
    for public_id in overdue:
        if context.should_stop():
            break
        try:
            answered += in_transaction(partial(_answered, public_id))
        except Exception:
            log.exception("creative_not_answered", review=public_id)
            broken += 1
        context.renew()
    if broken:
        raise CreativesNotAnswered
    return answered


def _answered(public_id: str) -> bool:
    return answer_for_silence(public_id, now=database_now())
