"""Named kinds of the ledger room; `docs/money.md` draws each of them."""

from enum import StrEnum


class PostingSide(StrEnum):
    """The two columns of every account."""

    DEBIT = "debit"
    """The left one: more of what we own, less of what we owe or earn."""
    CREDIT = "credit"
    """The right one: more of what we owe or earn, less of what we own."""


class AccountKind(StrEnum):
    """What an account's balance says about us."""

    ASSET = "asset"
    """We have it, or somebody owes it to us."""
    LIABILITY = "liability"
    """We owe it to somebody."""
    INCOME = "income"
    """We earned it."""


class AccountScope(StrEnum):
    """How many accounts of a code there are."""

    INSTALLATION = "installation"
    """One."""
    ACCOUNT = "account"
    """One for each account of a person or company."""
    LINE_ITEM = "line_item"
    """One for each line item."""


class AccountCode(StrEnum):
    """The chart of accounts."""

    GATEWAY_CLEARING = "gateway_clearing"
    """Taken from cards, and not yet on our bank account: the card gateway owes it to us."""
    BANK = "bank"
    """On our bank account."""
    ESCROW = "escrow"
    """Paid for a line item and not delivered yet: kept for buyer and publisher."""
    PUBLISHER_PAYABLE = "publisher_payable"
    """Earned by a publisher and not paid out yet."""
    BUYER_CREDIT = "buyer_credit"
    """Returned to a buyer and kept for the next checkout."""
    COMMISSION_INCOME = "commission_income"
    """Our share of what was delivered."""


class StatementKind(StrEnum):
    """The two statements that an account's owner may read."""

    EARNINGS = "earnings"
    """What was earned by selling, and paid out."""
    CREDIT = "credit"
    """What was returned to a buyer as credit, and spent."""


class EntryKind(StrEnum):
    """What happened that moved money."""

    CAPTURE = "capture"
    """The buyer's card was charged for a line item."""
    VOID_CAPTURE = "void_capture"
    """A charge was called off before the card gateway settled it."""
    REFUND_TO_CARD = "refund_to_card"
    """Undelivered money went back to the buyer's card."""
    REFUND_TO_CREDIT = "refund_to_credit"
    """Undelivered money went to the buyer's credit, because the card could not take it."""
    CREDIT_SPENT = "credit_spent"
    """The buyer paid for a line item with credit."""
    RELEASE = "release"
    """A delivered day went from escrow to the publisher, less our commission."""
    ADJUSTMENT_FOR_BUYER = "adjustment_for_buyer"
    """A settled day was corrected: what publisher and we had of it became the buyer's credit."""
    ADJUSTMENT_FOR_PUBLISHER = "adjustment_for_publisher"
    """A settled day was corrected: money still in escrow was earned after all, less our commission."""
    PAYOUT = "payout"
    """Earnings were paid to the publisher's bank."""
    PAYOUT_RETURNED = "payout_returned"
    """The bank sent a payout back."""
    CORRECTION = "correction"
    """An earlier entry was wrong: the same once more with the sides exchanged."""


class LedgerProblem(StrEnum):
    """What can be wrong with a ledger if the database's own checks were bypassed."""

    EMPTY = "has no postings"
    """An entry that says nothing."""
    UNSEALED = "is not sealed"
    """An entry to which postings could still be added."""
    UNBALANCED = "does not balance"
    """An entry that makes money out of nothing, or loses it."""
    ORPHANED = "belongs to nothing"
    """A posting without its entry or account, or a seal without its entry."""
    NEGATIVE = "is below zero"
    """Escrow or credit of which more was given back than had come in."""
    WRONG_CURRENCY = "is in another currency"
    """An account in another currency than the installation's, or a posting in another than its entry or account."""
