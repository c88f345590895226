"""Creatives and their reviews, made through the services that pages use."""

from typing import Any

from flask import Flask

from app.domain.creatives.models import Creative, CreativeReview, HouseAd
from app.domain.creatives.rules import Material
from app.domain.creatives.service.house_ads import put_up_house_ad
from app.domain.creatives.service.landing import REACHED, LandingPage
from app.domain.creatives.service.reviewing import Answerer, RefusalReason, approve_creative, refuse_creative
from app.domain.creatives.service.submitting import submit_creative
from app.domain.creatives.states import RefusalGround, ReviewState
from app.domain.files.service import store_file
from app.domain.inventory.models import Socket
from app.foundation.clock import database_now
from app.foundation.db import db, in_transaction
from tests.factories.accounts import Person
from tests.factories.inventory import account_of
from tests.factories.orders import LiveLineItem
from tests.support.drawing import png

LANDING_PAGE = "https://garden-tools.example/spring"
TRAVEL = "1529"


def make_material(app: Flask, socket_id: int, *, number: int = 0, scale: int = 1, **changes: Any) -> Material:  # noqa: ANN401 - any of the parts
    """A PNG of a socket's size, stored; another number makes another picture."""
    with app.app_context():
        socket = db.session.get_one(Socket, socket_id)
        width_px, height_px = socket.width_px * scale, socket.height_px * scale
        db.session.remove()
        data = png(width_px, height_px, number=number)
        sha256 = in_transaction(lambda: store_file(data, "image/png", now=database_now()))
        db.session.remove()
    parts: dict[str, Any] = {
        "file_sha256": sha256,
        "still_sha256": None,
        "format": "png",
        "width_px": width_px,
        "height_px": height_px,
        "animation_ms": 0,
        "alt_text": "Garden tools, 20 % off this spring",
        "click_through_url": LANDING_PAGE,
        "product_code": TRAVEL,
    }
    return Material(**(parts | changes))


def make_creative(
    app: Flask,
    booking: LiveLineItem,
    *,
    number: int = 0,
    landing: LandingPage = REACHED,
    **changes: Any,  # noqa: ANN401 - any of the parts
) -> CreativeReview:
    """The buyer's creative sent for a line item; its review waits, or a rule has approved it."""
    material, buyer = make_material(app, booking.socket_id, number=number, **changes), account_of(app, booking.buyer)
    with app.app_context():
        review = in_transaction(
            lambda: submit_creative(buyer, booking.line_item, material, landing, now=database_now())
        )
        db.session.remove()
    return review


def make_approved_creative(app: Flask, booking: LiveLineItem, *, number: int = 0) -> CreativeReview:
    """A creative that runs on a line item: sent by the buyer, and approved by the publisher where that was needed."""
    review = make_creative(app, booking, number=number)
    return approved(app, booking, review) if review.state is ReviewState.WAITING else review


def approved(app: Flask, booking: LiveLineItem, review: CreativeReview) -> CreativeReview:
    """The publisher's approval."""
    who = answerer(app, booking.publisher)
    with app.app_context():
        found = in_transaction(lambda: approve_creative(who, review.public_id, now=database_now()))
        db.session.remove()
    return found


def refused(
    app: Flask, booking: LiveLineItem, review: CreativeReview, ground: RefusalGround = RefusalGround.TECHNICAL_FAULT
) -> CreativeReview:
    """The publisher's refusal."""
    who, objection = answerer(app, booking.publisher), RefusalReason(ground, "The text cannot be read at this size.")
    with app.app_context():
        found = in_transaction(lambda: refuse_creative(who, review.public_id, objection, now=database_now()))
        db.session.remove()
    return found


def make_house_ad(app: Flask, publisher: Person, socket_id: int, *, number: int = 7) -> Creative:
    """A publisher's own ad on a socket."""
    material, account_id = make_material(app, socket_id, number=number, product_code=""), account_of(app, publisher)

    def work() -> HouseAd:
        return put_up_house_ad(account_id, socket_id, material, now=database_now())

    with app.app_context():
        house_ad = in_transaction(work)
        creative = db.session.get_one(Creative, house_ad.creative_id)
        db.session.remove()
    return creative


def answerer(app: Flask, publisher: Person) -> Answerer:
    """A publisher as somebody who answers."""
    return Answerer(account_of(app, publisher), publisher.user_id)
