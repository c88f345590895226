"""Sets earnings aside for the next bank file, once a week for each publisher."""

from functools import partial

from flask import current_app

from app.domain.settlement.queries.earnings import publishers_to_pay, round_began_at
from app.domain.settlement.service.payouts import set_payout_aside
from app.foundation.clock import database_now
from app.jobs.context import JobContext
from app.jobs.each import each_in_own_transaction, retries_of

JOB = "make_payouts"


def run(context: JobContext) -> int:
    """Sets aside what is available, each publisher's in a transaction of its own; returns how many payouts.

    Raises:
        WorkFailedError: at least one could not be set aside; the others were.
    """
    currency: str = current_app.config["ISOCKET"].currency
    retries = retries_of(JOB, context)
    due = publishers_to_pay(round_began_at(retries.now), retries=retries)
    return each_in_own_transaction(context, due, partial(_set_aside, currency), job=JOB)


def _set_aside(currency: str, account_id: int) -> bool:
    return set_payout_aside(account_id, currency=currency, now=database_now()) is not None
