"""The lists that the selling forms offer, and the words for what was chosen."""

from functools import lru_cache

from babel import Locale

from app.domain.inventory.queries import TaxonomyEntry, ad_formats, content_categories, product_categories
from app.web.words.messages import _, locale

CUSTOM_SIZE = "custom"
ISO_639_1_LETTERS = 2
LANGUAGES_CACHED_MAX = 8
SIZES = ad_formats()


def category_choices() -> dict[str, list[tuple[str, str]]]:
    """Content categories, grouped by their first tier."""
    return _categories_in(locale())


@lru_cache(maxsize=LANGUAGES_CACHED_MAX)
def _categories_in(_here: Locale) -> dict[str, list[tuple[str, str]]]:
    groups: dict[str, list[tuple[str, str]]] = {_("Not chosen yet"): [("", _("Choose a category"))]}
    for entry in content_categories():
        groups.setdefault(_first_tier(entry), []).append((entry.code, _label(entry)))
    return groups


def language_choices() -> list[tuple[str, str]]:
    """Languages with their names, by name."""
    return _languages_in(locale())


@lru_cache(maxsize=LANGUAGES_CACHED_MAX)
def _languages_in(here: Locale) -> list[tuple[str, str]]:
    known = ((code, name) for code, name in here.languages.items() if len(code) == ISO_639_1_LETTERS)
    return sorted(known, key=lambda row: row[1])


def language_name(code: str) -> str:
    """A language's name; the code itself when it is unknown."""
    return dict(language_choices()).get(code, code)


@lru_cache(maxsize=1)
def product_choices() -> list[tuple[str, str]]:
    """What an ad can be for, by name."""
    return [(entry.code, entry.name) for entry in product_categories()]


def size_choices() -> list[tuple[str, str]]:
    """Sizes of the IAB list by name and pixels, then the way to a size of one's own."""
    listed = [(f"{one.width_px}x{one.height_px}", _size_label(one.name, one.width_px, one.height_px)) for one in SIZES]
    return [*listed, (CUSTOM_SIZE, _("Another size"))]


def size_name(width_px: int, height_px: int) -> str:
    """The IAB's name of a size; "Custom size" when it has none."""
    names = (one.name for one in SIZES if (one.width_px, one.height_px) == (width_px, height_px))
    return next(names, _("Custom size"))


def size_key(width_px: int, height_px: int) -> str:
    """The choice that stands for a size."""
    key = f"{width_px}x{height_px}"
    return key if key in dict(size_choices()) else CUSTOM_SIZE


def sides_of(size: str) -> tuple[int, int] | tuple[None, None]:
    """Width and height of a size of the list; nothing for any other choice."""
    found = ((one.width_px, one.height_px) for one in SIZES if f"{one.width_px}x{one.height_px}" == size)
    return next(found, (None, None))


def _size_label(name: str, width_px: int, height_px: int) -> str:
    return f"{name}, {width_px} × {height_px}"  # noqa: RUF001 - the sign for sizes


def _first_tier(entry: TaxonomyEntry) -> str:
    return entry.path.partition(": ")[0]


def _label(entry: TaxonomyEntry) -> str:
    return _("%(category)s (in general)", category=entry.name) if entry.tier == 1 else entry.name
