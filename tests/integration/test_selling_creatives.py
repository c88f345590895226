"""The publisher's queue of ads, and the three answers on the page of one."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from app.domain.creatives.models import CreativeReview
from app.domain.creatives.service.landing import LandingPage
from app.domain.creatives.states import LandingResult, RefusalGround, ReviewState
from app.domain.events.kinds.creatives import CreativeApproved, CreativeRefused
from app.domain.files.service import store_file
from app.domain.inventory.models import Socket
from app.domain.inventory.states import OnSilence
from app.domain.orders.states import LineItemState
from app.foundation.clock import database_now
from app.foundation.db import db
from app.foundation.messages import StoredMessage, as_stored
from app.foundation.paging import PAGE_SIZE
from tests.factories.accounts import make_person, sign_in
from tests.factories.creatives import approved, make_approved_creative, make_creative, make_material, refused
from tests.factories.orders import LiveLineItem, begin_flight, make_booked_line_item
from tests.support.creatives import ALCOHOL, line_item_of, noted, review_of, run, send
from tests.support.drawing import animated
from tests.support.mail_jobs import post
from tests.support.page_client import PageClient
from tests.support.page_form import Pairs
from tests.support.stored_state import stored_state

HOUR = timedelta(hours=1)


@pytest.fixture
def booking(app: Flask) -> LiveLineItem:
    return make_booked_line_item(app)


def publisher(app: Flask, booking: LiveLineItem) -> PageClient:
    return sign_in(PageClient(app), booking.publisher)


def page_of(review: CreativeReview) -> str:
    return f"/selling/creatives/{review.public_id}"


def copies_of(app: Flask, review: CreativeReview, count: int) -> None:
    """More reviews of the same kind, written straight away: as many line items would take minutes to book."""
    names = [column.name for column in CreativeReview.__table__.columns if column.name != "id"]

    def work() -> None:
        first = db.session.get_one(CreativeReview, review.id)
        for number in range(count):
            copy = {name: getattr(first, name) for name in names} | {"public_id": f"copy-{number:03}"}
            db.session.add(CreativeReview(**copy))

    run(app, work)


def test_with_nothing_to_answer_the_queue_says_so(app: Flask, client: PageClient) -> None:
    sign_in(client, make_person(app))
    assert "No ad waits for you" in client.get("/selling/creatives")
    assert "Answered lately" not in client.page
    assert "Nothing was answered yet" in client.get("/selling/creatives/answered")
    client.get("/selling/creatives?page=2", expect=404)


def test_what_is_due_first_stands_at_the_top_with_the_time_left_and_what_silence_does(app: Flask) -> None:
    slow = make_booked_line_item(app, socket={"approval_hours": 120, "on_silence": OnSilence.APPROVE})
    quick = make_booked_line_item(app, publisher=slow.publisher, socket={"name": "Half page", "approval_hours": 24})
    make_creative(app, slow)
    review = make_creative(app, quick)
    client = publisher(app, slow)
    client.get("/selling/creatives")
    rows = [[cell for cell in row if cell] for row in client.page.rows if len(row) == 5][1:]
    assert [row[0] for row in rows] == ["Half page on Compiler News", "Top banner on Compiler News"]
    assert [" ".join(row[1].split()[:4]) for row in rows] == ["23 hours 59 minutes", "4 days 23 hours"]
    refusal = "It counts as refused; unless another ad is approved, the money goes back"
    assert [row[2] for row in rows] == [refusal, "The ad runs"]
    client.follow("Half page")
    assert client.path == page_of(review)


def test_the_page_shows_all_that_an_answer_needs(app: Flask, booking: LiveLineItem) -> None:
    earlier = make_creative(app, booking, number=3)
    refused(app, booking, earlier)
    review = make_creative(app, booking)
    client = publisher(app, booking)
    page = client.get(page_of(review))
    for words in (
        "Garden tools, 20 % off this spring",
        "garden-tools.example",
        "Opened when we looked",
        "Travel",
        "PNG, 300 by 250 pixels",
        "Refused: it is broken",
        "The text cannot be read at this size.",
    ):
        assert words in page.main, words
    [picture] = [image for image in page.elements(tag="img") if image.get("src", "").startswith("/campaigns/pictures/")]
    assert (picture.get("width"), picture.get("height")) == ("300", "250")
    [landing] = [link for link in page.elements(tag="a") if link.get("href") == "https://garden-tools.example/spring"]
    assert {"noopener", "noreferrer", "nofollow"} <= set(landing.get("rel", "").split())
    client.follow("Public profile")
    client.get(page_of(review))
    client.follow("The booking")
    assert client.path == f"/campaigns/{booking.line_item}"
    client.get(page_of(review))
    client.follow("Look at it")
    assert client.path == page_of(earlier)
    assert "Approve the ad" not in client.page


def test_a_moving_ad_shows_where_it_comes_to_rest_and_one_for_sharp_screens_says_so(
    app: Flask, booking: LiveLineItem
) -> None:
    files = (animated(), animated(frames=1))
    moving, still = run(app, lambda: [store_file(data, "image/gif", now=database_now()) for data in files])
    changes: dict[str, Any] = {"format": "gif", "file_sha256": moving, "still_sha256": still, "animation_ms": 1_000}
    material = make_material(app, booking.socket_id, scale=2, **changes)
    client = publisher(app, booking)
    page = client.get(page_of(send(app, booking, material)))
    assert "GIF, 600 by 500 pixels, for sharp screens, moves for 1.0 seconds" in page
    assert "The frame at which it comes to rest" in page
    assert page.elements(tag="source")[0].get("media") == "(prefers-reduced-motion: reduce)"


def test_an_approval_runs_the_ad_and_tells_the_buyer(app: Flask, booking: LiveLineItem) -> None:
    review = make_creative(app, booking)
    client = publisher(app, booking)
    client.get(page_of(review))
    client.submit("Approve the ad")
    assert client.path == "/selling/creatives"
    assert "Approved. The buyer is told." in client.flash
    assert "Answered lately" in client.page
    found = review_of(app, review)
    assert (found.state, found.decided_by_user_id) == (ReviewState.APPROVED, booking.publisher.user_id)
    assert len(noted(app, CreativeApproved)) == 1


def test_a_change_is_asked_for_in_words(app: Flask, booking: LiveLineItem) -> None:
    review = make_creative(app, booking)
    client = publisher(app, booking)
    client.get(page_of(review))
    client.submit("Ask for this change", expect=422)
    assert "Say in a sentence or two" in client.errors_beside("note")[0]
    client.submit("Ask for this change", note="Larger text, <please>.")
    found = review_of(app, review)
    assert (found.state, found.note) == (ReviewState.CHANGE_ASKED, "Larger text, <please>.")
    client.get(page_of(review))
    assert "The publisher asks for a change" in client.page
    assert "Larger text, <please>." in client.page


def test_a_refusal_needs_a_published_ground_and_words_and_keeps_what_was_typed(app: Flask) -> None:
    booking = make_booked_line_item(app, socket={"blocked_products": (ALCOHOL,), "taste_rules": "Nothing loud."})
    review = make_creative(app, booking)
    client = publisher(app, booking)
    client.get(page_of(review))
    assert "Nothing loud." in client.page
    client.submit("Refuse the ad", note="A wine shop.", expect=422)
    assert client.errors_beside("ground") == ["Choose the ground."]
    assert client.page.form("Refuse the ad").values["note"] == "A wine shop."
    client.submit("Refuse the ad", ground="category", expect=422)
    assert client.errors_beside("blocked") == ["Choose which of the categories you blocked it belongs to."]
    assert client.page.form("Refuse the ad").values == client.page.form("Refuse the ad").values | {
        "note": "A wine shop.",
        "ground": "category",
    }
    assert review_of(app, review).state is ReviewState.WAITING
    client.submit("Refuse the ad", blocked=ALCOHOL)
    found = review_of(app, review)
    assert (found.state, found.ground, found.note) == (
        ReviewState.REFUSED,
        RefusalGround.CATEGORY,
        "Alcohol: A wine shop.",
    )


def test_only_grounds_that_stand_with_the_socket_can_be_chosen(app: Flask, booking: LiveLineItem) -> None:
    review = make_creative(app, booking)
    client = publisher(app, booking)
    page = client.get(page_of(review))
    form = page.form("Refuse the ad")
    offered = [control.get("value") for control in form.controls if control.get("name") == "ground"]
    assert offered == ["technical_fault", "size", "landing_page"]
    assert "blocked" not in form.names
    before = stored_state(app)
    for ground in ("taste_rules", "category", "silence", "made-up"):
        client.post(f"{page_of(review)}/refusal", [("ground", ground), *_hidden(client), ("note", "No.")], expect=422)
        assert client.errors_beside("ground"), ground
    assert before.changed_tables(stored_state(app)) <= {"attempt_counter"}


def test_the_grounds_are_those_of_the_sale_whatever_became_of_the_socket(app: Flask) -> None:
    booking = make_booked_line_item(app, socket={"taste_rules": "Nothing loud."})
    review = make_creative(app, booking)
    client = publisher(app, booking)
    client.get(page_of(review))

    def work() -> None:
        socket = db.session.get_one(Socket, booking.socket_id)
        socket.taste_rules, socket.blocked_products = "", [ALCOHOL]

    run(app, work)
    typed = [("ground", "category"), ("blocked", ALCOHOL), *_hidden(client), ("note", "Too loud.")]
    client.post(f"{page_of(review)}/refusal", typed, expect=422)
    assert review_of(app, review).state is ReviewState.WAITING
    assert client.page.form("Refuse the ad").values["note"] == "Too loud."
    client.submit("Refuse the ad", ground="taste_rules")
    assert review_of(app, review).ground is RefusalGround.TASTE_RULES


@pytest.mark.parametrize(
    ("earlier", "words", "ends_as"),
    [
        ("nothing", "The buyer can then send another ad", LineItemState.BOOKED),
        ("a refusal", "A second refusal ends the booking", LineItemState.DECLINED),
        ("an approval", "No money moves", LineItemState.BOOKED),
    ],
)
def test_the_page_says_what_a_refusal_does_and_the_refusal_does_it(
    app: Flask, booking: LiveLineItem, earlier: str, words: str, ends_as: LineItemState
) -> None:
    if earlier == "a refusal":
        refused(app, booking, make_creative(app, booking, number=3))
    elif earlier == "an approval":
        refused(app, booking, make_creative(app, booking, number=3))
        make_approved_creative(app, booking, number=4)
    review = make_creative(app, booking)
    client = publisher(app, booking)
    assert words in client.get(page_of(review))
    client.submit("Refuse the ad", ground="technical_fault", note="It is blurred.")
    assert line_item_of(app, booking).state is ends_as


def test_the_deadline_says_what_silence_does(app: Flask) -> None:
    for on_silence, words in ((OnSilence.APPROVE, "the ad runs"), (OnSilence.REFUSE, "the booking ends")):
        booking = make_booked_line_item(app, socket={"on_silence": on_silence})
        review = make_creative(app, booking)
        client = publisher(app, booking)
        assert words in client.get(page_of(review))
        assert "1 day 23 hours left to answer" in client.page
    approved(app, booking, review)
    assert "the ad that is approved runs on" in client.get(page_of(make_creative(app, booking, number=5)))


def test_a_deadline_that_has_passed_is_said(app: Flask, booking: LiveLineItem) -> None:
    review = make_creative(app, booking)

    def work() -> None:
        db.session.get_one(CreativeReview, review.id).answer_due_at = database_now() - HOUR

    run(app, work)
    client = publisher(app, booking)
    assert "The time to answer is over" in client.get(page_of(review))
    client.submit("Approve the ad")
    assert review_of(app, review).state is ReviewState.APPROVED


def test_what_was_answered_meanwhile_is_said_and_what_was_typed_is_shown(app: Flask, booking: LiveLineItem) -> None:
    review = make_creative(app, booking)
    client = publisher(app, booking)
    client.get(page_of(review))
    typed = client.page.form("Ask for this change").fill({"note": "Larger text, please."})
    refusal = client.page.form("Refuse the ad").fill({"ground": "size", "note": "It is cut off."})
    approval = client.page.form("Approve the ad").fill({})
    approved(app, booking, review)
    before = stored_state(app)
    for path, pairs, words in (
        ("change-request", typed, "Larger text, please."),
        ("refusal", refusal, "It is cut off."),
        ("approval", approval, "Approved by the publisher"),
    ):
        client.post(f"{page_of(review)}/{path}", pairs, expect=422)
        assert "This was answered already" in client.page.main
        assert words in client.page.main
    assert before.changed_tables(stored_state(app)) <= {"attempt_counter"}


def test_a_double_press_answers_once(app: Flask, booking: LiveLineItem) -> None:
    refused(app, booking, make_creative(app, booking, number=3))
    review = make_creative(app, booking)
    client = publisher(app, booking)
    client.get(page_of(review))
    pairs = client.page.form("Refuse the ad").fill({"ground": "size", "note": "It is cut off."})
    for _ in range(2):
        client.post(f"{page_of(review)}/refusal", pairs)
        assert client.path == "/selling/creatives"
    assert len(noted(app, CreativeRefused)) == 2
    assert line_item_of(app, booking).state is LineItemState.DECLINED


def test_nobody_but_the_publisher_finds_or_answers_it(app: Flask, booking: LiveLineItem) -> None:
    review = make_creative(app, booking)
    for person in (booking.buyer, make_person(app)):
        client = sign_in(PageClient(app), person)
        client.get("/selling/creatives")
        assert review.public_id not in client.page.body
        client.get(page_of(review), expect=404)
        client.get("/account/profile")
        hidden = _hidden(client)
        reason: Pairs = [*hidden, ("note", "No.")]
        ways: list[tuple[str, Pairs]] = [("approval", hidden), ("change-request", reason), ("refusal", reason)]
        for path, pairs in ways:
            client.post(f"{page_of(review)}/{path}", pairs, expect=404)
    assert review_of(app, review).state is ReviewState.WAITING


def test_the_picture_is_for_the_two_parties_and_is_never_anything_but_a_picture(
    app: Flask, booking: LiveLineItem
) -> None:
    review = make_creative(app, booking)
    path = f"/campaigns/pictures/{review.public_id}"
    for person, status in ((booking.publisher, 200), (booking.buyer, 200), (make_person(app), 404)):
        client = sign_in(PageClient(app), person)
        answer = client.http.get(path)
        assert answer.status_code == status
        if status == 200:
            assert answer.mimetype == "image/png"
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert "sandbox" in answer.headers["Content-Security-Policy"]
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
            assert answer.headers["Cache-Control"] == "no-store"
        assert client.http.get(f"{path}/still").status_code == 404
    assert PageClient(app).http.get(path).status_code == 303


def test_lists_have_pages(app: Flask, booking: LiveLineItem) -> None:
    review = make_creative(app, booking)
    approved(app, booking, review)
    copies_of(app, review, PAGE_SIZE)
    client = publisher(app, booking)
    client.get("/selling/creatives/answered")
    assert len([row for row in client.page.rows if len(row) == 5]) == PAGE_SIZE + 1
    client.follow("Next")
    assert len([row for row in client.page.rows if len(row) == 5]) == 2
    client.get("/selling/creatives/answered?page=3", expect=404)
    client.get("/selling/creatives")
    assert len([row for row in client.page.rows if len(row) == 5]) == 11


def test_the_notice_and_the_first_page_lead_to_the_ad(app: Flask, booking: LiveLineItem) -> None:
    review = make_creative(app, booking)
    post(app)
    client = publisher(app, booking)
    client.get("/notices")
    client.follow("Look at the ad")
    assert client.path == page_of(review)
    client.get("/selling")
    assert "An ad waits for your answer" in client.page
    client.follow("Look at it")
    assert client.path == page_of(review)
    client.get("/selling")
    client.follow("Ads to answer")
    assert client.path == "/selling/creatives"


def test_the_order_and_the_results_lead_both_sides_to_the_booking_where_it_can_be_paused(
    app: Flask, booking: LiveLineItem
) -> None:
    make_approved_creative(app, booking)
    begin_flight(app, booking)
    client = publisher(app, booking)
    client.get(f"/selling/sockets/{booking.socket_id}/results?line_item={booking.line_item}")
    client.follow("This booking")
    client.submit("Pause")
    assert line_item_of(app, booking).state is LineItemState.PAUSED
    client.submit("Let it run again")
    assert line_item_of(app, booking).state is LineItemState.IN_FLIGHT
    for person in (booking.publisher, booking.buyer):
        other = sign_in(PageClient(app), person)
        other.get(f"/orders/{booking.order}")
        other.follow("The ad")
        assert other.path == f"/campaigns/{booking.line_item}"


FOUND = StoredMessage("The landing page answered %(status)s instead of showing a page.", {"status": "404"})


# A row of before the messages were stored holds the finished sentence.
@pytest.mark.parametrize("note", [as_stored(FOUND), "The landing page answered 404 instead of showing a page."])
def test_what_was_found_at_the_landing_page_is_said(app: Flask, booking: LiveLineItem, note: str) -> None:
    review = make_creative(app, booking, landing=LandingPage(LandingResult.NOT_ACCEPTABLE, note))
    page = publisher(app, booking).get(page_of(review))
    assert "Not acceptable The landing page answered 404 instead of showing a page." in page
    assert "[" not in page.main


def _hidden(client: PageClient) -> Pairs:
    """The hidden fields of a fresh form of this person's."""
    form = client.page.forms[-1]
    return [(name, value) for name, value in form.values.items() if name in {"csrf_token", "request_key"}]
