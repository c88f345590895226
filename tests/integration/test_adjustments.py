"""Settled days are corrected, never changed: through the verb to the books and to the pages of both sides."""

import random
from collections.abc import Callable
from datetime import date
from functools import partial

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError

from app.domain.audit.models import AuditRecord
from app.domain.catalogue.queries.dashboards import money_of_buyer, money_of_line_items
from app.domain.ledger.models import JournalEntry
from app.domain.ledger.queries import balance
from app.domain.ledger.rules import COMMISSION_INCOME, buyer_credit, escrow, publisher_payable
from app.domain.orders.models import LineItem
from app.domain.settlement.errors import DayNotSettled, MoreThanEarned, MoreThanKept, NothingToCorrect
from app.domain.settlement.models import Adjustment, SettledDay
from app.domain.settlement.queries.days import SettledMoney, money_of
from app.domain.settlement.queries.earnings import earnings_of
from app.domain.settlement.service.adjusting import Correction, adjust_day
from app.domain.settlement.states import AdjustmentReason
from app.foundation.access import StaffRole
from app.foundation.clock import database_now
from app.foundation.db import db
from app.foundation.errors import InvariantBroken, Refusal
from tests.factories.accounts import make_person, sign_in
from tests.factories.inventory import account_of
from tests.factories.orders import LiveLineItem
from tests.factories.settlement import (
    check_ledger,
    count_day,
    days_of,
    done,
    make_settled,
    make_sold,
    pass_day,
    settle_all_days,
    settled_days,
)
from tests.support.page_client import PageClient
from tests.support.races import race
from tests.support.staff import staff

NOTE = "The tag server was down from 10:00 to 16:00 UTC."


def correction(price_minor: int, reference: str = "case-1", reason: str = "platform_fault") -> Correction:
    return Correction(reference=reference, reason=AdjustmentReason(reason), note=NOTE, price_minor=price_minor)


def correcting(
    app: Flask, booking: LiveLineItem, day: date, price_minor: int, reference: str = "case-1"
) -> Callable[[], Adjustment]:
    with app.app_context():
        user_id = make_person(app).user_id
        now = database_now()
        db.session.remove()
    told = correction(price_minor, reference)
    return partial(adjust_day, booking.line_item_id, day, told, user_id=user_id, now=now)


def correct(app: Flask, booking: LiveLineItem, day: date, price_minor: int, reference: str = "case-1") -> Adjustment:
    return done(app, correcting(app, booking, day, price_minor, reference))


def money(app: Flask, booking: LiveLineItem) -> SettledMoney:
    with app.app_context():
        return money_of(db.session.get_one(LineItem, booking.line_item_id))


def check(app: Flask, booking: LiveLineItem) -> None:
    """What an accountant checks of a line item after anything."""
    found = money(app, booking)
    assert found.price_minor == found.delivered_minor + found.returned_minor + found.escrow_minor
    assert 0 <= found.commission_minor <= found.delivered_minor
    assert min(found.returned_minor, found.escrow_minor, found.given_back_minor) >= 0
    check_ledger(app)
    with app.app_context():
        publisher, buyer = account_of(app, booking.publisher), account_of(app, booking.buyer)
        assert balance(COMMISSION_INCOME) == found.commission_minor
        assert balance(publisher_payable(publisher)) == found.delivered_minor - found.commission_minor
        assert balance(escrow(booking.line_item_id)) == found.escrow_minor
        assert balance(buyer_credit(buyer)) >= found.given_back_minor
        assert earnings_of(publisher, at=database_now()).total_minor == balance(publisher_payable(publisher))
        [moved] = money_of_line_items([booking.line_item_id]).values()
        assert moved.delivered_minor == found.delivered_minor
        whole = money_of_buyer(buyer)
        assert (whole.delivered_minor, whole.returned_minor) == (moved.delivered_minor, moved.returned_minor)


def test_a_day_taken_back_becomes_the_buyers_credit(app: Flask) -> None:
    booking = make_settled(app, price_day_minor=1_001)
    first = days_of(booking)[0]
    before = settled_days(app, booking)
    made = correct(app, booking, first, -1_001)
    assert (made.price_minor, made.commission_minor) == (-1_001, -before[0].commission_minor)
    assert [vars_of(day) for day in settled_days(app, booking)] == [vars_of(day) for day in before]
    found = money(app, booking)
    assert (found.delivered_minor, found.returned_minor, found.given_back_minor) == (2_002, 1_001, 1_001)
    with app.app_context():
        entry = db.session.get_one(JournalEntry, made.entry_id)
        assert (entry.kind.value, entry.reference) == ("adjustment_for_buyer", "adjustment:case-1")
        record = db.session.scalars(sa.select(AuditRecord).where(AuditRecord.action == "day_adjusted")).one()
        assert record.actor == f"staff:{made.decided_by_user_id}"
    check(app, booking)


def vars_of(day: SettledDay) -> tuple[object, ...]:
    return day.day, day.outcome, day.price_minor, day.commission_minor, day.entry_id


def test_a_day_that_was_earned_after_all_is_paid_from_what_is_kept(app: Flask) -> None:
    """While a flight runs: its lost day is given, and the days to come are settled as if nothing had been."""
    booking = make_sold(app, days=3, price_day_minor=1_001)
    first, second, third = days_of(booking)
    count_day(app, booking, first, filled=0)
    count_day(app, booking, second)
    count_day(app, booking, third)
    pass_day(app, booking, first)
    settle_all_days(app)
    with pytest.raises(MoreThanKept):
        correct(app, booking, first, 1_002)
    assert correct(app, booking, first, 1_001).commission_minor == 150
    check(app, booking)
    for day in (second, third):
        pass_day(app, booking, day)
        settle_all_days(app)
    assert [day.price_minor for day in settled_days(app, booking)] == [0, 1_001, 1_001]
    found = money(app, booking)
    assert (found.delivered_minor, found.returned_minor, found.money_return) == (3_003, 0, None)
    check(app, booking)


def test_what_is_on_its_way_back_cannot_be_earned_any_more(app: Flask) -> None:
    booking = make_settled(app, delivered=(True, False))
    found = money(app, booking)
    assert found.escrow_minor == 1_000
    assert found.is_return_under_way
    with pytest.raises(MoreThanKept):
        correct(app, booking, days_of(booking)[1], 1)
    check(app, booking)


@pytest.mark.parametrize(
    ("price_minor", "day", "refusal"), [(0, 0, NothingToCorrect), (-1_001, 0, MoreThanEarned), (-1, 5, DayNotSettled)]
)
def test_what_cannot_be_corrected_says_why(app: Flask, price_minor: int, day: int, refusal: type[Refusal]) -> None:
    booking = make_settled(app)
    days = [*days_of(booking), *([booking.ends_before] * 3)]
    with pytest.raises(refusal):
        correct(app, booking, days[day], price_minor)
    check(app, booking)


def test_the_same_case_corrects_once(app: Flask) -> None:
    booking = make_settled(app)
    first, second = days_of(booking)[:2]
    made = correct(app, booking, first, -400)
    assert correct(app, booking, first, -400).id == made.id
    for day, price_minor in ((second, -400), (first, -300)):
        with pytest.raises(InvariantBroken):
            correct(app, booking, day, price_minor)
    correct(app, booking, first, -600, "case-2")
    with pytest.raises(MoreThanEarned):
        correct(app, booking, first, -1, "case-3")
    check(app, booking)


def test_two_cases_at_once_take_back_no_more_than_was_earned(app: Flask) -> None:
    booking = make_settled(app)
    first = days_of(booking)[0]
    works: list[Callable[[], object]] = [correcting(app, booking, first, -600, f"case-{number}") for number in range(3)]
    assert [type(error) for error in race(app, works)] == [MoreThanEarned] * 2
    assert money(app, booking).given_back_minor == 600
    check(app, booking)


def test_a_correction_of_a_day_that_is_still_pending_is_pending_too(app: Flask) -> None:
    booking = make_settled(app, price_day_minor=1_000)
    publisher = account_of(app, booking.publisher)

    def pending() -> tuple[int, int]:
        with app.app_context():
            earnings = earnings_of(publisher, at=database_now())
            return earnings.pending_minor, earnings.available_minor

    assert pending() == (2_550, 0)
    correct(app, booking, days_of(booking)[0], -1_000)
    assert pending() == (1_700, 0)


@pytest.mark.parametrize(("price_minor", "commission_minor"), [(0, 0), (100, -1), (100, 101), (-100, 1), (-100, -101)])
def test_the_database_takes_no_correction_that_goes_two_ways(
    app: Flask, price_minor: int, commission_minor: int
) -> None:
    booking = make_settled(app)
    made = correct(app, booking, days_of(booking)[0], -400)
    change = sa.update(Adjustment).where(Adjustment.id == made.id)
    with pytest.raises(IntegrityError):
        done(app, lambda: db.session.execute(change.values(price_minor=price_minor, commission_minor=commission_minor)))


@pytest.mark.parametrize("seed", [1, 2])
def test_whatever_is_settled_and_corrected_the_sums_hold(app: Flask, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - a story that can be told again
    booking = make_sold(app, days=4, price_day_minor=997)
    for number, day in enumerate(days_of(booking)):
        count_day(app, booking, day, filled=chance.choice([None, 0]))
        pass_day(app, booking, day)
        settle_all_days(app)
        for attempt in range(3):
            of = days_of(booking)[chance.randint(0, number)]
            try:
                correct(app, booking, of, chance.randint(-1_000, 1_000), f"case-{number}-{attempt}")
            except (MoreThanEarned, MoreThanKept):
                continue
        check(app, booking)


def test_both_sides_read_the_correction_with_its_reason(app: Flask) -> None:
    booking = make_settled(app, price_day_minor=1_000)
    first = days_of(booking)[0]
    made = correct(app, booking, first, -1_000)
    buyer, seller = (sign_in(PageClient(app), person) for person in (booking.buyer, booking.publisher))
    why = f"We did not serve or count as we should have. {NOTE}"
    for client in (buyer, seller):
        client.get(f"/campaigns/{booking.line_item}")
        assert why in client.text
        assert "$20.00" in client.text
    assert "$10.00 back as credit" in buyer.text
    assert "$10.00 as credit, yours to spend" in buyer.text
    assert "$8.50 back to the buyer" in seller.text
    assert "$17.00 after our commission" in seller.text
    for client, path, words in (
        (buyer, "/account/credit", "Day corrected for the buyer"),
        (seller, "/account/earnings/statement", "Day corrected for the buyer"),
    ):
        client.get(path)
        assert words in client.text
        client.get(f"{path.removesuffix('/statement')}/entries/{made.entry_id}")
        assert why in client.text
    page = staff(app, StaffRole.FINANCE).get(f"/staff/line-items/{booking.line_item}/money")
    assert "Corrections of settled days, in order" in page
    assert NOTE in page
