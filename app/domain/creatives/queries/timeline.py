"""When which creative was on a line item and what was answered when: settlement judges from this who lost a day."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from app.domain.creatives.models import Assignment, CreativeReview
from app.domain.creatives.states import Decider, RefusalGround, ReviewState
from app.foundation.db import db


@dataclass(frozen=True, slots=True)
class CreativeRun:
    """An approved creative was on the line item in ``[began_at, ended_at)``; ``ended_at`` is None while it still is."""

    creative_id: int
    began_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class ReviewedCreative:
    """One creative that the buyer sent, and its answer.

    ``decided_at`` and ``decided_by`` are None while it waits; ``decided_by`` is None too for one that
    the buyer replaced before there was an answer (state ``REPLACED``). An answer is late when
    ``decided_at > answer_due_at``; silence past ``answer_due_at`` is decided by ``Decider.SILENCE``, with
    the ground ``SILENCE`` when the terms of the sale say that it is a refusal.
    """

    review_id: int
    creative_id: int
    state: ReviewState
    decided_by: Decider | None
    ground: RefusalGround | None
    submitted_at: datetime
    answer_due_at: datetime
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class CreativeTimeline:
    """Everything that happened with a line item's creatives; both lists oldest first."""

    assignments: tuple[CreativeRun, ...]
    reviews: tuple[ReviewedCreative, ...]


def creative_timeline(line_item_id: int) -> CreativeTimeline:
    """When which creative was on a line item, and each creative that was sent with its answer.

    All instants are UTC. Approving, by whomever, begins an assignment in the same transaction and at the
    same instant (``decided_at == began_at``), and ends the one before at that instant; so assignments of
    one line item never overlap and have no gap between a creative and the one that took its place.
    A line item whose flight has ended keeps its last assignment open: its own state ends it.
    Two statements; no lock.
    """
    ran = sa.select(Assignment.creative_id, Assignment.began_at, Assignment.ended_at).where(
        Assignment.line_item_id == line_item_id
    )
    reviewed = sa.select(
        CreativeReview.id,
        CreativeReview.creative_id,
        CreativeReview.state,
        CreativeReview.decided_by,
        CreativeReview.ground,
        CreativeReview.submitted_at,
        CreativeReview.answer_due_at,
        CreativeReview.decided_at,
    ).where(CreativeReview.line_item_id == line_item_id)
    return CreativeTimeline(
        assignments=tuple(
            CreativeRun(*row) for row in db.session.execute(ran.order_by(Assignment.began_at, Assignment.id))
        ),
        reviews=tuple(ReviewedCreative(*row) for row in db.session.execute(reviewed.order_by(CreativeReview.id))),
    )
