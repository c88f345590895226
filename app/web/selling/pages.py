"""Rows and labels of the publisher's pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.domain.inventory.rules import RateCard, cheapest_combination
from app.web.parts.prices import arithmetic_words
from app.web.words.money import amount_words

if TYPE_CHECKING:
    from app.domain.inventory.models import Site, Socket

EXAMPLE_LENGTHS = (1, 3, 7, 10, 14, 30, 60, 90)


@dataclass(frozen=True, slots=True)
class NextStep:
    """What to do next, and where."""

    words: str
    url: str


@dataclass(frozen=True, slots=True)
class SocketRow:
    """A socket in the list of what is for sale."""

    socket: "Socket"
    kind: str
    state: str
    next_step: NextStep | None


@dataclass(frozen=True, slots=True)
class SiteRow:
    """A site in the list of what is for sale, with its sockets."""

    site: "Site"
    next_step: NextStep | None
    sockets: Sequence[SocketRow]


@dataclass(frozen=True, slots=True)
class PriceLine:
    """What a run of days costs, and how that comes about."""

    length: int
    made_of: str
    total: str


def price_lines(card: RateCard, currency: str) -> list[PriceLine]:
    """Examples of what buyers pay, for lengths that the rate card offers."""
    lengths = sorted({card.days_min, card.days_max, *EXAMPLE_LENGTHS})
    offered = (length for length in lengths if card.days_min <= length <= card.days_max)
    found = ((length, cheapest_combination(card, length)) for length in offered)
    return [
        PriceLine(length, arithmetic_words(parts, card, currency), amount_words(parts.total_minor, currency))
        for length, parts in found
        if parts is not None
    ]
