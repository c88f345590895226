"""Paying an order: the one place that knows what a payment's result means for it.

Route, job and webhook all report results here; the same result reported twice changes nothing.
"""

from datetime import datetime, timedelta

from app.domain.accounts.queries import member_of
from app.domain.inventory.errors import HoldExpired
from app.domain.inventory.service.calendar import lock_hold, return_days_to_hold, sell_auction_days, use_hold
from app.domain.ledger.service import Occasion, capture_into_escrow, refund_to_card, refund_to_credit, void_capture
from app.domain.orders.errors import OrderSettled
from app.domain.orders.models import LineItem, Order
from app.domain.orders.queries import line_items_of, lock_order
from app.domain.orders.service.ordering import advance_line_item
from app.domain.orders.states import ORDER_MOVES, LineItemState, OrderSource, OrderState
from app.domain.outbox.facts import FactKind
from app.domain.outbox.service import record_fact
from app.domain.payments.models import PaymentIntent
from app.domain.payments.queries import lock_intent
from app.domain.payments.service.cards import lock_own_card
from app.domain.payments.service.intents import ChargePlan, Outcome, plan_charge, plan_refund, settle_intent
from app.domain.payments.states import IntentKind, IntentState
from app.foundation.db import db

TRY_AGAIN_WITHIN = timedelta(minutes=15)


def begin_payment(order_id: int, card_id: int, *, is_merchant_initiated: bool, now: datetime) -> PaymentIntent:
    """Plans the charge of an unpaid order and keeps its days for as long as the answer takes.

    Raises:
        OrderSettled: it is paid or cancelled.
        NotFound: the card is not one of the buyer's.
        PaymentInFlight: a charge for it is running.
        HoldExpired: its held days ran out.
    """
    order = lock_order(order_id)
    if order.state is not OrderState.UNPAID:
        raise OrderSettled
    card = lock_own_card(order.buyer_account_id, card_id)
    plan = ChargePlan(
        order_id=order.id,
        account_id=order.buyer_account_id,
        card_id=card.id,
        amount_minor=order.total_minor,
        currency=order.currency,
        is_merchant_initiated=is_merchant_initiated,
    )
    intent = plan_charge(plan, now=now)
    for line_item in line_items_of(order.id):
        if line_item.hold_id is not None:
            if lock_hold(line_item.hold_id).expires_at <= now:
                raise HoldExpired
            # Sold already, though unpaid: a lost answer must not let the days go to somebody else.
            use_hold(line_item.hold_id, line_item.id)
    return intent


def record_payment_result(intent_id: int, outcome: Outcome, *, now: datetime) -> Order:
    """Stores what became of an intent and draws the consequences for its order, in one transaction.

    Paid: money into escrow, line items booked, both parties told. Declined: the days are held for
    another try, the buyer is told. Unknown: nothing moves until the answer is found.
    """
    # The order first, as everybody else does: two who lock in different orders wait for each other.
    order = lock_order(db.session.get_one(PaymentIntent, intent_id).order_id)
    intent = lock_intent(intent_id)
    if not settle_intent(intent, outcome, now=now):
        return order
    if intent.kind is IntentKind.REFUND:
        _give_back(order, intent, now)
    elif intent.state is IntentState.DECLINED:
        _hold_again(order, now)
        _tell(FactKind.PAYMENT_DECLINED, order, order.buyer_account_id, now, code=intent.decline_code)
    elif order.state is OrderState.UNPAID:
        _mark_paid(order, intent, now)
    else:
        # The charge came through after the order was cancelled: the money goes back the way it came.
        _capture(order, intent, now)
        plan_refund(intent, intent.amount_minor, now=now)
    return order


def _mark_paid(order: Order, intent: PaymentIntent, now: datetime) -> None:
    order.paid_at = now
    order.state = ORDER_MOVES.advance(order.state, OrderState.PAID)
    _capture(order, intent, now)
    for line_item in line_items_of(order.id):
        advance_line_item(line_item, LineItemState.BOOKED, reason="paid", now=now)
        if order.source is OrderSource.AWARD:
            sell_auction_days(line_item.listing_id, line_item.id)
    db.session.flush()
    for account_id in (order.buyer_account_id, order.publisher_account_id):
        _tell(FactKind.ORDER_PAID, order, account_id, now)


def _capture(order: Order, intent: PaymentIntent, now: datetime) -> None:
    for line_item in line_items_of(order.id):
        occasion = _occasion(order, intent, line_item, "charged to the card")
        capture_into_escrow(line_item.id, line_item.price_minor, occasion=occasion, now=now)


def _give_back(order: Order, intent: PaymentIntent, now: datetime) -> None:
    """Books the return of a charge that nobody wanted; as the buyer's credit when its card takes nothing back."""
    charge = db.session.get_one(PaymentIntent, intent.refunds_intent_id)
    for line_item in line_items_of(order.id):
        if intent.state is IntentState.DECLINED:
            occasion = _occasion(order, intent, line_item, "the card takes nothing back")
            buyer = order.buyer_account_id
            refund_to_credit(line_item.id, line_item.price_minor, account_id=buyer, occasion=occasion, now=now)
        elif intent.gateway_id == charge.gateway_id:
            occasion = _occasion(order, intent, line_item, "the charge was called off")
            void_capture(line_item.id, line_item.price_minor, occasion=occasion, now=now)
        else:
            occasion = _occasion(order, intent, line_item, "returned to the card")
            refund_to_card(line_item.id, line_item.price_minor, occasion=occasion, now=now)


def _hold_again(order: Order, now: datetime) -> None:
    for line_item in line_items_of(order.id):
        if line_item.hold_id is not None and order.state is OrderState.UNPAID:
            return_days_to_hold(line_item.id, line_item.hold_id, expires_at=now + TRY_AGAIN_WITHIN)


def _occasion(order: Order, intent: PaymentIntent, line_item: LineItem, what: str) -> Occasion:
    return Occasion(
        reference=f"intent:{intent.id}/line_item:{line_item.id}",
        reason=f"order {order.id}: {what}",
        currency=order.currency,
    )


def _tell(kind: FactKind, order: Order, account_id: int, now: datetime, **details: str | None) -> None:
    record_fact(kind, now=now, user_id=member_of(account_id), order=order.public_id, **details)
