"""Money that goes back: a charge that came through after its order was cancelled is called off or refunded."""

from collections.abc import Iterator
from datetime import timedelta
from unittest.mock import patch

import pytest
import sqlalchemy as sa
from flask import Flask

from app.adapters.braintree.gateway import SdkGateway
from app.adapters.braintree.port import Declined, GatewayDeclineKind, GatewaySuccess, GatewayVoid, Refund
from app.domain.ledger.models import JournalEntry
from app.domain.ledger.queries import balance, ledger_findings
from app.domain.ledger.rules import GATEWAY_CLEARING, buyer_credit
from app.domain.ledger.states import EntryKind
from app.domain.orders.models import Order
from app.domain.orders.service.ordering import cancel_unpaid
from app.domain.orders.states import OrderState
from app.domain.payments.states import IntentKind, IntentState
from app.foundation.clock import database_now
from app.foundation.db import db, in_transaction
from app.jobs.each import WorkFailedError
from tests.factories.orders import (
    Checkout,
    faults,
    intents,
    local_gateway,
    make_checkout,
    order_of,
    plan_payment,
    settle,
)
from tests.support.log_lines import log_lines
from tests.support.mail_jobs import advance


@pytest.fixture(autouse=True)
def well_gateway(app: Flask) -> Iterator[None]:
    faults(app).set()
    yield
    faults(app).set()


def cancelled_while_charging(app: Flask) -> Checkout:
    """An order cancelled in a way that the verbs refuse, so that its late charge has nowhere to go."""
    checkout = make_checkout(app)
    plan_payment(app, checkout)

    def cancel() -> Order:
        return cancel_unpaid(checkout.order_id, reason="test", now=database_now())

    with app.app_context():
        in_transaction(cancel)
    return checkout


def entries(app: Flask) -> list[EntryKind]:
    with app.app_context():
        return list(db.session.scalars(sa.select(JournalEntry.kind).order_by(JournalEntry.id)))


def states(app: Flask, checkout: Checkout) -> list[tuple[IntentKind, IntentState]]:
    return [(intent.kind, intent.state) for intent in intents(app, checkout)]


def check_nothing_is_kept(app: Flask) -> None:
    with app.app_context():
        assert balance(GATEWAY_CLEARING) == 0
        assert ledger_findings("USD") == []


def test_a_late_charge_is_called_off(app: Flask) -> None:
    checkout = cancelled_while_charging(app)
    settle(app)
    assert states(app, checkout) == [
        (IntentKind.CHARGE, IntentState.SUCCEEDED),
        (IntentKind.REFUND, IntentState.PLANNED),
    ]
    settle(app)
    assert states(app, checkout)[1] == (IntentKind.REFUND, IntentState.SUCCEEDED)
    assert entries(app) == [EntryKind.CAPTURE, EntryKind.VOID_CAPTURE]
    assert order_of(app, checkout).state is OrderState.CANCELLED
    check_nothing_is_kept(app)


def test_a_late_charge_that_was_settled_is_refunded(app: Flask) -> None:
    checkout = cancelled_while_charging(app)
    settle(app)
    charge = intents(app, checkout)[0].gateway_id
    assert charge
    with app.app_context():
        assert local_gateway(app).settle(charge)
    settle(app)
    assert states(app, checkout)[1] == (IntentKind.REFUND, IntentState.SUCCEEDED)
    assert entries(app) == [EntryKind.CAPTURE, EntryKind.REFUND_TO_CARD]
    check_nothing_is_kept(app)


@pytest.mark.parametrize("point", ["before_void", "after_void", "before_refund", "after_refund"])
def test_a_lost_answer_gives_the_money_back_once(app: Flask, point: str) -> None:
    checkout = cancelled_while_charging(app)
    settle(app)
    charge = intents(app, checkout)[0].gateway_id
    assert charge
    if point.endswith("refund"):
        with app.app_context():
            assert local_gateway(app).settle(charge)
    faults(app).set({"point": point, "mode": "drop"})
    settle(app)
    assert states(app, checkout)[1] == (IntentKind.REFUND, IntentState.UNKNOWN)
    for _ in range(5):
        advance(app, timedelta(minutes=3))
        settle(app)
    assert states(app, checkout)[1] == (IntentKind.REFUND, IntentState.SUCCEEDED)
    refunds = sa.text("SELECT count(*) FROM bt_transaction WHERE refunded_transaction_id = :charge")
    with local_gateway(app).local.store.reading() as connection:
        assert connection.execute(refunds, {"charge": charge}).scalar_one() == point.endswith("refund")
    check_nothing_is_kept(app)


def test_what_a_card_does_not_take_back_becomes_credit(app: Flask) -> None:
    checkout = cancelled_while_charging(app)
    settle(app)
    closed = Declined("2004", "Expired Card", is_hard=True, kind=GatewayDeclineKind.BANK)
    charge = intents(app, checkout)[0].gateway_id
    assert charge
    with app.app_context():
        local_gateway(app).settle(charge)
    with patch.object(SdkGateway, "refund", lambda *_: closed):
        settle(app)
    assert states(app, checkout)[1] == (IntentKind.REFUND, IntentState.DECLINED)
    assert entries(app) == [EntryKind.CAPTURE, EntryKind.REFUND_TO_CREDIT]
    with app.app_context():
        buyer = order_of(app, checkout).buyer_account_id
        assert balance(buyer_credit(buyer)) == 1_000
        assert ledger_findings("USD") == []


def test_what_was_refunded_at_the_gateway_by_hand_becomes_credit_and_tells_staff(app: Flask) -> None:
    checkout = cancelled_while_charging(app)
    settle(app)
    charge = intents(app, checkout)[0]
    assert charge.gateway_id
    with app.app_context():
        gateway = local_gateway(app)
        gateway.settle(charge.gateway_id)
        by_hand = gateway.refund(Refund("by-hand", charge.gateway_id, charge.amount_minor, charge.currency))
    assert isinstance(by_hand, GatewaySuccess)
    with log_lines() as written:
        settle(app)
    assert [line["code"] for line in written.about("refund_refused_for_good")] == ["91512"]
    assert states(app, checkout)[1] == (IntentKind.REFUND, IntentState.DECLINED)
    assert entries(app) == [EntryKind.CAPTURE, EntryKind.REFUND_TO_CREDIT]
    with app.app_context():
        assert ledger_findings("USD") == []


def test_a_second_charge_under_the_same_key_is_taken_back(app: Flask) -> None:
    """The gateway's own request keys rule this out; should they ever fail, the second charge does not stay."""
    checkout = make_checkout(app)
    plan_payment(app, checkout)
    faults(app).set({"point": "after_capture", "mode": "drop"})
    settle(app)
    taken_back: list[str] = []
    find = SdkGateway.find_by_key

    def find_two(gateway: SdkGateway, key: str) -> object:
        answer = find(gateway, key)
        assert isinstance(answer, GatewaySuccess)
        return GatewaySuccess(answer.gateway_id, answer.amount_minor, answer.currency, answer.state, ("second",))

    def void(_: SdkGateway, gateway_id: str, __: str) -> object:
        taken_back.append(gateway_id)
        return GatewayVoid(gateway_id)

    advance(app, timedelta(minutes=3))
    with patch.object(SdkGateway, "find_by_key", find_two), patch.object(SdkGateway, "void", void):
        settle(app)
    assert taken_back == ["second"]
    assert order_of(app, checkout).state is OrderState.PAID


def test_another_amount_than_was_asked_for_is_a_bug_and_settles_nothing(app: Flask) -> None:
    checkout = make_checkout(app)
    plan_payment(app, checkout)
    charge = SdkGateway.charge

    def short(gateway: SdkGateway, asked: object) -> object:
        answer = charge(gateway, asked)  # type: ignore[arg-type]  # passed through as it came
        assert isinstance(answer, GatewaySuccess)
        return GatewaySuccess(answer.gateway_id, 1, answer.currency, answer.state)

    with patch.object(SdkGateway, "charge", short), pytest.raises(WorkFailedError):
        settle(app)
    assert states(app, checkout) == [(IntentKind.CHARGE, IntentState.SENT)]
    assert order_of(app, checkout).state is OrderState.UNPAID
