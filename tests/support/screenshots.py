"""Pictures of the main pages at both widths, light and dark: ``python -m tests.support.screenshots [word ...]``.

Writes PNG files into ``screenshots/``; with words, only pages whose name holds one of them. With ``--readme`` and the
address of a market that shows the demo, the pictures of the README instead.
"""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.support.browser import ARGUMENTS, DESK, PHONE, ColorScheme, find_chromium
from tests.support.databases import Databases
from tests.support.readme_pictures import take_readme_pictures
from tests.support.run_directory import REPOSITORY, close_run, open_run
from tests.support.server import serving
from tests.support.stage import Stage, set_stage

README = "--readme"
FOLDER = REPOSITORY / "screenshots"
SCHEMES: tuple[ColorScheme, ...] = ("light", "dark")
# Name of the picture: who looks, the address, and the button pressed to see an error ("" for none).
PICTURES: dict[str, tuple[str, str, str]] = {
    "home": ("visitor", "/", ""),
    "sign-up": ("visitor", "/sign-up", ""),
    "sign-up-errors": ("visitor", "/sign-up", "Open my account"),
    "sign-in": ("visitor", "/sign-in", ""),
    "sign-in-errors": ("visitor", "/sign-in", "Sign in"),
    "check-mail": ("visitor", "/sign-up/check-mail", ""),
    "confirm": ("visitor", "/confirm/{confirm_token}", ""),
    "confirm-used": ("visitor", "/confirm/nothing", ""),
    "forgot-password": ("visitor", "/reset-password", ""),
    "reset-password": ("visitor", "/reset-password/{reset_token}", ""),
    "unsubscribe": ("visitor", "/unsubscribe/{unsubscribe_token}", ""),
    "person": ("visitor", "/people/{member_slug}", ""),
    "person-long": ("visitor", "/people/{talker_slug}", ""),
    "terms": ("visitor", "/terms", ""),
    "contact": ("visitor", "/contact", ""),
    "not-found": ("visitor", "/nothing", ""),
    "mailbox": ("visitor", "/local/mailbox", ""),
    "mail": ("visitor", "/local/mailbox/{mail}", ""),
    "clock": ("visitor", "/local/clock", ""),
    "market-sockets": ("visitor", "/sockets", ""),
    "market-socket": ("visitor", "/sockets/{socket_slug}", ""),
    "market-site": ("visitor", "/sites/{site_slug}", ""),
    "market-auction": ("visitor", "/auctions/{auction}", ""),
    "market-selling": ("member", "/selling", ""),
    "market-calendar": ("member", "/selling/sockets/{socket_id}/calendar", ""),
    "market-new-auction": ("member", "/selling/sockets/{socket_id}/auctions/new", ""),
    "market-checkout": ("talker", "/checkout/{checkout}", ""),
    "market-order": ("talker", "/orders/{order}", ""),
    "market-bid": ("talker", "/bids/{bid}", ""),
    "market-cards": ("talker", "/account/cards", ""),
    "newcomer-account": ("newcomer", "/account", ""),
    "newcomer-confirmation": ("newcomer", "/confirmation", ""),
    "newcomer-public-profile": ("newcomer", "/account/public-profile", ""),
    "newcomer-notices": ("newcomer", "/notices", ""),
    "account": ("member", "/account", ""),
    "profile": ("member", "/account/profile", ""),
    "address": ("member", "/account/address", ""),
    "public-profile": ("member", "/account/public-profile", ""),
    "preferences": ("member", "/account/notifications", ""),
    "security": ("member", "/account/security", ""),
    "password": ("member", "/account/password", "Change the password"),
    "email": ("member", "/account/email", ""),
    "email-sent": ("member", "/account/email/sent", ""),
    "email-confirm": ("member", "/account/email/confirm/{change_token}", ""),
    "sessions": ("member", "/account/sessions", ""),
    "notices": ("member", "/notices", ""),
    "long-account": ("talker", "/account", ""),
    "long-profile": ("talker", "/account/profile", ""),
    "long-sessions": ("talker", "/account/sessions", ""),
    "long-notices": ("talker", "/notices", ""),
    "agreement": ("undecided", "/agreement", ""),
    "staff": ("staff", "/staff", ""),
    "staff-people": ("staff", "/staff/people", ""),
    "staff-refused": ("member", "/staff", ""),
}


def main(words: list[str]) -> None:
    """Starts a server with people on it and takes every picture asked for."""
    if words and words[0] == README:
        take_readme_pictures(*words[1:])
        return
    FOLDER.mkdir(exist_ok=True)
    wanted = {name: what for name, what in PICTURES.items() if not words or any(word in name for word in words)}
    with _staged() as stage, _chromium() as browser:
        for role in dict.fromkeys(role for role, _, _ in wanted.values()):
            page = _arrive(browser, stage, role)
            for name, (who, address, press) in wanted.items():
                if who == role:
                    _take(page, stage.server.url + address.format_map(stage.names), name, press)
    sys.stdout.write(f"{len(wanted)} pages are in {FOLDER}\n")


@contextmanager
def _staged() -> Iterator[Stage]:
    run = open_run()
    databases = Databases()
    try:
        with tempfile.TemporaryDirectory() as data, serving("sqlite", databases, Path(data)) as server:
            yield set_stage(server)
    finally:
        databases.close()
        close_run(run)


@contextmanager
def _chromium() -> Iterator[Browser]:
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)
        yield browser
        browser.close()


def _arrive(browser: Browser, stage: Stage, role: str) -> Page:
    page = browser.new_context().new_page()
    if role != "visitor":
        person = stage.people[role]
        page.goto(f"{stage.server.url}/sign-in")
        page.get_by_label("E-mail address", exact=True).fill(person.email)
        page.get_by_label("Password", exact=True).fill(person.password)
        page.locator("main").get_by_role("button", name="Sign in").click()
        page.wait_for_load_state()
    return page


def _take(page: Page, url: str, name: str, press: str) -> None:
    page.goto(url)
    if press:
        page.locator("main").get_by_role("button", name=press).first.click()
        page.wait_for_load_state()
    for size in (PHONE, DESK):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            page.screenshot(path=FOLDER / f"{name}-{size[0]}-{scheme}.png", full_page=True)


if __name__ == "__main__":
    main(sys.argv[1:])
