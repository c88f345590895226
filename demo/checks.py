"""What must hold after the demo's month: each check says in a sentence what does not."""

from collections.abc import Iterator, Mapping
from itertools import chain

import sqlalchemy as sa

from app.domain.accounts.models import Account
from app.domain.books.queries.agreeing import differences_in
from app.domain.books.states import BookSection
from app.domain.ledger.queries import StatementLine, balance, statement_of
from app.domain.ledger.rules import buyer_credit, publisher_payable
from app.domain.ledger.states import StatementKind
from app.domain.measurement.models import AdCount
from app.domain.measurement.states import Measure
from app.foundation.clock import database_now
from app.foundation.db import db


def problems_of_books(currency: str) -> list[str]:
    """What does not agree among the books, and in what both sides read of them; empty when all does."""
    now = database_now()
    problems = [str(one) for part in BookSection for one in differences_in(part, currency, now=now)]
    problems.extend(_statements())
    db.session.remove()
    return problems


def problems_of_counts(sent: Mapping[Measure, int]) -> list[str]:
    """What was not counted of what the readers sent: each event has one verdict, "counted" or a reason why not."""
    query = sa.select(AdCount.measure, sa.func.sum(AdCount.events)).where(AdCount.measure.in_(sent))
    judged = {measure: int(events) for measure, events in db.session.execute(query.group_by(AdCount.measure))}
    db.session.remove()
    return [
        f"counters: readers sent {sent[measure]:,} of {measure}, judged were {judged.get(measure, 0):,}"
        for measure in sent
        if sent[measure] != judged.get(measure, 0)
    ]


def _statements() -> Iterator[str]:
    """Statements, page after page, add up to what the ledger has."""
    for account_id in db.session.scalars(sa.select(Account.id)).all():
        for book, reference in (
            (StatementKind.EARNINGS, publisher_payable(account_id)),
            (StatementKind.CREDIT, buyer_credit(account_id)),
        ):
            lines = _lines(account_id, book)
            posted = balance(reference)
            shown = lines[0].balance_minor if lines else 0
            if not posted == shown == sum(line.amount_minor for line in lines):
                yield f"account {account_id}: its statement of {book} does not add up to {posted}"


def _lines(account_id: int, book: StatementKind) -> list[StatementLine]:
    first = statement_of(account_id, book, 1)
    others = (statement_of(account_id, book, number).rows for number in range(2, first.pages + 1))
    return [*first.rows, *chain.from_iterable(others)]
