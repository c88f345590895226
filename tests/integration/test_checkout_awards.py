"""A winner whose first charge failed pays at the same checkout, and keeps a card while something is owed."""

from collections.abc import Iterator
from datetime import timedelta
from unittest.mock import patch

import pytest
import sqlalchemy as sa
from flask import Flask

from app.adapters.braintree.gateway import SdkGateway
from app.adapters.braintree.port import Declined, GatewayDeclineKind
from app.domain.auctions.service.awards import follow_award
from app.domain.auctions.states import AwardState
from app.domain.inventory.models import CalendarDay, Claim
from app.domain.inventory.states import ClaimKind
from app.domain.orders.models import Order
from app.domain.orders.states import OrderState
from app.foundation.db import db, in_transaction
from tests.factories.accounts import Person, make_person, sign_in
from tests.factories.auctions import Bidder, Running, award_of, bid, close, make_auction, wait_until
from tests.factories.inventory import account_of
from tests.factories.orders import MASTERCARD, cards_in_database, faults, local_gateway, make_card, settle
from tests.support.page_client import PageClient

NO = Declined("2001", "Insufficient Funds", is_hard=False, kind=GatewayDeclineKind.BANK)


@pytest.fixture(autouse=True)
def well_gateway(app: Flask) -> Iterator[None]:
    faults(app).set()
    with app.app_context():
        # Its tables are made at its first use, which is no page's doing.
        local_gateway(app).client_token()
    yield
    faults(app).set()


def bidding(app: Flask) -> tuple[Running, Person, int]:
    """A running auction led by somebody with one card."""
    running, person = make_auction(app), make_person(app)
    card_id = make_card(app, person)
    with app.app_context():
        bid(running, Bidder(person, account_of(app, person)), 5_000)
        db.session.remove()
    return running, person, card_id


def won_but_declined(app: Flask) -> tuple[Running, Person, Order]:
    running, person, _card = bidding(app)
    with app.app_context():
        wait_until(running, timedelta(seconds=-1))
        close(running)
        db.session.remove()
    with patch.object(SdkGateway, "charge", lambda *_: NO):
        settle(app)
    follow(app, running)
    with app.app_context():
        return running, person, db.session.scalars(sa.select(Order)).one()


def follow(app: Flask, running: Running) -> AwardState:
    with app.app_context():
        award_id = award_of(running).id
        db.session.remove()
        return in_transaction(lambda: follow_award(award_id))


def test_the_winner_pays_with_another_card(app: Flask, client: PageClient) -> None:
    running, winner, order = won_but_declined(app)
    other = make_card(app, winner, MASTERCARD)
    sign_in(client, winner)
    client.get(f"/orders/{order.public_id}")
    client.follow("Go to checkout")
    assert "You won this. Pay by" in client.text
    assert "There is not enough money available on this card." in client.text
    assert "Leave the checkout" not in client.text
    client.submit("Pay $10.00", card=str(other))
    assert "Paid. The money is kept in escrow" in client.text
    assert follow(app, running) is AwardState.PAID
    with app.app_context():
        assert set(db.session.scalars(sa.select(Claim.kind).join(CalendarDay))) == {ClaimKind.SALE}


def test_an_award_cannot_be_left(app: Flask, client: PageClient) -> None:
    _running, winner, order = won_but_declined(app)
    sign_in(client, winner)
    client.get(f"/checkout/{order.public_id}")
    hidden = [pair for pair in client.page.form("Pay $10.00").fill({}) if pair[0] in {"csrf_token", "request_key"}]
    client.post(f"/checkout/{order.public_id}/abandonment", hidden, expect=422)
    assert "You won this in an auction, so it has to be paid." in client.text
    with app.app_context():
        assert db.session.scalars(sa.select(Order.state)).one() is OrderState.UNPAID


def test_a_bidder_keeps_a_card(app: Flask, client: PageClient) -> None:
    _running, bidder, card_id = bidding(app)
    sign_in(client, bidder)
    client.get("/account/cards")
    client.submit(f"/account/cards/{card_id}/removal", expect=422)
    assert "Store another card before you remove this one." in client.text
    make_card(app, bidder, MASTERCARD)
    client.get("/account/cards")
    client.submit(f"/account/cards/{card_id}/removal")
    assert [card.removed_at is None for card in cards_in_database(app)] == [False, True]


def test_the_publisher_of_an_award_sees_that_it_is_unpaid(app: Flask) -> None:
    running, winner, order = won_but_declined(app)
    seller = sign_in(PageClient(app), running.publisher)
    seller.get(f"/orders/{order.public_id}")
    assert "The buyer has not paid yet." in seller.text
    assert winner.email not in seller.text
    assert "declined" not in seller.text
