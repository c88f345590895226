"""What the database itself refuses, told in plain SQL, past every service."""

from collections.abc import Sequence

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError

from app.domain.ledger.queries import balance
from app.domain.ledger.rules import escrow
from app.foundation.db import db
from tests.factories.bare import make_line_items
from tests.factories.ledger import make_escrow

pytestmark = pytest.mark.usefixtures("app_context")

CLEARING, ESCROW, EUROS = 901, 902, 903
ACCOUNTS = sa.text("""
    INSERT INTO ledger_account (id, code, line_item_id, currency)
    VALUES (901, 'gateway_clearing', NULL, 'USD'), (902, 'escrow', 1, 'USD'), (903, 'escrow', 2, 'EUR')
""")
SEAL = sa.text("INSERT INTO entry_seal (entry_id) VALUES (900)")


@pytest.fixture(autouse=True)
def line_items(app: Flask) -> None:
    make_line_items(app, 1, 2, 3)


def entry(number: int = 900, *, reference: str = "raw:900") -> sa.TextClause:
    return sa.text("""
        INSERT INTO journal_entry (id, kind, occurred_at, reference, reason, currency)
        VALUES (:id, 'capture', '2026-11-22 12:00:00', :reference, 'In plain SQL.', 'USD')
    """).bindparams(id=number, reference=reference)


def posting(account: int, side: str, *, amount: object = 100, currency: str = "USD") -> sa.TextClause:
    return sa.text("""
        INSERT INTO posting (entry_id, ledger_account_id, side, amount_minor, currency)
        VALUES (900, :account, :side, :amount, :currency)
    """).bindparams(account=account, side=side, amount=amount, currency=currency)


ENTRY = entry()
DEBIT = posting(CLEARING, "debit")
CREDIT = posting(ESCROW, "credit")
WHOLE = (ACCOUNTS, ENTRY, DEBIT, CREDIT, SEAL)


def tell(statements: Sequence[sa.TextClause]) -> None:
    """Runs statements in one transaction and commits it."""
    with db.engine.begin() as connection:
        for statement in statements:
            connection.execute(statement)


def count(table: str) -> int:
    with db.engine.connect() as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(sa.table(table))).scalar_one())


def test_a_balanced_and_sealed_entry_is_taken() -> None:
    tell(WHOLE)
    assert balance(escrow(1)) == 100


@pytest.mark.parametrize(
    ("statements", "reason"),
    [
        ([ENTRY, SEAL], "without postings"),
        ([SEAL], "without postings"),
        ([ENTRY, DEBIT, SEAL], "does not balance"),
        ([ENTRY, DEBIT, posting(ESCROW, "credit", amount=99), SEAL], "does not balance"),
        ([ENTRY, DEBIT, DEBIT, SEAL], "does not balance"),
        ([ENTRY, DEBIT, posting(EUROS, "credit", currency="EUR"), SEAL], "does not balance"),
        ([ENTRY, DEBIT, posting(EUROS, "credit"), SEAL], "another currency"),
        (
            [ENTRY, posting(EUROS, "debit", currency="EUR"), posting(EUROS, "credit", currency="EUR"), SEAL],
            "another currency",
        ),
    ],
)
def test_an_entry_that_is_empty_unbalanced_or_mixed_cannot_be_sealed(
    statements: list[sa.TextClause], reason: str
) -> None:
    with pytest.raises(IntegrityError, match=reason):
        tell([ACCOUNTS, *statements])
    assert count("journal_entry") == 0


def test_an_entry_without_a_seal_cannot_be_committed() -> None:
    with pytest.raises(IntegrityError, match=r"(?i)foreign key"):
        tell([ACCOUNTS, ENTRY, DEBIT, CREDIT])
    assert count("journal_entry") == count("posting") == 0


@pytest.mark.parametrize("more", [[CREDIT], [DEBIT, CREDIT]])
def test_a_sealed_entry_takes_no_posting(more: list[sa.TextClause]) -> None:
    with pytest.raises(IntegrityError, match="takes no posting"):
        tell([*WHOLE, *more])
    tell(WHOLE)
    with pytest.raises(IntegrityError, match="takes no posting"):
        tell(more)
    assert count("posting") == 2


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_account SET line_item_id = 3 WHERE code = 'escrow'",
        "UPDATE journal_entry SET reason = 'Another.'",
        "UPDATE posting SET amount_minor = amount_minor + 1",
        "UPDATE posting SET side = CASE side WHEN 'debit' THEN 'credit' ELSE 'debit' END",
        "UPDATE entry_seal SET entry_id = entry_id + 1",
        "DELETE FROM posting",
        "DELETE FROM journal_entry",
        "DELETE FROM entry_seal",
        "DELETE FROM ledger_account",
    ],
)
def test_nothing_is_updated_or_deleted(statement: str) -> None:
    make_escrow(1, 100)
    with pytest.raises(IntegrityError, match="never changed"):
        tell([sa.text(statement)])
    assert balance(escrow(1)) == 100


@pytest.mark.databases("postgresql")  # SQLite has no TRUNCATE
@pytest.mark.parametrize("table", ["posting", "journal_entry", "entry_seal", "ledger_account"])
def test_nothing_is_truncated(table: str) -> None:
    make_escrow(1, 100)
    with pytest.raises(IntegrityError, match="never changed"):
        tell([sa.text(f"TRUNCATE {table} CASCADE")])


@pytest.mark.parametrize("amount", [0, -1, 0.5, None])
def test_a_posting_is_a_whole_amount_above_zero(amount: object) -> None:
    with pytest.raises(IntegrityError):
        tell([ACCOUNTS, ENTRY, posting(CLEARING, "debit", amount=amount)])


@pytest.mark.databases("sqlite")  # PostgreSQL's columns have types
@pytest.mark.parametrize("amount", [0.5, 1.5, "many", 1e300])
def test_sqlite_stores_no_amount_that_is_not_whole(amount: object) -> None:
    with pytest.raises(IntegrityError, match="amount_is_integer"):
        tell([ACCOUNTS, ENTRY, posting(CLEARING, "debit", amount=amount)])


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO ledger_account (code, currency) VALUES ('escrow', 'USD')",
        "INSERT INTO ledger_account (code, currency) VALUES ('buyer_credit', 'USD')",
        "INSERT INTO ledger_account (code, currency, line_item_id) VALUES ('bank', 'USD', 3)",
        "INSERT INTO ledger_account (code, currency) VALUES ('gateway_clearing', 'USD')",
        "INSERT INTO ledger_account (code, currency, line_item_id) VALUES ('escrow', 'USD', 1)",
        "INSERT INTO ledger_account (code, currency, account_id) VALUES ('buyer_credit', 'USD', 999999)",
    ],
)
def test_an_account_has_the_owner_it_needs_and_no_double(statement: str) -> None:
    tell([ACCOUNTS])
    with pytest.raises(IntegrityError):
        tell([sa.text(statement)])
    assert count("ledger_account") == 3


def test_a_reference_is_used_once_for_each_kind() -> None:
    tell(WHOLE)
    with pytest.raises(IntegrityError):
        tell([entry(999)])
    assert count("journal_entry") == 1


def test_escrow_is_of_a_line_item_that_there_is() -> None:
    with pytest.raises(IntegrityError):
        tell([sa.text("INSERT INTO ledger_account (code, currency, line_item_id) VALUES ('escrow', 'USD', 4)")])
