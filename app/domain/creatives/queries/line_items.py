"""A line item and its creatives, as its two parties see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from app.domain.accounts.models import Account
from app.domain.creatives.models import Assignment, Creative, CreativeReminder, CreativeReview
from app.domain.creatives.rules import REMIND_BEFORE_FLIGHT, is_money_back_open
from app.domain.creatives.states import ReviewState
from app.domain.inventory.models import Site, Socket
from app.domain.orders.models import LineItem, Order
from app.domain.orders.queries import flight_of
from app.domain.orders.states import LineItemState, OrderState
from app.foundation.db import db
from app.foundation.errors import NotFound
from app.foundation.work_failures import Retries

ROWS_MAX = 200
# What can still be shown: paid, and not over.
LIVE = (LineItemState.BOOKED, LineItemState.IN_FLIGHT, LineItemState.PAUSED)
# No place is further ahead of UTC.
FARTHEST_AHEAD = timedelta(hours=14)


@dataclass(frozen=True, slots=True)
class PaidLineItem:
    """A paid line item with everything it stands on, and the name of the party on the other side."""

    line_item: LineItem
    order: Order
    socket: Socket
    site: Site
    counterparty: str
    is_buyer: bool

    @property
    def is_live(self) -> bool:
        """Whether it is not over yet."""
        return self.line_item.state in LIVE


def booked(account_id: int, public_id: str) -> PaidLineItem:
    """A paid line item of which this account is the buyer or the publisher.

    Raises:
        NotFound: there is none, it is between others, or it was never paid.
    """
    is_buyer = Order.buyer_account_id == account_id
    other = sa.case((is_buyer, Order.publisher_account_id), else_=Order.buyer_account_id)
    query = (
        sa.select(LineItem, Order, Socket, Site, Account.display_name)
        .join(Order, Order.id == LineItem.order_id)
        .join(Socket, Socket.id == LineItem.socket_id)
        .join(Site, Site.id == Socket.site_id)
        .join(Account, Account.id == other)
        .where(
            LineItem.public_id == public_id,
            Order.state == OrderState.PAID,
            sa.or_(is_buyer, Order.publisher_account_id == account_id),
        )
    )
    row = db.session.execute(query).one_or_none()
    if row is None:
        raise NotFound
    return PaidLineItem(*row, is_buyer=row.Order.buyer_account_id == account_id)


@dataclass(frozen=True, slots=True)
class LineItemRow:
    """One of a buyer's paid line items as lists show it, with how its latest creative stands."""

    line_item: LineItem
    socket: Socket
    site: Site
    publisher: str
    latest: ReviewState | None
    has_creative: bool


def paid_line_items_of(buyer_account_id: int) -> list[LineItemRow]:
    """What an account has booked and paid for, the latest flights first."""
    latest = (
        sa.select(CreativeReview.state)
        .where(CreativeReview.line_item_id == LineItem.id)
        .order_by(CreativeReview.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    query = (
        sa.select(
            LineItem, Socket, Site, Account.display_name, latest.label("latest"), _is_assigned().label("assigned")
        )
        .join(Order, Order.id == LineItem.order_id)
        .join(Socket, Socket.id == LineItem.socket_id)
        .join(Site, Site.id == Socket.site_id)
        .join(Account, Account.id == Order.publisher_account_id)
        .where(Order.buyer_account_id == buyer_account_id, Order.state == OrderState.PAID)
        .order_by(LineItem.starts_on.desc(), LineItem.id.desc())
        .limit(ROWS_MAX)
    )
    return [LineItemRow(*row) for row in db.session.execute(query)]


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """One review with its creative."""

    review: CreativeReview
    creative: Creative


def reviews_of(line_item_id: int) -> list[ReviewRow]:
    """Every creative that was sent for a line item and what became of it, newest first."""
    query = (
        sa.select(CreativeReview, Creative)
        .join(Creative, Creative.id == CreativeReview.creative_id)
        .where(CreativeReview.line_item_id == line_item_id)
        .order_by(CreativeReview.id.desc())
        .limit(ROWS_MAX)
    )
    return [ReviewRow(*row) for row in db.session.execute(query)]


def opens_money_back(rows: Sequence[ReviewRow]) -> bool:
    """Whether what became of these creatives lets the buyer ask for the money back."""
    states = [row.review.state for row in rows]
    return is_money_back_open(
        refusals=states.count(ReviewState.REFUSED), changes=states.count(ReviewState.CHANGE_ASKED)
    )


def running_assignment(line_item_id: int) -> Assignment | None:
    """The approved creative that is on a line item now, if one is."""
    query = sa.select(Assignment).where(Assignment.line_item_id == line_item_id, Assignment.ended_at.is_(None))
    return db.session.scalars(query).one_or_none()


def waiting_review(line_item_id: int) -> CreativeReview | None:
    """The review of a line item that the publisher has still to answer, if one waits."""
    query = sa.select(CreativeReview).where(
        CreativeReview.line_item_id == line_item_id, CreativeReview.state == ReviewState.WAITING
    )
    return db.session.scalars(query).one_or_none()


def refusals_of(line_item_id: int) -> int:
    """How often a creative was refused for a line item."""
    return _answers_of(line_item_id, ReviewState.REFUSED)


def changes_asked_of(line_item_id: int) -> int:
    """How often the publisher asked for a change of a creative for a line item."""
    return _answers_of(line_item_id, ReviewState.CHANGE_ASKED)


def was_approved(line_item_id: int, creative_id: int) -> bool:
    """Whether this very creative was approved for this line item before."""
    query = sa.select(CreativeReview.id).where(
        CreativeReview.line_item_id == line_item_id,
        CreativeReview.creative_id == creative_id,
        CreativeReview.state == ReviewState.APPROVED,
    )
    return db.session.scalars(query.limit(1)).first() is not None


def is_known_buyer(buyer_account_id: int, publisher_account_id: int) -> bool:
    """Whether a buyer has a finished booking with a publisher."""
    query = (
        sa.select(LineItem.id)
        .join(Order, Order.id == LineItem.order_id)
        .where(
            Order.buyer_account_id == buyer_account_id,
            Order.publisher_account_id == publisher_account_id,
            LineItem.state == LineItemState.FINISHED,
        )
    )
    return db.session.scalars(query.limit(1)).first() is not None


def flights_without_creative(limit: int, *, retries: Retries) -> Sequence[int]:
    """Line items whose flight begins within 72 hours, with no creative approved or waiting, and nobody reminded yet."""
    waits = sa.exists().where(CreativeReview.line_item_id == LineItem.id, CreativeReview.state == ReviewState.WAITING)
    reminded = sa.exists().where(CreativeReminder.line_item_id == LineItem.id)
    soon = retries.now + REMIND_BEFORE_FLIGHT
    query = (
        sa.select(LineItem)
        .where(
            LineItem.state.in_(LIVE),
            LineItem.starts_on <= (soon + FARTHEST_AHEAD).date(),
            ~_is_assigned(),
            ~waits,
            ~reminded,
            retries.allow(LineItem.id),
        )
        .order_by(LineItem.starts_on, LineItem.id)
    )
    due = (one.id for one in db.session.scalars(query) if flight_of(one).starts_at(ZoneInfo(one.time_zone)) <= soon)
    return [line_item_id for _place, line_item_id in zip(range(limit), due, strict=False)]


def _answers_of(line_item_id: int, state: ReviewState) -> int:
    query = sa.select(sa.func.count()).select_from(CreativeReview)
    return db.session.scalars(
        query.where(CreativeReview.line_item_id == line_item_id, CreativeReview.state == state)
    ).one()


def _is_assigned() -> sa.Exists:
    return sa.exists().where(Assignment.line_item_id == LineItem.id, Assignment.ended_at.is_(None))
