"""The lists that the filters of public pages offer, and the words for a size."""

from datetime import timedelta
from functools import lru_cache

from babel import Locale

from app.domain.inventory.queries import TaxonomyEntry, ad_formats, content_categories
from app.web.words.messages import locale

ENDING_SOON = timedelta(hours=24)
ISO_639_1_LETTERS = 2
LOCALES_KEPT = 8


@lru_cache(maxsize=1)
def categories() -> dict[str, TaxonomyEntry]:
    """Content categories by code, in the order of the taxonomy."""
    return {entry.code: entry for entry in content_categories()}


def languages() -> dict[str, str]:
    """Languages by code, with their names in the reader's language."""
    return _languages(locale())


@lru_cache(maxsize=LOCALES_KEPT)
def _languages(here: Locale) -> dict[str, str]:
    return {code: name for code, name in here.languages.items() if len(code) == ISO_639_1_LETTERS}


def size_words(width_px: int, height_px: int) -> str:
    """A size in pixels, with the IAB's name when it has one."""
    name = next((one.name for one in ad_formats() if (one.width_px, one.height_px) == (width_px, height_px)), "")
    pixels = f"{width_px} × {height_px}"  # noqa: RUF001 - the sign for sizes
    return f"{pixels}, {name[0].lower()}{name[1:]}" if name else pixels
