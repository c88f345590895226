"""The words in which public pages say what a publisher chose, and the lists that the filters offer."""

from datetime import timedelta
from functools import lru_cache

from babel import Locale

from app.domain.catalogue.states import Sort, Way
from app.domain.inventory.queries import Category, ad_formats, content_categories, product_categories
from app.domain.inventory.states import ApprovalRule, CreativeFormat, OnSilence, Position

POSITIONS = {
    Position.HEADER: "in the header, at the top of the page",
    Position.ABOVE_FOLD: "above the fold, seen without scrolling",
    Position.IN_CONTENT: "in the content, between paragraphs",
    Position.SIDEBAR: "in the sidebar, beside the content",
    Position.BELOW_FOLD: "below the fold, seen after scrolling",
    Position.FOOTER: "in the footer, at the end of the page",
    Position.NEWSLETTER: "in a newsletter",
}
FORMATS = {
    CreativeFormat.JPEG: "JPEG",
    CreativeFormat.PNG: "PNG",
    CreativeFormat.GIF: "GIF",
    CreativeFormat.WEBP: "WebP",
}
APPROVAL_RULES = {
    ApprovalRule.EACH_ONE: "The publisher looks at every ad before it runs",
    ApprovalRule.KNOWN_BUYERS: "The publisher looks at ads of buyers who are new here",
    ApprovalRule.APPROVE_ALL: "Ads that pass the automatic checks run at once",
}
ON_SILENCE = {
    OnSilence.REFUSE: "the ad counts as refused, and you get your money back",
    OnSilence.APPROVE: "the ad runs",
}
WAYS = {
    Way.ON_SALE: "On sale now, in any way",
    Way.AUCTION: "In an auction",
    Way.RATE_CARD: "At fixed prices",
    Way.ALL: "All, also those not on sale now",
}
SORTS = {
    Sort.ENDING: "Auctions ending soonest",
    Sort.NEWEST: "Newest first",
    Sort.PRICE_LOW: "Lowest price first",
    Sort.PRICE_HIGH: "Highest price first",
}
ENDING_SOON = timedelta(hours=24)
ISO_639_1_LETTERS = 2


@lru_cache(maxsize=1)
def categories() -> dict[str, Category]:
    """Content categories by code, in the order of the taxonomy."""
    return {entry.code: entry for entry in content_categories()}


@lru_cache(maxsize=1)
def languages() -> dict[str, str]:
    """Languages by code, with their English names."""
    names = Locale("en").languages
    return {code: name for code, name in names.items() if len(code) == ISO_639_1_LETTERS}


@lru_cache(maxsize=1)
def _product_names() -> dict[str, str]:
    return {entry.code: entry.name for entry in product_categories()}


def product_names(codes: list[str]) -> list[str]:
    """The names of what ads may not be for, by name."""
    return sorted(_product_names().get(code, code) for code in codes)


def size_words(width_px: int, height_px: int) -> str:
    """A size in pixels, with the IAB's name when it has one."""
    name = next((one.name for one in ad_formats() if (one.width_px, one.height_px) == (width_px, height_px)), "")
    pixels = f"{width_px} × {height_px}"  # noqa: RUF001 - the sign for sizes
    return f"{pixels}, {name[0].lower()}{name[1:]}" if name else pixels
