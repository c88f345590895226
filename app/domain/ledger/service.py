"""Moving money between accounts: balanced entries, each made once.

Every verb is idempotent by its kind and the occasion's reference: told the same again, it gives the
entry it made before. Told something else under the same reference, it raises InvariantBroken.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.dialects import postgresql, sqlite

from app.domain.ledger.errors import NotEnoughCredit, NotEnoughInEscrow
from app.domain.ledger.models import EntrySeal, JournalEntry, LedgerAccount, Posting
from app.domain.ledger.queries import balance, find_account, find_entry, lock_accounts
from app.domain.ledger.rules import (
    BANK,
    GATEWAY_CLEARING,
    NEVER_NEGATIVE,
    REASON_CHARACTERS_MAX,
    REFERENCE_CHARACTERS_MAX,
    AccountRef,
    EntryLine,
    buyer_credit,
    check_entry,
    escrow,
    exchanged,
    publisher_payable,
    release,
    signed,
    take_back,
    transfer_lines,
)
from app.domain.ledger.states import AccountCode, EntryKind
from app.foundation.db import Model, db
from app.foundation.errors import InvariantBroken

_OVERDRAWN = {AccountCode.ESCROW: NotEnoughInEscrow, AccountCode.BUYER_CREDIT: NotEnoughCredit}


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryReason:
    """Why an entry is made."""

    reference: str
    """What it is made for, at most 80 characters: ``intent:7/line_item:12``. One entry of a kind for each."""
    reason: str
    """A sentence for whoever reads the journal, at most 200 characters; nothing personal."""
    currency: str
    """ISO 4217; the installation's."""

    def __post_init__(self) -> None:
        if not (0 < len(self.reference) <= REFERENCE_CHARACTERS_MAX and 0 < len(self.reason) <= REASON_CHARACTERS_MAX):
            message = f"reference or reason is empty or too long: {self}"
            raise InvariantBroken(message)


def capture_into_escrow(line_item_id: int, amount_minor: int, *, occasion: EntryReason, now: datetime) -> JournalEntry:
    """Keeps what a buyer's card was charged for a line item.

    Args:
        line_item_id: the line item paid for. A charge for several makes one entry for each.
        amount_minor: above zero.
        occasion: its reference names the charge and the line item.
        now: UTC.
    """
    lines = transfer_lines(GATEWAY_CLEARING, escrow(line_item_id), amount_minor=amount_minor)
    return post(EntryKind.CAPTURE, lines, occasion=occasion, now=now)


def void_capture(line_item_id: int, amount_minor: int, *, occasion: EntryReason, now: datetime) -> JournalEntry:
    """Takes a line item's share of a charge back out of escrow, because the gateway has called it off.

    Raises:
        NotEnoughInEscrow: less is left for the line item.
    """
    lines = transfer_lines(escrow(line_item_id), GATEWAY_CLEARING, amount_minor=amount_minor)
    return post(EntryKind.VOID_CAPTURE, lines, occasion=occasion, now=now)


def refund_to_card(line_item_id: int, amount_minor: int, *, occasion: EntryReason, now: datetime) -> JournalEntry:
    """Takes money of a line item out of escrow that the gateway returns to the buyer's card.

    Raises:
        NotEnoughInEscrow: less is left for the line item.
    """
    lines = transfer_lines(escrow(line_item_id), GATEWAY_CLEARING, amount_minor=amount_minor)
    return post(EntryKind.REFUND_TO_CARD, lines, occasion=occasion, now=now)


def refund_to_credit(
    line_item_id: int, amount_minor: int, *, account_id: int, occasion: EntryReason, now: datetime
) -> JournalEntry:
    """Moves money of a line item from escrow to its buyer's credit.

    Raises:
        NotEnoughInEscrow: less is left for the line item.
    """
    lines = transfer_lines(escrow(line_item_id), buyer_credit(account_id), amount_minor=amount_minor)
    return post(EntryKind.REFUND_TO_CREDIT, lines, occasion=occasion, now=now)


def spend_credit(
    line_item_id: int, amount_minor: int, *, account_id: int, occasion: EntryReason, now: datetime
) -> JournalEntry:
    """Pays for a line item with the buyer's credit.

    Raises:
        NotEnoughCredit: the buyer has less.
    """
    lines = transfer_lines(buyer_credit(account_id), escrow(line_item_id), amount_minor=amount_minor)
    return post(EntryKind.CREDIT_SPENT, lines, occasion=occasion, now=now)


def release_day(
    line_item_id: int,
    amount_minor: int,
    *,
    commission_minor: int,
    account_id: int,
    occasion: EntryReason,
    now: datetime,
) -> JournalEntry:
    """Moves what a delivered day is worth from escrow to the publisher, less our commission.

    Args:
        line_item_id: the line item of which a day was delivered.
        amount_minor: above zero: the day's part of the price.
        commission_minor: our share of it; the rest is the publisher's.
        account_id: the publisher's.
        occasion: its reference names the line item and the day.
        now: UTC.

    Raises:
        NotEnoughInEscrow: less is left for the line item.
    """
    lines = release(line_item_id, account_id, amount_minor=amount_minor, commission_minor=commission_minor)
    return post(EntryKind.RELEASE, lines, occasion=occasion, now=now)


def release_more(
    line_item_id: int,
    amount_minor: int,
    *,
    commission_minor: int,
    account_id: int,
    occasion: EntryReason,
    now: datetime,
) -> JournalEntry:
    """Corrects a settled day in the publisher's favour: as ``release_day``, once more for the same day.

    Raises:
        NotEnoughInEscrow: less is left for the line item.
    """
    lines = release(line_item_id, account_id, amount_minor=amount_minor, commission_minor=commission_minor)
    return post(EntryKind.ADJUSTMENT_FOR_PUBLISHER, lines, occasion=occasion, now=now)


def take_back_earned(
    buyer_id: int, amount_minor: int, *, commission_minor: int, publisher_id: int, occasion: EntryReason, now: datetime
) -> JournalEntry:
    """Corrects a settled day in the buyer's favour: what was earned of it becomes the buyer's credit.

    What the publisher earned may fall below zero by it; it is then made up for by what is earned next.

    Args:
        buyer_id: the account that gets the credit.
        amount_minor: above zero: what the buyer gets.
        commission_minor: how much of it was our commission; the rest was the publisher's.
        publisher_id: the account that had earned it.
        occasion: its reference names the correction.
        now: UTC.
    """
    lines = take_back(buyer_id, publisher_id, amount_minor=amount_minor, commission_minor=commission_minor)
    return post(EntryKind.ADJUSTMENT_FOR_BUYER, lines, occasion=occasion, now=now)


def pay_out(account_id: int, amount_minor: int, *, occasion: EntryReason, now: datetime) -> JournalEntry:
    """Pays earnings to a publisher's bank account. That there is as much is the caller's to know.

    What a publisher earned may be less than nothing after a chargeback, so this account has no floor.
    """
    lines = transfer_lines(publisher_payable(account_id), BANK, amount_minor=amount_minor)
    return post(EntryKind.PAYOUT, lines, occasion=occasion, now=now)


def return_payout(account_id: int, amount_minor: int, *, occasion: EntryReason, now: datetime) -> JournalEntry:
    """Takes back a payout that the publisher's bank sent back: it is owed to the publisher again."""
    lines = transfer_lines(BANK, publisher_payable(account_id), amount_minor=amount_minor)
    return post(EntryKind.PAYOUT_RETURNED, lines, occasion=occasion, now=now)


def reverse(entry: JournalEntry, *, reason: str, now: datetime) -> JournalEntry:
    """Undoes an entry by the same once more with the sides exchanged; both stay in the journal.

    An entry is undone once: a second call gives the first correction.

    Raises:
        NotEnoughInEscrow: the money has gone on from escrow since.
        NotEnoughCredit: the buyer has spent it since.
    """
    occasion = EntryReason(reference=f"journal_entry:{entry.id}", reason=reason, currency=entry.currency)
    return post(EntryKind.CORRECTION, exchanged(entry.lines), occasion=occasion, now=now)


def post(kind: EntryKind, lines: Sequence[EntryLine], *, occasion: EntryReason, now: datetime) -> JournalEntry:
    """Writes a balanced entry and seals it, or finds the one made on the same occasion before.

    Locks the accounts that it draws on and that may not fall below zero. After a refusal the transaction
    must be rolled back: the entry begun in it has no seal, so its commit would fail.

    Raises:
        NotEnoughInEscrow: a line item's escrow would fall below zero.
        NotEnoughCredit: a buyer's credit would fall below zero.
    """
    check_entry(kind, lines)
    entry_id = _begin_entry(kind, occasion, now)
    if entry_id is None:
        return _made_before(kind, lines, occasion)
    accounts = {line.account: _open_account(line.account, occasion.currency) for line in lines}
    _refuse_overdraft(lines, accounts)
    db.session.add_all(
        Posting(
            entry_id=entry_id,
            ledger_account_id=accounts[line.account].id,
            side=line.side,
            amount_minor=line.amount_minor,
            currency=occasion.currency,
        )
        for line in lines
    )
    db.session.flush()
    db.session.add(EntrySeal(entry_id=entry_id))
    db.session.flush()
    return db.session.get_one(JournalEntry, entry_id)


def _begin_entry(kind: EntryKind, occasion: EntryReason, now: datetime) -> int | None:
    """The id of a new entry, or None when there is one; waits for whoever is making it."""
    values = {
        "kind": kind,
        "occurred_at": now,
        "reference": occasion.reference,
        "reason": occasion.reason,
        "currency": occasion.currency,
    }
    row = _insert(JournalEntry).values(values)
    row = row.on_conflict_do_nothing(index_elements=["kind", "reference"])
    return db.session.scalars(row.returning(JournalEntry.id)).one_or_none()


def _made_before(kind: EntryKind, lines: Sequence[EntryLine], occasion: EntryReason) -> JournalEntry:
    entry = find_entry(kind, occasion.reference)
    if entry is None or entry.currency != occasion.currency or Counter(entry.lines) != Counter(lines):
        message = f"{kind} {occasion.reference} was posted before with other lines"
        raise InvariantBroken(message)
    return entry


def _open_account(ref: AccountRef, currency: str) -> LedgerAccount:
    account = find_account(ref)
    if account is None:
        values = {
            "code": ref.code,
            "account_id": ref.account_id,
            "line_item_id": ref.line_item_id,
            "currency": currency,
        }
        # Two first postings may open it at once; the second waits here and then finds it.
        db.session.execute(_insert(LedgerAccount).values(values).on_conflict_do_nothing())
        account = find_account(ref)
    if account is None or account.currency != currency:
        message = f"{ref} is not an account in {currency}"
        raise InvariantBroken(message)
    return account


def _refuse_overdraft(lines: Sequence[EntryLine], accounts: dict[AccountRef, LedgerAccount]) -> None:
    drawn: Counter[AccountRef] = Counter()
    for line in lines:
        if line.account.code in NEVER_NEGATIVE:
            drawn[line.account] += signed(line)
    drawn = +drawn  # only those of which more goes out than comes in
    if not drawn:
        return
    lock_accounts([accounts[account].id for account in drawn])
    for account, amount_minor in drawn.items():
        if amount_minor > balance(account):
            raise _OVERDRAWN[account.code]


def _insert(model: type[Model]) -> postgresql.Insert | sqlite.Insert:
    dialect = db.session.get_bind().dialect.name
    return sqlite.insert(model) if dialect == "sqlite" else postgresql.insert(model)
