"""Readers of a page, in a browser and over HTTP, with a count of what they did to hold the market's against."""

import json
import time
import urllib.request
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from playwright.sync_api import Browser, expect

from app.delivery.tokens import TokenMint
from tests.support.publisher_page import Visit, visit

# What people's browsers say; headless Chromium says that it is none of them.
AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
ROBOT = "Googlebot/2.1 (+http://www.google.com/bot.html)"
COUNTED = "Counted"
AHEAD = {"Sec-Purpose": "prefetch"}
# Each worker looks at the clock for itself, and one connection reaches one of them.
FRESH_ANSWERS = 10
TRIES = 300
LOOK_AGAIN_S = 0.05
TIMEOUT_S = 5


@dataclass
class Readers:
    """Everybody who reads one page with one socket on it, from many addresses behind the market's proxy."""

    browser: Browser
    market: str
    """Where the market answers."""
    mint: TokenMint
    page: str
    """The address of the page."""
    slug: str = ""
    sent: Counter[tuple[str, str]] = field(default_factory=Counter)
    """What was sent while the ad was on, by measure and by what has to become of it, in the words of the results."""

    def open_page(self) -> Visit:
        """Somebody opens the page in a browser."""
        return visit(self.browser, self.page, agent=AGENT)

    def see_ad(self) -> Visit:
        """Somebody opens the page in a browser, and the ad is there and in view."""
        seen = self.open_page()
        expect(seen.page.get_by_role("complementary", name="Advertisement")).to_be_visible()
        seen.wait_for("/e/v", 1)
        self._note("Requests", "Filled", "Impressions", "Measurable", "Viewable")
        return seen

    def click(self, seen: Visit) -> str:
        """The same reader follows the ad; the address where it led to."""
        with seen.context.expect_page() as opened:
            seen.page.get_by_role("complementary", name="Advertisement").get_by_role("link").click()
        opened.value.wait_for_load_state()
        self._note("Clicks")
        return opened.value.url

    def read(self, number: int) -> str:
        """Another browser shows the page, and tells what it did; the ad's token."""
        answer = self.ask(number)
        token = str(answer["token"])
        self.tell(f"/e/i?t={token}&m=1", number, "Impressions", "Measurable")
        self.tell(f"/e/v?t={token}", number, "Viewable")
        return token

    def ask(self, number: int, becomes: str = COUNTED, **headers: str) -> dict[str, Any]:
        """Asks what to show; whatever it is about the request that has it not counted stands in the headers."""
        answer = self._decision(number, headers)
        self._note("Requests", *(("Filled",) if answer["kind"] == "ad" else ()), becomes=becomes)
        return answer

    def tell(self, path: str, number: int, *measures: str, becomes: str = COUNTED) -> None:
        """Tells of an impression or a view."""
        self._send(path, number, {}, method="POST")
        self._note(*measures, becomes=becomes)

    def wait_until_served_at(self, moment: datetime) -> None:
        """Waits until every worker serves ads by a clock moved to this moment; what this asks is not counted."""
        wanted_ms, fresh = moment.timestamp() * 1000, 0
        for _ in range(TRIES):
            answer = self._decision(0, AHEAD)
            if answer["kind"] == "ad":
                self._note("Requests", "Filled", becomes="Fetched ahead")
            token = self.mint.read(answer.get("token", ""))
            fresh = fresh + 1 if token is not None and token.issued_ms >= wanted_ms else 0
            if fresh == FRESH_ANSWERS:
                return
            if fresh == 0:
                time.sleep(LOOK_AGAIN_S)
        message = f"no ad was served at {moment}: {answer}"
        raise AssertionError(message)

    def _note(self, *measures: str, becomes: str = COUNTED) -> None:
        self.sent.update((measure, becomes) for measure in measures)

    def _decision(self, number: int, headers: dict[str, str]) -> dict[str, Any]:
        (answer,) = json.loads(self._send(f"/d?s={self.slug}", number, headers))
        assert isinstance(answer, dict)
        return answer

    def _send(self, path: str, number: int, headers: dict[str, str], method: str = "GET") -> str:
        usual = {"Origin": self.page, "User-Agent": AGENT, "X-Forwarded-For": f"198.51.100.{number}"}
        request = urllib.request.Request(f"{self.market}{path}", headers={**usual, **headers}, method=method)  # noqa: S310 - loopback
        with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:  # noqa: S310 - loopback
            return str(answer.read().decode())
