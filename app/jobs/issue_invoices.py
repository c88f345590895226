"""Writes the invoices of orders that were paid."""

from app.domain.documents.queries import orders_to_invoice
from app.domain.documents.service import issue_invoice
from app.foundation.clock import database_now
from app.jobs.context import JobContext
from app.jobs.each import each_in_own_transaction, retries_of

JOB = "issue_invoices"
INVOICES_A_RUN_MAX = 200


def run(context: JobContext) -> int:
    """Writes what is missing, each invoice in a transaction of its own; returns how many.

    Raises:
        WorkFailedError: at least one could not be written; the others were.
    """
    waiting = orders_to_invoice(INVOICES_A_RUN_MAX, retries=retries_of(JOB, context))
    return each_in_own_transaction(context, waiting, _issue, job=JOB)


def _issue(order_id: int) -> bool:
    return issue_invoice(order_id, now=database_now()) is not None
