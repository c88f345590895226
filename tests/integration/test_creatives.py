from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.domain.creatives import errors
from app.domain.creatives.models import Creative
from app.domain.creatives.queries import flights_without_creative
from app.domain.creatives.service.keeping import drop_unused_files
from app.domain.creatives.service.landing import REACHED
from app.domain.creatives.service.reminding import remind_buyer
from app.domain.creatives.service.submitting import submit_creative
from app.domain.creatives.states import Decider, ReviewState
from app.domain.events.kinds.creatives import (
    AssignmentChanged,
    CreativeApproved,
    CreativeNeeded,
    CreativeSubmitted,
    HouseAdChanged,
)
from app.domain.files.models import StoredFile
from app.domain.files.queries import file_called
from app.domain.files.service import store_file
from app.domain.inventory.states import ApprovalRule
from app.foundation.clock import database_now
from app.foundation.db import db
from app.foundation.errors import NotFound
from app.foundation.work_failures import Retries
from tests.factories.accounts import make_person
from tests.factories.creatives import (
    approved,
    make_approved_creative,
    make_creative,
    make_house_ad,
    make_material,
)
from tests.factories.inventory import account_of
from tests.factories.orders import LiveLineItem, end_flight, make_booked_line_item
from tests.support.creatives import ALCOHOL, WINE, assignments_of, noted, review_of, run, send, version


def test_a_creative_waits_for_the_publisher_who_is_told_until_when(app: Flask, booked: LiveLineItem) -> None:
    review = make_creative(app, booked)
    assert review.state is ReviewState.WAITING
    assert review.answer_due_at - review.submitted_at == timedelta(hours=48)
    [(user_id, payload)] = noted(app, CreativeSubmitted)
    assert user_id == booked.publisher.user_id
    assert (payload["line_item"], payload["review"]) == (booked.line_item, review.public_id)
    assert payload["what"] == {"as": "socket_name", "socket": "Top banner", "site": "Compiler News"}
    assert payload["due"]["at"] == review.answer_due_at.isoformat()
    assert assignments_of(app, booked) == []


def test_the_same_content_again_is_the_same_creative_and_the_same_question(app: Flask, booked: LiveLineItem) -> None:
    first, again = make_creative(app, booked), make_creative(app, booked)
    assert first.id == again.id
    assert len(noted(app, CreativeSubmitted)) == 1


@pytest.mark.parametrize(
    "change",
    [{"number": 1}, {"alt_text": "Other words"}, {"click_through_url": "https://garden-tools.example/other"}],
    ids=["picture", "words", "landing page"],
)
def test_whatever_is_changed_makes_another_creative_that_replaces_the_waiting_one(
    app: Flask, change: dict[str, Any], booked: LiveLineItem
) -> None:
    first = make_creative(app, booked)
    second = make_creative(app, booked, **change)
    assert second.creative_id != first.creative_id
    assert review_of(app, first).state is ReviewState.REPLACED
    assert review_of(app, second).state is ReviewState.WAITING


def test_twice_the_size_is_frozen_with_its_scale(app: Flask, booked: LiveLineItem) -> None:
    review = make_creative(app, booked, scale=2)
    with app.app_context():
        assert db.session.get_one(Creative, review.creative_id).scale == 2


def test_an_image_of_another_size_is_refused(app: Flask, booked: LiveLineItem) -> None:
    material = make_material(app, booked.socket_id, width_px=728, height_px=90)
    with pytest.raises(errors.SizeWrong):
        send(app, booked, material)


def test_a_blocked_category_is_refused_at_once_with_its_name(app: Flask) -> None:
    booking = make_booked_line_item(app, socket={"blocked_products": (ALCOHOL,)})
    with pytest.raises(errors.CategoryBlocked, match="no ads for Alcohol") as caught:
        make_creative(app, booking, product_code=WINE)
    assert caught.value.field == "product"


def test_a_category_that_the_list_does_not_have_is_refused(app: Flask) -> None:
    with pytest.raises(errors.CategoryUnknown):
        make_creative(app, make_booked_line_item(app), product_code="nothing")


def test_nobody_else_can_send_a_creative(app: Flask, booked: LiveLineItem) -> None:
    for person in (booked.publisher, make_person(app)):
        with pytest.raises(NotFound):
            make_creative(app, replace(booked, buyer=person))


@pytest.mark.parametrize("over", ["by its state", "by the clock"])
def test_after_the_flight_no_creative_is_taken(app: Flask, over: str, booked: LiveLineItem) -> None:
    material, buyer = make_material(app, booked.socket_id), account_of(app, booked.buyer)
    if over == "by its state":
        end_flight(app, booked)
    late = timedelta(days=0 if over == "by its state" else 24)
    with pytest.raises(errors.FlightOver):
        run(app, lambda: submit_creative(buyer, booked.line_item, material, REACHED, now=database_now() + late))


def test_a_publisher_who_looks_at_none_has_every_creative_run_at_once(app: Flask) -> None:
    booking = make_booked_line_item(app, socket={"approval_rule": ApprovalRule.APPROVE_ALL})
    before = version(app)
    review = make_creative(app, booking)
    assert (review.state, review.decided_by) == (ReviewState.APPROVED, Decider.RULE)
    [assignment] = assignments_of(app, booking)
    assert (assignment.began_at, assignment.ended_at) == (review.decided_at, None)
    assert noted(app, CreativeSubmitted) == []
    assert version(app) == before + 1


def test_a_known_buyer_needs_a_finished_booking_with_this_publisher(app: Flask) -> None:
    socket = {"approval_rule": ApprovalRule.KNOWN_BUYERS}
    first = make_booked_line_item(app, socket=socket)
    assert make_creative(app, first).state is ReviewState.WAITING
    end_flight(app, first)
    elsewhere = make_booked_line_item(app, buyer=first.buyer, socket=socket)
    assert make_creative(app, elsewhere).state is ReviewState.WAITING
    again = make_booked_line_item(app, buyer=first.buyer, publisher=first.publisher, socket=socket)
    assert make_creative(app, again).state is ReviewState.APPROVED


def test_approval_puts_the_creative_on_and_takes_the_one_before_off(app: Flask, booked: LiveLineItem) -> None:
    first = make_approved_creative(app, booked)
    second = make_creative(app, booked, number=1)
    assert [one.ended_at for one in assignments_of(app, booked)] == [None], "the first one runs until the second may"
    second = approved(app, booked, second)
    before, now = assignments_of(app, booked)
    assert (before.creative_id, before.ended_at) == (first.creative_id, second.decided_at)
    assert (now.creative_id, now.began_at, now.ended_at) == (second.creative_id, second.decided_at, None)
    assert [user for user, _ in noted(app, CreativeApproved)] == [booked.buyer.user_id] * 2
    assert len(noted(app, AssignmentChanged)) == 2


def test_what_runs_already_is_not_sent_twice(app: Flask, booked: LiveLineItem) -> None:
    make_approved_creative(app, booked)
    with pytest.raises(errors.AlreadyRunning):
        make_creative(app, booked)


def test_a_creative_that_was_approved_before_comes_back_without_a_question(app: Flask, booked: LiveLineItem) -> None:
    first = make_approved_creative(app, booked)
    make_approved_creative(app, booked, number=1)
    back = make_creative(app, booked)
    assert (back.state, back.decided_by, back.creative_id) == (ReviewState.APPROVED, Decider.RULE, first.creative_id)
    assert assignments_of(app, booked)[-1].creative_id == first.creative_id


def near(now: datetime) -> Sequence[int]:
    return flights_without_creative(10, retries=Retries("remind_creatives", now))


def test_a_buyer_without_a_creative_is_reminded_once_in_the_last_three_days(app: Flask) -> None:
    booking = make_booked_line_item(app, starts_in=4)
    with app.app_context():
        now = database_now()
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        assert near(midnight - timedelta(seconds=1)) == []
        assert near(midnight) == [booking.line_item_id]
        db.session.remove()
    assert run(app, lambda: remind_buyer(booking.line_item_id, now=midnight))
    assert not run(app, lambda: remind_buyer(booking.line_item_id, now=midnight))
    [(user_id, payload)] = noted(app, CreativeNeeded)
    assert (user_id, payload["line_item"]) == (booking.buyer.user_id, booking.line_item)
    with app.app_context():
        assert near(midnight) == []


def test_who_has_sent_a_creative_is_not_reminded(app: Flask) -> None:
    booking = make_booked_line_item(app, starts_in=1)
    review = make_creative(app, booking)
    with app.app_context():
        assert near(database_now()) == []
        db.session.remove()
    assert not run(app, lambda: remind_buyer(booking.line_item_id, now=database_now()))
    approved(app, booking, review)
    with app.app_context():
        assert near(database_now()) == []


def test_a_house_ad_takes_the_place_of_the_one_before(app: Flask, booked: LiveLineItem) -> None:
    first = make_house_ad(app, booked.publisher, booked.socket_id)
    second = make_house_ad(app, booked.publisher, booked.socket_id, number=8)
    assert first.id != second.id
    assert len(noted(app, HouseAdChanged)) == 2
    with pytest.raises(NotFound):
        make_house_ad(app, booked.buyer, booked.socket_id)


def test_the_same_bytes_are_kept_once(app: Flask) -> None:
    names = {run(app, lambda: store_file(b"the same", "image/png", now=database_now())) for _ in range(2)}
    assert len(names) == 1
    with app.app_context():
        kept = file_called(names.pop())
        assert (kept.content, kept.byte_count, kept.media_type) == (b"the same", 8, "image/png")
        for name in ("", "0" * 64, "../etc/passwd", "\x00"):
            with pytest.raises(NotFound):
                file_called(name)


def test_an_upload_that_became_nothing_is_dropped_after_three_days(app: Flask, booked: LiveLineItem) -> None:
    make_creative(app, booked)
    run(app, lambda: store_file(b"unused", "image/png", now=database_now()))
    assert run(app, lambda: drop_unused_files(now=database_now() + timedelta(days=2))) == 0
    assert run(app, lambda: drop_unused_files(now=database_now() + timedelta(days=4))) == 1
    with app.app_context():
        [kept] = db.session.scalars(sa.select(StoredFile)).all()
        assert kept.content != b"unused"
