"""Cards, checkouts and paid orders, made the way a buyer makes them: through the gateway, services and jobs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from flask import Flask

from app.adapters.braintree.local import FAULTS, LocalGateway
from app.adapters.braintree.port import CardToStore, GatewayBuyer, GatewayCard
from app.domain.inventory.models import Hold, Listing
from app.domain.inventory.service.calendar import hold_days
from app.domain.orders.models import LineItem, Order
from app.domain.orders.queries import line_item_of
from app.domain.orders.service.ordering import leave_checkout, order_held_days
from app.domain.orders.service.paying import begin_payment
from app.domain.orders.service.running import follow_flight
from app.domain.payments.models import PaymentIntent
from app.domain.payments.models import StoredCard as StoredCardRow
from app.domain.payments.service.asking import CARD_TOKEN
from app.domain.payments.service.cards import VerifiedCard, prepare_card, store_card
from app.foundation.clock import database_now
from app.foundation.db import db, in_transaction
from app.foundation.identifiers import new_public_id
from app.jobs import end_checkouts, issue_invoices, settle_intents
from local_braintree.faults import Faults
from tests.factories.accounts import Person, make_person
from tests.factories.inventory import Offered, account_of, make_offer, make_proved_site, make_rate_card, make_socket
from tests.support.mail_jobs import RecordingMailer, job_context

VISA = "fake-valid-visa-nonce"
MASTERCARD = "fake-valid-mastercard-nonce"


@dataclass(frozen=True, slots=True)
class Checkout:
    """An order that waits for its payment, with who it is between."""

    buyer: Person
    publisher: Person
    order_id: int
    public_id: str
    card_id: int
    listing_id: int
    starts_on: date


def make_card(app: Flask, buyer: Person, nonce: str = VISA) -> int:
    """The id of a new stored card, verified by the local gateway."""
    account_id = account_of(app, buyer)
    with app.app_context():
        reference = in_transaction(lambda: prepare_card(account_id))
        token = f"t-{new_public_id()}"
        card = local_gateway(app).store_card(CardToStore(token, GatewayBuyer(reference, buyer.email), nonce))
        assert isinstance(card, GatewayCard), card
        sealed = app.extensions["isocket_sealer"].seal(CARD_TOKEN, card.token)
        verified = VerifiedCard(sealed, card.brand, card.last_four, card.expires_month, card.expires_year)
        stored = in_transaction(lambda: store_card(account_id, verified, user_id=buyer.user_id, now=database_now()).id)
        db.session.remove()
    return stored


def make_checkout(app: Flask, *, price_minor: int = 1_000, buyer: Person | None = None) -> Checkout:
    """One day held and ordered by a buyer with a stored card."""
    offered = make_offer(app)
    buyer = buyer or make_person(app)
    card_id = make_card(app, buyer)
    account_id = account_of(app, buyer)
    with app.app_context():
        starts_on = database_now().date() + timedelta(days=20)

        def work() -> Order:
            now = database_now()
            db.session.get_one(Listing, offered.listing_id).price_day_minor = price_minor
            db.session.flush()
            before = starts_on + timedelta(days=1)
            hold = hold_days(account_id, offered.listing_id, starts_on=starts_on, ends_before=before, now=now)
            return order_held_days(hold, now=now)

        db.session.remove()
        order = in_transaction(work)
        db.session.remove()
    return Checkout(buyer, offered.publisher, order.id, order.public_id, card_id, offered.listing_id, starts_on)


def let_go(hold: Hold) -> None:
    """Gives held days up: the checkout is begun and left. Call it in a transaction."""
    now = database_now()
    order = order_held_days(hold, now=now)
    leave_checkout(hold.account_id, order.public_id, now=now)


def plan_payment(app: Flask, checkout: Checkout) -> int:
    """The id of a planned charge that nobody has claimed, as the close of an auction leaves it."""

    def work() -> int:
        now = database_now()
        intent = begin_payment(checkout.order_id, checkout.card_id, is_merchant_initiated=True, now=now)
        assert intent is not None
        return intent.id

    with app.app_context():
        return in_transaction(work)


def make_paid_order(app: Flask, *, price_minor: int = 1_000, buyer: Person | None = None) -> Checkout:
    """An order paid by the job."""
    checkout = make_checkout(app, price_minor=price_minor, buyer=buyer)
    plan_payment(app, checkout)
    settle(app)
    return checkout


@dataclass(frozen=True, slots=True)
class LiveLineItem:
    """A paid line item, with who it is between and what it stands on."""

    buyer: Person
    publisher: Person
    order_id: int
    order: str
    line_item_id: int
    line_item: str
    socket_id: int
    site_id: int
    starts_on: date
    ends_before: date


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingPlan:
    """What to book; the socket is a new one of the publisher's with these changes, or the one given."""

    buyer: Person | None = None
    publisher: Person | None = None
    days: int = 3
    starts_in: int = 20
    price_day_minor: int = 1_000
    time_zone: str = "UTC"
    address: str | None = None
    offered: Offered | None = None
    socket: Mapping[str, Any] = field(default_factory=dict)


def make_booked_line_item(app: Flask, **plan: Any) -> LiveLineItem:  # noqa: ANN401 - see BookingPlan
    """A line item that is paid and waits for its first day and its creative; see ``BookingPlan`` for what to choose."""
    planned = BookingPlan(**plan)
    buyer = planned.buyer or make_person(app)
    offered = planned.offered or _offered(app, planned)
    card_id, account_id = make_card(app, buyer), account_of(app, buyer)

    def work() -> tuple[Order, LineItem]:
        now = database_now()
        starts_on = now.date() + timedelta(days=planned.starts_in)
        before = starts_on + timedelta(days=planned.days)
        hold = hold_days(account_id, offered.listing_id, starts_on=starts_on, ends_before=before, now=now)
        order = order_held_days(hold, now=now)
        begin_payment(order.id, card_id, is_merchant_initiated=False, now=now)
        return order, line_item_of(order.id)

    with app.app_context():
        order, line_item = in_transaction(work)
        db.session.remove()
    settle(app)
    return LiveLineItem(
        buyer=buyer,
        publisher=offered.publisher,
        order_id=order.id,
        order=order.public_id,
        line_item_id=line_item.id,
        line_item=line_item.public_id,
        socket_id=offered.socket_id,
        site_id=offered.site_id,
        starts_on=line_item.starts_on,
        ends_before=line_item.ends_before,
    )


def begin_flight(app: Flask, booking: LiveLineItem) -> None:
    """Begins a flight as the job does on its first day, without moving the clock."""
    _follow(app, booking, booking.starts_on)


def end_flight(app: Flask, booking: LiveLineItem) -> None:
    """Begins a flight, if it has not, and ends it as the job does after its last day, without moving the clock."""
    _follow(app, booking, booking.starts_on)
    _follow(app, booking, booking.ends_before)


def _follow(app: Flask, booking: LiveLineItem, day: date) -> None:
    late_enough = datetime.combine(day, time(14), tzinfo=UTC)
    with app.app_context():
        in_transaction(lambda: follow_flight(booking.line_item_id, now=late_enough))
        db.session.remove()


def _offered(app: Flask, planned: BookingPlan) -> Offered:
    publisher = planned.publisher or make_person(app)
    account_id = account_of(app, publisher)
    where = {} if planned.address is None else {"address": planned.address}
    site_id = make_proved_site(app, account_id, time_zone=planned.time_zone, **where).id
    socket_id = make_socket(app, account_id, site_id, **planned.socket).id
    card: dict[str, Any] = {"lead_days": 0, "price_day_minor": planned.price_day_minor, "price_week_minor": None}
    listing = make_rate_card(app, account_id, socket_id, **card, price_30_days_minor=None)
    return Offered(publisher, account_id, site_id, socket_id, listing.id)


def settle(app: Flask) -> int:
    """Runs the job that asks the gateway; gives how many intents have an answer now."""
    with app.app_context():
        return settle_intents.run(job_context(RecordingMailer()))


def write_invoices(app: Flask) -> int:
    """Runs the job that writes invoices."""
    with app.app_context():
        return issue_invoices.run(job_context(RecordingMailer()))


def end_abandoned(app: Flask) -> int:
    """Runs the job that ends abandoned checkouts."""
    with app.app_context():
        return end_checkouts.run(job_context(RecordingMailer()))


def local_gateway(app: Flask) -> LocalGateway:
    """The local gateway of an app."""
    gateway = app.extensions["isocket_gateway"]
    assert isinstance(gateway, LocalGateway)
    return gateway


def faults(app: Flask) -> Faults:
    """What goes wrong at the local gateway of an app; set nothing to make it well again."""
    return Faults(app.config["ISOCKET"].data_dir / FAULTS)


def intents(app: Flask, checkout: Checkout) -> list[PaymentIntent]:
    """What was asked of the gateway for an order, oldest first."""
    query = sa.select(PaymentIntent).where(PaymentIntent.order_id == checkout.order_id).order_by(PaymentIntent.id)
    with app.app_context():
        return list(db.session.scalars(query))


def order_of(app: Flask, checkout: Checkout) -> Order:
    """The order as it stands."""
    with app.app_context():
        return db.session.get_one(Order, checkout.order_id)


def cards_in_database(app: Flask) -> list[StoredCardRow]:
    """Every stored card, removed ones too."""
    with app.app_context():
        return list(db.session.scalars(sa.select(StoredCardRow).order_by(StoredCardRow.id)))
