"""What sellers and buyers do in a browser, one step each; the market's stories are written with them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import Flask
from playwright.sync_api import Locator, Page, expect

from app import create_app
from config import Config
from tests.journeys.steps import (
    LOOK_AGAIN_MS,
    MAIL_TIMEOUT_MS,
    Newcomer,
    expect_heading,
    expect_message,
    fill,
    find_field,
    follow_mailed_link,
    press,
    sign_up,
)
from tests.support.databases import disconnect
from tests.support.server import LiveServer
from tests.support.site_server import Reply, SiteServer

SOON_MS = 15_000
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Days:
    """A run of days, first and last included."""

    first: date
    last: date

    @property
    def length(self) -> int:
        """How many they are."""
        return (self.last - self.first).days + 1


@contextmanager
def behind(server: LiveServer) -> Iterator[Flask]:
    """The app on a running server's data: for who is there before the story, for its clock and its books."""
    app = create_app(Config.from_environment({**server.environment, "LOG_LEVEL": "ERROR"}))
    try:
        yield app
    finally:
        disconnect(app)


def dollars(minor: int) -> str:
    """An amount in cents as pages show it.

    >>> dollars(112_250)
    '$1,122.50'
    """
    return f"${minor // 100:,}.{minor % 100:02}"


def typed(minor: int) -> str:
    """An amount in cents as somebody types it.

    >>> typed(112_205)
    '1122.05'
    """
    return f"{minor // 100}.{minor % 100:02}"


def reload_until(page: Page, place: Locator) -> None:
    """Loads a page again until the jobs have put something there."""
    for _ in range(MAIL_TIMEOUT_MS // LOOK_AGAIN_MS):
        if place.count() > 0:
            return
        page.wait_for_timeout(LOOK_AGAIN_MS)
        page.reload()
    expect(place.first).to_be_visible()


def become_member(page: Page, person: Newcomer) -> None:
    """Opens an account and confirms its address by the mailed link."""
    sign_up(page, person)
    open_mail_to(page, person.email, "Confirm your e-mail address for isocket")
    follow_mailed_link(page, "/confirm/")
    press(page, "Confirm my address")
    expect_message(page, "Your e-mail address is confirmed.")


def open_mail_to(page: Page, email: str, subject: str) -> None:
    """Opens the one mail with a subject to somebody in the local mailbox, once it is there."""
    page.goto("/local/mailbox")
    mails = page.get_by_role("row").filter(has_text=email).get_by_role("link", name=subject)
    reload_until(page, mails)
    expect(mails).to_have_count(1)
    mails.click()
    expect_heading(page, subject)


def expect_notice(page: Page, title: str, words: str) -> None:
    """Waits for the one notice with a title, and looks for words in it."""
    page.goto("/notices")
    notices = page.get_by_role("listitem").filter(has=page.get_by_role("heading", name=title))
    reload_until(page, notices)
    expect(notices).to_have_count(1)
    expect(notices).to_contain_text(words)


def add_site(page: Page, site: SiteServer, values: Mapping[str, str], category: str) -> None:
    """Adds a site, puts the file with its token on it, and has it looked at over HTTP."""
    page.goto("/selling")
    page.get_by_role("link", name="Add your first site").click()
    fill(page, {"Address of the home page": site.address, **values})
    find_field(page, "Category").select_option(category)
    press(page, "Add the site")
    expect_heading(page, values["Name of the site"])
    site.pages["/.well-known/isocket.txt"] = Reply(page.locator("#proof-file").inner_text() + "\n")
    press(page, "Check now")
    expect_message(page, "We found the proof.")


def add_socket(page: Page, values: Mapping[str, str]) -> None:
    """Adds a socket of 300 by 250 from a site's page."""
    page.get_by_role("link", name="Add a socket").click()
    page.get_by_role("combobox", name="Size", exact=True).select_option("300x250")
    fill(page, values)
    page.get_by_role("checkbox", name="PNG").check()
    press(page, "Add the socket")
    expect_heading(page, values["Name of the socket"])


def open_auction(page: Page, days: Days, opening_price: int, ends_at: datetime) -> str:
    """Puts days up for auction from a socket's page, by way of the preview; the auction's public id."""
    page.get_by_role("link", name="Put days up for auction").click()
    fill(
        page,
        {
            "First day of the ad": days.first.isoformat(),
            "Last day of the ad": days.last.isoformat(),
            "Opening price": typed(opening_price),
            "Ends at": ends_at.strftime("%Y-%m-%dT%H:%M"),
        },
    )
    press(page, "Show what a buyer sees")
    preview = page.get_by_role("region", name="This is what a buyer sees")
    expect(preview).to_contain_text(dollars(opening_price))
    expect(preview).to_contain_text("300 \N{MULTIPLICATION SIGN} 250")
    press(page, "Open the auction")
    expect_message(page, "The auction is open.")
    return page.url.rpartition("/")[2]


def offer_rate_card(page: Page, prices: Mapping[str, int]) -> None:
    """Puts prices on a socket from its page, by way of the preview."""
    page.get_by_role("link", name="Set prices").click()
    fill(page, {label: typed(price) for label, price in prices.items()})
    press(page, "Show what a buyer sees")
    preview = page.get_by_role("region", name="This is what a buyer sees")
    for price in prices.values():
        expect(preview).to_contain_text(dollars(price))
    press(page, "Put it on sale")


def find_by_browsing_and_by_search(page: Page, socket: str, words: str) -> None:
    """A visitor without an account finds a socket among the auctions, and its auction by words of the site's name."""
    page.goto("/")
    found = page.get_by_role("list", name="Auctions closing soon").get_by_role("link", name=socket)
    reload_until(page, found)
    page.get_by_role("link", name="Browse", exact=True).click()
    page.get_by_label("Way to buy").select_option("auction")
    press(page, "Show sockets")
    found = page.get_by_role("list", name="Sockets").get_by_role("link", name=socket)
    expect(found).to_be_visible()
    page.get_by_label("Words in the name").fill("nothing is called so")
    press(page, "Show sockets")
    expect(found).to_have_count(0)
    page.get_by_label("Words in the name").fill(words)
    press(page, "Show sockets")
    found.click()
    page.get_by_role("link", name="See it and bid").click()
    expect(page.locator("main")).to_contain_text("You need an account to bid.")


def join(page: Page, person: Newcomer, card: str, public_id: str) -> None:
    """Becomes a member, stores a card, and opens an auction."""
    become_member(page, person)
    page.goto("/account/cards/new")
    store_card(page, card)
    page.goto(f"/auctions/{public_id}")


def store_card(page: Page, card: str) -> None:
    """Stores one of the test cards with the gateway's own fields."""
    expect_heading(page, "Add a card")
    page.get_by_role("button", name=card, exact=True).click()
    press(page, "Store the card")
    expect_message(page, "The card is stored.")


def bid(page: Page, ceiling: int) -> None:
    """Bids on the auction that is open in the browser, by way of the page that says what the ceiling means."""
    address = page.url
    fill(page, {"Your ceiling": typed(ceiling)})
    press(page, "Look at this bid")
    press(page, f"Place this bid, up to {dollars(ceiling)}")
    page.wait_for_url("**/bids/*")
    page.goto(address)


def figure(page: Page, name: str) -> Locator:
    """One of the figures that an auction's page keeps up to date."""
    return page.locator(f"[data-figure={name}]")


def loaded_at(page: Page) -> float:
    """When the browser loaded the page: the same as long as nothing loads it again."""
    return float(page.evaluate("performance.timeOrigin"))


def expect_paid(page: Page, total: int, card: str) -> None:
    """The order that is open is paid, and its invoice has the right lines."""
    reload_until(page, page.get_by_role("link", name="See the invoice"))
    main = page.locator("main")
    expect(main).to_contain_text("Paid. The money is kept in escrow until the ad is delivered.")
    expect(main).to_contain_text(f"Your card was charged {dollars(total)}.")
    page.get_by_role("link", name="See the invoice").click()
    amounts = page.get_by_role("table", name="What was bought").locator("td.num")
    expect(amounts).to_have_text([dollars(total), dollars(0), dollars(total)])
    expect(main).to_contain_text(card)
    page.get_by_role("link", name="Back to the order").click()


def choose_days(page: Page, days: Days) -> None:
    """Asks for the price of days on a socket's page."""
    page.locator("#starts_on").fill(days.first.isoformat())
    page.locator("#ends_on").fill(days.last.isoformat())
    press(page, "See the price of these days")
    expect_heading(page, "Choose your days")


def pay_with(page: Page, card: str, total: int) -> None:
    """Pays the checkout that is open in the browser with one of the stored cards."""
    page.get_by_role("radio", name=card).check()
    press(page, f"Pay {dollars(total)}")
