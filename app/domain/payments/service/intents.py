"""Intents: written and committed before the processor is asked, so that a crash is found out, not repeated.

The key is the order id that the processor stores. Whoever finds an intent without a result asks the
processor what became of the key before anything else.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError

from app.domain.payments.errors import PaymentInFlight
from app.domain.payments.models import PaymentIntent, StoredCard
from app.domain.payments.queries import gateway_identity_of, lock_intent
from app.domain.payments.states import INTENT_MOVES, UNSETTLED, Decline, IntentKind, IntentState
from app.foundation.db import db
from app.foundation.identifiers import new_public_id

# Nobody came back with an answer, perhaps because the process died: look when its request must be over.
LOOK_AGAIN_AFTER = timedelta(seconds=60)
# The answer was lost: asking costs nothing, so ask soon, and then ever more seldom.
ASK_AGAIN_AFTER = timedelta(seconds=10)
LOOKS_BACK_OFF_MAX = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class IntentResult:
    """What became of an intent at the processor."""

    state: IntentState
    gateway_id: str | None = None
    decline: Decline | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayRequest:
    """One thing to ask of the processor, as it was written down and committed before asking."""

    intent_id: int
    key: str
    kind: IntentKind
    amount_minor: int
    currency: str
    is_merchant_initiated: bool
    was_sent: bool
    """Whether somebody has asked before: what became of the key is to be found out first."""
    age: timedelta
    """Since it was first sent; zero when this is the first time."""
    card_token_sealed: str | None
    buyer_reference: str | None
    charge_gateway_id: str | None
    """Of a refund: the charge whose money goes back."""
    is_whole_charge: bool
    """Of a refund: all of it, so that the charge may be called off instead."""


@dataclass(frozen=True, slots=True)
class ChargePlan:
    """A charge to be made: for which order, from which card, how much."""

    order_id: int
    account_id: int
    card_id: int
    amount_minor: int
    currency: str
    is_merchant_initiated: bool


def plan_charge(plan: ChargePlan, *, now: datetime) -> PaymentIntent:
    """Writes down that a card is to be charged.

    Raises:
        PaymentInFlight: a charge for this order is running or was made already.
    """
    intent = PaymentIntent(
        key=_new_key(),
        kind=IntentKind.CHARGE,
        state=IntentState.PLANNED,
        account_id=plan.account_id,
        order_id=plan.order_id,
        card_id=plan.card_id,
        amount_minor=plan.amount_minor,
        currency=plan.currency,
        is_merchant_initiated=plan.is_merchant_initiated,
        created_at=now,
        next_look_at=now,
    )
    db.session.add(intent)
    try:
        db.session.flush()
    except IntegrityError as error:
        # The only key in the way is one running or successful charge per order.
        raise PaymentInFlight from error
    return intent


def plan_refund(
    charge: PaymentIntent, amount_minor: int, *, now: datetime, line_item_id: int | None = None
) -> PaymentIntent:
    """Writes down that money of a charge is to go back to its card.

    Args:
        charge: the charge that took it.
        amount_minor: not more than ``left_on_card`` says.
        now: UTC.
        line_item_id: whose undelivered money it is; none when the whole charge is taken back.
    """
    intent = PaymentIntent(
        key=_new_key(),
        kind=IntentKind.REFUND,
        state=IntentState.PLANNED,
        account_id=charge.account_id,
        order_id=charge.order_id,
        card_id=charge.card_id,
        refunds_intent_id=charge.id,
        line_item_id=line_item_id,
        amount_minor=amount_minor,
        currency=charge.currency,
        is_merchant_initiated=True,
        created_at=now,
        next_look_at=now,
    )
    db.session.add(intent)
    db.session.flush()
    return intent


def claim_intent(intent_id: int, *, now: datetime) -> GatewayRequest | None:
    """Takes an intent for asking: notes that the processor is being asked, to be committed before it is.

    Returns:
        What to ask, or None when the intent is settled or somebody else has just taken it.
    """
    intent = lock_intent(intent_id)
    found = intent.state
    if found not in UNSETTLED or intent.next_look_at is None or intent.next_look_at > now:
        return None
    if found is not IntentState.SENT:
        intent.state = INTENT_MOVES.advance(found, IntentState.SENT)
    intent.attempts += 1
    intent.sent_at = intent.sent_at or now
    intent.next_look_at = now + min(LOOK_AGAIN_AFTER * intent.attempts, LOOKS_BACK_OFF_MAX)
    db.session.flush()
    return _gateway_request(intent, was_sent=found is not IntentState.PLANNED, age=now - intent.sent_at)


def settle_intent(intent: PaymentIntent, outcome: IntentResult, *, now: datetime) -> bool:
    """Stores what became of a locked intent; returns whether this call settled it.

    A second report of the same intent changes nothing, so route, job and webhook may all report it.
    """
    if intent.state not in UNSETTLED:
        return False
    if outcome.state is IntentState.UNKNOWN:
        if intent.state is IntentState.SENT:
            intent.state = INTENT_MOVES.advance(intent.state, IntentState.UNKNOWN)
        intent.next_look_at = now + min(ASK_AGAIN_AFTER * intent.attempts**2, LOOKS_BACK_OFF_MAX)
        db.session.flush()
        return False
    intent.state = INTENT_MOVES.advance(intent.state, outcome.state)
    intent.gateway_id = outcome.gateway_id
    if outcome.decline is not None:
        intent.decline_code = outcome.decline.code
        intent.decline_kind = outcome.decline.kind
        intent.is_hard_decline = outcome.decline.is_hard
    intent.settled_at = now
    intent.next_look_at = None
    db.session.flush()
    return True


def _gateway_request(intent: PaymentIntent, *, was_sent: bool, age: timedelta) -> GatewayRequest:
    card = db.session.get(StoredCard, intent.card_id) if intent.card_id is not None else None
    charge = db.session.get(PaymentIntent, intent.refunds_intent_id) if intent.refunds_intent_id is not None else None
    return GatewayRequest(
        intent_id=intent.id,
        key=intent.key,
        kind=intent.kind,
        amount_minor=intent.amount_minor,
        currency=intent.currency,
        is_merchant_initiated=intent.is_merchant_initiated,
        was_sent=was_sent,
        age=age,
        card_token_sealed=card.token_sealed if card else None,
        buyer_reference=gateway_identity_of(intent.account_id),
        charge_gateway_id=charge.gateway_id if charge else None,
        is_whole_charge=charge is not None and charge.amount_minor == intent.amount_minor,
    )


def _new_key() -> str:
    # Letters, digits, hyphen and underscore only, as the processor's search and paths want it.
    return f"iso-{new_public_id()}"
