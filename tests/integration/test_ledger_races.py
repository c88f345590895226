"""Two connections at the same account, the same reference, the same first posting: one truth comes out."""

import threading
from collections.abc import Callable
from functools import partial

import pytest
import sqlalchemy as sa
from flask import Flask

from app.domain.ledger.errors import NotEnoughCredit, NotEnoughInEscrow
from app.domain.ledger.models import JournalEntry, LedgerAccount
from app.domain.ledger.queries import balance, ledger_findings
from app.domain.ledger.rules import GATEWAY_CLEARING, buyer_credit, escrow
from app.domain.ledger.service import capture_into_escrow, refund_to_card, refund_to_credit, spend_credit
from app.foundation.db import db
from tests.factories.bare import make_line_items
from tests.factories.ledger import NOW, make_account, make_credit, make_escrow, occasion
from tests.support import races

THREADS = 8
LINE_ITEM = 7


@pytest.fixture(autouse=True)
def line_items(app: Flask) -> None:
    make_line_items(app, LINE_ITEM, *range(20, 20 + THREADS))


def race(app: Flask, work: Callable[[int], object]) -> list[Exception]:
    """Eight of the same at once, each with a number of its own."""
    return races.race(app, [partial(work, number) for number in range(THREADS)])


@pytest.mark.parametrize("amount", [100, 60, 40])
def test_refunds_at_once_never_take_more_than_is_there(app: Flask, amount: int) -> None:
    with app.app_context():
        make_escrow(LINE_ITEM, 100)
    raised = race(app, lambda _: refund_to_card(LINE_ITEM, amount, occasion=occasion(), now=NOW))
    fit = 100 // amount
    assert [type(error) for error in raised] == [NotEnoughInEscrow] * (THREADS - fit)
    with app.app_context():
        assert balance(escrow(LINE_ITEM)) == balance(GATEWAY_CLEARING) == 100 - fit * amount
        assert ledger_findings("USD") == []


@pytest.mark.databases("postgresql")  # SQLite lets the second begin only when the first has committed
def test_those_who_all_saw_a_full_escrow_cannot_all_refund_it(app: Flask) -> None:
    with app.app_context():
        make_escrow(LINE_ITEM, 100)
    all_have_read = threading.Barrier(THREADS, timeout=20)

    def work(_: int) -> None:
        assert balance(escrow(LINE_ITEM)) == 100
        all_have_read.wait()
        refund_to_card(LINE_ITEM, 100, occasion=occasion(), now=NOW)

    assert [type(error) for error in race(app, work)] == [NotEnoughInEscrow] * (THREADS - 1)
    with app.app_context():
        assert balance(escrow(LINE_ITEM)) == 0


def test_credit_is_spent_once(app: Flask) -> None:
    buyer = make_account(app)
    with app.app_context():
        make_credit(buyer, 100, line_item_id=LINE_ITEM)
    raised = race(app, lambda number: spend_credit(number + 20, 70, account_id=buyer, occasion=occasion(), now=NOW))
    assert [type(error) for error in raised] == [NotEnoughCredit] * (THREADS - 1)
    with app.app_context():
        assert balance(buyer_credit(buyer)) == 30
        assert ledger_findings("USD") == []


def test_money_that_goes_round_in_both_directions_comes_through(app: Flask) -> None:
    """Refunds to credit lock escrow, spending locks credit: opposite ways, and nobody gets stuck."""
    buyer = make_account(app)
    with app.app_context():
        make_credit(buyer, 1_000, line_item_id=LINE_ITEM)
        make_escrow(LINE_ITEM, 1_000)

    def work(number: int) -> None:
        verb = spend_credit if number % 2 else refund_to_credit
        verb(LINE_ITEM, 100, account_id=buyer, occasion=occasion(), now=NOW)

    assert race(app, work) == []
    with app.app_context():
        assert balance(buyer_credit(buyer)) == balance(escrow(LINE_ITEM)) == 1_000


def test_the_same_capture_told_at_once_is_one_entry(app: Flask) -> None:
    told = occasion()
    ids: list[int] = []
    raised = race(app, lambda _: ids.append(capture_into_escrow(LINE_ITEM, 100, occasion=told, now=NOW).id))
    assert raised == []
    assert len(set(ids)) == 1
    with app.app_context():
        assert balance(escrow(LINE_ITEM)) == 100
        assert db.session.scalars(sa.select(sa.func.count()).select_from(JournalEntry)).one() == 1


def test_first_postings_at_once_open_an_account_once(app: Flask) -> None:
    raised = race(app, lambda _: capture_into_escrow(LINE_ITEM, 100, occasion=occasion(), now=NOW))
    assert raised == []
    with app.app_context():
        assert balance(GATEWAY_CLEARING) == THREADS * 100
        assert db.session.scalars(sa.select(sa.func.count()).select_from(LedgerAccount)).one() == 2
