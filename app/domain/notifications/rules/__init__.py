"""Pure rules of the notifications room: kinds and words, and how often a mail is tried."""

from datetime import timedelta

from app.domain.notifications.rules.kinds import KIND_OF_EVENT, KINDS, KindRule
from app.domain.notifications.rules.words import MARKET_WORDS, PAGE_OF_TARGET, MarketWords, Target
from app.domain.notifications.states import Channel, Delivery, NotificationKind

__all__ = [
    "KINDS",
    "KIND_OF_EVENT",
    "MARKET_WORDS",
    "PAGE_OF_TARGET",
    "KindRule",
    "MarketWords",
    "Target",
    "can_switch",
    "is_wanted",
    "wait_before_retry",
]

# In its last minutes a wanted auction is extended again and again: a notice each time, but no mail within this time.
PAUSE_BETWEEN_MAILS = {NotificationKind.AUCTION_EXTENDED: timedelta(minutes=10)}
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)
GIVEN_UP_AFTER = timedelta(hours=24)
# Ten seconds for each of a dozen exchanges with the server, and a margin.
HOLDER_IS_DEAD_AFTER = timedelta(minutes=5)
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
