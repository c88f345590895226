"""Mail and notices in a real browser: links in a caged mail open, nothing sticks out, axe finds nothing."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask
from playwright.sync_api import Page
from werkzeug.serving import make_server

from app.adapters.mail import OutgoingMail
from app.domain.events.kinds import EventKind
from app.foundation.signing import Purpose
from tests.factories.accounts import Person, make_person
from tests.support.browser import DESK, PHONE, ColorScheme, PageMaker, check_page_in_browser
from tests.support.mail_jobs import emptied_mailbox, record, send_all, tell_all

pytestmark = pytest.mark.databases("sqlite")  # what is tested here happens in the browser


@pytest.fixture
def person(app: Flask) -> Person:
    made = make_person(app)
    record(app, EventKind.SIGNED_IN_ON_NEW_DEVICE, made.user_id, browser="Firefox", client_address="192.0.2.7")
    tell_all(app)
    send_all(app, emptied_mailbox(app))
    return made


@pytest.fixture
def served(app: Flask, person: Person) -> Iterator[str]:
    assert person
    server = make_server("localhost", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def sign_in(page: Page, served: str, person: Person) -> None:
    page.goto(f"{served}/sign-in")
    page.get_by_label("E-mail", exact=False).first.fill(person.email)
    page.get_by_label("Password", exact=True).fill(person.password)
    page.locator("main").get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/account")


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


@pytest.mark.parametrize(("size", "scheme"), [(PHONE, "dark"), (DESK, "light")])
def test_mail_and_notices_fit_and_read_well(
    app: Flask, served: str, person: Person, browser_page: PageMaker, size: tuple[int, int], scheme: ColorScheme
) -> None:
    page = browser_page(size=size, scheme=scheme)
    token = app.extensions["isocket_signer"].sign(Purpose.UNSUBSCRIBE, [person.user_id, "new_sign_in"])
    mail = app.extensions["isocket_mailer"].names()[0]
    for path in (
        "/local/mailbox",
        f"/local/mailbox/{mail}",
        "/local/clock",
        "/styleguide",
        f"/unsubscribe/{token}",
    ):
        page.goto(served + path)
        check_page_in_browser(page)
    sign_in(page, served, person)
    for path in ("/notices", "/account/notifications"):
        page.goto(served + path)
        check_page_in_browser(page)
