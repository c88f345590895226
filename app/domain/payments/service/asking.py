"""Asking the card processor: the middle one of the three steps, outside any transaction.

The request was committed before, and the outcome is recorded afterwards in a transaction of its own. What
was sent before is never sent again before the processor was asked what became of its key; and when it is,
then under the same key, so that a request which is still on its way stays the only one.
"""

from datetime import timedelta

from app.adapters.braintree.port import (
    Charge,
    Declined,
    GatewaySuccess,
    GatewayUnknown,
    GatewayVoid,
    NotPossible,
    PaymentGateway,
    Refund,
    RefundOutcome,
)
from app.domain.payments.service.intents import GatewayRequest, IntentResult
from app.domain.payments.states import Decline, DeclineKind, IntentKind, IntentState
from app.foundation.errors import InvariantBroken
from app.foundation.log import get_logger
from app.foundation.sealing import Sealer

CARD_TOKEN = "card-token"  # noqa: S105 - the purpose a token is sealed for, not a token
SEND_AGAIN_AFTER = timedelta(minutes=2)
CALLED_OFF = "voided"
# A charge is not settled yet, or a void came too late: in a few hours the refund goes through.
NOT_YET = frozenset({"91504", "91506"})
NOBODY_KNOWS = IntentResult(IntentState.UNKNOWN)

log = get_logger(__name__)


def ask_gateway(request: GatewayRequest, gateway: PaymentGateway, sealer: Sealer) -> IntentResult:
    """Asks the processor, and says what is known of the intent afterwards.

    Raises:
        InvariantBroken: the processor's answer contradicts what was asked, or the card's token cannot be read.
    """
    if request.was_sent:
        answer = gateway.find_by_key(request.key)
        if answer is not None:
            return _outcome(request, answer, gateway)
        if request.age < SEND_AGAIN_AFTER:
            # It may be on its way still: believe "never heard of it" only when it is old.
            return NOBODY_KNOWS
    if request.kind is IntentKind.CHARGE:
        return _outcome(request, gateway.charge(_charge(request, sealer)), gateway)
    return _give_back(request, gateway)


def _charge(request: GatewayRequest, sealer: Sealer) -> Charge:
    token = sealer.unseal(CARD_TOKEN, request.card_token_sealed or "")
    if token is None or request.buyer_reference is None:
        message = f"intent {request.intent_id} has no card that can be charged"
        raise InvariantBroken(message)
    return Charge(
        key=request.key,
        amount_minor=request.amount_minor,
        currency=request.currency,
        card_token=token,
        buyer_reference=request.buyer_reference,
        is_merchant_initiated=request.is_merchant_initiated,
    )


def _give_back(request: GatewayRequest, gateway: PaymentGateway) -> IntentResult:
    """Calls the charge off while that is possible, else refunds it; each under a key of its own, always the same."""
    charge_id = request.charge_gateway_id
    if charge_id is None:
        message = f"intent {request.intent_id} gives back a charge that never was"
        raise InvariantBroken(message)
    if request.is_whole_charge:
        called_off = gateway.void(charge_id, f"{request.key}-void")
        if isinstance(called_off, GatewayVoid):
            return IntentResult(IntentState.SUCCEEDED, gateway_id=charge_id)
        if isinstance(called_off, GatewayUnknown):
            return NOBODY_KNOWS
    refund = Refund(key=request.key, gateway_id=charge_id, amount_minor=request.amount_minor, currency=request.currency)
    answer = gateway.refund(refund)
    if isinstance(answer, NotPossible) and answer.code not in NOT_YET:
        # What is refunded already may have been refunded by this very intent, whose answer was lost.
        answer = gateway.find_by_key(request.key) or answer
    return _outcome(request, answer, gateway)


def _outcome(request: GatewayRequest, answer: RefundOutcome, gateway: PaymentGateway) -> IntentResult:
    if isinstance(answer, GatewaySuccess):
        return _success(request, answer, gateway)
    if isinstance(answer, Declined):
        decline = Decline(answer.code, DeclineKind(answer.kind.value), answer.is_hard)
        return IntentResult(IntentState.DECLINED, gateway_id=answer.gateway_id, decline=decline)
    if isinstance(answer, GatewayVoid):
        # Called off since, by staff at the processor: no money moved, whatever this was to be.
        decline = Decline(CALLED_OFF, DeclineKind.GATEWAY, is_hard=False)
        return IntentResult(IntentState.DECLINED, gateway_id=answer.gateway_id, decline=decline)
    return _not_possible(request, answer) if isinstance(answer, NotPossible) else NOBODY_KNOWS


def _not_possible(request: GatewayRequest, answer: NotPossible) -> IntentResult:
    """Between settled and not yet settled there are hours in which neither works; any other refusal is for good."""
    if answer.code in NOT_YET:
        log.warning("refund_not_possible_yet", intent_id=request.intent_id, code=answer.code)
        return NOBODY_KNOWS
    # Staff look whether somebody refunded the charge at the processor, beside the credit that it becomes here.
    log.warning("refund_refused_for_good", intent_id=request.intent_id, code=answer.code, text=answer.text)
    decline = Decline(answer.code, DeclineKind.GATEWAY, is_hard=True)
    return IntentResult(IntentState.DECLINED, decline=decline)


def _success(request: GatewayRequest, answer: GatewaySuccess, gateway: PaymentGateway) -> IntentResult:
    if (answer.amount_minor, answer.currency) != (request.amount_minor, request.currency):
        message = (
            f"intent {request.intent_id}: asked for {request.amount_minor}, the processor says {answer.amount_minor}"
        )
        raise InvariantBroken(message)
    for duplicate_id in answer.duplicate_ids:
        if not _take_back(request, duplicate_id, gateway):
            return NOBODY_KNOWS
    return IntentResult(IntentState.SUCCEEDED, gateway_id=answer.gateway_id)


def _take_back(request: GatewayRequest, duplicate_id: str, gateway: PaymentGateway) -> bool:
    """Takes back a second charge under the same key; whether it is gone now."""
    log.error("duplicate_charge", intent_id=request.intent_id, gateway_id=duplicate_id)
    called_off = gateway.void(duplicate_id, f"{request.key}-{duplicate_id}-void")
    if isinstance(called_off, NotPossible):
        key = f"{request.key}-{duplicate_id}"
        refund = Refund(key=key, gateway_id=duplicate_id, amount_minor=request.amount_minor, currency=request.currency)
        return isinstance(gateway.refund(refund), GatewaySuccess)
    return isinstance(called_off, GatewayVoid)
