"""Named kinds of the documents room."""

from enum import StrEnum


class DocumentKind(StrEnum):
    """What a numbered document is; each kind has a series of its own."""

    INVOICE = "invoice"
    """What a buyer paid, and for what."""
