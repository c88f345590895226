"""Pure rules of the catalogue: which words stand for a text, and from which price a socket can be had."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache

from app.domain.inventory.rules import MONTH_DAYS, RateCard, cheapest_combination

WORDS_ASKED_MAX = 8
WORDS_KEPT_MAX = 400
WORD_CHARACTERS_MAX = 40
# Sorts behind every auction that ends; a column that is never empty can be walked in order by an index.
ENDS_NEVER = datetime(9999, 12, 31, tzinfo=UTC)
WORD = re.compile(r"[^\W_]+")
MARK = "\N{BROKEN BAR}"


def search_words(text: str) -> list[str]:
    """The words of a text as they are stored and looked for: letters and digits, no case, no accents.

    Both databases get these same words, so that they find the same; nothing but letters and digits is
    left, so that no text can be read as a search operator.

    >>> search_words('Café "NEWS" 300x250 OR -x')
    ['cafe', 'news', '300x250', 'or', 'x']
    """
    return [word[:WORD_CHARACTERS_MAX] for word in WORD.findall(_bare(text))]


def _bare(text: str) -> str:
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).casefold()


def stored_words(texts: Iterable[str]) -> str:
    """The words under which a socket is found, each once, in order, with a blank between them."""
    return " ".join(list(dict.fromkeys(search_words(" ".join(texts))))[:WORDS_KEPT_MAX])


def asked_words(text: str) -> tuple[str, ...]:
    """The words somebody looks for, at most eight; the last may be the beginning of one."""
    return tuple(search_words(text)[:WORDS_ASKED_MAX])


def facet_word(facet: str, value: str) -> str:
    """The search word of a property; nobody can type it, since it holds more than letters and digits.

    Words and properties are then looked up together: few of many, not many to pick few from. The mark is
    no blank to either database, so the word stays one.
    """
    return MARK.join(("", *search_words(facet), *search_words(value)))


@lru_cache(maxsize=1000)
def lowest_price(card: RateCard) -> int | None:
    """The least that any booking on a rate card costs in all, in minor units; None when nothing can be booked.

    A week may cost less than five days, so some longer bookings are looked at too.

    >>> lowest_price(RateCard(1_000, 1_500, None, lead_days=2, days_min=3, days_max=90))
    1500
    """
    lengths = range(card.days_min, min(card.days_max, card.days_min + MONTH_DAYS) + 1)
    found = (cheapest_combination(card, length) for length in lengths)
    return min((one.total_minor for one in found if one is not None), default=None)
