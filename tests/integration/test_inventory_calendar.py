"""The one calendar: no day of a place is sold twice, whatever the race; holds, their end, and what becomes of them."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from flask import Flask

from app.domain.inventory.errors import DaysNotOffered, DaysTaken, HoldExpired, ListingClosed
from app.domain.inventory.models import CalendarDay, Claim, Hold, Socket
from app.domain.inventory.queries import own_hold, taken_places
from app.domain.inventory.rules import RateCard
from app.domain.inventory.service.calendar import (
    black_out,
    hold_days,
    keep_for_payment,
    lift_blackout,
)
from app.domain.inventory.service.sites import ProofCheck, record_proof_check
from app.domain.inventory.service.sockets import amend_socket, close_socket, offer_rate_card, withdraw_rate_card
from app.domain.inventory.states import ClaimKind, HoldState, SiteState
from app.foundation.clock import database_now
from app.foundation.db import db
from app.foundation.errors import NotFound, TooMany
from app.foundation.flight import day_bounds
from app.jobs import free_holds
from tests.factories.accounts import make_person
from tests.factories.inventory import SOCKET, Offered, account_of, make_offer, make_rate_card, make_socket
from tests.factories.orders import let_go
from tests.support.calendar_days import DAY, change, expiry_of, first_day, hold, now, ordered, pay_for, rows
from tests.support.mail_jobs import RecordingMailer, advance, job_context
from tests.support.races import ends_of_race, race

BUYERS = 20
Work = Callable[[], object]


@pytest.fixture
def offered(app: Flask) -> Offered:
    return make_offer(app)


@pytest.fixture
def buyer(app: Flask) -> int:
    return account_of(app, make_person(app))


def state_of(app: Flask, hold_id: int) -> HoldState:
    with app.app_context():
        return db.session.get_one(Hold, hold_id).state


@pytest.mark.parametrize("places", [1, 3])
def test_twenty_buyers_of_the_same_days_get_as_many_places_as_there_are(app: Flask, places: int) -> None:
    offered, first = make_offer(app, places=places), first_day(app)
    buyers = [account_of(app, make_person(app)) for _ in range(BUYERS)]

    def work(buyer: int, number: int) -> Hold:
        # Runs of different lengths that all contain the same day.
        starts_on = first - (number % 3) * DAY
        return hold_days(
            buyer, offered.listing_id, starts_on=starts_on, ends_before=first + 2 * DAY, now=database_now()
        )

    ends = ends_of_race(app, [partial(work, buyer, number) for number, buyer in enumerate(buyers)])
    assert ends == Counter(won=places, DaysTaken=BUYERS - places)
    assert sorted(place for day, place, _kind in rows(app) if day == first) == list(range(1, places + 1))
    with app.app_context():
        assert db.session.scalars(sa.select(sa.func.count()).select_from(Hold)).one() == places


def test_the_key_keeps_days_from_being_sold_twice_even_past_the_lock(app: Flask, offered: Offered, buyer: int) -> None:
    first = first_day(app)

    def work(number: int) -> None:
        claim = Claim(socket_id=offered.socket_id, kind=ClaimKind.SALE, line_item_id=line_items[number])
        db.session.add(claim)
        db.session.flush()
        row = {"socket_id": offered.socket_id, "day": first, "place": 1, "claim_id": claim.id}
        db.session.execute(sa.insert(CalendarDay), [row])

    line_items = [ordered(app, hold(app, buyer, offered.listing_id, first + (number + 1) * DAY)) for number in range(5)]
    change(app, lambda: db.session.execute(sa.delete(CalendarDay)) and db.session.execute(sa.delete(Claim)))
    raised = race(app, [partial(work, number) for number in range(len(line_items))])
    assert len(raised) == len(line_items) - 1
    assert any("calendar_day" in str(error) for error in raised)
    assert len(rows(app)) == 1


def test_a_buyer_and_a_blackout_do_not_both_get_a_day(app: Flask, offered: Offered, buyer: int) -> None:
    first = first_day(app)
    works: list[Work] = [
        lambda: hold_days(buyer, offered.listing_id, starts_on=first, ends_before=first + DAY, now=database_now()),
        lambda: black_out(
            offered.account_id, offered.socket_id, starts_on=first, ends_before=first + DAY, now=database_now()
        ),
    ]
    assert ends_of_race(app, works) == Counter(won=1, DaysTaken=1)
    assert len(rows(app)) == 1


def test_a_hold_keeps_one_place_for_15_minutes_at_the_cheapest_price(app: Flask, buyer: int) -> None:
    offered, first = make_offer(app, places=2), first_day(app)
    one, two = (hold(app, buyer, offered.listing_id, first, 10) for _ in range(2))
    assert [one.place, two.place] == [1, 2]
    assert (one.price_minor, one.currency, one.state) == (9_000, "USD", HoldState.HELD)
    assert expiry_of(app, one) - one.created_at == timedelta(minutes=15)
    assert len(rows(app)) == 20
    with pytest.raises(DaysTaken):
        hold(app, buyer, offered.listing_id, first + 9 * DAY)
    assert hold(app, buyer, offered.listing_id, first + 10 * DAY).place == 1


def test_a_hold_that_ran_out_frees_its_days_for_the_next_buyer_at_once(
    app: Flask, offered: Offered, buyer: int
) -> None:
    first = first_day(app)
    old = hold(app, buyer, offered.listing_id, first)
    line_item_id, expires_at = ordered(app, old), expiry_of(app, old)
    with app.app_context():
        shown = taken_places(offered.socket_id, first=first, before=first + DAY, now=expires_at - DAY / 86_400)
        assert shown == {first: {ClaimKind.HOLD: 1}}
        assert taken_places(offered.socket_id, first=first, before=first + DAY, now=expires_at) == {}
    advance(app, timedelta(minutes=14))
    with pytest.raises(DaysTaken):
        hold(app, buyer, offered.listing_id, first)
    advance(app, timedelta(minutes=2))
    new = hold(app, buyer, offered.listing_id, first)
    assert (state_of(app, old.id), state_of(app, new.id)) == (HoldState.RELEASED, HoldState.HELD)
    with pytest.raises(HoldExpired):
        change(app, lambda: keep_for_payment(line_item_id, now=now(app)))
    assert rows(app) == [(first, 1, ClaimKind.HOLD)]


def test_the_job_frees_what_ran_out_and_nothing_else(app: Flask, offered: Offered, buyer: int) -> None:
    first = first_day(app)
    old, used = (hold(app, buyer, offered.listing_id, first + number * DAY) for number in range(2))
    pay_for(app, used)
    advance(app, timedelta(minutes=16))
    young = hold(app, account_of(app, make_person(app)), make_offer(app).listing_id, first)
    with app.app_context():
        assert free_holds.run(job_context(RecordingMailer())) == 1
        assert free_holds.run(job_context(RecordingMailer())) == 0
    states = [state_of(app, one.id) for one in (old, used, young)]
    assert states == [HoldState.RELEASED, HoldState.USED, HoldState.HELD]
    assert [(day, kind) for day, _place, kind in rows(app)] == [(first, ClaimKind.HOLD), (first + DAY, ClaimKind.SALE)]


def test_a_buyer_holds_days_in_five_checkouts_at_most(app: Flask, offered: Offered, buyer: int) -> None:
    first = first_day(app)
    holds = [hold(app, buyer, offered.listing_id, first + number * DAY) for number in range(5)]
    with pytest.raises(TooMany):
        hold(app, buyer, offered.listing_id, first + 5 * DAY)
    change(app, lambda: let_go(holds[0]))
    hold(app, buyer, offered.listing_id, first + 5 * DAY)
    hold(app, account_of(app, make_person(app)), offered.listing_id, first)


def test_dates_that_the_rate_card_does_not_offer_are_refused(app: Flask, offered: Offered, buyer: int) -> None:
    today = now(app).astimezone(ZoneInfo("America/Los_Angeles")).date()
    for starts_on, length in ((today + DAY, 1), (today + 2 * DAY, 0), (today + 2 * DAY, 91), (today + 360 * DAY, 30)):
        with pytest.raises(DaysNotOffered):
            hold(app, buyer, offered.listing_id, starts_on, length)
    hold(app, buyer, offered.listing_id, today + 2 * DAY, 90)


@pytest.mark.parametrize("way", ["withdrawn", "replaced", "closed", "lapsed", "own"])
def test_what_is_not_for_sale_cannot_be_held(app: Flask, offered: Offered, buyer: int, way: str) -> None:
    card = RateCard(1, None, None, lead_days=0, days_min=1, days_max=9)
    account_id, socket_id = offered.account_id, offered.socket_id

    def lapse() -> None:
        site = record_proof_check(offered.site_id, ProofCheck(token(offered), None, ""), now=database_now())
        site.state = SiteState.LAPSED

    works: dict[str, Work] = {
        "withdrawn": lambda: withdraw_rate_card(account_id, socket_id, now=database_now()),
        "replaced": lambda: offer_rate_card(account_id, socket_id, card, currency="USD", now=database_now()),
        "closed": lambda: close_socket(account_id, socket_id),
        "lapsed": lapse,
        "own": lambda: None,
    }
    change(app, works[way])
    with pytest.raises(ListingClosed):
        hold(app, offered.account_id if way == "own" else buyer, offered.listing_id, first_day(app))
    assert rows(app) == []


def token(offered: Offered) -> str:
    with db.engine.connect() as connection:
        query = sa.text("SELECT proof_token FROM site WHERE id = :id")
        return str(connection.execute(query, {"id": offered.site_id}).scalar_one())


def test_an_unknown_listing_and_somebody_elses_hold_are_not_found(app: Flask, offered: Offered, buyer: int) -> None:
    with pytest.raises(NotFound):
        hold(app, buyer, 999_999, first_day(app))
    held = hold(app, buyer, offered.listing_id, first_day(app))
    with app.app_context():
        assert own_hold(buyer, held.public_id).id == held.id
        for account_id, public_id in ((offered.account_id, held.public_id), (buyer, "no such hold")):
            with pytest.raises(NotFound):
                own_hold(account_id, public_id)


def test_a_blackout_covers_every_place_and_follows_their_number(app: Flask) -> None:
    offered, first = make_offer(app, places=2), first_day(app)
    account_id, socket_id = offered.account_id, offered.socket_id
    change(
        app, lambda: black_out(account_id, socket_id, starts_on=first, ends_before=first + 2 * DAY, now=database_now())
    )
    assert [(day, place) for day, place, _kind in rows(app)] == [
        (first + day * DAY, place) for day in range(2) for place in (1, 2)
    ]
    for places in (3, 1, 4):
        details = replace(SOCKET, places=places)
        change(app, lambda details=details: amend_socket(account_id, socket_id, details, now=database_now()))  # type: ignore[misc]  # a default
        assert [place for day, place, _kind in rows(app) if day == first] == list(range(1, places + 1))
    change(app, lambda: lift_blackout(account_id, socket_id, starts_on=first, ends_before=first + DAY))
    assert {day for day, _place, _kind in rows(app)} == {first + DAY}


def test_days_begin_and_end_at_midnight_of_the_site(app: Flask, buyer: int) -> None:
    """At 10:30 UTC it is already tomorrow in Auckland, and still today in Los Angeles."""
    moment = datetime(2026, 11, 22, 11, 30, tzinfo=UTC)
    for zone, today in (("Pacific/Auckland", date(2026, 11, 23)), ("America/Los_Angeles", date(2026, 11, 22))):
        offered = make_offer(app, time_zone=zone)
        listing = make_rate_card(app, offered.account_id, offered.socket_id, lead_days=1)

        def work(starts_on: date, listing_id: int = listing.id) -> Hold:
            return hold_days(buyer, listing_id, starts_on=starts_on, ends_before=starts_on + DAY, now=moment)

        with pytest.raises(DaysNotOffered):
            change(app, partial(work, today))
        change(app, partial(work, today + DAY))


@pytest.mark.parametrize(("day", "hours"), [(date(2027, 3, 14), 23), (date(2027, 11, 7), 25)])
def test_a_day_on_which_clocks_change_is_one_day_and_ends_with_its_midnight(
    app: Flask, buyer: int, day: date, hours: int
) -> None:
    offered = make_offer(app)
    listing = make_rate_card(app, offered.account_id, offered.socket_id, lead_days=0)
    starts_at, ends_at = day_bounds(day, ZoneInfo("America/Los_Angeles"))
    assert ends_at - starts_at == timedelta(hours=hours)

    def work(moment: datetime) -> Hold:
        return hold_days(buyer, listing.id, starts_on=day, ends_before=day + DAY, now=moment)

    second = timedelta(seconds=1)
    with pytest.raises(DaysNotOffered):
        change(app, partial(work, ends_at))
    change(app, partial(work, ends_at - second))
    assert rows(app) == [(day, 1, ClaimKind.HOLD)]


def test_two_rate_cards_offered_at_the_same_moment_leave_one_open(app: Flask, offered: Offered) -> None:
    card = RateCard(1, None, None, lead_days=0, days_min=1, days_max=9)
    works: list[Work] = [
        lambda: offer_rate_card(offered.account_id, offered.socket_id, card, currency="USD", now=database_now())
    ] * 6
    assert ends_of_race(app, works) == Counter(won=6)
    with app.app_context():
        open_cards = sa.text("SELECT count(*) FROM listing WHERE state = 'open'")
        assert db.session.execute(open_cards).scalar_one() == 1


def test_somebody_elses_socket_is_not_found(app: Flask, offered: Offered, buyer: int) -> None:
    socket_id, first = offered.socket_id, first_day(app)
    card = RateCard(1, None, None, lead_days=0, days_min=1, days_max=9)
    make_socket(app, offered.account_id, offered.site_id)
    works: list[Work] = [
        lambda: close_socket(buyer, socket_id),
        lambda: amend_socket(buyer, socket_id, SOCKET, now=database_now()),
        lambda: offer_rate_card(buyer, socket_id, card, currency="USD", now=database_now()),
        lambda: withdraw_rate_card(buyer, socket_id, now=database_now()),
        lambda: black_out(buyer, socket_id, starts_on=first, ends_before=first + DAY, now=database_now()),
        lambda: lift_blackout(buyer, socket_id, starts_on=first, ends_before=first + DAY),
    ]
    for work in works:
        with pytest.raises(NotFound):
            change(app, work)
    with app.app_context():
        assert db.session.scalars(sa.select(sa.func.count()).select_from(Socket)).one() == 2
