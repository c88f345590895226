"""Reads of the ledger, and the proof that it holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from app.domain.ledger.models import EntrySeal, JournalEntry, LedgerAccount, Posting
from app.domain.ledger.rules import CHART, NEVER_NEGATIVE, AccountRef, buyer_credit, publisher_payable
from app.domain.ledger.states import AccountCode, EntryKind, Problem, Side
from app.foundation.db import db
from app.foundation.errors import NotFound
from app.foundation.paging import PAGE_SIZE, Page

FINDINGS_MAX = 100

# Debits above zero, credits below: summed over an entry it is zero.
SIGNED = sa.case((Posting.side == Side.DEBIT, Posting.amount_minor), else_=-Posting.amount_minor)


@dataclass(frozen=True, slots=True)
class TrialRow:
    """All accounts of one code together, in minor units."""

    code: AccountCode
    currency: str
    debit_minor: int
    credit_minor: int

    @property
    def balance_minor(self) -> int:
        """What is on the account's normal side; below zero when the other side is the larger."""
        return _on_normal_side(self.code, self.debit_minor - self.credit_minor)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong with the ledger."""

    problem: Problem
    subject: str
    """What it is wrong with: "journal_entry 12"."""

    def __str__(self) -> str:
        return f"{self.subject} {self.problem}"


def find_account(account: AccountRef) -> LedgerAccount | None:
    """The account of this name, or None when nothing was ever posted to it."""
    return db.session.scalars(sa.select(LedgerAccount).where(*_is(account))).one_or_none()


def lock_accounts(ids: Sequence[int]) -> None:
    """Locks accounts, always in the same order, until the transaction ends; others may post but not lock."""
    query = sa.select(LedgerAccount.id).where(LedgerAccount.id.in_(ids)).order_by(LedgerAccount.id)
    db.session.execute(query.with_for_update(key_share=True)).all()


def balance(account: AccountRef) -> int:
    """What is on an account now, in minor units of its currency; 0 when nothing was ever posted to it.

    Above zero on the account's normal side: what we own or spent on an asset or expense, what we owe or
    earned on a liability or income.
    """
    query = sa.select(sa.func.coalesce(sa.func.sum(SIGNED), 0)).select_from(Posting).join(LedgerAccount)
    return _on_normal_side(account.code, int(db.session.scalars(query.where(*_is(account))).one()))


def find_entry(kind: EntryKind, reference: str) -> JournalEntry | None:
    """The entry of this kind with this reference; there is one at most."""
    query = sa.select(JournalEntry).where(JournalEntry.kind == kind, JournalEntry.reference == reference)
    return db.session.scalars(query).one_or_none()


def entries_of(line_item_id: int) -> Sequence[JournalEntry]:
    """Every entry that moved money of a line item, oldest first, with its postings."""
    touched = (
        sa.select(Posting.entry_id)
        .join(LedgerAccount)
        .where(LedgerAccount.code == AccountCode.ESCROW, LedgerAccount.line_item_id == line_item_id)
    )
    query = sa.select(JournalEntry).where(JournalEntry.id.in_(touched)).order_by(JournalEntry.id)
    return db.session.scalars(query).all()


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One posting of an account as its owner reads it."""

    entry_id: int
    kind: EntryKind
    occurred_at: datetime
    amount_minor: int
    """Above zero: the account grew."""
    balance_minor: int
    """Of the account after this line."""
    currency: str


def statement_of(account_id: int, number: int) -> Page[StatementLine]:
    """What moved a publisher's earnings, newest first, each line with the balance after it."""
    return _statement(publisher_payable(account_id), number)


def credit_statement_of(account_id: int, number: int) -> Page[StatementLine]:
    """What moved a buyer's credit, newest first, each line with the balance after it."""
    return _statement(buyer_credit(account_id), number)


def entry_of_earnings(account_id: int, entry_id: int) -> JournalEntry:
    """An entry that moved this publisher's earnings.

    Raises:
        NotFound: there is none, or it did not.
    """
    return _entry_touching(publisher_payable(account_id), entry_id)


def _entry_touching(account: AccountRef, entry_id: int) -> JournalEntry:
    touched = sa.select(Posting.id).join(LedgerAccount).where(Posting.entry_id == JournalEntry.id, *_is(account))
    query = sa.select(JournalEntry).where(JournalEntry.id == entry_id, touched.exists())
    entry = db.session.scalars(query).one_or_none()
    if entry is None:
        raise NotFound
    return entry


def _statement(account: AccountRef, number: int) -> Page[StatementLine]:
    ledger_account = find_account(account)
    if ledger_account is None:
        return Page(rows=[], number=number, total=0)
    own = Posting.ledger_account_id == ledger_account.id
    total = db.session.scalars(sa.select(sa.func.count()).select_from(Posting).where(own)).one()
    query = (
        sa.select(Posting.entry_id, JournalEntry.kind, JournalEntry.occurred_at, SIGNED.label("signed"))
        .add_columns(sa.func.sum(SIGNED).over(order_by=Posting.id).label("running"), Posting.currency)
        .join(JournalEntry, JournalEntry.id == Posting.entry_id)
        .where(own)
        .order_by(Posting.id.desc())
        .limit(PAGE_SIZE)
        .offset((number - 1) * PAGE_SIZE)
    )
    rows = [
        StatementLine(
            entry_id=row.entry_id,
            kind=row.kind,
            occurred_at=row.occurred_at,
            amount_minor=_on_normal_side(account.code, int(row.signed)),
            balance_minor=_on_normal_side(account.code, int(row.running)),
            currency=row.currency,
        )
        for row in db.session.execute(query)
    ]
    return Page(rows=rows, number=number, total=total)


def trial_balance() -> Sequence[TrialRow]:
    """Debits and credits of every code ever used, in the order of the chart; both columns sum to the same."""
    debits = sa.func.sum(sa.case((Posting.side == Side.DEBIT, Posting.amount_minor), else_=0))
    credits_ = sa.func.sum(sa.case((Posting.side == Side.CREDIT, Posting.amount_minor), else_=0))
    query = (
        sa.select(LedgerAccount.code, Posting.currency, debits, credits_)
        .select_from(Posting)
        .join(LedgerAccount)
        .group_by(LedgerAccount.code, Posting.currency)
    )
    rows = [TrialRow(row[0], row[1], int(row[2]), int(row[3])) for row in db.session.execute(query)]
    order = list(CHART)
    return sorted(rows, key=lambda row: (row.currency, order.index(row.code)))


def verify(currency: str) -> list[Finding]:
    """Looks for everything that can never be true of a ledger, one statement for each.

    Args:
        currency: the installation's.

    Returns:
        What is wrong, at most 100 findings for each problem; empty when the ledger holds.
    """
    return [
        Finding(problem, f"{table} {row_id}")
        for problem, table, query in _checks(currency)
        for row_id in db.session.scalars(query.limit(FINDINGS_MAX))
    ]


def _checks(currency: str) -> list[tuple[Problem, str, sa.Select[int]]]:
    return [
        (Problem.EMPTY, "journal_entry", _empty_entries()),
        (Problem.UNSEALED, "journal_entry", _unsealed_entries()),
        (Problem.UNBALANCED, "journal_entry", _unbalanced_entries()),
        (Problem.ORPHANED, "posting", _orphaned_postings()),
        (Problem.ORPHANED, "entry_seal", _orphaned_seals()),
        (Problem.NEGATIVE, "ledger_account", _negative_accounts()),
        (Problem.WRONG_CURRENCY, "posting", _foreign_postings()),
        (Problem.WRONG_CURRENCY, "ledger_account", _foreign_accounts(currency)),
    ]


def _empty_entries() -> sa.Select[int]:
    has_postings = sa.select(Posting.id).where(Posting.entry_id == JournalEntry.id).exists()
    return sa.select(JournalEntry.id).where(~has_postings).order_by(JournalEntry.id)


def _unsealed_entries() -> sa.Select[int]:
    is_sealed = sa.select(EntrySeal.entry_id).where(EntrySeal.entry_id == JournalEntry.id).exists()
    return sa.select(JournalEntry.id).where(~is_sealed).order_by(JournalEntry.id)


def _unbalanced_entries() -> sa.Select[int]:
    sums = sa.select(Posting.entry_id).group_by(Posting.entry_id, Posting.currency)
    return sums.having(sa.func.sum(SIGNED) != 0).distinct().order_by(Posting.entry_id)


def _orphaned_postings() -> sa.Select[int]:
    has_entry = sa.select(JournalEntry.id).where(JournalEntry.id == Posting.entry_id).exists()
    has_account = sa.select(LedgerAccount.id).where(LedgerAccount.id == Posting.ledger_account_id).exists()
    return sa.select(Posting.id).where(~has_entry | ~has_account).order_by(Posting.id)


def _orphaned_seals() -> sa.Select[int]:
    has_entry = sa.select(JournalEntry.id).where(JournalEntry.id == EntrySeal.entry_id).exists()
    return sa.select(EntrySeal.entry_id).where(~has_entry).order_by(EntrySeal.entry_id)


def _negative_accounts() -> sa.Select[int]:
    sums = sa.select(LedgerAccount.id).join(Posting).where(LedgerAccount.code.in_(NEVER_NEGATIVE))
    # Both are liabilities: what is left of them is on the credit side.
    return sums.group_by(LedgerAccount.id).having(sa.func.sum(SIGNED) > 0).order_by(LedgerAccount.id)


def _foreign_postings() -> sa.Select[int]:
    joined = sa.select(Posting.id).join(LedgerAccount).join(JournalEntry)
    differs = (Posting.currency != LedgerAccount.currency) | (Posting.currency != JournalEntry.currency)
    return joined.where(differs).order_by(Posting.id)


def _foreign_accounts(currency: str) -> sa.Select[int]:
    return sa.select(LedgerAccount.id).where(LedgerAccount.currency != currency).order_by(LedgerAccount.id)


def _is(account: AccountRef) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        LedgerAccount.code == account.code,
        LedgerAccount.account_id == account.account_id,
        LedgerAccount.line_item_id == account.line_item_id,
    )


def _on_normal_side(code: AccountCode, signed_minor: int) -> int:
    return signed_minor if CHART[code].normal_side is Side.DEBIT else -signed_minor
