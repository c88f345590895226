"""Rows and words of the publisher's queue of ads, and of the page of one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from app.domain.creatives.queries import ReviewRow, WaitingReview
from app.domain.creatives.states import RefusalEffect, ReviewState
from app.domain.inventory.states import OnSilence
from app.web.parts.creative_words import answer_in_words
from app.web.words.dates import run_words, span_words
from app.web.words.messages import _
from app.web.words.states.creatives import REVIEW_STATES
from app.web.words.states.inventory import OWN_SILENCES

if TYPE_CHECKING:
    from app.domain.creatives.models import CreativeReview

SOON = timedelta(hours=12)


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


def queue_row(found: WaitingReview, now: datetime) -> QueueRow:
    """An ad as the lists show it."""
    review = found.review
    return QueueRow(
        public_id=review.public_id,
        where=_("%(socket)s on %(site)s", socket=found.socket.name, site=found.site.name),
        buyer=found.buyer,
        days=run_words(found.line_item.starts_on, found.line_item.ends_before),
        left=_left(review, now),
        is_soon=review.answer_due_at - now < SOON,
        silence=OWN_SILENCES[found.line_item.terms.on_silence].sentence,
        badge=REVIEW_STATES[review.state].badge,
        answer=answer_in_words(review),
        decided_at=review.decided_at,
    )


@dataclass(frozen=True, slots=True)
class EarlierCreative:
    """Another ad that was sent for the same booking, and what became of it."""

    public_id: str
    answer: str
    note: str
    sent_at: datetime


def others_of(found: WaitingReview, rows: Sequence[ReviewRow]) -> list[EarlierCreative]:
    """The other ads that were sent for the same booking, newest first."""
    return [
        EarlierCreative(row.review.public_id, answer_in_words(row.review), row.review.note, row.review.submitted_at)
        for row in rows
        if row.review.id != found.review.id
    ]


def deadline_in_words(found: WaitingReview, effect: RefusalEffect, now: datetime) -> str:
    """By when to answer, and what happens without an answer."""
    left = found.review.answer_due_at - now
    if left <= timedelta(0):
        return _("The time to answer is over. Yours still counts if it comes before the one that silence gives.")
    return " ".join(
        (
            _("%(span)s left to answer.", span=span_words(left)),
            _without_answer(found.line_item.terms.on_silence, effect),
        )
    )


def _without_answer(on_silence: OnSilence, effect: RefusalEffect) -> str:
    if on_silence is OnSilence.APPROVE:
        return _("Without an answer the ad runs, as the terms of the sale say.")
    if effect is RefusalEffect.NOTHING:
        return _(
            "Without an answer it counts as refused; the ad that is approved runs on, as the terms of the sale say."
        )
    return _(
        "Without an answer it counts as refused, the booking ends, and the money goes back to the buyer, as the terms "
        "of the sale say."
    )


def host_of(url: str) -> str:
    """The host that a click leads to, which a long address may hide."""
    return urlsplit(url).hostname or url


def _left(review: "CreativeReview", now: datetime) -> str:
    return span_words(review.answer_due_at - now) if review.state is ReviewState.WAITING else ""
