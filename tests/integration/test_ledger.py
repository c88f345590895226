"""The verbs that move money, each once, and what can be read of it afterwards."""

from collections.abc import Callable

import pytest
from flask import Flask

from app.domain.ledger.errors import NotEnoughCredit, NotEnoughInEscrow
from app.domain.ledger.models import JournalEntry
from app.domain.ledger.queries import balance, entries_of, find_account, find_entry, ledger_findings, trial_balance
from app.domain.ledger.rules import GATEWAY_CLEARING, buyer_credit, escrow, transfer_lines
from app.domain.ledger.service import (
    EntryReason,
    capture_into_escrow,
    post,
    refund_to_card,
    refund_to_credit,
    reverse,
    spend_credit,
    void_capture,
)
from app.domain.ledger.states import AccountCode, AccountKind, EntryKind
from app.foundation.db import db
from app.foundation.errors import InvariantBroken, Refusal
from tests.factories.bare import make_line_items
from tests.factories.ledger import NOW, committed, make_account, make_credit, make_escrow, occasion

pytestmark = pytest.mark.usefixtures("app_context")

LINE_ITEM = 7
OTHER_LINE_ITEM = 8


@pytest.fixture(autouse=True)
def line_items(app: Flask) -> None:
    make_line_items(app, LINE_ITEM, OTHER_LINE_ITEM)


def test_a_capture_is_owed_by_the_gateway_and_kept_for_the_line_item() -> None:
    make_escrow(LINE_ITEM, 70_000)
    make_escrow(OTHER_LINE_ITEM, 5)
    assert balance(GATEWAY_CLEARING) == 70_005
    assert balance(escrow(LINE_ITEM)) == 70_000
    assert balance(escrow(OTHER_LINE_ITEM)) == 5
    account = find_account(escrow(LINE_ITEM))
    assert account is not None
    assert (account.kind, account.currency, account.line_item_id) == (AccountKind.LIABILITY, "USD", LINE_ITEM)


def test_nothing_was_ever_posted_to_an_account_that_does_not_exist() -> None:
    assert balance(escrow(LINE_ITEM)) == 0
    assert find_account(escrow(LINE_ITEM)) is None
    assert list(entries_of(LINE_ITEM)) == []
    assert list(trial_balance()) == []
    assert ledger_findings("USD") == []


def test_an_entry_says_what_happened_when_and_why() -> None:
    reason = "Card charge for order 12."
    told = EntryReason(reference="intent:1/line_item:7", reason=reason, currency="USD")
    committed(lambda: capture_into_escrow(LINE_ITEM, 70_000, occasion=told, now=NOW))
    entry = find_entry(EntryKind.CAPTURE, "intent:1/line_item:7")
    assert entry is not None
    assert (entry.occurred_at, entry.reason, entry.currency) == (NOW, reason, "USD")
    assert entry.lines == transfer_lines(GATEWAY_CLEARING, escrow(LINE_ITEM), amount_minor=70_000)
    assert {posting.currency for posting in entry.postings} == {"USD"}


@pytest.mark.parametrize("verb", [refund_to_card, void_capture])
def test_money_goes_back_to_the_card(verb: Callable[..., JournalEntry]) -> None:
    make_escrow(LINE_ITEM, 100)
    committed(lambda: verb(LINE_ITEM, 30, occasion=occasion(), now=NOW))
    assert (balance(escrow(LINE_ITEM)), balance(GATEWAY_CLEARING)) == (70, 70)


def test_money_becomes_credit_and_pays_for_another_line_item(app: Flask) -> None:
    buyer = make_account(app)
    make_credit(buyer, 100, line_item_id=LINE_ITEM)
    assert (balance(escrow(LINE_ITEM)), balance(buyer_credit(buyer))) == (0, 100)
    db.session.remove()
    committed(lambda: spend_credit(OTHER_LINE_ITEM, 60, account_id=buyer, occasion=occasion(), now=NOW))
    assert (balance(escrow(OTHER_LINE_ITEM)), balance(buyer_credit(buyer))) == (60, 40)


@pytest.mark.parametrize("verb", [refund_to_card, void_capture])
def test_no_more_goes_back_than_is_there(verb: Callable[..., JournalEntry]) -> None:
    make_escrow(LINE_ITEM, 100)
    make_escrow(OTHER_LINE_ITEM, 100)
    with pytest.raises(NotEnoughInEscrow):
        committed(lambda: verb(LINE_ITEM, 101, occasion=occasion(), now=NOW))
    assert balance(escrow(LINE_ITEM)) == 100
    db.session.remove()
    committed(lambda: verb(LINE_ITEM, 100, occasion=occasion(), now=NOW))
    assert balance(escrow(LINE_ITEM)) == 0


def test_no_more_credit_is_given_or_spent_than_is_there(app: Flask) -> None:
    buyer, other = make_account(app), make_account(app)
    make_credit(buyer, 100, line_item_id=LINE_ITEM)
    make_credit(other, 100, line_item_id=LINE_ITEM)
    with pytest.raises(NotEnoughInEscrow):
        committed(lambda: refund_to_credit(LINE_ITEM, 1, account_id=buyer, occasion=occasion(), now=NOW))
    with pytest.raises(NotEnoughCredit) as refused:
        committed(lambda: spend_credit(OTHER_LINE_ITEM, 101, account_id=buyer, occasion=occasion(), now=NOW))
    assert refused.value.status == 409
    assert (balance(buyer_credit(buyer)), balance(escrow(OTHER_LINE_ITEM))) == (100, 0)


def test_the_same_occasion_moves_money_once() -> None:
    told = occasion()
    first = committed(lambda: capture_into_escrow(LINE_ITEM, 100, occasion=told, now=NOW).id)
    assert committed(lambda: capture_into_escrow(LINE_ITEM, 100, occasion=told, now=NOW).id) == first
    assert balance(escrow(LINE_ITEM)) == 100


def test_a_refund_told_twice_is_found_although_nothing_is_left() -> None:
    make_escrow(LINE_ITEM, 100)
    told = occasion()
    first = committed(lambda: refund_to_card(LINE_ITEM, 100, occasion=told, now=NOW).id)
    assert committed(lambda: refund_to_card(LINE_ITEM, 100, occasion=told, now=NOW).id) == first
    assert balance(escrow(LINE_ITEM)) == 0


def test_one_reference_may_have_an_entry_of_each_kind() -> None:
    told = occasion()
    committed(lambda: capture_into_escrow(LINE_ITEM, 100, occasion=told, now=NOW))
    committed(lambda: refund_to_card(LINE_ITEM, 100, occasion=told, now=NOW))
    assert balance(escrow(LINE_ITEM)) == 0


@pytest.mark.parametrize(("line_item", "amount", "currency"), [(7, 99, "USD"), (8, 100, "USD"), (7, 100, "EUR")])
def test_something_else_on_the_same_occasion_is_a_bug(line_item: int, amount: int, currency: str) -> None:
    told = occasion()
    committed(lambda: capture_into_escrow(LINE_ITEM, 100, occasion=told, now=NOW))
    other = occasion(told.reference, currency=currency)
    with pytest.raises(InvariantBroken, match="posted before with other lines"):
        committed(lambda: capture_into_escrow(line_item, amount, occasion=other, now=NOW))


def test_an_account_keeps_its_currency() -> None:
    make_escrow(LINE_ITEM, 100)
    with pytest.raises(InvariantBroken, match="is not an account in EUR"):
        committed(lambda: capture_into_escrow(LINE_ITEM, 1, occasion=occasion(currency="EUR"), now=NOW))


def test_lines_that_do_not_fit_their_kind_are_a_bug() -> None:
    lines = transfer_lines(escrow(LINE_ITEM), GATEWAY_CLEARING, amount_minor=1)
    with pytest.raises(InvariantBroken, match="capture debits gateway_clearing and credits escrow"):
        committed(lambda: post(EntryKind.CAPTURE, lines, occasion=occasion(), now=NOW))


@pytest.mark.parametrize(("reference", "reason"), [("", "why"), ("x" * 81, "why"), ("what", ""), ("what", "x" * 201)])
def test_an_occasion_has_a_reference_and_a_reason_that_fit(reference: str, reason: str) -> None:
    with pytest.raises(InvariantBroken, match="empty or too long"):
        EntryReason(reference=reference, reason=reason, currency="USD")


def undo(entry_id: int) -> tuple[int, str]:
    """Corrects an entry in a transaction of its own."""
    entry = db.session.get_one(JournalEntry, entry_id)
    correction = reverse(entry, reason="Posted by mistake.", now=NOW)
    return correction.id, correction.reference


def test_a_correction_undoes_an_entry_once() -> None:
    entry_id = make_escrow(LINE_ITEM, 100)
    correction_id, reference = committed(lambda: undo(entry_id))
    assert reference == f"journal_entry:{entry_id}"
    assert committed(lambda: undo(entry_id))[0] == correction_id
    assert (balance(escrow(LINE_ITEM)), balance(GATEWAY_CLEARING)) == (0, 0)


def test_a_correction_can_itself_be_wrong() -> None:
    correction_id, _ = committed(lambda: undo(make_escrow_in_this(100)))
    committed(lambda: undo(correction_id))
    assert balance(escrow(LINE_ITEM)) == 100


def make_escrow_in_this(amount_minor: int) -> int:
    """A capture inside the caller's transaction."""
    return capture_into_escrow(LINE_ITEM, amount_minor, occasion=occasion(), now=NOW).id


def test_what_has_gone_on_from_escrow_cannot_be_undone() -> None:
    entry_id = make_escrow(LINE_ITEM, 100)
    committed(lambda: refund_to_card(LINE_ITEM, 1, occasion=occasion(), now=NOW))
    with pytest.raises(NotEnoughInEscrow):
        committed(lambda: undo(entry_id))


def test_a_refusal_swallowed_inside_the_transaction_cannot_be_committed() -> None:
    def work() -> None:
        with pytest.raises(Refusal):
            refund_to_card(LINE_ITEM, 1, occasion=occasion(), now=NOW)

    with pytest.raises(Exception, match=r"(?i)foreign key"):
        committed(work)


def test_the_entries_of_a_line_item_are_its_own_in_order(app: Flask) -> None:
    buyer = make_account(app)
    make_escrow(OTHER_LINE_ITEM, 10)
    make_credit(buyer, 100, line_item_id=LINE_ITEM)
    committed(lambda: spend_credit(LINE_ITEM, 60, account_id=buyer, occasion=occasion(), now=NOW))
    kinds = [entry.kind for entry in entries_of(LINE_ITEM)]
    assert kinds == [EntryKind.CAPTURE, EntryKind.REFUND_TO_CREDIT, EntryKind.CREDIT_SPENT]


def test_the_trial_balance_has_equal_columns(app: Flask) -> None:
    buyer = make_account(app)
    make_credit(buyer, 100, line_item_id=LINE_ITEM)
    make_escrow(OTHER_LINE_ITEM, 30)
    rows = trial_balance()
    assert [(row.code, row.debit_minor, row.credit_minor, row.balance_minor) for row in rows] == [
        (AccountCode.GATEWAY_CLEARING, 130, 0, 130),
        (AccountCode.ESCROW, 100, 130, 30),
        (AccountCode.BUYER_CREDIT, 0, 100, 100),
    ]
    assert {row.currency for row in rows} == {"USD"}
    assert sum(row.debit_minor for row in rows) == sum(row.credit_minor for row in rows)
