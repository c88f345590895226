"""The lists that the selling forms offer, and the words for what was chosen."""

from functools import lru_cache

from babel import Locale

from app.domain.inventory.queries import Category, ad_formats, content_categories, product_categories
from app.domain.inventory.states import (
    ApprovalRule,
    CreativeFormat,
    Fallback,
    ListingKind,
    OnSilence,
    Position,
    ProofMethod,
    SiteState,
    SocketState,
)

CUSTOM_SIZE = "custom"
ISO_639_1_LETTERS = 2
SIZES = ad_formats()

SITE_STATES = {
    SiteState.UNPROVED: ("neutral", "Not proved"),
    SiteState.PROVED: ("live", "Proved"),
    SiteState.LAPSED: ("error", "Proof lapsed"),
}
SOCKET_STATES = {SocketState.OPEN: "Open", SocketState.CLOSED: "Closed"}
LISTING_KINDS = {ListingKind.AUCTION: "In auction", ListingKind.RATE_CARD: "On sale at fixed prices"}
POSITIONS = {
    Position.HEADER: "Header, at the top of the page",
    Position.ABOVE_FOLD: "Above the fold, seen without scrolling",
    Position.IN_CONTENT: "In the content, between paragraphs",
    Position.SIDEBAR: "Sidebar, beside the content",
    Position.BELOW_FOLD: "Below the fold, seen after scrolling",
    Position.FOOTER: "Footer, at the end of the page",
    Position.NEWSLETTER: "In a newsletter",
}
FORMATS = {
    CreativeFormat.JPEG: "JPEG",
    CreativeFormat.PNG: "PNG",
    CreativeFormat.GIF: "GIF",
    CreativeFormat.WEBP: "WebP",
}
APPROVAL_RULES = {
    ApprovalRule.EACH_ONE: "I look at each ad before it runs",
    ApprovalRule.KNOWN_BUYERS: "I look at the ads of buyers I have not worked with before",
    ApprovalRule.APPROVE_ALL: "Ads that pass the automatic checks run at once",
}
ON_SILENCE = {
    OnSilence.REFUSE: "The ad is refused and the buyer gets the money back",
    OnSilence.APPROVE: "The ad runs",
}
FALLBACKS = {
    Fallback.OWN: "What you put between the tags stays, as it stands in your page.",
    Fallback.ADVERTISE_HERE: "A plain box that says “Advertise here” and leads to this socket's page on the market.",
    Fallback.HOUSE_AD: "Your own ad for this socket. Until there is one, what you put between the tags stays.",
}
PROOF_METHODS = {
    ProofMethod.WELL_KNOWN_FILE: "A file on the site",
    ProofMethod.META_TAG: "A meta tag on the home page",
    ProofMethod.ADS_TXT: "A line in ads.txt",
}


@lru_cache(maxsize=1)
def category_choices() -> dict[str, list[tuple[str, str]]]:
    """Content categories, grouped by their first tier."""
    groups: dict[str, list[tuple[str, str]]] = {"Not chosen yet": [("", "Choose a category")]}
    for entry in content_categories():
        groups.setdefault(_first_tier(entry), []).append((entry.code, _label(entry)))
    return groups


@lru_cache(maxsize=1)
def language_choices() -> list[tuple[str, str]]:
    """Languages with their English names, by name."""
    names = Locale("en").languages
    known = ((code, name) for code, name in names.items() if len(code) == ISO_639_1_LETTERS)
    return sorted(known, key=lambda row: row[1])


def language_name(code: str) -> str:
    """A language's English name; the code itself when it is unknown."""
    return dict(language_choices()).get(code, code)


@lru_cache(maxsize=1)
def product_choices() -> list[tuple[str, str]]:
    """What an ad can be for, by name."""
    return [(entry.code, entry.name) for entry in product_categories()]


def product_names(codes: list[str]) -> list[str]:
    """The names of product categories, in the list's order."""
    return [name for code, name in product_choices() if code in codes]


def size_choices() -> list[tuple[str, str]]:
    """Sizes of the IAB list by name and pixels, then the way to a size of one's own."""
    listed = [(f"{one.width_px}x{one.height_px}", _size_label(one.name, one.width_px, one.height_px)) for one in SIZES]
    return [*listed, (CUSTOM_SIZE, "Another size")]


def size_name(width_px: int, height_px: int) -> str:
    """The IAB's name of a size; "Custom size" when it has none."""
    names = (one.name for one in SIZES if (one.width_px, one.height_px) == (width_px, height_px))
    return next(names, "Custom size")


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


def _first_tier(entry: Category) -> str:
    return entry.path.partition(": ")[0]


def _label(entry: Category) -> str:
    return f"{entry.name} (in general)" if entry.tier == 1 else entry.name
