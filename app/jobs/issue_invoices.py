"""Writes the invoices of orders that were paid."""

from functools import partial

from app.domain.documents.queries import orders_to_invoice
from app.domain.documents.service import issue_invoice
from app.foundation.clock import database_now
from app.foundation.db import db, in_transaction
from app.jobs.context import JobContext

INVOICES_A_RUN_MAX = 200


def run(context: JobContext) -> int:
    """Writes what is missing, each invoice in a transaction of its own; returns how many."""
    written = 0
    waiting = list(orders_to_invoice(INVOICES_A_RUN_MAX))
    db.session.remove()
    for order_id in waiting:
        if context.should_stop():
            break
        written += in_transaction(partial(_issue, order_id))
        context.renew()
    return written


def _issue(order_id: int) -> bool:
    return issue_invoice(order_id, now=database_now()) is not None
