"""Every kind of business fact on one screen, and who listens."""

from enum import StrEnum


class FactKind(StrEnum):
    """What happened, in the past tense; each with who is told."""

    SIGNED_UP = "signed_up"
    """An account was opened: the person gets the link that confirms the address."""
    SIGN_UP_REPEATED = "sign_up_repeated"
    """Somebody used a known address to sign up: its owner is told, nobody else learns of it."""
    CONFIRMATION_ASKED = "confirmation_asked"
    """The person asked for the confirmation link again."""
    EMAIL_CONFIRMED = "email_confirmed"
    """The address was confirmed: those who asked for it get first tips."""
    PASSWORD_RESET_ASKED = "password_reset_asked"  # noqa: S105 - a name, not a password
    """Somebody asked to reset the password: the owner gets a link."""
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - a name, not a password
    """The password was changed or reset: the owner is told."""
    EMAIL_CHANGE_ASKED = "email_change_asked"
    """A new address was entered: the new address gets a link."""
    EMAIL_CHANGED = "email_changed"
    """The address was changed: the old address is told."""
    SIGNED_IN_ON_NEW_DEVICE = "signed_in_on_new_device"
    """A sign-in from a browser and network not seen before: the owner is told."""
    SESSIONS_ENDED = "sessions_ended"
    """All sessions were ended at once: the owner is told."""
    ORDER_PAID = "order_paid"
    """An order was paid: both parties are told."""
    PAYMENT_DECLINED = "payment_declined"
    """A card was declined: the buyer is told what to do and until when."""
    BID_PLACED = "bid_placed"
    """A bid was taken: its bidder gets the confirmation."""
    OUTBID = "outbid"
    """Somebody else leads now: the one who led is told."""
    AUCTION_EXTENDED = "auction_extended"
    """The end moved: every bidder is told."""
    BID_WITHDRAWN = "bid_withdrawn"
    """A bidder withdrew: bidder and publisher are told."""
    LEADS_AGAIN = "leads_again"
    """A withdrawal put somebody in front again: they are told, for their bid binds again."""
    AUCTION_WON = "auction_won"
    """An auction ended with an award: the winner is told what is charged."""
    AUCTION_LOST = "auction_lost"
    """An auction ended for somebody else: each other bidder is told."""
    AUCTION_SOLD = "auction_sold"
    """An auction ended with an award: the publisher is told."""
    AUCTION_UNSOLD = "auction_unsold"
    """An auction ended without a sale: the publisher is told."""
    AWARD_REMINDER = "award_reminder"
    """An award is still unpaid after a day: the winner is reminded."""
    AWARD_LAPSED = "award_lapsed"
    """An award was not paid in time: winner and publisher are told."""
    SECOND_CHANCE_OFFERED = "second_chance_offered"
    """The underbidder may take the flight for a day."""
    OFFERED_AT_RESERVE = "offered_at_reserve"
    """The top bidder may take the flight at the reserve for a day."""
    SOCKET_CHANGED = "socket_changed"
    """A socket, its site or what is offered on it changed: nobody is told, the catalogue looks again."""


class Consumer(StrEnum):
    """A room that reads facts; each fact reaches each consumer exactly once."""

    NOTIFICATIONS = "notifications"
    """Tells people."""
    CATALOGUE = "catalogue"
    """Keeps the search rows of sockets up to date."""


TELLS_NOBODY = frozenset({FactKind.SOCKET_CHANGED})
CHANGES_A_SOCKET = frozenset(
    {
        FactKind.SOCKET_CHANGED,
        FactKind.BID_PLACED,
        FactKind.BID_WITHDRAWN,
        FactKind.AUCTION_SOLD,
        FactKind.AUCTION_UNSOLD,
    }
)


def listeners(kind: FactKind) -> tuple[Consumer, ...]:
    """The consumers that have to read a fact of this kind."""
    found = () if kind in TELLS_NOBODY else (Consumer.NOTIFICATIONS,)
    return (*found, Consumer.CATALOGUE) if kind in CHANGES_A_SOCKET else found
