"""What a publisher reads about earnings, and a buyer about credit: every number comes from the ledger."""

import csv
import io

from flask import Flask

from tests.factories.accounts import make_person, sign_in
from tests.factories.settlement import make_settled
from tests.support.page_client import PageClient


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
    sign_in(client, booking.publisher)
    client.get("/account/earnings")
    assert "$17.02 pending" in client.text
    client.follow("See the statement")
    assert client.text.count("Day earned") == 2
    client.follow("Ledger entry")
    assert "Kept for this booking" in client.text
    assert "$10.01" in client.text
    client.get("/account/earnings/statement/statement.csv")
    rows = list(csv.DictReader(io.StringIO(client.page.body)))
    assert [row["what"] for row in rows] == ["Day earned"] * 2
