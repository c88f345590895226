"""A caged mail in a real browser: its links open. How local pages read is seen in the crawl."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask
from werkzeug.serving import make_server

from app.adapters.mail import OutgoingMail
from tests.support.browser import PageMaker

pytestmark = pytest.mark.databases("sqlite")  # what is tested here happens in the browser


@pytest.fixture
def served(app: Flask) -> Iterator[str]:
    server = make_server("localhost", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_link_in_a_caged_mail_opens_in_a_window_of_its_own(app: Flask, served: str, browser_page: PageMaker) -> None:
    app.extensions["isocket_mailer"].send(
        OutgoingMail(
            to="ann@example.com",
            subject="A link",
            text="A link",
            html=f'<html lang="en"><head></head><body><a href="{served}/contact">Go</a></body></html>',
            message_id="<link@isocket.example>",
            sent_at=datetime(2026, 11, 22, tzinfo=UTC),
        )
    )
    page = browser_page()
    page.goto(f"{served}/local/mailbox")
    page.get_by_role("link", name="A link").first.click()
    with page.expect_popup() as opened:
        page.frame_locator("iframe").get_by_role("link", name="Go").click()
    assert opened.value.url == f"{served}/contact"
    assert opened.value.locator("h1").count() == 1
