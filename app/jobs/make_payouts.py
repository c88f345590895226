"""Sets earnings aside for the next bank file, once a week for each publisher."""

from functools import partial

from flask import current_app

from app.domain.settlement.queries.earnings import publishers_to_pay, round_began_at
from app.domain.settlement.service.payouts import set_payout_aside
from app.foundation.clock import database_now
from app.foundation.db import db, in_transaction
from app.foundation.log import get_logger
from app.jobs.context import JobContext

log = get_logger(__name__)


class PayoutsNotMade(Exception):  # noqa: N818 - named after what happened
    """Some payouts could not be set aside; each is in the log with its reason, and comes again in the next run."""


def run(context: JobContext) -> int:
    """Sets aside what is available, each publisher's in a transaction of its own; returns how many payouts.

    Raises:
        PayoutsNotMade: at least one could not be set aside; the others were.
    """
    made, broken = 0, 0
    currency: str = current_app.config["ISOCKET"].currency
    due = list(publishers_to_pay(round_began_at(context.now())))
    db.session.remove()
    for account_id in due:
        if context.should_stop():
            break
        try:
            made += in_transaction(partial(_set_aside, account_id, currency))
        except Exception:
            log.exception("payout_not_made", account_id=account_id)
            broken += 1
        context.renew()
    if broken:
        raise PayoutsNotMade
    return made


def _set_aside(account_id: int, currency: str) -> bool:
    return set_payout_aside(account_id, currency=currency, now=database_now()) is not None
