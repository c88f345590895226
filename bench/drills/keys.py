"""R5: every form that moves money, sent ten times at once under one key, changed, and once more a day later."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import sqlalchemy as sa

from app.domain.auctions.models import Award, Bid
from app.domain.auctions.queries import own_award
from app.domain.auctions.rules import AuctionTerms
from app.domain.auctions.service.awards import offer_at_reserve
from app.domain.auctions.states import AuctionState, AwardState
from app.domain.inventory.models import Hold
from app.domain.inventory.service.calendar import hold_days
from app.domain.orders.service.ordering import order_held_days
from app.domain.payments.models import PaymentIntent, StoredCard
from app.domain.payments.states import IntentKind
from app.foundation.clock import database_now
from app.foundation.db import db
from app.foundation.identifiers import new_public_id
from bench.drills.auctions import bid_fields
from bench.drills.calendar import dates, paid_keys, payment
from bench.drills.ground import Client, Ground, change, jump, wait_for
from bench.drills.judges import charge_problems
from bench.drills.result import Result
from tests.factories.auctions import Running, bid, look, make_auction, now, read, wait_until
from tests.factories.inventory import make_offer
from tests.factories.orders import make_card
from tests.support.races import at_the_same_moment

TIMES = 10
TAKEN, REFUSED = 303, 422
A_DAY_LATER = timedelta(hours=24, minutes=1)
DAYS_AHEAD = timedelta(days=20)
UNMET = AuctionTerms(1_000, 50_000, None)
WITH_BUY_NOW = AuctionTerms(1_000, None, 20_000)


@dataclass(frozen=True)
class MoneyForm:
    """One form that moves money: where it goes, what it says, another thing it could say, and what it does."""

    name: str
    client: Client
    path: str
    fields: Mapping[str, str]
    other_path: str
    other_fields: Mapping[str, str]
    effects: Callable[[], int]
    key: str


def one_effect(ground: Ground) -> Result:
    """R5: one effect and ten equal answers; another body under the key is refused; a day later nothing new happens."""
    ground.forget_rate_limits()
    forms = _forms(ground, ground.clients)
    ground.sign_in([form.client for form in forms])
    problems: list[str] = []
    landings = {form.name: _send_at_once(form, problems) for form in forms}
    for form in forms:
        changed = form.client.visitor.post(form.other_path, form.other_fields, key=form.key)
        if changed.status != REFUSED:
            problems.append(f"{form.name}: another body under the same key was answered {changed.status}")
        _count(form, problems, "after another body")
    jump(A_DAY_LATER)
    ground.sign_in([form.client for form in forms])
    for form in forms:
        answer = form.client.visitor.post(form.path, form.fields, key=form.key)
        landing = form.client.visitor.landing(answer)
        if landing != landings[form.name]:
            problems.append(f"{form.name}: a day later it led to {landing}, not {landings[form.name]}")
        _count(form, problems, "a day later")
    problems += charge_problems(ground.charges(), read(paid_keys))
    figures = {
        "forms": len(forms),
        "sent": len(forms) * (TIMES + 2),
        "effects": sum(read(form.effects) for form in forms),
    }
    return Result("R5", ground.database, figures, problems)


def _send_at_once(form: MoneyForm, problems: list[str]) -> str:
    """Sends a form ten times at once; gives the page to which every answer leads."""
    twins = [form.client.visitor.twin() for _ in range(TIMES)]
    answers = at_the_same_moment([partial(twin.post, form.path, form.fields, key=form.key) for twin in twins])
    for twin in twins:
        twin.close()
    landings = Counter(form.client.visitor.landing(answer) for answer in answers)
    statuses = Counter(answer.status for answer in answers)
    if statuses != {TAKEN: TIMES} or len(landings) != 1:
        problems.append(f"{form.name}: answers {dict(statuses)} that lead to {sorted(landings)}")
    _count(form, problems, "at once")
    return landings.most_common(1)[0][0]


def _count(form: MoneyForm, problems: list[str], when: str) -> None:
    effects = read(form.effects)
    if effects != 1:
        problems.append(f"{form.name}: {effects} effects {when}")


def _forms(ground: Ground, clients: list[Client]) -> list[MoneyForm]:
    # The offer first: it needs an auction that has ended, and time moves for that.
    return [
        _acceptance(ground, clients[0]),
        _bid(ground, clients[1]),
        _buy_now(ground, clients[2]),
        _hold(ground, clients[3]),
        _payment(ground, clients[4]),
        _card(ground, clients[5]),
    ]


def _acceptance(ground: Ground, client: Client) -> MoneyForm:
    running = make_auction(ground.app, terms=UNMET)
    bid(running, client.bidder, 2_000)
    wait_until(running, timedelta(seconds=-1))
    wait_for(lambda: look(running).state is AuctionState.UNSOLD)
    award = change(lambda: offer_at_reserve(running.publisher_account_id, running.auction_id))

    def effects() -> int:
        taken = own_award(client.bidder.account_id, award.public_id)
        is_taken = taken.state in (AwardState.DUE, AwardState.PAID)
        return int(is_taken) * _charges_of(taken.order_id)

    path = f"/awards/{award.public_id}"
    return _form("acceptance", client, f"{path}/acceptance", {}, (f"{path}/refusal", {}), effects)


def _bid(ground: Ground, client: Client) -> MoneyForm:
    running = make_auction(ground.app)
    path = _auction(running, "bids")
    mine = sa.and_(Bid.auction_id == running.auction_id, Bid.account_id == client.bidder.account_id)
    return _form("bid", client, path, bid_fields(2_000), (path, bid_fields(9_000)), lambda: _rows(Bid, mine))


def _buy_now(ground: Ground, client: Client) -> MoneyForm:
    running, other = make_auction(ground.app, terms=WITH_BUY_NOW), make_auction(ground.app, terms=WITH_BUY_NOW)
    mine = sa.and_(
        Award.auction_id.in_((running.auction_id, other.auction_id)), Award.account_id == client.bidder.account_id
    )
    path = _auction(running, "purchase")
    return _form("buy now", client, path, {}, (_auction(other, "purchase"), {}), lambda: _rows(Award, mine))


def _hold(ground: Ground, client: Client) -> MoneyForm:
    offered, day = make_offer(ground.app), (now() + DAYS_AHEAD).date()
    mine = sa.and_(Hold.socket_id == offered.socket_id, Hold.account_id == client.bidder.account_id)
    fields = dates(offered, day, day)
    other = dates(offered, day + timedelta(days=1), day + timedelta(days=2))
    path = "/checkout/new"
    return _form("hold", client, path, fields, (path, other), lambda: _rows(Hold, mine))


def _payment(ground: Ground, client: Client) -> MoneyForm:
    offered, day = make_offer(ground.app), (now() + DAYS_AHEAD).date()
    account_id, second_card = client.bidder.account_id, make_card(ground.app, client.bidder.person)

    def work() -> tuple[int, str]:
        moment = database_now()
        before = day + timedelta(days=1)
        held = hold_days(account_id, offered.listing_id, starts_on=day, ends_before=before, now=moment)
        order = order_held_days(held, now=moment)
        return order.id, order.public_id

    order_id, public_id = change(work)
    path = f"/checkout/{public_id}/payment"
    fields, other = payment(client.card_id), payment(second_card)
    return _form("payment", client, path, fields, (path, other), lambda: _charges_of(order_id))


def _card(ground: Ground, client: Client) -> MoneyForm:
    path, before = "/account/cards/new", 1
    mine = StoredCard.account_id == client.bidder.account_id
    del ground
    return _form(
        "card",
        client,
        path,
        {"nonce": "fake-valid-visa-nonce"},
        (path, {"nonce": "fake-valid-mastercard-nonce"}),
        lambda: _rows(StoredCard, mine) - before,
    )


def _form(
    name: str,
    client: Client,
    path: str,
    fields: Mapping[str, str],
    other: tuple[str, Mapping[str, str]],
    effects: Callable[[], int],
) -> MoneyForm:
    return MoneyForm(name, client, path, fields, other[0], other[1], effects, new_public_id())


def _auction(running: Running, resource: str) -> str:
    return f"/auctions/{running.public_id}/{resource}"


def _charges_of(order_id: int | None) -> int:
    is_charge = sa.and_(PaymentIntent.order_id == order_id, PaymentIntent.kind == IntentKind.CHARGE)
    return _rows(PaymentIntent, is_charge)


def _rows(model: type[Bid | Award | Hold | PaymentIntent | StoredCard], condition: sa.ColumnElement[bool]) -> int:
    return db.session.scalars(sa.select(sa.func.count()).select_from(model).where(condition)).one()
