"""Rows and words of the publisher's queue of ads, and of the page of one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from app.domain.creatives.models import CreativeReview
from app.domain.creatives.queries import ReviewRow, Waiting
from app.domain.creatives.states import RefusalEffect, ReviewState
from app.domain.inventory.states import OnSilence
from app.web.parts.creative_words import answer_in_words
from app.web.words.dates import run_words, span_words
from app.web.words.messages import _
from app.web.words.states.creatives import REVIEW_STATES

SOON = timedelta(hours=12)
SILENCE = {
    OnSilence.APPROVE: "The ad runs",
    OnSilence.REFUSE: "It counts as refused; unless another ad is approved, the money goes back",
}
EFFECTS = {
    RefusalEffect.NOTHING: "No money moves: an approved ad runs on, or the booking is over.",
    RefusalEffect.BUYERS_CHOICE: (
        "The buyer can then send another ad, or end the booking and take the money back for what was not delivered. "
        "A second refusal ends the booking by itself."
    ),
    RefusalEffect.MONEY_BACK: (
        "An ad was refused for this booking before. A second refusal ends the booking: its days are free again, and "
        "the money for what was not delivered goes back to the buyer."
    ),
}


@dataclass(frozen=True, slots=True)
class QueueRow:
    """An ad in the queue, or among those that were answered."""

    public_id: str
    where: str
    buyer: str
    days: str
    left: str
    is_soon: bool
    silence: str
    badge: tuple[str, str]
    answer: str
    decided_at: datetime | None


def queue_row(found: Waiting, now: datetime) -> QueueRow:
    """An ad as the lists show it."""
    review = found.review
    return QueueRow(
        public_id=review.public_id,
        where=f"{found.socket.name} on {found.site.name}",
        buyer=found.buyer,
        days=run_words(found.line_item.starts_on, found.line_item.ends_before),
        left=_left(review, now),
        is_soon=review.answer_due_at - now < SOON,
        silence=SILENCE[found.line_item.terms.on_silence],
        badge=REVIEW_STATES[review.state].badge,
        answer=answer_in_words(review),
        decided_at=review.decided_at,
    )


@dataclass(frozen=True, slots=True)
class Earlier:
    """Another ad that was sent for the same booking, and what became of it."""

    public_id: str
    answer: str
    note: str
    sent_at: datetime


def others_of(found: Waiting, rows: Sequence[ReviewRow]) -> list[Earlier]:
    """The other ads that were sent for the same booking, newest first."""
    return [
        Earlier(row.review.public_id, answer_in_words(row.review), row.review.note, row.review.submitted_at)
        for row in rows
        if row.review.id != found.review.id
    ]


def deadline_in_words(found: Waiting, effect: RefusalEffect, now: datetime) -> str:
    """By when to answer, and what happens without an answer."""
    left = found.review.answer_due_at - now
    if left <= timedelta(0):
        return _("The time to answer is over. Yours still counts if it comes before the one that silence gives.")
    after = {
        OnSilence.APPROVE: "the ad runs",
        OnSilence.REFUSE: (
            "it counts as refused; the ad that is approved runs on"
            if effect is RefusalEffect.NOTHING
            else "it counts as refused, the booking ends, and the money goes back to the buyer"
        ),
    }[found.line_item.terms.on_silence]
    left_words = _left(found.review, now).capitalize()
    return f"{left_words} left to answer. Without an answer {after}, as the terms of the sale say."


def host_of(url: str) -> str:
    """The host that a click leads to, which a long address may hide."""
    return urlsplit(url).hostname or url


def _left(review: CreativeReview, now: datetime) -> str:
    return span_words(review.answer_due_at - now) if review.state is ReviewState.WAITING else ""
