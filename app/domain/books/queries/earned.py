"""Money of publishers: settled days, what is owed to them, and payouts."""

from typing import Any

import sqlalchemy as sa

from app.domain.accounts.models import Account
from app.domain.books.queries.comparing import Comparison, Expression, differing, or_zero, owed_by_account
from app.domain.books.queries.corrected import earned_by_corrections, taken_after_payouts
from app.domain.books.states import BookSection, DifferenceSubject
from app.domain.ledger.models import JournalEntry, LedgerAccount, Posting
from app.domain.ledger.states import AccountCode, EntryKind, PostingSide
from app.domain.orders.models import LineItem
from app.domain.settlement.models import Payout, PayoutBatch, SettledDay
from app.domain.settlement.states import PayoutState
from app.foundation.messages import N_

OPEN = (PayoutState.DUE, PayoutState.IN_FILE)
POSTED = (PayoutState.PAID, PayoutState.RETURNED)


def earned_comparisons() -> list[Comparison]:
    """What must be the same of money that publishers earned."""
    return [*_of_days(), *_of_accounts(), *_of_payouts()]


def _of_days() -> list[Comparison]:
    payable = sa.and_(
        LedgerAccount.code == AccountCode.PUBLISHER_PAYABLE,
        LedgerAccount.account_id == SettledDay.publisher_account_id,
    )
    income = LedgerAccount.code == AccountCode.COMMISSION_INCOME
    kept = sa.and_(LedgerAccount.code == AccountCode.ESCROW, LedgerAccount.line_item_id == SettledDay.line_item_id)
    out_of = _day(SettledDay.price_minor, PostingSide.DEBIT, kept)
    share = _day(SettledDay.price_minor - SettledDay.commission_minor, PostingSide.CREDIT, payable)
    commission = _day(SettledDay.commission_minor, PostingSide.CREDIT, income)
    days, line_item = BookSection.DAYS, DifferenceSubject.LINE_ITEM
    return [
        Comparison(part=days, what=N_("out of escrow for the day"), subject=line_item, rows=out_of),
        Comparison(part=days, what=N_("publisher's share of the day"), subject=line_item, rows=share),
        Comparison(part=days, what=N_("commission on the day"), subject=line_item, rows=commission),
        Comparison(
            part=days, what=N_("settled day of a release"), subject=DifferenceSubject.LEDGER, rows=_without_day()
        ),
    ]


def _of_accounts() -> list[Comparison]:
    earnings, account = BookSection.EARNINGS, DifferenceSubject.ACCOUNT
    return [
        Comparison(part=earnings, what=N_("owed to the publisher"), subject=account, rows=_owed()),
        Comparison(part=earnings, what=N_("set aside"), subject=account, rows=_set_aside(), is_limit=True),
    ]


def _of_payouts() -> list[Comparison]:
    paid, sent_back = (
        _payout(PostingSide.DEBIT, EntryKind.PAYOUT),
        _payout(PostingSide.CREDIT, EntryKind.PAYOUT_RETURNED),
    )
    payouts, payout, file = BookSection.PAYOUTS, DifferenceSubject.PAYOUT, DifferenceSubject.BANK_FILE
    return [
        Comparison(part=payouts, what=N_("paid out"), subject=payout, rows=paid),
        Comparison(part=payouts, what=N_("sent back"), subject=payout, rows=sent_back),
        Comparison(
            part=payouts, what=N_("payout of an entry"), subject=DifferenceSubject.LEDGER, rows=_without_payout()
        ),
        Comparison(part=payouts, what=N_("total of the file"), subject=file, rows=_batch_total()),
        Comparison(part=payouts, what=N_("payouts in the file"), subject=file, rows=_batch_size(), is_money=False),
    ]


def _day(expected: Expression, side: PostingSide, account: "sa.ColumnElement[bool]") -> "sa.Select[Any]":
    """What a settled day's release moved on one side of one account."""
    moved = (
        sa.select(or_zero(sa.func.sum(Posting.amount_minor)))
        .select_from(Posting)
        .join(LedgerAccount, LedgerAccount.id == Posting.ledger_account_id)
        .join(JournalEntry, JournalEntry.id == Posting.entry_id)
        .where(
            JournalEntry.kind == EntryKind.RELEASE,
            Posting.entry_id == SettledDay.entry_id,
            Posting.side == side,
            account,
        )
        .correlate(SettledDay)
        .scalar_subquery()
    )
    return (
        differing(LineItem.id, public_id=LineItem.public_id, day=SettledDay.day, expected=expected, found=moved)
        .select_from(SettledDay)
        .join(LineItem, LineItem.id == SettledDay.line_item_id)
        .where(expected != moved)
        .order_by(SettledDay.line_item_id, SettledDay.day)
    )


def _without_day() -> "sa.Select[Any]":
    return _without(EntryKind.RELEASE, sa.select(SettledDay.day).where(SettledDay.entry_id == JournalEntry.id))


def _without_payout() -> "sa.Select[Any]":
    return _without(EntryKind.PAYOUT, sa.select(Payout.id).where(Payout.entry_id == JournalEntry.id))


def _without(kind: EntryKind, owner: "sa.Select[Any]") -> "sa.Select[Any]":
    """Entries that nothing accounts for."""
    number = sa.literal("journal_entry ") + sa.cast(JournalEntry.id, sa.String)
    query = differing(number, expected=sa.literal(N_("one")), found=sa.literal(N_("none"))).select_from(JournalEntry)
    return query.where(JournalEntry.kind == kind, ~owner.exists()).order_by(JournalEntry.id)


def _owed() -> "sa.Select[Any]":
    """What a publisher earned, less what was paid out and did not come back."""
    share = sa.func.sum(SettledDay.price_minor - SettledDay.commission_minor)
    earned = sa.select(SettledDay.publisher_account_id.label("owner"), share.label("minor"))
    earned_by = earned.group_by(SettledDay.publisher_account_id).subquery()
    paid = _payouts(Payout.state == PayoutState.PAID)
    owed = owed_by_account(AccountCode.PUBLISHER_PAYABLE, LedgerAccount.account_id)
    corrected = earned_by_corrections()
    expected = or_zero(earned_by.c.minor) + or_zero(corrected.c.minor) - or_zero(paid.c.minor)
    found = or_zero(owed.c.minor)
    query = differing(Account.id, expected=expected, found=found).select_from(Account)
    for sums in (earned_by, corrected, paid, owed):
        query = query.outerjoin(sums, sums.c.owner == Account.id)
    return query.where(expected != found).order_by(Account.id)


def _set_aside() -> "sa.Select[Any]":
    """Nothing is set aside that is not owed, or was owed when it was set aside and was taken back by a correction."""
    aside, owed = (
        _payouts(Payout.state.in_(OPEN)),
        owed_by_account(AccountCode.PUBLISHER_PAYABLE, LedgerAccount.account_id),
    )
    taken = taken_after_payouts()
    expected = or_zero(owed.c.minor) + or_zero(taken.c.minor)
    return (
        differing(aside.c.owner, expected=expected, found=or_zero(aside.c.minor))
        .select_from(aside)
        .outerjoin(owed, owed.c.owner == aside.c.owner)
        .outerjoin(taken, taken.c.owner == aside.c.owner)
        .where(aside.c.minor > expected)
        .order_by(aside.c.owner)
    )


def _payouts(condition: "sa.ColumnElement[bool]") -> sa.Subquery:
    query = sa.select(Payout.account_id.label("owner"), sa.func.sum(Payout.amount_minor).label("minor"))
    return query.where(condition).group_by(Payout.account_id).subquery()


def _payout(side: PostingSide, kind: EntryKind) -> "sa.Select[Any]":
    """What the entry of a payout moved on its publisher's account; a return has the payout in its reference."""
    reference = sa.literal("payout:") + sa.cast(Payout.id, sa.String)
    moved = (
        sa.select(or_zero(sa.func.sum(Posting.amount_minor)))
        .select_from(Posting)
        .join(LedgerAccount, LedgerAccount.id == Posting.ledger_account_id)
        .join(JournalEntry, JournalEntry.id == Posting.entry_id)
        .where(
            JournalEntry.kind == kind,
            JournalEntry.reference == reference,
            LedgerAccount.code == AccountCode.PUBLISHER_PAYABLE,
            LedgerAccount.account_id == Payout.account_id,
            Posting.side == side,
        )
        .correlate(Payout)
        .scalar_subquery()
    )
    states = POSTED if kind is EntryKind.PAYOUT else (PayoutState.RETURNED,)
    expected = sa.case((Payout.state.in_(states), Payout.amount_minor), else_=0)
    query = differing(Payout.id, public_id=Payout.public_id, expected=expected, found=moved).select_from(Payout)
    return query.where(expected != moved).order_by(Payout.id)


def _batch_total() -> "sa.Select[Any]":
    return _batch(PayoutBatch.total_minor, sa.func.sum(Payout.amount_minor))


def _batch_size() -> "sa.Select[Any]":
    return _batch(PayoutBatch.payouts, sa.func.count(Payout.id))


def _batch(expected: Expression, found: Expression) -> "sa.Select[Any]":
    """What a bank file says of itself, and the payouts in it."""
    return (
        differing(PayoutBatch.id, public_id=PayoutBatch.public_id, expected=expected, found=or_zero(found))
        .select_from(PayoutBatch)
        .outerjoin(Payout, Payout.batch_id == PayoutBatch.id)
        .group_by(PayoutBatch.id, PayoutBatch.public_id, expected)
        .having(expected != or_zero(found))
        .order_by(PayoutBatch.id)
    )
