"""Answers and new submissions at the same moment: one of them comes first, and nothing is half of both."""

from collections.abc import Callable
from datetime import timedelta

import sqlalchemy as sa
from flask import Flask

from app.domain.creatives.errors import ReviewAnswered
from app.domain.creatives.models import Assignment, Creative, CreativeReview
from app.domain.creatives.service.landing import REACHED
from app.domain.creatives.service.reviewing import (
    RefusalReason,
    answer_for_silence,
    approve_creative,
    refuse_creative,
)
from app.domain.creatives.service.submitting import submit_creative
from app.domain.creatives.states import RefusalGround, ReviewState
from app.domain.files.models import StoredFile
from app.domain.files.service import store_file
from app.domain.inventory.states import OnSilence
from app.foundation.clock import database_now
from app.foundation.db import db
from tests.factories.creatives import answerer, make_creative, make_material
from tests.factories.inventory import account_of
from tests.factories.orders import LiveLineItem, make_booked_line_item
from tests.support.races import race


def states(app: Flask, booking: LiveLineItem) -> list[ReviewState]:
    with app.app_context():
        query = sa.select(CreativeReview.state).where(CreativeReview.line_item_id == booking.line_item_id)
        return list(db.session.scalars(query.order_by(CreativeReview.id)))


def assigned(app: Flask, booking: LiveLineItem) -> int:
    with app.app_context():
        query = sa.select(sa.func.count()).select_from(Assignment)
        return db.session.scalars(query.where(Assignment.line_item_id == booking.line_item_id)).one()


def approving(app: Flask, booking: LiveLineItem, review: CreativeReview) -> Callable[[], object]:
    who = answerer(app, booking.publisher)
    return lambda: approve_creative(who, review.public_id, now=database_now())


def refusing(app: Flask, booking: LiveLineItem, review: CreativeReview) -> Callable[[], object]:
    who, objection = answerer(app, booking.publisher), RefusalReason(RefusalGround.SIZE, "It is cut off.")
    return lambda: refuse_creative(who, review.public_id, objection, now=database_now())


def sending(app: Flask, booking: LiveLineItem, number: int) -> Callable[[], object]:
    material, buyer = make_material(app, booking.socket_id, number=number), account_of(app, booking.buyer)
    return lambda: submit_creative(buyer, booking.line_item, material, REACHED, now=database_now())


def test_two_approvals_at_once_put_one_creative_on(app: Flask, booked: LiveLineItem) -> None:
    review = make_creative(app, booked)
    raised = race(app, [approving(app, booked, review) for _ in range(4)])
    assert [type(error) for error in raised] == [ReviewAnswered] * 3
    assert assigned(app, booked) == 1


def test_an_approval_and_a_refusal_at_once_are_one_answer(app: Flask, booked: LiveLineItem) -> None:
    review = make_creative(app, booked)
    raised = race(app, [approving(app, booked, review), refusing(app, booked, review)])
    assert [type(error) for error in raised] == [ReviewAnswered]
    [state] = states(app, booked)
    assert assigned(app, booked) == (state is ReviewState.APPROVED)


def test_an_approval_beside_a_new_submission_never_approves_what_was_replaced(app: Flask) -> None:
    for _ in range(3):
        booking = make_booked_line_item(app)
        review = make_creative(app, booking)
        raised = race(app, [approving(app, booking, review), sending(app, booking, 1)])
        found = states(app, booking)
        assert found[1] is ReviewState.WAITING
        if raised:
            assert [type(error) for error in raised] == [ReviewAnswered]
            assert (found[0], assigned(app, booking)) == (ReviewState.REPLACED, 0)
        else:
            assert (found[0], assigned(app, booking)) == (ReviewState.APPROVED, 1)


def test_submissions_at_once_leave_one_waiting(app: Flask, booked: LiveLineItem) -> None:
    assert race(app, [sending(app, booked, number) for number in range(4)]) == []
    found = states(app, booked)
    assert found.count(ReviewState.WAITING) == 1
    assert found.count(ReviewState.REPLACED) == 3


def test_the_same_creative_sent_twice_at_once_is_one_creative_and_one_question(
    app: Flask, booked: LiveLineItem
) -> None:
    assert race(app, [sending(app, booked, 1) for _ in range(3)]) == []
    assert states(app, booked) == [ReviewState.WAITING]
    with app.app_context():
        assert db.session.scalars(sa.select(sa.func.count()).select_from(Creative)).one() == 1


def test_the_same_creative_for_two_bookings_at_once_is_one_creative(app: Flask) -> None:
    one = make_booked_line_item(app)
    other = make_booked_line_item(app, buyer=one.buyer, publisher=one.publisher)
    assert race(app, [sending(app, one, 1), sending(app, other, 1)]) == []
    assert states(app, one) == states(app, other) == [ReviewState.WAITING]
    with app.app_context():
        assert db.session.scalars(sa.select(sa.func.count()).select_from(Creative)).one() == 1


def test_silence_beside_an_approval_is_one_answer(app: Flask) -> None:
    booking = make_booked_line_item(app, socket={"on_silence": OnSilence.REFUSE})
    review = make_creative(app, booking)
    late = review.answer_due_at + timedelta(seconds=1)
    raised = race(
        app,
        [approving(app, booking, review), lambda: answer_for_silence(review.public_id, now=late)],
    )
    assert {type(error) for error in raised} <= {ReviewAnswered}
    [state] = states(app, booking)
    assert assigned(app, booking) == (state is ReviewState.APPROVED)


def test_the_same_bytes_stored_at_once_are_kept_once(app: Flask) -> None:
    assert race(app, [lambda: store_file(b"bytes", "image/png", now=database_now()) for _ in range(4)]) == []
    with app.app_context():
        assert db.session.scalars(sa.select(sa.func.count()).select_from(StoredFile)).one() == 1
