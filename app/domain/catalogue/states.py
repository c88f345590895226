"""Named kinds of the catalogue room."""

from enum import StrEnum


class WayToBuy(StrEnum):
    """The way to buy that somebody looks for."""

    ON_SALE = "on_sale"
    """Whatever is on sale now, in either way."""
    AUCTION = "auction"
    """A running auction."""
    RATE_CARD = "rate_card"
    """Fixed prices."""
    ALL = "all"
    """Every socket, on sale now or not."""


class SearchOrder(StrEnum):
    """The order in which sockets are listed."""

    ENDING = "ending"
    """The auction that ends first; sockets without an auction after those with one."""
    NEWEST = "newest"
    """What was put up last."""
    PRICE_LOW = "price_low"
    """The lowest price first."""
    PRICE_HIGH = "price_high"
    """The highest price first."""


PRICE_SORTS = frozenset({SearchOrder.PRICE_LOW, SearchOrder.PRICE_HIGH})
