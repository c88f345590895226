"""Numbers, shares and alternatives as the reader's language writes them."""

from dataclasses import dataclass

from babel.lists import format_list
from babel.numbers import format_decimal

from app.foundation.messages import Alternatives
from app.web.words.messages import ENGLISH, locale

DASH = "–"  # noqa: RUF001 - the dash that stands for "none" in a table


def count_words(number: int) -> str:
    """A whole number with its thousands set apart: "1,234"."""
    here = locale()
    # English is what nearly every page says, and the language of Python's own grouping.
    return f"{number:,}" if here == ENGLISH else str(format_decimal(number, locale=here))


@dataclass(frozen=True, slots=True)
class Count:
    """A whole number that a sentence names which is said later, such as what a form asks for."""

    number: int

    def __str__(self) -> str:
        """The number as ``count_words`` writes it."""
        return count_words(self.number)


def tenths_words(number: float) -> str:
    """A number with one place after its point: "2.5"."""
    return str(format_decimal(round(number, 1), "0.0", locale=locale()))


def or_words(names: Alternatives) -> str:
    """Names of which one is to be chosen: "JPEG, PNG or GIF"."""
    here = locale()
    # English is written here without a comma before the last.
    return str(names) if here == ENGLISH else str(format_list(names, style="or", locale=here))


def share_words(part: int, whole: int) -> str:
    """How many of a hundred; a dash when there is nothing to have a share of.

    >>> share_words(1, 3), share_words(5, 0) == DASH
    ('33.3 %', True)
    """
    if not whole:
        return DASH
    return f"{tenths_words(100 * part / whole)} %"
