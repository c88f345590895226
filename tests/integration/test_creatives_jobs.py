from datetime import timedelta

from flask import Flask

from app.domain.creatives.states import ReviewState
from app.domain.events.kinds.creatives import CreativeNeeded
from app.domain.orders.states import LineItemState
from app.jobs import answer_creatives, purge, remind_creatives
from tests.factories.creatives import make_creative, make_material
from tests.factories.orders import LiveLineItem, make_booked_line_item
from tests.support.creatives import line_item_of, noted, review_of
from tests.support.mail_jobs import RecordingMailer, advance, job_context


def test_the_job_answers_for_silent_publishers(app: Flask, booked: LiveLineItem) -> None:
    review = make_creative(app, booked)
    with app.app_context():
        assert answer_creatives.run(job_context(RecordingMailer())) == 0
    advance(app, timedelta(hours=48))
    with app.app_context():
        assert answer_creatives.run(job_context(RecordingMailer())) == 1
        assert answer_creatives.run(job_context(RecordingMailer())) == 0
    assert review_of(app, review).state is ReviewState.REFUSED
    assert line_item_of(app, booked).state is LineItemState.DECLINED


def test_the_job_reminds_buyers_whose_flight_is_near_once(app: Flask) -> None:
    booking = make_booked_line_item(app, starts_in=5)
    for days, reminded in ((0, 0), (2, 1), (1, 0)):
        advance(app, timedelta(days=days))
        with app.app_context():
            assert remind_creatives.run(job_context(RecordingMailer())) == reminded
    assert [user for user, _ in noted(app, CreativeNeeded)] == [booking.buyer.user_id]


def test_the_purge_drops_uploads_that_became_nothing(app: Flask, booked: LiveLineItem) -> None:
    make_material(app, booked.socket_id)
    advance(app, timedelta(days=4))
    with app.app_context():
        assert purge.run(job_context(RecordingMailer())) >= 1
