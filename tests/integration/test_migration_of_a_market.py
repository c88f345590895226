"""A market that an earlier version left comes up whole on both databases, and goes down and up again."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import pytest
import sqlalchemy as sa
from flask import Flask

from app.domain.audit.queries import first_broken_link
from app.foundation.db import db
from app.jobs.leased_run import Runner, RunOutcome, run_now
from app.jobs.stopping import StopRequest
from app.jobs.table import JOBS
from demo.checks import problems_of_books
from demo.people import JONAS, NORA, PASSWORD, PRIYA
from tests.factories.accounts import Person, sign_in
from tests.support.databases import Databases
from tests.support.page import text_of
from tests.support.page_client import PageClient
from tests.support.recorded_market import REVISION, market_of_then, move_to, recorded_market, set_clock_back

# What nobody may lose or change.
KEPT = {
    "ad_order": ("id", "public_id", "buyer_account_id", "state", "currency", "total_minor", "credit_minor", "paid_at"),
    "line_item": ("id", "public_id", "order_id", "socket_id", "state", "price_minor", "starts_on", "ends_before"),
    "line_item_move": ("line_item_id", "from_state", "to_state", "moved_at"),
    "ledger_account": ("id", "code", "account_id", "line_item_id", "currency"),
    "journal_entry": ("id", "kind", "occurred_at", "reference", "reason", "currency"),
    "posting": ("id", "entry_id", "ledger_account_id", "side", "amount_minor", "currency"),
    "entry_seal": ("entry_id",),
    "settled_day": ("line_item_id", "day", "outcome", "price_minor", "commission_minor", "entry_id", "available_at"),
    "payment_intent": ("id", "key", "kind", "state", "amount_minor", "order_id", "gateway_id"),
    "payout": ("id", "public_id", "account_id", "state", "amount_minor", "entry_id"),
    "invoice": ("id", "number", "order_id", "total_minor", "paid_at"),
    "bid": ("id", "public_id", "auction_id", "account_id", "ceiling_minor", "price_after_minor"),
    "award": ("id", "public_id", "auction_id", "state", "hammer_price_minor", "order_id"),
    "notification_preference": ("user_id", "kind", "channel", "is_on"),
    "mail_message": ("id", "user_id", "kind", "state", "message_id"),
    "audit_record": ("sequence", "action", "subject", "record_hash"),
    "ad_count": ("socket_id", "hour_at", "line_item_id", "creative_id", "measure", "verdict", "events"),
}
UNREAD = " , Unread"
OWNERS = ("socket_id", "day", "place", "kind", "hold_id", "listing_id", "line_item_id")
OWNERS_BY_CLAIM = """
    SELECT calendar_day.socket_id, day, place,
        CASE kind WHEN 'hold' THEN 'held' WHEN 'sale' THEN 'sold' WHEN 'house' THEN 'blackout' ELSE kind END,
        CASE WHEN kind = 'hold' THEN hold_id END,
        CASE WHEN kind = 'auction' THEN listing_id END,
        CASE WHEN kind = 'sale' THEN line_item_id END
    FROM calendar_day JOIN claim ON claim.id = calendar_day.claim_id
"""
BUYERS_PAGES = ("/", "/sockets", "/campaigns", "/orders", "/account/bids", "/account/credit", "/account/cards")
PUBLISHERS_PAGES = ("/selling", "/account/earnings", "/account/earnings/statement", "/account/payouts/account")
STAFF_PAGES = ("/staff", "/staff/orders", "/staff/ledger", "/staff/payouts", "/staff/payments")


@pytest.fixture
def migrated(database_kind: str, databases: Databases, tmp_path: Path) -> Iterator[Flask]:
    """The market of then with the tables of today, at the moment of its recording."""
    with market_of_then(databases.empty(database_kind), tmp_path) as app:
        move_to(app, "head")
        set_clock_back(app)
        yield app


@pytest.mark.timeout(300)
def test_a_market_of_before_comes_up_with_everything_in_it(migrated: Flask) -> None:
    assert_nothing_is_lost(migrated)
    assert_books_agree(migrated)
    assert_notices_say_the_same(migrated)
    assert_pages_open(migrated)


@pytest.mark.timeout(300)
def test_it_goes_down_and_up_again(migrated: Flask) -> None:
    move_to(migrated, REVISION)
    assert_nothing_is_lost(migrated)
    move_to(migrated, "head")
    set_clock_back(migrated)
    assert_nothing_is_lost(migrated)
    assert_books_agree(migrated)
    assert notices_of(migrated, PRIYA.email) == recorded_market().notices[PRIYA.email]


@pytest.mark.timeout(300)
def test_what_nobody_was_told_of_yet_is_told_once(migrated: Flask) -> None:
    market = recorded_market()
    assert market.told_next
    telling = next(job for job in JOBS if job.name.startswith("deliver_"))
    for _ in range(2):
        assert run_now(telling, Runner(app=migrated, holder="test", stop=StopRequest())).outcome is RunOutcome.DONE
    for email, notices in market.told_next.items():
        told = notices_of(migrated, email)
        assert sorted(told) == sorted([*notices, *market.notices[email]])


def assert_nothing_is_lost(app: Flask) -> None:
    """Each row that counts is there, and no other; each day has the owner it had."""
    market = recorded_market()
    for table, columns in KEPT.items():
        assert stored(app, table, columns) == market.rows(table, *columns), table
    assert owners_of_days(app) == market.rows("calendar_day", *OWNERS)


def assert_books_agree(app: Flask) -> None:
    with app.app_context():
        assert problems_of_books(app.config["ISOCKET"].currency) == []
        assert first_broken_link() is None
        db.session.remove()


def assert_notices_say_the_same(app: Flask) -> None:
    for email, notices in recorded_market().notices.items():
        assert notices_of(app, email) == notices, email


def assert_pages_open(app: Flask) -> None:
    for words, pages in ((PRIYA, BUYERS_PAGES), (NORA, PUBLISHERS_PAGES), (JONAS, STAFF_PAGES)):
        client = visitor(app, words.email)
        for page in pages:
            client.get(page)


def owners_of_days(app: Flask) -> list[tuple[Any, ...]]:
    """Each taken day of a place with its owner, as the calendar said it before there were claims."""
    with app.app_context():
        has_claims = sa.inspect(db.engine).has_table("claim")
    if not has_claims:
        return stored(app, "calendar_day", OWNERS)
    return rows_of(app, OWNERS_BY_CLAIM)


def stored(app: Flask, table: str, columns: tuple[str, ...]) -> list[tuple[Any, ...]]:
    """The values of these columns as the file has them, row by row, in order."""
    names = ", ".join(f'"{column}"' for column in columns)
    return rows_of(app, f'SELECT {names} FROM "{table}"')  # noqa: S608 - names that stand above


def rows_of(app: Flask, query: str) -> list[tuple[Any, ...]]:
    """What a query finds, in order, each value as the file has it."""
    with app.app_context(), db.engine.connect() as connection:
        rows = connection.execute(sa.text(query))
        return sorted((tuple(map(_as_in_the_file, row)) for row in rows), key=repr)


def _as_in_the_file(value: object) -> object:
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}"
    if isinstance(value, date):
        return value.isoformat()
    return int(value) if isinstance(value, bool) else value


def notices_of(app: Flask, email: str) -> list[list[Any]]:
    """What somebody reads on their notices pages, newest first: title, text, link, its words, and whether unread."""
    client = visitor(app, email)
    found: list[list[Any]] = []
    number = 1
    while True:
        page = client.get(f"/notices?page={number}")
        rows = [row for row in page.elements("li") if row.find(".//time") is not None]
        found += [_notice(row) for row in rows]
        number += 1
        if not any(href.endswith(f"page={number}") for href in page.links.values()):
            return found


def _notice(row: Element) -> list[Any]:
    heading, (text, note) = next(row.iter("h2")), row.iter("p")
    title, link = text_of(heading), next(note.iter("a"))
    is_unread = title.endswith(UNREAD)
    return [title.removesuffix(UNREAD), text_of(text), link.get("href"), text_of(link), is_unread]


def visitor(app: Flask, email: str) -> PageClient:
    """Somebody of the market, signed in."""
    return sign_in(PageClient(app), Person(0, email, PASSWORD))
