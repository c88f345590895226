"""The story of the market: a publisher sells, two buyers bid, a third one buys, and every cent is where it belongs."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Page, expect

from app.adapters.braintree.local import LocalGateway
from app.domain.auctions.models import Auction
from app.domain.ledger.queries import trial_balance
from app.domain.ledger.states import AccountCode
from app.foundation.db import db
from local_braintree.tables import CARDS
from tests.factories import auctions as market
from tests.factories.accounts import make_person
from tests.journeys.market_steps import (
    DAY,
    SOON_MS,
    Days,
    add_site,
    add_socket,
    behind,
    bid,
    choose_days,
    dollars,
    expect_notice,
    expect_paid,
    figure,
    find_by_browsing_and_by_search,
    join,
    loaded_at,
    offer_rate_card,
    open_auction,
    open_mail_to,
    pay_with,
    store_card,
)
from tests.journeys.steps import Newcomer, expect_heading, press, sign_in
from tests.support.browser import PageMaker
from tests.support.server import LiveServer
from tests.support.site_server import SiteServer

PUBLISHER = Newcomer(email="publisher@example.com")
ANA = Newcomer(email="ana@example.com", first_name="Ana", last_name="Abreu")
BEN = Newcomer(email="ben@example.com", first_name="Ben", last_name="Bauer")
CLEO = Newcomer(email="cleo@example.com", first_name="Cleo", last_name="Costa")

TIMEOUT_S = 600  # five people, one after the other

ZONE = "Asia/Tokyo"
SITE = {
    "Name of the site": "Signal Box Weekly",
    "What it is about": "Levers, frames and semaphores, every Friday.",
    "Language": "English",
    "Country of most readers": "Japan",
    "Time zone": ZONE,
}
SOCKET = {
    "Name of the socket": "Platform end",
    "On which pages": "Every article",
    "Position": "In the content, between paragraphs",
}
WHAT = "Platform end on Signal Box Weekly"
# All amounts in cents.
PRICES = {"One day": 12_50, "A week": 75_00, "30 days": 250_00}
OPENING = 10_00
ANA_FIRST, BEN_FIRST, ANA_LAST = 80_00, 120_00, 200_00
# One increment over the highest ceiling of anybody else: $1 from $25, $2.50 from $100.
BEN_LEADS_AT = ANA_FIRST + 1_00
HAMMER_PRICE = BEN_FIRST + 2_50


@dataclass(frozen=True, slots=True)
class Plan:
    """When things are to happen, in the site's time."""

    auctioned: Days
    bought: Days
    ends_at: datetime


@pytest.fixture
def app(live_server: LiveServer) -> Iterator[Flask]:
    """What stands behind the running server."""
    with behind(live_server) as made:
        yield made


@pytest.fixture
def site() -> Iterator[SiteServer]:
    """The publisher's site, served over HTTP."""
    server = SiteServer()
    yield server
    server.close()


@pytest.mark.timeout(TIMEOUT_S)
def test_the_story_of_a_market(live_server: LiveServer, app: Flask, site: SiteServer, browser_page: PageMaker) -> None:
    for person in (PUBLISHER, CLEO):
        make_person(app, email=person.email, password=person.password)
    plan = make_plan(app)
    publisher, ana, ben, cleo = (browser_page(base_url=live_server.url) for _ in range(4))

    public_id = put_on_sale(publisher, site, plan)
    find_by_browsing_and_by_search(ana, SOCKET["Name of the socket"], "signal box")
    expect_heading(ana, WHAT)
    join(ana, ANA, "Visa 1111", public_id)
    join(ben, BEN, "Mastercard 4444", public_id)
    expect(figure(ana, "price")).to_have_text(dollars(OPENING))
    bid_and_be_outbid(ana, ben)
    extend_by_a_late_bid(app, ana, ben, public_id)
    win_and_be_charged(app, ana, public_id)
    everybody_is_told(ana, ben, publisher)

    total = cheapest(plan.bought.length)
    buy_free_days(app, cleo, plan, total)
    the_books_agree(app, live_server, HAMMER_PRICE + total)


def make_plan(app: Flask) -> Plan:
    with app.app_context():
        now = market.now().astimezone(ZoneInfo(ZONE))
    today = now.date()
    return Plan(
        auctioned=Days(today + 8 * DAY, today + 14 * DAY),
        bought=Days(today + 16 * DAY, today + 25 * DAY),
        ends_at=now + timedelta(minutes=90),
    )


def put_on_sale(page: Page, site: SiteServer, plan: Plan) -> str:
    sign_in(page, PUBLISHER)
    add_site(page, site, SITE, category="150")
    assert [path for path, _ in site.requests if path == "/.well-known/isocket.txt"]
    add_socket(page, SOCKET)
    socket = page.url
    public_id = open_auction(page, plan.auctioned, OPENING, plan.ends_at)
    page.goto(socket)
    offer_rate_card(page, PRICES)
    page.goto(socket)
    expect(page.locator("main")).to_contain_text("On sale at fixed prices")
    expect(page.locator("main")).to_contain_text("In auction")
    return public_id


def bid_and_be_outbid(ana: Page, ben: Page) -> None:
    bid(ana, ANA_FIRST)
    expect(figure(ana, "part_words")).to_have_text("You lead.")
    expect(figure(ana, "price")).to_have_text(dollars(OPENING))
    loaded = loaded_at(ana)
    bid(ben, BEN_FIRST)
    expect(figure(ben, "part_words")).to_have_text("You lead.")
    expect(figure(ana, "part_words")).to_have_text("You do not lead.", timeout=SOON_MS)
    expect(figure(ana, "price")).to_have_text(dollars(BEN_LEADS_AT))
    assert loaded_at(ana) == loaded


def extend_by_a_late_bid(app: Flask, ana: Page, ben: Page, public_id: str) -> None:
    """They come back eight minutes before the end; their sessions have ended meanwhile."""
    with app.app_context():
        scheduled = stored(public_id).ends_at
        market.wait(scheduled - timedelta(minutes=8) - market.now())
    for page, person in ((ana, ANA), (ben, BEN)):
        sign_in(page, person)
        page.goto(f"/auctions/{public_id}")
    loaded = loaded_at(ben)
    bid(ana, ANA_LAST)
    expect(figure(ben, "part_words")).to_have_text("You do not lead.", timeout=SOON_MS)
    expect(figure(ben, "price")).to_have_text(dollars(HAMMER_PRICE))
    expect(ben.locator("[data-announce]")).to_contain_text("The end moved to")
    assert loaded_at(ben) == loaded
    with app.app_context():
        assert timedelta(minutes=1) < stored(public_id).ends_at - scheduled < timedelta(minutes=3)


def win_and_be_charged(app: Flask, page: Page, public_id: str) -> None:
    """The page that watched learns of the end; the award was charged, the order and its invoice say so."""
    with app.app_context():
        market.wait(stored(public_id).ends_at - market.now())
    page.get_by_role("link", name="See the result").click(timeout=2 * SOON_MS)
    expect(figure(page, "price_label")).to_have_text("Hammer price")
    expect(figure(page, "price")).to_have_text(dollars(HAMMER_PRICE))
    page.get_by_role("link", name="See your award").click()
    expect(page.locator("main")).to_contain_text(dollars(HAMMER_PRICE))
    page.get_by_role("link", name="See the order").click()
    expect_paid(page, HAMMER_PRICE, "Visa ending in 1111")


def everybody_is_told(winner: Page, loser: Page, publisher: Page) -> None:
    expect_notice(winner, f"You won {WHAT}", dollars(HAMMER_PRICE))
    expect_notice(loser, f"The auction of {WHAT} is over", f"It ended without you at {dollars(HAMMER_PRICE)}.")
    expect_notice(loser, f"You were outbid on {WHAT}", dollars(HAMMER_PRICE))
    sign_in(publisher, PUBLISHER)
    expect_notice(publisher, f"Sold: {WHAT}", dollars(HAMMER_PRICE))
    expect_notice(publisher, f"Paid: {WHAT}", dollars(HAMMER_PRICE))
    open_mail_to(winner, ANA.email, f"You won {WHAT}")
    open_mail_to(loser, BEN.email, f"The auction of {WHAT} is over")
    expect(loser.locator("main")).to_contain_text("Nothing was charged.")
    open_mail_to(publisher, PUBLISHER.email, f"Sold: {WHAT}")


def cheapest(days: int) -> int:
    """The least that a run of days costs, by trying everything."""
    day, week, month = PRICES.values()
    return min(
        months * month + weeks * week + (days - 30 * months - 7 * weeks) * day
        for months in range(days // 30 + 1)
        for weeks in range((days - 30 * months) // 7 + 1)
    )


def buy_free_days(app: Flask, page: Page, plan: Plan, total: int) -> None:
    """Declined once, for the bank has changed its mind about the card since; then paid with another card."""
    sign_in(page, CLEO)
    page.goto("/account/cards/new")
    store_card(page, "American Express 0005")
    turn_declining(app, "amex_1")
    page.goto("/sockets?q=platform")
    page.get_by_role("list", name="Sockets").get_by_role("link", name=SOCKET["Name of the socket"]).click()
    choose_days(page, plan.bought)
    expect(page.locator("main")).to_contain_text(dollars(total))
    press(page, "Hold the days and go to checkout")
    pay_with(page, "American Express ending in 0005", total)
    expect(page.get_by_role("alert")).to_contain_text("There is not enough money available on this card.")
    expect(page.get_by_role("alert")).to_contain_text("Nothing was charged.")
    page.get_by_role("link", name="Add another card").click()
    store_card(page, "Mastercard 4444")
    pay_with(page, "MasterCard ending in 4444", total)
    expect_paid(page, total, "MasterCard ending in 4444")


def turn_declining(app: Flask, number_key: str) -> None:
    """The bank of a stored card says from now on that there is not enough money."""
    gateway = app.extensions["isocket_gateway"]
    assert isinstance(gateway, LocalGateway)
    with gateway.local.store.writing() as connection:
        card = connection.execute(sa.select(CARDS).where(CARDS.c.number_key == number_key)).one()
        body = {**card.body, "card": {**card.body["card"], "declines_with": "2001"}}
        connection.execute(CARDS.update().where(CARDS.c.token == card.token).values(body=body))


def the_books_agree(app: Flask, server: LiveServer, taken: int) -> None:
    """Everything taken from cards is in escrow, to the cent, and the ledger proves itself."""
    with app.app_context():
        rows = {row.code: row.balance_minor for row in trial_balance()}
        db.session.remove()
    assert rows == {AccountCode.GATEWAY_CLEARING: taken, AccountCode.ESCROW: taken}
    assert "The ledger holds." in server.flask("ledger", "verify")


def stored(public_id: str) -> Auction:
    return market.read(lambda: db.session.scalars(sa.select(Auction).where(Auction.public_id == public_id)).one())
