"""Paying an order: the one place that knows what a payment's result means for it.

Route, job and webhook all report results here; the same result reported twice changes nothing.
"""

from datetime import datetime, timedelta

from app.domain.events.kinds.orders import OrderPaid, PaymentDeclined
from app.domain.events.rules import EventAmount
from app.domain.events.service import record
from app.domain.inventory.service.calendar import keep_after_failed_payment, keep_for_payment, sell_days
from app.domain.ledger.service import (
    EntryReason,
    capture_into_escrow,
    refund_to_card,
    refund_to_credit,
    spend_credit,
    void_capture,
)
from app.domain.orders.errors import OrderSettled
from app.domain.orders.models import LineItem, Order
from app.domain.orders.queries import line_item_of, lock_order, usable_credit
from app.domain.orders.service.noting import order_as_it_is
from app.domain.orders.service.ordering import advance_line_item
from app.domain.orders.states import ORDER_MOVES, LineItemState, OrderState
from app.domain.payments.errors import CardNeeded, CreditChanged, PaymentInFlight
from app.domain.payments.models import PaymentIntent
from app.domain.payments.queries import has_unsettled_charge, lock_intent, lock_payer
from app.domain.payments.service.cards import lock_own_card
from app.domain.payments.service.intents import ChargePlan, IntentResult, plan_charge, plan_refund, settle_intent
from app.domain.payments.states import IntentKind, IntentState
from app.foundation.db import db
from app.foundation.errors import InvariantBroken

TRY_AGAIN_WITHIN = timedelta(minutes=15)


def begin_payment(
    order_id: int,
    card_id: int | None,
    *,
    is_merchant_initiated: bool,
    now: datetime,
    expected_credit_minor: int | None = None,
) -> PaymentIntent | None:
    """Pays an unpaid order with the buyer's credit first, and plans the charge of a card for the rest.

    The credit is reserved while the card is asked; its days are kept for as long as the answer takes. An
    order that credit covers is paid here and now and needs no card.

    Args:
        order_id: the order.
        card_id: one of the buyer's cards; none is needed when credit covers everything.
        is_merchant_initiated: whether the buyer is away, as at an award.
        now: UTC.
        expected_credit_minor: the credit that the buyer was shown, when there was a page.

    Returns:
        The planned charge; None when nothing is to be charged.

    Raises:
        OrderSettled: it is paid or cancelled.
        NotFound: the card is not one of the buyer's.
        PaymentInFlight: a charge for it is running.
        CreditChanged: the credit is not what the buyer was shown.
        CardNeeded: credit does not cover it, and no card was given.
        HoldExpired: its held days ran out.
    """
    order = lock_order(order_id)
    if order.state is not OrderState.UNPAID:
        raise OrderSettled
    lock_payer(order.buyer_account_id)
    if has_unsettled_charge(order.id):
        raise PaymentInFlight
    credit_minor = credit_for(order)
    if expected_credit_minor is not None and expected_credit_minor != credit_minor:
        raise CreditChanged
    if credit_minor < order.total_minor and card_id is None:
        raise CardNeeded
    intent = None
    order.credit_minor = credit_minor
    if card_id is not None and credit_minor < order.total_minor:
        intent = _plan(order, card_id, now, is_merchant_initiated=is_merchant_initiated)
    _keep_days(order, now)
    if intent is None:
        _mark_paid(order, None, now)
    return intent


def credit_for(order: Order) -> int:
    """How much of an unpaid order the buyer's credit covers now, in minor units."""
    return min(order.total_minor, usable_credit(order.buyer_account_id))


def _plan(order: Order, card_id: int, now: datetime, *, is_merchant_initiated: bool) -> PaymentIntent:
    plan = ChargePlan(
        order_id=order.id,
        account_id=order.buyer_account_id,
        card_id=lock_own_card(order.buyer_account_id, card_id).id,
        amount_minor=order.total_minor - order.credit_minor,
        currency=order.currency,
        is_merchant_initiated=is_merchant_initiated,
    )
    return plan_charge(plan, now=now)


def _keep_days(order: Order, now: datetime) -> None:
    keep_for_payment(line_item_of(order.id).id, now=now)


def record_payment_result(intent_id: int, outcome: IntentResult, *, now: datetime) -> Order:
    """Stores what became of an intent and draws the consequences for its order, in one transaction.

    Paid: money into escrow, the days booked, both parties told. Declined: the days are held for
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
        declined = PaymentDeclined(code=intent.decline_code, **order_as_it_is(order, line_item_of(order.id)))
        record(declined, account_id=order.buyer_account_id, now=now)
    elif order.state is OrderState.UNPAID:
        _mark_paid(order, intent, now)
    else:
        # The charge came through after the order was cancelled: the money goes back the way it came.
        _capture(order, intent, line_item_of(order.id), now)
        plan_refund(intent, intent.amount_minor, now=now)
    return order


def _mark_paid(order: Order, intent: PaymentIntent | None, now: datetime) -> None:
    """Moves the money into escrow, card and credit together the price, and books the days."""
    order.paid_at = now
    order.state = ORDER_MOVES.advance(order.state, OrderState.PAID)
    charged_minor = intent.amount_minor if intent is not None else 0
    if charged_minor + order.credit_minor != order.total_minor:
        message = f"order {order.id}: {charged_minor} and {order.credit_minor} are not {order.total_minor}"
        raise InvariantBroken(message)
    line_item = line_item_of(order.id)
    if intent is not None:
        _capture(order, intent, line_item, now)
    if order.credit_minor:
        _spend(order, line_item, now)
    advance_line_item(line_item, LineItemState.BOOKED, reason="paid", now=now)
    sell_days(line_item.id)
    db.session.flush()
    record(_paid(order, line_item, charged_minor), account_id=order.buyer_account_id, now=now)


def _paid(order: Order, line_item: LineItem, charged_minor: int) -> OrderPaid:
    total, credit, by_card = (
        EventAmount(minor, order.currency) for minor in (order.total_minor, order.credit_minor, charged_minor)
    )
    return OrderPaid(total=total, from_credit=credit, by_card=by_card, **order_as_it_is(order, line_item))


def _capture(order: Order, intent: PaymentIntent, line_item: LineItem, now: datetime) -> None:
    occasion = _occasion(order, intent, line_item, "charged to the card")
    capture_into_escrow(line_item.id, intent.amount_minor, occasion=occasion, now=now)


def _spend(order: Order, line_item: LineItem, now: datetime) -> None:
    occasion = EntryReason(
        reference=f"order:{order.id}/line_item:{line_item.id}",
        reason=f"order {order.id}: paid with credit",
        currency=order.currency,
    )
    buyer = order.buyer_account_id
    spend_credit(line_item.id, order.credit_minor, account_id=buyer, occasion=occasion, now=now)


def _give_back(order: Order, intent: PaymentIntent, now: datetime) -> None:
    """Books a return to the card: of money that was not earned, or of a charge that nobody wanted.

    When its card takes nothing back, it becomes the buyer's credit.
    """
    charge = db.session.get_one(PaymentIntent, intent.refunds_intent_id)
    line_item = line_item_of(order.id)
    if intent.state is IntentState.DECLINED:
        occasion = _occasion(order, intent, line_item, "the card takes nothing back")
        buyer = order.buyer_account_id
        refund_to_credit(line_item.id, intent.amount_minor, account_id=buyer, occasion=occasion, now=now)
    elif intent.gateway_id == charge.gateway_id:
        occasion = _occasion(order, intent, line_item, "the charge was called off")
        void_capture(line_item.id, intent.amount_minor, occasion=occasion, now=now)
    else:
        occasion = _occasion(order, intent, line_item, "returned to the card")
        refund_to_card(line_item.id, intent.amount_minor, occasion=occasion, now=now)


def _hold_again(order: Order, now: datetime) -> None:
    if order.state is not OrderState.UNPAID:
        return
    order.credit_minor = 0
    keep_after_failed_payment(line_item_of(order.id).id, expires_at=now + TRY_AGAIN_WITHIN)


def _occasion(order: Order, intent: PaymentIntent, line_item: LineItem, what: str) -> EntryReason:
    return EntryReason(
        reference=f"intent:{intent.id}/line_item:{line_item.id}",
        reason=f"order {order.id}: {what}",
        currency=order.currency,
    )
