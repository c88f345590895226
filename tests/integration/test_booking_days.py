"""What became of each day of a booking and of its money, as its two parties read it."""

from flask import Flask

from tests.factories.accounts import sign_in
from tests.factories.orders import LiveLineItem, faults, settle
from tests.factories.settlement import gateway_pays_out, make_settled, make_sold, money_return, settled_days
from tests.support.mail_jobs import post
from tests.support.page import Page
from tests.support.page_client import PageClient

PRICE_DAY = 1_001
DELIVERED = "Delivered: the ad got at least 80 % of its share of the day's requests, or every whole one in that share."
RETURNED = "Back to the buyer: the ad got less than 80 % of its share of the day's requests."


def rows(page: Page) -> list[list[str]]:
    """The rows of its days, without their dates."""
    return [row[1:] for row in page.rows if len(row) == 5 and row[0] != "Day"]


def pages(app: Flask, booking: LiveLineItem) -> tuple[Page, Page]:
    """The booking's page as its buyer and its publisher see it."""
    address = f"/campaigns/{booking.line_item}"
    parties = (booking.buyer, booking.publisher)
    buyer, publisher = (sign_in(PageClient(app), party).get(address) for party in parties)
    return buyer, publisher


def test_each_day_says_what_became_of_it_and_both_sides_read_the_same_rows(app: Flask) -> None:
    booking = make_settled(app, delivered=(True, False), price_day_minor=PRICE_DAY)
    buyer, publisher = pages(app, booking)
    # The latest day stands first.
    assert rows(buyer) == [["100", "0", RETURNED, "$0.00"], ["100", "100", DELIVERED, "$10.01"]]
    earned = settled_days(app, booking)[0]
    assert (earned.price_minor, earned.commission_minor) == (1_001, 150)
    assert rows(publisher) == [["100", "0", RETURNED, "$0.00"], ["100", "100", DELIVERED, "$8.51"]]
    assert "$8.51 after our commission" in publisher


def test_the_words_about_the_money_back_follow_the_money(app: Flask) -> None:
    faults(app).set()
    booking = make_settled(app, delivered=(True, False), price_day_minor=PRICE_DAY)
    buyer, publisher = pages(app, booking)
    assert "$10.01, on its way to your card" in buyer
    assert "$10.01, on its way to the buyer" in publisher
    order = f"/orders/{booking.order}"
    client = sign_in(PageClient(app), booking.buyer)
    for page in (buyer, publisher, client.get(order)):
        assert "$10.01 is on its way back to the buyer." in page
    gateway_pays_out(app, booking)
    settle(app)
    buyer, publisher = pages(app, booking)
    assert "$10.01, went back to your card" in buyer
    for page in (buyer, publisher, client.get(order), sign_in(PageClient(app), booking.publisher).get(order)):
        assert "$10.01 went back to the buyer." in page
        assert "on its way" not in page.text.replace("is on its way back to your card", "")
        assert "kept in escrow" not in page


def test_before_anything_is_settled_the_money_is_kept_and_the_order_says_so(app: Flask) -> None:
    booking = make_sold(app, days=2, price_day_minor=PRICE_DAY)
    buyer, publisher = pages(app, booking)
    for page in (buyer, publisher):
        assert "No day is settled yet." in page
        assert "Kept until the other days are settled" in page
    assert "kept in escrow until the ad is delivered" in sign_in(PageClient(app), booking.buyer).get(
        f"/orders/{booking.order}"
    )


def test_when_all_was_delivered_nothing_goes_back(app: Flask) -> None:
    booking = make_settled(app, delivered=(True,))
    assert money_return(app, booking) is None
    for page in pages(app, booking):
        assert "Everything counts as delivered, and nothing goes back." in page


def test_the_notice_of_money_back_leads_to_the_days(app: Flask) -> None:
    booking = make_settled(app, delivered=(False,))
    client = sign_in(PageClient(app), booking.buyer)
    post(app)
    client.get("/notices")
    client.follow("See what became of each day")
    assert client.path == f"/campaigns/{booking.line_item}"
    assert RETURNED in client.page
