"""Claims: one owner of each day of a place, for a while or for good."""

from collections import Counter
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import flask_migrate
import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError

from app.domain.inventory.models import CalendarDay, Claim
from app.domain.inventory.queries import keeps_days
from app.domain.inventory.service.calendar import (
    black_out,
    free_expired_claim,
    free_expired_claims,
    keep_after_failed_payment,
    keep_for_payment,
    release_days,
)
from app.domain.inventory.states import ClaimKind
from app.domain.orders.models import LineItem
from app.domain.orders.service.ordering import end_abandoned_checkout
from app.foundation.clock import database_now
from app.foundation.db import db, in_transaction
from tests.factories.accounts import make_person
from tests.factories.auctions import make_auction
from tests.factories.inventory import Offered, account_of, make_offer
from tests.support.calendar_days import DAY, change, claim_of, expiry_of, first_day, hold, now, ordered, pay_for, rows
from tests.support.databases import disconnect
from tests.support.races import ends_of_race
from tests.support.run_directory import REPOSITORY

MIGRATIONS = str(REPOSITORY / "migrations")


@pytest.fixture
def offered(app: Flask) -> Offered:
    return make_offer(app)


@pytest.fixture
def buyer(app: Flask) -> int:
    return account_of(app, make_person(app))


@pytest.mark.parametrize("kind", list(ClaimKind))
def test_a_claim_says_exactly_whose_the_days_are_and_for_how_long(
    app: Flask, offered: Offered, buyer: int, kind: ClaimKind
) -> None:
    held = hold(app, buyer, offered.listing_id, first_day(app))
    line_item_id = ordered(app, held)
    change(app, lambda: db.session.execute(sa.delete(CalendarDay)) and db.session.execute(sa.delete(Claim)))
    owners: dict[str, Any] = {
        "hold_id": held.id,
        "listing_id": offered.listing_id,
        "line_item_id": line_item_id,
        "expires_at": now(app),
    }
    right: dict[ClaimKind, tuple[str, ...]] = {
        ClaimKind.HOLD: ("hold_id", "expires_at"),
        ClaimKind.AUCTION: ("listing_id",),
        ClaimKind.SALE: ("line_item_id",),
        ClaimKind.HOUSE: (),
    }
    needed = right[kind]
    row = {"socket_id": offered.socket_id, "kind": kind}

    def insert(*names: str) -> None:
        change(app, lambda: db.session.execute(sa.insert(Claim), [row | {name: owners[name] for name in names}]))

    wrong = [tuple(name for name in needed if name != left_out) for left_out in needed]
    wrong += [(*needed, "hold_id", "listing_id")]
    wrong += [(*needed, "expires_at")] if kind is not ClaimKind.HOLD else []
    wrong += [(name,) for name in owners] if kind is ClaimKind.HOUSE else []
    for names in wrong:
        with pytest.raises(IntegrityError):
            insert(*names)
    insert(*needed)


@pytest.mark.parametrize("second", [-1, 0, 1])
def test_the_database_and_the_rule_say_the_same_of_a_claim_that_runs_out(
    app: Flask, offered: Offered, buyer: int, second: int
) -> None:
    held = hold(app, buyer, offered.listing_id, first_day(app))
    moment = expiry_of(app, held) + timedelta(seconds=second)
    with app.app_context():
        kept = db.session.scalars(sa.select(Claim).where(keeps_days(moment))).all()
        assert [claim.has_run_out(moment) for claim in db.session.scalars(sa.select(Claim))] == [not kept]
    assert bool(kept) == (second < 0)


def test_using_a_hold_keeps_its_rows(app: Flask, offered: Offered, buyer: int) -> None:
    first = first_day(app)
    held = hold(app, buyer, offered.listing_id, first, 7)
    line_item_id = pay_for(app, held)
    assert rows(app) == [(first + number * DAY, 1, ClaimKind.SALE) for number in range(7)]
    with app.app_context():
        [claim] = db.session.scalars(sa.select(Claim)).all()
    assert (claim.line_item_id, claim.hold_id, claim.expires_at) == (line_item_id, held.id, None)
    change(app, lambda: release_days(line_item_id))
    change(app, lambda: free_expired_claims(now=now(app) + DAY, socket_id=offered.socket_id))
    assert len(rows(app)) == 7
    pay_for(app, held, line_item_id)
    assert len(rows(app)) == 7


def test_using_and_freeing_a_hold_at_the_same_moment_ends_one_way(app: Flask, offered: Offered, buyer: int) -> None:
    first = first_day(app)
    held = hold(app, buyer, offered.listing_id, first)
    line_item_id, claim_id, early = ordered(app, held), claim_of(app, held), now(app)
    keeping = partial(keep_for_payment, line_item_id, now=early)
    ends = ends_of_race(app, [keeping, *[partial(free_expired_claim, claim_id, now=early + DAY)] * 3])
    sold = rows(app) == [(first, 1, ClaimKind.SALE)]
    assert ends == (Counter(won=4) if sold else Counter(won=3, HoldExpired=1))
    assert sold or rows(app) == []


def test_what_was_given_more_time_meanwhile_is_neither_freed_nor_ended(
    app: Flask, offered: Offered, buyer: int
) -> None:
    """Whoever found it over looks again behind the lock: the buyer may have another quarter of an hour since."""
    first = first_day(app)
    held = hold(app, buyer, offered.listing_id, first)
    line_item_id, claim_id, expires_at = pay_for(app, held), claim_of(app, held), now(app) + DAY
    change(app, lambda: keep_after_failed_payment(line_item_id, expires_at=expires_at))
    with app.app_context():
        order_id = db.session.get_one(LineItem, line_item_id).order_id
        db.session.remove()

    def free_and_end(moment: datetime) -> tuple[bool, bool]:
        with app.app_context():
            ended = in_transaction(lambda: end_abandoned_checkout(order_id, now=moment))
            freed = in_transaction(lambda: free_expired_claim(claim_id, now=moment))
            db.session.remove()
        return freed, ended

    assert free_and_end(expires_at - timedelta(seconds=1)) == (False, False)
    assert rows(app) == [(first, 1, ClaimKind.HOLD)]
    # The end of a checkout frees its days.
    assert free_and_end(expires_at) == (False, True)
    assert rows(app) == []


def test_days_change_hands_from_their_old_owners_to_claims_and_back(app: Flask, offered: Offered, buyer: int) -> None:
    """On a database that has days of every kind, and comes from the migration before."""
    first = first_day(app)
    held, sold = (hold(app, buyer, offered.listing_id, first + number * DAY, 2) for number in (0, 2))
    ordered(app, held)
    pay_for(app, sold)
    make_auction(app)
    closed = {"starts_on": first + 10 * DAY, "ends_before": first + 12 * DAY}
    change(app, lambda: black_out(offered.account_id, offered.socket_id, now=database_now(), **closed))
    before = (rows(app), claims(app))
    assert {kind for _day, _place, kind in before[0]} == set(ClaimKind)
    with app.app_context():
        disconnect(app)
        flask_migrate.downgrade(directory=MIGRATIONS, revision="0014")
        kinds = db.session.execute(sa.text("SELECT kind, COUNT(*) FROM calendar_day GROUP BY kind")).all()
        db.session.remove()
        flask_migrate.upgrade(directory=MIGRATIONS)
        disconnect(app)
    assert {kind: count for kind, count in kinds if kind != "auction"} == {"held": 2, "sold": 2, "blackout": 2}
    assert (rows(app), claims(app)) == before


def claims(app: Flask) -> list[tuple[object, ...]]:
    """Every claim but for its number, which says nothing."""
    columns = (Claim.kind, Claim.socket_id, Claim.expires_at, Claim.hold_id, Claim.listing_id, Claim.line_item_id)
    with app.app_context():
        return sorted((tuple(row) for row in db.session.execute(sa.select(*columns))), key=str)
