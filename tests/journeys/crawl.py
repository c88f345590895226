"""Somebody's way through the market in a browser: each page is looked at on every device, each link is followed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from html import unescape
from urllib.parse import urldefrag, urljoin

from playwright.sync_api import APIResponse, Page, Response

from tests.journeys.places import NOT_FOUND, OK, Mistake, Place
from tests.journeys.steps import fill
from tests.support.browser import DESK, PHONE, ColorScheme, check_colors, check_page_in_browser
from tests.support.stage import Stage

View = tuple[tuple[int, int], ColorScheme]

# Layout depends on the size and colours on the scheme: these two show each size and each scheme.
VIEWS: tuple[View, ...] = ((PHONE, "dark"), (DESK, "light"))
EVERY_VIEW: tuple[View, ...] = ((PHONE, "light"), (PHONE, "dark"), (DESK, "dark"), (DESK, "light"))
FORBIDDEN = 403
INVALID = 422
# What differs between two printings of the same page: tokens and keys in forms, where to go after signing in, ids.
CHANGING = re.compile(r'value="[^"]{16,}"|\?next=[^"]*|<code>.*?</code>')

MAIN = re.compile(r"<main\b.*</main>", re.DOTALL)
LINK = re.compile(r'<a\b[^>]*?\shref="([^"]*)"')


@dataclass
class LookedAt:
    """How pages are looked at, and what was."""

    views: Sequence[View]
    fingerprints: set[str] = field(default_factory=set)

    def is_first(self, fingerprint: str) -> bool:
        """Whether this was not looked at before; from now on it was."""
        is_new = fingerprint not in self.fingerprints
        self.fingerprints.add(fingerprint)
        return is_new


class Crawl:
    """One person's way through the market, on one page."""

    def __init__(self, page: Page, stage: Stage, looked_at: LookedAt) -> None:
        self.page = page
        self.stage = stage
        self.looked_at = looked_at
        self.links: dict[str, str] = {}
        self.is_new_here = True

    def visit(self, place: Place, status: int) -> None:
        """Fetches a place, and opens and looks at it where its main part is new."""
        address = place.address.format_map(self.stage.names)
        answer = self.page.request.get(address)
        assert answer.status == status, f"{address} answered {answer.status}, not {status}"
        words = answer.text()
        if not self.looked_at.is_first(fingerprint_of(words)) and not self.is_new_here:
            self._note([urljoin(answer.url, unescape(link)) for link in LINK.findall(words)], answer.url)
            return
        if place.is_sandboxed:
            self.page.goto("about:blank")
            self.page.set_content(words)
            self._check(answer, status, address)
        else:
            self._check(self.page.goto(address), status, address)

    def make(self, mistake: Mistake) -> None:
        """Sends a form with mistakes and looks at the answer."""
        self.page.goto(mistake.address.format_map(self.stage.names))
        fill(self.page, mistake.typed)
        with self.page.expect_navigation() as navigation:
            self.page.locator("main").get_by_role("button", name=mistake.button).click()
        self._check(navigation.value, INVALID, mistake.address)
        assert self.page.locator(".error-summary, .flash-error").count() == 1

    def follow_links(self) -> None:
        """Fetches whatever the pages linked to, once each: nothing is missing and nothing breaks."""
        dead = []
        for link, found_on in self.links.items():
            status = self.page.request.get(link).status
            if is_dead(status, found_on):
                dead.append(f"{link} on {found_on}: {status}")
        assert not dead, "\n".join(dead)

    def _check(self, response: APIResponse | Response | None, status: int, address: str) -> None:
        assert response is not None, address
        assert response.status == status, f"{address} answered {response.status}, not {status}"
        self._note(links_on(self.page, self.stage.server.url), response.url)
        look(self.page, self.looked_at.views)
        self.is_new_here = False

    def _note(self, links: list[str], found_on: str) -> None:
        for link in (urldefrag(link).url for link in links):
            if link.startswith(self.stage.server.url) and link != found_on:
                self.links.setdefault(link, found_on)


def fingerprint_of(words: str) -> str:
    """What the main part of a page is recognized by, or the whole where it has none."""
    main = MAIN.search(words)
    return sha256(CHANGING.sub("", main.group() if main else words).encode()).hexdigest()


def is_dead(status: int, found_on: str) -> bool:
    """Whether a link's answer is none.

    A page that needs a confirmed address says so in words; that is an answer. And what was mailed to others
    leads to their things, which nobody else finds.
    """
    is_somebody_elses = "/local/mailbox/" in found_on and status == NOT_FOUND
    return status not in {OK, FORBIDDEN} and not is_somebody_elses


def look(page: Page, views: Sequence[View]) -> None:
    """The page fits, is one page, and axe finds nothing; a size that was seen is asked for its other colours only."""
    seen: set[tuple[int, int]] = set()
    for size, scheme in views:
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.emulate_media(color_scheme=scheme)
        if size in seen:
            check_colors(page)
        else:
            check_page_in_browser(page)
        seen.add(size)


def links_on(page: Page, home: str) -> list[str]:
    """Where the page's links into the market lead, itself left out."""
    found = page.evaluate("[...document.querySelectorAll('a[href]')].map(link => link.href)")
    return [urldefrag(link).url for link in found if link.startswith(home) and urldefrag(link).url != page.url]
