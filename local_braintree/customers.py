"""Customers: whom kept cards belong to."""

import re
from typing import cast

import sqlalchemy as sa

from local_braintree import payment_methods
from local_braintree.answers import Answer, Missing, refuse
from local_braintree.call import Call, new_id
from local_braintree.fields import Fields
from local_braintree.store import moment, stamp
from local_braintree.tables import CARDS, CUSTOMERS
from local_braintree.wire import Node

TEXTS = ("first_name", "last_name", "company", "email", "phone", "fax", "website")
ID_CHARACTERS_MAX = 36
NAME_CHARACTERS_MAX = 255
NEW_ID_CHARACTERS = 9
ID = re.compile(r"[A-Za-z0-9_-]+")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
OTHER_METHODS = (
    *("addresses", "android_pay_cards", "apple_pay_cards", "paypal_accounts", "us_bank_accounts"),
    *("venmo_accounts", "visa_checkout_cards", "sepa_debit_accounts"),
)


def create(call: Call) -> Answer:
    """POST /customers: a customer, with a card when one is sent along."""
    fields = call.fields
    customer_id = fields.text("id") or new_id(NEW_ID_CHARACTERS)
    _check(fields)
    if not ID.fullmatch(customer_id):
        refuse("customer", "id", code="91610", message="Customer ID is invalid.")
    if len(customer_id) > ID_CHARACTERS_MAX:
        refuse("customer", "id", code="91612", message="Customer ID is too long.")
    if _row(call, customer_id) is not None:
        refuse("customer", "id", code="91609", message="Customer ID has already been taken.")
    insert(call, fields, customer_id)
    failed = _card_sent_along(call, customer_id)
    if failed is not None:
        # The card was refused: as at Braintree, nothing is kept of the customer either.
        call.connection.execute(CUSTOMERS.delete().where(CUSTOMERS.c.id == customer_id))
        return failed
    return Answer(201, "customer", node_of(call, customer_id))


def find(call: Call) -> Answer:
    """GET /customers/ID."""
    return Answer(200, "customer", node_of(call, call.arguments[0]))


def update(call: Call) -> Answer:
    """PUT /customers/ID: what is sent replaces what was kept."""
    customer_id = call.arguments[0]
    row = _row(call, customer_id)
    if row is None:
        raise Missing
    _check(call.fields)
    body = {**cast("dict[str, str]", row.body), **call.fields.chosen(*TEXTS)}
    call.connection.execute(CUSTOMERS.update().where(CUSTOMERS.c.id == customer_id).values(body=body))
    failed = _card_sent_along(call, customer_id)
    default = call.fields.text("default_payment_method_token")
    if default is not None:
        payment_methods.make_default(call, customer_id, default)
    return failed or Answer(200, "customer", node_of(call, customer_id))


def delete(call: Call) -> Answer:
    """DELETE /customers/ID: the customer and the cards."""
    customer_id = call.arguments[0]
    if _row(call, customer_id) is None:
        raise Missing
    call.connection.execute(CARDS.delete().where(CARDS.c.customer_id == customer_id))
    call.connection.execute(CUSTOMERS.delete().where(CUSTOMERS.c.id == customer_id))
    return Answer(200)


def insert(call: Call, fields: Fields, customer_id: str | None = None) -> str:
    """Keeps a new customer. Returns the id."""
    row = {"id": customer_id or new_id(NEW_ID_CHARACTERS), "created_at": stamp(call.now)}
    call.connection.execute(CUSTOMERS.insert().values(**row, body=fields.chosen(*TEXTS)))
    return row["id"]


def exists(call: Call, customer_id: str) -> bool:
    """Whether there is such a customer."""
    return _row(call, customer_id) is not None


def node_of(call: Call, customer_id: str) -> dict[str, Node]:
    """What answers say about a customer.

    Raises:
        Missing: there is none.
    """
    row = _row(call, customer_id)
    if row is None:
        raise Missing
    created_at = moment(row.created_at)
    return {
        "id": row.id,
        "merchant_id": call.settings.merchant_id,
        **details(cast("dict[str, str]", row.body)),
        "global_id": f"customer_{row.id}",
        "created_at": created_at,
        "updated_at": created_at,
        "credit_cards": payment_methods.nodes_of(call, customer_id),
        **dict.fromkeys(OTHER_METHODS, cast("Node", [])),
    }


def details(body: dict[str, str]) -> dict[str, Node]:
    """The texts of a customer, those not given as nothing."""
    return {name: body.get(name) for name in TEXTS}


def _check(fields: Fields) -> None:
    email = fields.text("email")
    if email is not None and not EMAIL.fullmatch(email):
        refuse("customer", "email", code="81604", message="Email is an invalid format.")
    too_long = {"first_name": "81608", "last_name": "81613", "company": "81601", "email": "81605"}
    for name, code in too_long.items():
        if len(fields.text(name) or "") > NAME_CHARACTERS_MAX:
            refuse("customer", name, code=code, message=f"{name.replace('_', ' ').capitalize()} is too long.")


def _card_sent_along(call: Call, customer_id: str) -> Answer | None:
    nonce = call.fields.text("payment_method_nonce")
    card = call.fields.part("credit_card")
    if nonce is None and not card.values:
        return None
    values = {**card.values, "customer_id": customer_id}
    if nonce is not None:
        values["payment_method_nonce"] = nonce
    return payment_methods.keep(call, Fields(values), "customer.credit_card")[1]


def _row(call: Call, customer_id: str) -> sa.Row[tuple[object, ...]] | None:
    return call.connection.execute(sa.select(CUSTOMERS).where(CUSTOMERS.c.id == customer_id)).one_or_none()
