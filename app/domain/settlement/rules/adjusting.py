"""Correcting settled days: how a correction divides, and how much there is to correct with. Pure rules."""

from app.domain.settlement.rules.pricing import DueAmounts
from app.foundation.errors import InvariantBroken
from app.foundation.money import share_bps


def corrected_by(so_far: DueAmounts, price_minor: int, commission_bps: int) -> DueAmounts:
    """What a correction of a day's price changes of its price and of our commission, in minor units.

    Both change the same way or not at all, and what is left of the day's commission is never below zero and never
    more than what is left of its price.

    Args:
        so_far: what the day has come to, with the corrections before this one.
        price_minor: what its price shall change by; below zero in the buyer's favour, never more than there is.
        commission_bps: our share of what is earned.

    >>> corrected_by(DueAmounts(10_000, 1_500), -10_000, 1_500)
    DueAmounts(price_minor=-10000, commission_minor=-1500)
    >>> corrected_by(DueAmounts(0, 0), 333, 1_500)
    DueAmounts(price_minor=333, commission_minor=50)
    """
    left_minor = so_far.price_minor + price_minor
    if left_minor < 0:
        message = f"{price_minor} cannot be taken back of {so_far.price_minor}"
        raise InvariantBroken(message)
    change = share_bps(left_minor, commission_bps)[0] - so_far.commission_minor
    if price_minor < 0:
        return DueAmounts(price_minor, max(price_minor, min(0, change)))
    return DueAmounts(price_minor, min(price_minor, max(0, change)))


def free_to_earn(escrow_minor: int, *, may_come_minor: int, is_returned: bool) -> int:
    """How much of what is kept for a line item a correction may still give to its publisher.

    Args:
        escrow_minor: what is kept.
        may_come_minor: what the days that are still to be settled may earn at the most.
        is_returned: whether the rest is on its way back to the buyer already.
    """
    return 0 if is_returned else max(0, escrow_minor - may_come_minor)
