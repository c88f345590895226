"""Every kind of business fact on one screen, and who listens."""

from enum import StrEnum


class EventKind(StrEnum):
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
    """An auction ended without a sale, or an offer after it was not taken: the publisher is told."""
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
    SITE_PROOF_MISSING = "site_proof_missing"
    """A site's proof was not found: its publisher is told how long there is to put it back."""
    SITE_LAPSED = "site_lapsed"
    """A site's proof was gone for too long: its publisher is told that nothing new can be sold."""
    CREATIVE_SUBMITTED = "creative_submitted"
    """A creative waits for an answer: the publisher is told until when."""
    CREATIVE_APPROVED = "creative_approved"
    """A creative may run: the buyer is told."""
    CREATIVE_CHANGE_ASKED = "creative_change_asked"
    """The publisher asked for a change: the buyer is told which."""
    CREATIVE_REFUSED = "creative_refused"
    """A creative was refused: the buyer is told on which ground and what can be done."""
    CREATIVE_NEEDED = "creative_needed"
    """A flight is near and has no approved creative: the buyer is reminded."""
    ASSIGNMENT_CHANGED = "assignment_changed"
    """Another creative runs on a line item, or none: nobody is told, the ad server looks again."""
    HOUSE_AD_CHANGED = "house_ad_changed"
    """A socket's house ad changed: nobody is told, the ad server looks again."""
    LINE_ITEM_MOVED = "line_item_moved"
    """A line item went to another state: nobody is told by this, the ad server looks again."""
    FLIGHT_STARTED = "flight_started"
    """The first day of a flight began: both parties are told."""
    FLIGHT_FINISHED = "flight_finished"
    """The last day of a flight is over: both parties are told."""
    FLIGHT_PAUSED = "flight_paused"
    """One party paused a line item: the other one is told."""
    FLIGHT_RESUMED = "flight_resumed"
    """A paused line item runs again: the other party is told."""
    TAG_MISSING = "tag_missing"
    """A day passed without a request from the socket of a running line item: its publisher is told."""
    MONEY_RETURNED = "money_returned"
    """What was not delivered is on its way back: the buyer is told how much and where it goes."""
    PAYOUT_SENT = "payout_sent"
    """A payout was paid: the publisher is told."""
    PAYOUT_ACCOUNT_CHANGED = "payout_account_changed"
    """The payout account was changed: the owner is told, in case it was somebody else."""


class Consumer(StrEnum):
    """A room that reads facts; each fact reaches each consumer exactly once."""

    NOTIFICATIONS = "notifications"
    """Tells people."""
    CATALOGUE = "catalogue"
    """Keeps the search rows of sockets up to date."""


CHANGES_DELIVERY = frozenset(
    {
        EventKind.SOCKET_CHANGED,
        EventKind.ASSIGNMENT_CHANGED,
        EventKind.HOUSE_AD_CHANGED,
        EventKind.LINE_ITEM_MOVED,
        EventKind.SITE_LAPSED,
    }
)
TELLS_NOBODY = CHANGES_DELIVERY - {EventKind.SITE_LAPSED}
CHANGES_A_SOCKET = frozenset(
    {
        EventKind.SOCKET_CHANGED,
        EventKind.BID_PLACED,
        EventKind.BID_WITHDRAWN,
        EventKind.AUCTION_SOLD,
        EventKind.AUCTION_UNSOLD,
    }
)


def listeners(kind: EventKind) -> tuple[Consumer, ...]:
    """The consumers that have to read a fact of this kind."""
    found = () if kind in TELLS_NOBODY else (Consumer.NOTIFICATIONS,)
    return (*found, Consumer.CATALOGUE) if kind in CHANGES_A_SOCKET else found
