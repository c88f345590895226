"""States of an order and of a line item (those of OpenDirect 2.1 that can be reached here)."""

from enum import StrEnum

from app.foundation.states import Transitions


class OrderSource(StrEnum):
    """How an order came about."""

    AWARD = "award"
    """Won in an auction."""
    RATE_CARD = "rate_card"
    """Bought at the fixed price."""


class OrderState(StrEnum):
    """Where the money of an order stands."""

    UNPAID = "unpaid"
    """To be paid."""
    PAID = "paid"
    """Captured; the money is in escrow."""
    CANCELLED = "cancelled"
    """Never paid: the award lapsed or the checkout was left."""


ORDER_MOVES = Transitions(
    {
        OrderState.UNPAID: frozenset({OrderState.PAID, OrderState.CANCELLED}),
        OrderState.PAID: frozenset[OrderState](),
        OrderState.CANCELLED: frozenset[OrderState](),
    }
)


class Party(StrEnum):
    """Who moved a line item."""

    BUYER = "buyer"
    """The buyer's account."""
    PUBLISHER = "publisher"
    """The publisher's account."""
    PLATFORM = "platform"
    """The clock, a rule or staff."""


class LineItemState(StrEnum):
    """Where a booking stands."""

    RESERVED = "reserved"
    """The days are kept; the payment is not through."""
    BOOKED = "booked"
    """Paid; waits for its first day and its creative."""
    IN_FLIGHT = "in_flight"
    """Its days have begun."""
    PAUSED = "paused"
    """Stopped for a while by either side."""
    FINISHED = "finished"
    """Its last day is over."""
    STOPPED = "stopped"
    """Ended before its last day."""
    CANCELLED = "cancelled"
    """Ended before its first day."""
    DECLINED = "declined"
    """Refused by the publisher."""
    EXPIRED = "expired"
    """The payment did not come in time."""


LINE_ITEM_MOVES = Transitions(
    {
        LineItemState.RESERVED: frozenset({LineItemState.BOOKED, LineItemState.EXPIRED}),
        LineItemState.BOOKED: frozenset({LineItemState.IN_FLIGHT, LineItemState.CANCELLED, LineItemState.DECLINED}),
        LineItemState.IN_FLIGHT: frozenset({LineItemState.PAUSED, LineItemState.FINISHED, LineItemState.STOPPED}),
        LineItemState.PAUSED: frozenset({LineItemState.IN_FLIGHT, LineItemState.FINISHED, LineItemState.STOPPED}),
        LineItemState.FINISHED: frozenset[LineItemState](),
        LineItemState.STOPPED: frozenset[LineItemState](),
        LineItemState.CANCELLED: frozenset[LineItemState](),
        LineItemState.DECLINED: frozenset[LineItemState](),
        LineItemState.EXPIRED: frozenset[LineItemState](),
    }
)
