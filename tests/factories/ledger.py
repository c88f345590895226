"""Accounts with money in the ledger, made through the verbs that the market uses."""

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from typing import TypeVar

import sqlalchemy as sa
from flask import Flask

from app.domain.accounts.models import Membership
from app.domain.ledger.service import EntryReason, capture_into_escrow, refund_to_credit
from app.foundation.db import db, in_transaction
from tests.factories.accounts import make_person

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
T = TypeVar("T")
numbers = count(1)


def occasion(reference: str | None = None, *, currency: str = "USD") -> EntryReason:
    """An occasion nobody has posted anything on, unless its reference is given."""
    return EntryReason(reference=reference or f"test:{next(numbers)}", reason="A test posted it.", currency=currency)


def make_account(app: Flask) -> int:
    """The id of a new person's account."""
    person = make_person(app)
    with app.app_context():
        query = sa.select(Membership.account_id).where(Membership.user_id == person.user_id)
        return db.session.scalars(query).one()


def make_escrow(line_item_id: int, amount_minor: int) -> int:
    """Money captured for a line item; gives its entry's id."""
    return committed(lambda: capture_into_escrow(line_item_id, amount_minor, occasion=occasion(), now=NOW).id)


def make_credit(account_id: int, amount_minor: int, *, line_item_id: int) -> None:
    """Credit of a buyer, refunded from a line item that was paid for by card."""
    make_escrow(line_item_id, amount_minor)
    committed(
        lambda: refund_to_credit(line_item_id, amount_minor, account_id=account_id, occasion=occasion(), now=NOW).id
    )


def committed(work: Callable[[], T]) -> T:
    """Does it in a transaction of its own and leaves the session ready for the next."""
    done = in_transaction(work)
    db.session.remove()
    return done
