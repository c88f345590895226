"""Asks the card processor what the intents want: charges that were planned, refunds, and answers that got lost."""

from functools import partial
from typing import TYPE_CHECKING

from flask import current_app

from app.domain.orders.service.paying import record_payment_result
from app.domain.payments.queries import intents_to_look_at
from app.domain.payments.service.asking import ask_gateway
from app.domain.payments.service.intents import GatewayRequest, IntentResult, claim_intent
from app.domain.payments.states import IntentState
from app.foundation.clock import database_now
from app.foundation.db import db, in_transaction
from app.foundation.log import get_logger
from app.jobs.context import JobContext
from app.jobs.each import each_by_itself, retries_of

if TYPE_CHECKING:
    from app.adapters.braintree.port import PaymentGateway
    from app.foundation.sealing import Sealer

JOB = "settle_intents"
INTENTS_A_RUN_MAX = 50
# The other jobs wait while this one asks: a silent processor must not keep auctions from closing.
ASKING_S_MAX = 5.0

log = get_logger(__name__)


def run(context: JobContext) -> int:
    """Looks at the intents that are due, the longest waiting first; returns how many have an answer now.

    Raises:
        WorkFailedError: something broke on at least one of them; the others were looked at.
    """
    due = intents_to_look_at(INTENTS_A_RUN_MAX, retries=retries_of(JOB, context))
    return each_by_itself(context.stopping_after(ASKING_S_MAX), due, _settle, job=JOB)


def _settle(intent_id: int) -> bool:
    """The three steps: claimed and committed, asked outside any transaction, recorded."""
    gateway: PaymentGateway = current_app.extensions["isocket_gateway"]
    sealer: Sealer = current_app.extensions["isocket_sealer"]
    request: GatewayRequest | None = in_transaction(partial(_claim, intent_id))
    db.session.remove()
    if request is None:
        return False
    outcome = ask_gateway(request, gateway, sealer)
    in_transaction(partial(_record, intent_id, outcome))
    log.info("intent_looked_at", intent_id=intent_id, kind=request.kind, was_sent=request.was_sent, now=outcome.state)
    return outcome.state is not IntentState.UNKNOWN


def _claim(intent_id: int) -> GatewayRequest | None:
    return claim_intent(intent_id, now=database_now())


def _record(intent_id: int, outcome: IntentResult) -> None:
    record_payment_result(intent_id, outcome, now=database_now())
