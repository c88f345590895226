"""What is sold keeps the terms it was sold with: a publisher who changes the socket changes it for new sales only."""

import json
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import flask_migrate
import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import Client

from app.domain.auctions.service.awards import decline_offer, follow_award
from app.domain.creatives import errors
from app.domain.creatives.models import CreativeReview
from app.domain.creatives.service.reviewing import RefusalReason, answer_for_silence, refuse_creative
from app.domain.creatives.states import Decider, RefusalGround, ReviewState
from app.domain.documents.models import Invoice
from app.domain.inventory.errors import PlacesSold, SocketInUse
from app.domain.inventory.models import Socket
from app.domain.inventory.queries import socket_terms
from app.domain.inventory.service.sockets import amend_socket
from app.domain.inventory.states import ApprovalRule, CreativeFormat, OnSilence
from app.domain.orders.models import LineItem
from app.domain.orders.states import FlatDays, sale_terms
from app.domain.payments.states import IntentState
from app.foundation.clock import database_now
from app.foundation.db import db
from tests.factories import auctions as make
from tests.factories.accounts import make_person, sign_in
from tests.factories.creatives import answerer, approved, make_creative, make_house_ad, make_material
from tests.factories.delivery import OnAir, offer_today, pause
from tests.factories.inventory import SOCKET, Offered, account_of
from tests.factories.orders import LiveLineItem, begin_flight, make_booked_line_item, write_invoices
from tests.factories.settlement import count_day, count_until_now, follow_flights, settle_all_days, settled_days
from tests.support.creatives import ALCOHOL, WINE, line_item_of, review_of, run, send
from tests.support.databases import disconnect
from tests.support.drawing import png
from tests.support.mail_jobs import advance
from tests.support.page_client import PageClient
from tests.support.run_directory import REPOSITORY

HOUR = timedelta(hours=1)
DOMAIN = "keeps-its-word.example"
SITE = f"https://{DOMAIN}"
NEW_RULE = "Nothing blue."
LEADERBOARD = {"width_px": 728, "height_px": 90}
MIGRATIONS = str(REPOSITORY / "migrations")


def offer(app: Flask, **terms: Any) -> Offered:  # noqa: ANN401 - any of the terms
    return offer_today(app, make_person(app), SITE, **terms)


def book(app: Flask, offered: Offered, **plan: Any) -> LiveLineItem:  # noqa: ANN401 - see BookingPlan
    return make_booked_line_item(app, **({"offered": offered, "publisher": offered.publisher} | plan))


def amend(app: Flask, booking: LiveLineItem, **changes: Any) -> None:  # noqa: ANN401 - any of the terms
    """The publisher changes the socket, as its form does."""
    account_id, details = account_of(app, booking.publisher), replace(SOCKET, **changes)
    run(app, lambda: amend_socket(account_id, booking.socket_id, details, now=database_now()))


def refuse(app: Flask, booking: LiveLineItem, review: CreativeReview, objection: RefusalReason) -> None:
    who = answerer(app, booking.publisher)
    run(app, lambda: refuse_creative(who, review.public_id, objection, now=database_now()))


def test_a_sale_keeps_its_terms_and_the_next_one_has_the_new(app: Flask) -> None:
    offered = offer(app, taste_rules="Nothing loud.", blocked_products=(ALCOHOL,))
    first = book(app, offered)
    changes = LEADERBOARD | {
        "formats": (CreativeFormat.GIF,),
        "approval_rule": ApprovalRule.KNOWN_BUYERS,
        "approval_hours": 24,
        "on_silence": OnSilence.APPROVE,
        "taste_rules": NEW_RULE,
        "blocked_products": (),
    }
    with app.app_context():
        sold = sale_terms(socket_terms(db.session.get_one(Socket, offered.socket_id)), FlatDays())
    assert line_item_of(app, first).terms == sold
    amend(app, first, **changes)
    with app.app_context():
        changed = sale_terms(socket_terms(db.session.get_one(Socket, offered.socket_id)), FlatDays())
    assert sold != changed
    assert (changed.width_px, changed.taste_rules, changed.approval_hours) == (728, NEW_RULE, 24)
    assert line_item_of(app, first).terms == sold
    assert line_item_of(app, book(app, offered, starts_in=30)).terms == changed


@pytest.mark.parametrize("places", [1, 3])
def test_nobody_changes_the_places_while_sold_days_run_or_are_to_come(app: Flask, places: int) -> None:
    """Places take turns as many as there are: what is on the air would get another share than was paid for."""
    booking = book(app, offer(app, places=2), days=2)

    def amend_at(now: datetime) -> None:
        details = replace(SOCKET, places=places)
        run(app, lambda: amend_socket(account_of(app, booking.publisher), booking.socket_id, details, now=now))

    ends_at = datetime.combine(booking.ends_before, time(), UTC)
    for moment in (ends_at - timedelta(days=10), ends_at - timedelta(seconds=1)):
        with pytest.raises(PlacesSold):
            amend_at(moment)
    amend(app, booking, places=2, taste_rules=NEW_RULE)
    amend_at(ends_at)


@pytest.mark.parametrize(("places", "filled", "outcome"), [(1, 50, "delivered"), (4, 30, "under_delivered")])
def test_days_are_judged_by_the_places_they_were_sold_with(app: Flask, places: int, filled: int, outcome: str) -> None:
    """Also when the mover was away for weeks, and the publisher changed the socket as soon as the days were over."""
    booking = book(app, offer(app, places=2), starts_in=1, days=1)
    approved(app, booking, make_creative(app, booking))
    begin_flight(app, booking)
    advance(app, timedelta(days=18))
    amend(app, booking, places=places)
    count_day(app, booking, booking.starts_on, requests=100, filled=filled)
    count_until_now(app)
    follow_flights(app)
    settle_all_days(app)
    assert [day.outcome.value for day in settled_days(app, booking)] == [outcome]


def test_what_is_won_in_an_auction_keeps_its_terms_too(app: Flask) -> None:
    running, ana = make.make_auction(app), make.make_bidder(app)
    with app.app_context():
        make.bid(running, ana, 5_000)
        make.wait_until(running, timedelta())
        award = make.close(running)
        assert award is not None
        make.answer_charge(award.order_id, IntentState.SUCCEEDED)
        socket = make.read(lambda: db.session.get_one(Socket, running.socket_id))
        sold = sale_terms(socket_terms(socket), FlatDays())
        details = replace(SOCKET, taste_rules=NEW_RULE)
        make.committed(
            lambda: amend_socket(running.publisher_account_id, running.socket_id, details, now=database_now())
        )
        query = sa.select(LineItem).where(LineItem.order_id == award.order_id)
        assert make.read(lambda: db.session.scalars(query).one()).terms == sold
        assert make.read(lambda: db.session.get_one(Socket, running.socket_id)).taste_rules == NEW_RULE


def test_no_socket_is_changed_while_what_was_won_on_it_waits_for_its_payment(app: Flask) -> None:
    """Neither before the winner has paid, nor before the underbidder has answered."""
    running, ana, ben = make.make_auction(app), make.make_bidder(app), make.make_bidder(app)

    def change() -> object:
        details = replace(SOCKET, taste_rules=NEW_RULE)
        return amend_socket(running.publisher_account_id, running.socket_id, details, now=database_now())

    with app.app_context():
        make.bid(running, ana, 5_000)
        make.bid(running, ben, 4_000)
        make.wait_until(running, timedelta())
        award = make.close(running)
        assert award is not None
        with pytest.raises(SocketInUse):
            make.committed(change)
        make.answer_charge(award.order_id, IntentState.DECLINED)
        for hours in (0, 48):
            make.wait(hours * HOUR)
            make.committed(lambda: follow_award(award.id))
        offered = make.award_of(running)
        assert offered.account_id == ben.account_id
        with pytest.raises(SocketInUse):
            make.committed(change)
        make.committed(lambda: decline_offer(ben.account_id, offered.id))
        make.committed(change)


def test_a_category_blocked_after_the_sale_blocks_new_sales_only(app: Flask) -> None:
    offered = offer(app)
    sold = book(app, offered)
    amend(app, sold, blocked_products=(ALCOHOL,))
    assert make_creative(app, sold, product_code=WINE).state is ReviewState.WAITING
    with pytest.raises(errors.CategoryBlocked):
        make_creative(app, book(app, offered, starts_in=30), product_code=WINE)


@pytest.mark.parametrize(
    "objection",
    [RefusalReason(RefusalGround.TASTE_RULES, "It is blue."), RefusalReason(RefusalGround.CATEGORY, "Wine.", ALCOHOL)],
)
def test_a_ground_written_down_after_the_sale_is_none(app: Flask, objection: RefusalReason) -> None:
    offered = offer(app)
    sold = book(app, offered)
    review = make_creative(app, sold)
    amend(app, sold, taste_rules=NEW_RULE, blocked_products=(ALCOHOL,))
    with pytest.raises(errors.GroundRefused):
        refuse(app, sold, review, objection)
    assert review_of(app, review).state is ReviewState.WAITING


def test_a_ground_that_stood_at_the_sale_stays_one(app: Flask) -> None:
    sold = book(app, offer(app, taste_rules="Nothing loud.", blocked_products=(ALCOHOL,)))
    amend(app, sold)
    refuse(app, sold, make_creative(app, sold), RefusalReason(RefusalGround.TASTE_RULES, "Too loud."))
    review = make_creative(app, sold, number=1)
    refuse(app, sold, review, RefusalReason(RefusalGround.CATEGORY, "A wine shop.", ALCOHOL))
    assert review_of(app, review).ground is RefusalGround.CATEGORY


def test_which_ads_are_looked_at_how_long_and_what_silence_means_stay_as_sold(app: Flask) -> None:
    offered = offer(app, approval_hours=48, on_silence=OnSilence.REFUSE)
    sold = book(app, offered)
    amend(app, sold, approval_rule=ApprovalRule.APPROVE_ALL, approval_hours=120, on_silence=OnSilence.APPROVE)
    review = make_creative(app, sold)
    assert (review.state, review.answer_due_at - review.submitted_at) == (ReviewState.WAITING, 48 * HOUR)
    run(app, lambda: answer_for_silence(review.public_id, now=review.answer_due_at))
    found = review_of(app, review)
    assert (found.state, found.decided_by) == (ReviewState.REFUSED, Decider.SILENCE)
    assert make_creative(app, book(app, offered, starts_in=30)).state is ReviewState.APPROVED


def test_an_ad_of_the_sold_size_still_goes_up_and_is_served_in_it(app: Flask) -> None:
    offered = offer(app)
    sold = book(app, offered, starts_in=0, days=2)
    material = make_material(app, sold.socket_id)
    amend(app, sold, **LEADERBOARD)
    with pytest.raises(errors.SizeWrong):
        send(app, sold, make_material(app, sold.socket_id, number=1))
    review = approved(app, sold, send(app, sold, material))
    begin_flight(app, sold)
    make_house_ad(app, offered.publisher, offered.socket_id)
    with app.app_context():
        slug = db.session.get_one(Socket, offered.socket_id).slug
    reader = Client(app, use_cookies=False)

    def shown() -> tuple[str, int, int]:
        (found,) = json.loads(reader.get(f"/d?s={slug}", headers={"Origin": SITE}).data)
        return found["kind"], found["width"], found["height"]

    assert shown() == ("ad", 300, 250)
    pause(app, OnAir(sold, review.creative_id, slug, DOMAIN))
    assert shown() == ("house", 728, 90)


def test_the_pages_of_a_sale_show_what_was_sold(app: Flask) -> None:
    sold = book(app, offer(app, taste_rules="Nothing loud."))
    review = make_creative(app, sold)
    amend(app, sold, **LEADERBOARD, taste_rules=NEW_RULE, blocked_products=(ALCOHOL,), on_silence=OnSilence.APPROVE)
    seller = sign_in(PageClient(app), sold.publisher)
    seller.get(f"/selling/creatives/{review.public_id}")
    for words in ("Nothing loud.", "300 by 250 pixels", "the booking ends"):
        assert words in seller.page
    assert NEW_RULE not in seller.page
    assert "blocked" not in seller.page.form("Refuse the ad").names
    buyer = sign_in(PageClient(app), sold.buyer)
    buyer.get(f"/campaigns/{sold.line_item}")
    for words in ("The publisher refuses: Nothing loud.", "exactly 300 by 250 pixels", "counts as refused"):
        assert words in buyer.page
    assert "728" not in buyer.page
    assert "300 by 250 pixels" in buyer.get(f"/orders/{sold.order}")


def test_the_form_takes_a_file_of_the_sold_size_and_no_other(app: Flask) -> None:
    sold = book(app, offer(app))
    amend(app, sold, **LEADERBOARD, formats=(CreativeFormat.GIF,))
    buyer = sign_in(PageClient(app), sold.buyer)
    page = f"/campaigns/{sold.line_item}"
    buyer.get(page)
    buyer.submit("Send the ad", file=(png(728, 90), "new.png", "image/png"), expect=422)
    assert any("exactly 300 by 250" in words for words in buyer.errors_beside("file"))
    buyer.get(page)
    buyer.submit("Send the ad", file=(png(), "sold.png", "image/png"), expect=422)
    assert not buyer.errors_beside("file")
    assert buyer.errors_beside("alt_text")


def test_the_invoice_names_the_sold_size(app: Flask) -> None:
    sold = book(app, offer(app))
    amend(app, sold, **LEADERBOARD)
    write_invoices(app)
    with app.app_context():
        invoice = db.session.scalars(sa.select(Invoice).where(Invoice.order_id == sold.order_id)).one()
    assert invoice.lines[0]["text"].endswith(", 300 x 250 pixels")


def test_what_was_sold_before_there_were_terms_gets_those_of_its_socket(app: Flask) -> None:
    """On a database that has line items, and comes from the migration before."""
    booked = book(app, offer(app, taste_rules="Nothing loud.", blocked_products=(ALCOHOL,), places=2))
    other = make_booked_line_item(app, socket={**LEADERBOARD, "on_silence": OnSilence.APPROVE})
    sold = [line_item_of(app, one).terms for one in (booked, other)]
    assert [terms.places for terms in sold] == [2, 1]
    with app.app_context():
        disconnect(app)
        flask_migrate.downgrade(directory=MIGRATIONS, revision="0009")
        assert "terms" not in {column["name"] for column in sa.inspect(db.engine).get_columns("line_item")}
        flask_migrate.upgrade(directory=MIGRATIONS)
        disconnect(app)
    assert [line_item_of(app, one).terms for one in (booked, other)] == sold
    assert sold[0] != sold[1]
