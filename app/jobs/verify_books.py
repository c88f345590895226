"""Compares all books once a day and keeps what differs."""

from datetime import datetime

from flask import current_app

from app.domain.books.queries.agreeing import compared_rows, differences_in, not_compared
from app.domain.books.queries.differences import Difference
from app.domain.books.service import record_check
from app.domain.books.states import BookSection
from app.foundation.db import db, in_transaction
from app.foundation.log import get_logger
from app.jobs.context import JobContext
from app.jobs.each import WorkFailedError, each_by_itself, retries_of

JOB = "verify_books"

log = get_logger(__name__)


def run(context: JobContext) -> int:
    """Looks at each part of the books and changes nothing of it; returns how many differences there are.

    A part that cannot be compared counts as one that does not agree. A check that was asked to stop is not kept: the
    next run begins anew.

    Raises:
        WorkFailedError: at least one part could not be compared; the others were, and what was found is kept.
    """
    currency: str = current_app.config["ISOCKET"].currency
    began_at, waiting = context.now(), retries_of(JOB, context).waiting()
    found: dict[BookSection, list[Difference]] = {}

    def compare(name: str) -> int:
        part = BookSection(name)
        found[part] = differences_in(part, currency, now=began_at)
        return len(found[part])

    failure: WorkFailedError | None = None
    try:
        each_by_itself(context, [part.value for part in BookSection if part not in waiting], compare, job=JOB)
    except WorkFailedError as error:
        failure = error
    if context.should_stop():
        return 0
    differences = [one for part in BookSection for one in found.get(part, [not_compared(part)])]
    _keep(differences, began_at)
    if failure is not None:
        raise failure
    return len(differences)


def _keep(differences: list[Difference], began_at: datetime) -> None:
    compared = compared_rows()
    db.session.remove()
    in_transaction(lambda: record_check(differences, compared, checked_at=began_at))
    if differences:
        log.error("books_differ", differences=len(differences), first=str(differences[0]))
