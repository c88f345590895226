"""Named kinds of the notifications room: what people are told, by which channel, and where a mail stands."""

from enum import StrEnum

from app.foundation.states import Transitions


class NotificationKind(StrEnum):
    """What a message is about; one template each."""

    EMAIL_CONFIRMATION = "email_confirmation"
    """The link that confirms the address of a new account."""
    EMAIL_ALREADY_REGISTERED = "email_already_registered"
    """Somebody tried to sign up with an address that has an account."""
    PASSWORD_RESET = "password_reset"  # noqa: S105 - a name, not a password
    """The link that lets its holder choose a new password."""
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - a name, not a password
    """The password was changed."""
    EMAIL_CHANGE_REQUESTED = "email_change_requested"
    """The link that confirms a new address of an account."""
    EMAIL_CHANGED = "email_changed"
    """The old address is told that the account left it."""
    NEW_SIGN_IN = "new_sign_in"
    """A sign-in from a browser and network not seen before."""
    SESSIONS_ENDED = "sessions_ended"
    """All sessions were ended at once."""
    POLICY_CHANGED = "policy_changed"
    """There is a new version of a document that people agree to."""
    BID_PLACED = "bid_placed"
    """The confirmation of a bid."""
    OUTBID = "outbid"
    """Somebody else leads."""
    AUCTION_EXTENDED = "auction_extended"
    """The end of an auction moved."""
    BID_WITHDRAWN = "bid_withdrawn"
    """A bid was taken back."""
    LEADS_AGAIN = "leads_again"
    """A withdrawal put somebody in front again."""
    AUCTION_WON = "auction_won"
    """Won: what is charged and what comes next."""
    AUCTION_LOST = "auction_lost"
    """An auction ended for somebody else, or without a sale."""
    AUCTION_SOLD = "auction_sold"
    """The publisher's auction ended with an award."""
    AUCTION_UNSOLD = "auction_unsold"
    """The publisher's auction ended without a sale, or an offer after it was not taken."""
    AWARD_REMINDER = "award_reminder"
    """An award is unpaid after a day."""
    AWARD_LAPSED = "award_lapsed"
    """An award was not paid in time."""
    OFFER_FOR_A_DAY = "offer_for_a_day"
    """A second chance, or the seller's offer at the reserve."""
    ORDER_PAID = "order_paid"
    """An order was paid; both parties."""
    PAYMENT_DECLINED = "payment_declined"
    """A card was declined."""
    SITE_PROOF_MISSING = "site_proof_missing"
    """A site's proof was not found."""
    SITE_LAPSED = "site_lapsed"
    """A site's proof was gone for too long."""
    CREATIVE_SUBMITTED = "creative_submitted"
    """A creative waits for the publisher's answer."""
    CREATIVE_APPROVED = "creative_approved"
    """The buyer's creative may run."""
    CREATIVE_CHANGE_ASKED = "creative_change_asked"
    """The publisher asked for a change of the creative."""
    CREATIVE_REFUSED = "creative_refused"
    """The creative was refused."""
    CREATIVE_NEEDED = "creative_needed"
    """A flight is near and has no approved creative."""
    FLIGHT_STARTED = "flight_started"
    """A flight began; both parties."""
    FLIGHT_FINISHED = "flight_finished"
    """A flight is over; both parties."""
    FLIGHT_PAUSED = "flight_paused"
    """The other party paused a line item."""
    FLIGHT_RESUMED = "flight_resumed"
    """A paused line item runs again."""
    TAG_MISSING = "tag_missing"
    """A running line item's socket had no request for a day."""
    MONEY_RETURNED = "money_returned"
    """Undelivered money is on its way back."""
    PAYOUT_SENT = "payout_sent"
    """Earnings were paid out."""
    PAYOUT_ACCOUNT_CHANGED = "payout_account_changed"
    """The payout account was changed."""
    PRODUCT_NEWS = "product_news"
    """Tips and offers: first steps, what is new, what is on sale."""


class Category(StrEnum):
    """Why a message is sent; it decides what can be switched off."""

    SECURITY = "security"
    """The safety of the account. Always sent."""
    SERVICE = "service"
    """The person's own account and transactions. Always in the product; its mail can be switched off."""
    MARKETING = "marketing"
    """Tips and offers. Off until asked for."""


class Channel(StrEnum):
    """How a message reaches a person."""

    IN_APP = "in_app"
    """A notice on the notices page."""
    MAIL = "mail"
    """An e-mail."""


class Delivery(StrEnum):
    """Whether a kind uses a channel, and who decides."""

    ALWAYS = "always"
    """Sent, and cannot be switched off."""
    ON = "on"
    """Sent until the person switches it off."""
    OFF = "off"
    """Not sent until the person asks for it."""
    NEVER = "never"
    """This kind does not use this channel."""


class MailState(StrEnum):
    """Where a mail stands."""

    QUEUED = "queued"
    """Waits for its first or next try."""
    SENDING = "sending"
    """A job is at it; when that job died, another takes over after a while."""
    SENT = "sent"
    """The mail server took it."""
    SUPPRESSED = "suppressed"
    """Not sent on purpose: switched off, or its link is used or too old."""
    FAILED = "failed"
    """The server refused it for good, or could not be reached for a day."""


MAIL_MOVES = Transitions(
    {
        MailState.QUEUED: frozenset({MailState.SENDING, MailState.SUPPRESSED, MailState.FAILED}),
        MailState.SENDING: frozenset(MailState),
        MailState.SENT: frozenset[MailState](),
        MailState.SUPPRESSED: frozenset[MailState](),
        MailState.FAILED: frozenset[MailState](),
    }
)


class MailResult(StrEnum):
    """What a mail server said to one try."""

    TAKEN = "taken"
    """It is the server's business now."""
    REFUSED = "refused"
    """Never."""
    UNAVAILABLE = "unavailable"
    """Not now."""
