"""R3 and R4: many buyers of the same days at fixed prices."""

import random
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import partial

import sqlalchemy as sa

from app.domain.inventory.models import CalendarDay, Claim, Hold
from app.domain.inventory.states import ClaimKind, HoldState
from app.domain.orders.models import LineItem, Order
from app.domain.orders.states import OrderState
from app.domain.payments.models import PaymentIntent
from app.domain.payments.states import IntentKind, IntentState
from app.foundation.db import db
from bench.drills.ground import Client, Ground, jump, wait_for
from bench.drills.judges import KeptDays, charge_problems, overlap_problems
from bench.drills.result import Result, unexpected
from bench.drills.visitor import Answer
from tests.factories.auctions import now, read
from tests.factories.inventory import Offered, make_offer
from tests.support.races import at_the_same_moment

TAKEN, REFUSED, TOO_MANY = 303, 422, 429
ORDERS_EACH, ORDERS_EACH_SHORT = 20, 6
FIRST_DAY_AFTER = 20
DAYS_RACED_FOR = 60
DAYS_MAX = 10
HOLD_IS_OVER_AFTER = timedelta(minutes=16)
TICK_S = 5


def one_free_day(ground: Ground) -> Result:
    """R3: everybody wants the one free day; one gets it and pays, and nobody else is charged."""
    offered = make_offer(ground.app)
    day = now().date() + timedelta(days=FIRST_DAY_AFTER)
    ground.forget_rate_limits()
    ground.sign_in(ground.clients)
    bought = at_the_same_moment([partial(_buy, client, offered, day) for client in ground.clients])
    statuses = Counter(answers[0].status for answers in bought)
    payments = Counter(answers[1].status for answers in bought if len(answers) > 1)
    wait_for(lambda: None if _orders(offered, OrderState.PAID) == 0 else 1)
    paid, sold = read(lambda: _orders(offered, OrderState.PAID)), read(lambda: _days(offered, ClaimKind.SALE))
    problems = unexpected(statuses, frozenset({TAKEN, REFUSED})) + unexpected(payments, frozenset({TAKEN}))
    problems += charge_problems(ground.charges(), read(paid_keys))
    counts = (paid, sold, statuses[TAKEN])
    if counts != (1, 1, 1):
        problems.append(f"paid, sold and held are {counts}, not one each")
    figures = {"clients": len(ground.clients), "paid": paid, "refused": statuses[REFUSED], "charges": payments.total()}
    return Result("R3", ground.database, figures, problems)


def racing_orders(ground: Ground) -> Result:
    """R4: everybody takes runs of one to ten days of one place; then the holds expire and the days are free again."""
    offered = make_offer(ground.app)
    first = now().date() + timedelta(days=FIRST_DAY_AFTER)
    ground.forget_rate_limits()
    ground.sign_in(ground.clients)
    each = ORDERS_EACH_SHORT if ground.is_short else ORDERS_EACH
    races = [_race(client, offered, first, each, seed) for seed, client in enumerate(ground.clients)]
    statuses = sum(at_the_same_moment(races), Counter[int]())
    kept = read(lambda: _kept(offered))
    problems = unexpected(statuses, frozenset({TAKEN, REFUSED, TOO_MANY}))
    problems += overlap_problems(kept, statuses[TAKEN])
    jump(HOLD_IS_OVER_AFTER)
    ended = now()
    freed = wait_for(lambda: None if _days(offered, ClaimKind.HOLD) else now())
    if freed is None or (freed - ended).total_seconds() > TICK_S:
        problems.append(
            f"{read(lambda: _days(offered, ClaimKind.HOLD))} days are still held {TICK_S} s after the holds ran out"
        )
    ground.sign_in(ground.clients[:1])
    again = _hold(ground.clients[0], offered, first, first + timedelta(days=DAYS_MAX - 1))
    if again.status != TAKEN:
        problems.append(f"days that are free again were answered {again.status}")
    figures = {
        "clients": len(ground.clients),
        "bookings": statuses.total(),
        "taken": statuses[TAKEN],
        "refused": statuses[REFUSED],
        "too_many_holds": statuses[TOO_MANY],
    }
    return Result("R4", ground.database, figures, problems)


def paid_keys() -> list[str]:
    """The keys of the charges that paid an order."""
    query = sa.select(PaymentIntent.key).join(Order, Order.id == PaymentIntent.order_id)
    is_charge = (PaymentIntent.kind == IntentKind.CHARGE) & (PaymentIntent.state == IntentState.SUCCEEDED)
    return list(db.session.scalars(query.where(is_charge, Order.state == OrderState.PAID)))


def _buy(client: Client, offered: Offered, day: date) -> list[Answer]:
    answer = _hold(client, offered, day, day)
    if answer.status != TAKEN:
        return [answer]
    return [answer, client.visitor.post(f"{answer.location}/payment", payment(client.card_id))]


def _race(client: Client, offered: Offered, first: date, each: int, seed: int) -> Callable[[], Counter[int]]:
    chance = random.Random(seed)  # noqa: S311 - a drill must be repeatable

    def race() -> Counter[int]:
        statuses: Counter[int] = Counter()
        for _ in range(each):
            starts_on = first + timedelta(days=chance.randrange(DAYS_RACED_FOR))
            ends_on = starts_on + timedelta(days=chance.randrange(DAYS_MAX))
            statuses[_hold(client, offered, starts_on, ends_on).status] += 1
        return statuses

    return race


def _hold(client: Client, offered: Offered, starts_on: date, ends_on: date) -> Answer:
    return client.visitor.post("/checkout/new", dates(offered, starts_on, ends_on))


def dates(offered: Offered, starts_on: date, ends_on: date) -> dict[str, str]:
    """What the form that holds days sends."""
    return {"listing": str(offered.listing_id), "starts_on": starts_on.isoformat(), "ends_on": ends_on.isoformat()}


def payment(card_id: int) -> dict[str, str]:
    """What the form that pays sends, of a buyer who has no credit."""
    return {"credit_minor": "0", "card": str(card_id)}


def _kept(offered: Offered) -> Sequence[KeptDays]:
    days = sa.select(sa.func.count()).select_from(CalendarDay).join(Claim, Claim.id == CalendarDay.claim_id)
    count = days.where(Claim.hold_id == Hold.id).scalar_subquery()
    query = sa.select(Hold.place, Hold.starts_on, Hold.ends_before, count).where(
        Hold.socket_id == offered.socket_id, Hold.state == HoldState.HELD
    )
    return [KeptDays(*row) for row in db.session.execute(query)]


def _orders(offered: Offered, state: OrderState) -> int:
    query = sa.select(sa.func.count(Order.id.distinct())).join(LineItem, LineItem.order_id == Order.id)
    return db.session.scalars(query.where(LineItem.socket_id == offered.socket_id, Order.state == state)).one()


def _days(offered: Offered, kind: ClaimKind) -> int:
    query = sa.select(sa.func.count()).select_from(CalendarDay).join(Claim, Claim.id == CalendarDay.claim_id)
    return db.session.scalars(query.where(CalendarDay.socket_id == offered.socket_id, Claim.kind == kind)).one()
