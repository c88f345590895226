"""Paying earnings out: set aside each week, put into a bank file, marked paid by a second person."""

import json
from collections.abc import Sequence
from datetime import datetime

from app.adapters.payouts.bank_file import BankFileLine
from app.domain.audit.service import record_audit
from app.domain.events.kinds.money import PayoutSent
from app.domain.events.rules import EventAmount
from app.domain.events.service import NewEvent, record_all
from app.domain.ledger.service import EntryReason, pay_out, return_payout
from app.domain.settlement.errors import BatchPaid, NothingDue, PayoutNotPaid, SecondPersonNeeded
from app.domain.settlement.models import Payout, PayoutAccount, PayoutBatch
from app.domain.settlement.queries.earnings import (
    can_be_paid,
    earnings_of,
    last_payout_of,
    lock_publisher,
    open_payout_of,
    payout_account_of,
)
from app.domain.settlement.queries.payouts import lock_batch, lock_due, lock_payout, lock_payouts_in
from app.domain.settlement.rules.days import PAYOUT_MINOR_MIN, payout_round
from app.domain.settlement.states import BATCH_MOVES, PAYOUT_MOVES, BatchState, PayoutState
from app.domain.vault.service import unseal
from app.foundation.db import db
from app.foundation.identifiers import new_public_id
from app.foundation.money import plain_amount
from app.foundation.sealing import Sealer


def set_payout_aside(account_id: int, *, currency: str, now: datetime) -> Payout | None:
    """Sets a publisher's available earnings aside for the next bank file, once in each weekly round.

    Locks the account, so that two runs set the same money aside once.

    Returns:
        None when it is less than $10, is set aside already, or nothing may be paid to the account now.
    """
    lock_publisher(account_id)
    began_at, account, last = payout_round(now), payout_account_of(account_id), last_payout_of(account_id)
    has_had_it = last is not None and last.created_at >= began_at
    if account is None or has_had_it or open_payout_of(account_id) or not can_be_paid(account_id, began_at):
        return None
    amount_minor = earnings_of(account_id, at=began_at).available_minor
    if amount_minor < PAYOUT_MINOR_MIN:
        return None
    payout = Payout(
        public_id=new_public_id(),
        account_id=account_id,
        state=PayoutState.DUE,
        amount_minor=amount_minor,
        currency=currency,
        destination=account.last_four,
        created_at=now,
    )
    db.session.add(payout)
    db.session.flush()
    return payout


def make_batch(user_id: int, *, currency: str, now: datetime) -> PayoutBatch:
    """Puts every due payout into one bank file, each to the account that its publisher has now.

    One whose account was changed since the round began waits for the next round.

    Raises:
        NothingDue: there is none.
    """
    due = lock_due(payout_round(now))
    if not due:
        raise NothingDue
    batch = PayoutBatch(
        public_id=new_public_id(),
        state=BatchState.MADE,
        currency=currency,
        total_minor=sum(payout.amount_minor for payout in due),
        payouts=len(due),
        made_at=now,
        made_by_user_id=user_id,
    )
    db.session.add(batch)
    db.session.flush()
    for payout in due:
        account = db.session.get_one(PayoutAccount, payout.account_id, populate_existing=True)
        payout.batch_id, payout.vault_entry_id, payout.destination = batch.id, account.vault_entry_id, account.last_four
        payout.state = PAYOUT_MOVES.advance(payout.state, PayoutState.IN_FILE)
    db.session.flush()
    _note("payout_file_made", user_id, batch, now)
    return batch


def bank_file_lines(
    public_id: str, user_id: int, *, reason: str, sealer: Sealer, now: datetime
) -> Sequence[BankFileLine]:
    """The lines of a bank file that is still to be paid, with the account numbers in clear; on record.

    This is the one place that reads account numbers again. Made from the same rows each time, so a
    file that was lost can be fetched once more; each time is on record, with its reason.

    Raises:
        NotFound: there is no such file.
        BatchPaid: it was marked as paid, so nobody needs the numbers any more.
    """
    batch = lock_batch(public_id)
    if batch.state is not BatchState.MADE:
        raise BatchPaid
    _note("payout_file_fetched", user_id, batch, now, reason=reason)
    return [_line(payout, sealer) for payout in lock_payouts_in(batch.id)]


def mark_batch_paid(public_id: str, user_id: int, *, now: datetime) -> PayoutBatch:
    """Notes that the bank has taken a file, posts each of its payouts, and tells the publishers.

    Raises:
        NotFound: there is no such file.
        BatchPaid: it was marked before.
        SecondPersonNeeded: this person made the file.
    """
    batch = lock_batch(public_id)
    if batch.state is not BatchState.MADE:
        raise BatchPaid
    if batch.made_by_user_id == user_id:
        raise SecondPersonNeeded
    payouts = lock_payouts_in(batch.id)
    for payout in payouts:
        entry = pay_out(payout.account_id, payout.amount_minor, occasion=_occasion(payout, "paid out"), now=now)
        payout.state = PAYOUT_MOVES.advance(payout.state, PayoutState.PAID)
        payout.entry_id, payout.paid_at = entry.id, now
    batch.state = BATCH_MOVES.advance(batch.state, BatchState.PAID)
    batch.paid_at, batch.paid_by_user_id = now, user_id
    db.session.flush()
    _note("payout_file_paid", user_id, batch, now)
    record_all([_sent(payout, user_id) for payout in payouts], now=now)
    return batch


def take_payout_back(public_id: str, user_id: int, *, now: datetime) -> Payout:
    """Notes that the bank sent a payout back: it is owed to the publisher again.

    Raises:
        NotFound: there is no such payout.
        PayoutNotPaid: it was not paid, or came back before.
    """
    payout = lock_payout(public_id)
    if payout.state is not PayoutState.PAID:
        raise PayoutNotPaid
    return_payout(payout.account_id, payout.amount_minor, occasion=_occasion(payout, "sent back by the bank"), now=now)
    payout.state = PAYOUT_MOVES.advance(payout.state, PayoutState.RETURNED)
    db.session.flush()
    subject = f"account:{payout.account_id}"
    record_audit("payout_came_back", actor=f"staff:{user_id}", subject=subject, now=now, payout=payout.public_id)
    return payout


def _sent(payout: Payout, user_id: int) -> NewEvent:
    data = PayoutSent(
        payout=payout.public_id,
        amount=EventAmount(payout.amount_minor, payout.currency),
        destination=payout.destination,
        publisher_account_id=payout.account_id,
    )
    return NewEvent(data=data, account_id=payout.account_id, actor_user_id=user_id)


def _line(payout: Payout, sealer: Sealer) -> BankFileLine:
    account = db.session.get_one(PayoutAccount, payout.account_id)
    numbers: dict[str, str] = json.loads(unseal(payout.vault_entry_id or 0, sealer))
    return BankFileLine(
        reference=payout.public_id,
        holder=account.holder_name,
        country=account.country_code,
        routing_number=numbers.get("routing_number", ""),
        account_number=numbers.get("account_number", ""),
        iban=numbers.get("iban", ""),
        amount=plain_amount(payout.amount_minor, payout.currency),
        currency=payout.currency,
    )


def _occasion(payout: Payout, what: str) -> EntryReason:
    return EntryReason(reference=f"payout:{payout.id}", reason=f"payout {payout.id}: {what}", currency=payout.currency)


def _note(action: str, user_id: int, batch: PayoutBatch, now: datetime, **details: str) -> None:
    record_audit(
        action,
        actor=f"staff:{user_id}",
        subject=f"payout_batch:{batch.id}",
        now=now,
        payouts=batch.payouts,
        total_minor=batch.total_minor,
        **details,
    )
