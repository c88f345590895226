"""Sending a creative for a line item."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from app.domain.creatives.errors import AlreadyRunning, CategoryBlocked, CategoryUnknown, FlightOver, SizeWrong
from app.domain.creatives.models import Creative, CreativeReview
from app.domain.creatives.queries.line_items import (
    LIVE,
    is_known_buyer,
    running_assignment,
    waiting_review,
    was_approved,
)
from app.domain.creatives.rules import Material, content_hash, runs_at_once, scale_of
from app.domain.creatives.service.assigning import advance_review, approve, review_as_it_is
from app.domain.creatives.service.landing import LandingPage
from app.domain.creatives.states import Decider, ReviewState
from app.domain.events.kinds.creatives import CreativeSubmitted
from app.domain.events.rules import EventMoment
from app.domain.events.service import record
from app.domain.inventory.queries import product_group, product_name, products
from app.domain.inventory.states import CreativeFormat, SocketTerms
from app.domain.orders.models import LineItem, Order
from app.domain.orders.queries import flight_of, line_item_visible_to, lock_line_item
from app.foundation.db import db
from app.foundation.errors import NotFound
from app.foundation.identifiers import new_public_id
from app.foundation.messages import N_


@dataclass(frozen=True, slots=True)
class _LineItemOrder:
    line_item: LineItem
    order: Order


def submit_creative(
    buyer_account_id: int, public_id: str, material: Material, landing: LandingPage, *, now: datetime
) -> CreativeReview:
    """Sends a creative for a line item; it runs at once where the sold rule says so, else the publisher is asked.

    One that still waits is replaced. The same creative sent again while it waits changes nothing; one that
    was approved for this line item before runs again without another question. Locks the line item.

    Args:
        buyer_account_id: who sends it.
        public_id: the line item's.
        material: the rebuilt image, already stored, and its words.
        landing: what was found at its landing page, looked at before this transaction.
        now: UTC.

    Raises:
        NotFound: it is no paid line item of this buyer.
        FlightOver: its flight has ended, or it was ended before.
        SizeWrong: the image is not of the sold size.
        CategoryUnknown: the list has no such category.
        CategoryBlocked: the publisher takes no ads for it.
        AlreadyRunning: this very creative is on it.
    """
    place = _locked(buyer_account_id, public_id, now)
    _check_category(material, place.line_item.terms)
    creative = freeze(buyer_account_id, material, place.line_item.terms, now=now)
    running = running_assignment(place.line_item.id)
    waiting = waiting_review(place.line_item.id)
    if waiting is not None and waiting.creative_id == creative.id:
        return waiting
    if running is not None and running.creative_id == creative.id and waiting is None:
        raise AlreadyRunning
    if waiting is not None:
        advance_review(waiting, ReviewState.REPLACED, now=now)
    review = _ask(place, creative, landing, now)
    if _runs_at_once(place, creative):
        approve(review, place.line_item, decided_by=Decider.RULE, now=now)
    else:
        waits = CreativeSubmitted(
            due=EventMoment(review.answer_due_at, place.line_item.time_zone, is_limit=True),
            on_silence=place.line_item.terms.on_silence.value,
            has_running=running is not None,
            **review_as_it_is(review, place.line_item),
        )
        record(waits, account_id=buyer_account_id, now=now)
    return review


def freeze(account_id: int, material: Material, terms: SocketTerms, *, now: datetime) -> Creative:
    """The account's creative of exactly this content; the one there is, or a new one.

    Raises:
        SizeWrong: the image is neither of the size in the terms nor of twice it.
    """
    scale = scale_of(material, terms.width_px, terms.height_px)
    if scale is None:
        raise SizeWrong
    name = content_hash(material)
    query = sa.select(Creative).where(Creative.account_id == account_id, Creative.content_hash == name)
    found = db.session.scalars(query).one_or_none()
    if found is not None:
        return found
    try:
        with db.session.begin_nested():
            creative = _new_creative(account_id, name, material, scale, now)
            db.session.add(creative)
    except sa.exc.IntegrityError:
        # Sent for another line item at this very moment: it is there now.
        return db.session.scalars(query).one()
    return creative


def _new_creative(account_id: int, name: str, material: Material, scale: int, now: datetime) -> Creative:
    return Creative(
        public_id=new_public_id(),
        account_id=account_id,
        content_hash=name,
        file_sha256=material.file_sha256,
        still_sha256=material.still_sha256,
        format=CreativeFormat(material.format),
        still_format=CreativeFormat(material.format) if material.still_sha256 else None,
        width_px=material.width_px,
        height_px=material.height_px,
        scale=scale,
        duration_ms=material.animation_ms,
        alt_text=material.alt_text,
        click_through_url=material.click_through_url,
        product_code=material.product_code,
        created_at=now,
    )


def _locked(buyer_account_id: int, public_id: str, now: datetime) -> _LineItemOrder:
    line_item, order = line_item_visible_to(buyer_account_id, public_id)
    if order.buyer_account_id != buyer_account_id:
        raise NotFound
    line_item = lock_line_item(line_item.id)
    if line_item.state not in LIVE or now >= flight_of(line_item).ends_at(ZoneInfo(line_item.time_zone)):
        raise FlightOver
    return _LineItemOrder(line_item, order)


def _check_category(material: Material, terms: SocketTerms) -> None:
    if material.product_code not in products():
        raise CategoryUnknown
    group = product_group(material.product_code)
    if group in terms.blocked_products:
        message = N_("The publisher takes no ads for %(products)s, so this one cannot run here.")
        raise CategoryBlocked(message, products=product_name(group))


def _ask(place: _LineItemOrder, creative: Creative, landing: LandingPage, now: datetime) -> CreativeReview:
    review = CreativeReview(
        public_id=new_public_id(),
        line_item_id=place.line_item.id,
        creative_id=creative.id,
        publisher_account_id=place.order.publisher_account_id,
        state=ReviewState.WAITING,
        landing_state=landing.state,
        landing_note=landing.note,
        landing_checked_at=now,
        submitted_at=now,
        answer_due_at=now + timedelta(hours=place.line_item.terms.approval_hours),
    )
    db.session.add(review)
    db.session.flush()
    return review


def _runs_at_once(place: _LineItemOrder, creative: Creative) -> bool:
    order = place.order
    known = is_known_buyer(order.buyer_account_id, order.publisher_account_id)
    if runs_at_once(place.line_item.terms.approval_rule, is_known_buyer=known):
        return True
    return was_approved(place.line_item.id, creative.id)
