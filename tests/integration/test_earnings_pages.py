"""What a publisher reads about earnings, and a buyer about credit: every number comes from the ledger."""

import csv
import io
from collections.abc import Iterator
from unittest.mock import patch

import pytest
import sqlalchemy as sa
from flask import Flask

from app.adapters.braintree.gateway import SdkGateway
from app.adapters.braintree.port import Declined, GatewayDeclineKind
from app.domain.inventory.models import Socket
from app.domain.ledger.queries import balance, statement_lines
from app.domain.ledger.rules import publisher_payable
from app.domain.ledger.states import StatementKind
from app.foundation.clock import database_now
from app.foundation.db import db
from tests.factories.accounts import make_person, sign_in
from tests.factories.inventory import account_of
from tests.factories.orders import LiveLineItem, faults, make_booked_line_item, settle
from tests.factories.settlement import (
    done,
    gateway_pays_out,
    make_due_payout,
    make_settled,
    move_clock_to,
    tell_bank_and_tax,
)
from tests.support.page_client import PageClient
from tests.support.raw_browser import RawBrowser

CLOSED = Declined("2004", "Expired Card", is_hard=True, kind=GatewayDeclineKind.BANK)


@pytest.fixture(autouse=True)
def well_gateway(app: Flask) -> Iterator[None]:
    faults(app).set()
    yield
    faults(app).set()


def entry_ids(app: Flask, booking: LiveLineItem) -> list[int]:
    account_id = account_of(app, booking.publisher)
    with app.app_context():
        return [line.entry_id for line in statement_lines(account_id, StatementKind.EARNINGS, None, 100)]


def test_somebody_who_never_sold_is_told_what_will_stand_here(app: Flask, client: PageClient) -> None:
    sign_in(client, make_person(app))
    client.get("/account/earnings")
    assert "$0.00 pending" in client.text
    assert "Add a bank account" in client.text
    client.follow("See the statement")
    assert "Nothing has moved yet" in client.text
    client.get("/account/credit")
    assert "You have no credit" in client.text


def test_earned_days_stand_on_the_statement_and_lead_to_their_entries(app: Flask, client: PageClient) -> None:
    booking = make_settled(app, delivered=(True, False, True), price_day_minor=1_001)
    done(app, lambda: db.session.execute(sa.update(Socket).values(name="=1+1")))
    sign_in(client, booking.publisher)
    client.get("/account/earnings")
    assert "$17.02 pending" in client.text
    client.follow("See the statement")
    assert client.text.count("Day earned") == 2
    with app.app_context():
        total = balance(publisher_payable(account_of(app, booking.publisher)))
    assert total == 1_702
    assert "Now $17.02" in client.text
    client.follow("Ledger entry")
    assert "Kept for this booking" in client.text
    assert "$10.01" in client.text
    assert "Our commission" in client.text
    client.follow("See the booking")
    assert client.path == f"/campaigns/{booking.line_item}"
    client.get("/account/earnings/statement/statement.csv")
    assert client.page.headers["Content-Disposition"].startswith("attachment")
    rows = list(csv.DictReader(io.StringIO(client.page.body)))
    assert [row["amount"] for row in rows] == ["8.51", "8.51"]
    assert [row["balance after"] for row in rows] == ["8.51", "17.02"]
    assert [row["about"][:5] for row in rows] == ["'=1+1"] * 2
    assert [int(row["ledger entry"]) for row in rows] == entry_ids(app, booking)


def test_entries_of_others_are_not_found(app: Flask) -> None:
    booking = make_settled(app, delivered=(True,))
    [entry_id] = entry_ids(app, booking)
    for person, expected in ((booking.publisher, 200), (booking.buyer, 404), (make_person(app), 404)):
        browser = RawBrowser(app).sign_in(person)
        assert browser.get(f"/account/earnings/entries/{entry_id}").status_code == expected
        assert browser.get(f"/account/credit/entries/{entry_id}").status_code == 404
    for path in ("/account/earnings", "/account/credit", "/account/payouts/account", "/account/payouts/tax"):
        assert RawBrowser(app).get(path).status_code == 303


def test_a_month_of_the_statement_begins_with_what_was_there_before(app: Flask, client: PageClient) -> None:
    booking = make_settled(app, delivered=(True,))
    with app.app_context():
        first = database_now()
        db.session.remove()
    year, month = (first.year, first.month + 1) if first.month < 12 else (first.year + 1, 1)
    move_clock_to(app, first.replace(year=year, month=month, day=3))
    make_settled(app, publisher=booking.publisher, delivered=(True, True))
    sign_in(client, booking.publisher)
    client.get(f"/account/earnings/statement?month={year}-{month:02d}")
    assert "At the beginning $8.50 Came in $17.00 Went out $0.00 At the end $25.50" in client.text
    assert client.text.count("Day earned") == 2
    client.submit(month=f"{first:%Y-%m}")
    assert "At the beginning $0.00 Came in $8.50" in client.text
    for nonsense in ("2026-13", "x", "1999-01"):
        client.get(f"/account/earnings/statement?month={nonsense}")
        assert client.text.count("Day earned") == 3
    client.get("/account/earnings/statement?page=9", expect=404)


def test_credit_is_told_with_where_it_came_from_and_went(app: Flask, client: PageClient) -> None:
    booking = make_settled(app, delivered=(True, False))
    gateway_pays_out(app, booking)
    with patch.object(SdkGateway, "refund", lambda *_: CLOSED):
        settle(app)
    make_booked_line_item(app, buyer=booking.buyer)
    sign_in(client, booking.buyer)
    client.get("/account/credit")
    assert "Came in $10.00 Went out $10.00 Now $0.00" in client.text
    client.follow("Ledger entry")
    assert "Spent on a booking" in client.text
    client.get("/account/credit/statement.csv")
    rows = list(csv.DictReader(io.StringIO(client.page.body)))
    assert [(row["amount"], row["balance after"]) for row in rows] == [("10.00", "10.00"), ("-10.00", "0.00")]


def test_why_nothing_is_paid_is_said_with_what_to_do(app: Flask, client: PageClient) -> None:
    booking = make_settled(app)
    sign_in(client, booking.publisher)
    client.get("/account/earnings")
    for words in ("We do not know where to pay them", "Your tax profile is missing"):
        assert words in client.text
    tell_bank_and_tax(app, booking.publisher)
    client.get("/account/earnings")
    assert "will be set aside on" in client.text or "will be available by then" in client.text
    assert "Ending in 6789" in client.text
    assert "123456789" not in client.page.body


def test_a_payout_stands_there_from_the_day_it_is_set_aside(app: Flask, client: PageClient) -> None:
    booking = make_due_payout(app)
    sign_in(client, booking.publisher)
    client.get("/account/earnings")
    assert "$25.50 on the way" in client.text
    assert "Set aside" in client.text
    assert "A payout is under way" in client.text
