"""What runs on the stage, what ran, and its money: ``member`` sells, ``talker`` buys, the server's jobs do the rest."""

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Any, TypeVar

import sqlalchemy as sa
from flask import Flask

from app.delivery.event_log import EventFlag, EventKind
from app.delivery.log_files import EVENTS
from app.domain.creatives.models import Creative, CreativeReview
from app.domain.creatives.service.house_ads import put_up_house_ad
from app.domain.creatives.service.preparing import KeptImage
from app.domain.creatives.service.reviewing import ask_for_change
from app.domain.files.service import store_file
from app.domain.ledger.models import JournalEntry
from app.domain.ledger.states import EntryKind
from app.domain.measurement.models import AdCount
from app.domain.settlement.models import MoneyReturn, Payout, SettledDay
from app.domain.settlement.service.payouts import make_batch, mark_batch_paid
from app.domain.settlement.states import PayoutState
from app.foundation.access import StaffRole
from app.foundation.clock import database_now
from app.foundation.db import db, in_transaction
from app.foundation.identifiers import new_public_id
from app.web.parts.kept_images import kept_token
from tests.factories.accounts import Person, make_person
from tests.factories.auctions import wait
from tests.factories.creatives import answerer, make_creative, make_material, refused
from tests.factories.delivery import OnAir, make_on_air, offer_socket_today, offer_today, pause
from tests.factories.events import Told
from tests.factories.inventory import account_of
from tests.factories.ledger import make_credit
from tests.factories.orders import LiveLineItem, make_booked_line_item
from tests.factories.settlement import tell_bank_and_tax
from tests.support.drawing import animated, drawn, file_of

T = TypeVar("T")
WEEK = timedelta(days=7)
PRICE_DAY_MINOR = 50_00
TIMEOUT_S = 60
READERS = 12
WIDE = {
    "width_px": 728,
    "height_px": 90,
    "name": "Leaderboard under the masthead",
    "taste_rules": "Nothing that blinks.",
}


def make_past(app: Flask, people: Mapping[str, Person]) -> dict[str, str]:
    """Four weeks in which days were shown, settled, given back and paid out; moves the clock, so it comes first."""
    makers = [
        make_person(app, roles=(StaffRole.FINANCE,)),
        people["staff"],
        make_person(app, roles=(StaffRole.FINANCE,)),
    ]
    publishers = [people["member"], *(make_person(app) for _ in range(3))]
    buyers = [people["talker"], *(make_person(app) for _ in range(3))]
    flights = [_run_one_of_two_days(app, *pair) for pair in zip(publishers, buyers, strict=True)]
    pass_time(app, timedelta(days=2, hours=7))
    wait_for(app, lambda: _count(SettledDay) == 2 * len(flights) and _count(MoneyReturn) == len(flights))
    batches = []
    # One more publisher a week says where earnings go: so a payout is paid, two are in files, and one is due.
    for number, publisher in enumerate(publishers):
        tell_bank_and_tax(app, publisher)
        pass_time(app, WEEK if number else 2 * WEEK)
        wait_for(app, partial(_are_payouts, number + 1))
        if number < len(makers):
            batches.append(_put_into_file(app, makers[number]))
        if number == 0:
            _run(app, lambda: mark_batch_paid(batches[0], makers[1].user_id, now=database_now()))
    _give_credit(app, people["talker"], flights[0].booking)
    return {
        "settled_booking": flights[0].booking.line_item,
        "settled_order": flights[0].booking.order,
        "settled_socket_id": str(flights[0].booking.socket_id),
        "paid_file": batches[0],
        "own_file": batches[1],
        "open_file": batches[2],
        **_entries(app, flights[0].booking),
        **_payouts(app),
    }


def make_present(app: Flask, people: Mapping[str, Person]) -> dict[str, str]:
    """An ad on the air with readers, one paused, and bookings whose ads stand in every other way."""
    publisher, buyer = people["member"], people["talker"]
    offered = offer_today(app, publisher, "https://present.example", taste_rules="Nothing that blinks.", places=2)
    running = make_on_air(app, offered=offered, buyer=buyer, days=3)
    moving, house = _moving(app), offer_socket_today(app, publisher, offered.site_id)
    paused_on = offer_socket_today(app, publisher, offered.site_id)
    paused = make_on_air(app, offered=paused_on, buyer=buyer, number=1, material=moving)
    pause(app, paused)
    own = make_material(app, house.socket_id, product_code="", **moving)
    _run(app, lambda: put_up_house_ad(house.account_id, house.socket_id, own, now=database_now()))
    book = partial(make_booked_line_item, app, publisher=publisher, buyer=buyer, starts_in=2)
    without, waiting, change_asked, was_refused, declined = (book() for _ in range(5))
    waits, wide = make_creative(app, waiting, number=2), book(socket=WIDE)
    waits_wide = make_creative(app, wide, number=9)
    asked = make_creative(app, change_asked, number=3)
    who = answerer(app, publisher)
    _run(app, lambda: ask_for_change(who, asked.public_id, "Please make the text larger.", now=database_now()))
    refusal = refused(app, was_refused, make_creative(app, was_refused, number=4))
    for number in (5, 6):
        refused(app, declined, make_creative(app, declined, number=number))
    replacement = make_creative(app, running.booking, number=8)
    tell_readers(app, running)
    return {
        "running_booking": running.booking.line_item,
        "running_order": running.booking.order,
        "running_socket_id": str(running.booking.socket_id),
        "running_slug": running.slug,
        "paused_booking": paused.booking.line_item,
        "house_socket_id": str(house.socket_id),
        "empty_booking": without.line_item,
        "waiting_booking": waiting.line_item,
        "wide_booking": wide.line_item,
        "changing_booking": change_asked.line_item,
        "refused_booking": was_refused.line_item,
        "declined_booking": declined.line_item,
        "waiting_review": waits.public_id,
        "wide_review": waits_wide.public_id,
        "changing_review": asked.public_id,
        "refused_review": refusal.public_id,
        "replacing_review": replacement.public_id,
        "moving_review": _review_of(app, paused.booking),
        **_today_and_upload(app, running, account_of(app, buyer)),
    }


def tell_readers(app: Flask, on_air: OnAir) -> None:
    """Readers of this minute: most count, some do not, for several reasons. The server's mover counts them."""
    with app.app_context():
        now = database_now()
        db.session.remove()
    told = Told(
        at=now,
        socket_id=on_air.booking.socket_id,
        line_item_id=on_air.booking.line_item_id,
        creative_id=on_air.creative_id,
        host=on_air.domain,
    )
    lines = [told.but(flags=EventFlag.PREFETCH.value), told.but(agent="Googlebot/2.1"), told.but(host="copy.example")]
    for number in range(READERS):
        reader = told.but(nonce=f"n{on_air.booking.line_item_id:05d}-{number:05d}", address_hash=f"{number:022d}")
        lines += [reader, reader.but(kind=EventKind.IMPRESSION, flags=EventFlag.MEASURABLE.value)]
        lines += [reader.but(kind=EventKind.VIEWABLE)] * (1 + number % 2)
        lines += [reader.but(kind=EventKind.CLICK)] if number % 5 == 0 else []
    _write_log(app, [one.line for one in lines])
    socket_id = on_air.booking.socket_id
    wait_for(app, lambda: _count(AdCount, AdCount.socket_id == socket_id) > 0)


def pass_time(app: Flask, by: timedelta) -> None:
    """Moves the clock on; the server's jobs find out."""
    with app.app_context():
        wait(by)


def wait_for(app: Flask, is_done: Callable[[], bool]) -> None:
    """Waits until the server's jobs have done something."""
    deadline = time.monotonic() + TIMEOUT_S
    while True:
        with app.app_context():
            done = is_done()
            db.session.remove()
        if done:
            return
        assert time.monotonic() < deadline, "the jobs of the server did not do their work in time"
        time.sleep(0.2)


def _moving(app: Flask) -> dict[str, Any]:
    """The parts of an ad that moves and comes to rest."""

    def work() -> dict[str, Any]:
        now = database_now()
        moving = store_file(animated(), "image/gif", now=now)
        still = store_file(file_of(drawn(number=5), "GIF"), "image/gif", now=now)
        return {"file_sha256": moving, "still_sha256": still, "format": "gif", "animation_ms": 1_000}

    return _run(app, work)


def _review_of(app: Flask, booking: LiveLineItem) -> str:
    query = sa.select(CreativeReview.public_id).where(CreativeReview.line_item_id == booking.line_item_id)
    with app.app_context():
        return db.session.scalars(query).one()


def _today_and_upload(app: Flask, on_air: OnAir, account_id: int) -> dict[str, str]:
    """The day on the site, and an image that its buyer uploaded while the rest of the form was not right yet."""
    with app.app_context():
        today = database_now().date()
        creative = db.session.get_one(Creative, on_air.creative_id)
        size = (creative.format.value, creative.width_px, creative.height_px, 0)
        upload = kept_token(KeptImage(account_id, on_air.booking.socket_id, creative.file_sha256, "", *size))
        db.session.remove()
    return {"today": today.isoformat(), "upload": upload}


def _run_one_of_two_days(app: Flask, publisher: Person, buyer: Person) -> OnAir:
    on_air = make_on_air(app, publisher=publisher, buyer=buyer, days=2, price_day_minor=PRICE_DAY_MINOR)
    tell_readers(app, on_air)
    return on_air


def _put_into_file(app: Flask, maker: Person) -> str:
    return _run(app, lambda: make_batch(maker.user_id, currency="USD", now=database_now())).public_id


def _give_credit(app: Flask, buyer: Person, booking: LiveLineItem) -> None:
    account_id = account_of(app, buyer)
    with app.app_context():
        make_credit(account_id, 12_00, line_item_id=booking.line_item_id)


def _entries(app: Flask, booking: LiveLineItem) -> dict[str, str]:
    with app.app_context():
        earned = sa.select(SettledDay.entry_id).where(SettledDay.line_item_id == booking.line_item_id)
        earnings_entry = db.session.scalars(earned.where(SettledDay.entry_id.is_not(None))).one()
        credited = sa.select(JournalEntry.id).where(JournalEntry.kind == EntryKind.REFUND_TO_CREDIT)
        credit_entry = db.session.scalars(credited.order_by(JournalEntry.id.desc()).limit(1)).one()
        db.session.remove()
    return {"earnings_entry": str(earnings_entry), "credit_entry": str(credit_entry)}


def _payouts(app: Flask) -> dict[str, str]:
    states = (PayoutState.PAID, PayoutState.DUE)
    with app.app_context():
        found = {
            state: db.session.scalars(sa.select(Payout.public_id).where(Payout.state == state)).one()
            for state in states
        }
        db.session.remove()
    return {f"{state}_payout": public_id for state, public_id in found.items()}


def _write_log(app: Flask, lines: Sequence[str]) -> None:
    # Under another name until it is whole: a file without a writer is counted to its end and then thrown away.
    path = app.config["ISOCKET"].data_dir / EVENTS / f"{time.time_ns() // 1_000_000:013d}-1-{new_public_id()[:8]}.log"
    draft = path.with_suffix(".part")
    draft.write_text("".join(lines), encoding="utf-8")
    draft.rename(path)


def _are_payouts(number: int) -> bool:
    return _count(Payout) == number


def _count(model: type, *conditions: sa.ColumnElement[bool]) -> int:
    return db.session.scalars(sa.select(sa.func.count()).select_from(model).where(*conditions)).one()


def _run(app: Flask, work: Callable[[], T]) -> T:
    with app.app_context():
        done = in_transaction(work)
        db.session.remove()
    return done
