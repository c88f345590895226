"""Whether all books agree: each comparison sees what is broken behind the back of the services, and names it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from app.domain.books.queries import last_checks
from app.domain.books.queries.agreeing import differences_in
from app.domain.books.queries.differences import Difference, difference_from
from app.domain.books.service import CHECKS_KEPT, record_check
from app.domain.books.states import BookSection, DifferenceSubject
from app.foundation.access import StaffRole
from app.foundation.clock import database_now
from app.foundation.db import db, in_transaction
from app.jobs import verify_books
from app.jobs.each import WorkFailedError
from tests.factories.accounts import make_person, sign_in
from tests.support.databases import Databases
from tests.support.mail_jobs import RecordingMailer, job_context
from tests.support.page_client import PageClient
from tests.support.recorded_market import market_of_then, move_to, set_clock_back

CURRENCY = "USD"
# Rows that statements name in braces.
ROWS = {
    "DAY": "(SELECT min(entry_id) FROM settled_day)",
    "CHARGE": "(SELECT min(id) FROM payment_intent WHERE kind = 'charge' AND state = 'succeeded')",
    "CAPTURE": "(SELECT min(id) FROM journal_entry WHERE kind = 'capture')",
    "PAID": "(SELECT min(id) FROM payout WHERE state = 'paid')",
    "OPEN": "(SELECT min(id) FROM payout WHERE state = 'in_file')",
    "RETURN": "(SELECT min(line_item_id) FROM money_return)",
    "INVOICE": "(SELECT min(id) FROM invoice)",
    "BATCH": "(SELECT min(id) FROM payout_batch)",
    "SOLD": "(SELECT min(line_item_id) FROM settled_day WHERE filled > 0)",
}
MORE_OF_A_DAY = """
    UPDATE posting SET amount_minor = amount_minor + 1 WHERE entry_id = {DAY}
    AND ledger_account_id IN (SELECT id FROM ledger_account WHERE code = 'WHAT')
"""
MORE_COUNTED = """
    UPDATE ad_count SET events = events + 1000000
    WHERE measure = 'WHAT' AND verdict = 'counted' AND line_item_id = {SOLD}
    AND hour_at = (SELECT min(hour_at) FROM ad_count WHERE measure = 'WHAT' AND verdict = 'counted'
                   AND line_item_id = {SOLD})
"""
# What somebody with the database's password does, and the comparison that sees it.
BROKEN = {
    "the rules of the ledger": "UPDATE posting SET amount_minor = amount_minor + 1 WHERE entry_id = {DAY}",
    "price against charge and credit": "UPDATE payment_intent SET amount_minor = amount_minor + 1 WHERE id = {CHARGE}",
    "in escrow": "UPDATE posting SET amount_minor = amount_minor + 1 WHERE entry_id = {CAPTURE}",
    "on its way back": """
        UPDATE money_return SET amount_minor = amount_minor + 1, to_card_minor = to_card_minor + 1
        WHERE line_item_id = {RETURN}
    """,
    "credit": """
        UPDATE money_return SET to_credit_minor = to_credit_minor + 1, to_card_minor = to_card_minor - 1
        WHERE line_item_id = {RETURN}
    """,
    "out of escrow for the day": MORE_OF_A_DAY.replace("WHAT", "escrow"),
    "publisher's share of the day": MORE_OF_A_DAY.replace("WHAT", "publisher_payable"),
    "commission on the day": MORE_OF_A_DAY.replace("WHAT", "commission_income"),
    "settled day of a release": "DELETE FROM settled_day WHERE entry_id = {DAY}",
    "owed to the publisher": "UPDATE payout SET amount_minor = amount_minor + 1 WHERE id = {PAID}",
    "set aside": "UPDATE payout SET amount_minor = 99999999 WHERE id = {OPEN}",
    "paid out": "UPDATE payout SET amount_minor = amount_minor - 1 WHERE id = {PAID}",
    "sent back": "UPDATE payout SET state = 'returned' WHERE id = {PAID}",
    "payout of an entry": "UPDATE payout SET entry_id = {CAPTURE} WHERE id = {PAID}",
    "total of the file": "UPDATE payout_batch SET total_minor = total_minor + 1 WHERE id = {BATCH}",
    "payouts in the file": "UPDATE payout_batch SET payouts = payouts + 1 WHERE id = {BATCH}",
    "sum of its line items": "UPDATE line_item SET price_minor = price_minor + 1 WHERE id = 1",
    "invoices": "DELETE FROM invoice WHERE id = {INVOICE}",
    "numbers given": "DELETE FROM invoice WHERE id = {INVOICE}",
    "total of the invoice": "UPDATE invoice SET total_minor = total_minor + 1 WHERE id = {INVOICE}",
    "newest moment": "UPDATE settled_day SET settled_at = '2099-01-01 00:00:00.000000' WHERE line_item_id = 1",
    "impressions of what was filled": MORE_COUNTED.replace("WHAT", "impression"),
    "measurable of the impressions": MORE_COUNTED.replace("WHAT", "measurable"),
    "viewable of the measurable": MORE_COUNTED.replace("WHAT", "viewable"),
    "clicks on the impressions": MORE_COUNTED.replace("WHAT", "click"),
    "filled of the requests": MORE_COUNTED.replace("WHAT", "filled"),
    "filled on the settled day": """
        UPDATE settled_day SET filled = filled - 1 WHERE line_item_id = {SOLD} AND filled > 0
    """,
    "events counted for another socket than its own": """
        UPDATE ad_count SET socket_id = (SELECT max(id) FROM socket) WHERE line_item_id = {SOLD}
    """,
    "daily sums of what was counted": """
        UPDATE traffic_day SET request = request + 1
        WHERE socket_id = (SELECT min(socket_id) FROM traffic_day)
    """,
}
TRIGGERS = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SET LOCAL session_replication_role = replica",
}


class Undone(Exception):  # noqa: N818 - named after what happened
    """Takes back what was broken."""


@pytest.fixture
def market(database_kind: str, databases: Databases, tmp_path: Path) -> Iterator[Flask]:
    """A market in which a month has happened."""
    with market_of_then(databases.empty(database_kind), tmp_path) as app:
        move_to(app, "head")
        set_clock_back(app)
        yield app


def look() -> list[Difference]:
    now = database_now()
    return [one for part in BookSection for one in differences_in(part, CURRENCY, now=now)]


def found_when(broken: str) -> list[Difference]:
    """What is found while a statement has been carried out with every guard taken away."""
    found: list[Difference] = []

    def work() -> None:
        connection = db.session.connection()
        raw = connection.connection.cursor()
        if connection.dialect.name == "sqlite":
            raw.execute("PRAGMA defer_foreign_keys = ON")
            for (name,) in raw.execute(TRIGGERS["sqlite"]).fetchall():
                raw.execute(f"DROP TRIGGER {name}")
        else:
            raw.execute(TRIGGERS["postgresql"])
        raw.execute(broken.format_map(ROWS))
        assert raw.rowcount, broken
        found.extend(look())
        raise Undone

    with pytest.raises(Undone):
        in_transaction(work)
    db.session.remove()
    return found


@pytest.mark.timeout(300)
def test_each_comparison_names_what_is_broken(market: Flask) -> None:
    with market.app_context():
        assert look() == []
        db.session.remove()
        unseen = {what: found for what, broken in BROKEN.items() if what not in names(found := found_when(broken))}
        assert unseen == {}
        assert look() == []
        db.session.remove()


def names(found: Sequence[Difference]) -> set[str]:
    return {difference.what for difference in found}


@pytest.mark.timeout(300)
def test_a_difference_says_which_what_was_expected_and_what_was_found(market: Flask) -> None:
    with market.app_context():
        invoices = [one for one in found_when(BROKEN["invoices"]) if one.what == "invoices"]
        escrow = [one for one in found_when(BROKEN["in escrow"]) if one.what == "in escrow"]
    assert [(one.part, one.subject, one.expected, one.found) for one in invoices] == [
        (BookSection.DOCUMENTS, DifferenceSubject.ORDER, "1", "0")
    ]
    assert len(escrow) == 1
    assert amount(escrow[0].found) - amount(escrow[0].expected) == 1
    assert str(escrow[0]) == (
        f"escrow: line item {escrow[0].number}: in escrow: expected {escrow[0].expected}, found {escrow[0].found}"
    )


def amount(text: str) -> int:
    return int(text.removesuffix(f" {CURRENCY}").replace(".", ""))


def test_the_command_says_that_books_agree(app: Flask, cli: FlaskCliRunner) -> None:
    done = cli.invoke(args=["books", "verify"])
    assert (done.exit_code, done.output.splitlines()[-1]) == (0, "The books agree.")
    with app.app_context():
        assert last_checks(5) == []


def test_the_command_names_each_difference(app: Flask, cli: FlaskCliRunner) -> None:
    break_numbers(app)
    done = cli.invoke(args=["books", "verify"])
    assert done.exit_code == 1
    assert "documents: series invoice: numbers given: expected 3, found 0" in done.output
    assert "The books do not agree: 1 difference" in done.output


def test_the_job_keeps_what_it_found(app: Flask) -> None:
    assert run_job(app) == 0
    break_numbers(app)
    assert run_job(app) == 1
    with app.app_context():
        checks = last_checks(5)
        assert [check.found for check in checks] == [1, 0]
        assert difference_from(checks[0].differences[0]).what == "numbers given"
        assert checks[0].compared["orders"] == 0


def test_what_cannot_be_compared_is_not_taken_for_agreeing(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(part: BookSection, currency: str, *, now: datetime) -> list[Difference]:
        if part is BookSection.CREDIT:
            message = "took too long"
            raise RuntimeError(message)
        return differences_in(part, currency, now=now)

    monkeypatch.setattr(verify_books, "differences_in", broken)
    with pytest.raises(WorkFailedError):
        run_job(app)
    with app.app_context():
        [stored] = last_checks(5)[0].differences
    assert str(difference_from(stored)) == "credit: comparison credit: carried out: expected yes, found no"


def test_a_job_that_is_asked_to_stop_keeps_nothing(app: Flask) -> None:
    assert run_job(app, should_stop=lambda: True) == 0
    with app.app_context():
        assert last_checks(5) == []


def test_the_last_hundred_checks_are_kept(app: Flask) -> None:
    with app.app_context():
        for _ in range(CHECKS_KEPT + 3):
            in_transaction(lambda: record_check([], {}, checked_at=database_now()))
        assert len(last_checks(CHECKS_KEPT * 2)) == CHECKS_KEPT
        db.session.remove()


def test_staff_read_what_differs(app: Flask) -> None:
    client = sign_in(PageClient(app), make_person(app, roles=(StaffRole.FINANCE,)))
    assert "were not compared yet" in client.get("/staff/books")
    run_job(app)
    assert "The books agree" in client.get("/staff/books")
    break_numbers(app)
    run_job(app)
    page = client.get("/staff/books")
    assert "The books do not agree" in page
    assert ["Series of documents invoice", "numbers given", "3", "0", "Documents"] in page.rows


@pytest.mark.timeout(300)
def test_a_difference_leads_to_what_it_is_about(market: Flask) -> None:
    with market.app_context():
        found = [one for what in ("in escrow", "paid out", "set aside", "invoices") for one in found_when(BROKEN[what])]
        found += found_when(BROKEN["total of the file"])
        in_transaction(lambda: record_check(found, {"orders": 1}, checked_at=database_now()))
        db.session.remove()
    client = sign_in(PageClient(market), make_person(market, roles=(StaffRole.FINANCE,)))
    page = client.get("/staff/books", statements_max=20)
    kinds = {"Line item", "Payout", "Account", "Order", "Bank file"}
    led = {text: href for text, href in page.links.items() if any(text.startswith(f"{kind} ") for kind in kinds)}
    assert {next(kind for kind in kinds if text.startswith(kind)) for text in led} == kinds
    for href in led.values():
        client.get(href, statements_max=30)


def break_numbers(app: Flask) -> None:
    """Has three invoice numbers given to nothing."""
    with app.app_context():
        in_transaction(lambda: db.session.connection().exec_driver_sql("UPDATE document_series SET last_number = 3"))
        db.session.remove()


def run_job(app: Flask, *, should_stop: Callable[[], bool] = lambda: False) -> int:
    with app.app_context():
        return verify_books.run(replace(job_context(RecordingMailer()), should_stop=should_stop))
