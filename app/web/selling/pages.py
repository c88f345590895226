"""Rows and labels of the publisher's pages."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.domain.inventory.models import Site, Socket
from app.domain.inventory.service.prices import Combination, RateCard, cheapest_combination
from app.foundation.money import format_amount

EXAMPLE_LENGTHS = (1, 3, 7, 10, 14, 30, 60, 90)


@dataclass(frozen=True, slots=True)
class NextStep:
    """What to do next, and where."""

    words: str
    url: str


@dataclass(frozen=True, slots=True)
class SocketRow:
    """A socket in the list of what is for sale."""

    socket: Socket
    kind: str
    state: str
    next_step: NextStep | None


@dataclass(frozen=True, slots=True)
class SiteRow:
    """A site in the list of what is for sale, with its sockets."""

    site: Site
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
        PriceLine(length, _arithmetic(parts, card, currency), format_amount(parts.total_minor, currency))
        for length, parts in found
        if parts is not None
    ]


def _arithmetic(parts: Combination, card: RateCard, currency: str) -> str:
    terms = (
        (parts.months, "× 30 days", card.price_30_days_minor),  # noqa: RUF001 - the sign of multiplication
        (parts.weeks, "× 1 week", card.price_week_minor),  # noqa: RUF001 - the sign of multiplication
        (parts.days, "× 1 day", card.price_day_minor),  # noqa: RUF001 - the sign of multiplication
    )
    used = [
        f"{number} {unit} at {format_amount(price, currency)}"
        for number, unit, price in terms
        if number and price is not None
    ]
    return " + ".join(used)
