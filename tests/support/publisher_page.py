"""A publisher's page on another origin than the market's, with sockets on it, and what a browser notes about it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page

from tests.support.browser import DESK
from tests.support.site_server import Reply, SiteServer

STYLE = """
body { margin: 0; font: 16px/1.5 sans-serif; }
.isocket { width: 300px; min-height: 250px; margin: 0 0 20px; }
.far { height: 3000px; }
"""
WATCH_SHIFTS = """
window.shifts = [];
new PerformanceObserver(function (list) {
  list.getEntries().forEach(function (entry) { window.shifts.push(entry.value); });
}).observe({ type: 'layout-shift', buffered: true });
"""
STORED = """
async () => ({
  cookies: document.cookie,
  local: localStorage.length,
  session: sessionStorage.length,
  databases: (await indexedDB.databases()).length,
  caches: (await caches.keys()).length
})
"""


@dataclass
class Visit:
    """One reader on a page, and everything that went over the line or into the console."""

    page: Page
    context: BrowserContext
    requests: list[str] = field(default_factory=list)
    console: list[str] = field(default_factory=list)

    def asked(self, path: str) -> list[str]:
        """The requests to an address of the ad server."""
        return [address for address in self.requests if urlsplit(address).path.startswith(path)]

    def shifts(self) -> list[float]:
        """Every shift of the layout so far."""
        found: list[float] = self.page.evaluate("window.shifts")
        return found

    def stored(self) -> dict[str, object]:
        """What the page has in the browser: of cookies, storage, databases and caches."""
        found: dict[str, object] = self.page.evaluate(STORED)
        return found

    def wait_for(self, path: str, number: int) -> None:
        """Waits until so many requests went to an address."""
        for _ in range(100):
            if len(self.asked(path)) >= number:
                return
            self.page.wait_for_timeout(50)
        assert len(self.asked(path)) >= number, self.requests


def page_html(market: str, sockets: Sequence[str], *, between: str = "", tags: int = 1) -> str:
    """A page with these sockets, each with content of the publisher's own in it."""
    tag = f'<script async src="{market}/t.js"></script>' * tags
    boxes = between.join(
        f'<div class="isocket" data-socket="{slug}"><p>Our own words {number}</p></div>'
        for number, slug in enumerate(sockets, 1)
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>News</title>'
        f'<link rel="stylesheet" href="/page.css">{tag}</head><body><h1>News</h1>{boxes}<p>The end</p></body></html>'
    )


def put_up(site: SiteServer, html: str, *, policy: str = "", style: str = "") -> str:
    """Puts a page up; gives its address, whose host is not the market's."""
    headers = {"Content-Security-Policy": policy} if policy else {}
    site.pages["/"] = Reply(html, content_type="text/html; charset=utf-8", headers=headers)
    site.pages["/page.css"] = Reply(STYLE + style, content_type="text/css")
    site.pages["/favicon.ico"] = Reply("")
    return home_of(site)


def home_of(site: SiteServer) -> str:
    """The address of the site; its host has cookies of its own."""
    return f"http://localhost:{site.port}"


def visit(browser: Browser, address: str, *, blocked: str = "", agent: str | None = None) -> Visit:
    """Opens a page as a reader does; requests to the blocked address never arrive.

    Without an agent the browser names itself as one that nobody sits before.
    """
    context = browser.new_context(viewport={"width": DESK[0], "height": DESK[1]}, user_agent=agent)
    context.set_default_timeout(10_000)
    page = context.new_page()
    found = Visit(page, context)
    page.on("request", lambda request: found.requests.append(request.url))
    page.on("console", lambda message: found.console.append(message.text))
    page.on("pageerror", lambda error: found.console.append(f"uncaught: {error}"))
    page.add_init_script(WATCH_SHIFTS)
    if blocked:
        page.route(blocked, lambda route: route.abort("blockedbyclient"))
    page.goto(address)
    return found
