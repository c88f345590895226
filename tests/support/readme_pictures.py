"""The pictures of the README: pages of a freshly loaded demo market, as small JPEG files in ``docs/screenshots/``."""

import sys
from dataclasses import dataclass

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from demo.people import NORA, PASSWORD, PRIYA
from tests.support.browser import ARGUMENTS, find_chromium
from tests.support.run_directory import REPOSITORY

FOLDER = REPOSITORY / "docs" / "screenshots"
DEFAULT = "http://127.0.0.1:5000"
SIZE: ViewportSize = {"width": 1180, "height": 800}
QUALITY = 72
BYTES_MAX = 1_000_000
SETTLES_MS = 1_500
SLOW_MS = 30_000


@dataclass(frozen=True, slots=True)
class Picture:
    """One page: who looks ("" for a visitor), where it begins, and which links lead on from there."""

    name: str
    email: str
    path: str
    links: tuple[str, ...] = ()
    """CSS selectors, each followed in turn."""
    shows: str = ""
    """What stands at the top of the picture; by default the top of the page."""


PICTURES = (
    Picture("home", "", "/"),
    Picture("browse", "", "/sockets"),
    Picture(
        "socket",
        "",
        "/sockets?q=Beside+the+lead+story",
        ("main a[href^='/sockets/beside'], main a[href^='/sockets/the']",),
    ),
    Picture(
        "auction",
        PRIYA.email,
        "/sockets",
        ("main a[href*='/sockets/quiet-strings-beside']", "main a[href*='/auctions/']"),
    ),
    Picture("selling", NORA.email, "/selling"),
    Picture("results", NORA.email, "/selling", ("main a[href$='/results']",), shows="main h2"),
    Picture("buying", PRIYA.email, "/campaigns"),
    Picture("earnings", NORA.email, "/account/earnings"),
)


def take_readme_pictures(address: str = DEFAULT) -> None:
    """Takes every picture; says where they are, or that they are too heavy together."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)
        for email in dict.fromkeys(picture.email for picture in PICTURES):
            page = _arrive(browser, address, email)
            for picture in PICTURES:
                if picture.email == email:
                    _take(page, address, picture)
        browser.close()
    weight = sum(path.stat().st_size for path in FOLDER.glob("*.jpg"))
    sys.stdout.write(f"{len(PICTURES)} pictures are in {FOLDER}, {weight:,} bytes together.\n")
    assert weight < BYTES_MAX, "the pictures are too heavy"


def _arrive(browser: Browser, address: str, email: str) -> Page:
    page = browser.new_context(viewport=SIZE, color_scheme="light").new_page()
    page.set_default_timeout(SLOW_MS)
    if email:
        page.goto(f"{address}/sign-in")
        page.get_by_label("E-mail address", exact=True).fill(email)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.locator("main").get_by_role("button", name="Sign in").click()
        page.wait_for_load_state()
    return page


def _take(page: Page, address: str, picture: Picture) -> None:
    page.goto(address + picture.path)
    for link in picture.links:
        page.goto(address + str(page.locator(link).first.get_attribute("href")))
    if picture.shows:
        page.locator(picture.shows).first.evaluate("element => element.scrollIntoView()")
    page.wait_for_timeout(SETTLES_MS)
    page.screenshot(path=FOLDER / f"{picture.name}.jpg", type="jpeg", quality=QUALITY)
