"""Pure rules of the notifications room: every kind on one screen, and how often a mail is tried."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from app.domain.notifications.states import Category, Channel, Delivery, NotificationKind
from app.domain.outbox.facts import FactKind


@dataclass(frozen=True, slots=True)
class KindRule:
    """What a kind is for, and by which channels it goes."""

    category: Category
    title: str
    explanation: str
    in_app: Delivery
    mail: Delivery

    def delivery(self, channel: Channel) -> Delivery:
        """How this kind uses a channel."""
        return self.in_app if channel is Channel.IN_APP else self.mail


KINDS: dict[NotificationKind, KindRule] = {
    NotificationKind.EMAIL_CONFIRMATION: KindRule(
        Category.SECURITY,
        "Confirmation links",
        "The link that shows that an address is yours.",
        in_app=Delivery.NEVER,
        mail=Delivery.ALWAYS,
    ),
    NotificationKind.EMAIL_ALREADY_REGISTERED: KindRule(
        Category.SECURITY,
        "Sign-up with your address",
        "Somebody tried to open a second account with your address.",
        in_app=Delivery.ALWAYS,
        mail=Delivery.ALWAYS,
    ),
    NotificationKind.PASSWORD_RESET: KindRule(
        Category.SECURITY,
        "Password links",
        "The link that lets you choose a new password, when somebody asked for it.",
        in_app=Delivery.NEVER,
        mail=Delivery.ALWAYS,
    ),
    NotificationKind.PASSWORD_CHANGED: KindRule(
        Category.SECURITY,
        "Password changed",
        "Your password was changed.",
        in_app=Delivery.ALWAYS,
        mail=Delivery.ALWAYS,
    ),
    NotificationKind.EMAIL_CHANGE_REQUESTED: KindRule(
        Category.SECURITY,
        "New address to confirm",
        "The link that puts a new e-mail address in place of the old one.",
        in_app=Delivery.NEVER,
        mail=Delivery.ALWAYS,
    ),
    NotificationKind.EMAIL_CHANGED: KindRule(
        Category.SECURITY,
        "E-mail address changed",
        "Your address was changed; the mail goes to the old one.",
        in_app=Delivery.ALWAYS,
        mail=Delivery.ALWAYS,
    ),
    NotificationKind.NEW_SIGN_IN: KindRule(
        Category.SERVICE,
        "New sign-in",
        "Somebody signed in from a browser and network not seen before.",
        in_app=Delivery.ALWAYS,
        mail=Delivery.ON,
    ),
    NotificationKind.SESSIONS_ENDED: KindRule(
        Category.SERVICE,
        "All sessions ended",
        "Every browser that was signed in was signed out.",
        in_app=Delivery.ALWAYS,
        mail=Delivery.ON,
    ),
    NotificationKind.POLICY_CHANGED: KindRule(
        Category.SERVICE,
        "New terms or privacy policy",
        "There is a new version of what you agreed to.",
        in_app=Delivery.ALWAYS,
        mail=Delivery.ALWAYS,
    ),
    NotificationKind.BID_PLACED: KindRule(
        Category.SERVICE,
        "Your bids",
        "The confirmation of each bid.",
        in_app=Delivery.ALWAYS,
        mail=Delivery.ON,
    ),
    NotificationKind.OUTBID: KindRule(
        Category.SERVICE,
        "Outbid",
        "Somebody else leads an auction that you led.",
        in_app=Delivery.ALWAYS,
        mail=Delivery.ON,
    ),
    NotificationKind.AUCTION_EXTENDED: KindRule(
        Category.SERVICE,
        "Extended auctions",
        "A late bid moved the end of an auction you bid on.",
        in_app=Delivery.ALWAYS,
        mail=Delivery.ON,
    ),
    NotificationKind.BID_WITHDRAWN: KindRule(
        Category.SERVICE,
        "Withdrawn bids",
        "A bid of yours, or on your auction, was taken back.",
        in_app=Delivery.ALWAYS,
        mail=Delivery.ON,
    ),
    NotificationKind.LEADS_AGAIN: KindRule(
        Category.SERVICE,
        "In front again",
        "Somebody withdrew, and your bid leads again.",
        in_app=Delivery.ALWAYS,
        mail=Delivery.ON,
    ),
    NotificationKind.AUCTION_WON: KindRule(
        Category.SERVICE,
        "Auctions won",
        "You won, and what is charged.",
        in_app=Delivery.ALWAYS,
        mail=Delivery.ON,
    ),
    NotificationKind.AUCTION_LOST: KindRule(
        Category.SERVICE,
        "Auctions lost",
        "An auction you bid on ended without you.",
        in_app=Delivery.ALWAYS,
        mail=Delivery.ON,
    ),
    NotificationKind.AUCTION_SOLD: KindRule(
        Category.SERVICE,
        "Your auctions: sold",
        "An auction of yours ended with a winner.",
        in_app=Delivery.ALWAYS,
        mail=Delivery.ON,
    ),
    NotificationKind.AUCTION_UNSOLD: KindRule(
        Category.SERVICE,
        "Your auctions: not sold",
        "An auction of yours ended without a sale.",
        in_app=Delivery.ALWAYS,
        mail=Delivery.ON,
    ),
    NotificationKind.AWARD_REMINDER: KindRule(
        Category.SERVICE,
        "Payment reminders",
        "Something you won is still unpaid.",
        in_app=Delivery.ALWAYS,
        mail=Delivery.ON,
    ),
    NotificationKind.AWARD_LAPSED: KindRule(
        Category.SERVICE,
        "Lapsed awards",
        "An award was not paid in time.",
        in_app=Delivery.ALWAYS,
        mail=Delivery.ON,
    ),
    NotificationKind.OFFER_FOR_A_DAY: KindRule(
        Category.SERVICE,
        "Offers to you",
        "A flight you bid on is offered to you for a day.",
        in_app=Delivery.ALWAYS,
        mail=Delivery.ON,
    ),
    NotificationKind.ORDER_PAID: KindRule(
        Category.SERVICE,
        "Orders",
        "An order of yours was paid.",
        in_app=Delivery.ALWAYS,
        mail=Delivery.ON,
    ),
    NotificationKind.PAYMENT_DECLINED: KindRule(
        Category.SERVICE,
        "Declined payments",
        "A card was declined.",
        in_app=Delivery.ALWAYS,
        mail=Delivery.ON,
    ),
    NotificationKind.PRODUCT_NEWS: KindRule(
        Category.MARKETING,
        "Tips and product news",
        "First steps, new features and offers.",
        in_app=Delivery.OFF,
        mail=Delivery.OFF,
    ),
}

KIND_OF_FACT: dict[FactKind, NotificationKind] = {
    FactKind.SIGNED_UP: NotificationKind.EMAIL_CONFIRMATION,
    FactKind.SIGN_UP_REPEATED: NotificationKind.EMAIL_ALREADY_REGISTERED,
    FactKind.CONFIRMATION_ASKED: NotificationKind.EMAIL_CONFIRMATION,
    FactKind.EMAIL_CONFIRMED: NotificationKind.PRODUCT_NEWS,
    FactKind.PASSWORD_RESET_ASKED: NotificationKind.PASSWORD_RESET,
    FactKind.PASSWORD_CHANGED: NotificationKind.PASSWORD_CHANGED,
    FactKind.EMAIL_CHANGE_ASKED: NotificationKind.EMAIL_CHANGE_REQUESTED,
    FactKind.EMAIL_CHANGED: NotificationKind.EMAIL_CHANGED,
    FactKind.SIGNED_IN_ON_NEW_DEVICE: NotificationKind.NEW_SIGN_IN,
    FactKind.SESSIONS_ENDED: NotificationKind.SESSIONS_ENDED,
    FactKind.ORDER_PAID: NotificationKind.ORDER_PAID,
    FactKind.PAYMENT_DECLINED: NotificationKind.PAYMENT_DECLINED,
    FactKind.BID_PLACED: NotificationKind.BID_PLACED,
    FactKind.OUTBID: NotificationKind.OUTBID,
    FactKind.AUCTION_EXTENDED: NotificationKind.AUCTION_EXTENDED,
    FactKind.BID_WITHDRAWN: NotificationKind.BID_WITHDRAWN,
    FactKind.LEADS_AGAIN: NotificationKind.LEADS_AGAIN,
    FactKind.AUCTION_WON: NotificationKind.AUCTION_WON,
    FactKind.AUCTION_LOST: NotificationKind.AUCTION_LOST,
    FactKind.AUCTION_SOLD: NotificationKind.AUCTION_SOLD,
    FactKind.AUCTION_UNSOLD: NotificationKind.AUCTION_UNSOLD,
    FactKind.AWARD_REMINDER: NotificationKind.AWARD_REMINDER,
    FactKind.AWARD_LAPSED: NotificationKind.AWARD_LAPSED,
    FactKind.SECOND_CHANCE_OFFERED: NotificationKind.OFFER_FOR_A_DAY,
    FactKind.OFFERED_AT_RESERVE: NotificationKind.OFFER_FOR_A_DAY,
}


class Target(StrEnum):
    """The page that a market message leads to."""

    AUCTION = "auction"
    """The auction's public page."""
    BID = "bid"
    """The bid's confirmation."""
    AWARD = "award"
    """The award's page."""
    ORDER = "order"
    """The order's page."""


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
        "The price is {hammer_price}. Your stored card is charged now. If that fails, pay another way by {pay_until}.",
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
        "Your auction ended without a sale. The days are free again. If there was a reserve that nobody met, you can "
        "offer the flight to the top bidder at the reserve.",
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
}

FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)
GIVEN_UP_AFTER = timedelta(hours=24)
# Ten seconds for each of a dozen exchanges with the server, and a margin.
HOLDER_IS_DEAD_AFTER = timedelta(minutes=5)
SUPPRESSED_AT_ONCE_MAX = 100
DOUBLINGS_MAX = 10


def wait_before_retry(attempts: int) -> timedelta:
    """How long a mail waits after its n-th failed try: a minute, doubling up to six hours.

    >>> [wait_before_retry(n) // timedelta(minutes=1) for n in (1, 2, 3, 9, 10, 40)]
    [1, 2, 4, 256, 360, 360]
    """
    doublings = min(attempts - 1, DOUBLINGS_MAX)
    return min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)


def can_switch(kind: NotificationKind, channel: Channel) -> bool:
    """Whether the person decides about this kind on this channel."""
    return KINDS[kind].delivery(channel) in {Delivery.ON, Delivery.OFF}


def is_wanted(kind: NotificationKind, channel: Channel, *, choice: bool | None) -> bool:
    """Whether a message goes out, given what the person chose (None: nothing yet)."""
    delivery = KINDS[kind].delivery(channel)
    if not can_switch(kind, channel) or choice is None:
        return delivery in {Delivery.ALWAYS, Delivery.ON}
    return choice
