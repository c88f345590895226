"""Every page says what it says in its reader's language, in whole sentences; tried with a made-up language."""

import json
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from app.adapters.web_fetch import Fetched, FetchRefused, Unreachable
from app.adapters.web_fetch.addresses import NO_SUCH_NAME
from app.adapters.web_fetch.guarded import COMPRESSED
from app.domain.accounts.service.sessions import start_session
from app.domain.creatives.service.landing import fetch_landing_page
from app.domain.inventory.queries import ProofTarget, ad_formats, content_categories, product_categories
from app.domain.inventory.service.proofs import look_for_proof
from app.domain.inventory.service.sites import record_proof_check
from app.foundation.access import StaffRole
from app.foundation.clock import database_now
from app.foundation.db import db, in_transaction
from tests.factories.accounts import Person, make_person
from tests.factories.creatives import make_creative
from tests.factories.inventory import account_of, make_site
from tests.factories.orders import make_booked_line_item
from tests.support.catalogues import made_up_language, write_catalogue
from tests.support.page import Page
from tests.support.raw_browser import RawBrowser
from tests.support.spoken import problems_of
from tests.support.surface import Spot, make_examples, spots
from tests.support.surface_market import make_market_examples

OK = 200
# Pages for those who run an installation or work on it, and documents kept in the words that people agreed to.
IN_ENGLISH = frozenset(
    {"legal.terms", "legal.privacy", "legal.terms_version", "legal.privacy_version", "legal.accept", "local"}
)
# Columns of what we say, not of what people entered.
SAID_BY_US = frozenset({"check_result", "landing_note"})

# On SQLite only: what a page says does not depend on the database.
pytestmark = [pytest.mark.databases("sqlite"), pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def catalogues(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the made-up language's catalogue lies."""
    directory = tmp_path_factory.mktemp("translations")
    write_catalogue(directory)
    return directory


def test_every_page_speaks_its_readers_language(app: Flask, catalogues: Path) -> None:
    person = make_person(app)
    found_wanting = make_found_wanting(app, person)
    market = make_market_examples(app, person)
    begin_known_session(app, person)
    owner = RawBrowser(app).sign_in(person)
    staff = RawBrowser(app).sign_in(make_person(app, roles=tuple(StaffRole)))
    everything = [*spots(app, make_examples(app, person, market), changing=False), *found_wanting]
    pages = [spot for spot in everything if is_translated(spot)]
    names = names_of(app)
    problems: dict[str, list[str]] = {}
    with made_up_language(app, catalogues):
        for browser in (owner, staff, RawBrowser(app)):
            for spot in pages:
                found = fetched(browser, spot)
                if found is not None:
                    problems.setdefault(f"{spot.endpoint} {spot.path}", []).extend(problems_of(found, names))
    assert not any(problems.values()), json.dumps(
        {name: sorted(set(found)) for name, found in problems.items() if found}, ensure_ascii=False, indent=1
    )


def make_found_wanting(app: Flask, person: Person) -> list[Spot]:
    """Pages that say what was stored to be said later: what looks for a proof and at landing pages have found."""
    site = make_site(app, account_of(app, person))
    asked, bought = make_booked_line_item(app, publisher=person), make_booked_line_item(app, buyer=person)
    review = make_creative(app, asked, landing=fetch_landing_page(Nowhere(), "https://nowhere.example/"))
    make_creative(app, bought, landing=fetch_landing_page(Elsewhere(), "https://a.example/"))

    def work() -> None:
        target = ProofTarget(site.id, site.address, site.domain, site.proof_token, "key")
        record_proof_check(site.id, look_for_proof(Elsewhere(), target, "isocket.example"), now=database_now())

    with app.app_context():
        in_transaction(work)
    return [
        Spot("selling.site", "GET", f"/selling/sites/{site.id}"),
        Spot("admin.site", "GET", f"/staff/sites/{site.id}"),
        Spot("selling.creative", "GET", f"/selling/creatives/{review.public_id}"),
        Spot("campaigns.line_item", "GET", f"/campaigns/{bought.line_item}"),
        Spot("admin.line_item", "GET", f"/staff/line-items/{bought.line_item}"),
    ]


def begin_known_session(app: Flask, person: Person) -> None:
    """A session in a browser whose name we know."""
    agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"

    def work() -> None:
        start_session(person.user_id, client_address="192.0.2.7", user_agent=agent, now=database_now())

    with app.app_context():
        in_transaction(work)


class Nowhere:
    """A fetcher that finds no site."""

    allows_loopback = False

    def fetch(self, _url: str) -> Fetched:
        raise Unreachable(NO_SUCH_NAME)


class Elsewhere:
    """A fetcher that is led on to another site, or told that there is no such page, and refused ads.txt."""

    allows_loopback = False

    def fetch(self, url: str) -> Fetched:
        if url.endswith("/ads.txt"):
            raise FetchRefused(COMPRESSED)
        status = 503 if url.endswith("/isocket.txt") else 200
        return Fetched(status, "", "http://elsewhere.example/", "text/html")


def is_translated(spot: Spot) -> bool:
    room = spot.endpoint.partition(".")[0]
    return not {room, spot.endpoint} & IN_ENGLISH


def fetched(browser: RawBrowser, spot: Spot) -> Page | None:
    """The page at an address; None where there is none for this reader."""
    answer = browser.get(spot.path)
    if answer.status_code != OK or not answer.content_type.startswith("text/html"):
        return None
    return Page(path=spot.path, status=OK, headers=answer.headers, body=answer.get_data(as_text=True))


def names_of(app: Flask) -> list[str]:
    """Whatever people have entered, and the lists that are the trade's own."""
    lists = [
        *(one.name for one in ad_formats()),
        *(entry.name for entry in (*content_categories(), *product_categories())),
    ]
    entered: set[str] = set()
    with app.app_context(), db.engine.connect() as connection:
        for table in db.metadata.sorted_tables:
            texts = [
                column
                for column in table.columns
                if type(column.type) in {sa.String, sa.Text, sa.Unicode} and column.name not in SAID_BY_US
            ]
            for row in connection.execute(sa.select(*texts)) if texts else ():
                entered.update(str(value) for value in row if value)
    return [*lists, *map(str.lower, lists), *(text for text in entered if len(text) > 1), "isocket"]
