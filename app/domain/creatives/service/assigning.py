"""Deciding a review and putting an approved creative on its line item: what every answer has in common."""

from datetime import datetime

from app.domain.accounts.queries import member_of
from app.domain.creatives.models import Assignment, CreativeReview
from app.domain.creatives.queries.line_items import LIVE, running_assignment
from app.domain.creatives.states import REVIEW_MOVES, Decider, ReviewState
from app.domain.events.kinds import EventKind
from app.domain.events.service import record_event
from app.domain.inventory.models import Site, Socket
from app.domain.orders.models import LineItem, Order
from app.foundation.db import db


def advance_review(
    review: CreativeReview, to: ReviewState, *, now: datetime, decided_by: Decider | None = None
) -> None:
    """Moves a review to its answer."""
    review.state = REVIEW_MOVES.advance(review.state, to)
    review.decided_by = decided_by
    review.decided_at = now
    db.session.flush()


def approve(review: CreativeReview, line_item: LineItem, *, decided_by: Decider, now: datetime) -> None:
    """Lets a creative run from this instant in place of the one before, and tells the buyer.

    The caller holds the line item's lock. After the flight there is nothing to put it on.
    """
    advance_review(review, ReviewState.APPROVED, now=now, decided_by=decided_by)
    if line_item.state not in LIVE:
        return
    running = running_assignment(line_item.id)
    if running is not None:
        running.ended_at = now
        db.session.flush()
    db.session.add(
        Assignment(line_item_id=line_item.id, creative_id=review.creative_id, review_id=review.id, began_at=now)
    )
    db.session.flush()
    record_event(EventKind.ASSIGNMENT_CHANGED, now=now, line_item=line_item.public_id)
    tell_buyer(EventKind.CREATIVE_APPROVED, review, line_item, now=now)


def tell_buyer(kind: EventKind, review: CreativeReview, line_item: LineItem, *, now: datetime) -> None:
    """Writes down, for the buyer, what became of a creative."""
    _tell(kind, review, line_item, db.session.get_one(Order, line_item.order_id).buyer_account_id, now)


def tell_publisher(kind: EventKind, review: CreativeReview, line_item: LineItem, *, now: datetime) -> None:
    """Writes down, for the publisher, that a creative waits."""
    _tell(kind, review, line_item, review.publisher_account_id, now)


def what_is_booked(line_item: LineItem) -> str:
    """A line item as messages name it: its socket and site."""
    socket = db.session.get_one(Socket, line_item.socket_id)
    return f"{socket.name} on {db.session.get_one(Site, socket.site_id).name}"


def _tell(kind: EventKind, review: CreativeReview, line_item: LineItem, account_id: int, now: datetime) -> None:
    record_event(
        kind,
        now=now,
        user_id=member_of(account_id),
        line_item=line_item.public_id,
        review=review.public_id,
        what=what_is_booked(line_item),
    )
