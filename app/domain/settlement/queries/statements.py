"""Reads about the lines of a statement: what each of them is about."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from app.domain.inventory.models import Site, Socket
from app.domain.ledger.models import JournalEntry, LedgerAccount, Posting
from app.domain.ledger.states import AccountCode, EntryKind
from app.domain.orders.models import LineItem, Order
from app.domain.settlement.models import Adjustment, Payout, SettledDay
from app.domain.settlement.states import DayOutcome
from app.foundation.db import db


@dataclass(frozen=True, slots=True)
class EntrySubject:
    """What a line of a statement is about: a line item and one of its days, or a payout."""

    what: str = ""
    """The socket and its site."""
    line_item: str | None = None
    order: str | None = None
    day: date | None = None
    outcome: DayOutcome | None = None
    adjustment: Adjustment | None = None
    """The correction of the day, when the line is one."""
    payout: str | None = None
    destination: str | None = None
    """The last four characters of the account that was paid."""


def subjects_of_entries(entry_ids: Collection[int]) -> dict[int, EntrySubject]:
    """What entries are about, by their ids; one about nothing of ours is not there."""
    return _line_items(entry_ids) | _days(entry_ids) | _adjustments(entry_ids) | _payouts(entry_ids)


def _days(entry_ids: Collection[int]) -> dict[int, EntrySubject]:
    query = (
        sa.select(SettledDay, LineItem.public_id, Order.public_id, Socket.name, Site.name)
        .join(LineItem, LineItem.id == SettledDay.line_item_id)
        .join(Order, Order.id == LineItem.order_id)
        .join(Socket, Socket.id == LineItem.socket_id)
        .join(Site, Site.id == Socket.site_id)
        .where(SettledDay.entry_id.in_(entry_ids))
    )
    return {
        day.entry_id: EntrySubject(f"{socket} on {site}", line_item, order, day=day.day, outcome=day.outcome)
        for day, line_item, order, socket, site in db.session.execute(query)
        if day.entry_id is not None
    }


def _adjustments(entry_ids: Collection[int]) -> dict[int, EntrySubject]:
    query = (
        sa.select(Adjustment, LineItem.public_id, Order.public_id, Socket.name, Site.name)
        .join(LineItem, LineItem.id == Adjustment.line_item_id)
        .join(Order, Order.id == LineItem.order_id)
        .join(Socket, Socket.id == LineItem.socket_id)
        .join(Site, Site.id == Socket.site_id)
        .where(Adjustment.entry_id.in_(entry_ids))
    )
    return {
        one.entry_id: EntrySubject(f"{socket} on {site}", line_item, order, day=one.day, adjustment=one)
        for one, line_item, order, socket, site in db.session.execute(query)
    }


def _payouts(entry_ids: Collection[int]) -> dict[int, EntrySubject]:
    """Of a payout, and of one that came back: the entries of both are made for the same payout."""
    kinds = (EntryKind.PAYOUT, EntryKind.PAYOUT_RETURNED)
    entries = sa.select(JournalEntry.id, JournalEntry.reference)
    entries = entries.where(JournalEntry.id.in_(entry_ids), JournalEntry.kind.in_(kinds))
    numbers = {entry_id: int(reference.partition(":")[2]) for entry_id, reference in db.session.execute(entries)}
    query = sa.select(Payout).where(Payout.id.in_(set(numbers.values())))
    payouts = {payout.id: payout for payout in db.session.scalars(query)}
    return {
        entry_id: EntrySubject(payout=payouts[number].public_id, destination=payouts[number].destination)
        for entry_id, number in numbers.items()
        if number in payouts
    }


def _line_items(entry_ids: Collection[int]) -> dict[int, EntrySubject]:
    """Whose escrow an entry touched."""
    query = (
        sa.select(Posting.entry_id, LineItem.public_id, Order.public_id, Socket.name, Site.name)
        .join(LedgerAccount, LedgerAccount.id == Posting.ledger_account_id)
        .join(LineItem, LineItem.id == LedgerAccount.line_item_id)
        .join(Order, Order.id == LineItem.order_id)
        .join(Socket, Socket.id == LineItem.socket_id)
        .join(Site, Site.id == Socket.site_id)
        .where(Posting.entry_id.in_(entry_ids), LedgerAccount.code == AccountCode.ESCROW)
    )
    return {
        entry_id: EntrySubject(f"{socket} on {site}", line_item, order)
        for entry_id, line_item, order, socket, site in db.session.execute(query)
    }
