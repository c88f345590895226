"""What must hold after the demo's month: each check says in a sentence what does not."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import chain

import sqlalchemy as sa

from app.domain.accounts.models import Account
from app.domain.inventory.models import Socket
from app.domain.ledger.models import LedgerAccount
from app.domain.ledger.queries import StatementLine, balance, entries_of, statement_of, verify
from app.domain.ledger.rules import buyer_credit, escrow, publisher_payable
from app.domain.ledger.states import AccountCode, Book, EntryKind, Side
from app.domain.measurement.models import AdCount
from app.domain.measurement.queries.statistics import Figures, Scope, figures_by_line_item, total_figures
from app.domain.measurement.states import Measure, Verdict
from app.domain.orders.models import LineItem
from app.domain.settlement.models import MoneyReturn, SettledDay
from app.domain.settlement.queries.earnings import earnings_of
from app.foundation.clock import database_now
from app.foundation.db import db

# Each step of the funnel leads to the next, so there cannot be more of the next.
FUNNEL = (Measure.FILLED, Measure.IMPRESSION, Measure.MEASURABLE, Measure.VIEWABLE)


def problems_of_books(currency: str) -> list[str]:
    """What does not agree among ledger, statements, settled days and counters; empty when all does."""
    problems = [f"ledger: {finding}" for finding in verify(currency)]
    for check in (_statements, _settled_days, _escrow, _funnels, _future):
        problems.extend(check())
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
    """Statements equal postings, and what is shown as earned is what the ledger owes."""
    for account_id in db.session.scalars(sa.select(Account.id)).all():
        for book, reference in (
            (Book.EARNINGS, publisher_payable(account_id)),
            (Book.CREDIT, buyer_credit(account_id)),
        ):
            lines = _lines(account_id, book)
            posted = balance(reference)
            shown = lines[0].balance_minor if lines else 0
            if not posted == shown == sum(line.amount_minor for line in lines):
                yield f"account {account_id}: its statement of {book} does not add up to {posted}"
        earnings = earnings_of(account_id, at=database_now())
        if earnings.total_minor != balance(publisher_payable(account_id)):
            yield f"account {account_id}: pending, available and on its way are not what the ledger owes"


def _settled_days() -> Iterator[str]:
    """Each settled day moved what it says, by one entry."""
    paid: Counter[tuple[int, str]] = Counter()
    for line_item_id in _line_items():
        for entry in entries_of(line_item_id):
            for posting in entry.postings:
                if entry.kind is EntryKind.RELEASE and posting.side is Side.CREDIT:
                    code = db.session.get_one(LedgerAccount, posting.ledger_account_id).code
                    paid[entry.id, code] += posting.amount_minor
    for day in db.session.scalars(sa.select(SettledDay)).all():
        share = paid.pop((day.entry_id or 0, AccountCode.PUBLISHER_PAYABLE), 0)
        commission = paid.pop((day.entry_id or 0, AccountCode.COMMISSION_INCOME), 0)
        if (share, commission) != (day.price_minor - day.commission_minor, day.commission_minor):
            yield f"line item {day.line_item_id}: {day.day} does not move what it says"
    if paid:
        yield f"ledger: {len(paid)} released amounts belong to no settled day"


def _escrow() -> Iterator[str]:
    """What was paid is kept, earned or on its way back."""
    for line_item_id in _line_items():
        line_item = db.session.get_one(LineItem, line_item_id)
        earned = sa.select(sa.func.coalesce(sa.func.sum(SettledDay.price_minor), 0))
        settled = int(db.session.scalars(earned.where(SettledDay.line_item_id == line_item_id)).one())
        kept = balance(escrow(line_item_id))
        returned = db.session.get(MoneyReturn, line_item_id)
        rest = line_item.price_minor - settled
        if returned is None and kept not in {rest, 0}:
            yield f"line item {line_item_id}: {kept} is in escrow, and {rest} is neither earned nor given back"
        if returned is not None and (returned.amount_minor != rest or kept not in {0, returned.to_card_minor}):
            yield f"line item {line_item_id}: {returned.amount_minor} go back of {rest}, {kept} are still in escrow"


def _funnels() -> Iterator[str]:
    """No step has more counted events than the one before it; the parts of a socket make its whole."""
    line_items = figures_by_line_item(_line_items())
    for line_item_id, figures in line_items.items():
        steps = [figures.counted(measure) for measure in FUNNEL]
        if steps != sorted(steps, reverse=True) or figures.counted(Measure.CLICK) > steps[1]:
            yield f"line item {line_item_id}: its funnel does not narrow: {steps}"
    ever, now = datetime.min.replace(tzinfo=UTC), database_now()
    for socket_id in db.session.scalars(sa.select(Socket.id)).all():
        whole = total_figures(Scope(socket_id=socket_id), starts_at=ever, before=now)
        sold = db.session.scalars(sa.select(LineItem.id).where(LineItem.socket_id == socket_id)).all()
        parts = sum((line_items.get(one, Figures()) for one in sold), start=_of_nobody(socket_id))
        if parts.events != whole.events:
            yield f"socket {socket_id}: what its publisher sees is not what its buyers see together"
        if whole.counted(Measure.FILLED) > whole.counted(Measure.REQUEST):
            yield f"socket {socket_id}: more was filled than asked for"


def _of_nobody(socket_id: int) -> Figures:
    """What belongs to a socket and to no line item: its requests, and its publisher's own ad."""
    query = (
        sa.select(AdCount.measure, AdCount.verdict, sa.func.sum(AdCount.events))
        .where(AdCount.socket_id == socket_id, AdCount.line_item_id == 0)
        .group_by(AdCount.measure, AdCount.verdict)
    )
    found: dict[tuple[Measure, Verdict], int] = {}
    for measure, verdict, events in db.session.execute(query):
        found[measure, verdict] = int(events)
    return Figures(found)


def _future() -> Iterator[str]:
    """Nothing has happened that is still to come."""
    now = database_now()
    for column in (AdCount.hour_at, SettledDay.settled_at, MoneyReturn.planned_at):
        newest = db.session.scalars(sa.select(sa.func.max(column))).one()
        if newest is not None and newest > now:
            yield f"{column}: something happened at {newest}, and it is {now}"


def _line_items() -> list[int]:
    paid = sa.select(LedgerAccount.line_item_id).where(LedgerAccount.code == AccountCode.ESCROW)
    return [line_item_id for line_item_id in db.session.scalars(paid) if line_item_id is not None]


def _lines(account_id: int, book: Book) -> list[StatementLine]:
    first = statement_of(account_id, book, 1)
    others = (statement_of(account_id, book, number).rows for number in range(2, first.pages + 1))
    return [*first.rows, *chain.from_iterable(others)]
