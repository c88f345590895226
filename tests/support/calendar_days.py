"""Held, paid and claimed days of the calendar, as its tests make and look at them."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from flask import Flask

from app.domain.inventory.models import CalendarDay, Claim, Hold
from app.domain.inventory.service.calendar import (
    hold_days,
    keep_for_payment,
)
from app.domain.inventory.states import ClaimKind
from app.domain.orders.queries import line_item_of
from app.domain.orders.service.ordering import order_held_days
from app.foundation.clock import database_now
from app.foundation.db import db, in_transaction

DAY = timedelta(days=1)


def now(app: Flask) -> datetime:
    with app.app_context():
        moment = database_now()
        db.session.remove()
    return moment


def first_day(app: Flask) -> date:
    return now(app).date() + 10 * DAY


def hold(app: Flask, buyer: int, listing_id: int, starts_on: date, length: int = 1) -> Hold:
    with app.app_context():
        return in_transaction(
            lambda: hold_days(
                buyer, listing_id, starts_on=starts_on, ends_before=starts_on + length * DAY, now=database_now()
            )
        )


def change(app: Flask, work: Callable[[], object]) -> None:
    with app.app_context():
        in_transaction(work)


def rows(app: Flask) -> list[tuple[date, int, ClaimKind]]:
    with app.app_context():
        found = db.session.execute(sa.select(CalendarDay.day, CalendarDay.place, Claim.kind).join(Claim)).all()
    return sorted((row.day, row.place, row.kind) for row in found)


def expiry_of(app: Flask, held: Hold) -> datetime:
    with app.app_context():
        expires_at = db.session.scalars(sa.select(Claim.expires_at).where(Claim.hold_id == held.id)).one()
    assert expires_at is not None
    return expires_at


def claim_of(app: Flask, held: Hold) -> int:
    with app.app_context():
        return db.session.scalars(sa.select(Claim.id).where(Claim.hold_id == held.id)).one()


def ordered(app: Flask, held: Hold) -> int:
    """The line item of an order of held days."""

    def work() -> int:
        return line_item_of(order_held_days(held, now=database_now()).id).id

    with app.app_context():
        return in_transaction(work)


def pay_for(app: Flask, held: Hold, line_item_id: int | None = None) -> int:
    """Keeps held days for a payment; gives the line item."""
    line_item_id = line_item_id or ordered(app, held)
    change(app, lambda: keep_for_payment(line_item_id, now=database_now()))
    return line_item_id
