"""Every page says what it says in its reader's language, in whole sentences; tried with a made-up language."""

import json
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from app.domain.inventory.queries import ad_formats, content_categories, product_categories
from app.foundation.access import StaffRole
from app.foundation.db import db
from tests.factories.accounts import make_person
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
    market = make_market_examples(app, person)
    owner = RawBrowser(app).sign_in(person)
    staff = RawBrowser(app).sign_in(make_person(app, roles=tuple(StaffRole)))
    pages = [spot for spot in spots(app, make_examples(app, person, market), changing=False) if is_translated(spot)]
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
            texts = [column for column in table.columns if type(column.type) in {sa.String, sa.Text, sa.Unicode}]
            for row in connection.execute(sa.select(*texts)) if texts else ():
                entered.update(str(value) for value in row if value)
    return [*lists, *map(str.lower, lists), *(text for text in entered if len(text) > 1), "isocket"]
