"""Corrections of settled days: what each moved, and what they add to the sums of others."""

from typing import Any

import sqlalchemy as sa

from app.domain.books.queries.comparing import Comparison, Expression, differing, or_zero
from app.domain.books.states import BookSection, DifferenceSubject
from app.domain.ledger.models import JournalEntry, LedgerAccount, Posting
from app.domain.ledger.states import AccountCode, EntryKind
from app.domain.orders.models import LineItem, Order
from app.domain.settlement.models import Adjustment, Payout, SettledDay
from app.domain.settlement.states import PayoutState
from app.foundation.messages import N_

KINDS = (EntryKind.ADJUSTMENT_FOR_BUYER, EntryKind.ADJUSTMENT_FOR_PUBLISHER)
SHARE = Adjustment.price_minor - Adjustment.commission_minor
FOR_PUBLISHER, FOR_BUYER = Adjustment.price_minor > 0, Adjustment.price_minor < 0
IS_OF_DAY = sa.and_(SettledDay.line_item_id == Adjustment.line_item_id, SettledDay.day == Adjustment.day)
OPEN = (PayoutState.DUE, PayoutState.IN_FILE)


def comparisons() -> list[Comparison]:
    """What must be the same of corrections and the entries that they were posted by."""
    days, line_item = BookSection.DAYS, DifferenceSubject.LINE_ITEM
    share, commission = _moved(SHARE, _PAYABLE), _moved(Adjustment.commission_minor, _INCOME)
    other = _moved(Adjustment.price_minor, _OTHER_SIDE)
    return [
        Comparison(part=days, what=N_("publisher's share of the correction"), subject=line_item, rows=share),
        Comparison(part=days, what=N_("commission on the correction"), subject=line_item, rows=commission),
        Comparison(part=days, what=N_("escrow or credit of the correction"), subject=line_item, rows=other),
        Comparison(
            part=days, what=N_("correction of an entry"), subject=DifferenceSubject.LEDGER, rows=_without_correction()
        ),
    ]


def earned_by_corrections() -> sa.Subquery:
    """What corrections changed of what publishers earned, by ``owner``."""
    return _summed(SettledDay.publisher_account_id, SHARE)


def taken_after_payouts() -> sa.Subquery:
    """What corrections took back from publishers after their open payout was set aside, by ``owner``."""
    query = _sums(SettledDay.publisher_account_id, -SHARE).where(FOR_BUYER)
    of_open = sa.and_(Payout.account_id == SettledDay.publisher_account_id, Payout.state.in_(OPEN))
    query = query.join(Payout, sa.and_(of_open, Payout.created_at <= Adjustment.decided_at))
    return query.group_by(SettledDay.publisher_account_id).subquery()


def given_as_credit() -> sa.Subquery:
    """What corrections gave back to buyers, by ``owner``."""
    query = sa.select(Order.buyer_account_id.label("owner"), sa.func.sum(-Adjustment.price_minor).label("minor"))
    query = query.select_from(Adjustment).join(LineItem, LineItem.id == Adjustment.line_item_id)
    query = query.join(Order, Order.id == LineItem.order_id).where(FOR_BUYER)
    return query.group_by(Order.buyer_account_id).subquery()


def out_of_escrow() -> "sa.Select[int, int]":
    """What each correction took out of a line item's escrow; what it gives to a buyer never comes back into it."""
    query = sa.select(Adjustment.line_item_id.label("owner"), Adjustment.price_minor.label("minor"))
    return query.where(FOR_PUBLISHER)


def _sums(owner: Expression, minor: Expression) -> "sa.Select[Any]":
    query = sa.select(owner.label("owner"), sa.func.sum(minor).label("minor")).select_from(Adjustment)
    return query.join(SettledDay, IS_OF_DAY)


def _summed(owner: Expression, minor: Expression) -> sa.Subquery:
    return _sums(owner, minor).group_by(owner).subquery()


_PAYABLE = sa.and_(
    LedgerAccount.code == AccountCode.PUBLISHER_PAYABLE, LedgerAccount.account_id == SettledDay.publisher_account_id
)
_INCOME = LedgerAccount.code == AccountCode.COMMISSION_INCOME
_OTHER_SIDE = sa.or_(
    sa.and_(
        FOR_PUBLISHER,
        LedgerAccount.code == AccountCode.ESCROW,
        LedgerAccount.line_item_id == Adjustment.line_item_id,
    ),
    sa.and_(
        FOR_BUYER,
        LedgerAccount.code == AccountCode.BUYER_CREDIT,
        LedgerAccount.account_id == Order.buyer_account_id,
    ),
)


def _moved(expected: Expression, account: "sa.ColumnElement[bool]") -> "sa.Select[Any]":
    """What a correction's entry moved of one account; all of its postings go the way its amount says."""
    found = (
        sa.select(or_zero(sa.func.sum(Posting.amount_minor)))
        .select_from(Posting)
        .join(LedgerAccount, LedgerAccount.id == Posting.ledger_account_id)
        .join(JournalEntry, JournalEntry.id == Posting.entry_id)
        .where(JournalEntry.kind.in_(KINDS), Posting.entry_id == Adjustment.entry_id, account)
        .correlate(Adjustment, SettledDay, Order)
        .scalar_subquery()
    )
    size = sa.func.abs(expected)
    return (
        differing(LineItem.id, public_id=LineItem.public_id, day=Adjustment.day, expected=size, found=found)
        .select_from(Adjustment)
        .join(SettledDay, IS_OF_DAY)
        .join(LineItem, LineItem.id == Adjustment.line_item_id)
        .join(Order, Order.id == LineItem.order_id)
        .where(size != found)
        .order_by(Adjustment.id)
    )


def _without_correction() -> "sa.Select[Any]":
    number = sa.literal("journal_entry ") + sa.cast(JournalEntry.id, sa.String)
    query = differing(number, expected=sa.literal(N_("one")), found=sa.literal(N_("none"))).select_from(JournalEntry)
    owner = sa.select(Adjustment.id).where(Adjustment.entry_id == JournalEntry.id)
    return query.where(JournalEntry.kind.in_(KINDS), ~owner.exists()).order_by(JournalEntry.id)
