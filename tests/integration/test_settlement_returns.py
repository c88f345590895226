"""What was not delivered goes back: to the card while it takes it, else as credit, which is spent first."""

from collections.abc import Iterator
from datetime import timedelta
from unittest.mock import patch

import pytest
import sqlalchemy as sa
from flask import Flask

from app.adapters.braintree.gateway import SdkGateway
from app.adapters.braintree.port import Declined, GatewayDeclineKind
from app.domain.creatives.errors import NothingRefused
from app.domain.creatives.service.paying_back import ask_money_back
from app.domain.ledger.models import JournalEntry
from app.domain.ledger.queries import balance, statement_lines
from app.domain.ledger.rules import GATEWAY_CLEARING, buyer_credit, escrow
from app.domain.ledger.states import EntryKind, StatementKind
from app.domain.orders.models import LineItem
from app.domain.orders.states import LineItemState
from app.domain.payments.queries import intents_of
from app.domain.settlement.states import DayOutcome, ReturnReason
from app.foundation.clock import database_now
from app.foundation.db import db
from tests.factories.creatives import make_creative, refused
from tests.factories.inventory import account_of
from tests.factories.orders import LiveLineItem, faults, make_booked_line_item, settle
from tests.factories.settlement import (
    check_ledger,
    done,
    gateway_pays_out,
    make_settled,
    money_return,
    settle_all_days,
    settled_days,
)
from tests.support.mail_jobs import advance

CLOSED = Declined("2004", "Expired Card", is_hard=True, kind=GatewayDeclineKind.BANK)


@pytest.fixture(autouse=True)
def well_gateway(app: Flask) -> Iterator[None]:
    faults(app).set()
    yield
    faults(app).set()


def kinds(app: Flask) -> list[EntryKind]:
    with app.app_context():
        return list(db.session.scalars(sa.select(JournalEntry.kind).order_by(JournalEntry.id)))


def make_booked_and_settled(app: Flask, *, delivered: tuple[bool, ...]) -> LiveLineItem:
    """A flight that is over, whose charge the gateway has paid out."""
    booking = make_settled(app, delivered=delivered)
    gateway_pays_out(app, booking)
    return booking


def left(app: Flask, booking: LiveLineItem) -> tuple[int, int]:
    """What is in escrow, and the buyer's credit."""
    buyer = account_of(app, booking.buyer)
    with app.app_context():
        return balance(escrow(booking.line_item_id)), balance(buyer_credit(buyer))


def test_a_part_goes_back_to_the_card_as_a_refund(app: Flask) -> None:
    booking = make_booked_and_settled(app, delivered=(True, False))
    settle(app)
    assert kinds(app) == [EntryKind.CAPTURE, EntryKind.RELEASE, EntryKind.REFUND_TO_CARD]
    assert left(app, booking) == (0, 0)
    check_ledger(app)


def test_all_of_a_charge_goes_back_as_a_refund_after_a_night(app: Flask) -> None:
    booking = make_settled(app, delivered=(False,))
    settle(app)
    assert kinds(app) == [EntryKind.CAPTURE, EntryKind.REFUND_TO_CARD]
    with app.app_context():
        assert balance(GATEWAY_CLEARING) == 0
    returned = money_return(app, booking)
    assert returned is not None
    assert returned.reason is ReturnReason.UNDELIVERED
    check_ledger(app)


def test_what_the_card_cannot_take_is_credit_and_the_next_checkout_spends_it_first(app: Flask) -> None:
    booking = make_booked_and_settled(app, delivered=(True, False))
    with patch.object(SdkGateway, "refund", lambda *_: CLOSED):
        settle(app)
    assert left(app, booking) == (0, 1_000)
    again = make_booked_line_item(app, buyer=booking.buyer, days=3)
    assert left(app, again) == (3_000, 0)
    buyer = account_of(app, booking.buyer)
    with app.app_context():
        assert intents_of(again.order_id)[0].amount_minor == 2_000
        db.session.remove()
        lines = statement_lines(buyer, StatementKind.CREDIT, None, 10)
        assert [(line.kind, line.amount_minor, line.balance_minor) for line in lines] == [
            (EntryKind.REFUND_TO_CREDIT, 1_000, 1_000),
            (EntryKind.CREDIT_SPENT, -1_000, 0),
        ]
    check_ledger(app)


def test_what_was_paid_with_credit_goes_back_as_credit(app: Flask) -> None:
    first = make_booked_and_settled(app, delivered=(False, False))
    with patch.object(SdkGateway, "refund", lambda *_: CLOSED):
        settle(app)
    assert left(app, first) == (0, 2_000)
    # 3,000 of which 2,000 are credit: nothing is delivered, so the card's 1,000 go back to it.
    second = make_settled(app, buyer=first.buyer, delivered=(False, False, False))
    returned = money_return(app, second)
    assert returned is not None
    assert (returned.to_card_minor, returned.to_credit_minor) == (1_000, 2_000)
    settle(app)
    assert left(app, second) == (0, 2_000)
    check_ledger(app)


def test_a_lost_answer_sends_it_back_once(app: Flask) -> None:
    booking = make_booked_and_settled(app, delivered=(True, False))
    faults(app).set({"point": "after_refund", "mode": "drop"})
    settle(app)
    assert left(app, booking) == (1_000, 0)
    faults(app).set()
    from_now = settle_until_known(app)
    assert from_now <= 3
    assert left(app, booking) == (0, 0)
    assert kinds(app).count(EntryKind.REFUND_TO_CARD) == 1
    check_ledger(app)


def settle_until_known(app: Flask) -> int:
    """Asks again until the gateway's answer is found; how often it took."""
    for times in range(1, 10):
        advance(app, timedelta(minutes=3))
        if settle(app):
            return times
    return 10


def test_after_the_second_refusal_everything_goes_back_by_itself(app: Flask, booked: LiveLineItem) -> None:
    for number in range(2):
        refused(app, booked, make_creative(app, booked, number=number))
    assert state_of(app, booked) is LineItemState.DECLINED
    settle_all_days(app)
    assert {day.outcome for day in settled_days(app, booked)} == {DayOutcome.ENDED}
    returned = money_return(app, booked)
    assert returned is not None
    assert (returned.reason, returned.amount_minor) == (ReturnReason.DECLINED, 3_000)
    settle(app)
    # The charge is an hour old: the gateway calls it off.
    assert kinds(app) == [EntryKind.CAPTURE, EntryKind.VOID_CAPTURE]
    assert left(app, booked) == (0, 0)
    check_ledger(app)


def test_after_one_refusal_it_goes_back_on_the_buyers_wish_only(app: Flask, booked: LiveLineItem) -> None:
    buyer = account_of(app, booked.buyer)

    def ask() -> object:
        return ask_money_back(buyer, booked.line_item, now=database_now())

    with pytest.raises(NothingRefused):
        done(app, ask)
    refused(app, booked, make_creative(app, booked))
    settle_all_days(app)
    assert left(app, booked) == (3_000, 0)
    done(app, ask)
    settle_all_days(app)
    settle(app)
    assert left(app, booked) == (0, 0)
    check_ledger(app)


def test_money_goes_back_once_however_often_the_job_runs(app: Flask) -> None:
    booking = make_booked_and_settled(app, delivered=(False, True))
    for _ in range(3):
        settle_all_days(app)
        settle(app)
    with app.app_context():
        assert len(intents_of(booking.order_id)) == 2
    assert left(app, booking) == (0, 0)


def state_of(app: Flask, booking: LiveLineItem) -> LineItemState:
    with app.app_context():
        return db.session.get_one(LineItem, booking.line_item_id).state
