"""What is said of sites, sockets, their terms and their days; buyers and publishers read their own side's words."""

from app.domain.inventory.states import (
    ApprovalRule,
    ClaimKind,
    CreativeFormat,
    Fallback,
    ListingKind,
    ListingState,
    OnSilence,
    PagePosition,
    ProofMethod,
    SiteState,
    SocketState,
)
from app.foundation.messages import N_
from app.web.words.states.wording import StateWords

SITE_STATES = {
    SiteState.UNPROVED: StateWords(N_("Not proved")),
    SiteState.PROVED: StateWords(N_("Proved"), "live"),
    SiteState.LAPSED: StateWords(N_("Proof lapsed"), "error"),
}
PROOF_METHODS = {
    ProofMethod.WELL_KNOWN_FILE: StateWords(N_("A file on the site")),
    ProofMethod.META_TAG: StateWords(N_("A meta tag on the home page")),
    ProofMethod.ADS_TXT: StateWords(N_("A line in ads.txt")),
}
SOCKET_STATES = {SocketState.OPEN: StateWords(N_("Open"), "live"), SocketState.CLOSED: StateWords(N_("Closed"))}
LISTING_KINDS = {
    ListingKind.AUCTION: StateWords(N_("In auction"), "live"),
    ListingKind.RATE_CARD: StateWords(N_("On sale at fixed prices"), "live"),
}
LISTING_STATES = {
    ListingState.OPEN: StateWords(N_("For sale"), "live"),
    ListingState.CLOSED: StateWords(N_("No longer for sale")),
    ListingState.CANCELLED: StateWords(N_("Taken back")),
}
# The label stands alone, the sentence where a socket is described to its buyers.
POSITIONS = {
    PagePosition.HEADER: StateWords(
        N_("Header, at the top of the page"), sentence_id=N_("in the header, at the top of the page")
    ),
    PagePosition.ABOVE_FOLD: StateWords(
        N_("Above the fold, seen without scrolling"), sentence_id=N_("above the fold, seen without scrolling")
    ),
    PagePosition.IN_CONTENT: StateWords(
        N_("In the content, between paragraphs"), sentence_id=N_("in the content, between paragraphs")
    ),
    PagePosition.SIDEBAR: StateWords(
        N_("Sidebar, beside the content"), sentence_id=N_("in the sidebar, beside the content")
    ),
    PagePosition.BELOW_FOLD: StateWords(
        N_("Below the fold, seen after scrolling"), sentence_id=N_("below the fold, seen after scrolling")
    ),
    PagePosition.FOOTER: StateWords(
        N_("Footer, at the end of the page"), sentence_id=N_("in the footer, at the end of the page")
    ),
    PagePosition.NEWSLETTER: StateWords(N_("In a newsletter"), sentence_id=N_("in a newsletter")),
}
CREATIVE_FORMATS = {
    CreativeFormat.JPEG: StateWords(N_("JPEG")),
    CreativeFormat.PNG: StateWords(N_("PNG")),
    CreativeFormat.GIF: StateWords(N_("GIF")),
    CreativeFormat.WEBP: StateWords(N_("WebP")),
}
APPROVAL_RULES = {
    ApprovalRule.EACH_ONE: StateWords(N_("The publisher looks at every ad before it runs")),
    ApprovalRule.KNOWN_BUYERS: StateWords(N_("The publisher looks at ads of buyers who are new here")),
    ApprovalRule.APPROVE_ALL: StateWords(N_("Ads that pass the automatic checks run at once")),
}
OWN_APPROVAL_RULES = {
    ApprovalRule.EACH_ONE: StateWords(N_("I look at each ad before it runs")),
    ApprovalRule.KNOWN_BUYERS: StateWords(N_("I look at the ads of buyers I have not worked with before")),
    ApprovalRule.APPROVE_ALL: StateWords(N_("Ads that pass the automatic checks run at once")),
}
SILENCES = {
    OnSilence.REFUSE: StateWords(N_("The ad counts as refused, and you get your money back")),
    OnSilence.APPROVE: StateWords(N_("The ad runs")),
}
OWN_SILENCES = {
    OnSilence.REFUSE: StateWords(
        N_("The ad is refused and the buyer gets the money back"),
        sentence_id=N_("It counts as refused; unless another ad is approved, the money goes back"),
    ),
    OnSilence.APPROVE: StateWords(N_("The ad runs"), sentence_id=N_("The ad runs")),
}
FALLBACKS = {
    Fallback.OWN: StateWords(N_("What you put between the tags stays, as it stands in your page.")),
    Fallback.ADVERTISE_HERE: StateWords(
        N_("A plain box that says “Advertise here” and leads to this socket's page on the market.")
    ),
    Fallback.HOUSE_AD: StateWords(
        N_("Your own ad for this socket. Until there is one, what you put between the tags stays.")
    ),
}
# The sentence counts places of a day.
DAY_KINDS = {
    ClaimKind.SALE: StateWords(N_("Sold"), sentence_id=N_("%(count)s sold")),
    ClaimKind.AUCTION: StateWords(N_("In auction"), sentence_id=N_("%(count)s in auction")),
    ClaimKind.HOLD: StateWords(N_("Held"), sentence_id=N_("%(count)s held")),
    ClaimKind.HOUSE: StateWords(N_("Not for sale"), sentence_id=N_("%(count)s not for sale")),
}
OWN_DAY_KINDS = {
    ClaimKind.SALE: StateWords(N_("Sold"), sentence_id=N_("%(count)s sold")),
    ClaimKind.AUCTION: StateWords(N_("Auction"), sentence_id=N_("%(count)s auction")),
    ClaimKind.HOLD: StateWords(N_("Held"), sentence_id=N_("%(count)s held")),
    ClaimKind.HOUSE: StateWords(N_("Blackout"), sentence_id=N_("%(count)s blackout")),
}
