"""``flask ledger verify`` finds what nobody can do any more unless the guards are taken away first."""

from collections.abc import Sequence

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from app.domain.ledger.queries import FINDINGS_MAX, ledger_findings
from app.domain.ledger.states import LedgerProblem
from app.foundation.db import db
from tests.factories.bare import make_line_items
from tests.factories.ledger import make_escrow

TRIGGERS = {
    "entry_seal_balanced": "entry_seal",
    "posting_not_after_seal": "posting",
    **{f"{table}_no_update": table for table in ("posting", "journal_entry", "ledger_account")},
    **{f"{table}_no_delete": table for table in ("posting", "journal_entry", "entry_seal")},
}
MIXED = "UPDATE posting SET currency = 'EUR' WHERE side = 'debit'"
MORE_BACK = [
    """
    INSERT INTO journal_entry (id, kind, occurred_at, reference, reason, currency)
    VALUES (900, 'refund_to_card', '2026-11-22 12:00:00', 'raw:900', 'In plain SQL.', 'USD')
    """,
    """
    INSERT INTO posting (entry_id, ledger_account_id, side, amount_minor, currency)
    SELECT 900, id, CASE code WHEN 'escrow' THEN 'debit' ELSE 'credit' END, 101, 'USD' FROM ledger_account
    """,
    "INSERT INTO entry_seal (entry_id) VALUES (900)",
]
STRAY_SEALS = [
    """
    WITH RECURSIVE number (n) AS (SELECT 1000 UNION ALL SELECT n + 1 FROM number WHERE n < 1200)
    INSERT INTO entry_seal (entry_id) SELECT n FROM number
    """
]


@pytest.fixture(autouse=True)
def line_items(app: Flask) -> None:
    make_line_items(app, 7)


def tamper(statements: Sequence[str]) -> None:
    """Changes the books with every guard taken away, as somebody with the database's password could."""
    with db.engine.connect() as connection:
        is_sqlite = connection.dialect.name == "sqlite"
        off = "PRAGMA foreign_keys=OFF" if is_sqlite else "SET session_replication_role = replica"
        on = "PRAGMA foreign_keys=ON" if is_sqlite else "SET session_replication_role = origin"
        raw = connection.connection.cursor()
        raw.execute(off)
        for name, table in TRIGGERS.items():
            raw.execute(f"DROP TRIGGER {name}" + ("" if is_sqlite else f" ON {table}"))
        for statement in statements:
            raw.execute(statement)
        connection.connection.commit()
        raw.execute(on)
        connection.connection.commit()


@pytest.mark.usefixtures("app_context")
@pytest.mark.parametrize(
    ("statements", "problems"),
    [
        ([], set()),
        (["DELETE FROM posting"], {LedgerProblem.EMPTY}),
        (["DELETE FROM entry_seal"], {LedgerProblem.UNSEALED}),
        (["UPDATE posting SET amount_minor = 99 WHERE side = 'credit'"], {LedgerProblem.UNBALANCED}),
        (["DELETE FROM posting WHERE side = 'credit'"], {LedgerProblem.UNBALANCED}),
        (["DELETE FROM journal_entry"], {LedgerProblem.ORPHANED}),
        (["UPDATE posting SET ledger_account_id = 999 WHERE side = 'credit'"], {LedgerProblem.ORPHANED}),
        (MORE_BACK, {LedgerProblem.NEGATIVE}),
        ([MIXED], {LedgerProblem.UNBALANCED, LedgerProblem.WRONG_CURRENCY}),
        (["UPDATE ledger_account SET currency = 'EUR'"], {LedgerProblem.WRONG_CURRENCY}),
        (["UPDATE journal_entry SET currency = 'EUR'"], {LedgerProblem.WRONG_CURRENCY}),
    ],
)
def test_what_was_tampered_with_is_found(statements: list[str], problems: set[LedgerProblem]) -> None:
    make_escrow(7, 100)
    tamper(statements)
    assert {finding.problem for finding in ledger_findings("USD")} == problems


@pytest.mark.usefixtures("app_context")
def test_a_ledger_in_another_currency_than_the_installation_is_found() -> None:
    make_escrow(7, 100)
    assert {finding.problem for finding in ledger_findings("EUR")} == {LedgerProblem.WRONG_CURRENCY}


@pytest.mark.usefixtures("app_context")
def test_findings_have_a_limit() -> None:
    make_escrow(7, 100)
    tamper(STRAY_SEALS)
    assert len(ledger_findings("USD")) == FINDINGS_MAX


def test_books_that_hold_are_said_to_hold(cli: FlaskCliRunner, app: Flask) -> None:
    with app.app_context():
        make_escrow(7, 100)
    result = cli.invoke(args=["ledger", "verify"])
    assert (result.exit_code, result.output) == (0, "The ledger holds.\n")


def test_books_that_do_not_hold_are_an_error_with_what_is_wrong(cli: FlaskCliRunner, app: Flask) -> None:
    with app.app_context():
        entry_id = make_escrow(7, 100)
        tamper(["UPDATE posting SET amount_minor = 99 WHERE side = 'credit'"])
    result = cli.invoke(args=["ledger", "verify"])
    assert result.exit_code == 1
    assert f"journal_entry {entry_id} does not balance\n" in result.output
    assert "The ledger does not hold: 1 finding" in result.output
