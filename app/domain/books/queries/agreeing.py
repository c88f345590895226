"""Whether all books agree: every comparison of the room, one after the other."""

from datetime import datetime

import sqlalchemy as sa

from app.domain.books.queries import corrected, counted, earned, kept, written
from app.domain.books.queries.differences import Difference
from app.domain.books.states import BookSection, ComparedRows, DifferenceSubject
from app.domain.documents.models import Invoice
from app.domain.ledger.models import JournalEntry
from app.domain.ledger.queries import ledger_findings
from app.domain.ledger.states import LedgerProblem
from app.domain.measurement.models import AdCount
from app.domain.orders.models import LineItem, Order
from app.domain.settlement.models import Payout, SettledDay
from app.foundation.db import db
from app.foundation.messages import N_

COMPARED = {
    ComparedRows.ENTRIES: JournalEntry,
    ComparedRows.ORDERS: Order,
    ComparedRows.LINE_ITEMS: LineItem,
    ComparedRows.SETTLED_DAYS: SettledDay,
    ComparedRows.PAYOUTS: Payout,
    ComparedRows.INVOICES: Invoice,
    ComparedRows.COUNTERS: AdCount,
}


def compared_rows() -> dict[str, int]:
    """How many rows of each kind there are to compare."""
    return {
        name.value: db.session.scalars(sa.select(sa.func.count()).select_from(model)).one()
        for name, model in COMPARED.items()
    }


def differences_in(part: BookSection, currency: str, *, now: datetime) -> list[Difference]:
    """What does not agree in one part of the books.

    Each comparison is a statement of its own and reads one moment.
    """
    if part is BookSection.LEDGER:
        return [_in_the_ledger(finding.subject, finding.problem) for finding in ledger_findings(currency)]
    comparisons = (
        *kept.held_comparisons(),
        *earned.earned_comparisons(),
        *corrected.comparisons(),
        *written.document_comparisons(now),
        *counted.counted_comparisons(),
    )
    found = [
        difference
        for comparison in comparisons
        if comparison.part is part
        for difference in comparison.differences(currency)
    ]
    return [*found, *counted.filled_of_days()] if part is BookSection.COUNTERS else found


def not_compared(part: BookSection) -> Difference:
    """The difference reported for a part that could not be compared, so that it never counts as agreeing."""
    return Difference(part, N_("carried out"), DifferenceSubject.COMPARISON, part.value, None, N_("yes"), N_("no"))


def _in_the_ledger(row: str, problem: LedgerProblem) -> Difference:
    return Difference(
        BookSection.LEDGER,
        N_("the rules of the ledger"),
        DifferenceSubject.LEDGER,
        row,
        None,
        N_("in order"),
        problem.value,
    )
