"""What was earned of a line item's price so far, by what the price is for: pure rules."""

from dataclasses import dataclass

from app.domain.orders.states import FlatDays, Pricing
from app.foundation.errors import InvariantBroken
from app.foundation.money import share_bps


@dataclass(frozen=True, slots=True)
class DueAmounts:
    """What is to be posted for a day, in minor units: its part of the price, and our commission out of it."""

    price_minor: int
    commission_minor: int


@dataclass(frozen=True, slots=True)
class DeliveryProgress:
    """How much of a line item has been delivered: what every price basis is counted from."""

    days: int
    """Of the whole flight."""
    days_earned: int


def earned_by_now(pricing: Pricing, price_minor: int, progress: DeliveryProgress) -> int:
    """How much of the price is earned so far, in minor units; never more than all of it."""
    match pricing:
        case FlatDays():
            return day_worth(price_minor, days=progress.days, earned=progress.days_earned)


def day_worth(price_minor: int, *, days: int, earned: int) -> int:
    """What the first ``earned`` of ``days`` days are worth together; all of them are the whole price.

    >>> [day_worth(1_000, days=3, earned=earned) for earned in range(4)]
    [0, 333, 666, 1000]
    """
    if not 0 <= earned <= days:
        message = f"{earned} of {days} days cannot be earned"
        raise InvariantBroken(message)
    return price_minor * earned // days


def due_now(cumulative_minor: int, commission_bps: int, *, posted: DueAmounts) -> DueAmounts:
    """What has to be posted so that price and commission posted come to what is due by now.

    >>> due_now(666, 1_500, posted=DueAmounts(333, 50))
    DueAmounts(price_minor=333, commission_minor=50)
    """
    commission_minor, _rest = share_bps(cumulative_minor, commission_bps)
    return DueAmounts(cumulative_minor - posted.price_minor, commission_minor - posted.commission_minor)
