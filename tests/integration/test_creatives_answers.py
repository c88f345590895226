from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from flask import Flask

from app.domain.creatives import errors
from app.domain.creatives.models import CreativeReview
from app.domain.creatives.queries import answer_record, creative_timeline, own_review
from app.domain.creatives.service.paying_back import ask_money_back
from app.domain.creatives.service.reviewing import (
    RefusalReason,
    answer_for_silence,
    approve_creative,
    ask_for_change,
    refuse_creative,
)
from app.domain.creatives.states import Decider, RefusalGround, ReviewState
from app.domain.events.kinds.creatives import CreativeChangeAsked, CreativeRefused
from app.domain.inventory.states import ApprovalRule, OnSilence
from app.domain.orders.states import LineItemState
from app.foundation.clock import database_now
from app.foundation.db import db
from app.foundation.errors import NotFound
from tests.factories.accounts import make_person, sign_in
from tests.factories.creatives import (
    answerer,
    approved,
    make_approved_creative,
    make_creative,
    refused,
)
from tests.factories.inventory import account_of
from tests.factories.orders import LiveLineItem, begin_flight, end_flight, make_booked_line_item
from tests.support.creatives import ALCOHOL, assignments_of, line_item_of, noted, review_of, run
from tests.support.page_client import PageClient

if TYPE_CHECKING:
    from collections.abc import Callable


def test_please_change_is_no_refusal_and_needs_words(app: Flask, booked: LiveLineItem) -> None:
    review, who = make_creative(app, booked), answerer(app, booked.publisher)
    with pytest.raises(errors.NoteMissing):
        run(app, lambda: ask_for_change(who, review.public_id, "  ", now=database_now()))
    run(app, lambda: ask_for_change(who, review.public_id, "A darker ground, please.", now=database_now()))
    found = review_of(app, review)
    assert (found.state, found.ground, found.note) == (ReviewState.CHANGE_ASKED, None, "A darker ground, please.")
    assert found.decided_by_user_id == booked.publisher.user_id
    [(user_id, payload)] = noted(app, CreativeChangeAsked)
    assert (user_id, payload["review"]) == (booked.buyer.user_id, review.public_id)
    with pytest.raises(errors.NothingRefused):
        run(app, lambda: ask_money_back(account_of(app, booked.buyer), booked.line_item, now=database_now()))


def test_after_the_second_please_change_the_money_comes_back_on_the_buyers_wish(
    app: Flask, booked: LiveLineItem
) -> None:
    buyer, who = account_of(app, booked.buyer), answerer(app, booked.publisher)
    client = sign_in(PageClient(app), booked.buyer)
    for number, is_open in enumerate((False, True)):
        review = make_creative(app, booked, number=number)
        run(app, lambda one=review: ask_for_change(who, one.public_id, "Again, please.", now=database_now()))  # type: ignore[misc]  # a default binds the loop's value
        text = client.get(f"/campaigns/{booked.line_item}").text
        assert ("or ask for the money back" in text, "Ask for the money back" in text) == (is_open, is_open)
    run(app, lambda: ask_money_back(buyer, booked.line_item, now=database_now()))
    assert line_item_of(app, booked).state is LineItemState.DECLINED


def test_while_an_approved_creative_runs_no_please_change_opens_the_money_back(
    app: Flask, booked: LiveLineItem
) -> None:
    make_approved_creative(app, booked)
    who = answerer(app, booked.publisher)
    for number in (1, 2):
        review = make_creative(app, booked, number=number)
        run(app, lambda one=review: ask_for_change(who, one.public_id, "Again, please.", now=database_now()))  # type: ignore[misc]  # a default binds the loop's value
    with pytest.raises(errors.NothingRefused):
        run(app, lambda: ask_money_back(account_of(app, booked.buyer), booked.line_item, now=database_now()))


def object_to(app: Flask, booking: LiveLineItem, objection: RefusalReason) -> CreativeReview:
    review, who = make_creative(app, booking), answerer(app, booking.publisher)
    return run(app, lambda: refuse_creative(who, review.public_id, objection, now=database_now()))


@pytest.mark.parametrize(
    ("objection", "refusal"),
    [
        (RefusalReason(RefusalGround.TECHNICAL_FAULT, " "), errors.NoteMissing),
        (RefusalReason(RefusalGround.TASTE_RULES, "I do not like it."), errors.GroundRefused),
        (RefusalReason(RefusalGround.CATEGORY, "Wine.", ALCOHOL), errors.GroundRefused),
        (RefusalReason(RefusalGround.SILENCE, "I was away."), errors.GroundRefused),
    ],
)
def test_without_a_ground_that_was_published_a_refusal_is_refused(
    app: Flask, objection: RefusalReason, refusal: type[Exception], booked: LiveLineItem
) -> None:
    with pytest.raises(refusal):
        object_to(app, booked, objection)
    assert noted(app, CreativeRefused) == []


def test_taste_rules_that_were_written_down_are_a_ground(app: Flask) -> None:
    booking = make_booked_line_item(app, socket={"taste_rules": "Nothing loud."})
    review = object_to(app, booking, RefusalReason(RefusalGround.TASTE_RULES, "Too loud."))
    assert (review.state, review.ground, review.note) == (ReviewState.REFUSED, RefusalGround.TASTE_RULES, "Too loud.")


def test_a_refusal_for_the_category_names_one_that_was_blocked(app: Flask) -> None:
    booking = make_booked_line_item(app, socket={"blocked_products": (ALCOHOL,)})
    with pytest.raises(errors.BlockedCategoryMissing):
        object_to(app, booking, RefusalReason(RefusalGround.CATEGORY, "A wine shop.", "1529"))
    review = object_to(app, booking, RefusalReason(RefusalGround.CATEGORY, "A wine shop.", ALCOHOL))
    assert review.note == "Alcohol: A wine shop."


def test_the_buyer_may_send_another_after_a_refusal_or_take_the_money_back(app: Flask, booked: LiveLineItem) -> None:
    refused(app, booked, make_creative(app, booked))
    assert line_item_of(app, booked).state is LineItemState.BOOKED
    make_creative(app, booked, number=1)
    buyer = account_of(app, booked.buyer)
    with pytest.raises(errors.AnswerOutstanding):
        run(app, lambda: ask_money_back(buyer, booked.line_item, now=database_now()))


@pytest.mark.parametrize(("flies", "ends_as"), [(False, LineItemState.DECLINED), (True, LineItemState.STOPPED)])
def test_the_money_comes_back_on_the_buyers_wish(
    app: Flask, ends_as: LineItemState, booked: LiveLineItem, *, flies: bool
) -> None:
    if flies:
        begin_flight(app, booked)
    refused(app, booked, make_creative(app, booked))
    buyer = account_of(app, booked.buyer)
    run(app, lambda: ask_money_back(buyer, booked.line_item, now=database_now()))
    assert line_item_of(app, booked).state is ends_as
    with pytest.raises(errors.FlightOver):
        run(app, lambda: ask_money_back(buyer, booked.line_item, now=database_now()))


def test_nobody_but_the_buyer_asks_for_the_money_back(app: Flask, booked: LiveLineItem) -> None:
    refused(app, booked, make_creative(app, booked))
    for person in (booked.publisher, make_person(app)):
        account_id = account_of(app, person)
        with pytest.raises(NotFound):
            run(app, lambda who=account_id: ask_money_back(who, booked.line_item, now=database_now()))  # type: ignore[misc]  # a default binds the loop's value


def test_the_second_refusal_brings_the_money_back_by_itself(app: Flask, booked: LiveLineItem) -> None:
    refused(app, booked, make_creative(app, booked))
    refused(app, booked, make_creative(app, booked, number=1))
    assert line_item_of(app, booked).state is LineItemState.DECLINED


def test_while_an_approved_creative_runs_no_refusal_ends_the_booking(app: Flask, booked: LiveLineItem) -> None:
    make_approved_creative(app, booked)
    for number in (1, 2):
        refused(app, booked, make_creative(app, booked, number=number))
    assert line_item_of(app, booked).state is LineItemState.BOOKED
    assert [one.ended_at for one in assignments_of(app, booked)] == [None]


def test_another_publisher_can_neither_see_nor_answer(app: Flask, booked: LiveLineItem) -> None:
    review, stranger = make_creative(app, booked), make_person(app)
    who = answerer(app, stranger)
    verbs: list[Callable[[], object]] = [
        lambda: approve_creative(who, review.public_id, now=database_now()),
        lambda: ask_for_change(who, review.public_id, "Please.", now=database_now()),
        lambda: refuse_creative(
            who, review.public_id, RefusalReason(RefusalGround.SIZE, "Too small."), now=database_now()
        ),
        lambda: own_review(who.account_id, review.public_id),
    ]
    for verb in verbs:
        with pytest.raises(NotFound):
            run(app, verb)
    assert review_of(app, review).state is ReviewState.WAITING


def test_an_answer_is_given_once(app: Flask, booked: LiveLineItem) -> None:
    review = make_approved_creative(app, booked)
    with pytest.raises(errors.ReviewAnswered):
        approved(app, booked, review)
    with pytest.raises(errors.ReviewAnswered):
        refused(app, booked, review)


@pytest.mark.parametrize("on_silence", list(OnSilence))
def test_silence_is_answered_as_the_socket_says(app: Flask, on_silence: OnSilence) -> None:
    booking = make_booked_line_item(app, socket={"on_silence": on_silence})
    review = make_creative(app, booking)
    early, late = review.answer_due_at - timedelta(seconds=1), review.answer_due_at
    assert not run(app, lambda: answer_for_silence(review.public_id, now=early))
    assert run(app, lambda: answer_for_silence(review.public_id, now=late))
    assert not run(app, lambda: answer_for_silence(review.public_id, now=late))
    found = review_of(app, review)
    assert found.decided_by is Decider.SILENCE
    if on_silence is OnSilence.APPROVE:
        assert found.state is ReviewState.APPROVED
        assert len(assignments_of(app, booking)) == 1
        return
    assert (found.state, found.ground) == (ReviewState.REFUSED, RefusalGround.SILENCE)
    assert line_item_of(app, booking).state is LineItemState.DECLINED


@pytest.mark.parametrize("on_silence", list(OnSilence))
def test_silence_beyond_the_end_of_the_flight_is_written_down_and_moves_nothing(
    app: Flask, on_silence: OnSilence
) -> None:
    booking = make_booked_line_item(app, socket={"on_silence": on_silence})
    review = make_creative(app, booking)
    end_flight(app, booking)
    assert run(app, lambda: answer_for_silence(review.public_id, now=review.answer_due_at))
    assert assignments_of(app, booking) == []
    assert line_item_of(app, booking).state is LineItemState.FINISHED


def test_the_timeline_tells_who_lost_what(app: Flask, booked: LiveLineItem) -> None:
    first = make_approved_creative(app, booked)
    second = make_creative(app, booked, number=1)
    with app.app_context():
        line = creative_timeline(booked.line_item_id)
        empty = creative_timeline(booked.line_item_id + 1)
    [ran] = line.assignments
    assert (ran.creative_id, ran.began_at, ran.ended_at) == (first.creative_id, first.decided_at, None)
    assert [one.state for one in line.reviews] == [ReviewState.APPROVED, ReviewState.WAITING]
    waiting = line.reviews[1]
    assert (waiting.review_id, waiting.answer_due_at) == (second.id, second.answer_due_at)
    assert (waiting.submitted_at, waiting.decided_at) == (second.submitted_at, None)
    assert (empty.assignments, empty.reviews) == ((), ())


def test_the_answers_of_a_publisher_are_told_without_what_a_rule_decided(app: Flask, booked: LiveLineItem) -> None:
    slug = slug_of(app, booked)
    with app.app_context():
        assert (answer_record(slug).answers, answer_record(slug).median_hours) == (0, None)
    refused(app, booked, make_creative(app, booked))
    approved(app, booked, make_creative(app, booked, number=1))
    make_creative(app, booked, number=2)
    socket = {"approval_rule": ApprovalRule.APPROVE_ALL}
    make_creative(app, make_booked_line_item(app, publisher=booked.publisher, socket=socket))
    with app.app_context():
        record = answer_record(slug)
    assert (record.answers, record.refused, record.silent, record.refused_percent) == (2, 1, 0, 50)
    assert record.median_hours is not None
    assert 0 <= record.median_hours < 0.1


def slug_of(app: Flask, booking: LiveLineItem) -> str:
    with app.app_context():
        query = "SELECT slug FROM account WHERE id = :id"
        return str(db.session.scalar(sa.text(query), {"id": account_of(app, booking.publisher)}))
