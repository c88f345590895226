"""Credit is spent first: shown with its arithmetic, spent once, given back when the card is declined."""

import random
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from itertools import count

import pytest
import sqlalchemy as sa
from flask import Flask

from app.domain.auctions.states import AwardState
from app.domain.inventory.states import ClaimKind
from app.domain.ledger.models import JournalEntry
from app.domain.ledger.queries import balance, entries_of, ledger_findings
from app.domain.ledger.rules import buyer_credit, escrow
from app.domain.ledger.states import EntryKind
from app.domain.orders.models import LineItem
from app.domain.orders.queries import usable_credit
from app.domain.orders.service.paying import begin_payment
from app.domain.orders.states import LineItemState, OrderState
from app.domain.payments.models import StoredCard
from app.domain.payments.states import IntentState
from app.foundation.clock import database_now
from app.foundation.db import db, in_transaction
from app.foundation.identifiers import new_public_id
from app.jobs import follow_awards
from tests.factories import auctions as market
from tests.factories.accounts import Person, make_person, sign_in
from tests.factories.bare import make_line_items
from tests.factories.inventory import account_of
from tests.factories.ledger import make_credit
from tests.factories.orders import (
    Checkout,
    faults,
    intents,
    make_card,
    make_checkout,
    order_of,
    settle,
    write_invoices,
)
from tests.support.checkouts import cheaper, kinds_of_days
from tests.support.mail_jobs import RecordingMailer, advance, job_context, post
from tests.support.page_client import PageClient
from tests.support.races import at_the_same_moment
from tests.support.raw_browser import RawBrowser

# Far apart: between two of them are the numbers that the database gives.
somebody_elses = count(999_000, 1_000)


@pytest.fixture(autouse=True)
def well_gateway(app: Flask) -> Iterator[None]:
    faults(app).set()
    yield
    faults(app).set()


def give_credit(app: Flask, buyer: Person, amount_minor: int) -> None:
    """Credit from an earlier line item, which is of no matter here."""
    line_item_id = next(somebody_elses)
    make_line_items(app, line_item_id)
    with app.app_context():
        make_credit(account_of(app, buyer), amount_minor, line_item_id=line_item_id)


def credit_of(app: Flask, buyer: Person) -> tuple[int, int]:
    """What the ledger says a buyer has, and what of it no running payment counts on."""
    account_id = account_of(app, buyer)
    with app.app_context():
        return balance(buyer_credit(account_id)), usable_credit(account_id)


def line_item_of(app: Flask, checkout: Checkout) -> LineItem:
    with app.app_context():
        return db.session.scalars(sa.select(LineItem).where(LineItem.order_id == checkout.order_id)).one()


def paid_into_escrow(app: Flask, checkout: Checkout) -> dict[EntryKind, int]:
    """What came into the escrow of an order, by the kind of entry; the ledger must hold."""
    line_item_id = line_item_of(app, checkout).id
    with app.app_context():
        entries = entries_of(line_item_id)
        assert ledger_findings("USD") == []
        assert balance(escrow(line_item_id)) == sum(entry.lines[0].amount_minor for entry in entries)
        return {entry.kind: entry.lines[0].amount_minor for entry in entries}


def spent_entries(app: Flask) -> int:
    with app.app_context():
        query = sa.select(sa.func.count()).where(JournalEntry.kind == EntryKind.CREDIT_SPENT)
        return db.session.scalars(query).one()


def words(page: PageClient) -> str:
    return " ".join(page.page.text.split())


def test_credit_comes_first_and_the_arithmetic_is_shown(app: Flask, client: PageClient) -> None:
    checkout = make_checkout(app)
    give_credit(app, checkout.buyer, 300)
    sign_in(client, checkout.buyer)
    client.get(f"/checkout/{checkout.public_id}")
    assert "Total $10.00 Your credit -$3.00 Your card is charged $7.00" in words(client)
    assert "optional" not in client.text
    client.submit("Pay $7.00")
    assert client.path == f"/orders/{checkout.public_id}"
    assert "Total $10.00 From your credit $3.00 Charged to your card $7.00" in words(client)
    assert "Your card was charged $7.00." in client.text
    assert "$3.00 of your credit was spent." in client.text
    assert [(intent.amount_minor, intent.state) for intent in intents(app, checkout)] == [(700, IntentState.SUCCEEDED)]
    assert paid_into_escrow(app, checkout) == {EntryKind.CAPTURE: 700, EntryKind.CREDIT_SPENT: 300}
    assert credit_of(app, checkout.buyer) == (0, 0)
    write_invoices(app)
    client.get(f"/orders/{checkout.public_id}/invoice")
    assert "with your credit and Visa ending in " in words(client)
    assert "Total, paid $10.00 From your credit $3.00 Charged to your card $7.00" in words(client)
    mails = {mail.to: " ".join(mail.text.split()) for mail in post(app).tried if mail.subject.startswith("Paid:")}
    assert "The order over $10.00 ($3.00 from your credit, $7.00 by card) is paid." in mails[checkout.buyer.email]
    assert "The order over $10.00 is paid." in mails[checkout.publisher.email]
    seller = sign_in(PageClient(app), checkout.publisher)
    seller.get(f"/orders/{checkout.public_id}")
    assert "credit" not in words(seller).lower()


def test_credit_that_covers_everything_needs_no_card(app: Flask, client: PageClient) -> None:
    checkout = make_checkout(app)
    with app.app_context():
        in_transaction(lambda: db.session.execute(sa.update(StoredCard).values(removed_at=database_now())))
        db.session.remove()
    give_credit(app, checkout.buyer, 1_250)
    sign_in(client, checkout.buyer)
    client.get(f"/checkout/{checkout.public_id}")
    assert "Your credit covers all of it. No card is charged." in client.text
    client.submit("Pay with your credit")
    assert client.path == f"/orders/{checkout.public_id}"
    assert "Total $10.00 From your credit $10.00 Payment Paid" in words(client)
    assert intents(app, checkout) == []
    assert order_of(app, checkout).state is OrderState.PAID
    assert line_item_of(app, checkout).state is LineItemState.BOOKED
    assert kinds_of_days(app) == {ClaimKind.SALE}
    assert paid_into_escrow(app, checkout) == {EntryKind.CREDIT_SPENT: 1_000}
    assert credit_of(app, checkout.buyer) == (250, 250)
    write_invoices(app)
    client.get(f"/orders/{checkout.public_id}/invoice")
    assert "with your credit. This is also your receipt." in words(client)


def test_card_and_credit_are_together_the_price_whatever_they_are(app: Flask) -> None:
    chance = random.Random(5)  # noqa: S311 - a test must be repeatable
    buyer = make_person(app)
    for price_minor in (1, 2, *(chance.randrange(3, 5_000) for _ in range(6))):
        checkout = make_checkout(app, price_minor=price_minor, buyer=buyer)
        give_credit(app, buyer, chance.randrange(1, 3_000))
        has_minor, _ = credit_of(app, buyer)

        def begin(checkout: Checkout = checkout) -> None:
            begin_payment(checkout.order_id, checkout.card_id, is_merchant_initiated=False, now=database_now())

        with app.app_context():
            market.committed(begin)
        settle(app)
        paid = paid_into_escrow(app, checkout)
        assert sum(paid.values()) == price_minor == order_of(app, checkout).total_minor
        assert paid.get(EntryKind.CREDIT_SPENT, 0) == min(price_minor, has_minor)
        assert paid.get(EntryKind.CAPTURE, 0) == sum(intent.amount_minor for intent in intents(app, checkout))
        assert credit_of(app, buyer) == (max(0, has_minor - price_minor),) * 2
        with app.app_context():
            in_transaction(lambda: db.session.execute(sa.update(StoredCard).values(removed_at=database_now())))


def test_a_declined_card_gives_the_credit_back(app: Flask, client: PageClient) -> None:
    checkout = make_checkout(app, price_minor=2_001_00 + 300)
    give_credit(app, checkout.buyer, 300)
    sign_in(client, checkout.buyer)
    client.get(f"/checkout/{checkout.public_id}")
    client.submit("Pay $2,001.00")
    assert "There is not enough money available on this card." in client.text
    assert credit_of(app, checkout.buyer) == (300, 300)
    assert paid_into_escrow(app, checkout) == {}
    cheaper(app, checkout)
    client.get(f"/checkout/{checkout.public_id}")
    client.submit("Pay $7.00")
    assert paid_into_escrow(app, checkout) == {EntryKind.CAPTURE: 700, EntryKind.CREDIT_SPENT: 300}
    assert credit_of(app, checkout.buyer) == (0, 0)


def test_credit_is_kept_for_a_payment_whose_answer_is_lost(app: Flask, client: PageClient) -> None:
    checkout = make_checkout(app)
    other = make_checkout(app, buyer=checkout.buyer)
    give_credit(app, checkout.buyer, 300)
    sign_in(client, checkout.buyer)
    client.get(f"/checkout/{checkout.public_id}")
    faults(app).set({"point": "after_capture", "mode": "drop"})
    client.submit("Pay $7.00")
    assert "Your payment is being confirmed." in client.text
    assert credit_of(app, checkout.buyer) == (300, 0)
    client.get(f"/checkout/{other.public_id}")
    assert "Your credit" not in client.text
    assert "Pay $10.00" in client.text
    advance(app, timedelta(seconds=15))
    settle(app)
    assert paid_into_escrow(app, checkout) == {EntryKind.CAPTURE: 700, EntryKind.CREDIT_SPENT: 300}
    assert credit_of(app, checkout.buyer) == (0, 0)


def test_credit_that_changed_since_the_page_was_shown_charges_nothing(app: Flask, client: PageClient) -> None:
    checkout = make_checkout(app)
    sign_in(client, checkout.buyer)
    client.get(f"/checkout/{checkout.public_id}")
    give_credit(app, checkout.buyer, 300)
    client.submit("Pay $10.00", expect=422)
    assert "Your credit has changed since you opened this page. Nothing was charged." in client.text
    assert intents(app, checkout) == []
    client.submit("Pay $7.00")
    assert paid_into_escrow(app, checkout) == {EntryKind.CAPTURE: 700, EntryKind.CREDIT_SPENT: 300}


@pytest.mark.parametrize("keys", [["k" * 20] * 10, [new_public_id() for _ in range(10)]], ids=["one key", "ten keys"])
def test_ten_presses_spend_credit_once(app: Flask, keys: list[str]) -> None:
    checkout = make_checkout(app)
    give_credit(app, checkout.buyer, 5_000)
    statuses = press_at_once(app, [(checkout, key) for key in keys], credit_minor=1_000)
    assert statuses.count(303) == (10 if len(set(keys)) == 1 else 1)
    assert statuses.count(303) + statuses.count(422) == 10
    assert paid_into_escrow(app, checkout) == {EntryKind.CREDIT_SPENT: 1_000}
    assert credit_of(app, checkout.buyer) == (4_000, 4_000)


def test_two_checkouts_at_once_do_not_spend_the_same_credit(app: Flask) -> None:
    buyer = make_person(app)
    two = [make_checkout(app, buyer=buyer), make_checkout(app, buyer=buyer)]
    give_credit(app, buyer, 1_000)
    statuses = press_at_once(app, [(checkout, new_public_id()) for checkout in two], credit_minor=1_000)
    assert sorted(statuses) == [303, 422]
    assert spent_entries(app) == 1
    assert credit_of(app, buyer) == (0, 0)
    states = sorted(order_of(app, checkout).state for checkout in two)
    assert states == [OrderState.PAID, OrderState.UNPAID]


def test_two_connections_that_begin_at_once_do_not_count_on_the_same_credit(app: Flask) -> None:
    buyer = make_person(app)
    two = [make_checkout(app, buyer=buyer), make_checkout(app, buyer=buyer)]
    give_credit(app, buyer, 1_400)

    def begin(checkout: Checkout) -> int:
        with app.app_context():
            work = partial(begin_payment, checkout.order_id, checkout.card_id, is_merchant_initiated=True)
            intent = in_transaction(lambda: work(now=database_now()))
            return intent.amount_minor if intent is not None else 0

    assert sorted(at_the_same_moment([partial(begin, checkout) for checkout in two])) == [0, 600]
    settle(app)
    assert sum(sum(paid_into_escrow(app, checkout).values()) for checkout in two) == 2_000
    assert credit_of(app, buyer) == (0, 0)


def press_at_once(app: Flask, presses: list[tuple[Checkout, str]], *, credit_minor: int) -> list[int]:
    browser = RawBrowser(app).sign_in(presses[0][0].buyer)
    shown = {"csrf_token": browser.token(), "credit_minor": str(credit_minor)}
    works = [
        partial(browser.twin().post, f"/checkout/{checkout.public_id}/payment", shown | {"request_key": key})
        for checkout, key in presses
    ]
    return [answer.status_code for answer in at_the_same_moment(works)]


def test_the_winner_of_an_auction_pays_with_credit_first(app: Flask) -> None:
    running, bidder = market.make_auction(app), market.make_bidder(app, has_card=False)
    make_card(app, bidder.person)
    give_credit(app, bidder.person, 5_000)
    with app.app_context():
        market.bid(running, bidder, 2_000)
        market.wait_until(running, timedelta())
        market.close(running)
        follow_awards.run(job_context(RecordingMailer()))
        award = market.award_of(running)
        assert (award.state, award.hammer_price_minor) == (AwardState.PAID, 1_000)
        assert ledger_findings("USD") == []
    assert credit_of(app, bidder.person) == (4_000, 4_000)
    assert settle(app) == 0
