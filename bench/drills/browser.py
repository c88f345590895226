"""R6: impatient people in Chromium, with scripts and without: double clicks, and back and send again."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import sqlalchemy as sa
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Request, sync_playwright
from playwright.sync_api import Error as BrowserError

from app.domain.auctions.models import Award, Bid
from app.domain.auctions.rules import AuctionTerms
from app.domain.inventory.models import Hold
from app.domain.orders.models import LineItem
from app.domain.payments.models import PaymentIntent
from app.foundation.db import db
from app.web.shell.sessions import SESSION_COOKIE
from bench.drills.calendar import paid_keys
from bench.drills.ground import Client, Ground, wait_for
from bench.drills.judges import charge_problems
from bench.drills.result import Result
from tests.factories.auctions import make_auction, now, read
from tests.factories.inventory import make_offer
from tests.support.browser import ARGUMENTS, find_chromium

TAKEN = 303
STEP_TIMEOUT_MS = 30_000
SECOND_CLICK_LANDS_IN_MS = 500
DAYS_AHEAD = timedelta(days=20)
WITH_BUY_NOW = AuctionTerms(1_000, None, 20_000)


@dataclass(frozen=True)
class Deed:
    """One thing that money hangs on: how to get to its button, the button, and what pressing it does."""

    name: str
    approach: Callable[[Page], None]
    button: str
    effects: Callable[[], int]


def in_chromium(ground: Ground) -> Result:
    """R6 with a Chromium of its own."""
    executable = find_chromium()
    if executable is None:
        return Result("R6", ground.database, {}, ["Chromium is not installed (CHROMIUM or /usr/bin/chromium)"])
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=executable, args=ARGUMENTS)
        try:
            return impatience(ground, browser)
        finally:
            browser.close()


def impatience(ground: Ground, browser: Browser) -> Result:
    """R6: each deed with a double click, and once more after going back: it is done once."""
    problems: list[str] = []
    deeds, done = 0, 0
    clients = iter(ground.clients)
    for has_scripts in (True, False):
        client = next(clients)
        ground.forget_rate_limits()
        ground.sign_in([client])
        context = _context(ground, browser, client, has_scripts=has_scripts)
        for deed in _deeds(ground, client):
            words = f"{deed.name} {'with' if has_scripts else 'without'} scripts"
            problems += [f"{words}: {problem}" for problem in _try(context.new_page(), deed)]
            deeds, done = deeds + 1, done + read(deed.effects)
        context.close()
    problems += charge_problems(ground.charges(), read(paid_keys))
    figures = {"deeds": deeds, "sent_each": 4, "effects": done}
    return Result("R6", ground.database, figures, problems)


def _context(ground: Ground, browser: Browser, client: Client, *, has_scripts: bool) -> BrowserContext:
    context = browser.new_context(base_url=ground.server.url, java_script_enabled=has_scripts)
    context.set_default_timeout(STEP_TIMEOUT_MS)
    token = client.visitor.cookies[SESSION_COOKIE]
    context.add_cookies([{"name": SESSION_COOKIE, "value": token, "url": ground.server.url}])
    return context


def _try(page: Page, deed: Deed) -> list[str]:
    """Does it with a double click, sends the same form once more, and again from the page before; what is wrong."""
    problems, sent = [], list[Request]()
    deed.approach(page)
    page.on("request", lambda request: sent.append(request) if request.method == "POST" else None)
    _button(page, deed).dblclick()
    wait_for(lambda: deed.effects() or None)
    _settle(page)
    if read(deed.effects) != 1:
        problems.append(f"{read(deed.effects)} effects of a double click")
    problems += _send_again(page, deed, sent[0])
    _go_back(page)
    button = _button(page, deed)
    if button.is_visible():
        button.click()
        _settle(page)
    if read(deed.effects) != 1:
        problems.append(f"{read(deed.effects)} effects after going back and pressing again")
    page.close()
    return problems


def _send_again(page: Page, deed: Deed, first: Request) -> list[str]:
    """Sends the form as it was sent, as a browser does when it asks whether to send it again and hears yes."""
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    again = page.context.request.post(first.url, data=first.post_data or "", headers=headers, max_redirects=0)
    problems = [] if again.status == TAKEN else [f"sent again it was answered {again.status}"]
    if read(deed.effects) != 1:
        problems.append(f"{read(deed.effects)} effects of sending it again")
    return problems


def _button(page: Page, deed: Deed) -> Locator:
    return page.locator("main").get_by_role("button", name=deed.button).first


def _settle(page: Page) -> None:
    page.wait_for_timeout(SECOND_CLICK_LANDS_IN_MS)
    page.wait_for_load_state()


def _go_back(page: Page) -> None:
    """Goes back. A page that was itself the answer to a form is not kept: it is sent again, as people do then."""
    try:
        page.go_back()
    except BrowserError:
        page.wait_for_timeout(SECOND_CLICK_LANDS_IN_MS)
        page.reload()
    page.wait_for_load_state()


def _deeds(ground: Ground, client: Client) -> list[Deed]:
    account_id = client.bidder.account_id
    running, quick = make_auction(ground.app), make_auction(ground.app, terms=WITH_BUY_NOW)
    first, second = make_offer(ground.app), make_offer(ground.app)
    day = (now() + DAYS_AHEAD).date()
    hold_page = "/checkout/new?listing={}&starts_on={}&ends_on={}"
    held = partial(_rows, Hold.id, Hold.socket_id == first.socket_id)
    # Of these days alone: the same buyer may have bought others in an earlier drill.
    ordered = sa.select(LineItem.order_id).where(LineItem.socket_id == second.socket_id)
    charged = sa.and_(PaymentIntent.account_id == account_id, PaymentIntent.order_id.in_(ordered))
    return [
        Deed(
            "bid",
            lambda page: _look_at_bid(page, f"/auctions/{running.public_id}"),
            "Place this bid",
            partial(_rows, Bid.id, Bid.auction_id == running.auction_id),
        ),
        Deed(
            "buy now",
            lambda page: _open(page, f"/auctions/{quick.public_id}"),
            "Buy now for",
            partial(_rows, Award.id, Award.auction_id == quick.auction_id),
        ),
        Deed("hold", lambda page: _open(page, hold_page.format(first.listing_id, day, day)), "Hold the days", held),
        Deed(
            "payment",
            lambda page: _hold(page, hold_page.format(second.listing_id, day, day)),
            "Pay $",
            partial(_rows, PaymentIntent.id, charged),
        ),
    ]


def _open(page: Page, path: str) -> None:
    page.goto(path)


def _look_at_bid(page: Page, path: str) -> None:
    page.goto(path)
    page.get_by_label("Your ceiling").fill("40.00")
    page.get_by_role("button", name="Look at this bid").click()
    page.wait_for_load_state()


def _hold(page: Page, path: str) -> None:
    page.goto(path)
    page.get_by_role("button", name="Hold the days").click()
    page.wait_for_url("**/checkout/*")
    page.get_by_role("button", name="Pay $").wait_for()


def _rows(column: "sa.orm.InstrumentedAttribute[int]", condition: sa.ColumnElement[bool]) -> int:
    return db.session.scalars(sa.select(sa.func.count(column)).where(condition)).one()
