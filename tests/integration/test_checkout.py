"""Buying free days: dates, price, hold, payment, declines, leaving, expiry; and nothing twice."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial

import pytest
import sqlalchemy as sa
from flask import Flask

from app.domain.inventory.models import Hold, Listing
from app.domain.inventory.service.calendar import hold_days
from app.domain.inventory.states import ApprovalRule, ClaimKind, HoldState
from app.domain.ledger.queries import ledger_findings
from app.domain.orders.models import LineItem, Order
from app.domain.orders.states import LineItemState, OrderState
from app.domain.payments.states import IntentState
from app.foundation.clock import database_now
from app.foundation.db import db, in_transaction
from app.foundation.identifiers import new_public_id
from app.foundation.money import format_amount
from tests.factories.accounts import Person, make_person, sign_in
from tests.factories.inventory import (
    Offered,
    account_of,
    make_offer,
    make_proved_site,
    make_rate_card,
    make_socket,
)
from tests.factories.orders import (
    MASTERCARD,
    Checkout,
    end_abandoned,
    faults,
    intents,
    let_go,
    local_gateway,
    make_card,
    make_checkout,
    order_of,
    settle,
)
from tests.support.checkouts import cheaper, kinds_of_days
from tests.support.mail_jobs import advance
from tests.support.page_client import PageClient
from tests.support.races import at_the_same_moment
from tests.support.raw_browser import RawBrowser

HOLD = "Hold the days and go to checkout"


@pytest.fixture(autouse=True)
def well_gateway(app: Flask) -> Iterator[None]:
    faults(app).set()
    with app.app_context():
        # Its tables are made at its first use, which is no page's doing.
        local_gateway(app).client_token()
    yield
    faults(app).set()


@pytest.fixture
def buyer(app: Flask, client: PageClient) -> Person:
    person = make_person(app)
    sign_in(client, person)
    return person


def in_days(app: Flask, number: int) -> date:
    with app.app_context():
        return in_transaction(database_now).date() + timedelta(days=number)


def new_path(app: Flask, offered: Offered, *, first: int = 20, last: int = 29) -> str:
    starts_on, ends_on = in_days(app, first), in_days(app, last)
    return f"/checkout/new?listing={offered.listing_id}&starts_on={starts_on}&ends_on={ends_on}"


def only_order(app: Flask) -> Order:
    with app.app_context():
        return db.session.scalars(sa.select(Order)).one()


def hold_state(app: Flask) -> HoldState:
    with app.app_context():
        return db.session.scalars(sa.select(Hold.state)).one()


def check_books(app: Flask) -> None:
    with app.app_context():
        assert ledger_findings("USD") == []


def test_days_are_chosen_held_and_paid(app: Flask, client: PageClient, buyer: Person) -> None:
    offered = make_offer(app)
    make_card(app, buyer)
    client.get(new_path(app, offered))
    for words in ("1 × week", "$60.00", "3 × day", "$10.00", "$30.00", "$90.00"):  # noqa: RUF001 - as it is printed
        assert words in client.text
    client.submit(HOLD)
    order = only_order(app)
    assert client.path == f"/checkout/{order.public_id}"
    assert "14 minutes left" in client.text or "15 minutes left" in client.text
    assert (order.state, order.total_minor) == (OrderState.UNPAID, 9_000)
    client.submit("Pay $90.00")
    assert client.path == f"/orders/{order.public_id}"
    assert "Paid. The money is kept in escrow" in client.text
    assert only_order(app).state is OrderState.PAID
    assert kinds_of_days(app) == {ClaimKind.SALE}
    check_books(app)
    client.get(f"/checkout/{order.public_id}")
    assert client.path == f"/orders/{order.public_id}"


@pytest.mark.usefixtures("buyer")
def test_dates_that_do_not_fit_are_said_and_cannot_be_held(app: Flask, client: PageClient) -> None:
    offered = make_offer(app)
    client.get(new_path(app, offered, first=0, last=3))
    assert "The first day can be" in client.text
    client.get(new_path(app, offered, first=20, last=19))
    assert "The last day must not be before the first." in client.text
    client.get(f"/checkout/new?listing={offered.listing_id}")
    assert "Choose your days" in client.text
    client.get(f"/checkout/new?listing={offered.listing_id}&starts_on=9999-12-31&ends_on=9999-12-31")
    client.get(new_path(app, offered))
    form = {"listing": str(offered.listing_id), "starts_on": "9999-12-31", "ends_on": "9999-12-31"}
    client.submit(HOLD, form, expect=422)
    form = {"listing": str(offered.listing_id), "starts_on": "soon", "ends_on": ""}
    client.get(new_path(app, offered))
    client.submit(HOLD, form, expect=422)
    for listing in ("0", "999999", "x", "9" * 30):
        client.get(f"/checkout/new?listing={listing}", expect=404)
    assert not kinds_of_days(app)


@pytest.mark.usefixtures("buyer")
def test_days_that_no_place_has_free_together_have_no_price(app: Flask, client: PageClient) -> None:
    offered = make_offer(app, places=2)
    account_id, first = account_of(app, make_person(app)), in_days(app, 20)
    days = [first, first + timedelta(days=1), first + timedelta(days=1)]
    with app.app_context():
        holds = [in_transaction(partial(hold_day, account_id, offered.listing_id, day)) for day in days]
        assert [hold.place for hold in holds] == [1, 1, 2]
        # Of the first day the second place is left, and of the second day the first one.
        in_transaction(lambda: let_go(holds[1]))
    client.get(new_path(app, offered, first=20, last=21))
    assert "Some of these days were taken" in client.text
    assert HOLD not in client.text
    for day in (20, 21):
        client.get(new_path(app, offered, first=day, last=day))
        assert HOLD in client.text


def hold_day(account_id: int, listing_id: int, day: date) -> Hold:
    return hold_days(account_id, listing_id, starts_on=day, ends_before=day + timedelta(days=1), now=database_now())


@pytest.mark.usefixtures("buyer")
@pytest.mark.parametrize(
    ("rule", "first", "is_told"),
    [(ApprovalRule.EACH_ONE, 3, True), (ApprovalRule.EACH_ONE, 20, False), (ApprovalRule.APPROVE_ALL, 3, False)],
)
def test_days_that_begin_before_an_ad_must_be_answered_are_bought_with_open_eyes(
    app: Flask, client: PageClient, rule: ApprovalRule, first: int, *, is_told: bool
) -> None:
    publisher = make_person(app)
    account_id = account_of(app, publisher)
    site = make_proved_site(app, account_id)
    socket = make_socket(app, account_id, site.id, approval_rule=rule, approval_hours=120)
    listing = make_rate_card(app, account_id, socket.id)
    offered = Offered(publisher, account_id, site.id, socket.id, listing.id)
    client.get(new_path(app, offered, first=first))
    assert HOLD in client.text
    assert ("the publisher has 120 hours to answer an ad" in client.text) is is_told
    assert ("Days that pass before your ad is approved are charged" in client.text) is is_told


def test_the_price_is_ours_whatever_is_sent(app: Flask, client: PageClient, buyer: Person) -> None:
    offered = make_offer(app)
    make_card(app, buyer)
    client.get(new_path(app, offered))
    for name in ("price", "total_minor", "amount", "price_minor"):
        client.submit(HOLD, extra=[(name, "1")], expect=422)
        client.get(new_path(app, offered))
    client.submit(HOLD)
    client.submit("Pay $90.00", extra=[("amount", "0.01")], expect=422)
    assert "Nothing was changed" in client.text
    assert not intents(app, checkout_of(app, buyer))
    raise_price(app, offered)
    client.get(f"/checkout/{only_order(app).public_id}")
    client.submit("Pay $90.00")
    [intent] = intents(app, checkout_of(app, buyer))
    assert intent.amount_minor == 9_000


def checkout_of(app: Flask, buyer: Person) -> Checkout:
    order = only_order(app)
    return Checkout(buyer, buyer, order.id, order.public_id, 0, 0, date(2026, 1, 1))


def raise_price(app: Flask, offered: Offered) -> None:
    def work() -> None:
        db.session.get_one(Listing, offered.listing_id).price_week_minor = 60_000
        db.session.flush()

    with app.app_context():
        in_transaction(work)


def test_a_publisher_cannot_buy_from_themselves(app: Flask, client: PageClient) -> None:
    offered = make_offer(app)
    sign_in(client, offered.publisher)
    client.get(new_path(app, offered))
    assert "no longer for sale" in client.text


def test_declined_once_then_paid_with_another_card(app: Flask, client: PageClient) -> None:
    checkout = make_checkout(app, price_minor=2_001_00)
    other = make_card(app, checkout.buyer, MASTERCARD)
    sign_in(client, checkout.buyer)
    client.get(f"/checkout/{checkout.public_id}")
    advance(app, timedelta(minutes=10))
    client.submit("Pay $2,001.00")
    assert client.path == f"/checkout/{checkout.public_id}"
    assert "There is not enough money available on this card." in client.text
    assert "Nothing was charged." in client.text
    assert "15 minutes left" in client.text or "14 minutes left" in client.text
    assert kinds_of_days(app) == {ClaimKind.HOLD}
    cheaper(app, checkout)
    client.get(f"/checkout/{checkout.public_id}")
    client.submit("Pay $10.00", card=str(other))
    assert order_of(app, checkout).state is OrderState.PAID
    states = [(intent.state, intent.card_id) for intent in intents(app, checkout)]
    assert states == [(IntentState.DECLINED, checkout.card_id), (IntentState.SUCCEEDED, other)]
    assert "A payment of $2,001.00 was declined." in client.text
    check_books(app)


@pytest.mark.parametrize(
    ("price_minor", "words"), [(2_004_00, "expired"), (2_000_00, "declined"), (3_000_00, "network")]
)
def test_every_decline_has_its_sentence(app: Flask, client: PageClient, price_minor: int, words: str) -> None:
    checkout = make_checkout(app, price_minor=price_minor)
    sign_in(client, checkout.buyer)
    client.get(f"/checkout/{checkout.public_id}")
    client.submit(f"Pay {format_amount(price_minor, 'USD')}")
    assert words in client.text
    assert order_of(app, checkout).state is OrderState.UNPAID


def test_a_lost_answer_is_being_confirmed_and_found_by_the_job(app: Flask, client: PageClient) -> None:
    checkout = make_checkout(app)
    sign_in(client, checkout.buyer)
    client.get(f"/checkout/{checkout.public_id}")
    faults(app).set({"point": "after_capture", "mode": "drop"})
    client.submit("Pay $10.00")
    assert client.path == f"/orders/{checkout.public_id}"
    assert "Your payment is being confirmed." in client.text
    client.get(f"/checkout/{checkout.public_id}")
    assert client.path == f"/orders/{checkout.public_id}"
    advance(app, timedelta(seconds=15))
    assert settle(app) == 1
    client.get(f"/orders/{checkout.public_id}")
    assert "Paid. The money is kept in escrow" in client.text
    assert len(intents(app, checkout)) == 1


def test_ten_presses_of_one_form_make_one_charge(app: Flask) -> None:
    checkout = make_checkout(app)
    assert set(press_at_once(app, checkout, ["k" * 20] * 10)) == {303}
    check_charged_once(app, checkout)


def test_ten_forms_sent_at_once_make_one_charge(app: Flask) -> None:
    checkout = make_checkout(app)
    statuses = press_at_once(app, checkout, [new_public_id() for _ in range(10)])
    assert statuses.count(303) == 1
    assert statuses.count(422) == 9
    check_charged_once(app, checkout)


def press_at_once(app: Flask, checkout: Checkout, keys: list[str]) -> list[int]:
    browser = RawBrowser(app).sign_in(checkout.buyer)
    token, path = browser.token(), f"/checkout/{checkout.public_id}/payment"
    shown = {"csrf_token": token, "credit_minor": "0", "card": str(checkout.card_id)}
    forms = [shown | {"request_key": key} for key in keys]
    windows = [browser.twin() for _ in keys]
    works = [partial(window.post, path, form) for window, form in zip(windows, forms, strict=True)]
    return [answer.status_code for answer in at_the_same_moment(works)]


def check_charged_once(app: Flask, checkout: Checkout) -> None:
    assert [intent.state for intent in intents(app, checkout)] == [IntentState.SUCCEEDED]
    query = sa.text("SELECT count(*) FROM bt_transaction WHERE order_id = :key")
    [intent] = intents(app, checkout)
    with local_gateway(app).local.store.reading() as connection:
        assert connection.execute(query, {"key": intent.key}).scalar_one() == 1
    assert order_of(app, checkout).state is OrderState.PAID
    check_books(app)


def test_a_hold_that_ran_out_charges_nothing_and_frees_itself(app: Flask, client: PageClient) -> None:
    checkout = make_checkout(app)
    sign_in(client, checkout.buyer)
    client.get(f"/checkout/{checkout.public_id}")
    advance(app, timedelta(minutes=16))
    client.submit("Pay $10.00", expect=422)
    assert "The 15 minutes are over" in client.text
    assert not intents(app, checkout)
    assert end_abandoned(app) == 1
    assert order_of(app, checkout).state is OrderState.CANCELLED
    assert hold_state(app) is HoldState.RELEASED
    assert not kinds_of_days(app)
    client.get(f"/checkout/{checkout.public_id}")
    assert "This checkout is over" in client.text
    client.follow("Choose the days again")
    assert client.path.startswith("/checkout/new?listing=")
    assert end_abandoned(app) == 0


def test_leaving_frees_the_days_at_once(app: Flask, client: PageClient) -> None:
    checkout = make_checkout(app)
    sign_in(client, checkout.buyer)
    client.get(f"/checkout/{checkout.public_id}")
    client.submit("Leave the checkout")
    assert "You left the checkout." in client.flash
    assert order_of(app, checkout).state is OrderState.CANCELLED
    assert not kinds_of_days(app)
    with app.app_context():
        assert db.session.scalars(sa.select(LineItem.state)).all() == [LineItemState.EXPIRED]


def test_nobody_leaves_a_checkout_that_is_being_paid(app: Flask, client: PageClient) -> None:
    checkout = make_checkout(app)
    sign_in(client, checkout.buyer)
    client.get(f"/checkout/{checkout.public_id}")
    leaving = client.page.form("Leave the checkout").fill({})
    faults(app).set({"point": "after_capture", "mode": "drop"})
    client.submit("Pay $10.00")
    client.post(f"/checkout/{checkout.public_id}/abandonment", leaving, expect=422)
    assert "A payment for this is being made at this moment." in client.text
    assert order_of(app, checkout).state is OrderState.UNPAID
    assert kinds_of_days(app) == {ClaimKind.SALE}


def test_other_peoples_checkouts_and_cards_are_not_found(app: Flask, client: PageClient) -> None:
    mine, theirs = make_checkout(app), make_checkout(app)
    sign_in(client, mine.buyer)
    client.get(f"/checkout/{theirs.public_id}", expect=404)
    client.get(f"/checkout/{mine.public_id}")
    pairs = client.page.form("Pay $10.00").fill({})
    client.post(f"/checkout/{theirs.public_id}/payment", pairs, expect=404)
    client.get(f"/checkout/{mine.public_id}")
    client.submit("Pay $10.00", card=None, extra=[("card", str(theirs.card_id))], expect=404)
    client.get(f"/checkout/{mine.public_id}")
    leaving = client.page.form("Leave the checkout").fill({})
    client.post(f"/checkout/{theirs.public_id}/abandonment", leaving, expect=404)
    sign_in(PageClient(app), mine.publisher).get(f"/checkout/{mine.public_id}", expect=404)
    assert not intents(app, mine)
    assert not intents(app, theirs)


def test_a_buyer_without_a_card_is_led_to_add_one(app: Flask, client: PageClient, buyer: Person) -> None:
    client.get(new_path(app, make_offer(app)))
    client.submit(HOLD)
    client.follow("Add a card")
    client.submit("Store the card", nonce="fake-valid-visa-nonce")
    assert client.path == f"/checkout/{only_order(app).public_id}"
    client.submit("Pay $90.00")
    assert only_order(app).state is OrderState.PAID
    assert only_order(app).buyer_account_id
    assert buyer
