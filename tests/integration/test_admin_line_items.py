"""The staff page of a line item: what was sent, answered, delivered and settled of it; found by any of its ids."""

from datetime import timedelta

import pytest
from flask import Flask

from app.domain.creatives.models import Creative
from app.domain.measurement.models import AdCount
from app.domain.measurement.states import Measure, Verdict
from app.domain.settlement.models import SettledDay
from app.domain.settlement.states import DayOutcome
from app.foundation.access import StaffRole
from app.foundation.clock import database_now
from app.foundation.db import db
from tests.factories.accounts import make_person, sign_in
from tests.factories.creatives import make_approved_creative, make_creative, refused
from tests.factories.inventory import account_of
from tests.factories.orders import LiveLineItem, make_booked_line_item
from tests.support.creatives import run
from tests.support.page_client import PageClient
from tests.support.staff import records, staff


@pytest.fixture
def booking(app: Flask) -> LiveLineItem:
    return make_booked_line_item(app)


def deliver(app: Flask, booking: LiveLineItem) -> None:
    """An hour of counted and refused impressions, and a settled day; written as the mover and the job would."""
    publisher = account_of(app, booking.publisher)

    def work() -> None:
        now = database_now()
        hour_at = now.replace(minute=0, second=0, microsecond=0)
        for verdict, events in ((Verdict.COUNTED, 1_234), (Verdict.KNOWN_BOT, 56)):
            db.session.add(
                AdCount(
                    socket_id=booking.socket_id,
                    line_item_id=booking.line_item_id,
                    creative_id=1,
                    hour_at=hour_at,
                    measure=Measure.IMPRESSION,
                    verdict=verdict,
                    events=events,
                )
            )
        db.session.add(
            SettledDay(
                line_item_id=booking.line_item_id,
                day=booking.starts_on,
                publisher_account_id=publisher,
                outcome=DayOutcome.NO_REQUESTS,
                requests=0,
                filled=0,
                price_minor=0,
                commission_minor=0,
                currency="USD",
                settled_at=now,
                available_at=now + timedelta(days=7),
            )
        )

    run(app, work)


def test_staff_see_what_was_sent_answered_delivered_and_settled(app: Flask, booking: LiveLineItem) -> None:
    review = refused(app, booking, make_creative(app, booking, number=1))
    make_approved_creative(app, booking)
    deliver(app, booking)
    client = staff(app, StaffRole.REVIEW)
    page = client.get(f"/staff/line-items/{booking.line_item}")
    for words in (
        "State Booked",
        "Refused: it is broken",
        "The text cannot be read at this size.",
        "Approved by the publisher",
        "https://garden-tools.example/spring",
        "Travel and Tourism",
    ):
        assert words in page.main, words
    assert ["Impressions", "1,234", "Robot: 56"] in page.rows
    assert [str(booking.starts_on), "No requests", "0", "0", "hidden", "hidden"] in page.rows
    assert ["Reserved", "Booked", "isocket", "paid"] in [row[1:] for row in page.rows]
    finance = staff(app, StaffRole.FINANCE).get(f"/staff/line-items/{booking.line_item}")
    assert [str(booking.starts_on), "No requests", "0", "0", "$0.00", "$0.00"] in finance.rows
    assert [details["money"] for _, details in records(app, "line_item_viewed")] == ["hidden", "shown"]
    answer = client.http.get(f"/staff/reviews/{review.public_id}/picture")
    assert (answer.status_code, answer.mimetype) == (200, "image/png")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert [subject for subject, _ in records(app, "creative_viewed")] == [f"review:{review.public_id}"]


def test_a_line_item_of_which_nothing_is_known_yet_says_so(app: Flask, booking: LiveLineItem) -> None:
    client = staff(app, StaffRole.SUPPORT)
    page = client.get(f"/staff/line-items/{booking.line_item}")
    for words in ("No creative was sent for it.", "Nothing was measured yet.", "No day is settled yet."):
        assert words in page
    client.get(f"/staff/orders/{booking.order}")
    client.follow("Its creatives, reviews and deliveries")
    assert client.path == f"/staff/line-items/{booking.line_item}"
    client.get("/staff/line-items/nothing", expect=404)
    assert client.http.get("/staff/reviews/nothing/picture").status_code == 404


def test_every_id_around_a_creative_leads_to_its_line_item(app: Flask, booking: LiveLineItem) -> None:
    review = make_creative(app, booking)
    with app.app_context():
        creative = db.session.get_one(Creative, review.creative_id).public_id
        db.session.remove()
    client = staff(app, StaffRole.SUPPORT)
    for asked in (booking.line_item, review.public_id, creative):
        client.get("/staff/search")
        client.submit("Search", q=asked)
        assert client.path == f"/staff/line-items/{booking.line_item}", asked


def test_nobody_but_staff_sees_it(app: Flask, booking: LiveLineItem) -> None:
    review = make_creative(app, booking)
    for person in (booking.publisher, booking.buyer, make_person(app)):
        client = sign_in(PageClient(app), person)
        client.get(f"/staff/line-items/{booking.line_item}", expect=403)
        assert client.http.get(f"/staff/reviews/{review.public_id}/picture").status_code == 403
