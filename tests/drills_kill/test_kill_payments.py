"""``kill -9`` between gateway and database, at each step of award and checkout: nobody pays twice or for nothing.

A few kills on each database, more by night; ``ISOCKET_KILLS=50`` makes it fifty or more, so that every step has its
turn.
"""

import os
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import cycle, islice

import pytest
import sqlalchemy as sa
from flask import Flask

from app.domain.auctions.models import Award
from app.domain.auctions.states import AwardState
from app.domain.ledger.queries import ledger_findings, trial_balance
from app.domain.ledger.states import AccountCode
from app.domain.orders.models import Order
from app.domain.orders.states import OrderState
from app.domain.payments.models import PaymentIntent
from app.domain.payments.states import UNSETTLED, IntentKind, IntentState
from app.foundation.db import db
from app.jobs.runner import JobRunner
from app.jobs.stopping import StopRequest
from app.jobs.table import JOBS
from config import Config
from local_braintree.tables import TRANSACTIONS
from tests.drills_kill.victims import (
    BEFORE_CHARGE,
    COMMITTED,
    Place,
    Purchase,
    kill_at,
    rehearse,
    run_award_jobs,
)
from tests.factories import auctions as market
from tests.factories.accounts import make_person
from tests.factories.inventory import make_offer
from tests.factories.orders import faults, local_gateway, make_card
from tests.support.length import times
from tests.support.mail_jobs import advance

KILLS = int(os.environ.get("ISOCKET_KILLS", times(6, by_night=20)))
WHOLE = 50
KILLS_A_DEED = -(-KILLS // 2)
TIMEOUT_S = 120 + 30 * KILLS
STANDING = ("authorized", "submitted_for_settlement", "settling", "settled")
# Longer than a lease, longer than a request can be on its way, and at last longer than days are held.
WAITS = (timedelta(minutes=3), timedelta(minutes=3), timedelta(minutes=20))

pytestmark = pytest.mark.timeout(TIMEOUT_S)


@pytest.fixture
def place(app: Flask, config: Config) -> Place:
    faults(app).set()
    return Place(config.database_url, config.data_dir)


@pytest.fixture
def charged_before(app: Flask) -> set[str]:
    """What the gateway knows from other tests: it keeps its own books."""
    return set(charges(app))


def test_a_job_runner_killed_at_any_step_of_an_award(app: Flask, place: Place, charged_before: set[str]) -> None:
    make_ended_auction(app)
    steps = rehearse(place, run_award_jobs)
    check_books(app, charged_before, paid=1)
    for number, step in enumerate(chosen(steps), start=2):
        make_ended_auction(app)
        kill_at(place, run_award_jobs, step)
        reconcile(app)
        check_books(app, charged_before, paid=number)
    with app.app_context():
        assert set(db.session.scalars(sa.select(Award.state))) == {AwardState.PAID}


def test_a_web_worker_killed_at_any_step_of_a_checkout(app: Flask, place: Place, charged_before: set[str]) -> None:
    steps = rehearse(place, make_purchase(app))
    check_books(app, charged_before, paid=1)
    paid = 1
    for step in chosen(steps):
        kill_at(place, make_purchase(app), step)
        reconcile(app)
        # Before the buyer's wish was committed there is nothing to pay; from then on there is no way back.
        paid += step >= wish_committed(steps)
        check_books(app, charged_before, paid=paid)


def make_ended_auction(app: Flask) -> None:
    """An auction whose time is up, with a leader whose card can be charged."""
    running, bidder = market.make_auction(app, ends_in=timedelta(hours=2)), market.make_bidder(app, has_card=False)
    make_card(app, bidder.person)
    with app.app_context():
        market.bid(running, bidder, 5_000)
        market.wait_until(running, timedelta())


def make_purchase(app: Flask) -> Purchase:
    """A buyer with a card, about to choose a day."""
    offered, buyer = make_offer(app), make_person(app)
    make_card(app, buyer)
    with app.app_context():
        day = market.now().date() + timedelta(days=20)
    return Purchase(buyer, f"/checkout/new?listing={offered.listing_id}&starts_on={day}&ends_on={day}")


def wish_committed(steps: Sequence[str]) -> int:
    """The step at which the planned charge is safely written down: the last commit before the gateway is asked."""
    charge = steps.index(BEFORE_CHARGE)
    return max(number for number, name in enumerate(steps[:charge]) if name == COMMITTED)


def chosen(steps: Sequence[str]) -> Iterator[int]:
    """At which steps to kill: first from the charge to the commit of its result, then at all the others."""
    charge = steps.index(BEFORE_CHARGE)
    result = steps.index(COMMITTED, charge)
    gap = list(range(charge, result + 1))
    others = [step for step in range(len(steps)) if step not in gap]
    return islice(cycle([*gap, *others]), max(KILLS_A_DEED, len(steps) if KILLS >= WHOLE else 0))


def reconcile(app: Flask) -> None:
    """Time goes by, and a fresh job runner does what is due."""
    runner = JobRunner(app, JOBS, stop=StopRequest())
    for wait in WAITS:
        advance(app, wait)
        assert runner.tick()


def check_books(app: Flask, charged_before: set[str], *, paid: int) -> None:
    """So many orders are paid, each by one charge; no other charge stands, and all of the money is in escrow."""
    made = sorted(key for key in charges(app) if key not in charged_before)
    with app.app_context():
        orders = list(db.session.scalars(sa.select(Order).where(Order.state == OrderState.PAID)))
        assert len(orders) == paid
        is_charge = (PaymentIntent.kind == IntentKind.CHARGE, PaymentIntent.state == IntentState.SUCCEEDED)
        intents = list(db.session.scalars(sa.select(PaymentIntent).where(*is_charge)))
        assert sorted(intent.order_id for intent in intents) == sorted(order.id for order in orders)
        assert made == sorted(intent.key for intent in intents)
        unsettled = sa.select(PaymentIntent.id).where(PaymentIntent.state.in_(UNSETTLED))
        assert list(db.session.scalars(unsettled)) == []
        balances = {row.code: row.balance_minor for row in trial_balance()}
        assert balances[AccountCode.ESCROW] == sum(order.total_minor for order in orders)
        assert balances[AccountCode.GATEWAY_CLEARING] == balances[AccountCode.ESCROW]
        assert ledger_findings("USD") == []
        db.session.remove()


def charges(app: Flask) -> list[str]:
    """The keys of the charges that stand at the gateway, one for each of them."""
    query = sa.select(TRANSACTIONS.c.order_id)
    query = query.where(TRANSACTIONS.c.type == "sale", TRANSACTIONS.c.status.in_(STANDING))
    with local_gateway(app).local.store.reading() as connection:
        return list(connection.scalars(query))
