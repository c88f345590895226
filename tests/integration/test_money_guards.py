"""Guards of money that only show when two things meet: a lost answer, a late event, a credit that grew meanwhile."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError

from app.domain.auctions.models import Award, Strike
from app.domain.auctions.service.awards import follow_award
from app.domain.auctions.states import AwardState
from app.domain.inventory.models import Site
from app.domain.measurement.models import AdCount, ClosedDay
from app.domain.measurement.states import Measure, Verdict
from app.domain.orders.models import LineItem
from app.domain.orders.service.paying import begin_payment
from app.domain.orders.service.running import decline_line_item
from app.domain.orders.states import OrderState
from app.domain.payments.errors import PaymentInFlight
from app.domain.payments.states import IntentKind, IntentState
from app.domain.settlement.queries.days import facts_of
from app.domain.settlement.service import days as settling
from app.foundation.clock import database_now
from app.foundation.db import db
from app.foundation.flight import day_bounds
from config import Config
from tests.factories import auctions as market
from tests.factories.events import Told, events_directory, move_events, write_log
from tests.factories.inventory import account_of
from tests.factories.ledger import make_credit
from tests.factories.orders import LiveLineItem, faults, intents, make_checkout, order_of, plan_payment, settle
from tests.factories.settlement import (
    check_ledger,
    count_day,
    days_of,
    done,
    follow_flights,
    make_sold,
    move_clock_to,
    pass_day,
    settle_all_days,
    settled_days,
)
from tests.support.mail_jobs import advance

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def well_gateway(app: Flask) -> Iterator[None]:
    faults(app).set()
    yield
    faults(app).set()


def begun_again(award: Award, bidder: market.Bidder) -> None:
    """The winner, whose first card was refused, has paid with another, and the answer is not there yet."""
    order_id = award.order_id
    assert order_id is not None
    card_id = market.give_card(bidder)
    market.committed(lambda: begin_payment(order_id, card_id, is_merchant_initiated=False, now=database_now()))


def test_an_award_neither_lapses_nor_gives_a_strike_while_its_charge_is_unanswered(app: Flask) -> None:
    running, ana, ben = market.make_auction(app), market.make_bidder(app), market.make_bidder(app)
    with app.app_context():
        market.bid(running, ben, 4_000)
        market.bid(running, ana, 5_000)
        market.wait_until(running, timedelta())
        award = market.close(running)
        assert award is not None
        market.answer_charge(award.order_id, IntentState.DECLINED)
        assert market.committed(lambda: follow_award(award.id)) is AwardState.DUE
        market.wait(47 * HOUR)
        begun_again(award, ana)
        market.wait(2 * HOUR)
        assert market.committed(lambda: follow_award(award.id)) is AwardState.DUE
        assert market.read(lambda: db.session.scalars(sa.select(Strike)).all()) == []
        assert market.told("second_chance_offered") == []
        market.answer_charge(award.order_id, IntentState.SUCCEEDED)
        assert market.committed(lambda: follow_award(award.id)) is AwardState.PAID


def test_a_running_charge_is_seen_also_where_credit_covers_everything(app: Flask) -> None:
    checkout = make_checkout(app)
    plan_payment(app, checkout)
    faults(app).set({"point": "after_capture", "mode": "drop"})
    settle(app)
    faults(app).set()
    earlier = make_sold(app)
    with app.app_context():
        make_credit(account_of(app, checkout.buyer), 5_000, line_item_id=earlier.line_item_id)
        db.session.remove()
    with pytest.raises(PaymentInFlight):
        done(app, lambda: begin_payment(checkout.order_id, None, is_merchant_initiated=False, now=database_now()))
    assert order_of(app, checkout).state is OrderState.UNPAID
    advance(app, timedelta(minutes=5))
    settle(app)
    assert order_of(app, checkout).state is OrderState.PAID
    assert [(one.kind, one.state) for one in intents(app, checkout)] == [(IntentKind.CHARGE, IntentState.SUCCEEDED)]


def late_line(app: Flask, booking: LiveLineItem, happened: datetime) -> str:
    with app.app_context():
        host = db.session.get_one(Site, booking.site_id).domain
        db.session.remove()
    told = Told(at=happened, socket_id=booking.socket_id, line_item_id=booking.line_item_id, creative_id=1, host=host)
    return f"{told.line}\n"


def filled(app: Flask, verdict: Verdict) -> int:
    with app.app_context():
        query = sa.select(sa.func.coalesce(sa.func.sum(AdCount.events), 0))
        query = query.where(AdCount.measure == Measure.FILLED, AdCount.verdict == verdict)
        found = db.session.scalars(query).one()
        db.session.remove()
    return int(found)


def test_a_day_is_closed_before_its_figures_are_read(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    booking = make_sold(app, days=1)
    [day] = days_of(booking)
    count_day(app, booking, day)
    pass_day(app, booking, day)
    closed: list[bool] = []

    def looking(*args: object) -> object:
        # What is counted between the reading and the closing would be neither in the figures nor late.
        closed.append(db.session.get(ClosedDay, (booking.line_item_id, day)) is not None)
        return facts_of(*args)  # type: ignore[arg-type]  # passed on as they came

    monkeypatch.setattr(settling, "facts_of", looking)
    assert settle_all_days(app) == 1
    assert closed == [True]


def test_what_comes_after_the_early_end_of_a_running_day_is_late(app: Flask, config: Config) -> None:
    booking = make_sold(app, days=3)
    noon = day_bounds(booking.starts_on, ZoneInfo("UTC"))[0] + 12 * HOUR
    move_clock_to(app, noon)
    follow_flights(app)
    done(app, lambda: decline_line_item(booking.line_item_id, reason="refused", now=database_now()))
    settle_all_days(app)
    [running, *_ahead] = settled_days(app, booking)
    assert (running.day, running.filled) == (booking.starts_on, 0)
    write_log(events_directory(config), late_line(app, booking, noon - 6 * HOUR))
    move_events(app, config)
    assert (filled(app, Verdict.LATE), filled(app, Verdict.COUNTED)) == (1, 0)
    check_ledger(app)


def test_an_order_is_of_one_line_item(app: Flask) -> None:
    checkout = make_checkout(app)
    with app.app_context():
        columns = [column for column in sa.inspect(LineItem).columns if column.key not in {"id", "hold_id"}]
        values = dict(db.session.execute(sa.select(*columns)).mappings().one()) | {"public_id": "another"}
        db.session.remove()
    assert values["order_id"] == checkout.order_id
    with pytest.raises(IntegrityError):
        done(app, lambda: db.session.execute(sa.insert(LineItem).values(values)))
