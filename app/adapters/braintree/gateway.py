"""The one code path over the SDK, for the real Braintree and the local one alike."""

from collections.abc import Callable
from typing import Any, TypeVar
from xml.parsers.expat import ExpatError

import braintree
from braintree.exceptions.braintree_error import BraintreeError
from braintree.exceptions.not_found_error import NotFoundError

from app.adapters.braintree.amounts import AmountUnreadable, amount_text
from app.adapters.braintree.outcomes import best_of, declined, error_of, outcome_of, stored_card
from app.adapters.braintree.port import (
    CardOutcome,
    CardRemoved,
    CardToStore,
    Charge,
    ChargeOutcome,
    Declined,
    GatewayBuyer,
    GatewayCard,
    GatewayDeclineKind,
    GatewaySuccess,
    GatewayUnavailable,
    GatewayUnknown,
    GatewayVoid,
    NotPossible,
    Refund,
    RefundOutcome,
    VoidOutcome,
)
from app.foundation.errors import InvariantBroken
from app.foundation.log import get_logger
from config import BraintreeKeys

T = TypeVar("T")

TIMEOUT_S = 20
CUSTOMER_ID_TAKEN = "91609"
TOKEN_TAKEN = "91719"  # noqa: S105 - a code of Braintree's, not a secret
KEY_OF_ANOTHER_REQUEST = "915232"
KEY_TROUBLE = frozenset({"915233", "915234", "915235"})
MERCHANT_INITIATED = "merchant"
FOUND_MAX = 50

log = get_logger(__name__)


class AnswerUnreadable(Exception):  # noqa: N818 - named after what happened
    """The gateway's answer is neither a result nor an error."""


class SdkGateway:
    """Payments through the SDK. Whatever is not a clear answer is ``GatewayUnknown``."""

    def __init__(self, configuration: braintree.Configuration) -> None:
        """The configuration says which gateway, and how long to wait for it."""
        # Its stubs know less than it does (a search's "equal to", an answer that is neither result nor error).
        self._sdk: Any = braintree.BraintreeGateway(config=configuration)

    @classmethod
    def of_keys(cls, keys: BraintreeKeys) -> "SdkGateway":
        """Payments through a real Braintree account."""
        return cls(
            braintree.Configuration(
                environment=keys.environment,
                merchant_id=keys.merchant_id,
                public_key=keys.public_key,
                private_key=keys.private_key,
                timeout=TIMEOUT_S,
                wrap_http_exceptions=True,
            )
        )

    def client_token(self) -> str:
        """See ``PaymentGateway``."""
        try:
            return str(self._sdk.client_token.generate({}))
        except (BraintreeError, ExpatError, ValueError) as error:
            raise GatewayUnavailable from error

    def store_card(self, card: CardToStore) -> CardOutcome:
        """See ``PaymentGateway``."""
        return _answered("store_card", lambda: self._store_card(card))

    def _store_card(self, card: CardToStore) -> CardOutcome:
        self._introduce(card.buyer)
        params: dict[str, Any] = {
            "customer_id": card.buyer.reference,
            "payment_method_nonce": card.nonce,
            "token": card.token,
            "options": {"verify_card": True},
        }
        if card.cardholder_name:
            params["cardholder_name"] = card.cardholder_name
        result = _given(self._sdk.payment_method.create(params))
        if result.is_success:
            return stored_card(result.payment_method)
        if result.credit_card_verification is not None:
            return declined(result.credit_card_verification)
        code, text = error_of(result)
        if code == TOKEN_TAKEN:
            # We gave this card its name: an earlier try that had no answer went through.
            return stored_card(self._sdk.payment_method.find(card.token))
        return Declined(code, text, is_hard=True, kind=GatewayDeclineKind.INVALID)

    def _introduce(self, buyer: GatewayBuyer) -> None:
        result = _given(self._sdk.customer.create({"id": buyer.reference, "email": buyer.email}))
        if not result.is_success and error_of(result)[0] != CUSTOMER_ID_TAKEN:
            message = f"The gateway refuses the buyer: {error_of(result)}"
            raise InvariantBroken(message)

    def find_card(self, token: str) -> GatewayCard | GatewayUnknown | None:
        """See ``PaymentGateway``."""
        try:
            return _answered("find_card", lambda: stored_card(self._sdk.payment_method.find(token)))
        except NotFoundError:
            return None

    def remove_card(self, token: str) -> CardRemoved | GatewayUnknown:
        """See ``PaymentGateway``."""
        try:
            gone = _answered("remove_card", lambda: self._sdk.payment_method.delete(token))
        except NotFoundError:
            return CardRemoved()
        return gone if isinstance(gone, GatewayUnknown) else CardRemoved()

    def charge(self, charge: Charge) -> ChargeOutcome:
        """See ``PaymentGateway``."""
        return _answered("charge", lambda: self._charge(charge))

    def _charge(self, charge: Charge) -> ChargeOutcome:
        params: dict[str, Any] = {
            "amount": amount_text(charge.amount_minor, charge.currency),
            "order_id": charge.key,
            "api_request_key": charge.key,
            "payment_method_token": charge.card_token,
            "customer_id": charge.buyer_reference,
            "options": {"submit_for_settlement": True},
        }
        if charge.is_merchant_initiated:
            params["transaction_source"] = MERCHANT_INITIATED
        result = _given(self._sdk.transaction.sale(params))
        if result.transaction is not None:
            return _in_currency(outcome_of(result.transaction), charge.currency)
        code, text = error_of(result)
        return self._after_key_trouble(charge.key, code, text) or Declined(
            code, text, is_hard=True, kind=GatewayDeclineKind.INVALID
        )

    def find_by_key(self, key: str) -> ChargeOutcome | None:
        """See ``PaymentGateway``."""
        return _answered("find_by_key", lambda: self._find_by_key(key))

    def _find_by_key(self, key: str) -> ChargeOutcome | None:
        is_ours: Any = braintree.TransactionSearch.order_id == key
        found = self._sdk.transaction.search(is_ours)
        oldest_first = reversed(list(found.items))
        transactions = sorted(oldest_first, key=lambda transaction: transaction.created_at)
        return best_of(outcome_of(transaction) for transaction in transactions[:FOUND_MAX])

    def find(self, gateway_id: str) -> ChargeOutcome | None:
        """See ``PaymentGateway``."""
        try:
            return _answered("find", lambda: outcome_of(self._sdk.transaction.find(gateway_id)))
        except NotFoundError:
            return None

    def void(self, gateway_id: str, key: str) -> VoidOutcome:
        """See ``PaymentGateway``."""
        try:
            return _answered("void", lambda: self._void(gateway_id, key))
        except NotFoundError:
            return NotPossible("not_found", "The gateway knows no such charge.")

    def _void(self, gateway_id: str, key: str) -> VoidOutcome:
        result = _given(self._sdk.transaction.void(gateway_id, {"api_request_key": key}))
        if result.is_success:
            return GatewayVoid(gateway_id)
        # An earlier try that had no answer may have gone through.
        now = outcome_of(self._sdk.transaction.find(gateway_id))
        return now if isinstance(now, GatewayVoid | GatewayUnknown) else NotPossible(*error_of(result))

    def refund(self, refund: Refund) -> RefundOutcome:
        """See ``PaymentGateway``."""
        try:
            return _answered("refund", lambda: self._refund(refund))
        except NotFoundError:
            return NotPossible("not_found", "The gateway knows no such charge.")

    def _refund(self, refund: Refund) -> RefundOutcome:
        options = {
            "amount": amount_text(refund.amount_minor, refund.currency),
            "order_id": refund.key,
            "api_request_key": refund.key,
        }
        result = _given(self._sdk.transaction.refund(refund.gateway_id, options))
        if result.transaction is not None:
            return _in_currency(outcome_of(result.transaction), refund.currency)
        code, text = error_of(result)
        return self._after_key_trouble(refund.key, code, text) or NotPossible(code, text)

    def _after_key_trouble(self, key: str, code: str, text: str) -> ChargeOutcome | None:
        """What to say when the gateway objects to the key itself; None when it objects to something else."""
        if code == KEY_OF_ANOTHER_REQUEST:
            message = f"The key {key} was used for another request."
            raise InvariantBroken(message)
        if code not in KEY_TROUBLE:
            return None
        return self._find_by_key(key) or GatewayUnknown(text)


def _answered(operation: str, ask: Callable[[], T]) -> T | GatewayUnknown:
    """What the gateway answered, or Unknown. That there is no such thing is an answer too, and passes."""
    try:
        return ask()
    except NotFoundError:
        raise
    except (BraintreeError, ExpatError, AmountUnreadable, AnswerUnreadable) as error:
        reason = type(error).__name__
        log.warning("gateway_gave_no_answer", operation=operation, reason=reason)
        return GatewayUnknown(reason)


def _given(result: Any) -> Any:
    """The SDK's result; it returns None for an answer with a root it does not know."""
    if result is None:
        raise AnswerUnreadable
    return result


def _in_currency(outcome: ChargeOutcome, currency: str) -> ChargeOutcome:
    if isinstance(outcome, GatewaySuccess) and outcome.currency != currency:
        message = f"Charge {outcome.gateway_id} is in {outcome.currency}, not in {currency}."
        raise InvariantBroken(message)
    return outcome
