"""A web worker that dies in the middle of a payment: the job finds out, and there is one charge."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from unittest.mock import patch

import pytest
import sqlalchemy as sa
from flask import Flask

from app.adapters.braintree.gateway import SdkGateway
from app.adapters.braintree.port import Charge, ChargeOutcome
from app.domain.inventory.models import CalendarDay, Claim
from app.domain.inventory.states import ClaimKind
from app.domain.ledger.queries import ledger_findings
from app.domain.orders.service.paying import record_payment_result
from app.domain.orders.states import OrderState
from app.domain.payments.states import IntentState
from app.foundation.db import db
from app.web.checkout import paying
from tests.factories.accounts import sign_in
from tests.factories.orders import (
    Checkout,
    end_abandoned,
    faults,
    intents,
    local_gateway,
    make_checkout,
    order_of,
    settle,
)
from tests.support.mail_jobs import advance
from tests.support.page_client import PageClient
from tests.support.page_form import Pairs


@pytest.fixture(autouse=True)
def well_gateway(app: Flask) -> Iterator[None]:
    faults(app).set()
    with app.app_context():
        # Its tables are made at its first use, which is no page's doing.
        local_gateway(app).client_token()
    yield
    faults(app).set()


class Killed(BaseException):
    """The process ends here; nothing catches it, as nothing catches a kill."""


def die(*_: object, **__: object) -> None:
    raise Killed


def charge_and_die(gateway: SdkGateway, asked: Charge) -> ChargeOutcome:
    CHARGE(gateway, asked)
    raise Killed


def record_and_die(*given: object, **more: object) -> None:
    record_payment_result(*given, **more)  # type: ignore[arg-type]  # passed through as it came
    raise Killed


CHARGE: Callable[[SdkGateway, Charge], ChargeOutcome] = SdkGateway.charge
STEPS = {
    "planned, not sent": (paying, "ask_gateway", die),
    "charged, no answer read": (SdkGateway, "charge", charge_and_die),
    "answered, not recorded": (paying, "record_payment_result", die),
    "recorded, not committed": (paying, "record_payment_result", record_and_die),
    "committed, page not sent": (paying, "go", die),
}


@pytest.mark.parametrize("step", STEPS)
def test_a_worker_killed_at_any_step_leaves_one_charge(app: Flask, client: PageClient, step: str) -> None:
    checkout = make_checkout(app)
    sign_in(client, checkout.buyer)
    client.get(f"/checkout/{checkout.public_id}")
    form = client.page.form("Pay $10.00").fill({})
    target, name, replacement = STEPS[step]
    with patch.object(target, name, replacement), pytest.raises(Killed):
        client.post(f"/checkout/{checkout.public_id}/payment", form)
    press_again(client, checkout, form)
    check_days_are_kept(app)
    for _ in range(4):
        advance(app, timedelta(minutes=3))
        end_abandoned(app)
        settle(app)
    check_paid_once(app, checkout)
    client.get(f"/orders/{checkout.public_id}")
    assert "Paid. The money is kept in escrow" in client.text


def press_again(client: PageClient, checkout: Checkout, form: Pairs) -> None:
    """The same form once more, and then the page anew: neither starts a second payment."""
    client.post(f"/checkout/{checkout.public_id}/payment", form)
    assert client.path == f"/orders/{checkout.public_id}"
    client.get(f"/checkout/{checkout.public_id}")
    assert client.path == f"/orders/{checkout.public_id}"


def check_days_are_kept(app: Flask) -> None:
    with app.app_context():
        assert set(db.session.scalars(sa.select(Claim.kind).join(CalendarDay))) == {ClaimKind.SALE}


def check_paid_once(app: Flask, checkout: Checkout) -> None:
    [intent] = intents(app, checkout)
    assert intent.state is IntentState.SUCCEEDED
    query = sa.text("SELECT count(*) FROM bt_transaction WHERE order_id = :key")
    with local_gateway(app).local.store.reading() as connection:
        assert connection.execute(query, {"key": intent.key}).scalar_one() == 1
    assert order_of(app, checkout).state is OrderState.PAID
    with app.app_context():
        assert ledger_findings("USD") == []
