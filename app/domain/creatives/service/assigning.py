"""Deciding a review and putting an approved creative on its line item: what every answer has in common."""

from datetime import datetime
from typing import Any

from app.domain.creatives.models import Assignment, Creative, CreativeReview
from app.domain.creatives.queries.line_items import LIVE, running_assignment
from app.domain.creatives.states import REVIEW_MOVES, Decider, ReviewState
from app.domain.events.kinds.creatives import AssignmentChanged, CreativeApproved
from app.domain.events.service import NewEvent, record_all
from app.domain.orders.models import LineItem, Order
from app.domain.orders.service.noting import line_item_as_it_is
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
    """Assigns a creative from this instant in place of the one before, and tells the buyer.

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
    order = db.session.get_one(Order, line_item.order_id)
    actor = review.decided_by_user_id
    events = [
        NewEvent(
            data=AssignmentChanged(line_item=line_item.public_id, creative=_creative_of(review)),
            account_id=order.buyer_account_id,
            actor_user_id=actor,
        ),
        NewEvent(
            data=CreativeApproved(**review_as_it_is(review, line_item)),
            account_id=order.buyer_account_id,
            actor_user_id=actor,
        ),
    ]
    record_all(events, now=now)


def review_as_it_is(review: CreativeReview, line_item: LineItem) -> dict[str, Any]:
    """What every event of a sent creative keeps: the fields of ``ReviewData``."""
    order = db.session.get_one(Order, line_item.order_id)
    return line_item_as_it_is(line_item, order) | {"review": review.public_id}


def _creative_of(review: CreativeReview) -> str:
    return db.session.get_one(Creative, review.creative_id).public_id
