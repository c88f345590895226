"""Reads of the ledger, and the proof that it holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.domain.ledger.models import EntrySeal, JournalEntry, LedgerAccount, Posting
from app.domain.ledger.rules import CHART, NEVER_NEGATIVE, AccountRef
from app.domain.ledger.states import AccountCode, EntryKind, LedgerProblem, PostingSide, StatementKind
from app.foundation.db import db
from app.foundation.errors import NotFound
from app.foundation.paging import PAGE_SIZE, RowsPage

FINDINGS_MAX = 100
CODES = {StatementKind.EARNINGS: AccountCode.PUBLISHER_PAYABLE, StatementKind.CREDIT: AccountCode.BUYER_CREDIT}

# Debits above zero, credits below: summed over an entry it is zero.
SIGNED = sa.case((Posting.side == PostingSide.DEBIT, Posting.amount_minor), else_=-Posting.amount_minor)


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
class LedgerFinding:
    """One thing that is wrong with the ledger."""

    problem: LedgerProblem
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

    Above zero on the account's normal side: what we own on an asset, what we owe or earned on a
    liability or income.
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


@dataclass(frozen=True, slots=True)
class StatementPeriod:
    """A part of a statement: from one moment up to, and without, another."""

    from_at: datetime
    before_at: datetime


def statement_of(
    account_id: int, book: StatementKind, number: int, within: StatementPeriod | None = None
) -> RowsPage[StatementLine]:
    """A statement, newest line first, each with the balance after it."""
    lines = _lines(_account_of(account_id, book), within)
    total = db.session.scalars(sa.select(sa.func.count()).select_from(lines.subquery())).one()
    query = lines.order_by(sa.literal_column("posting_id").desc()).limit(PAGE_SIZE).offset((number - 1) * PAGE_SIZE)
    return RowsPage(rows=[_line(book, row) for row in db.session.execute(query)], number=number, total=total)


def statement_lines(
    account_id: int, book: StatementKind, within: StatementPeriod | None, limit: int
) -> Sequence[StatementLine]:
    """The same lines oldest first, as far as a file of so many lines goes."""
    query = _lines(_account_of(account_id, book), within).order_by(sa.literal_column("posting_id")).limit(limit)
    return [_line(book, row) for row in db.session.execute(query)]


@dataclass(frozen=True, slots=True)
class StatementSums:
    """A statement in four numbers, in minor units: what it begins with, what came, what went, what it ends with."""

    opening_minor: int
    grew_minor: int
    shrank_minor: int

    @property
    def closing_minor(self) -> int:
        """What it ends with."""
        return self.opening_minor + self.grew_minor - self.shrank_minor


def statement_sums(account_id: int, book: StatementKind, within: StatementPeriod | None = None) -> StatementSums:
    """The sums of a statement, or of a part of it."""
    account = _account_of(account_id, book)
    is_before = JournalEntry.occurred_at < within.from_at if within else sa.false()
    is_in = _is_within(within)
    on_normal = Posting.side == CHART[account.code].normal_side
    or_zero = sa.func.coalesce
    query = (
        sa.select(
            or_zero(sa.func.sum(SIGNED).filter(is_before), 0),
            or_zero(sa.func.sum(Posting.amount_minor).filter(is_in, on_normal), 0),
            or_zero(sa.func.sum(Posting.amount_minor).filter(is_in, ~on_normal), 0),
        )
        .select_from(Posting)
        .join(LedgerAccount)
        .join(JournalEntry, JournalEntry.id == Posting.entry_id)
        .where(*_is(account))
    )
    opening, grew, shrank = db.session.execute(query).one()
    return StatementSums(_on_normal_side(account.code, int(opening)), int(grew), int(shrank))


def first_moved_at(account_id: int, book: StatementKind) -> datetime | None:
    """When the first line of a statement happened; None while it has none."""
    account = _account_of(account_id, book)
    query = sa.select(JournalEntry.occurred_at).join(Posting, Posting.entry_id == JournalEntry.id)
    query = query.join(LedgerAccount, LedgerAccount.id == Posting.ledger_account_id).where(*_is(account))
    return db.session.scalars(query.order_by(JournalEntry.occurred_at).limit(1)).first()


def entry_on_statement(account_id: int, book: StatementKind, entry_id: int) -> JournalEntry:
    """The entry behind a line of a statement.

    Raises:
        NotFound: there is none, or it is not on this statement.
    """
    account = _account_of(account_id, book)
    touched = sa.select(Posting.id).join(LedgerAccount).where(Posting.entry_id == JournalEntry.id, *_is(account))
    query = sa.select(JournalEntry).where(JournalEntry.id == entry_id, touched.exists())
    entry = db.session.scalars(query).one_or_none()
    if entry is None:
        raise NotFound
    return entry


def _account_of(account_id: int, book: StatementKind) -> AccountRef:
    return AccountRef(CODES[book], account_id=account_id)


def _lines(account: AccountRef, within: StatementPeriod | None) -> sa.Select[Any]:
    """Every line of a statement with the balance after it, which counts from the very first line on."""
    whole = (
        sa.select(Posting.id.label("posting_id"), Posting.entry_id, JournalEntry.kind, JournalEntry.occurred_at)
        .add_columns(SIGNED.label("signed"), sa.func.sum(SIGNED).over(order_by=Posting.id).label("running"))
        .add_columns(Posting.currency)
        .join(JournalEntry, JournalEntry.id == Posting.entry_id)
        .join(LedgerAccount, LedgerAccount.id == Posting.ledger_account_id)
        .where(*_is(account))
        .subquery()
    )
    query = sa.select(whole)
    if within is None:
        return query
    return query.where(whole.c.occurred_at >= within.from_at, whole.c.occurred_at < within.before_at)


def _line(book: StatementKind, row: sa.Row[Any]) -> StatementLine:
    code = CODES[book]
    return StatementLine(
        entry_id=row.entry_id,
        kind=row.kind,
        occurred_at=row.occurred_at,
        amount_minor=_on_normal_side(code, int(row.signed)),
        balance_minor=_on_normal_side(code, int(row.running)),
        currency=row.currency,
    )


def _is_within(within: StatementPeriod | None) -> sa.ColumnElement[bool]:
    if within is None:
        return sa.true()
    return sa.and_(JournalEntry.occurred_at >= within.from_at, JournalEntry.occurred_at < within.before_at)


def trial_balance() -> Sequence[TrialRow]:
    """Debits and credits of every code ever used, in the order of the chart; both columns sum to the same."""
    debits = sa.func.sum(sa.case((Posting.side == PostingSide.DEBIT, Posting.amount_minor), else_=0))
    credits_ = sa.func.sum(sa.case((Posting.side == PostingSide.CREDIT, Posting.amount_minor), else_=0))
    query = (
        sa.select(LedgerAccount.code, Posting.currency, debits, credits_)
        .select_from(Posting)
        .join(LedgerAccount)
        .group_by(LedgerAccount.code, Posting.currency)
    )
    rows = [TrialRow(row[0], row[1], int(row[2]), int(row[3])) for row in db.session.execute(query)]
    order = list(CHART)
    return sorted(rows, key=lambda row: (row.currency, order.index(row.code)))


def ledger_findings(currency: str) -> list[LedgerFinding]:
    """Looks for everything that can never be true of a ledger, one statement for each.

    Args:
        currency: the installation's.

    Returns:
        What is wrong, at most 100 findings for each problem; empty when the ledger holds.
    """
    return [
        LedgerFinding(problem, f"{table} {row_id}")
        for problem, table, query in _checks(currency)
        for row_id in db.session.scalars(query.limit(FINDINGS_MAX))
    ]


def _checks(currency: str) -> list[tuple[LedgerProblem, str, sa.Select[int]]]:
    return [
        (LedgerProblem.EMPTY, "journal_entry", _empty_entries()),
        (LedgerProblem.UNSEALED, "journal_entry", _unsealed_entries()),
        (LedgerProblem.UNBALANCED, "journal_entry", _unbalanced_entries()),
        (LedgerProblem.ORPHANED, "posting", _orphaned_postings()),
        (LedgerProblem.ORPHANED, "entry_seal", _orphaned_seals()),
        (LedgerProblem.NEGATIVE, "ledger_account", _negative_accounts()),
        (LedgerProblem.WRONG_CURRENCY, "posting", _foreign_postings()),
        (LedgerProblem.WRONG_CURRENCY, "ledger_account", _foreign_accounts(currency)),
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
    return signed_minor if CHART[code].normal_side is PostingSide.DEBIT else -signed_minor
