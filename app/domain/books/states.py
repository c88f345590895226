"""What is compared, and what a difference is about."""

from enum import StrEnum


class BookSection(StrEnum):
    """A part of the books that is compared with the others."""

    LEDGER = "ledger"
    """The ledger with itself: sealed, balanced, in one currency."""
    ESCROW = "escrow"
    """What is kept for a line item with what was charged, delivered and returned."""
    DAYS = "days"
    """Settled days with the entries that they posted."""
    CREDIT = "credit"
    """A buyer's credit with what was returned and spent."""
    EARNINGS = "earnings"
    """What a publisher is owed with what was earned and paid out."""
    PAYOUTS = "payouts"
    """Payouts with their bank files and entries."""
    DOCUMENTS = "documents"
    """Invoices with the orders that they are about."""
    COUNTERS = "counters"
    """Counted events with settled days and with one another."""
    TIME = "time"
    """What was written down with the clock."""


class DifferenceSubject(StrEnum):
    """What a difference is found at."""

    LEDGER = "ledger"
    """A row of the ledger; its table stands in the number."""
    LINE_ITEM = "line item"
    """A line item, or one day of it."""
    ORDER = "order"
    """An order."""
    ACCOUNT = "account"
    """An account of a person or company."""
    PAYOUT = "payout"
    """One payment to a publisher."""
    BANK_FILE = "bank file"
    """A file of payouts."""
    SERIES = "series"
    """A series of document numbers."""
    SOCKET = "socket"
    """A socket."""
    COMPARISON = "comparison"
    """A part that could not be compared."""
    TABLE = "table"
    """A table as a whole."""


class ComparedRows(StrEnum):
    """The rows that a check looks at."""

    ENTRIES = "entries"
    """Of the ledger."""
    ORDERS = "orders"
    """Paid or not."""
    LINE_ITEMS = "line_items"
    """In whatever state."""
    SETTLED_DAYS = "settled_days"
    """Earned or not."""
    PAYOUTS = "payouts"
    """Set aside, paid or sent back."""
    INVOICES = "invoices"
    """One for each paid order."""
    COUNTERS = "counters"
    """Rows of counted events."""
