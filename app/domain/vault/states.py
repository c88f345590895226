"""Named kinds of the vault room."""

from enum import StrEnum


class VaultKind(StrEnum):
    """What kind of restricted value is kept."""

    BANK_ACCOUNT = "bank_account"
    """Routing and account number of a payout account."""
    TAX_NUMBER = "tax_number"
    """A publisher's tax number."""
