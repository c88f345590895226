"""Days are settled once, in order, exactly, and only when they are over and counted."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError

from app.domain.inventory.models import Site
from app.domain.ledger.models import JournalEntry
from app.domain.ledger.queries import balance, statement_lines, statement_sums
from app.domain.ledger.rules import COMMISSION_INCOME, escrow, publisher_payable
from app.domain.ledger.states import EntryKind, StatementKind
from app.domain.measurement.models import AdCount, EventWatermark
from app.domain.measurement.states import Verdict
from app.domain.orders.models import LineItem
from app.domain.settlement.models import SettledDay
from app.domain.settlement.queries.days import facts_of, money_of
from app.domain.settlement.service.days import settle_next_day
from app.domain.settlement.states import DayOutcome
from app.foundation.db import db
from app.foundation.flight import day_bounds
from app.jobs.each import WorkFailedError
from config import Config
from tests.factories.auctions import told
from tests.factories.events import Told, events_directory, move_events, write_log
from tests.factories.inventory import account_of
from tests.factories.orders import make_booked_line_item, settle
from tests.factories.settlement import (
    HOUR,
    check_ledger,
    count_day,
    days_of,
    done,
    gateway_pays_out,
    make_settled,
    make_sold,
    money_return,
    move_clock_to,
    pass_day,
    settle_all_days,
    settle_once,
    settled_days,
)
from tests.support.races import race
from tests.unit.settlement import model

PRICE_DAY = 1_001
COMMISSION = 1_500


def test_the_hours_of_a_day_are_cut_by_the_zone_of_the_site_and_by_the_one_it_was_sold_in(app: Flask) -> None:
    booking = make_booked_line_item(app)
    done(app, lambda: db.session.execute(sa.update(Site).values(time_zone="Asia/Kolkata")))
    with app.app_context():
        line_item = db.session.get_one(LineItem, booking.line_item_id)
        assert line_item.time_zone == "UTC"
        facts = facts_of(line_item, line_item.starts_on)
    whole = {facts.begins_at + number * HOUR for number in range(24)}
    assert facts.cuts == {facts.begins_at} | {hour + HOUR / 2 for hour in whole}


def test_each_day_posts_its_part_and_the_rest_goes_back(app: Flask) -> None:
    earned = (True, False, True, True, False)
    booking = make_settled(app, delivered=earned, price_day_minor=PRICE_DAY)
    days = settled_days(app, booking)
    assert [(day.price_minor, day.commission_minor) for day in days] == model.posted(5 * PRICE_DAY, COMMISSION, earned)
    assert [day.outcome for day in days] == [
        DayOutcome.DELIVERED if is_earned else DayOutcome.UNDER_DELIVERED for is_earned in earned
    ]
    assert [day.entry_id is not None for day in days] == list(earned)
    midnights = [datetime.combine(day.day, datetime.min.time(), UTC) for day in days]
    assert [day.available_at for day in days] == [midnight + timedelta(days=8) for midnight in midnights]
    returned = money_return(app, booking)
    assert returned is not None
    assert returned.amount_minor == returned.to_card_minor == 2 * PRICE_DAY
    gateway_pays_out(app, booking)
    settle(app)
    with app.app_context():
        publisher = account_of(app, booking.publisher)
        assert balance(escrow(booking.line_item_id)) == 0
        assert balance(publisher_payable(publisher)) + balance(COMMISSION_INCOME) == 3 * PRICE_DAY
        money = money_of(db.session.get_one(LineItem, booking.line_item_id))
        assert (money.delivered_minor, money.returned_minor, money.escrow_minor) == (3 * PRICE_DAY, 2 * PRICE_DAY, 0)
        lines = statement_lines(publisher, StatementKind.EARNINGS, None, 100)
        assert [line.amount_minor for line in lines] == [
            day.price_minor - day.commission_minor for day in days if day.entry_id
        ]
        assert statement_sums(publisher, StatementKind.EARNINGS).closing_minor == lines[-1].balance_minor
        assert lines[-1].balance_minor == balance(publisher_payable(publisher))
    check_ledger(app)


def test_a_day_waits_for_six_hours_and_for_the_count(app: Flask) -> None:
    booking = make_sold(app, days=1)
    [day] = days_of(booking)
    count_day(app, booking, day)
    ends_at = day_bounds(day, ZoneInfo("UTC"))[1]
    due = ends_at + 6 * HOUR
    for now, counted in ((due - HOUR / 60, due), (due, due - HOUR / 60), (due, None)):
        assert not settle_once(app, booking, now=now, counted_until=counted)
    assert settled_days(app, booking) == []
    assert settle_once(app, booking, now=due, counted_until=due)
    assert not settle_once(app, booking, now=due, counted_until=due)
    assert len(settled_days(app, booking)) == 1


def test_a_site_day_ends_at_its_own_midnight(app: Flask) -> None:
    booking = make_sold(app, days=1, time_zone="Pacific/Auckland", starts_in=2)
    [day] = days_of(booking)
    count_day(app, booking, day)
    ends_at = day_bounds(day, ZoneInfo("Pacific/Auckland"))[1]
    assert ends_at.hour != 0
    assert not settle_once(app, booking, now=ends_at + 5 * HOUR, counted_until=ends_at + 5 * HOUR)
    assert settle_once(app, booking, now=ends_at + 6 * HOUR, counted_until=ends_at + 6 * HOUR)
    assert settled_days(app, booking)[0].outcome is DayOutcome.DELIVERED


def test_at_the_same_moment_a_day_is_settled_once(app: Flask) -> None:
    booking = make_sold(app, days=2, price_day_minor=PRICE_DAY)
    first, second = days_of(booking)
    count_day(app, booking, first)
    now = day_bounds(first, ZoneInfo("UTC"))[1] + 6 * HOUR
    settling = partial(settle_next_day, booking.line_item_id, now=now, counted_until=now)
    assert race(app, [settling] * 4) == []
    [day] = settled_days(app, booking)
    assert (day.day, day.price_minor) == (first, PRICE_DAY)
    assert second > first
    check_ledger(app)


def test_the_database_takes_a_day_once(app: Flask) -> None:
    booking = make_settled(app, delivered=(True,))
    [day] = settled_days(app, booking)
    names = [column.name for column in SettledDay.metadata.tables["settled_day"].columns]
    again = {name: getattr(day, name) for name in names} | {"entry_id": None, "price_minor": 0, "commission_minor": 0}
    with pytest.raises(IntegrityError):
        done(app, lambda: db.session.execute(sa.insert(SettledDay).values(again)))


def test_late_events_are_counted_as_late_and_move_no_money(app: Flask, config: Config) -> None:
    booking = make_settled(app, delivered=(False, True))
    before = settled_days(app, booking)
    happened = day_bounds(days_of(booking)[0], ZoneInfo("UTC"))[0] + 12 * HOUR
    with app.app_context():
        host = db.session.get_one(Site, booking.site_id).domain
    told = Told(at=happened, socket_id=booking.socket_id, line_item_id=booking.line_item_id, creative_id=1, host=host)
    lines = [replace(told, address_hash=f"{number:A>22}").line for number in range(3)]
    write_log(events_directory(config), "".join(f"{line}\n" for line in lines))
    move_events(app, config)
    with app.app_context():
        query = sa.select(sa.func.sum(AdCount.events)).where(AdCount.verdict == Verdict.LATE)
        assert db.session.scalars(query).one() == 3
    assert settle_all_days(app) == 0
    assert [(day.outcome, day.requests, day.price_minor) for day in settled_days(app, booking)] == [
        (day.outcome, day.requests, day.price_minor) for day in before
    ]
    check_ledger(app)


def test_days_of_which_nobody_asked_go_back_and_the_publisher_is_told_once(app: Flask) -> None:
    booking = make_sold(app, days=2)
    for day in days_of(booking):
        pass_day(app, booking, day)
        settle_all_days(app)
    assert [day.outcome for day in settled_days(app, booking)] == [DayOutcome.NO_REQUESTS] * 2
    with app.app_context():
        assert told("tag_missing") == [booking.publisher.user_id]
    settle(app)
    check_ledger(app)


def test_a_buyer_without_a_creative_pays_for_the_day(app: Flask) -> None:
    booking = make_booked_line_item(app, days=1, starts_in=1)
    [day] = days_of(booking)
    count_day(app, booking, day, filled=0)
    pass_day(app, booking, day)
    settle_all_days(app)
    [settled] = settled_days(app, booking)
    assert settled.outcome is DayOutcome.NO_CREATIVE
    assert settled.price_minor == 1_000
    assert money_return(app, booking) is None


def test_a_share_of_the_places_is_enough(app: Flask) -> None:
    booking = make_sold(app, days=2, socket={"places": 4})
    first, second = days_of(booking)
    count_day(app, booking, first, requests=100, filled=20)
    count_day(app, booking, second, requests=100, filled=19)
    for day in (first, second):
        pass_day(app, booking, day)
    settle_all_days(app)
    assert [day.outcome for day in settled_days(app, booking)] == [DayOutcome.DELIVERED, DayOutcome.UNDER_DELIVERED]


def test_one_that_cannot_be_settled_does_not_keep_the_others_waiting(app: Flask) -> None:
    broken, good = make_sold(app, days=1), make_sold(app, days=1)
    for booking in (broken, good):
        count_day(app, booking, days_of(booking)[0])
    # Money that is missing from escrow: no entry may be made, and somebody has to look.
    too_much = sa.update(LineItem).where(LineItem.id == broken.line_item_id).values(price_minor=10**6)
    done(app, lambda: db.session.execute(too_much))
    pass_day(app, good, days_of(good)[0])
    with pytest.raises(WorkFailedError):
        settle_all_days(app)
    assert settled_days(app, broken) == []
    assert len(settled_days(app, good)) == 1


def test_entries_name_their_day(app: Flask) -> None:
    booking = make_settled(app, delivered=(True, True))
    with app.app_context():
        query = sa.select(JournalEntry).where(JournalEntry.kind == EntryKind.RELEASE).order_by(JournalEntry.id)
        entries = list(db.session.scalars(query))
    assert [entry.reference for entry in entries] == [
        f"line_item:{booking.line_item_id}/day:{day.isoformat()}" for day in days_of(booking)
    ]
    assert [day.entry_id for day in settled_days(app, booking)] == [entry.id for entry in entries]


def test_nothing_is_settled_before_anything_was_counted(app: Flask) -> None:
    booking = make_sold(app, days=1)
    move_clock_to(app, day_bounds(days_of(booking)[0], ZoneInfo("UTC"))[1] + 7 * HOUR)
    done(app, lambda: db.session.execute(sa.delete(EventWatermark)))
    assert settle_all_days(app) == 0
    assert settled_days(app, booking) == []
