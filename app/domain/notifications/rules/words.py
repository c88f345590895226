"""What messages about transactions say, and where each leads."""

from dataclasses import dataclass
from enum import StrEnum

from app.domain.notifications.states import NotificationKind


class Target(StrEnum):
    """What the page is about that a market message leads to; the detail of that name says which one."""

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


# The page of each target: its endpoint, and the part of its address that names what it is about, if it needs one.
PAGE_OF_TARGET = {
    Target.AUCTION: ("bidding.auction", "public_id"),
    Target.BID: ("bidding.bid", "public_id"),
    Target.AWARD: ("bidding.award", "public_id"),
    Target.ORDER: ("checkout.order", "public_id"),
    Target.SITE: ("selling.site", "site_id"),
    Target.LINE_ITEM: ("campaigns.line_item", "public_id"),
    Target.REVIEW: ("selling.creative", "public_id"),
    Target.SOCKET: ("selling.tag", "socket_id"),
    Target.EARNINGS: ("account.earnings", ""),
}


@dataclass(frozen=True, slots=True)
class MarketWords:
    """What a message about a transaction says: a subject, a sentence, and where it leads.

    Names in braces are filled in when the person is told: what was sold, prices, times.
    """

    subject: str
    sentence: str
    target: Target
    link: str


MARKET_WORDS: dict[NotificationKind, MarketWords] = {
    NotificationKind.BID_PLACED: MarketWords(
        "Your bid on {what}",
        "Your bid is in. The price stands at {price}. The auction ends {ends}.",
        Target.BID,
        "See the bid",
    ),
    NotificationKind.OUTBID: MarketWords(
        "You were outbid on {what}",
        "Somebody else leads. The price stands at {price}. You can bid again until {ends}.",
        Target.AUCTION,
        "Bid again",
    ),
    NotificationKind.AUCTION_EXTENDED: MarketWords(
        "More time: {what}",
        "A late bid changed the leader, so the auction now ends {ends}.",
        Target.AUCTION,
        "See the auction",
    ),
    NotificationKind.BID_WITHDRAWN: MarketWords(
        "A bid on {what} was withdrawn",
        "The bid no longer counts. The price stands at {price}.",
        Target.AUCTION,
        "See the auction",
    ),
    NotificationKind.LEADS_AGAIN: MarketWords(
        "You lead again on {what}",
        "Somebody withdrew, so your bid leads and binds again. The price stands at {price}. The auction ends {ends}.",
        Target.AUCTION,
        "See the auction",
    ),
    NotificationKind.AUCTION_WON: MarketWords(
        "You won {what}",
        "The price is {hammer_price}. Credit is used first; the rest is charged to your stored card now. "
        "If that fails, pay another way by {pay_until}.",
        Target.AWARD,
        "See what comes next",
    ),
    NotificationKind.AUCTION_LOST: MarketWords(
        "The auction of {what} is over",
        "It ended without you at {price}. Nothing was charged.",
        Target.AUCTION,
        "See the result",
    ),
    NotificationKind.AUCTION_SOLD: MarketWords(
        "Sold: {what}",
        "Your auction ended at {price}. The winner's card is being charged; you are told when it is paid.",
        Target.AUCTION,
        "See the result",
    ),
    NotificationKind.AUCTION_UNSOLD: MarketWords(
        "Not sold: {what}",
        "There was no sale, and the days are free again. If there was a reserve that nobody met, you can offer the "
        "flight to the top bidder at the reserve, once.",
        Target.AUCTION,
        "See the auction",
    ),
    NotificationKind.AWARD_REMINDER: MarketWords(
        "Please pay for {what}",
        "Your card could not be charged. Pay another way by {pay_until}, or the flight goes to the next in line.",
        Target.AWARD,
        "Pay now",
    ),
    NotificationKind.AWARD_LAPSED: MarketWords(
        "Not paid in time: {what}",
        "The award has lapsed. The next in line gets an offer if there is one; else the days are free again.",
        Target.AUCTION,
        "See the auction",
    ),
    NotificationKind.OFFER_FOR_A_DAY: MarketWords(
        "{what} is offered to you",
        "You can have the flight for {hammer_price}. The offer stands until {pay_until}.",
        Target.AWARD,
        "See the offer",
    ),
    NotificationKind.ORDER_PAID: MarketWords(
        "Paid: {what}",
        "The order over {total} is paid. The money is kept in escrow until the ad is delivered.",
        Target.ORDER,
        "See the order",
    ),
    NotificationKind.PAYMENT_DECLINED: MarketWords(
        "Your card was declined: {what}",
        "Nothing was charged for {what}. Try again with this card or another one.",
        Target.ORDER,
        "See the order",
    ),
    NotificationKind.SITE_PROOF_MISSING: MarketWords(
        "The proof is gone: {what}",
        "We looked at your site and no longer found the proof that it is yours. Put it back {until}, or nothing new is "
        "sold on it.",
        Target.SITE,
        "See the site",
    ),
    NotificationKind.SITE_LAPSED: MarketWords(
        "No longer for sale: {what}",
        "The proof that the site is yours was gone for a week, so nothing new is sold on it. What is sold runs on. Put "
        "the proof back and let us look again.",
        Target.SITE,
        "See the site",
    ),
    NotificationKind.CREATIVE_SUBMITTED: MarketWords(
        "An ad to approve: {what}",
        "The buyer sent an ad for {days}. Please answer {due}; after that it is {silence}, as the sale says.",
        Target.REVIEW,
        "Look at the ad",
    ),
    NotificationKind.CREATIVE_APPROVED: MarketWords(
        "Your ad is approved: {what}",
        "It runs {days}. You will see its results from the first day on.",
        Target.LINE_ITEM,
        "See the booking",
    ),
    NotificationKind.CREATIVE_CHANGE_ASKED: MarketWords(
        "Please change your ad: {what}",
        "The publisher writes: {note} Send a changed ad; this is not a refusal.",
        Target.LINE_ITEM,
        "Send another ad",
    ),
    NotificationKind.CREATIVE_REFUSED: MarketWords(
        "Your ad was refused: {what}",
        "Ground: {ground}. {note} {next_step}",
        Target.LINE_ITEM,
        "See what you can do",
    ),
    NotificationKind.CREATIVE_NEEDED: MarketWords(
        "Your ad is still missing: {what}",
        "The flight is {days}, and there is no approved ad yet. Days without one are charged.",
        Target.LINE_ITEM,
        "Send the ad",
    ),
    NotificationKind.FLIGHT_STARTED: MarketWords(
        "It runs: {what}",
        "The flight {days} has begun.",
        Target.ORDER,
        "See the order",
    ),
    NotificationKind.FLIGHT_FINISHED: MarketWords(
        "It is over: {what}",
        "The flight {days} has ended. Its last days are settled within a day; what was not delivered goes back "
        "to the buyer.",
        Target.ORDER,
        "See the order",
    ),
    NotificationKind.FLIGHT_PAUSED: MarketWords(
        "Paused: {what}",
        "The other party paused the flight {days}.",
        Target.ORDER,
        "See the order",
    ),
    NotificationKind.FLIGHT_RESUMED: MarketWords(
        "It runs again: {what}",
        "The other party ended the pause of the flight {days}.",
        Target.ORDER,
        "See the order",
    ),
    NotificationKind.TAG_MISSING: MarketWords(
        "No requests: {what}",
        "An ad is booked there {days}, and for a whole day nobody asked for it. Please look whether the tag is still "
        "on your pages: days without requests go back to the buyer.",
        Target.SOCKET,
        "Check the tag",
    ),
    NotificationKind.MONEY_RETURNED: MarketWords(
        "Money back: {what}",
        "{returned} of the flight {days} was not delivered and goes back to you. {returned_how}",
        Target.LINE_ITEM,
        "See what became of each day",
    ),
    NotificationKind.PAYOUT_SENT: MarketWords(
        "Your earnings were paid out",
        "{amount} went to your bank account ending in {destination}. Banks take one to three days.",
        Target.EARNINGS,
        "See your earnings",
    ),
}
