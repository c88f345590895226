"""What happens in auctions, and to what was won in them."""

from dataclasses import dataclass
from typing import ClassVar

from app.domain.events.rules import EventAmount, EventData, EventMoment, SocketName
from app.domain.events.states import Consumer, SubjectKind

CHANGES_A_SOCKET = (Consumer.NOTIFICATIONS, Consumer.CATALOGUE)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuctionData(EventData):
    """Something that happened in an auction, which stood at this price and ended then."""

    subject: ClassVar[SubjectKind] = SubjectKind.AUCTION
    auction: str
    socket: int
    what: SocketName
    price: EventAmount
    ends: EventMoment


@dataclass(frozen=True, slots=True, kw_only=True)
class BidPlaced(AuctionData):
    """A bid was taken: its bidder gets the confirmation, and whoever led before is told."""

    kind: ClassVar[str] = "bid_placed"
    consumers: ClassVar[tuple[Consumer, ...]] = CHANGES_A_SOCKET
    bid: str
    bidder_account_id: int
    outbid_account_id: int | None
    """Who led until now, when this bid took the lead from somebody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuctionExtended(AuctionData):
    """A late bid moved the end: every bidder is told."""

    kind: ClassVar[str] = "auction_extended"
    bidder_account_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BidsWithdrawn(AuctionData):
    """A bidder took bids back: bidder and publisher are told, and whoever leads again, for their bid binds again."""

    kind: ClassVar[str] = "bids_withdrawn"
    consumers: ClassVar[tuple[Consumer, ...]] = CHANGES_A_SOCKET
    reason: str
    bidder_account_id: int
    publisher_account_id: int
    leads_again_account_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardData(AuctionData):
    """Something that happened to an award: at which price, and until when it can be paid or taken."""

    award: str
    hammer_price: EventAmount
    pay_until: EventMoment
    buyer_account_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AuctionSold(AwardData):
    """An auction ended with an award: the winner is told what is charged, the others that it is over."""

    kind: ClassVar[str] = "auction_sold"
    consumers: ClassVar[tuple[Consumer, ...]] = CHANGES_A_SOCKET
    publisher_account_id: int
    loser_account_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuctionUnsold(AuctionData):
    """An auction ended without a sale: its publisher and its bidders are told."""

    kind: ClassVar[str] = "auction_unsold"
    consumers: ClassVar[tuple[Consumer, ...]] = CHANGES_A_SOCKET
    publisher_account_id: int
    bidder_account_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FlightOffered(AwardData):
    """Somebody who bid may take the flight for a day: as the next in line, or at the reserve."""

    kind: ClassVar[str] = "flight_offered"
    award_kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferAccepted(AwardData):
    """An offer of the flight was taken: the buyer is told what is charged."""

    kind: ClassVar[str] = "offer_accepted"


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferNotTaken(AuctionData):
    """An offer of the flight was not taken: the publisher is told that there is no sale after all."""

    kind: ClassVar[str] = "offer_not_taken"
    consumers: ClassVar[tuple[Consumer, ...]] = CHANGES_A_SOCKET
    publisher_account_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardUnpaid(AwardData):
    """An award is still unpaid after a day: its buyer is reminded."""

    kind: ClassVar[str] = "award_unpaid"


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardLapsed(AwardData):
    """An award was not paid in time: buyer and publisher are told."""

    kind: ClassVar[str] = "award_lapsed"
    publisher_account_id: int
