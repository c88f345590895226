"""Which tests may leave a database out by day."""

from tests.support.pages_only import ON_POSTGRESQL, ON_SQLITE
from tests.support.run_directory import REPOSITORY

# What is said of both databases has to be tried on both: whatever has one of these words in its name.
ALWAYS_ON_BOTH = (
    "auctions",
    "books",
    "calendar",
    "catalogue",
    "checkout",
    "events",
    "finding",
    "inventory",
    "jobs",
    "ledger",
    "migrations",
    "mover",
    "notifications",
    "payments",
    "payouts",
    "races",
    "serve",
    "settlement",
    "transactions",
    "vault",
)
# The staff's pages of payouts; payouts themselves are in test_payouts.py.
PAGES_ALL_THE_SAME = {"test_admin_payouts"}


def test_modules_on_one_database_are_there_and_in_one_list() -> None:
    modules = {path.stem for path in (REPOSITORY / "tests" / "integration").glob("test_*.py")}
    assert modules >= ON_SQLITE | ON_POSTGRESQL
    assert not ON_SQLITE & ON_POSTGRESQL


def test_what_is_not_about_pages_alone_runs_on_both() -> None:
    wrong = {
        module
        for module in (ON_SQLITE | ON_POSTGRESQL) - PAGES_ALL_THE_SAME
        if any(word in module for word in ALWAYS_ON_BOTH)
    }
    assert not wrong
