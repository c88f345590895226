"""Named kinds of the inventory room, and the terms that a socket is sold with."""

from dataclasses import dataclass
from enum import StrEnum

from app.foundation.states import Transitions


class SiteState(StrEnum):
    """Whether a site's owner has shown that the domain is theirs."""

    UNPROVED = "unproved"
    """Entered; nothing on it can be sold yet."""
    PROVED = "proved"
    """The proof was found at the last check."""
    LAPSED = "lapsed"
    """The proof was gone for a week: no new sales, what is sold runs on."""


SITE_MOVES = Transitions(
    {
        SiteState.UNPROVED: frozenset({SiteState.PROVED}),
        SiteState.PROVED: frozenset({SiteState.LAPSED, SiteState.UNPROVED}),
        SiteState.LAPSED: frozenset({SiteState.PROVED, SiteState.UNPROVED}),
    }
)


class ProofMethod(StrEnum):
    """Where the proof of a domain was found."""

    WELL_KNOWN_FILE = "well_known_file"
    """``/.well-known/isocket.txt`` holds the token."""
    META_TAG = "meta_tag"
    """The home page has ``<meta name="isocket-verify">`` with the token."""
    ADS_TXT = "ads_txt"
    """``/ads.txt`` names this account as a DIRECT seller."""


class SocketState(StrEnum):
    """Whether a socket can be offered."""

    OPEN = "open"
    """Can be listed and bought."""
    CLOSED = "closed"
    """Taken back by its publisher; what is sold runs on."""


SOCKET_MOVES = Transitions(
    {SocketState.OPEN: frozenset({SocketState.CLOSED}), SocketState.CLOSED: frozenset({SocketState.OPEN})}
)


class PagePosition(StrEnum):
    """Where on the page a socket stands (AdCOM placement positions)."""

    HEADER = "header"
    """At the top of the page."""
    ABOVE_FOLD = "above_fold"
    """Seen without scrolling."""
    IN_CONTENT = "in_content"
    """Between paragraphs."""
    SIDEBAR = "sidebar"
    """Beside the content."""
    BELOW_FOLD = "below_fold"
    """Seen after scrolling."""
    FOOTER = "footer"
    """At the end of the page."""
    NEWSLETTER = "newsletter"
    """In a mailed newsletter."""


class CreativeFormat(StrEnum):
    """File formats a socket may accept."""

    JPEG = "jpeg"
    PNG = "png"
    GIF = "gif"
    WEBP = "webp"


class ApprovalRule(StrEnum):
    """Which creatives the publisher looks at before they run."""

    APPROVE_ALL = "approve_all"
    """None: a creative that passes the checks runs at once."""
    KNOWN_BUYERS = "known_buyers"
    """Those of buyers without a finished order here."""
    EACH_ONE = "each_one"
    """Every one."""


class OnSilence(StrEnum):
    """What happens when the publisher does not answer in the approval time."""

    APPROVE = "approve"
    """The creative runs."""
    REFUSE = "refuse"
    """The creative is refused, and the buyer gets the money back."""


@dataclass(frozen=True, slots=True)
class SocketTerms:
    """What a socket asks of a creative, how its publisher answers, and how many ads take turns."""

    width_px: int
    height_px: int
    formats: tuple[str, ...]
    bytes_max: int
    approval_rule: ApprovalRule
    approval_hours: int
    on_silence: OnSilence
    taste_rules: str
    blocked_products: tuple[str, ...]
    places: int
    """How many ads take turns: each is promised the same share of the requests."""

    @property
    def hours_to_answer(self) -> int:
        """How long an answer may take after an ad was sent; 0 where every ad is approved at once."""
        return 0 if self.approval_rule is ApprovalRule.APPROVE_ALL else self.approval_hours


class Fallback(StrEnum):
    """What a socket shows while nothing is booked on it."""

    OWN = "own"
    """The publisher's own content, as it stands in the page."""
    ADVERTISE_HERE = "advertise_here"
    """A link to the socket's page."""
    HOUSE_AD = "house_ad"
    """The publisher's own creative; until there is one, the publisher's own content."""


class ListingKind(StrEnum):
    """The way a socket is offered."""

    AUCTION = "auction"
    """One flight of one place, to the highest bidder."""
    RATE_CARD = "rate_card"
    """Free dates at fixed prices."""


class ListingState(StrEnum):
    """Whether a listing can be bid on or bought."""

    OPEN = "open"
    """For sale now."""
    CLOSED = "closed"
    """Sold, ended or replaced."""
    CANCELLED = "cancelled"
    """Taken back by the publisher."""


LISTING_MOVES = Transitions(
    {
        ListingState.OPEN: frozenset({ListingState.CLOSED, ListingState.CANCELLED}),
        ListingState.CLOSED: frozenset[ListingState](),
        ListingState.CANCELLED: frozenset[ListingState](),
    }
)


class ClaimKind(StrEnum):
    """Why days of a place are not free."""

    HOLD = "hold"
    """Kept for a checkout, for a while."""
    AUCTION = "auction"
    """Up for auction, or awarded and not yet paid."""
    SALE = "sale"
    """Booked by a line item."""
    HOUSE = "house"
    """Not for sale: the publisher keeps them."""


class HoldState(StrEnum):
    """What became of held days."""

    HELD = "held"
    """Kept until it expires."""
    USED = "used"
    """Became a sale."""
    RELEASED = "released"
    """Free again: abandoned or expired."""


HOLD_MOVES = Transitions(
    {
        HoldState.HELD: frozenset({HoldState.USED, HoldState.RELEASED}),
        # A payment that failed gives the days back to the hold, so that the buyer can try another card.
        HoldState.USED: frozenset({HoldState.HELD}),
        HoldState.RELEASED: frozenset[HoldState](),
    }
)
