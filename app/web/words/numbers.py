"""Whole numbers and shares as the reader's language writes them."""

from babel.numbers import format_decimal

from app.web.words.messages import ENGLISH, locale

DASH = "–"  # noqa: RUF001 - the dash that stands for "none" in a table


def count_words(number: int) -> str:
    """A whole number with its thousands set apart: "1,234"."""
    here = locale()
    # English is what nearly every page says, and the language of Python's own grouping.
    return f"{number:,}" if here == ENGLISH else str(format_decimal(number, locale=here))


def share_words(part: int, whole: int) -> str:
    """How many of a hundred; a dash when there is nothing to have a share of.

    >>> share_words(1, 3), share_words(5, 0) == DASH
    ('33.3 %', True)
    """
    if not whole:
        return DASH
    return f"{format_decimal(round(100 * part / whole, 1), '0.0', locale=locale())} %"
