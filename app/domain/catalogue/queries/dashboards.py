"""What the two dashboards show: few statements, each across the rooms that it needs."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from app.domain.auctions.models import Auction, Award, Bid
from app.domain.auctions.states import OPEN_AWARDS, AuctionState, AwardState
from app.domain.creatives.models import CreativeReview
from app.domain.creatives.states import ReviewState
from app.domain.inventory.models import CalendarDay, Claim, Listing, Site, Socket
from app.domain.inventory.queries import keeps_days
from app.domain.inventory.states import ClaimKind, ListingKind, ListingState
from app.domain.measurement.models import TagSighting
from app.domain.orders.models import LineItem, Order
from app.domain.orders.states import LineItemState, OrderState
from app.domain.settlement.models import Adjustment, MoneyReturn, SettledDay
from app.foundation.db import db

ROWS_MAX = 200
NEEDS_MAX = 50
# Paid, and not over.
LIVE = (LineItemState.BOOKED, LineItemState.IN_FLIGHT, LineItemState.PAUSED)
DELIVERS = (LineItemState.IN_FLIGHT, LineItemState.PAUSED)
# No place is further ahead of UTC, and none further behind.
FARTHEST = timedelta(hours=14)


@dataclass(frozen=True, slots=True)
class SocketOverview:
    """A site with one of its sockets, how that is offered, whether its tag was seen, and whether ads are due there."""

    site: Site
    socket: Socket | None
    ways: frozenset[ListingKind]
    tag_seen_at: datetime | None
    first_sold_on: date | None
    """The first day, today or later, on which something sold is to run."""


def socket_overview(account_id: int, now: datetime) -> list[SocketOverview]:
    """A publisher's sites and sockets, by name; a site without a socket has a row too."""
    seen = (
        sa.select(sa.func.max(TagSighting.last_seen_at))
        .where(TagSighting.socket_id == Socket.id, TagSighting.is_expected)
        .scalar_subquery()
    )
    sold = (
        sa.select(sa.func.min(LineItem.starts_on))
        .where(
            LineItem.socket_id == Socket.id,
            LineItem.state.in_(LIVE),
            LineItem.ends_before > (now - FARTHEST).date(),
        )
        .scalar_subquery()
    )
    query = (
        sa.select(Site, Socket, _offered(ListingKind.RATE_CARD), _offered(ListingKind.AUCTION), seen, sold)
        .outerjoin(Socket, Socket.site_id == Site.id)
        .where(Site.account_id == account_id)
        .order_by(Site.name, Site.id, Socket.name, Socket.id)
        .limit(ROWS_MAX)
    )
    return [
        SocketOverview(
            site,
            socket,
            frozenset(
                kind for kind, has in ((ListingKind.RATE_CARD, has_card), (ListingKind.AUCTION, has_auction)) if has
            ),
            seen_at,
            sold_on,
        )
        for site, socket, has_card, has_auction, seen_at, sold_on in db.session.execute(query)
    ]


def _offered(kind: ListingKind) -> sa.ColumnElement[bool]:
    return sa.exists().where(Listing.socket_id == Socket.id, Listing.kind == kind, Listing.state == ListingState.OPEN)


def taken_days(
    socket_ids: Sequence[int], *, first: date, before: date, now: datetime
) -> dict[int, dict[date, dict[ClaimKind, int]]]:
    """How many places of each socket are taken on each day, by kind."""
    query = (
        sa.select(CalendarDay.socket_id, CalendarDay.day, Claim.kind, sa.func.count())
        .join(Claim, Claim.id == CalendarDay.claim_id)
        .where(
            CalendarDay.socket_id.in_(socket_ids),
            CalendarDay.day >= first,
            CalendarDay.day < before,
            keeps_days(now),
        )
        .group_by(CalendarDay.socket_id, CalendarDay.day, Claim.kind)
    )
    found: dict[int, dict[date, dict[ClaimKind, int]]] = {}
    for socket_id, day, kind, places in db.session.execute(query):
        found.setdefault(socket_id, {}).setdefault(day, {})[kind] = places
    return found


@dataclass(frozen=True, slots=True)
class Deadline:
    """Something that somebody has to do by a certain time: what it is about, and its public id."""

    public_id: str
    socket: str
    site: str
    until: datetime


def publisher_deadlines(account_id: int) -> tuple[list[Deadline], list[Deadline]]:
    """The creatives that wait for a publisher's answer, and the awards on their auctions that are not paid yet.

    Both the first to run out first; of an award the public id is that of its auction.
    """
    reviews = (
        sa.select(
            sa.literal("review").label("kind"),
            CreativeReview.public_id.label("public_id"),
            LineItem.socket_id.label("socket_id"),
            CreativeReview.answer_due_at.label("until"),
        )
        .join(LineItem, LineItem.id == CreativeReview.line_item_id)
        .where(CreativeReview.publisher_account_id == account_id, CreativeReview.state == ReviewState.WAITING)
    )
    awards = (
        sa.select(sa.literal("award"), Auction.public_id, Auction.socket_id, Award.open_until)
        .join(Award, Award.auction_id == Auction.id)
        .where(
            Auction.publisher_account_id == account_id,
            Award.state == AwardState.DUE,
            Award.first_failed_at.is_not(None),
        )
    )
    both = sa.union_all(reviews, awards).subquery("both")
    query = (
        sa.select(both.c.kind, both.c.public_id, Socket.name, Site.name, both.c.until)
        .join(Socket, Socket.id == both.c.socket_id)
        .join(Site, Site.id == Socket.site_id)
        .order_by(both.c.until, both.c.public_id)
        .limit(NEEDS_MAX)
    )
    rows = db.session.execute(query).all()
    return (
        [Deadline(*row[1:]) for row in rows if row.kind == "review"],
        [Deadline(*row[1:]) for row in rows if row.kind == "award"],
    )


@dataclass(frozen=True, slots=True)
class BidRow:
    """An auction that a buyer bids in, or an award that waits for them."""

    public_id: str
    """The auction's; of an award, the award's own."""
    socket: str
    site: str
    starts_on: date
    ends_before: date
    until: datetime
    price_minor: int
    currency: str
    award: AwardState | None
    leads: bool


def bids_and_awards_of(account_id: int) -> list[BidRow]:
    """The running auctions in which an account has bid, and what it may take or has to pay; the next to end first."""
    # By the account's own rows: looking at every auction would take longer the larger the market is.
    own = sa.union(
        sa.select(Bid.auction_id).where(Bid.account_id == account_id, Bid.withdrawn_at.is_(None)),
        sa.select(Award.auction_id).where(Award.account_id == account_id, Award.state.in_(OPEN_AWARDS)),
    )
    is_awarded = Award.id.is_not(None)
    until = sa.case((is_awarded, Award.open_until), else_=Auction.ends_at)
    query = (
        sa.select(
            sa.case((is_awarded, Award.public_id), else_=Auction.public_id),
            Socket.name,
            Site.name,
            Auction.starts_on,
            Auction.ends_before,
            until,
            sa.case((is_awarded, Award.hammer_price_minor), else_=Auction.standing_price_minor),
            Auction.currency,
            Award.state,
            sa.func.coalesce(Auction.leader_account_id == account_id, sa.false()),
        )
        .select_from(Auction)
        .outerjoin(
            Award,
            sa.and_(Award.auction_id == Auction.id, Award.account_id == account_id, Award.state.in_(OPEN_AWARDS)),
        )
        .join(Socket, Socket.id == Auction.socket_id)
        .join(Site, Site.id == Socket.site_id)
        .where(Auction.id.in_(own), sa.or_(Auction.state == AuctionState.OPEN, is_awarded))
        .order_by(until, Auction.id)
        .limit(NEEDS_MAX)
    )
    return [BidRow(*row) for row in db.session.execute(query)]


# What a correction of a settled day gives back to the buyer.
GIVEN_BACK = sa.case((Adjustment.price_minor < 0, -Adjustment.price_minor), else_=0)


@dataclass(frozen=True, slots=True)
class BuyerMoney:
    """What a buyer has paid in all, and what became of it; the rest waits for the days to come."""

    paid_minor: int
    delivered_minor: int
    returned_minor: int

    @property
    def ahead_minor(self) -> int:
        """Kept for days that are still to be delivered or looked at."""
        return self.paid_minor - self.delivered_minor - self.returned_minor


def money_of_buyer(account_id: int) -> BuyerMoney:
    """What an account has paid for its line items, what was delivered of it, and what went back."""
    paid = (Order.buyer_account_id == account_id, Order.state == OrderState.PAID)
    sums = (
        _sum_of(LineItem.price_minor).join(Order, Order.id == LineItem.order_id),
        _sum_of(SettledDay.price_minor)
        .join(LineItem, LineItem.id == SettledDay.line_item_id)
        .join(Order, Order.id == LineItem.order_id),
        _sum_of(Adjustment.price_minor)
        .join(LineItem, LineItem.id == Adjustment.line_item_id)
        .join(Order, Order.id == LineItem.order_id),
        _sum_of(GIVEN_BACK)
        .join(LineItem, LineItem.id == Adjustment.line_item_id)
        .join(Order, Order.id == LineItem.order_id),
        _sum_of(MoneyReturn.amount_minor)
        .join(LineItem, LineItem.id == MoneyReturn.line_item_id)
        .join(Order, Order.id == LineItem.order_id),
    )
    row = db.session.execute(sa.select(*(one.where(*paid).scalar_subquery() for one in sums))).one()
    paid_minor, settled_minor, corrected_minor, given_back_minor, returned_minor = row
    return BuyerMoney(paid_minor, settled_minor + corrected_minor, returned_minor + given_back_minor)


def _sum_of(column: sa.orm.InstrumentedAttribute[int] | sa.ColumnElement[int]) -> sa.Select[int]:
    return sa.select(sa.cast(sa.func.coalesce(sa.func.sum(column), 0), sa.BigInteger))


@dataclass(frozen=True, slots=True)
class MovedMoney:
    """What was delivered of a line item so far, and what went back, in minor units."""

    delivered_minor: int = 0
    returned_minor: int = 0


def money_of_line_items(line_item_ids: Collection[int]) -> dict[int, MovedMoney]:
    """What became of the money of these line items; those of which nothing was settled are left out."""
    nothing = sa.literal(0, sa.BigInteger)
    delivered = sa.select(SettledDay.line_item_id, SettledDay.price_minor.label("delivered"), nothing.label("returned"))
    returned = sa.select(MoneyReturn.line_item_id, nothing, MoneyReturn.amount_minor)
    corrected = sa.select(Adjustment.line_item_id, Adjustment.price_minor, GIVEN_BACK)
    moved = sa.union_all(
        delivered.where(SettledDay.line_item_id.in_(line_item_ids)),
        returned.where(MoneyReturn.line_item_id.in_(line_item_ids)),
        corrected.where(Adjustment.line_item_id.in_(line_item_ids)),
    ).subquery("moved")
    query = sa.select(moved.c.line_item_id, sa.func.sum(moved.c.delivered), sa.func.sum(moved.c.returned))
    rows = db.session.execute(query.group_by(moved.c.line_item_id))
    return {line_item_id: MovedMoney(int(delivered), int(returned)) for line_item_id, delivered, returned in rows}
