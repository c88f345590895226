"""From the SDK's objects to our outcomes; nothing of Braintree's passes beyond here."""

from collections.abc import Iterable, Sequence
from typing import Any

from app.adapters.braintree.amounts import minor_units
from app.adapters.braintree.port import (
    ChargeOutcome,
    Declined,
    GatewayCard,
    GatewayDeclineKind,
    GatewaySuccess,
    GatewayUnknown,
    GatewayVoid,
    SettlementState,
)

STATES = {
    "authorized": SettlementState.AUTHORIZED,
    "submitted_for_settlement": SettlementState.SUBMITTED,
    "settlement_pending": SettlementState.SUBMITTED,
    "settlement_confirmed": SettlementState.SUBMITTED,
    "settling": SettlementState.SETTLED,
    "settled": SettlementState.SETTLED,
}
KINDS = {
    "processor_declined": GatewayDeclineKind.BANK,
    "settlement_declined": GatewayDeclineKind.BANK,
    "authorization_expired": GatewayDeclineKind.BANK,
    "settlement_failed": GatewayDeclineKind.NETWORK,
    "failed": GatewayDeclineKind.NETWORK,
    "gateway_rejected": GatewayDeclineKind.GATEWAY,
}
HARD = "hard_declined"
# The gateway's own refusals that another try with the same card cannot change.
HARD_REJECTIONS = frozenset({"fraud", "risk_threshold"})


def outcome_of(transaction: Any) -> ChargeOutcome:
    """How a transaction stands."""
    status = transaction.status
    if status in STATES:
        currency = transaction.currency_iso_code
        amount_minor = minor_units(str(transaction.amount), currency)
        return GatewaySuccess(transaction.id, amount_minor, currency, STATES[status])
    if status == "voided":
        return GatewayVoid(transaction.id)
    if status in KINDS:
        return declined(transaction, gateway_id=transaction.id)
    return GatewayUnknown(f"The transaction is {status}.")


def declined(answer: Any, *, gateway_id: str | None = None) -> Declined:
    """What a transaction or a card verification was declined with."""
    reason = getattr(answer, "gateway_rejection_reason", None)
    if reason:
        return Declined(
            reason, f"Gateway rejected: {reason}", reason in HARD_REJECTIONS, GatewayDeclineKind.GATEWAY, gateway_id
        )
    code = getattr(answer, "processor_response_code", None) or answer.status
    text = getattr(answer, "processor_response_text", None) or answer.status
    is_hard = getattr(answer, "processor_response_type", None) == HARD
    return Declined(code, text, is_hard, KINDS.get(answer.status, GatewayDeclineKind.BANK), gateway_id)


def best_of(outcomes: Iterable[ChargeOutcome]) -> ChargeOutcome | None:
    """The truth about a key, from all that was found under it: what stands counts first, then what may stand.

    Given oldest first, the oldest that stands is the charge; any others are its duplicates.
    """
    found = list(outcomes)
    standing = [outcome for outcome in found if isinstance(outcome, GatewaySuccess)]
    if standing:
        first, *others = standing
        duplicates = tuple(other.gateway_id for other in others)
        return GatewaySuccess(first.gateway_id, first.amount_minor, first.currency, first.state, duplicates)
    for kind in (GatewayUnknown, GatewayVoid, Declined):
        matching = [outcome for outcome in found if isinstance(outcome, kind)]
        if matching:
            return matching[-1]
    return None


def error_of(result: Any) -> tuple[str, str]:
    """The code and text of the first validation error; empty when there is none."""
    errors: Sequence[Any] = result.errors.deep_errors
    return (errors[0].code, errors[0].message) if errors else ("", result.message)


def stored_card(card: Any) -> GatewayCard:
    """A card as we show it."""
    return GatewayCard(card.token, card.card_type, card.last_4, int(card.expiration_month), int(card.expiration_year))
