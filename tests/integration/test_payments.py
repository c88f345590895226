"""Charges from plan to result: success, decline, and what each means for order, days and ledger."""

import sqlalchemy as sa
from flask import Flask

from app.domain.inventory.models import CalendarDay, Claim, Hold
from app.domain.inventory.states import ClaimKind, HoldState
from app.domain.ledger.queries import ledger_findings
from app.domain.orders.queries import line_item_of
from app.domain.orders.states import LineItemState, OrderState
from app.domain.payments.states import DeclineKind, IntentState
from app.foundation.db import db
from tests.factories.auctions import told
from tests.factories.orders import intents, make_checkout, make_paid_order, order_of, plan_payment, settle


def kinds_of_days(app: Flask) -> list[ClaimKind]:
    with app.app_context():
        return list(db.session.scalars(sa.select(Claim.kind).join(CalendarDay).order_by(CalendarDay.day)))


def test_a_planned_charge_is_made_by_the_job_and_everything_follows(app: Flask) -> None:
    checkout = make_paid_order(app)
    order = order_of(app, checkout)
    assert order.state is OrderState.PAID
    [intent] = intents(app, checkout)
    assert (intent.state, intent.amount_minor, intent.attempts) == (IntentState.SUCCEEDED, 1_000, 1)
    assert intent.gateway_id
    assert kinds_of_days(app) == [ClaimKind.SALE]
    with app.app_context():
        assert line_item_of(order.id).state is LineItemState.BOOKED
        assert set(told("order_paid")) == {checkout.buyer.user_id, checkout.publisher.user_id}
        assert ledger_findings("USD") == []


def test_a_declined_charge_gives_the_days_back_to_the_hold(app: Flask) -> None:
    checkout = make_checkout(app, price_minor=2_001_00)
    plan_payment(app, checkout)
    assert kinds_of_days(app) == [ClaimKind.SALE]
    settle(app)
    [intent] = intents(app, checkout)
    assert (intent.state, intent.decline_code, intent.decline_kind) == (
        IntentState.DECLINED,
        "2001",
        DeclineKind.BANK,
    )
    assert order_of(app, checkout).state is OrderState.UNPAID
    assert kinds_of_days(app) == [ClaimKind.HOLD]
    with app.app_context():
        assert db.session.scalars(sa.select(Hold.state)).all() == [HoldState.HELD]
        assert told("payment_declined") == [checkout.buyer.user_id]


def test_a_settled_intent_is_not_looked_at_again(app: Flask) -> None:
    make_paid_order(app)
    assert settle(app) == 0
