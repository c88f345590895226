"""The demo as it is shown: its publisher's pages in a browser, simulated readers, and one group of processes."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from app import create_app
from config import Config
from demo.brands import HOUSE
from demo.front_words import MASTHEAD, PIECES
from demo.loading import Size, load_demo
from demo.people import NORA, PASSWORD
from tests.support.databases import Databases, disconnect
from tests.support.publisher_page import Visit, visit
from tests.support.server import LiveServer, free_port

# Long enough for flights in the air on the site that really answers, and no other site.
TURNS = 6
SIZE = Size(days=12, sites=1, readers=0.05)


@contextmanager
def showing(databases: Databases, data_dir: Path, page_port: int) -> Iterator[LiveServer]:
    with databases.another("sqlite") as database_url:
        server = LiveServer(data_dir=data_dir, database_url=database_url)
        app = create_app(Config.from_environment({**server.environment, "LOG_LEVEL": "ERROR"}))
        with app.app_context():
            load_demo(app, SIZE, front_address=f"http://localhost:{page_port}", say=lambda _: None)
        disconnect(app)
        try:
            server.start()
            yield server
        finally:
            if server.process is not None:
                server.stop()


@pytest.mark.timeout(600)
@pytest.mark.databases("sqlite")  # what is tested are processes and pages, and they start slowly
@pytest.mark.usefixtures("database_kind")
def test_the_demo_shows_live_ads_and_counts_its_readers(databases: Databases, tmp_path: Path, browser: Browser) -> None:
    port = free_port()
    with showing(databases, tmp_path, port) as server:
        home = f"http://localhost:{port}"
        see_pages(browser, home)
        assert f"A publisher's page: {home}  ({MASTHEAD}" in server.log
        assert f"  {NORA.email} " in server.log
        assert PASSWORD in server.log
        said = server.flask("traffic", "simulate", "--readers", "15", "--minutes", "0.1", "--stay", "5")
        assert_counted(said)
    # Stopping looked for processes left behind, and the page is one that would be.


def see_pages(browser: Browser, home: str) -> None:
    """Booked ads, an invitation and the publisher's own ad stand there, and the page stays as quiet as it was."""
    kinds: set[str] = set()
    for _ in range(TURNS):
        # Two buyers could share the place under the masthead, and there is one: it is shown every other time.
        front = visit(browser, home)
        kinds |= {kind_of(front, 0), kind_of(front, 1)}
        check_and_leave(front)
        if kinds == {"ad", "here"}:
            break
    assert kinds == {"ad", "here"}
    archive = visit(browser, f"{home}/archive")
    archive.wait_for("/e/i", 1)
    assert kind_of(archive, 1) == "ad"
    assert HOUSE.name in str(archive.page.locator(".isocket").nth(1).locator("img").get_attribute("alt"))
    check_and_leave(archive)
    article = visit(browser, f"{home}/{PIECES[0].slug}")
    assert PIECES[0].title in article.page.locator("h1").inner_text()
    check_and_leave(article)


def check_and_leave(seen: Visit) -> None:
    assert seen.console == []
    assert sum(seen.shifts()) == 0
    assert set(seen.stored().values()) <= {"", 0}
    seen.context.close()


def kind_of(seen: Visit, number: int) -> str:
    box = seen.page.locator(".isocket").nth(number)
    box.scroll_into_view_if_needed()
    box.locator("aside, a").first.wait_for()
    return "here" if "Advertise here" in box.inner_text() else "ad"


def assert_counted(said: str) -> None:
    """What the command says that it sent is what the counters gained; both sides of it are read again here."""
    rows = re.findall(r"^(\w+) +([\d,]+) +([\d,]+) +([\d,]+)   (.*)$", said, re.MULTILINE)
    assert [row[0] for row in rows] == ["request", "impression", "viewable", "click"]
    for _, sent, judged, counted, reasons in rows:
        assert sent == judged
        not_counted = sum(int(number.replace(",", "")) for number in re.findall(r" ([\d,]+)(?:,|$)", reasons))
        assert int(counted.replace(",", "")) + not_counted == int(judged.replace(",", ""))
    assert int(rows[0][1].replace(",", "")) >= 15


@pytest.mark.databases("sqlite")
def test_readers_go_to_this_machine_only(databases: Databases, tmp_path: Path, database_kind: str) -> None:
    with databases.another(database_kind) as database_url:
        server = LiveServer(
            data_dir=tmp_path, database_url=database_url, settings={"DELIVERY_URL": "https://ads.elsewhere.example"}
        )
        app = create_app(Config.from_environment(server.environment))
        try:
            said = app.test_cli_runner().invoke(args=["traffic", "simulate"])
        finally:
            disconnect(app)
    assert said.exit_code == 1
    assert "on this machine only" in said.output
