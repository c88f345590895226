"""The main job from a publisher's sign-up to the payout, with a refused ad and a day on which the tag is missing."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from app.delivery.tokens import TokenMint
from app.domain.ledger.models import LedgerAccount, Posting
from app.domain.ledger.queries import trial_balance
from app.domain.ledger.states import AccountCode, PostingSide
from app.foundation.access import StaffRole
from app.foundation.db import db
from tests.factories import auctions as market
from tests.factories.accounts import make_person
from tests.journeys.delivery_steps import (
    ACCOUNT_NUMBER,
    Ad,
    approve_ad,
    copy_tag,
    counted_on,
    expect_earnings,
    give_bank_account,
    make_bank_file,
    page_with,
    refuse_ad,
    results_on,
    send_ad,
    wait_for_counts,
)
from tests.journeys.market_steps import (
    DAY,
    SOON_MS,
    Days,
    add_site,
    add_socket,
    become_member,
    behind,
    bid,
    dollars,
    expect_notice,
    expect_paid,
    figure,
    find_by_browsing_and_by_search,
    join,
    open_auction,
    open_mail_to,
    reload_until,
    typed,
)
from tests.journeys.steps import Newcomer, expect_heading, expect_message, press, sign_in
from tests.support.browser import PageMaker
from tests.support.databases import Databases
from tests.support.drawing import png
from tests.support.publisher_page import home_of, put_up
from tests.support.readers import ROBOT, Readers
from tests.support.server import LOG_TAIL_CHARACTERS, LiveServer, serving
from tests.support.site_server import Reply, SiteServer

TIMEOUT_S = 600  # on a machine that does other things; by itself it takes a minute

PAULA = Newcomer(email="paula@example.com", first_name="Paula", last_name="Pohl")
ANA = Newcomer(email="ana@example.com", first_name="Ana", last_name="Abreu")
FAY = Newcomer(email="fay@isocket.example", first_name="Fay", last_name="Farrell")
FINN = Newcomer(email="finn@isocket.example", first_name="Finn", last_name="Fuchs")
BEN = Newcomer(email="ben@example.com", first_name="Ben", last_name="Bauer")

ZONE = ZoneInfo("Asia/Tokyo")
SITE = {
    "Name of the site": "Signal Box Weekly",
    "What it is about": "Levers, frames and semaphores, every Friday.",
    "Language": "English",
    "Country of most readers": "Japan",
    "Time zone": "Asia/Tokyo",
}
SOCKET = {
    "Name of the socket": "Platform end",
    "On which pages": "Every article",
    "Position": "In the content, between paragraphs",
    "What you refuse": "No countdowns.",
}
WHAT = "Platform end on Signal Box Weekly"
# All amounts in cents.
OPENING, ANA_UP_TO, BEN_UP_TO = 10_00, 80_50, 120_00
PRICE = ANA_UP_TO + 1_00  # one increment over the highest ceiling of anybody else
FLIGHT_DAYS = 4
DELIVERED = PRICE * 3 // FLIGHT_DAYS
COUNTDOWN = "Only three lever frames left"
ALT_TEXT = "A lever frame of polished steel"
PRODUCT = "Tools and Hardware"
TAKEN = "The bank has taken it"
PAULA_AT, ANA_AT, BEN_AT, FAY_AT, FINN_AT = (f"203.0.113.{number}" for number in range(1, 6))


@dataclass(frozen=True, slots=True)
class Flight:
    """The days that are sold, from a Monday to a Thursday: all of them are paid out in one weekly round."""

    days: Days
    auction_ends_at: datetime

    def noon(self, number: int) -> datetime:
        """The middle of a day of the site's."""
        return datetime.combine(self.days.first + (number - 1) * DAY, time(12), ZONE)


@dataclass(frozen=True, slots=True)
class People:
    """Who takes part, each with an own device."""

    publisher: Page
    loser: Page
    winner: Page


@pytest.fixture
def server(
    database_kind: str, databases: Databases, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[LiveServer]:
    """The shipped server as it stands behind a proxy, so that everybody in the story has an address of their own."""
    with serving(database_kind, databases, tmp_path, {"TRUSTED_HOPS": "1"}) as started:
        yield started
        request.node.add_report_section("call", "server log", started.log[-LOG_TAIL_CHARACTERS:])


@pytest.fixture
def app(server: LiveServer) -> Iterator[Flask]:
    """What stands behind the running server."""
    with behind(server) as made:
        yield made


@pytest.fixture
def site() -> Iterator[SiteServer]:
    """The publisher's site, served over HTTP on a host of its own."""
    served = SiteServer()
    yield served
    served.close()


@pytest.mark.timeout(TIMEOUT_S)
def test_the_main_job(
    server: LiveServer, app: Flask, site: SiteServer, browser: Browser, browser_page: PageMaker
) -> None:
    people = People(*(open_device(browser_page, server, address) for address in (PAULA_AT, ANA_AT, BEN_AT)))
    readers = Readers(browser, server.url, TokenMint(app.config["ISOCKET"].secret_key), home_of(site))
    for person in (FAY, FINN):
        make_person(app, email=person.email, password=person.password, roles=(StaffRole.FINANCE,))
    flight = next_flight(app)

    auction, tag = put_on_sale(people.publisher, site, flight, readers)
    sell(people, auction)
    until(app, flight.auction_ends_at)
    win_and_be_charged(people, auction)
    landing_page = f"{home_of(site)}/landing"
    site.pages["/landing"] = Reply("<title>Lever frames</title>", content_type="text/html")
    booking = agree_on_an_ad(people, landing_page)

    until(app, flight.noon(1))
    readers.wait_until_served_at(flight.noon(1))
    show_and_count(people, readers, booking, landing_page)
    until(app, flight.noon(2))
    readers.wait_until_served_at(flight.noon(2))
    readers.read(6)
    readers.read(7)
    one_day_is_earned(people.publisher)
    until(app, flight.noon(3))
    lose_the_tag(readers, site)
    until(app, flight.noon(4))
    put_up(site, page_with(tag))
    readers.wait_until_served_at(flight.noon(4))
    readers.see_ad()

    until(app, flight.noon(4) + timedelta(hours=19))  # six hours after the end of the last day, and one
    settle(people, readers, booking)
    until(app, flight.noon(4) + timedelta(days=7, hours=13))
    become_available(people.publisher)
    until(app, datetime.combine(flight.days.first + 14 * DAY, time(6, 5), UTC))
    pay_out(people.publisher, open_device(browser_page, server, FAY_AT), open_device(browser_page, server, FINN_AT))
    the_books_agree(app, server, people.publisher)


def open_device(browser_page: PageMaker, server: LiveServer, address: str) -> Page:
    return browser_page(base_url=server.url, extra_http_headers={"X-Forwarded-For": address})


def earned(days: int) -> int:
    """What the publisher has of the first delivered days: their part of the price, less 15 % rounded half up."""
    worth = PRICE * days // FLIGHT_DAYS
    return worth - (worth * 15 + 50) // 100


def next_flight(app: Flask) -> Flight:
    with app.app_context():
        now = market.now().astimezone(ZONE)
    soonest = now.date() + 8 * DAY
    monday = soonest + (-soonest.weekday() % 7) * DAY
    return Flight(Days(monday, monday + (FLIGHT_DAYS - 1) * DAY), now + timedelta(minutes=90))


def until(app: Flask, moment: datetime) -> None:
    """Moves the market's clock; whoever was signed in is not any more."""
    with app.app_context():
        market.wait(moment - market.now())


def put_on_sale(page: Page, site: SiteServer, flight: Flight, readers: Readers) -> tuple[str, str]:
    """A site, its proof, a socket, the tag on the publisher's page, and an auction; its public id, and the tag."""
    become_member(page, PAULA)
    add_site(page, site, {**SITE, "Address of the home page": home_of(site)}, category="150")
    add_socket(page, SOCKET)
    socket = page.url
    tag = copy_tag(page)
    readers.slug = re.findall(r'data-socket="([^"]+)"', tag)[0]
    put_up(site, page_with(tag))
    seen = readers.open_page()
    seen.wait_for("/d", 1)
    expect(seen.page.get_by_text("Our own words")).to_be_visible()
    expect(page.locator("[data-tag-check]")).to_contain_text("We see your tag", timeout=SOON_MS)
    page.goto(socket)
    return open_auction(page, flight.days, OPENING, flight.auction_ends_at), tag


def sell(people: People, public_id: str) -> None:
    """Two buyers find it; one leads until the other's proxy bids more."""
    find_by_browsing_and_by_search(people.loser, SOCKET["Name of the socket"], "signal box")
    expect_heading(people.loser, WHAT)
    join(people.loser, ANA, "Visa 1111", public_id)
    bid(people.loser, ANA_UP_TO)
    expect(figure(people.loser, "part_words")).to_have_text("You lead.")
    expect(figure(people.loser, "price")).to_have_text(dollars(OPENING))
    join(people.winner, BEN, "Mastercard 4444", public_id)
    bid(people.winner, BEN_UP_TO)
    expect(figure(people.loser, "part_words")).to_have_text("You do not lead.", timeout=SOON_MS)
    expect(figure(people.winner, "price")).to_have_text(dollars(PRICE))
    expect_notice(people.loser, f"You were outbid on {WHAT}", dollars(PRICE))


def win_and_be_charged(people: People, public_id: str) -> None:
    """The job closes the auction and charges the card; the order and its invoice agree; everybody is told."""
    sign_in(people.winner, BEN)
    people.winner.goto(f"/auctions/{public_id}")
    reload_until(people.winner, people.winner.get_by_role("link", name="See your award"))
    expect(figure(people.winner, "price")).to_have_text(dollars(PRICE))
    people.winner.get_by_role("link", name="See your award").click()
    people.winner.get_by_role("link", name="See the order").click()
    expect_paid(people.winner, PRICE, "MasterCard ending in 4444")
    open_mail_to(people.winner, BEN.email, f"You won {WHAT}")
    open_mail_to(people.loser, ANA.email, f"The auction of {WHAT} is over")
    sign_in(people.publisher, PAULA)
    expect_notice(people.publisher, f"Paid: {WHAT}", dollars(PRICE))


def agree_on_an_ad(people: People, landing_page: str) -> str:
    """The first ad is refused on a ground that stands with the socket, the second approved; the booking's address."""
    winner, publisher = people.winner, people.publisher
    winner.goto("/campaigns")
    winner.get_by_role("link", name="Send an ad").click()
    expect_heading(winner, WHAT)
    booking = winner.url
    send_ad(winner, Ad(png(number=1), COUNTDOWN, landing_page, PRODUCT))
    expect_notice(publisher, f"An ad to approve: {WHAT}", "Please answer")
    refuse_ad(publisher, COUNTDOWN, "rules written down with the socket", "It counts down.")
    expect_notice(winner, f"Your ad was refused: {WHAT}", "It counts down.")
    winner.goto(booking)
    send_ad(winner, Ad(png(number=2), ALT_TEXT, landing_page, PRODUCT))
    approve_ad(publisher, ALT_TEXT)
    expect_notice(winner, f"Your ad is approved: {WHAT}", "It runs")
    return booking


def show_and_count(people: People, readers: Readers, booking: str, landing_page: str) -> None:
    """Readers see the ad and one follows it; both sides read the same figures, and why the rest does not count."""
    seen = readers.see_ad()
    expect(seen.page.get_by_role("img", name=ALT_TEXT)).to_be_visible()
    assert readers.click(seen) == landing_page
    token = readers.read(1)
    readers.tell(f"/e/v?t={token}", 1, "Viewable", becomes="Repeated")
    readers.read(2)
    readers.ask(3, "Robot", **{"User-Agent": ROBOT})
    readers.ask(4, "Another site", Origin="https://copy.example")
    sign_in(people.publisher, PAULA)
    readers.ask(5, "Publisher's own", **{"X-Forwarded-For": PAULA_AT})
    sign_in(people.winner, BEN)
    both_see_what_was_sent(people, readers, booking)


def both_see_what_was_sent(people: People, readers: Readers, booking: str) -> None:
    """The publisher's page of the booking's results and the buyer's show the same, and it is what readers did."""
    people.winner.goto(booking)
    people.winner.get_by_role("link", name="Results", exact=True).click()
    wait_for_counts(people.winner, readers.sent)
    people.publisher.goto(booking)
    people.publisher.get_by_role("link", name="Results", exact=True).click()
    assert results_on(people.publisher) == results_on(people.winner)
    assert counted_on(people.publisher) == readers.sent


def lose_the_tag(readers: Readers, site: SiteServer) -> None:
    """For a day the publisher's page is there without the tag, and nobody asks for an ad."""
    put_up(site, page_with("<p>Built anew</p>"))
    seen = readers.open_page()
    expect(seen.page.get_by_text("Built anew")).to_be_visible()
    assert seen.asked("/d") == []


def one_day_is_earned(page: Page) -> None:
    """The first day was settled by the job while the second runs."""
    sign_in(page, PAULA)
    expect_earnings(page, pending=dollars(earned(1)), available=dollars(0))


def settle(people: People, readers: Readers, booking: str) -> None:
    """Three of four days are earned; the day without the tag goes back to the card, and both sides are told why."""
    sign_in(people.winner, BEN)
    sign_in(people.publisher, PAULA)
    both_see_what_was_sent(people, readers, booking)
    expect_notice(people.winner, f"Money back: {WHAT}", dollars(PRICE - DELIVERED))
    expect_notice(people.publisher, f"No requests: {WHAT}", "days without requests go back to the buyer")
    expect_earnings(people.publisher, pending=dollars(earned(3)), available=dollars(0))
    give_bank_account(people.publisher, PAULA.password)


def become_available(page: Page) -> None:
    """Seven days after the last delivered day."""
    sign_in(page, PAULA)
    expect_earnings(page, pending=dollars(0), available=dollars(earned(3)))


def pay_out(publisher: Page, maker: Page, checker: Page) -> None:
    """One member of staff makes the bank file, a second one marks it as paid, and the publisher is told."""
    sign_in(maker, FAY)
    lines = make_bank_file(maker)
    assert [(line["account_number"], line["amount"]) for line in lines] == [(ACCOUNT_NUMBER, typed(earned(3)))]
    expect(maker.get_by_role("button", name=TAKEN)).to_have_count(0)
    sign_in(checker, FINN)
    checker.goto(maker.url)
    press(checker, TAKEN)
    expect_message(checker, "The file is marked as paid.")
    sign_in(publisher, PAULA)
    expect_notice(publisher, "Your earnings were paid out", dollars(earned(3)))
    expect_earnings(publisher, available=dollars(0), paid_out=dollars(earned(3)))


def the_books_agree(app: Flask, server: LiveServer, publisher: Page) -> None:
    """Escrow and what is owed are empty, the rest is where it belongs, and the statement has the ledger's own lines."""
    with app.app_context():
        rows = {row.code: row.balance_minor for row in trial_balance()}
        account = LedgerAccount.code == AccountCode.PUBLISHER_PAYABLE
        postings = db.session.scalars(sa.select(Posting).join(LedgerAccount).where(account).order_by(Posting.id)).all()
        posted = [(one.entry_id, one.amount_minor * (1 if one.side is PostingSide.CREDIT else -1)) for one in postings]
        db.session.remove()
    assert rows == {
        AccountCode.GATEWAY_CLEARING: DELIVERED,
        AccountCode.BANK: -earned(3),
        AccountCode.ESCROW: 0,
        AccountCode.PUBLISHER_PAYABLE: 0,
        AccountCode.COMMISSION_INCOME: DELIVERED - earned(3),
    }
    assert "The ledger holds." in server.flask("ledger", "verify")
    file = publisher.request.get("/account/earnings/statement/statement.csv").text()
    stated = [(int(line["ledger entry"]), minor(line["amount"])) for line in csv.DictReader(io.StringIO(file))]
    assert stated == posted
    assert [amount for _, amount in stated] == [earned(1), earned(2) - earned(1), earned(3) - earned(2), -earned(3)]


def minor(amount: str) -> int:
    """An amount of the file in cents."""
    return int(amount.replace(".", ""))
