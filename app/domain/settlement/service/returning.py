"""Giving back what was not delivered: to the card as far as it was charged, the rest as credit."""

from datetime import datetime

from app.domain.events.kinds.money import MoneyReturned
from app.domain.events.rules import EventAmount
from app.domain.events.service import record
from app.domain.ledger.queries import balance
from app.domain.ledger.rules import escrow
from app.domain.ledger.service import EntryReason, refund_to_credit
from app.domain.orders.models import LineItem, Order
from app.domain.orders.service.noting import line_item_as_it_is
from app.domain.orders.states import LineItemState
from app.domain.payments.queries import left_on_card, successful_charge_of
from app.domain.payments.service.intents import plan_refund
from app.domain.settlement.models import MoneyReturn
from app.domain.settlement.rules.days import parts_returned
from app.domain.settlement.states import ReturnReason
from app.foundation.db import db

REASONS = {
    LineItemState.FINISHED: ReturnReason.UNDELIVERED,
    LineItemState.DECLINED: ReturnReason.DECLINED,
    LineItemState.STOPPED: ReturnReason.STOPPED,
}


def return_rest(line_item: LineItem, order: Order, *, now: datetime) -> MoneyReturn | None:
    """Sends what is left in a line item's escrow on its way back to the buyer, once; the buyer is told.

    The caller holds the locks of order and line item. The card's part is an intent that the job asks the
    gateway for; a card that takes nothing back turns it into credit. The credit's part is posted here.

    Returns:
        None when nothing is left.
    """
    left = balance(escrow(line_item.id))
    if left == 0:
        return None
    charge = successful_charge_of(order.id)
    to_card, to_credit = parts_returned(left, on_card_minor=left_on_card(charge) if charge is not None else 0)
    intent_id = None
    if charge is not None and to_card:
        intent_id = plan_refund(charge, to_card, now=now, line_item_id=line_item.id).id
    if to_credit:
        _credit(line_item, order, to_credit, now)
    returned = MoneyReturn(
        line_item_id=line_item.id,
        reason=REASONS[line_item.state],
        amount_minor=left,
        to_card_minor=to_card,
        to_credit_minor=to_credit,
        currency=line_item.currency,
        intent_id=intent_id,
        planned_at=now,
    )
    db.session.add(returned)
    db.session.flush()
    record(_noted(returned, line_item, order), account_id=order.buyer_account_id, now=now)
    return returned


def _noted(returned: MoneyReturn, line_item: LineItem, order: Order) -> MoneyReturned:
    minor = (returned.amount_minor, returned.to_card_minor, returned.to_credit_minor)
    amount, to_card, to_credit = (EventAmount(part, returned.currency) for part in minor)
    about = line_item_as_it_is(line_item, order)
    return MoneyReturned(returned=amount, to_card=to_card, to_credit=to_credit, **about)


def _credit(line_item: LineItem, order: Order, amount_minor: int, now: datetime) -> None:
    occasion = EntryReason(
        reference=f"line_item:{line_item.id}/return",
        reason=f"order {order.id}: not delivered, was paid with credit",
        currency=line_item.currency,
    )
    buyer = order.buyer_account_id
    refund_to_credit(line_item.id, amount_minor, account_id=buyer, occasion=occasion, now=now)
