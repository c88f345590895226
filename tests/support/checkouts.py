"""What tests of checkouts look at and change behind the pages."""

import sqlalchemy as sa
from flask import Flask

from app.domain.inventory.models import CalendarDay, Claim
from app.domain.inventory.states import ClaimKind
from app.domain.orders.models import LineItem, Order
from app.foundation.db import db, in_transaction
from tests.factories.orders import Checkout


def kinds_of_days(app: Flask) -> set[ClaimKind]:
    """What the days of the whole calendar are taken by."""
    with app.app_context():
        return set(db.session.scalars(sa.select(Claim.kind).join(CalendarDay)))


def cheaper(app: Flask, checkout: Checkout) -> None:
    """The local gateway declines by amount, so another try that is to succeed needs another amount."""

    def work() -> None:
        db.session.get_one(Order, checkout.order_id).total_minor = 1_000
        db.session.execute(sa.update(LineItem).values(price_minor=1_000))
        db.session.flush()

    with app.app_context():
        in_transaction(work)
