"""What tests of creatives look at: events, rows, and verbs run in their own transaction."""

from collections.abc import Callable
from typing import Any, TypeVar

import sqlalchemy as sa
from flask import Flask

from app.domain.creatives.models import Assignment, CreativeReview
from app.domain.creatives.rules import Material
from app.domain.creatives.service.landing import REACHED
from app.domain.creatives.service.submitting import submit_creative
from app.domain.events.models import DeliveryVersion, Event
from app.domain.events.rules import EventData
from app.domain.notifications.queries.recipients import recipients
from app.domain.orders.models import LineItem
from app.foundation.clock import database_now
from app.foundation.db import db, in_transaction
from tests.factories.inventory import account_of
from tests.factories.orders import LiveLineItem

T = TypeVar("T")
ALCOHOL, WINE = "1002", "1007"


def run(app: Flask, work: Callable[[], T]) -> T:
    with app.app_context():
        made = in_transaction(work)
        db.session.remove()
    return made


def noted(app: Flask, kind: type[EventData]) -> list[tuple[int | None, dict[str, Any]]]:
    """The events of a kind, oldest first: who is told of each, if anybody, and what was written down."""
    with app.app_context():
        found = db.session.scalars(sa.select(Event).where(Event.kind == kind.kind).order_by(Event.id)).all()
        told = [[recipient.user_id for recipient in recipients(event)] for event in found]
        return [(next(iter(people), None), dict(event.payload)) for event, people in zip(found, told, strict=True)]


def line_item_of(app: Flask, booking: LiveLineItem) -> LineItem:
    with app.app_context():
        return db.session.get_one(LineItem, booking.line_item_id)


def assignments_of(app: Flask, booking: LiveLineItem) -> list[Assignment]:
    with app.app_context():
        query = sa.select(Assignment).where(Assignment.line_item_id == booking.line_item_id).order_by(Assignment.id)
        return list(db.session.scalars(query))


def review_of(app: Flask, review: CreativeReview) -> CreativeReview:
    with app.app_context():
        return db.session.get_one(CreativeReview, review.id)


def version(app: Flask) -> int:
    with app.app_context():
        return db.session.scalars(sa.select(DeliveryVersion.version)).one()


def send(app: Flask, booking: LiveLineItem, material: Material) -> CreativeReview:
    buyer = account_of(app, booking.buyer)
    return run(app, lambda: submit_creative(buyer, booking.line_item, material, REACHED, now=database_now()))
