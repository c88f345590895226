"""Amounts of money as the reader's language writes them."""

from app.foundation.money import format_amount
from app.web.words.messages import locale


def amount_words(minor: int, currency: str) -> str:
    """An amount, always with its currency: "$1,234.50"."""
    return format_amount(minor, currency, str(locale()))
