"""What happens to orders and their line items."""

from dataclasses import dataclass
from typing import ClassVar

from app.domain.events.rules import NOBODY, EventAmount, EventData, EventDays, SocketName
from app.domain.events.states import Consumer, SubjectKind


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderData(EventData):
    """Something that happened to an order between two parties."""

    subject: ClassVar[SubjectKind] = SubjectKind.ORDER
    order: str
    what: SocketName
    buyer_account_id: int
    publisher_account_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPaid(OrderData):
    """An order was paid: both parties are told, and the buyer with what."""

    kind: ClassVar[str] = "order_paid"
    total: EventAmount
    from_credit: EventAmount
    by_card: EventAmount


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentDeclined(OrderData):
    """A card was declined: the buyer is told."""

    kind: ClassVar[str] = "payment_declined"
    code: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LineItemData(OrderData):
    """Something that happened to a line item."""

    subject: ClassVar[SubjectKind] = SubjectKind.LINE_ITEM
    line_item: str
    socket: int
    days: EventDays


@dataclass(frozen=True, slots=True, kw_only=True)
class FlightStarted(LineItemData):
    """The first day of a flight began: both parties are told."""

    kind: ClassVar[str] = "flight_started"


@dataclass(frozen=True, slots=True, kw_only=True)
class FlightFinished(LineItemData):
    """The last day of a flight is over: both parties are told."""

    kind: ClassVar[str] = "flight_finished"


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedByParty(LineItemData):
    """One party paused or resumed a flight: the other one is told."""

    by_account_id: int

    @property
    def other_account_id(self) -> int:
        """The party that did not do it."""
        if self.by_account_id == self.buyer_account_id:
            return self.publisher_account_id
        return self.buyer_account_id


@dataclass(frozen=True, slots=True, kw_only=True)
class FlightPaused(MovedByParty):
    """One party paused a line item: the other one is told."""

    kind: ClassVar[str] = "flight_paused"


@dataclass(frozen=True, slots=True, kw_only=True)
class FlightResumed(MovedByParty):
    """A paused line item runs again: the other party is told."""

    kind: ClassVar[str] = "flight_resumed"


@dataclass(frozen=True, slots=True, kw_only=True)
class LineItemMoved(EventData):
    """A line item went to another state: nobody is told by this, the ad server looks again."""

    kind: ClassVar[str] = "line_item_moved"
    subject: ClassVar[SubjectKind] = SubjectKind.LINE_ITEM
    consumers: ClassVar[tuple[Consumer, ...]] = NOBODY
    changes_delivery: ClassVar[bool] = True
    line_item: str
    from_state: str
    to_state: str
    party: str
