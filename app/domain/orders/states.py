"""States of an order and of a line item (those of OpenDirect 2.1 that can be reached here), and terms of a sale."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import Any, ClassVar, TypeAlias

from app.domain.inventory.states import ApprovalRule, OnSilence, SocketTerms
from app.foundation.states import Transitions


class OrderSource(StrEnum):
    """How an order came about."""

    AWARD = "award"
    """Won in an auction."""
    RATE_CARD = "rate_card"
    """Bought at the fixed price."""

    @property
    def is_binding(self) -> bool:
        """Whether both sides are bound before it is paid: the buyer may not leave it, and the publisher sees it."""
        return self in BINDING


BINDING = frozenset({OrderSource.AWARD})


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


class PriceBasis(StrEnum):
    """What the price of a line item is for."""

    FLAT_DAYS = "flat_days"
    """For the days of its flight, each of them an equal part of it."""


@dataclass(frozen=True, slots=True)
class FlatDays:
    """The price is for the days of the flight, each of them an equal part of it."""

    basis: ClassVar[PriceBasis] = PriceBasis.FLAT_DAYS


# One class a basis: settlement asks by it what was earned, and nothing else asks how something was sold.
Pricing: TypeAlias = FlatDays
PRICINGS: Mapping[PriceBasis, type[Pricing]] = {pricing.basis: pricing for pricing in (FlatDays,)}


@dataclass(frozen=True, slots=True)
class SaleTerms(SocketTerms):
    """What was agreed beside dates and price: the socket's terms at the sale, and what the price is for."""

    pricing: Pricing

    def as_stored(self) -> dict[str, Any]:
        """The terms in words that JSON has."""
        return asdict(self) | {"pricing": {"basis": self.pricing.basis, **asdict(self.pricing)}}


def sale_terms(of_socket: SocketTerms, pricing: Pricing) -> SaleTerms:
    """The terms of a sale that is made now."""
    return SaleTerms(**{field.name: getattr(of_socket, field.name) for field in fields(of_socket)}, pricing=pricing)


def sale_terms_from(stored: Mapping[str, Any]) -> SaleTerms:
    """The terms that ``SaleTerms.as_stored`` wrote."""
    pricing = dict(stored["pricing"])
    return SaleTerms(
        width_px=stored["width_px"],
        height_px=stored["height_px"],
        formats=tuple(stored["formats"]),
        bytes_max=stored["bytes_max"],
        approval_rule=ApprovalRule(stored["approval_rule"]),
        approval_hours=stored["approval_hours"],
        on_silence=OnSilence(stored["on_silence"]),
        taste_rules=stored["taste_rules"],
        blocked_products=tuple(stored["blocked_products"]),
        places=stored["places"],
        pricing=PRICINGS[PriceBasis(pricing.pop("basis"))](**pricing),
    )


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
    DECLINED = "declined"
    """Refused by the publisher."""
    EXPIRED = "expired"
    """The payment did not come in time."""


LINE_ITEM_MOVES = Transitions(
    {
        LineItemState.RESERVED: frozenset({LineItemState.BOOKED, LineItemState.EXPIRED}),
        LineItemState.BOOKED: frozenset({LineItemState.IN_FLIGHT, LineItemState.DECLINED}),
        LineItemState.IN_FLIGHT: frozenset({LineItemState.PAUSED, LineItemState.FINISHED, LineItemState.STOPPED}),
        LineItemState.PAUSED: frozenset({LineItemState.IN_FLIGHT, LineItemState.FINISHED, LineItemState.STOPPED}),
        LineItemState.FINISHED: frozenset[LineItemState](),
        LineItemState.STOPPED: frozenset[LineItemState](),
        LineItemState.DECLINED: frozenset[LineItemState](),
        LineItemState.EXPIRED: frozenset[LineItemState](),
    }
)
