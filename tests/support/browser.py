"""A real browser: headless Chromium, watched for errors, with axe and layout checks."""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any, Literal

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, Route, sync_playwright

ColorScheme = Literal["dark", "light"]

PHONE = (390, 844)
DESK = (1280, 900)
CANDIDATES = ("/usr/bin/chromium", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
COLOR_RULES = ["color-contrast", "link-in-text-block"]
STEP_TIMEOUT_MS = 10_000
# Chromium also writes a console error for an answer that a test may rightly expect, such as 422 for a form.
EXPECTED_CONSOLE = "Failed to load resource: the server responded with a status of"
LOOPBACK = ("http://127.0.0.1:", "http://localhost:", "data:", "about:", "blob:")


def find_chromium() -> str | None:
    """The browser to test with: CHROMIUM, else the usual places; None when there is none."""
    given = os.environ.get("CHROMIUM")
    return shutil.which(given) if given else next(filter(None, map(shutil.which, CANDIDATES)), None)


def tools_are_required() -> bool:
    """Whether a missing tool is a failure rather than a skip, as in CI."""
    return os.environ.get("ISOCKET_REQUIRE_TOOLS") == "1"


class BrowserWatch:
    """Collects what goes wrong in the pages of one test."""

    def __init__(self) -> None:
        """Nothing has gone wrong yet."""
        self.problems: list[str] = []

    def watch(self, page: Page) -> None:
        """Notes console errors and warnings, refused content, uncaught errors and failed requests."""
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.problems.append(f"uncaught error: {error}"))

    def guard(self, context: BrowserContext) -> None:
        """Lets nothing but loopback addresses be fetched."""
        context.route("**/*", self._only_loopback)

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not message.text.startswith(EXPECTED_CONSOLE):
            self.problems.append(f"console {message.type}: {message.text} ({message.location})")

    def _only_loopback(self, route: Route) -> None:
        if route.request.url.startswith(LOOPBACK):
            route.continue_()
            return
        self.problems.append(f"the page asked for {route.request.url}")
        route.abort()


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """The driver of the browser."""
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def browser(request: pytest.FixtureRequest) -> Iterator[Browser]:
    """One Chromium a worker. Without one the test is skipped, or fails where tools are required."""
    executable = find_chromium()
    if executable is None:
        reason = "Chromium is not installed (CHROMIUM or /usr/bin/chromium)"
        if tools_are_required():
            pytest.fail(reason)
        pytest.skip(reason)
    driver: Playwright = request.getfixturevalue("playwright")
    chromium = driver.chromium.launch(executable_path=executable, args=ARGUMENTS)
    yield chromium
    chromium.close()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test that starts Chromium is marked so: ``-m "not browser"`` leaves it out."""
    for item in items:
        if isinstance(item, pytest.Function) and starts_chromium(item):
            item.add_marker("browser")


def starts_chromium(item: pytest.Function) -> bool:
    """Whether a test asks for Chromium, however indirectly: by the fixture itself, since its name may mean another."""
    found = item._fixtureinfo.name2fixturedefs.get("browser", ())
    return bool(found) and found[-1].func is browser._get_wrapped_function()


PageMaker = Callable[..., Page]


@pytest.fixture
def browser_page(browser: Browser) -> Iterator[PageMaker]:
    """Opens pages: ``browser_page(size=PHONE, scheme="dark")``; each call is another person's device.

    The test fails when a page wrote an error to the console, broke its content security policy, threw,
    or asked for an address that is not on this machine.
    """
    watch = BrowserWatch()
    contexts: list[BrowserContext] = []

    def open_page(size: tuple[int, int] = DESK, scheme: ColorScheme = "light", **options: Any) -> Page:  # noqa: ANN401 - Playwright's own options
        width, height = size
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce", **options
        )
        context.set_default_timeout(STEP_TIMEOUT_MS)
        contexts.append(context)
        watch.guard(context)
        page = context.new_page()
        watch.watch(page)
        return page

    yield open_page
    for context in contexts:
        # What a page still asks for when its test is over is nobody's failure.
        for page in context.pages:
            page.unroute_all(behavior="ignoreErrors")
        context.unroute_all(behavior="ignoreErrors")
        context.close()
    assert not watch.problems, "\n".join(watch.problems)


def check_accessible(page: Page) -> None:
    """Fails with every WCAG 2.2 A and AA violation axe finds; a frame's document is checked at its own address."""
    _check_with_axe(page, {"type": "tag", "values": WCAG})


def check_colors(page: Page) -> None:
    """The part of ``check_accessible`` that a second colour scheme can change: everything else stays as it was."""
    _check_with_axe(page, {"type": "rule", "values": COLOR_RULES})


def _check_with_axe(page: Page, rules: dict[str, object]) -> None:
    options = {"runOnly": rules, "resultTypes": ["violations"], "iframes": False}
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    violations = page.evaluate("options => axe.run(document, options).then(found => found.violations)", options)
    lines = [
        f"{violation['id']} ({violation['impact']}): {violation['help']}\n      {node['html'][:200]}"
        for violation in violations
        for node in violation["nodes"]
    ]
    assert not lines, f"axe finds on {page.url}:\n  - " + "\n  - ".join(lines)


def check_fits(page: Page) -> None:
    """Fails when the page is wider than the window, naming what sticks out."""
    wide = page.evaluate(
        """() => {
            const room = document.documentElement.clientWidth;
            if (document.documentElement.scrollWidth <= room) return [];
            return [...document.querySelectorAll('body *')]
                .filter(element => element.getBoundingClientRect().right > room + 1)
                .slice(0, 5)
                .map(element => element.outerHTML.slice(0, 160));
        }"""
    )
    width = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert width[0] <= width[1], f"{page.url} is {width[0]} px wide in {width[1]} px: {wide}"


def check_page_in_browser(page: Page) -> None:
    """Everything that must hold for a page on any device: one h1, it fits, axe finds nothing."""
    assert page.locator("h1").count() == 1, f"{page.url} has {page.locator('h1').count()} h1 elements"
    check_fits(page)
    check_accessible(page)
