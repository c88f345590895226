"""Answering a creative: approve, please change, refuse; and what silence means."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from app.domain.creatives.errors import BlockedCategoryMissing, GroundRefused, NoteMissing, ReviewAnswered
from app.domain.creatives.models import CreativeReview
from app.domain.creatives.queries.line_items import LIVE, refusals_of, running_assignment
from app.domain.creatives.rules import NOTE_CHARACTERS_MAX, gives_back_by_itself, grounds_of
from app.domain.creatives.service.assigning import advance_review, approve, review_as_it_is
from app.domain.creatives.states import Decider, RefusalEffect, RefusalGround, ReviewState
from app.domain.events.kinds.creatives import CreativeChangeAsked, CreativeRefused
from app.domain.events.service import record
from app.domain.inventory.queries import product_name
from app.domain.inventory.states import OnSilence, SocketTerms
from app.domain.orders.models import LineItem
from app.domain.orders.queries import lock_line_item
from app.domain.orders.service.running import decline_line_item
from app.foundation.db import db
from app.foundation.errors import NotFound

SILENT = "There was no answer in the approval time. The terms of the sale say that this is a refusal."


@dataclass(frozen=True, slots=True)
class Answerer:
    """Who answers: the publisher's account, and the person who acts for it."""

    account_id: int
    user_id: int


@dataclass(frozen=True, slots=True)
class RefusalReason:
    """Why a creative is refused: the ground, in own words, and which blocked category when that is the ground."""

    ground: RefusalGround
    note: str
    blocked_product: str = ""


def refusal_grounds(terms: SocketTerms) -> tuple[RefusalGround, ...]:
    """The grounds on which a creative can be refused on these terms: a socket's for a new sale, else the sale's own."""
    return grounds_of(terms.blocked_products, terms.taste_rules)


def refusal_effect(line_item: LineItem) -> RefusalEffect:
    """What one more refusal does to a line item: the page says so before, and the refusal then does it."""
    if line_item.state not in LIVE or running_assignment(line_item.id) is not None:
        return RefusalEffect.NOTHING
    if gives_back_by_itself(refusals_of(line_item.id) + 1):
        return RefusalEffect.MONEY_BACK
    return RefusalEffect.BUYERS_CHOICE


def approve_creative(answerer: Answerer, public_id: str, *, now: datetime) -> CreativeReview:
    """Approves a creative; it takes the place of the one before at this instant. Locks the line item.

    Raises:
        NotFound: there is no such review, or it is another publisher's.
        ReviewAnswered: it was answered, or the buyer replaced it meanwhile.
    """
    review, line_item = _locked(answerer.account_id, public_id)
    review.decided_by_user_id = answerer.user_id
    approve(review, line_item, decided_by=Decider.PUBLISHER, now=now)
    return review


def ask_for_change(answerer: Answerer, public_id: str, note: str, *, now: datetime) -> CreativeReview:
    """Asks the buyer for a change; that is no refusal, and the buyer sends another one. Locks the line item.

    Raises:
        NotFound: there is no such review, or it is another publisher's.
        ReviewAnswered: it was answered, or the buyer replaced it meanwhile.
        NoteMissing: it does not say what to change.
    """
    review, line_item = _locked(answerer.account_id, public_id)
    review.note = _noted(note)
    review.decided_by_user_id = answerer.user_id
    advance_review(review, ReviewState.CHANGE_ASKED, now=now, decided_by=Decider.PUBLISHER)
    event = CreativeChangeAsked(note=review.note, **review_as_it_is(review, line_item))
    record(event, account_id=review.publisher_account_id, actor_user_id=answerer.user_id, now=now)
    return review


def refuse_creative(answerer: Answerer, public_id: str, objection: RefusalReason, *, now: datetime) -> CreativeReview:
    """Refuses a creative on a published ground. The second refusal brings the money back. Locks the line item.

    Raises:
        NotFound: there is no such review, or it is another publisher's.
        ReviewAnswered: it was answered, or the buyer replaced it meanwhile.
        GroundRefused: this ground did not stand with the socket when it was sold.
        BlockedCategoryMissing: it does not say which of the blocked categories.
        NoteMissing: it does not say what is wrong.
    """
    review, line_item = _locked(answerer.account_id, public_id)
    if objection.ground not in refusal_grounds(line_item.terms):
        raise GroundRefused
    note = _noted(objection.note)
    if objection.ground is RefusalGround.CATEGORY:
        if objection.blocked_product not in line_item.terms.blocked_products:
            raise BlockedCategoryMissing
        note = f"{product_name(objection.blocked_product)}: {note}"[:NOTE_CHARACTERS_MAX]
    review.decided_by_user_id = answerer.user_id
    _refuse(review, line_item, objection.ground, note, Decider.PUBLISHER, now)
    return review


def answer_for_silence(public_id: str, *, now: datetime) -> bool:
    """Answers a review whose approval time has run out, as it was sold: approves, or refuses with the money back.

    Locks the line item. Safe to call twice, and beside an answer of the publisher's: whoever comes first answers.

    Returns:
        Whether it answered; False when somebody else had, or there is time left.
    """
    try:
        review, line_item = _locked(None, public_id)
    except ReviewAnswered:
        return False
    if review.answer_due_at > now:
        return False
    if line_item.terms.on_silence is OnSilence.APPROVE:
        approve(review, line_item, decided_by=Decider.SILENCE, now=now)
    else:
        _refuse(review, line_item, RefusalGround.SILENCE, SILENT, Decider.SILENCE, now)
    return True


def _refuse(
    review: CreativeReview,
    line_item: LineItem,
    ground: RefusalGround,
    note: str,
    decided_by: Decider,
    now: datetime,
) -> None:
    effect = refusal_effect(line_item)
    review.ground, review.note = ground, note
    advance_review(review, ReviewState.REFUSED, now=now, decided_by=decided_by)
    if effect is not RefusalEffect.NOTHING:
        if decided_by is Decider.SILENCE:
            decline_line_item(line_item.id, reason="the publisher did not answer in time", now=now)
        elif effect is RefusalEffect.MONEY_BACK:
            decline_line_item(line_item.id, reason="the creative was refused twice", now=now)
    refused = CreativeRefused(
        ground=ground.value,
        note=note,
        line_item_state=line_item.state.value,
        has_running=running_assignment(line_item.id) is not None,
        **review_as_it_is(review, line_item),
    )
    record(refused, account_id=review.publisher_account_id, actor_user_id=review.decided_by_user_id, now=now)


def _locked(publisher_account_id: int | None, public_id: str) -> tuple[CreativeReview, LineItem]:
    """A waiting review with its line item, locked; None asks for no particular publisher."""
    query = sa.select(CreativeReview).where(CreativeReview.public_id == public_id)
    if publisher_account_id is not None:
        query = query.where(CreativeReview.publisher_account_id == publisher_account_id)
    review = db.session.scalars(query).one_or_none()
    if review is None:
        raise NotFound
    line_item = lock_line_item(review.line_item_id)
    # Read again under the lock: somebody may have answered, or the buyer replaced it, while this waited.
    db.session.refresh(review)
    if review.state is not ReviewState.WAITING:
        raise ReviewAnswered
    return review, line_item


def _noted(note: str) -> str:
    if not note.strip():
        raise NoteMissing
    return note.strip()[:NOTE_CHARACTERS_MAX]
