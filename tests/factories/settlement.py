"""Days that are counted, settled and paid out: the clock is moved, and the jobs are run."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask import Flask

from app.domain.books.queries.agreeing import differences_in
from app.domain.books.states import BookSection
from app.domain.catalogue.queries.zones import zones_of
from app.domain.measurement.models import AdCount
from app.domain.measurement.service.counting import note_counted_until
from app.domain.measurement.service.traffic import sum_traffic
from app.domain.measurement.states import Measure, Verdict
from app.domain.orders.models import LineItem
from app.domain.payments.queries import intents_of
from app.domain.settlement.models import MoneyReturn, Payout, PayoutBatch, SettledDay
from app.domain.settlement.service.accounts import (
    BankAccount,
    TaxDetails,
    certify_tax_profile,
    change_payout_account,
)
from app.domain.settlement.service.days import settle_next_day
from app.domain.settlement.service.payouts import make_batch, mark_batch_paid
from app.domain.settlement.states import EntityKind
from app.foundation.clock import database_now
from app.foundation.db import db, in_transaction
from app.foundation.flight import day_bounds
from app.jobs import make_payouts, run_flights, settle_days
from tests.factories.accounts import Person
from tests.factories.creatives import make_approved_creative
from tests.factories.inventory import account_of
from tests.factories.orders import LiveLineItem, local_gateway, make_booked_line_item
from tests.support.mail_jobs import RecordingMailer, advance, job_context

T = TypeVar("T")
HOUR = timedelta(hours=1)
MONEY = (
    BookSection.LEDGER,
    BookSection.ESCROW,
    BookSection.DAYS,
    BookSection.CREDIT,
    BookSection.EARNINGS,
    BookSection.PAYOUTS,
)
US_BANK = BankAccount("Pat Publisher", "US", routing_number="021000021", account_number="123456789")
GERMAN_BANK = BankAccount("Pat Publisher", "DE", iban="de89 3704 0044 0532 0130 00")
US_TAX = TaxDetails("Pat Publisher", EntityKind.INDIVIDUAL, "US", "12-3456789")


def make_sold(app: Flask, **plan: Any) -> LiveLineItem:  # noqa: ANN401 - see BookingPlan
    """A paid line item with an approved creative, whose flight begins tomorrow."""
    booking = make_booked_line_item(app, **({"starts_in": 1} | plan))
    make_approved_creative(app, booking)
    return booking


def count_day(app: Flask, booking: LiveLineItem, day: date, *, requests: int = 100, filled: int | None = None) -> None:
    """Writes the counters of a day, as the mover leaves them: all of it happened from noon to one."""
    with app.app_context():
        zone = ZoneInfo(db.session.get_one(LineItem, booking.line_item_id).time_zone)
        db.session.remove()
        hour_at = day_bounds(day, zone)[0] + 12 * HOUR
        counted = {Measure.REQUEST: (0, requests), Measure.FILLED: (booking.line_item_id, filled)}
        rows = [
            AdCount(
                socket_id=booking.socket_id,
                hour_at=hour_at,
                line_item_id=line_item_id,
                creative_id=0,
                measure=measure,
                verdict=Verdict.COUNTED,
                events=requests if events is None else events,
            )
            for measure, (line_item_id, events) in counted.items()
            if requests and events != 0
        ]
        in_transaction(lambda: db.session.add_all(rows))
        in_transaction(lambda: sum_traffic(zones_of([booking.socket_id])))
        db.session.remove()


def move_clock_to(app: Flask, moment: datetime) -> None:
    """Moves the clock on to a moment, if it is not past it, and has everything up to then counted."""
    with app.app_context():
        now = database_now()
        db.session.remove()
    if moment > now:
        advance(app, moment - now + timedelta(seconds=1))
    count_until_now(app)


def count_until_now(app: Flask) -> None:
    """Has the mover say that everything is counted."""
    with app.app_context():
        in_transaction(lambda: note_counted_until("test", database_now()))
        db.session.remove()


def pass_day(app: Flask, booking: LiveLineItem, day: date) -> None:
    """Moves the clock to six hours after the end of a day, when it may be settled; flights begin and end."""
    with app.app_context():
        zone = ZoneInfo(db.session.get_one(LineItem, booking.line_item_id).time_zone)
        db.session.remove()
    move_clock_to(app, day_bounds(day, zone)[1] + 6 * HOUR)
    follow_flights(app)


def days_of(booking: LiveLineItem) -> list[date]:
    """The days of its flight."""
    length = (booking.ends_before - booking.starts_on).days
    return [booking.starts_on + timedelta(days=number) for number in range(length)]


def make_settled(app: Flask, *, delivered: Sequence[bool] = (True, True, True), **plan: Any) -> LiveLineItem:  # noqa: ANN401 - see BookingPlan
    """A line item whose flight is over and settled; a day that was not delivered had requests, but was not filled."""
    booking = make_sold(app, days=len(delivered), **plan)
    for day, is_delivered in zip(days_of(booking), delivered, strict=True):
        count_day(app, booking, day, filled=None if is_delivered else 0)
    # Day by day, as the jobs see it: the flight begins before it ends.
    for day in days_of(booking):
        pass_day(app, booking, day)
        settle_all_days(app)
    return booking


def gateway_pays_out(app: Flask, booking: LiveLineItem) -> None:
    """The gateway has paid the charge out to us, so that a part of it can be refunded."""
    with app.app_context():
        charge = intents_of(booking.order_id)[0].gateway_id
        db.session.remove()
    assert charge
    local_gateway(app).settle(charge)


def follow_flights(app: Flask) -> int:
    """Runs the job that begins and ends flights."""
    with app.app_context():
        return run_flights.run(job_context(RecordingMailer()))


def settle_all_days(app: Flask) -> int:
    """Runs the job that settles days; gives how many it settled."""
    with app.app_context():
        return settle_days.run(job_context(RecordingMailer()))


def settle_once(app: Flask, booking: LiveLineItem, *, now: datetime, counted_until: datetime | None) -> bool:
    """One call of the verb, at a time of its own."""
    with app.app_context():
        settled = in_transaction(lambda: settle_next_day(booking.line_item_id, now=now, counted_until=counted_until))
        db.session.remove()
    return settled


def set_aside(app: Flask) -> int:
    """Runs the job that sets payouts aside; gives how many it made."""
    with app.app_context():
        return make_payouts.run(job_context(RecordingMailer()))


def tell_bank(app: Flask, publisher: Person, bank: BankAccount = US_BANK) -> None:
    """A publisher's bank account."""
    account_id, sealer = account_of(app, publisher), app.extensions["isocket_sealer"]
    done(
        app,
        lambda: change_payout_account(account_id, bank, user_id=publisher.user_id, sealer=sealer, now=database_now()),
    )


def tell_bank_and_tax(app: Flask, publisher: Person) -> None:
    """A publisher's bank account and tax profile."""
    tell_bank(app, publisher)
    account_id, sealer = account_of(app, publisher), app.extensions["isocket_sealer"]
    done(
        app,
        lambda: certify_tax_profile(account_id, US_TAX, user_id=publisher.user_id, sealer=sealer, now=database_now()),
    )


def next_monday(app: Flask) -> None:
    """Moves the clock to Monday, 06:00 UTC, and sets payouts aside."""
    with app.app_context():
        now = database_now()
        db.session.remove()
    monday = (now + timedelta(days=7 - now.weekday())).replace(hour=6, minute=0, second=0, microsecond=0)
    move_clock_to(app, monday)
    set_aside(app)


def make_due_payout(app: Flask, **plan: Any) -> LiveLineItem:  # noqa: ANN401 - see BookingPlan
    """A line item whose earnings, three days of them, are set aside for the next bank file."""
    booking = make_settled(app, **plan)
    tell_bank_and_tax(app, booking.publisher)
    next_monday(app)
    next_monday(app)
    return booking


def make_file(app: Flask, maker: Person) -> PayoutBatch:
    """A bank file of everything that is due."""
    return done(app, lambda: make_batch(maker.user_id, currency="USD", now=database_now()))


def mark_paid(app: Flask, batch: PayoutBatch, checker: Person) -> PayoutBatch:
    """The second person's word that the bank has taken a file."""
    public_id = batch.public_id
    return done(app, lambda: mark_batch_paid(public_id, checker.user_id, now=database_now()))


def settled_days(app: Flask, booking: LiveLineItem) -> list[SettledDay]:
    """What became of its days, in order."""
    query = sa.select(SettledDay).where(SettledDay.line_item_id == booking.line_item_id).order_by(SettledDay.day)
    with app.app_context():
        return list(db.session.scalars(query))


def money_return(app: Flask, booking: LiveLineItem) -> MoneyReturn | None:
    """What went back of it."""
    with app.app_context():
        return db.session.get(MoneyReturn, booking.line_item_id)


def payouts_of(app: Flask, publisher: Person) -> list[Payout]:
    """A publisher's payouts, oldest first."""
    query = sa.select(Payout).where(Payout.account_id == account_of(app, publisher)).order_by(Payout.id)
    with app.app_context():
        return list(db.session.scalars(query))


def check_ledger(app: Flask) -> None:
    """The ledger holds, and agrees with charges, days, credit and payouts."""
    with app.app_context():
        now = database_now()
        assert [str(one) for part in MONEY for one in differences_in(part, "USD", now=now)] == []
        db.session.remove()


def done(app: Flask, work: Callable[[], T]) -> T:
    """Does it in a transaction of its own."""
    with app.app_context():
        result = in_transaction(work)
        db.session.remove()
    return result
