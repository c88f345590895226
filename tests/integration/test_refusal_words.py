"""What the buyer is told about a refusal is what the refusal did."""

import pytest
from flask import Flask

from app.domain.creatives.service.reviewing import answer_for_silence
from app.domain.inventory.states import OnSilence
from tests.factories.accounts import sign_in
from tests.factories.creatives import make_approved_creative, make_creative, refused
from tests.factories.orders import end_flight, make_booked_line_item
from tests.support.creatives import run
from tests.support.mail_jobs import post
from tests.support.page_client import PageClient

CHOICE = "You can send another ad, or ask for your money back."
ENDED = "The booking has ended, and the money for what was not delivered goes back to you."
STAYS = "The ad that was approved stays; you can send another one."
OVER = "The booking is over."
STEPS = (CHOICE, ENDED, STAYS, OVER)


@pytest.mark.parametrize(
    ("case", "step"),
    [("first", CHOICE), ("second", ENDED), ("silence", ENDED), ("beside an approved ad", STAYS), ("too late", OVER)],
)
def test_the_notice_of_a_refusal_says_what_it_left(app: Flask, case: str, step: str) -> None:
    booking = make_booked_line_item(app, socket={"on_silence": OnSilence.REFUSE})
    if case == "second":
        refused(app, booking, make_creative(app, booking, number=3))
        post(app)
    elif case == "beside an approved ad":
        make_approved_creative(app, booking, number=4)
    review = make_creative(app, booking)
    if case == "too late":
        end_flight(app, booking)
    if case in {"silence", "too late"}:
        assert run(app, lambda: answer_for_silence(review.public_id, now=review.answer_due_at))
    else:
        refused(app, booking, review)
    post(app)
    page = sign_in(PageClient(app), booking.buyer).get("/notices")
    told = [one for one in STEPS if one in page]
    assert told == ([CHOICE, ENDED] if case == "second" else [step])


def test_what_silence_does_depends_on_whether_an_ad_is_approved(app: Flask) -> None:
    booking = make_booked_line_item(app, socket={"on_silence": OnSilence.REFUSE})
    address = f"/campaigns/{booking.line_item}"
    review = make_creative(app, booking)
    post(app)
    buyer, publisher = (sign_in(PageClient(app), party) for party in (booking.buyer, booking.publisher))
    for client in (buyer, publisher):
        assert "the booking ends, and the money for what was not delivered goes back." in client.get(address)
    assert "it is refused and paid back" in publisher.get("/notices")
    refused(app, booking, review)
    make_approved_creative(app, booking, number=4)
    make_creative(app, booking, number=5)
    post(app)
    for client in (buyer, publisher):
        assert "counts as refused, and the approved one stays." in client.get(address)
        assert "money for what was not delivered goes back" not in client.page
    assert "it is refused, and the approved ad stays" in publisher.get("/notices")
