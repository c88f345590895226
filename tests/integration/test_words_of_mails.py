"""Every mail says what it says in its reader's language, as HTML and as text; tried with a made-up language."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.datastructures import Headers

from app.domain.events.rules import BrowserName
from app.domain.notifications.kinds import NOTICES
from app.domain.notifications.rules import PLACEHOLDER
from app.domain.notifications.service.sending import ClaimedMail
from app.web.mails import render_mail
from tests.support.catalogues import made_up_language, write_catalogue
from tests.support.page import Page
from tests.support.spoken import problems_of

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
BROWSER = BrowserName("Firefox", "Linux").to_json()
# What mails lead to and name: names all of them, which no catalogue knows.
NAMED = {"at": AT.isoformat(), "browser": BROWSER, "address": "192.0.2.7", "site": "4711", "socket": "815"} | {
    name: f"{name.upper()}7" for name in ("auction", "bid", "award", "order", "line_item", "review", "earnings")
}
ADDRESS = "isocket, 270 East Ln., Suite #1, Burlingame, CA 94010, United States"

# On SQLite only: what a mail says does not depend on the database.
pytestmark = pytest.mark.databases("sqlite")


@pytest.fixture(scope="module")
def catalogues(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the made-up language's catalogue lies."""
    directory = tmp_path_factory.mktemp("translations")
    write_catalogue(directory)
    return directory


@pytest.mark.parametrize("kind", list(NOTICES))
def test_a_mail_speaks_its_readers_language(app: Flask, catalogues: Path, kind: str) -> None:
    words = NOTICES[kind].words
    sentences = (words.subject, words.sentence, *words.variants.values()) if words else ()
    named = {name: f"{name.upper()}7" for sentence in sentences for name in PLACEHOLDER.findall(sentence)} | NAMED
    names = [*(value for value in named.values() if isinstance(value, str)), "Ann", "isocket"]
    claimed = ClaimedMail(
        mail_id=1,
        attempt=1,
        kind=kind,
        user_id=1,
        to="ann@example.com",
        first_name="Ann",
        is_address_bound=False,
        can_unsubscribe=True,
        link_public_id="a" * 22,
        params=named,
        message_id="b" * 22,
    )
    with app.app_context(), made_up_language(app, catalogues):
        mail = render_mail(claimed, AT)
    assert problems_of(page_of(mail.html), names) == []
    # The text says the same; its lines are folded, so it is judged as one paragraph.
    text = page_of(f"<title>7</title><p>{' '.join(mail.text.split()).removesuffix(ADDRESS)}</p>")
    assert [problem for problem in problems_of(text, names) if problem.startswith("not of the catalogue")] == []


def page_of(body: str) -> Page:
    """A mail as a page."""
    return Page(path="", status=200, headers=Headers(), body=body)
