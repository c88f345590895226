"""Taking money: sales and unreferenced credits, by kept card, nonce or test card."""

from dataclasses import dataclass
from typing import NoReturn

from local_braintree import customers, nonces, payment_methods, records
from local_braintree.amounts import MINOR_MAX, minor_units
from local_braintree.answers import Answer, Missing, broken_rule, refuse
from local_braintree.call import Call
from local_braintree.card_data import CardBody, TypedCard, accepted
from local_braintree.fields import Fields
from local_braintree.processor import Ruling, rejection, ruling_of_amount, ruling_of_code
from local_braintree.request_keys import once

ORDER_ID_CHARACTERS_MAX = 255
SOURCES = frozenset(
    {
        *("recurring", "recurring_first", "installment", "installment_first"),
        *("merchant", "unscheduled", "moto", "estimated"),
    }
)
ADDRESS = (
    *("first_name", "last_name", "company", "street_address", "extended_address", "locality", "region"),
    *("postal_code", "country_code_alpha2", "country_code_alpha3", "country_code_numeric", "country_name"),
)
NONCE_CODES = nonces.Codes("transaction", consumed="91564", unknown="91565")


@dataclass(frozen=True)
class Method:
    """What is charged."""

    card: CardBody
    token: str | None
    customer_id: str | None


def create(call: Call) -> Answer:
    """POST /transactions: a sale, or a credit without a sale before it."""
    return once(call, lambda: _create(call), lambda id_: records.answer(call, id_, status=201))


def _create(call: Call) -> str:
    fields = call.fields
    amount_minor = checked_amount(fields.text("amount"))
    _check(call)
    method = _method(call)
    ruling = _ruling(method.card, amount_minor)
    method = _stored(call, method, is_approved=ruling.is_approved)
    draft: records.Draft = {
        "type": fields.text("type") or "sale",
        "amount_minor": amount_minor,
        "order_id": fields.text("order_id"),
        "customer_id": method.customer_id,
        "token": method.token,
        "refunded_transaction_id": None,
    }
    transaction_id = records.insert(call, draft, _body(fields, method.card, ruling), ruling=ruling)
    asks_to_submit = fields.flag("options", "submit_for_settlement") or draft["type"] == "credit"
    if ruling.is_approved and asks_to_submit:
        records.advance(call, records.row_of(call, transaction_id), "submitted_for_settlement")
    return transaction_id


def checked_amount(text: str | None) -> int:
    """The minor units of a transaction's amount.

    Raises:
        Invalid: it is missing, no amount, not above zero or too large.
    """
    if text is None:
        _bad_amount("81502", "Amount is required.")
    amount_minor = minor_units(text)
    if amount_minor is None:
        _bad_amount("81503", "Amount is an invalid format.")
    if amount_minor < 0:
        _bad_amount("81501", "Amount cannot be negative.")
    if amount_minor == 0:
        _bad_amount("81531", "Amount must be greater than zero.")
    if amount_minor > MINOR_MAX:
        _bad_amount("81528", "Amount is too large.")
    return amount_minor


def check_order_id(order_id: str | None) -> None:
    """Refuses an order id of more than 255 characters.

    Raises:
        Invalid: it is too long.
    """
    if len(order_id or "") > ORDER_ID_CHARACTERS_MAX:
        refuse("transaction", "order_id", code="91501", message="Order ID is too long.")


def _bad_amount(code: str, message: str) -> NoReturn:
    refuse("transaction", "amount", code=code, message=message)


def _check(call: Call) -> None:
    fields = call.fields
    check_order_id(fields.text("order_id"))
    if fields.text("type") is None:
        refuse("transaction", "type", code="91524", message="Type is required.")
    if fields.text("type") not in {"sale", "credit"}:
        refuse("transaction", "type", code="91523", message="Type is invalid.")
    account = fields.text("merchant_account_id")
    if account is not None and account != call.settings.merchant_account_id:
        refuse("transaction", "merchant_account_id", code="91513", message="Merchant account ID is invalid.")
    source = fields.text("transaction_source")
    if source is not None and source not in SOURCES:
        refuse("transaction", "transaction_source", code="915133", message="Transaction source is invalid.")


def _method(call: Call) -> Method:
    fields = call.fields
    customer_id, token = fields.text("customer_id"), fields.text("payment_method_token")
    token = token or fields.text("credit_card", "token") if "number" not in fields.part("credit_card") else token
    if customer_id is not None and not customers.exists(call, customer_id):
        refuse("transaction", "customer_id", code="91510", message="Customer ID is invalid.")
    if token is not None:
        return _kept_method(call, token, customer_id)
    nonce = fields.text("payment_method_nonce")
    if nonce is not None:
        spent = nonces.spend(call, nonce, NONCE_CODES)
        return _kept_method(call, spent.token, None) if spent.token else Method(spent.card, None, customer_id)
    if fields.part("credit_card").values:
        card = accepted(TypedCard.of(fields.part("credit_card")), "transaction.credit_card")
        return Method(card, None, customer_id)
    if customer_id is not None:
        return _default_method(call, customer_id)
    raise broken_rule(path="transaction", attribute="base", code="91508", message="Cannot determine payment method.")


def _kept_method(call: Call, token: str, customer_id: str | None) -> Method:
    try:
        row = payment_methods.row_of(call, token)
    except Missing:
        refuse("transaction", "payment_method_token", code="91518", message="Payment method token is invalid.")
    if customer_id is not None and row.customer_id != customer_id:
        message = "Payment method does not belong to the customer."
        refuse("transaction", "payment_method_token", code="91516", message=message)
    return Method(row.body["card"], row.token, row.customer_id)


def _default_method(call: Call, customer_id: str) -> Method:
    row = payment_methods.default_of(call, customer_id)
    if row is None:
        refuse("transaction", "customer_id", code="91511", message="Customer does not have a credit card.")
    return Method(row.body["card"], row.token, customer_id)


def _ruling(card: CardBody, amount_minor: int) -> Ruling:
    # Only the documented declining nonces fail a sale; a card that fails verification follows the amount.
    code = card["declines_with"]
    if code is None:
        return ruling_of_amount(amount_minor)
    return ruling_of_code(code) if code.isdigit() else rejection(code)


def _stored(call: Call, method: Method, *, is_approved: bool) -> Method:
    """Keeps the card that paid, when that was asked for."""
    options = call.fields.part("options")
    wanted = options.flag("store_in_vault") or (is_approved and options.flag("store_in_vault_on_success"))
    if not wanted or method.token is not None:
        return method
    customer_id = method.customer_id or customers.insert(call, call.fields.part("customer"))
    token = payment_methods.insert(call, customer_id, method.card, call.fields.text("credit_card", "token"))
    return Method(method.card, token, customer_id)


def _body(fields: Fields, card: CardBody, ruling: Ruling) -> records.TransactionBody:
    return {
        "card": card,
        "customer": fields.part("customer").chosen(*customers.TEXTS),
        "billing": fields.part("billing").chosen(*ADDRESS),
        "descriptor": fields.part("descriptor").chosen("name", "phone", "url"),
        "code": ruling.code,
        "text": ruling.text,
        "kind": ruling.kind,
        "additional": None if ruling.is_approved or not ruling.code else f"{ruling.code} : {ruling.text}",
        "rejection_reason": ruling.rejection_reason,
        "source": fields.text("transaction_source"),
        "history": [],
    }
