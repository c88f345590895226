"""Named kinds of the notifications room: why people are told, by which channel, and where a mail stands."""

from enum import StrEnum

from app.foundation.states import Transitions


class PageTarget(StrEnum):
    """What the page is about that a message leads to; the field of that name says which one, where there are many."""

    AUCTION = "auction"
    """The auction's public page."""
    BID = "bid"
    """The bid's confirmation."""
    AWARD = "award"
    """The award's page."""
    ORDER = "order"
    """The order's page."""
    SITE = "site"
    """The site's page among those of its publisher."""
    LINE_ITEM = "line_item"
    """The buyer's page of a line item."""
    REVIEW = "review"
    """The publisher's page of a creative that waits."""
    SOCKET = "socket"
    """The publisher's page of a socket's tag."""
    EARNINGS = "earnings"
    """The publisher's earnings."""
    PAYOUT_ACCOUNT = "payout_account"
    """Where earnings go."""
    SECURITY = "security"
    """The person's security settings."""
    SESSIONS = "sessions"
    """The person's sessions."""
    PROFILE = "profile"
    """The person's public profile."""
    MARKET = "market"
    """The front page."""
    CONTACT = "contact"
    """How to reach us."""
    SIGN_IN = "sign_in"
    """Where people sign in."""
    CONFIRM_EMAIL = "confirm_email"
    """What a mailed link opens that confirms the address of a new account."""
    RESET_PASSWORD = "reset_password"  # noqa: S105 - a name, not a password
    """What a mailed link opens to choose a new password."""
    CONFIRM_EMAIL_CHANGE = "confirm_email_change"
    """What a mailed link opens that confirms a new address."""


class NoticeCategory(StrEnum):
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
