"""The names of what an ad can be for, as sockets and their publishers list them."""

from collections.abc import Collection
from functools import lru_cache

from app.domain.inventory.queries import product_categories


def product_names(codes: Collection[str]) -> list[str]:
    """The names of product categories, by name; a code that the list no longer has stands for itself."""
    return sorted(_names().get(code, code) for code in codes)


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    return {entry.code: entry.name for entry in product_categories()}
