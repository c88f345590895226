"""Any sequence of verbs keeps the books: nothing made, nothing lost, nothing below zero."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import count
from typing import TypeAlias

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    RuleBasedStateMachine,
    consumes,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from app.domain.ledger.models import JournalEntry, LedgerAccount, Posting
from app.domain.ledger.queries import SIGNED, balance, ledger_findings, trial_balance
from app.domain.ledger.rules import (
    BANK,
    COMMISSION_INCOME,
    GATEWAY_CLEARING,
    NEVER_NEGATIVE,
    AccountRef,
    buyer_credit,
    escrow,
    publisher_payable,
)
from app.domain.ledger.service import (
    capture_into_escrow,
    pay_out,
    refund_to_card,
    refund_to_credit,
    release_day,
    return_payout,
    reverse,
    spend_credit,
    void_capture,
)
from app.foundation.db import db
from app.foundation.errors import Refusal
from app.foundation.money import share_bps
from tests.factories.bare import make_line_items
from tests.factories.inventory import make_offer
from tests.factories.ledger import NOW, committed, make_account, occasion
from tests.support.length import times

# Each transaction on PostgreSQL takes several times as long.
RUNS = {"sqlite": times(40, by_night=200), "postgresql": times(12, by_night=60)}
STEPS = 50
LINE_ITEMS = 3
amounts = st.integers(1, 20) | st.integers(1, 10**12)
shares = st.sampled_from([0, 1, 1_500, 10_000])
line_item_numbers = count(1)


@dataclass(frozen=True)
class Move:
    """What was told, and what it does to each account, debits counted above zero."""

    signed: Mapping[AccountRef, int]
    tell: Callable[[], JournalEntry]


def moved(debited: AccountRef, credited: AccountRef, amount: int) -> dict[AccountRef, int]:
    """What an entry of two lines does."""
    return {debited: amount, credited: -amount}


Made: TypeAlias = Move | MultipleResults[Move]


class Books(RuleBasedStateMachine):
    """Tells the verbs in any order, and keeps its own books beside them: one signed number an account."""

    moves: Bundle[Move] = Bundle("moves")

    buyers: tuple[int, int]
    book: Callable[[int], None]
    """Makes the line item of a number."""

    def __init__(self) -> None:
        super().__init__()
        self.line_items = [self.new_line_item() for _ in range(LINE_ITEMS)]
        # What the gateway owes stays from run to run.
        self.signed = Counter(signed_balances())

    @rule(target=moves, place=st.integers(0, LINE_ITEMS - 1), amount=amounts)
    def capture(self, place: int, amount: int) -> Made:
        item, told = self.line_items[place], occasion()
        tell = partial(capture_into_escrow, item, amount, occasion=told, now=NOW)
        return self.make(Move(moved(GATEWAY_CLEARING, escrow(item), amount), tell))

    @rule(target=moves, place=st.integers(0, LINE_ITEMS - 1), amount=amounts, verb=st.sampled_from(["refund", "void"]))
    def return_to_card(self, place: int, amount: int, verb: str) -> Made:
        item, told = self.line_items[place], occasion()
        post = refund_to_card if verb == "refund" else void_capture
        tell = partial(post, item, amount, occasion=told, now=NOW)
        return self.make(Move(moved(escrow(item), GATEWAY_CLEARING, amount), tell))

    @rule(target=moves, place=st.integers(0, LINE_ITEMS - 1), amount=amounts, who=st.integers(0, 1))
    def return_as_credit(self, place: int, amount: int, who: int) -> Made:
        item, buyer, told = self.line_items[place], self.buyers[who], occasion()
        tell = partial(refund_to_credit, item, amount, account_id=buyer, occasion=told, now=NOW)
        return self.make(Move(moved(escrow(item), buyer_credit(buyer), amount), tell))

    @rule(target=moves, place=st.integers(0, LINE_ITEMS - 1), amount=amounts, who=st.integers(0, 1))
    def spend(self, place: int, amount: int, who: int) -> Made:
        item, buyer, told = self.line_items[place], self.buyers[who], occasion()
        tell = partial(spend_credit, item, amount, account_id=buyer, occasion=told, now=NOW)
        return self.make(Move(moved(buyer_credit(buyer), escrow(item), amount), tell))

    @rule(target=moves, place=st.integers(0, LINE_ITEMS - 1), amount=amounts, who=st.integers(0, 1), bps=shares)
    def release(self, place: int, amount: int, who: int, bps: int) -> Made:
        item, publisher, told = self.line_items[place], self.buyers[who], occasion()
        commission, rest = share_bps(amount, bps)
        tell = partial(
            release_day, item, amount, commission_minor=commission, account_id=publisher, occasion=told, now=NOW
        )
        signed = {escrow(item): amount, publisher_payable(publisher): -rest, COMMISSION_INCOME: -commission}
        return self.make(Move({account: one for account, one in signed.items() if one}, tell))

    @rule(target=moves, amount=amounts, who=st.integers(0, 1), goes_out=st.booleans())
    def pay(self, amount: int, who: int, goes_out: bool) -> Made:  # noqa: FBT001 - hypothesis names it
        publisher, told = self.buyers[who], occasion()
        tell = partial(pay_out if goes_out else return_payout, publisher, amount, occasion=told, now=NOW)
        signed = moved(publisher_payable(publisher), BANK, amount if goes_out else -amount)
        return self.make(Move(signed, tell))

    @rule(move=moves)
    def tell_again(self, move: Move) -> None:
        committed(move.tell)

    @rule(move=consumes(moves))
    def correct(self, move: Move) -> None:
        def tell() -> JournalEntry:
            return reverse(move.tell(), reason="A mistake.", now=NOW)

        self.make(Move({account: -amount for account, amount in move.signed.items()}, tell))

    def teardown(self) -> None:
        """Spends the credit that is left on something else: the next run's buyers begin with none."""
        for buyer in self.buyers:
            left, told = balance(buyer_credit(buyer)), occasion()
            db.session.remove()
            if left:
                elsewhere = self.new_line_item()
                committed(partial(spend_credit, elsewhere, left, account_id=buyer, occasion=told, now=NOW))

    def make(self, move: Move) -> Made:
        """Tells it, and expects what these books say: done, or refused when the account debited has too little."""
        after = {account: self.signed[account] + amount for account, amount in move.signed.items()}
        is_enough = all(
            after[account] <= 0 or amount <= 0 or account.code not in NEVER_NEGATIVE
            for account, amount in move.signed.items()
        )
        try:
            committed(move.tell)
        except Refusal:
            assert not is_enough
            return multiple()
        assert is_enough
        self.signed.update(move.signed)
        return move

    def new_line_item(self) -> int:
        number = next(line_item_numbers)
        self.book(number)
        return number

    @invariant()
    def the_books_agree(self) -> None:
        found = signed_balances()
        assert sum(found.values()) == 0
        assert {ref: found.get(ref, 0) for ref in self.signed} == dict(self.signed)
        assert all(signed <= 0 for ref, signed in found.items() if ref.code in NEVER_NEGATIVE)


def signed_balances() -> dict[AccountRef, int]:
    """Every account's debits less its credits."""
    query = sa.select(
        LedgerAccount.code, LedgerAccount.account_id, LedgerAccount.line_item_id, sa.func.sum(SIGNED)
    ).join_from(Posting, LedgerAccount)
    query = query.group_by(LedgerAccount.code, LedgerAccount.account_id, LedgerAccount.line_item_id)
    with db.engine.connect() as connection:
        return {AccountRef(row[0], row[1], row[2]): int(row[3]) for row in connection.execute(query)}


@pytest.mark.timeout(times(120, by_night=1_200))
def test_any_sequence_of_verbs_keeps_the_books(app_context: Flask, database_kind: str) -> None:
    offered = make_offer(app_context)

    class TheseBooks(Books):
        buyers = (make_account(app_context), make_account(app_context))
        book = staticmethod(lambda number: make_line_items(app_context, number, offered=offered))

    run_state_machine_as_test(
        TheseBooks, settings=settings(max_examples=RUNS[database_kind], stateful_step_count=STEPS, deadline=None)
    )
    assert ledger_findings("USD") == []
    rows = trial_balance()
    assert sum(row.debit_minor for row in rows) == sum(row.credit_minor for row in rows) > 0
