"""Events keep what was true when they happened; each person they concern is told once, and of nothing later."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.domain.auctions.rules import AuctionTerms
from app.domain.auctions.service.withdrawing import withdraw_bids
from app.domain.auctions.states import WithdrawalReason
from app.domain.events.kinds import EVENTS
from app.domain.events.kinds.accounts import PasswordChanged, SignedUp
from app.domain.events.kinds.inventory import SocketChanged
from app.domain.events.kinds.orders import FlightPaused
from app.domain.events.models import Event
from app.domain.events.queries import waiting_delivery_count
from app.domain.events.service import record as record_event
from app.domain.inventory.models import Site, Socket
from app.domain.notifications.kinds import NOTICES
from app.domain.notifications.models import MailMessage, Notification, NotificationPreference
from app.domain.notifications.queries.recipients import recipients
from app.domain.orders.service.running import pause_line_item
from app.foundation.clock import database_now
from app.foundation.db import db, in_transaction
from app.foundation.errors import InvariantBroken
from app.foundation.money import format_amount
from tests.factories import auctions as make
from tests.factories.accounts import Person, make_person, sign_in
from tests.factories.auctions import Bidder, Running
from tests.factories.inventory import account_of, make_offer
from tests.factories.orders import begin_flight, make_booked_line_item
from tests.support.mail_jobs import post, record, tell_all
from tests.support.page_client import PageClient


def said_to(app: Flask, person: Person) -> str:
    """What a person reads on their notices page."""
    client = PageClient(app)
    sign_in(client, person)
    return " ".join(client.get("/notices").text.split())


def events(app: Flask, kind: str) -> list[Event]:
    with app.app_context():
        return list(db.session.scalars(sa.select(Event).where(Event.kind == kind).order_by(Event.id)))


@pytest.fixture
def running(app: Flask) -> Running:
    return make.make_auction(app, terms=AuctionTerms(1_000, None, None))


@pytest.fixture
def ana(app: Flask) -> Bidder:
    return make.make_bidder(app)


@pytest.fixture
def ben(app: Flask) -> Bidder:
    return make.make_bidder(app)


def test_a_message_names_the_price_and_the_names_of_its_event_not_later_ones(
    app: Flask, running: Running, ana: Bidder, ben: Bidder
) -> None:
    tell_all(app)
    with app.app_context():
        stood = [make.bid(running, who, most).price_minor for who, most in ((ana, 2_000), (ben, 3_000), (ana, 9_000))]

        def rename() -> None:
            db.session.execute(sa.update(Site).values(name="Another name"))
            db.session.execute(sa.update(Socket).values(name="Another box"))

        in_transaction(rename)
    mails = post(app).tried
    prices = [
        mail.text.split("The price stands at ")[1].split(". ")[0] for mail in mails if "price stands" in mail.text
    ]
    first, second, third = (format_amount(price, "USD") for price in stood)
    assert sorted(prices) == sorted([first, second, second, third, third])
    assert len({first, second, third}) == 3
    assert not any("Another" in mail.subject + mail.text for mail in mails)


def test_one_bid_is_one_event_that_tells_its_bidder_and_whoever_led(
    app: Flask, running: Running, ana: Bidder, ben: Bidder
) -> None:
    with app.app_context():
        make.bid(running, ana, 2_000)
        placed = make.bid(running, ben, 3_000)
    event = events(app, "bid_placed")[-1]
    assert (event.account_id, event.subject_kind, event.subject_id) == (ben.account_id, "auction", running.public_id)
    assert event.payload["bid"] == placed.public_id
    with app.app_context():
        told = {(one.user_id, one.kind) for one in recipients(event)}
    assert told == {(ben.person.user_id, "bid_placed"), (ana.person.user_id, "outbid")}


def test_the_end_of_an_auction_is_one_event_that_tells_winner_losers_and_publisher_once(
    app: Flask, running: Running, ana: Bidder, ben: Bidder
) -> None:
    with app.app_context():
        make.bid(running, ben, 2_000)
        make.bid(running, ana, 5_000)
        make.wait_until(running, timedelta())
        make.close(running)
    assert len(events(app, "auction_sold")) == 1
    tell_all(app)
    tell_all(app)
    with app.app_context():
        for table in (Notification, MailMessage):
            query = sa.select(table.kind, table.user_id).where(
                table.kind.in_(["auction_won", "auction_lost", "auction_sold"])
            )
            assert sorted(tuple(row) for row in db.session.execute(query)) == sorted(
                [
                    ("auction_won", ana.person.user_id),
                    ("auction_lost", ben.person.user_id),
                    ("auction_sold", running.publisher.user_id),
                ]
            )


def test_a_message_keeps_nothing_of_other_people(app: Flask, running: Running, ana: Bidder, ben: Bidder) -> None:
    with app.app_context():
        make.bid(running, ana, 2_000)
        make.bid(running, ben, 3_000)
        make.committed(lambda: withdraw_bids(running.auction_id, ben.account_id, WithdrawalReason.WRONG_AMOUNT))
    tell_all(app)
    with app.app_context():
        kept = [*db.session.scalars(sa.select(Notification.params)), *db.session.scalars(sa.select(MailMessage.params))]
    assert kept
    assert not any("account" in name or name in {"user_id", "link", "old_email"} for params in kept for name in params)


def test_who_pauses_a_flight_is_not_told_of_it(app: Flask) -> None:
    booking = make_booked_line_item(app, days=3, starts_in=1)
    begin_flight(app, booking)
    buyer = account_of(app, booking.buyer)
    with app.app_context():
        in_transaction(lambda: pause_line_item(buyer, booking.line_item, now=database_now()))
    (event,) = events(app, FlightPaused.kind)
    with app.app_context():
        assert [one.user_id for one in recipients(event)] == [booking.publisher.user_id]


def test_only_who_ticked_the_box_at_sign_up_is_asked_to_be_told_news(app: Flask) -> None:
    wants, wants_not = make_person(app, wants_marketing=True), make_person(app)
    tell_all(app)
    with app.app_context():
        chosen = list(db.session.scalars(sa.select(NotificationPreference.user_id)))
    assert chosen == [wants.user_id]
    assert wants_not.user_id not in chosen


def test_a_word_that_nobody_knows_is_not_written(app: Flask) -> None:
    person = make_person(app)

    def unknown_event() -> None:
        columns = {"occurred_at": database_now(), "subject_kind": "user", "subject_id": "1", "payload": {}}
        db.session.execute(sa.insert(Event).values(kind="no such kind", **columns))

    def unknown_notice() -> None:
        chosen = {"channel": "mail", "is_on": True, "changed_at": database_now()}
        db.session.execute(
            sa.insert(NotificationPreference).values(user_id=person.user_id, kind="no such kind", **chosen)
        )

    for work in (unknown_event, unknown_notice):
        with app.app_context(), pytest.raises(sa.exc.StatementError) as error:
            in_transaction(work)
        assert isinstance(error.value.orig, InvariantBroken)


def test_an_event_is_read_as_it_was_written(app: Flask, running: Running, ana: Bidder) -> None:
    with app.app_context():
        make.bid(running, ana, 2_000)
        make.wait_until(running, timedelta())
        make.close(running)
    with app.app_context():
        for event in db.session.scalars(sa.select(Event)):
            assert type(event.data) is EVENTS[event.kind]
            assert event.data.to_json() == event.payload
            assert replace(event.data) == event.data


def test_an_event_and_its_change_are_one_transaction(app: Flask) -> None:
    person = make_person(app)
    tell_all(app)

    def half_done() -> None:
        record_event(PasswordChanged(user_id=person.user_id), account_id=None, now=database_now())
        message = "the change failed"
        raise RuntimeError(message)

    with app.app_context():
        with pytest.raises(RuntimeError):
            in_transaction(half_done)
        assert waiting_delivery_count() == 0
        assert events(app, PasswordChanged.kind) == []


def test_who_did_it_and_what_it_concerns_stand_with_the_event(app: Flask) -> None:
    person = make_person(app)
    (event,) = events(app, SignedUp.kind)
    assert (event.actor_user_id, event.account_id) == (person.user_id, account_of(app, person))
    assert (event.subject_kind, event.subject_id) == ("user", str(person.user_id))


def test_an_event_of_a_form_names_who_sent_it_and_one_of_the_clock_names_nobody(app: Flask) -> None:
    offered = make_offer(app)
    client = PageClient(app)
    sign_in(client, offered.publisher)
    client.get(f"/selling/sockets/{offered.socket_id}")
    before = len(events(app, SocketChanged.kind))
    client.submit("Close the socket")
    (event,) = events(app, SocketChanged.kind)[before:]
    assert event.actor_user_id == offered.publisher.user_id
    record(app, PasswordChanged(user_id=offered.publisher.user_id))
    (event,) = events(app, PasswordChanged.kind)
    assert event.actor_user_id is None


# What notices and mails of an earlier time hold: words, put together when people were told.
BEFORE: dict[str, tuple[dict[str, Any], str]] = {
    "outbid": (
        {
            "at": "2026-11-22T12:00:00+00:00",
            "what": "Top box on Example News",
            "price": "$81.00",
            "ends": "on 29 Nov 2026 at 12:00 PST",
            "auction": "auction-name",
        },
        "Somebody else leads. The price stands at $81.00. You can bid again until on 29 Nov 2026 at 12:00 PST.",
    ),
    "order_paid": (
        {
            "at": "2026-11-22T12:00:00+00:00",
            "what": "Top box on Example News",
            "total": "$12.00 ($5.00 from your credit, $7.00 by card)",
            "order": "order-name",
        },
        (
            "The order over $12.00 ($5.00 from your credit, $7.00 by card) is paid. The money is kept in escrow until "
            "the ad is delivered."
        ),
    ),
    "creative_submitted": (
        {
            "at": "2026-11-22T12:00:00+00:00",
            "what": "Top box on Example News",
            "days": "from 3 Dec 2026 to 9 Dec 2026",
            "due": "by 1 Dec 2026 at 12:00 PST",
            "silence": "refused and paid back",
            "ground": "",
            "note": "",
            "review": "review-name",
        },
        (
            "The buyer sent an ad for from 3 Dec 2026 to 9 Dec 2026. Please answer by 1 Dec 2026 at 12:00 PST; after "
            "that it is refused and paid back, as the sale says."
        ),
    ),
    "creative_refused": (
        {
            "at": "2026-11-22T12:00:00+00:00",
            "what": "Top box on Example News",
            "ground": "its landing page",
            "note": "It does not open.",
            "next_step": "You can send another ad, or ask for your money back.",
            "line_item": "line-item-name",
        },
        "Ground: its landing page. It does not open. You can send another ad, or ask for your money back.",
    ),
    "money_returned": (
        {
            "at": "2026-11-22T12:00:00+00:00",
            "what": "Top box on Example News",
            "days": "on 3 Dec 2026",
            "returned": "$12.00",
            "returned_how": "It is on its way: $12.00 to the card you paid with.",
            "line_item": "line-item-name",
        },
        (
            "$12.00 of the flight on 3 Dec 2026 was not delivered and goes back to you. It is on its way: $12.00 to "
            "the card you paid with."
        ),
    ),
    "new_sign_in": (
        {"at": "2026-11-22T12:00:00+00:00"},
        "From an unknown browser at an unknown place. If it was not you, end that session and change your password.",
    ),
}


@pytest.mark.parametrize("kind", list(BEFORE))
def test_a_notice_of_an_earlier_time_still_says_the_same(app: Flask, kind: str) -> None:
    person = make_person(app)
    params, sentence = BEFORE[kind]
    event_id = record(app, PasswordChanged(user_id=person.user_id))

    def keep() -> None:
        now = database_now()
        notice = Notification(user_id=person.user_id, event_id=event_id, kind=kind, params=params, created_at=now)
        db.session.add(notice)

    with app.app_context():
        in_transaction(keep)
    assert sentence in said_to(app, person)


def test_every_notice_is_of_a_known_kind_and_every_kind_has_its_file(app: Flask, running: Running, ana: Bidder) -> None:
    with app.app_context():
        make.bid(running, ana, 2_000)
    tell_all(app)
    with app.app_context():
        stored = set(db.session.scalars(sa.select(Notification.kind).distinct()))
    assert stored
    assert stored <= set(NOTICES)
