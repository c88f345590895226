"""Whatever is lost between us and the gateway: never two charges, never a charge without its order."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from unittest.mock import patch

import pytest
import sqlalchemy as sa
from flask import Flask

from app.adapters.braintree.gateway import SdkGateway
from app.adapters.braintree.port import Charge, ChargeOutcome
from app.domain.ledger.models import JournalEntry
from app.domain.ledger.queries import ledger_findings
from app.domain.ledger.states import EntryKind
from app.domain.orders.service.paying import record_payment_result
from app.domain.orders.states import OrderState
from app.domain.payments.service import asking
from app.domain.payments.states import IntentState
from app.foundation.db import db
from app.jobs import settle_intents
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
from tests.support.mail_jobs import advance

NOW_AND_THEN = timedelta(minutes=3)


@pytest.fixture(autouse=True)
def well_gateway(app: Flask) -> Iterator[None]:
    faults(app).set()
    yield
    faults(app).set()


class Killed(BaseException):
    """The process ends here; nothing catches it, as nothing catches a kill."""


def charges_at_gateway(app: Flask) -> list[str]:
    """The keys of every charge that stands at the gateway."""
    tables = sa.text(
        "SELECT order_id FROM bt_transaction WHERE type = 'sale' AND status NOT IN ('voided', 'processor_declined')"
    )
    with local_gateway(app).local.store.reading() as connection:
        return [row[0] for row in connection.execute(tables)]


def reconcile(app: Flask) -> None:
    """Time goes by, and the job looks as often as it likes."""
    for _ in range(6):
        advance(app, NOW_AND_THEN)
        settle(app)


def check_paid_once(app: Flask, checkout: Checkout) -> None:
    made = intents(app, checkout)
    assert [intent.state for intent in made] == [IntentState.SUCCEEDED]
    assert charges_at_gateway(app).count(made[0].key) == 1
    assert order_of(app, checkout).state is OrderState.PAID
    with app.app_context():
        captures = sa.select(sa.func.count()).where(JournalEntry.kind == EntryKind.CAPTURE)
        assert db.session.scalars(captures.select_from(JournalEntry)).one() == 1
        assert ledger_findings("USD") == []


def die(*_: object, **__: object) -> None:
    raise Killed


def kill_before_sending(app: Flask) -> None:
    with patch.object(settle_intents, "ask_gateway", die), pytest.raises(Killed):
        settle(app)


def kill_after_the_charge(app: Flask) -> None:
    charge: Callable[[SdkGateway, Charge], ChargeOutcome] = SdkGateway.charge

    def charge_and_die(gateway: SdkGateway, asked: Charge) -> ChargeOutcome:
        charge(gateway, asked)
        raise Killed

    with patch.object(SdkGateway, "charge", charge_and_die), pytest.raises(Killed):
        settle(app)


def kill_before_recording(app: Flask) -> None:
    with patch.object(settle_intents, "_record", die), pytest.raises(Killed):
        settle(app)


def kill_while_recording(app: Flask) -> None:
    record = record_payment_result

    def record_and_die(*given: object, **more: object) -> None:
        record(*given, **more)  # type: ignore[arg-type]  # passed through as it came
        raise Killed

    with patch.object(settle_intents, "record_payment_result", record_and_die), pytest.raises(Killed):
        settle(app)


def kill_after_recording(app: Flask) -> None:
    with patch.object(settle_intents.log, "info", die), pytest.raises(Killed):
        settle(app)


@pytest.mark.parametrize(
    "kill",
    [kill_before_sending, kill_after_the_charge, kill_before_recording, kill_while_recording, kill_after_recording],
)
def test_a_process_killed_at_any_step_leaves_one_charge(app: Flask, kill: Callable[[Flask], None]) -> None:
    checkout = make_checkout(app)
    plan_payment(app, checkout)
    kill(app)
    reconcile(app)
    check_paid_once(app, checkout)


@pytest.mark.parametrize("mode", ["drop", "error", "hang"])
@pytest.mark.parametrize("point", ["before_capture", "after_capture"])
def test_an_answer_lost_once_leaves_one_charge(app: Flask, point: str, mode: str) -> None:
    checkout = make_checkout(app)
    plan_payment(app, checkout)
    with patch.object(local_gateway(app).local, "_pause"):
        faults(app).set({"point": point, "mode": mode})
        settle(app)
        faults(app).set()
    [intent] = intents(app, checkout)
    assert intent.state is IntentState.UNKNOWN
    assert order_of(app, checkout).state is OrderState.UNPAID
    reconcile(app)
    check_paid_once(app, checkout)


def test_an_answer_lost_again_and_again_leaves_one_charge(app: Flask) -> None:
    checkout = make_checkout(app)
    plan_payment(app, checkout)
    faults(app).set(
        {"point": "after_capture", "mode": "drop", "times": 2}, {"point": "before_search", "mode": "error", "times": 2}
    )
    reconcile(app)
    faults(app).set()
    reconcile(app)
    check_paid_once(app, checkout)


def test_nothing_is_sent_again_while_it_may_still_be_on_its_way(app: Flask) -> None:
    checkout = make_checkout(app)
    plan_payment(app, checkout)
    kill_before_sending(app)
    with patch.object(asking, "_charge", die):
        advance(app, timedelta(seconds=61))
        settle(app)
    [intent] = intents(app, checkout)
    assert (intent.state, intent.attempts) == (IntentState.UNKNOWN, 2)
    reconcile(app)
    check_paid_once(app, checkout)


def test_a_declined_answer_that_was_lost_is_found(app: Flask) -> None:
    checkout = make_checkout(app, price_minor=2_001_00)
    plan_payment(app, checkout)
    faults(app).set({"point": "after_capture", "mode": "drop"})
    settle(app)
    faults(app).set()
    assert [intent.state for intent in intents(app, checkout)] == [IntentState.UNKNOWN]
    reconcile(app)
    [intent] = intents(app, checkout)
    assert (intent.state, intent.decline_code) == (IntentState.DECLINED, "2001")
    assert order_of(app, checkout).state is OrderState.UNPAID
