"""What the ledger room refuses, and how it says so."""

from app.foundation.errors import Conflict


class NotEnoughInEscrow(Conflict):
    """There is less money left for this booking than that. Look at the page again."""


class NotEnoughCredit(Conflict):
    """There is less credit left than that. Look at the page again."""
