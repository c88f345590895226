"""Events become notices and mails: each party hears of each event once."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from app.domain.auctions.models import Auction
from app.domain.auctions.service.noting import as_it_stands
from app.domain.events.kinds.accounts import EmailChanged, PasswordChanged, SessionsEnded
from app.domain.events.kinds.auctions import AuctionExtended
from app.domain.events.kinds.earlier import EarlierEvent
from app.domain.events.models import EventDelivery
from app.domain.events.queries import waiting_delivery_count
from app.domain.events.states import Consumer
from app.domain.notifications.errors import NotSwitchable
from app.domain.notifications.models import MailMessage, Notification
from app.domain.notifications.queries import switches, unread_count, wants
from app.domain.notifications.service.preferences import set_preferences, switch_off
from app.domain.notifications.service.reading import mark_all_read, mark_read
from app.domain.notifications.service.telling import tell
from app.domain.notifications.states import Channel
from app.foundation.clock import database_now
from app.foundation.db import db, in_transaction
from app.foundation.errors import InvariantBroken, NotFound
from app.jobs import deliver_events
from app.jobs.each import WorkFailedError
from tests.factories.accounts import Person, make_person
from tests.factories.auctions import Bidder, Running, make_auction, make_bidder
from tests.support.mail_jobs import RecordingMailer, advance, at_once, job_context, mails, record, tell_all

NEWS = "product_news"
UNTOLD = EarlierEvent(called="of nobody", user_id=None, noted={})
SIGN_IN = "new_sign_in"


def notices_of(app: Flask, person: Person) -> list[Notification]:
    with app.app_context():
        own = sa.select(Notification).where(Notification.user_id == person.user_id).order_by(Notification.id)
        return list(db.session.scalars(own))


def extension(app: Flask, auction: Running, bidder: Bidder) -> AuctionExtended:
    with app.app_context():
        standing = as_it_stands(db.session.get_one(Auction, auction.auction_id))
        return AuctionExtended(bidder_account_ids=(bidder.account_id,), **standing)


def choose(app: Flask, person: Person, kind: str, channel: Channel, *, is_on: bool) -> None:
    with app.app_context():
        in_transaction(lambda: set_preferences(person.user_id, {(kind, channel): is_on}, now=database_now()))


def is_wanted(app: Flask, person: Person, kind: str, channel: Channel = Channel.MAIL) -> bool:
    with app.app_context():
        return wants(person.user_id, kind, channel)


def test_an_event_becomes_one_notice_and_one_mail(app: Flask) -> None:
    person = make_person(app)
    tell_all(app)
    before = len(mails(app))
    record(app, PasswordChanged(user_id=person.user_id))
    assert tell_all(app) == 1
    assert [notice.kind for notice in notices_of(app, person)] == ["password_changed"]
    assert [mail.kind for mail in mails(app)[before:]] == ["password_changed"]
    assert tell_all(app) == 0
    assert len(mails(app)) == before + 1


def test_an_auction_extended_again_and_again_mails_its_bidders_once_in_ten_minutes(app: Flask) -> None:
    first, second = make_auction(app), make_auction(app)
    bidder = make_bidder(app)
    tell_all(app)

    def extended(*auctions: Running) -> tuple[int, int]:
        for auction in auctions:
            record(app, extension(app, auction, bidder))
        tell_all(app)
        notices = [one for one in notices_of(app, bidder.person) if one.kind == "auction_extended"]
        return len(notices), len([one for one in mails(app) if one.kind == "auction_extended"])

    assert extended(first, first) == (2, 1)
    assert extended(second) == (3, 2)
    advance(app, timedelta(minutes=9))
    assert extended(first) == (4, 2)
    advance(app, timedelta(minutes=2))
    assert extended(first, second) == (6, 4)


def test_links_reach_the_address_they_were_made_for_and_stand_in_no_params(app: Flask) -> None:
    person = make_person(app, is_confirmed=False)
    tell_all(app)
    (mail,) = mails(app)
    assert mail.kind == "email_confirmation"
    assert mail.to_address == person.email
    assert mail.link_public_id
    assert mail.link_public_id not in str(mail.params)
    assert not notices_of(app, person)


def test_the_old_address_hears_that_the_account_left_it(app: Flask) -> None:
    person = make_person(app)
    record(app, EmailChanged(user_id=person.user_id, old_email="old@example.com"))
    tell_all(app)
    assert mails(app)[-1].to_address == "old@example.com"
    assert "old@example.com" not in str(mails(app)[-1].params)


def test_two_runners_at_once_tell_each_person_once(app: Flask) -> None:
    people = [make_person(app) for _ in range(3)]
    tell_all(app)
    before = len(mails(app))
    for person in people * 5:
        record(app, SessionsEnded(user_id=person.user_id))
    told = at_once(app, lambda: deliver_events.run(job_context(RecordingMailer())), threads=3)
    tell_all(app)
    assert sum(told) <= 15
    assert len(mails(app)) == before + 15
    for person in people:
        assert len(notices_of(app, person)) == 5
    with app.app_context():
        assert waiting_delivery_count() == 0


def test_the_tables_refuse_to_tell_an_event_twice(app: Flask) -> None:
    person = make_person(app)
    event_id = record(app, PasswordChanged(user_id=person.user_id))
    tell_all(app)

    def tell_again() -> None:
        delivery = db.session.get_one(EventDelivery, (event_id, Consumer.NOTIFICATIONS))
        tell(delivery, now=database_now())

    with app.app_context(), pytest.raises(sa.exc.IntegrityError):
        in_transaction(tell_again)


def test_an_event_that_cannot_be_told_stops_no_other(app: Flask) -> None:
    person = make_person(app)
    tell_all(app)
    record(app, UNTOLD)
    record(app, PasswordChanged(user_id=person.user_id))
    with pytest.raises(WorkFailedError):
        tell_all(app)
    assert len(notices_of(app, person)) == 1
    with app.app_context():
        assert waiting_delivery_count() == 1


def test_an_event_about_nobody_is_a_bug(app: Flask) -> None:
    event_id = record(app, UNTOLD)

    def tell_it() -> None:
        tell(db.session.get_one(EventDelivery, (event_id, Consumer.NOTIFICATIONS)), now=database_now())

    with app.app_context(), pytest.raises(InvariantBroken):
        in_transaction(tell_it)


def test_marketing_is_off_by_default_and_on_for_those_who_asked(app: Flask) -> None:
    silent, asking = make_person(app), make_person(app, wants_marketing=True)
    tell_all(app)
    assert not is_wanted(app, silent, NEWS)
    assert is_wanted(app, asking, NEWS)
    assert not is_wanted(app, asking, NEWS, Channel.IN_APP)


def test_the_box_at_sign_up_does_not_undo_a_later_choice(app: Flask) -> None:
    person = make_person(app, wants_marketing=True)
    with app.app_context():
        in_transaction(lambda: set_preferences(person.user_id, {(NEWS, Channel.MAIL): True}, now=database_now()))
        in_transaction(lambda: switch_off(person.user_id, NEWS, now=database_now()))
    tell_all(app)
    assert not is_wanted(app, person, NEWS)


def test_news_in_the_product_come_only_when_asked_for(app: Flask) -> None:
    person = make_person(app)
    choose(app, person, NEWS, Channel.IN_APP, is_on=True)
    tell_all(app)
    assert [notice.kind for notice in notices_of(app, person)] == [NEWS]


@pytest.mark.parametrize(
    ("kind", "channel"),
    [
        ("password_changed", Channel.MAIL),
        ("password_changed", Channel.IN_APP),
        ("new_sign_in", Channel.IN_APP),
        ("email_confirmation", Channel.IN_APP),
    ],
)
def test_what_is_fixed_cannot_be_switched(app: Flask, kind: str, channel: Channel) -> None:
    person = make_person(app)
    with pytest.raises(NotSwitchable):
        choose(app, person, kind, channel, is_on=False)
    with app.app_context():
        before = [(row.kind, row.channel, row.is_on) for row in switches(person.user_id)]
    assert (kind, channel, False) not in before


def test_switching_off_is_idempotent_and_one_persons_own(app: Flask) -> None:
    person, other = make_person(app), make_person(app)
    for _ in range(2):
        with app.app_context():
            in_transaction(lambda: switch_off(person.user_id, SIGN_IN, now=database_now()))
    assert not is_wanted(app, person, SIGN_IN)
    assert is_wanted(app, other, SIGN_IN)


def test_switching_off_for_nobody_changes_nothing(app: Flask) -> None:
    with app.app_context():
        in_transaction(lambda: switch_off(999_999, SIGN_IN, now=database_now()))


def test_two_choices_at_once_follow_each_other(app: Flask) -> None:
    person = make_person(app)

    def save() -> int:
        choices = {(SIGN_IN, Channel.MAIL): False, (NEWS, Channel.MAIL): True}
        in_transaction(lambda: set_preferences(person.user_id, choices, now=database_now()))
        return 1

    at_once(app, save, threads=3)
    assert not is_wanted(app, person, SIGN_IN)
    assert is_wanted(app, person, NEWS)


def test_a_person_reads_their_own_notices_only(app: Flask) -> None:
    person, other = make_person(app), make_person(app)
    for _ in range(3):
        record(app, PasswordChanged(user_id=person.user_id))
    tell_all(app)
    first, second, third = notices_of(app, person)
    with app.app_context():
        with pytest.raises(NotFound):
            in_transaction(lambda: mark_read(other.user_id, first.id, now=database_now()))
        in_transaction(lambda: mark_read(person.user_id, first.id, now=database_now()))
        assert unread_count(person.user_id) == 2
        db.session.remove()
        in_transaction(lambda: mark_all_read(other.user_id, newest_id=third.id, now=database_now()))
        in_transaction(lambda: mark_all_read(person.user_id, newest_id=second.id, now=database_now()))
        assert unread_count(person.user_id) == 1
    assert [notice.read_at is None for notice in notices_of(app, person)] == [False, False, True]


@pytest.mark.parametrize("table", [MailMessage, Notification])
def test_an_event_gives_a_person_at_most_one_of_a_kind(app: Flask, table: type[MailMessage | Notification]) -> None:
    constraints = table.__table__.constraints  # type: ignore[attr-defined]  # a Table
    uniques = [
        list(constraint.columns.keys()) for constraint in constraints if isinstance(constraint, sa.UniqueConstraint)
    ]
    assert ["event_id", "user_id", "kind"] in uniques
    assert app
